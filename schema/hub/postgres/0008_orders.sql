-- Orders of customers, what they are told, and calls to the distributor's other systems, PostgreSQL. The same tables and
-- columns in the same order as the file of this name in schema/hub/sqlite.

CREATE TABLE customers (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- International, digits only; '' for none.
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('id', 'en')),
    -- How they are told how far an order is.
    channel TEXT NOT NULL CHECK (channel IN ('email', 'whatsapp', 'webhook', 'none')),
    -- The shop of this hub that the customer is; null for an end customer.
    of_shop TEXT,
    -- Why nothing leaves for them at present; '' for nothing.
    hold TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at_utc TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX customers_by_shop ON customers (tenant_id, of_shop);

-- The last number given in a year: SO-2026-0001.
CREATE TABLE order_numbers (
    tenant_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, year)
);

-- How a product is had where it is not taken from stock. The row of sku '' has the stages of what is made to order and has
-- none of its own.
CREATE TABLE order_rules (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stock', 'made', 'dropship')),
    supplier TEXT NOT NULL,
    stages_json TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sku)
);

CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    of_shop TEXT,
    source TEXT NOT NULL CHECK (source IN ('page', 'api', 'file')),
    -- What follows from the lines, kept to be found by.
    phase TEXT NOT NULL
        CHECK (phase IN ('received', 'confirmed', 'in_production', 'ready', 'shipped', 'delivered', 'cancelled')),
    stage BIGINT NOT NULL,
    placed_at_utc TEXT NOT NULL,
    wanted_on TEXT,
    confirmed_at_utc TEXT,
    ready_at_utc TEXT,
    cancelled_at_utc TEXT,
    cancel_reason TEXT,
    -- The customer's own number.
    reference TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Of the public page: 256 random bits, and their SHA-256, by which it is found.
    link_secret TEXT NOT NULL,
    link_hash BYTEA NOT NULL,
    -- SHA-256 of what was asked for: the same id with other content is refused.
    request_hash BYTEA NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number),
    UNIQUE (tenant_id, link_hash)
);

CREATE INDEX orders_by_phase ON orders (tenant_id, phase, placed_at_utc);
CREATE INDEX orders_by_customer ON orders (tenant_id, customer_id, placed_at_utc);
CREATE INDEX orders_by_shop ON orders (tenant_id, of_shop, phase);

CREATE TABLE order_lines (
    tenant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    line_no BIGINT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stock', 'made', 'dropship')),
    supplier TEXT NOT NULL,
    -- Rupiah per unit.
    price BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    -- Backlog: set aside and not sent yet.
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    shipped BIGINT NOT NULL CHECK (shipped >= 0),
    -- Not there yet.
    backordered BIGINT NOT NULL CHECK (backordered >= 0),
    cancelled BIGINT NOT NULL CHECK (cancelled >= 0),
    -- Of what was shipped.
    delivered BIGINT NOT NULL CHECK (delivered >= 0 AND delivered <= shipped),
    -- Of what is made to order: 0 before it is begun, n in its nth stage, one more than there are when it is done.
    stage BIGINT NOT NULL,
    stages_json TEXT NOT NULL,
    promised_on TEXT,
    -- What the promise rests on, and which one of it.
    promised_by TEXT NOT NULL,
    promise_reference TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, line_no),
    UNIQUE (tenant_id, order_id, sku),
    CHECK (reserved + shipped + backordered + cancelled = quantity)
);

CREATE INDEX order_lines_waiting ON order_lines (tenant_id, sku) WHERE backordered > 0;
CREATE INDEX order_lines_set_aside ON order_lines (tenant_id, sku) WHERE reserved > 0;

-- What leaves together; of a shipment to a shop where shipment_id says so.
CREATE TABLE order_parcels (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    parcel_no BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'shipped', 'delivered', 'returned')),
    shipment_id TEXT,
    carrier TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    shipped_at_utc TEXT,
    delivered_at_utc TEXT,
    request_hash BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, order_id, parcel_no)
);

CREATE INDEX order_parcels_by_shipment ON order_parcels (tenant_id, shipment_id);

CREATE TABLE order_parcel_lines (
    tenant_id TEXT NOT NULL,
    parcel_id TEXT NOT NULL,
    line_no BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, parcel_id, line_no)
);

-- Each phase that an order came to, once for each stage or parcel.
CREATE TABLE order_phases (
    tenant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    step_no BIGINT NOT NULL,
    phase TEXT NOT NULL,
    -- The stage's name in both languages as JSON, or the parcel's number; '' for neither.
    detail TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, step_no)
);

CREATE TABLE webhooks (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What calls are signed with: it has to be known here, so it is not kept as a hash.
    secret TEXT NOT NULL,
    -- Patterns with spaces between: 'order.* shipment.dispatched', '*'.
    kinds TEXT NOT NULL,
    -- The customer whose orders' phases it is told; null for the distributor's own.
    customer_id TEXT,
    active BIGINT NOT NULL,
    created_at_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Messages to be sent, and those that were.
CREATE TABLE outbox (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'whatsapp', 'webhook')),
    -- An e-mail address, a telephone number, or a webhook's identity.
    recipient TEXT NOT NULL,
    -- What the message is about: there is one message about it, ever.
    topic_key TEXT NOT NULL,
    -- Messages of one subject reach a recipient in their order.
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    order_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'by_hand', 'sent', 'stuck', 'dropped')),
    attempts BIGINT NOT NULL,
    -- Of the attempts, those of which nobody knows how they ended.
    unsure BIGINT NOT NULL,
    next_at_utc TEXT NOT NULL,
    lease_until_utc TEXT,
    last_error TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    sent_at_utc TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, topic_key)
);

CREATE INDEX outbox_due ON outbox (tenant_id, state, next_at_utc);
CREATE INDEX outbox_by_subject ON outbox (tenant_id, recipient, subject, created_at_utc);
CREATE INDEX outbox_by_order ON outbox (tenant_id, order_id);

CREATE TABLE outbox_attempts (
    tenant_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    at_utc TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'failed', 'unsure')),
    detail TEXT NOT NULL,
    PRIMARY KEY (tenant_id, message_id, attempt)
);
