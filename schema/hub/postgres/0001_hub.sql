-- The hub's database, PostgreSQL. The same tables and columns in the same order as schema/hub/sqlite/0001_hub.sql.
--
-- Quantities are base units, money is whole rupiah, flags are 0 or 1. Dates are 'YYYY-MM-DD', moments RFC 3339 in UTC
-- with milliseconds: texts of one form sort as what they mean. Identities are UUIDs as text; counters are kept in the row
-- they belong to.

CREATE TABLE hub (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    timezone TEXT NOT NULL,
    pin_hash TEXT
);

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    timezone TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    active BIGINT NOT NULL,
    -- What the hub has set for this shop; null where it leaves it to the shop.
    review_days BIGINT,
    lead_time_days BIGINT,
    -- 'mon,thu'; null for any day.
    delivery_weekdays TEXT,
    -- The shop's own plan::Policy, from its latest policy.set.
    policy_json TEXT,
    -- The position of the latest note.
    note_position BIGINT NOT NULL,
    last_contact_utc TEXT,
    -- Shop's clock minus hub's, at the last push.
    skew_seconds BIGINT
);

CREATE TABLE pairing_codes (
    code_hash BYTEA PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    created_at_utc TEXT NOT NULL,
    expires_at_utc TEXT NOT NULL,
    used_by_device TEXT
);

CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    token_hash BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    head_seq BIGINT NOT NULL,
    -- The hash at head_seq; at 0 the one that the epoch's first event follows.
    head_hash BYTEA NOT NULL,
    -- The nonce that the current epoch was granted for; null in the first.
    epoch_nonce TEXT,
    paired_at_utc TEXT NOT NULL,
    revoked BIGINT NOT NULL
);

CREATE INDEX devices_by_shop ON devices (shop_id);

CREATE TABLE events (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    device_id TEXT NOT NULL REFERENCES devices (id),
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    at_utc TEXT NOT NULL,
    utc_offset_minutes BIGINT NOT NULL,
    business_date TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    received_at_utc TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('applied', 'duplicate', 'quarantined')),
    error TEXT,
    PRIMARY KEY (device_id, epoch, seq)
);

CREATE INDEX events_by_shop ON events (shop_id, kind, business_date);
CREATE INDEX events_quarantined ON events (shop_id) WHERE state = 'quarantined';

CREATE TABLE applied_events (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    event_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, event_id)
);

CREATE TABLE shop_products (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor BIGINT NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size BIGINT NOT NULL,
    minimum_order BIGINT NOT NULL,
    shelf_life_days BIGINT,
    consignment BIGINT NOT NULL,
    active BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sku)
);

-- Independent of shop_products: stock of a product that the hub has not heard of yet is stock all the same.
CREATE TABLE shop_lots (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    -- Best before; '' for goods without a date.
    expires TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sku, expires)
);

CREATE TABLE shop_daily (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sku TEXT NOT NULL,
    business_date TEXT NOT NULL,
    -- Sales less voids, by the date of the sale.
    sold BIGINT NOT NULL,
    -- Sales from before the till, as imported.
    imported BIGINT NOT NULL,
    -- Asked for and not there.
    missed BIGINT NOT NULL,
    -- Sum of the day's stock movements.
    net BIGINT NOT NULL,
    -- Of these, what came in by receipt, and by count or adjustment upward.
    inflow BIGINT NOT NULL,
    -- 1 when anything moved.
    moved BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sku, business_date)
);

-- The hub's catalogue.
CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor BIGINT NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size BIGINT NOT NULL,
    minimum_order BIGINT NOT NULL,
    shelf_life_days BIGINT,
    -- What a shop pays per unit, and what the hub paid.
    price BIGINT NOT NULL,
    cost BIGINT,
    barcode TEXT UNIQUE,
    supplier TEXT,
    category TEXT,
    active BIGINT NOT NULL
);

CREATE TABLE suppliers (
    name TEXT PRIMARY KEY,
    lead_time_days BIGINT,
    minimum_order_value BIGINT,
    handling_cost BIGINT,
    phone TEXT,
    email TEXT,
    address TEXT,
    active BIGINT NOT NULL
);

CREATE TABLE costs (
    -- '' for every shop.
    shop_id TEXT NOT NULL,
    -- '' for the cost of a delivery as such.
    sku TEXT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sku)
);

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
    request_hash BYTEA NOT NULL
);

CREATE INDEX shipments_by_shop ON shipments (shop_id, state);

CREATE TABLE shipment_lines (
    shipment_id TEXT NOT NULL REFERENCES shipments (id),
    line_no BIGINT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    recommended BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    -- Null until the shop has told.
    received BIGINT,
    damaged BIGINT,
    expires TEXT,
    reason_json TEXT,
    PRIMARY KEY (shipment_id, line_no),
    UNIQUE (shipment_id, sku)
);

CREATE TABLE notes (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    position BIGINT NOT NULL,
    note_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    payload TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    PRIMARY KEY (shop_id, position)
);

-- Tokens of people's own systems for /api/v1.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at_utc TEXT NOT NULL,
    last_used_at_utc TEXT,
    revoked BIGINT NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
