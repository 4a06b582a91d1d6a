-- What the shopkeeper made of the night's suggestions, and how the suggestions turned out.

-- Today's money for a plan, once she set it.
CREATE TABLE shopping_budgets (
    plan_id        TEXT PRIMARY KEY REFERENCES plans (id) ON DELETE CASCADE,
    -- Nothing: as much as it takes, whatever the shop's setting says.
    budget         INTEGER CHECK (budget >= 0),
    changed_at_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What she decided on a line of a plan. A line without a row is bought as suggested.
CREATE TABLE shopping_choices (
    plan_id        TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    sku            TEXT NOT NULL,
    -- Packs in place of the suggested ones, 0 for none; nothing for as suggested.
    packs          INTEGER CHECK (packs >= 0),
    -- Packs that she has in the basket already.
    bought         INTEGER CHECK (bought > 0),
    changed_at_utc TEXT NOT NULL,
    PRIMARY KEY (plan_id, sku)
) STRICT, WITHOUT ROWID;

-- What outlives a line's reason: enough to compare what was foreseen with what came. Base units.
ALTER TABLE plan_lines ADD COLUMN forecast_per_day REAL;
ALTER TABLE plan_lines ADD COLUMN protection_days INTEGER;
ALTER TABLE plan_lines ADD COLUMN order_up_to REAL;
ALTER TABLE plan_lines ADD COLUMN position INTEGER;
-- At or below this position the product runs out soon.
ALTER TABLE plan_lines ADD COLUMN due_level REAL;
UPDATE plan_lines SET
    forecast_per_day = json_extract(line, '$.forecast_per_day'),
    protection_days = json_extract(line, '$.protection_days'),
    order_up_to = json_extract(line, '$.order_up_to'),
    position = json_extract(line, '$.position'),
    due_level = json_extract(line, '$.reason.due_level')
WHERE json_valid(line);
-- The reasons of its lines are gone; their figures stay.
ALTER TABLE plans ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0 CHECK (thinned IN (0, 1));
CREATE INDEX plans_with_reasons ON plans (plan_date) WHERE saved = 1 AND thinned = 0;

-- What people changed by hand is a sliver of the ledger.
CREATE INDEX stock_movements_by_hand ON stock_movements (business_date) WHERE kind IN ('adjustment', 'count');
