-- The hub's database, SQLite. The same tables and columns in the same order as schema/hub/postgres/0001_hub.sql.
--
-- Quantities are base units, money is whole rupiah, flags are 0 or 1. Dates are 'YYYY-MM-DD', moments RFC 3339 in UTC
-- with milliseconds: texts of one form sort as what they mean. Identities are UUIDs as text; counters are kept in the row
-- they belong to.

CREATE TABLE hub (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    timezone TEXT NOT NULL,
    pin_hash TEXT
) STRICT;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    timezone TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    active INTEGER NOT NULL,
    -- What the hub has set for this shop; null where it leaves it to the shop.
    review_days INTEGER,
    lead_time_days INTEGER,
    -- 'mon,thu'; null for any day.
    delivery_weekdays TEXT,
    -- The shop's own plan::Policy, from its latest policy.set.
    policy_json TEXT,
    -- The position of the latest note.
    note_position INTEGER NOT NULL,
    last_contact_utc TEXT,
    -- Shop's clock minus hub's, at the last push.
    skew_seconds INTEGER
) STRICT;

CREATE TABLE pairing_codes (
    code_hash BLOB PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    created_at_utc TEXT NOT NULL,
    expires_at_utc TEXT NOT NULL,
    used_by_device TEXT
) STRICT;

CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    token_hash BLOB NOT NULL UNIQUE,
    epoch INTEGER NOT NULL,
    head_seq INTEGER NOT NULL,
    -- The hash at head_seq; at 0 the one that the epoch's first event follows.
    head_hash BLOB NOT NULL,
    -- The nonce that the current epoch was granted for; null in the first.
    epoch_nonce TEXT,
    paired_at_utc TEXT NOT NULL,
    revoked INTEGER NOT NULL
) STRICT;

CREATE INDEX devices_by_shop ON devices (shop_id);

CREATE TABLE events (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    device_id TEXT NOT NULL REFERENCES devices (id),
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash BLOB NOT NULL,
    prev_hash BLOB NOT NULL,
    received_at_utc TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('applied', 'duplicate', 'quarantined')),
    error TEXT,
    PRIMARY KEY (device_id, epoch, seq)
) STRICT;

CREATE INDEX events_by_shop ON events (shop_id, kind, business_date);
CREATE INDEX events_quarantined ON events (shop_id) WHERE state = 'quarantined';

CREATE TABLE applied_events (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    event_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_products (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor INTEGER NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size INTEGER NOT NULL,
    minimum_order INTEGER NOT NULL,
    shelf_life_days INTEGER,
    consignment INTEGER NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sku)
) STRICT, WITHOUT ROWID;

-- Independent of shop_products: stock of a product that the hub has not heard of yet is stock all the same.
CREATE TABLE shop_lots (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    -- Best before; '' for goods without a date.
    expires TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sku, expires)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_daily (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    business_date TEXT NOT NULL,
    -- Sales less voids, by the date of the sale.
    sold INTEGER NOT NULL,
    -- Sales from before the till, as imported.
    imported INTEGER NOT NULL,
    -- Asked for and not there.
    missed INTEGER NOT NULL,
    -- Sum of the day's stock movements.
    net INTEGER NOT NULL,
    -- Of these, what came in by receipt, and by count or adjustment upward.
    inflow INTEGER NOT NULL,
    -- 1 when anything moved.
    moved INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sku, business_date)
) STRICT, WITHOUT ROWID;

-- The hub's catalogue.
CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor INTEGER NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size INTEGER NOT NULL,
    minimum_order INTEGER NOT NULL,
    shelf_life_days INTEGER,
    -- What a shop pays per unit, and what the hub paid.
    price INTEGER NOT NULL,
    cost INTEGER,
    barcode TEXT UNIQUE,
    supplier TEXT,
    category TEXT,
    active INTEGER NOT NULL
) STRICT;

CREATE TABLE suppliers (
    name TEXT PRIMARY KEY,
    lead_time_days INTEGER,
    minimum_order_value INTEGER,
    handling_cost INTEGER,
    phone TEXT,
    email TEXT,
    address TEXT,
    active INTEGER NOT NULL
) STRICT;

CREATE TABLE costs (
    -- '' for every shop.
    shop_id TEXT NOT NULL,
    -- '' for the cost of a delivery as such.
    sku TEXT NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE shipments (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    state TEXT NOT NULL
        CHECK (state IN ('recommended', 'confirmed', 'dispatched', 'received', 'short', 'cancelled')),
    plan_date TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    confirmed_at_utc TEXT,
    dispatched_at_utc TEXT,
    received_at_utc TEXT,
    cancelled_at_utc TEXT,
    cancel_reason TEXT,
    -- SHA-256 of what was asked for: the same id with other content is refused.
    request_hash BLOB NOT NULL
) STRICT;

CREATE INDEX shipments_by_shop ON shipments (shop_id, state);

CREATE TABLE shipment_lines (
    shipment_id TEXT NOT NULL REFERENCES shipments (id),
    line_no INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    recommended INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    -- Null until the shop has told.
    received INTEGER,
    damaged INTEGER,
    expires TEXT,
    reason_json TEXT,
    PRIMARY KEY (shipment_id, line_no),
    UNIQUE (shipment_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    position INTEGER NOT NULL,
    note_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    PRIMARY KEY (shop_id, position)
) STRICT;

-- Tokens of people's own systems for /api/v1.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at_utc TEXT NOT NULL,
    last_used_at_utc TEXT,
    revoked INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
