-- The shop's database.
--
-- Moments are RFC 3339 UTC text with milliseconds, dates YYYY-MM-DD text, money whole rupiah, quantities whole base
-- units (pieces, grams, millilitres). The ledger, sales, events and the audit log only ever grow; triggers hold that.

CREATE TABLE shop (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    device_id        TEXT NOT NULL,
    name             TEXT NOT NULL,
    timezone         TEXT NOT NULL,
    currency         TEXT NOT NULL,
    created_at_utc   TEXT NOT NULL,
    -- No business date lies before it; see model::day.
    founded_on       TEXT NOT NULL,
    owner_pin_hash   TEXT,
    pin_failures     INTEGER NOT NULL DEFAULT 0,
    pin_locked_until TEXT,
    heartbeat        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id             INTEGER PRIMARY KEY,
    label          TEXT NOT NULL,
    hash           BLOB NOT NULL UNIQUE,
    created_at_utc TEXT NOT NULL,
    revoked_at_utc TEXT
) STRICT;

-- ---------------------------------------------------------------------------------------------- products

CREATE TABLE products (
    id              INTEGER PRIMARY KEY,
    sku             TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    category        TEXT NOT NULL DEFAULT '',
    base_unit       TEXT NOT NULL CHECK (base_unit IN ('piece', 'gram', 'millilitre')),
    -- The unit it is spoken of in, and that `cost` is for; and the unit it is ordered in. Names in product_units.
    main_unit       TEXT NOT NULL,
    order_unit      TEXT NOT NULL,
    cost            INTEGER NOT NULL CHECK (cost >= 0),
    shelf_life_days INTEGER CHECK (shelf_life_days > 0),
    minimum_order   INTEGER NOT NULL DEFAULT 0 CHECK (minimum_order >= 0),
    supplier        TEXT NOT NULL DEFAULT '',
    consignment     INTEGER NOT NULL DEFAULT 0 CHECK (consignment IN (0, 1)),
    active          INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at_utc  TEXT NOT NULL,
    updated_at_utc  TEXT NOT NULL
) STRICT;

-- A unit's conversion and price hold from the moment they were entered until replaced. Changing either retires the
-- row and adds another, so that a past sale keeps pointing at what held when it was made.
CREATE TABLE product_units (
    id             INTEGER PRIMARY KEY,
    product_id     INTEGER NOT NULL REFERENCES products (id),
    name           TEXT NOT NULL,
    factor         INTEGER NOT NULL CHECK (factor > 0),
    price          INTEGER NOT NULL CHECK (price >= 0),
    created_at_utc TEXT NOT NULL,
    retired_at_utc TEXT
) STRICT;
CREATE UNIQUE INDEX product_units_current ON product_units (product_id, name) WHERE retired_at_utc IS NULL;
CREATE TRIGGER product_units_keep_their_meaning BEFORE UPDATE OF product_id, name, factor, price ON product_units
BEGIN SELECT RAISE(ABORT, 'a unit is replaced, not changed'); END;

CREATE TABLE barcodes (
    barcode    TEXT PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    unit       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX barcodes_by_product ON barcodes (product_id);

-- What the distributor offers, as its notes said.
CREATE TABLE hub_catalogue (
    sku     TEXT PRIMARY KEY,
    payload TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------------------------------------- days and sales

CREATE TABLE trading_days (
    business_date TEXT PRIMARY KEY,
    -- Order in which they were opened; the last one is the current one, whatever its date.
    opening       INTEGER NOT NULL UNIQUE,
    opened_at_utc TEXT NOT NULL,
    closed_at_utc TEXT,
    -- Days in a row since the clock leapt ahead, 0 for a clock that is trusted; see model::day.
    suspect_days  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sales (
    id                 TEXT PRIMARY KEY,
    -- Receipt number: 1, 2, 3 ... without a gap, taken inside the transaction.
    number             INTEGER NOT NULL UNIQUE,
    -- SHA-256 of the request in canonical form: the same id with another content is a conflict.
    content_hash       BLOB NOT NULL,
    business_date      TEXT NOT NULL REFERENCES trading_days (business_date),
    sold_at_utc        TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL,
    clock_suspect      INTEGER NOT NULL DEFAULT 0,
    lines_total        INTEGER NOT NULL,
    rounding           INTEGER NOT NULL DEFAULT 0,
    total              INTEGER NOT NULL,
    payment_method     TEXT NOT NULL CHECK (payment_method IN ('cash', 'qris', 'transfer', 'debt')),
    tendered           INTEGER,
    change             INTEGER NOT NULL DEFAULT 0,
    customer_id        TEXT
) STRICT;
CREATE INDEX sales_by_date ON sales (business_date, number);

CREATE TABLE sale_lines (
    sale_id     TEXT NOT NULL REFERENCES sales (id),
    line_no     INTEGER NOT NULL,
    product_id  INTEGER NOT NULL REFERENCES products (id),
    unit_id     INTEGER NOT NULL REFERENCES product_units (id),
    -- As they were then; the names are on the receipt.
    sku         TEXT NOT NULL,
    name        TEXT NOT NULL,
    unit        TEXT NOT NULL,
    factor      INTEGER NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    unit_price  INTEGER NOT NULL,
    discount    INTEGER NOT NULL DEFAULT 0,
    total       INTEGER NOT NULL,
    -- Cost of the goods sold, at the product's cost then.
    cost        INTEGER NOT NULL,
    -- The book said that less was there.
    oversold    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE voids (
    sale_id       TEXT PRIMARY KEY REFERENCES sales (id),
    reason        TEXT NOT NULL,
    business_date TEXT NOT NULL REFERENCES trading_days (business_date),
    voided_at_utc TEXT NOT NULL,
    -- The money that went back; the sale's total.
    amount        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sales_are_kept BEFORE DELETE ON sales BEGIN SELECT RAISE(ABORT, 'a sale is voided, not deleted'); END;
CREATE TRIGGER sales_are_final BEFORE UPDATE ON sales BEGIN SELECT RAISE(ABORT, 'a sale is not changed'); END;
CREATE TRIGGER sale_lines_are_kept BEFORE DELETE ON sale_lines BEGIN SELECT RAISE(ABORT, 'a sale is voided, not deleted'); END;
CREATE TRIGGER sale_lines_are_final BEFORE UPDATE ON sale_lines BEGIN SELECT RAISE(ABORT, 'a sale is not changed'); END;
CREATE TRIGGER voids_are_kept BEFORE DELETE ON voids BEGIN SELECT RAISE(ABORT, 'a void is final'); END;

-- ---------------------------------------------------------------------------------------------- stock

CREATE TABLE lots (
    id              INTEGER PRIMARY KEY,
    product_id      INTEGER NOT NULL REFERENCES products (id),
    expires         TEXT,
    received_on     TEXT NOT NULL,
    -- Where it came from: a shipment's id, a supplier's name, or ''.
    origin          TEXT NOT NULL DEFAULT '',
    -- Cost per main unit of the product, if it was told.
    cost            INTEGER
) STRICT;
CREATE INDEX lots_by_product ON lots (product_id);

-- The ledger. On hand is its sum. A movement without a lot is of goods whose date nobody knows, or that the book did
-- not have.
CREATE TABLE stock_movements (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id    INTEGER NOT NULL REFERENCES products (id),
    lot_id        INTEGER REFERENCES lots (id),
    quantity      INTEGER NOT NULL CHECK (quantity <> 0),
    kind          TEXT NOT NULL CHECK (kind IN ('sale', 'void', 'receipt', 'count', 'adjustment')),
    reason        TEXT NOT NULL DEFAULT '',
    -- The sale, receipt, count, adjustment or delivery that caused it.
    reference     TEXT NOT NULL,
    business_date TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;
CREATE INDEX stock_movements_by_product ON stock_movements (product_id, seq);
CREATE INDEX stock_movements_by_reference ON stock_movements (reference);
CREATE TRIGGER stock_movements_are_kept BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'the stock ledger only grows'); END;
CREATE TRIGGER stock_movements_are_final BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'the stock ledger only grows'); END;

-- Projections of the ledger, kept in the same transaction and rebuildable from it. Lot 0 stands for no lot.
CREATE TABLE lot_stock (
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id     INTEGER NOT NULL,
    on_hand    INTEGER NOT NULL,
    PRIMARY KEY (product_id, lot_id)
) STRICT, WITHOUT ROWID;

-- Goods came in by receipt or count in one request, whose repetition must not bring them in twice.
CREATE TABLE stock_requests (
    id           TEXT PRIMARY KEY,
    content_hash BLOB NOT NULL,
    response     TEXT NOT NULL,
    at_utc       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A product's flow on a business date: exactly what plan::demand::DayFlow takes.
CREATE TABLE daily_flows (
    product_id    INTEGER NOT NULL REFERENCES products (id),
    business_date TEXT NOT NULL,
    -- Till sales less voids, on the date of the sale.
    sold          INTEGER NOT NULL DEFAULT 0,
    -- Sales history from a file; importing a date again replaces it.
    imported      INTEGER NOT NULL DEFAULT 0,
    -- Customers went away without it.
    missed        INTEGER NOT NULL DEFAULT 0,
    -- Sum of the ledger's movements of the date.
    net           INTEGER NOT NULL DEFAULT 0,
    -- Of those, what came in by receipt, count or correction.
    inflow        INTEGER NOT NULL DEFAULT 0,
    -- The ledger has a movement on this date.
    moved         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (product_id, business_date)
) STRICT, WITHOUT ROWID;

CREATE TABLE missed_demand (
    id            INTEGER PRIMARY KEY,
    product_id    INTEGER NOT NULL REFERENCES products (id),
    quantity      INTEGER NOT NULL CHECK (quantity > 0),
    business_date TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;

-- ---------------------------------------------------------------------------------------------- plans

CREATE TABLE plans (
    id             TEXT PRIMARY KEY,
    plan_date      TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    -- By the schedule or kept on request: one for each local date. Others are asked for and not kept as the day's.
    saved          INTEGER NOT NULL,
    policy         TEXT NOT NULL,
    total_cost     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX plans_one_a_date ON plans (plan_date) WHERE saved = 1;

-- A line is kept as the planner gave it, reason included, as JSON; the columns are for sorting and selecting.
CREATE TABLE plan_lines (
    plan_id  TEXT NOT NULL REFERENCES plans (id),
    line_no  INTEGER NOT NULL,
    sku      TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    cost     INTEGER NOT NULL,
    line     TEXT NOT NULL,
    PRIMARY KEY (plan_id, line_no)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------------------------------------- deliveries

CREATE TABLE deliveries (
    id                TEXT PRIMARY KEY,
    state             TEXT NOT NULL CHECK (state IN ('announced', 'dispatched', 'received', 'cancelled')),
    expected_on       TEXT NOT NULL,
    announced_at_utc  TEXT NOT NULL,
    received_at_utc   TEXT,
    receipt_hash      BLOB,
    cancel_reason     TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE delivery_lines (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    line_no     INTEGER NOT NULL,
    sku         TEXT NOT NULL,
    name        TEXT NOT NULL,
    quantity    INTEGER NOT NULL,
    expires     TEXT,
    received    INTEGER,
    damaged     INTEGER,
    PRIMARY KEY (delivery_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_lines_by_sku ON delivery_lines (sku);

-- ---------------------------------------------------------------------------------------------- sync

CREATE TABLE events (
    epoch              INTEGER NOT NULL,
    seq                INTEGER NOT NULL,
    event_id           TEXT NOT NULL,
    kind               TEXT NOT NULL,
    version            INTEGER NOT NULL,
    at_utc             TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL,
    business_date      TEXT NOT NULL,
    payload            TEXT NOT NULL,
    prev_hash          BLOB NOT NULL,
    hash               BLOB NOT NULL,
    PRIMARY KEY (epoch, seq)
) STRICT;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END;

-- One row: where the log ends, and what is known of the hub.
CREATE TABLE sync_state (
    id                  INTEGER PRIMARY KEY CHECK (id = 1),
    epoch               INTEGER NOT NULL,
    head_seq            INTEGER NOT NULL,
    head_hash           BLOB NOT NULL,
    acked_seq           INTEGER NOT NULL,
    hub_url             TEXT,
    hub_name            TEXT,
    hub_shop_id         TEXT,
    -- The device's own secret; kept from before pairing is asked for, so that a lost answer loses nothing.
    token               TEXT,
    incarnation         TEXT,
    cursor              TEXT NOT NULL DEFAULT '',
    -- An epoch asked for and not yet answered keeps its nonce.
    epoch_nonce         TEXT,
    failures            INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_utc TEXT,
    last_success_at_utc TEXT,
    last_error          TEXT,
    skew_seconds        INTEGER NOT NULL DEFAULT 0,
    review_days         INTEGER,
    lead_time_days      INTEGER
) STRICT;

-- Every note that arrived, applied or set aside.
CREATE TABLE notes (
    note_id         TEXT PRIMARY KEY,
    position        INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    version         INTEGER NOT NULL,
    payload         TEXT NOT NULL,
    received_at_utc TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('applied', 'quarantined')),
    error           TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX notes_quarantined ON notes (position) WHERE state = 'quarantined';

-- ---------------------------------------------------------------------------------------------- audit

CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    at_utc    TEXT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
