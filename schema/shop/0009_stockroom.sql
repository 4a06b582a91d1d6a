-- Goods bought, counted on the shelf, and left by others to be sold.

-- What somebody is taking in right now, as it was typed. The id becomes the receipt's, so that no list is taken in twice.
CREATE TABLE purchase_drafts (
    id             TEXT PRIMARY KEY,
    state          TEXT NOT NULL CHECK (state IN ('open', 'saved', 'dropped')),
    -- Supplier, payment and lines as JSON.
    content        TEXT NOT NULL,
    -- Counts its changes: a second page that shows an older one is told.
    version        INTEGER NOT NULL,
    opened_by      TEXT NOT NULL,
    opened_at_utc  TEXT NOT NULL,
    changed_at_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_drafts_open ON purchase_drafts (changed_at_utc) WHERE state = 'open';

-- Who leaves goods to be sold and is paid for what sold.
CREATE TABLE consignors (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,
    phone          TEXT NOT NULL DEFAULT '',
    created_at_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose a product is, and from where in the ledger on it has not been settled.
CREATE TABLE consigned_goods (
    product_id  INTEGER PRIMARY KEY REFERENCES products (id),
    consignor   TEXT NOT NULL REFERENCES consignors (id),
    -- What was there when the last settlement (or the first leaving) ended, base units, and that place in the ledger.
    opening     INTEGER NOT NULL CHECK (opening >= 0),
    settled_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX consigned_goods_by_consignor ON consigned_goods (consignor);

-- Every time that goods were paid for or taken in by hand. What came out of the drawer for it is in the drawer's book too,
-- as an entry of the same id.
CREATE TABLE purchases (
    id               TEXT PRIMARY KEY,
    kind             TEXT NOT NULL CHECK (kind IN ('bought', 'left', 'settled')),
    -- Who it came from, or who was paid; '' if nobody said.
    supplier         TEXT NOT NULL DEFAULT '',
    -- The consignor of goods left and settled.
    consignor        TEXT REFERENCES consignors (id),
    -- What it comes to, rupiah; 0 where no price was told.
    total            INTEGER NOT NULL DEFAULT 0,
    paid_how         TEXT NOT NULL CHECK (paid_how IN ('drawer', 'other', 'unpaid')),
    paid             INTEGER NOT NULL DEFAULT 0 CHECK (paid >= 0),
    paid_from_drawer INTEGER NOT NULL DEFAULT 0 CHECK (paid_from_drawer >= 0 AND paid_from_drawer <= paid),
    note             TEXT NOT NULL DEFAULT '',
    by_whom          TEXT NOT NULL,
    business_date    TEXT NOT NULL,
    at_utc           TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX purchases_by_date ON purchases (business_date);
CREATE INDEX purchases_by_consignor ON purchases (consignor) WHERE consignor IS NOT NULL;
CREATE TRIGGER purchases_are_kept BEFORE DELETE ON purchases BEGIN SELECT RAISE(ABORT, 'a purchase is kept'); END;
CREATE TRIGGER purchases_are_final BEFORE UPDATE ON purchases BEGIN SELECT RAISE(ABORT, 'a purchase is not changed'); END;

-- Goods that came in.
CREATE TABLE purchase_lines (
    purchase_id TEXT NOT NULL REFERENCES purchases (id),
    line_no     INTEGER NOT NULL,
    product_id  INTEGER NOT NULL REFERENCES products (id),
    -- As they were then.
    name        TEXT NOT NULL,
    unit        TEXT NOT NULL,
    factor      INTEGER NOT NULL,
    -- Base units.
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    expires     TEXT,
    -- Paid for the line, rupiah; nothing where no price was told.
    total       INTEGER,
    -- The product's cost per main unit before and after.
    cost_before INTEGER NOT NULL,
    cost_after  INTEGER NOT NULL,
    PRIMARY KEY (purchase_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_lines_by_product ON purchase_lines (product_id);

-- What was settled with a consignor: opening + left = sold + returned + remaining, base units.
CREATE TABLE settlement_lines (
    purchase_id TEXT NOT NULL REFERENCES purchases (id),
    line_no     INTEGER NOT NULL,
    product_id  INTEGER NOT NULL REFERENCES products (id),
    -- As they were then.
    name        TEXT NOT NULL,
    unit        TEXT NOT NULL,
    factor      INTEGER NOT NULL,
    opening     INTEGER NOT NULL CHECK (opening >= 0),
    came        INTEGER NOT NULL,
    returned    INTEGER NOT NULL,
    remaining   INTEGER NOT NULL CHECK (remaining >= 0),
    sold        INTEGER NOT NULL,
    -- Agreed per unit, rupiah, and for what sold.
    cost        INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    PRIMARY KEY (purchase_id, line_no),
    CHECK (opening + came = sold + returned + remaining)
) STRICT, WITHOUT ROWID;

-- A count under way or done. Several people may count into it.
CREATE TABLE counts (
    id             TEXT PRIMARY KEY,
    state          TEXT NOT NULL CHECK (state IN ('open', 'saved', 'dropped')),
    scope          TEXT NOT NULL CHECK (scope IN ('all', 'category', 'free')),
    category       TEXT NOT NULL DEFAULT '',
    opened_by      TEXT NOT NULL,
    opened_at_utc  TEXT NOT NULL,
    closed_by      TEXT NOT NULL DEFAULT '',
    closed_at_utc  TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX counts_open ON counts (opened_at_utc) WHERE state = 'open';

-- Each scan and each figure typed, in order. What is counted of a product is its last figure and the scans after it.
CREATE TABLE count_entries (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Made where it was sent from, so that a second sending counts nothing.
    tap        TEXT NOT NULL UNIQUE,
    count_id   TEXT NOT NULL REFERENCES counts (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    kind       TEXT NOT NULL CHECK (kind IN ('add', 'set', 'clear')),
    -- Base units.
    quantity   INTEGER NOT NULL,
    -- The ledger's last movement then.
    ledger_seq INTEGER NOT NULL,
    by_whom    TEXT NOT NULL,
    at_utc     TEXT NOT NULL
) STRICT;
CREATE INDEX count_entries_by_count ON count_entries (count_id, seq);

-- What a saved count came to.
CREATE TABLE count_lines (
    count_id   TEXT NOT NULL REFERENCES counts (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    -- Base units; the difference in rupiah is at the product's cost then.
    counted    INTEGER NOT NULL,
    difference INTEGER NOT NULL,
    value      INTEGER NOT NULL,
    PRIMARY KEY (count_id, product_id)
) STRICT, WITHOUT ROWID;

-- What somebody said about a change of stock, by its reference in the ledger.
CREATE TABLE stock_remarks (
    reference TEXT PRIMARY KEY,
    note      TEXT NOT NULL,
    by_whom   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
