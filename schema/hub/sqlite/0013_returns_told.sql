-- What a shop says of goods that were taken back from it.

-- When it said so.
ALTER TABLE goods_returns ADD COLUMN shop_told_at_utc TEXT;
-- How much really left, by its word.
ALTER TABLE goods_return_lines ADD COLUMN shop_quantity INTEGER;
