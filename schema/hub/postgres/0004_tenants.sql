-- Several distributors in one hub, PostgreSQL. The same tables and columns in the same order as
-- schema/hub/sqlite/0004_tenants.sql.
--
-- Every row that belongs to a distributor says so in tenant_id, which stands first in every key, and
-- then whose shop it belongs to: a table can be spread over machines by tenant and shop. No key spans distributors;
-- what a secret opens is told by credentials, the one table that is asked before the distributor is known. References
-- between tables are the doctor's to watch: a constraint would be looked up for every line of every sale.

CREATE TABLE was_device_instances AS SELECT * FROM device_instances;
CREATE TABLE was_pairing_codes AS SELECT * FROM pairing_codes;
CREATE TABLE was_applied_events AS SELECT * FROM applied_events;
CREATE TABLE was_events AS SELECT * FROM events;
CREATE TABLE was_shop_products AS SELECT * FROM shop_products;
CREATE TABLE was_shop_lots AS SELECT * FROM shop_lots;
CREATE TABLE was_shop_daily AS SELECT * FROM shop_daily;
CREATE TABLE was_shipment_lines AS SELECT * FROM shipment_lines;
CREATE TABLE was_shipments AS SELECT * FROM shipments;
CREATE TABLE was_notes AS SELECT * FROM notes;
CREATE TABLE was_alarms AS SELECT * FROM alarms;
CREATE TABLE was_backup_parts AS SELECT * FROM backup_parts;
CREATE TABLE was_backup_sets AS SELECT * FROM backup_sets;
CREATE TABLE was_backup_chains AS SELECT * FROM backup_chains;
CREATE TABLE was_backup_grants AS SELECT * FROM backup_grants;
CREATE TABLE was_devices AS SELECT * FROM devices;
CREATE TABLE was_settings AS SELECT * FROM settings;
CREATE TABLE was_products AS SELECT * FROM products;
CREATE TABLE was_suppliers AS SELECT * FROM suppliers;
CREATE TABLE was_costs AS SELECT * FROM costs;
CREATE TABLE was_tokens AS SELECT * FROM tokens;
CREATE TABLE was_audit AS SELECT * FROM audit;
CREATE TABLE was_shops AS SELECT * FROM shops;
CREATE TABLE was_hub AS SELECT * FROM hub;
DROP TABLE device_instances;
DROP TABLE pairing_codes;
DROP TABLE applied_events;
DROP TABLE events;
DROP TABLE shop_products;
DROP TABLE shop_lots;
DROP TABLE shop_daily;
DROP TABLE shipment_lines;
DROP TABLE shipments;
DROP TABLE notes;
DROP TABLE alarms;
DROP TABLE backup_parts;
DROP TABLE backup_sets;
DROP TABLE backup_chains;
DROP TABLE backup_grants;
DROP TABLE devices;
DROP TABLE settings;
DROP TABLE products;
DROP TABLE suppliers;
DROP TABLE costs;
DROP TABLE tokens;
DROP TABLE audit;
DROP TABLE shops;
DROP TABLE hub;

-- The installation: one row.
CREATE TABLE hub (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    incarnation TEXT NOT NULL,
    created_at_utc TEXT NOT NULL
);

-- The distributors.
CREATE TABLE tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    active BIGINT NOT NULL,
    pin_hash TEXT,
    -- 'id' or 'en'; null where each visitor's own choice holds.
    language TEXT
);

-- Whose a secret is: device tokens, API tokens, one-time codes, leaves to read backups, sessions, tracking links.
-- Asked before the distributor is known, and for nothing else: what the secret allows is looked up among the
-- distributor's own rows.
CREATE TABLE credentials (
    -- SHA-256 of the secret.
    hash BYTEA PRIMARY KEY,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- What it belongs to, in the distributor's rows.
    subject TEXT NOT NULL
);

CREATE TABLE settings (
    tenant_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

CREATE TABLE shops (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
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
    skew_seconds BIGINT,
    -- Of the notes up to here some are gone, because newer ones on their topic had long come.
    notes_compacted_to BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE pairing_codes (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at_utc TEXT NOT NULL,
    expires_at_utc TEXT NOT NULL,
    used_by_device TEXT,
    PRIMARY KEY (tenant_id, shop_id, code_hash)
);

CREATE TABLE devices (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    id TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    epoch BIGINT NOT NULL,
    head_seq BIGINT NOT NULL,
    -- The hash at head_seq; at 0 the one that the epoch's first event follows.
    head_hash BYTEA NOT NULL,
    -- The nonce that the current epoch was granted for; null in the first.
    epoch_nonce TEXT,
    paired_at_utc TEXT NOT NULL,
    revoked BIGINT NOT NULL,
    -- The copy that spoke last, and the copy that the current epoch was granted to.
    instance TEXT,
    epoch_instance TEXT,
    PRIMARY KEY (tenant_id, shop_id, id)
);

CREATE TABLE device_instances (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    -- The identity that a copy of the shop's database gives itself.
    instance TEXT NOT NULL,
    first_heard_utc TEXT NOT NULL,
    last_heard_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, device_id, instance)
);

CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, shop_id, device_id, epoch, seq)
);

CREATE TABLE applied_events (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, event_id)
);

CREATE TABLE shop_products (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, shop_id, sku)
);

-- Independent of shop_products: stock of a product that the hub has not heard of yet is stock all the same.
CREATE TABLE shop_lots (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- Best before; '' for goods without a date.
    expires TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, sku, expires)
);

CREATE TABLE shop_daily (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, shop_id, sku, business_date)
);

-- A distributor's catalogue.
CREATE TABLE products (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor BIGINT NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size BIGINT NOT NULL,
    minimum_order BIGINT NOT NULL,
    shelf_life_days BIGINT,
    -- What a shop pays per unit, and what the distributor paid.
    price BIGINT NOT NULL,
    cost BIGINT,
    barcode TEXT,
    supplier TEXT,
    category TEXT,
    active BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sku),
    UNIQUE (tenant_id, barcode)
);

CREATE TABLE suppliers (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    lead_time_days BIGINT,
    minimum_order_value BIGINT,
    handling_cost BIGINT,
    phone TEXT,
    email TEXT,
    address TEXT,
    active BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE costs (
    tenant_id TEXT NOT NULL,
    -- '' for every shop.
    shop_id TEXT NOT NULL,
    -- '' for the cost of a delivery as such.
    sku TEXT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, sku)
);

CREATE TABLE shipments (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    id TEXT NOT NULL,
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
    request_hash BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, id)
);

CREATE TABLE shipment_lines (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, shop_id, shipment_id, line_no),
    UNIQUE (tenant_id, shop_id, shipment_id, sku)
);

CREATE TABLE notes (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    note_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    payload TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    -- What a note is about: of two notes on one topic the later one holds.
    topic TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, shop_id, position)
);

CREATE TABLE alarms (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    raised_at_utc TEXT NOT NULL,
    last_at_utc TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, kind)
);

-- Tokens of people's own systems for /api/v1.
CREATE TABLE tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    label TEXT NOT NULL,
    hash BYTEA NOT NULL,
    created_at_utc TEXT NOT NULL,
    last_used_at_utc TEXT,
    revoked BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- A chain of each distributor's own.
CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

CREATE TABLE backup_parts (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    -- SHA-256 of content.
    hash BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    received_at_utc TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, hash)
);

-- A set is the first chain_parts parts of its chain.
CREATE TABLE backup_sets (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    chain_parts BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    manifest_hash BYTEA NOT NULL,
    -- Of all its parts.
    bytes BIGINT NOT NULL,
    received_at_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, id)
);

CREATE TABLE backup_chains (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    -- From 1, without a gap.
    position BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, chain_id, position)
);

-- Leave to read a shop's sets, for a device that takes the place of a dead one.
CREATE TABLE backup_grants (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    id TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    expires_at_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, id)
);

INSERT INTO hub SELECT id, incarnation, created_at_utc FROM was_hub;
INSERT INTO tenants SELECT 'first', name, timezone, created_at_utc, 1, pin_hash, NULL FROM was_hub;
INSERT INTO credentials SELECT token_hash, 'first', 'device', id FROM was_devices;
INSERT INTO credentials SELECT hash, 'first', 'token', id FROM was_tokens;
INSERT INTO credentials SELECT code_hash, 'first', 'code', shop_id FROM was_pairing_codes;
INSERT INTO credentials SELECT token_hash, 'first', 'grant', id FROM was_backup_grants;
INSERT INTO settings SELECT 'first', key, value FROM was_settings;
INSERT INTO shops SELECT 'first', id, name, timezone, created_at_utc, active, review_days, lead_time_days,
    delivery_weekdays, policy_json, note_position, last_contact_utc, skew_seconds, notes_compacted_to FROM was_shops;
INSERT INTO pairing_codes SELECT 'first', shop_id, code_hash, created_at_utc, expires_at_utc, used_by_device
    FROM was_pairing_codes;
INSERT INTO devices SELECT 'first', shop_id, id, token_hash, epoch, head_seq, head_hash, epoch_nonce,
    paired_at_utc, revoked, instance, epoch_instance FROM was_devices;
INSERT INTO device_instances SELECT 'first', d.shop_id, i.device_id, i.instance, i.first_heard_utc,
    i.last_heard_utc FROM was_device_instances i JOIN was_devices d ON d.id = i.device_id;
INSERT INTO events SELECT 'first', shop_id, device_id, epoch, seq, event_id, kind, version, at_utc,
    utc_offset_minutes, business_date, payload, hash, prev_hash, received_at_utc, state, error FROM was_events;
INSERT INTO applied_events SELECT 'first', shop_id, event_id FROM was_applied_events;
INSERT INTO shop_products SELECT 'first', shop_id, sku, name, base_unit, unit, unit_factor, pack_name,
    pack_size, minimum_order, shelf_life_days, consignment, active FROM was_shop_products;
INSERT INTO shop_lots SELECT 'first', shop_id, sku, expires, quantity FROM was_shop_lots;
INSERT INTO shop_daily SELECT 'first', shop_id, sku, business_date, sold, imported, missed, net, inflow, moved
    FROM was_shop_daily;
INSERT INTO products SELECT 'first', sku, name, base_unit, unit, unit_factor, pack_name, pack_size,
    minimum_order, shelf_life_days, price, cost, barcode, supplier, category, active FROM was_products;
INSERT INTO suppliers SELECT 'first', name, lead_time_days, minimum_order_value, handling_cost, phone, email,
    address, active FROM was_suppliers;
INSERT INTO costs SELECT 'first', shop_id, sku, cost FROM was_costs;
INSERT INTO shipments SELECT 'first', shop_id, id, state, plan_date, expected_on, created_at_utc,
    confirmed_at_utc, dispatched_at_utc, received_at_utc, cancelled_at_utc, cancel_reason, request_hash FROM
    was_shipments;
INSERT INTO shipment_lines SELECT 'first', s.shop_id, l.shipment_id, l.line_no, l.sku, l.name, l.recommended,
    l.quantity, l.received, l.damaged, l.expires, l.reason_json FROM was_shipment_lines l JOIN was_shipments s ON
    s.id = l.shipment_id;
INSERT INTO notes SELECT 'first', shop_id, position, note_id, kind, version, payload, created_at_utc, topic FROM
    was_notes;
INSERT INTO alarms SELECT 'first', shop_id, kind, raised_at_utc, last_at_utc, times FROM was_alarms;
INSERT INTO tokens SELECT 'first', id, label, hash, created_at_utc, last_used_at_utc, revoked FROM was_tokens;
INSERT INTO audit SELECT 'first', seq, at_utc, actor, action, subject, detail, prev_hash, hash FROM was_audit;
INSERT INTO backup_parts SELECT 'first', shop_id, hash, bytes, received_at_utc, content FROM was_backup_parts;
INSERT INTO backup_sets SELECT 'first', shop_id, id, device_id, chain_id, chain_parts, key_hash, manifest_hash,
    bytes, received_at_utc FROM was_backup_sets;
INSERT INTO backup_chains SELECT 'first', shop_id, chain_id, position, hash FROM was_backup_chains;
INSERT INTO backup_grants SELECT 'first', shop_id, id, code_hash, token_hash, expires_at_utc FROM
    was_backup_grants;

DROP TABLE was_device_instances;
DROP TABLE was_pairing_codes;
DROP TABLE was_applied_events;
DROP TABLE was_events;
DROP TABLE was_shop_products;
DROP TABLE was_shop_lots;
DROP TABLE was_shop_daily;
DROP TABLE was_shipment_lines;
DROP TABLE was_shipments;
DROP TABLE was_notes;
DROP TABLE was_alarms;
DROP TABLE was_backup_parts;
DROP TABLE was_backup_sets;
DROP TABLE was_backup_chains;
DROP TABLE was_backup_grants;
DROP TABLE was_devices;
DROP TABLE was_settings;
DROP TABLE was_products;
DROP TABLE was_suppliers;
DROP TABLE was_costs;
DROP TABLE was_tokens;
DROP TABLE was_audit;
DROP TABLE was_shops;
DROP TABLE was_hub;

CREATE INDEX credentials_by_subject ON credentials (tenant, kind, subject);
CREATE INDEX pairing_codes_by_hash ON pairing_codes (tenant_id, code_hash);
CREATE INDEX devices_by_id ON devices (tenant_id, id);
CREATE INDEX devices_by_token ON devices (tenant_id, token_hash);
CREATE INDEX events_by_shop ON events (tenant_id, shop_id, kind, business_date);
CREATE INDEX events_quarantined ON events (tenant_id, shop_id) WHERE state = 'quarantined';
CREATE INDEX shipments_by_id ON shipments (tenant_id, id);
CREATE INDEX shipments_by_shop ON shipments (tenant_id, shop_id, state);
CREATE INDEX notes_by_topic ON notes (tenant_id, shop_id, topic, position);
CREATE INDEX tokens_by_hash ON tokens (tenant_id, hash);
CREATE INDEX backup_parts_room ON backup_parts (tenant_id, shop_id, bytes);
CREATE INDEX backup_grants_by_code ON backup_grants (tenant_id, code_hash);
CREATE INDEX backup_grants_by_token ON backup_grants (tenant_id, token_hash);
