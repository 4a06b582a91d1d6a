-- What a till with people, customers and several ways to pay at once needs.

-- Who sells besides the owner, whose PIN is the shop's.
CREATE TABLE cashiers (
    id               INTEGER PRIMARY KEY,
    name             TEXT NOT NULL,
    pin_hash         TEXT NOT NULL,
    pin_failures     INTEGER NOT NULL DEFAULT 0,
    pin_locked_until TEXT,
    created_at_utc   TEXT NOT NULL,
    -- No longer works here.
    retired_at_utc   TEXT
) STRICT;
CREATE UNIQUE INDEX cashiers_at_work ON cashiers (name) WHERE retired_at_utc IS NULL;

-- What somebody is being sold right now. The id becomes the sale's, so that no cart is sold twice.
CREATE TABLE carts (
    id             TEXT PRIMARY KEY,
    state          TEXT NOT NULL CHECK (state IN ('open', 'held', 'sold', 'dropped')),
    -- What a held one is found by.
    label          TEXT NOT NULL DEFAULT '',
    -- Lines, discount and note as JSON.
    content        TEXT NOT NULL,
    -- Counts its changes: a second page that shows an older one is told.
    version        INTEGER NOT NULL,
    -- The browser at whose counter it stands; each has one open.
    till           TEXT NOT NULL,
    opened_by      TEXT NOT NULL,
    opened_at_utc  TEXT NOT NULL,
    changed_at_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX carts_one_open ON carts (till) WHERE state = 'open';
CREATE INDEX carts_unsold ON carts (changed_at_utc) WHERE state IN ('open', 'held');

-- lines_total - discount + rounding = total.
ALTER TABLE sales ADD COLUMN discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0);
ALTER TABLE sales ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE sales ADD COLUMN sold_by TEXT NOT NULL DEFAULT '';
ALTER TABLE sale_lines ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- How a sale was paid, part by part; their amounts make its total. `sales.payment_method` is that of the largest part.
CREATE TABLE sale_payments (
    sale_id  TEXT NOT NULL REFERENCES sales (id),
    part_no  INTEGER NOT NULL,
    method   TEXT NOT NULL CHECK (method IN ('cash', 'qris', 'transfer', 'debt')),
    amount   INTEGER NOT NULL,
    PRIMARY KEY (sale_id, part_no)
) STRICT, WITHOUT ROWID;
INSERT INTO sale_payments (sale_id, part_no, method, amount) SELECT id, 1, payment_method, total FROM sales;
CREATE TRIGGER sale_payments_are_kept BEFORE DELETE ON sale_payments
BEGIN SELECT RAISE(ABORT, 'a sale is voided, not deleted'); END;
CREATE TRIGGER sale_payments_are_final BEFORE UPDATE ON sale_payments
BEGIN SELECT RAISE(ABORT, 'a sale is not changed'); END;

-- Buying more at once costs less: from so many of the unit on, each costs this.
CREATE TABLE price_tiers (
    product_id    INTEGER NOT NULL REFERENCES products (id),
    unit          TEXT NOT NULL,
    from_quantity INTEGER NOT NULL CHECK (from_quantity > 1),
    price         INTEGER NOT NULL CHECK (price >= 0),
    PRIMARY KEY (product_id, unit, from_quantity)
) STRICT, WITHOUT ROWID;
-- The till asks for the price: loose goods.
ALTER TABLE products ADD COLUMN open_price INTEGER NOT NULL DEFAULT 0 CHECK (open_price IN (0, 1));
-- Its place among the till's favourites.
ALTER TABLE products ADD COLUMN favourite INTEGER;

CREATE TABLE customers (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    phone          TEXT NOT NULL DEFAULT '',
    note           TEXT NOT NULL DEFAULT '',
    -- Rupiah they may owe at most; nothing for no limit.
    debt_limit     INTEGER CHECK (debt_limit >= 0),
    -- Days until a debt is due; nothing for the shop's usual.
    due_days       INTEGER CHECK (due_days >= 0),
    created_at_utc TEXT NOT NULL,
    retired_at_utc TEXT
) STRICT, WITHOUT ROWID;
-- A till took debts of customers by an id alone until now: each gets an account under it.
INSERT INTO customers (id, name, created_at_utc)
SELECT customer_id, customer_id, min(sold_at_utc) FROM sales
WHERE customer_id IS NOT NULL AND payment_method = 'debt' GROUP BY customer_id;

-- What a customer owes is the sum of this.
CREATE TABLE customer_ledger (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id   TEXT NOT NULL REFERENCES customers (id),
    kind          TEXT NOT NULL CHECK (kind IN ('sale', 'void', 'return', 'payment', 'opening', 'write_off')),
    -- Positive: owes more.
    amount        INTEGER NOT NULL CHECK (amount <> 0),
    -- How a payment was made; '' for what moved no money.
    method        TEXT NOT NULL DEFAULT '',
    -- The sale, return or payment.
    reference     TEXT NOT NULL,
    note          TEXT NOT NULL DEFAULT '',
    by_whom       TEXT NOT NULL,
    business_date TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;
CREATE INDEX customer_ledger_by_customer ON customer_ledger (customer_id, seq);
CREATE UNIQUE INDEX customer_ledger_once ON customer_ledger (kind, reference);
INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
SELECT customer_id, 'sale', total, id, 'till', business_date, sold_at_utc FROM sales
WHERE customer_id IS NOT NULL AND payment_method = 'debt' AND total > 0 ORDER BY number;
INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
SELECT s.customer_id, 'void', -s.total, s.id, 'till', v.business_date, v.voided_at_utc
FROM voids v JOIN sales s ON s.id = v.sale_id
WHERE s.customer_id IS NOT NULL AND s.payment_method = 'debt' AND s.total > 0;
CREATE TRIGGER customer_ledger_is_kept BEFORE DELETE ON customer_ledger
BEGIN SELECT RAISE(ABORT, 'what customers owe only grows'); END;
CREATE TRIGGER customer_ledger_is_final BEFORE UPDATE ON customer_ledger
BEGIN SELECT RAISE(ABORT, 'what customers owe only grows'); END;
