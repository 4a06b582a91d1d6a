-- The distributor's own warehouse, whom it buys from, and its orders to them, SQLite. The same tables and columns in
-- the same order as in schema/hub/postgres/. No foreign keys: a warehouse is sharded by its tenant.

-- The stock ledger. Rows are added and never changed; stock is their sum.
CREATE TABLE stock_moves (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- Position in this product's ledger, from 1 without a gap.
    seq INTEGER NOT NULL,
    -- The supplier's lot code; '' where it has none.
    lot TEXT NOT NULL,
    -- Best before; '' for goods without a date.
    expires TEXT NOT NULL,
    -- Base units, negative for what leaves.
    quantity INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- What it belongs to: a stock document, a shipment, an order.
    reference TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sku, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_moves_by_reference ON stock_moves (tenant_id, reference);
CREATE INDEX stock_moves_by_time ON stock_moves (tenant_id, at_utc);

-- A product is kept count of from its first move or count on.
CREATE TABLE stock_heads (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- The last position of its ledger; 0 before the first move.
    seq INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku)
) STRICT, WITHOUT ROWID;

-- The sum of the ledger by lot, without lots that sum to 0.
CREATE TABLE stock_lots (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    lot TEXT NOT NULL,
    expires TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku, lot, expires)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_lots_by_date ON stock_lots (tenant_id, expires);

CREATE TABLE stock_reservations (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- For what: 'shipment', 'order' and the like, and which one.
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (tenant_id, sku, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_reservations_by_subject ON stock_reservations (tenant_id, kind, subject);

-- Receipts, counts and adjustments as people made them; their moves refer to them.
CREATE TABLE stock_documents (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receipt', 'count', 'adjustment')),
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    -- What was told and what came of it.
    detail_json TEXT NOT NULL,
    -- SHA-256 of what was asked for: the same id with other content is refused.
    request_hash BLOB NOT NULL,
    undone_at_utc TEXT,
    undone_by TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_documents_by_time ON stock_documents (tenant_id, at_utc);

-- What the hub keeps of a supplier besides its row in suppliers.
CREATE TABLE supplier_terms (
    tenant_id TEXT NOT NULL,
    supplier TEXT NOT NULL,
    -- It has said that it cannot deliver before this date.
    unavailable_until TEXT,
    unavailable_reason TEXT,
    -- The supplier's own cost of an order (C_s), such as loading.
    supplier_order_cost INTEGER,
    -- Standard deviation of its lead time, in thousandths of a day.
    lead_time_sd_milli_days INTEGER,
    -- 'mon,thu'; null where it takes orders on any day.
    order_weekdays TEXT,
    PRIMARY KEY (tenant_id, supplier)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_suppliers (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    supplier TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('purchase', 'production')),
    -- 1 is asked first.
    rank INTEGER NOT NULL,
    supplier_sku TEXT,
    -- Null where the supplier's own holds.
    lead_time_days INTEGER,
    -- Rupiah per unit of the product; null where the product's cost holds.
    price INTEGER,
    -- The supplier's own cost per unit (P_s); null where the price stands in.
    supplier_price INTEGER,
    -- Least order of this product, base units.
    minimum_quantity INTEGER,
    -- What ordering this product costs each time: the distributor (C_kd) and the supplier (C_ks).
    order_cost INTEGER,
    supplier_order_cost INTEGER,
    -- The supplier's pack; null where the product's own holds.
    pack_name TEXT,
    pack_size INTEGER,
    active INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku, supplier)
) STRICT, WITHOUT ROWID;

CREATE INDEX product_suppliers_by_supplier ON product_suppliers (tenant_id, supplier);

CREATE TABLE supplier_orders (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    -- 'PO-2026-0001', from the moment it is confirmed; null before.
    number TEXT,
    supplier TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('recommended', 'confirmed', 'sent', 'part_received', 'received', 'closed_short', 'cancelled')),
    -- Counts up with every change: an edit says which one it was made from.
    version INTEGER NOT NULL,
    plan_date TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    -- When the supplier says it will deliver, and in which words.
    promised_on TEXT,
    promise_note TEXT,
    note TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    created_by TEXT NOT NULL,
    confirmed_at_utc TEXT,
    sent_at_utc TEXT,
    -- When nothing more was to come of it.
    ended_at_utc TEXT,
    end_reason TEXT,
    -- Why it was recommended.
    reason_json TEXT,
    request_hash BLOB NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX supplier_orders_by_state ON supplier_orders (tenant_id, state, created_at_utc);
CREATE INDEX supplier_orders_by_supplier ON supplier_orders (tenant_id, supplier, created_at_utc);

CREATE TABLE supplier_order_lines (
    tenant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    line_no INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The product's unit and the supplier's pack when the line was made.
    unit TEXT NOT NULL,
    unit_factor INTEGER NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size INTEGER NOT NULL,
    supplier_sku TEXT,
    recommended INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    -- Rupiah per unit.
    price INTEGER NOT NULL,
    -- What the supplier says it will deliver of it; null where it has not said.
    promised INTEGER,
    -- What came in good condition, and what came damaged.
    received INTEGER NOT NULL,
    damaged INTEGER NOT NULL,
    reason_json TEXT,
    PRIMARY KEY (tenant_id, order_id, line_no),
    UNIQUE (tenant_id, order_id, sku)
) STRICT, WITHOUT ROWID;

CREATE INDEX supplier_order_lines_by_sku ON supplier_order_lines (tenant_id, sku);

-- What came of an order at one time.
CREATE TABLE supplier_receipts (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    actor TEXT NOT NULL,
    -- The number of the supplier's delivery note, or words.
    note TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    undone_at_utc TEXT,
    undone_by TEXT,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX supplier_receipts_by_order ON supplier_receipts (tenant_id, order_id, at_utc);

CREATE TABLE supplier_receipt_lines (
    tenant_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    line_no INTEGER NOT NULL,
    sku TEXT NOT NULL,
    lot TEXT NOT NULL,
    expires TEXT NOT NULL,
    -- In good condition, and not.
    quantity INTEGER NOT NULL,
    damaged INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, receipt_id, line_no)
) STRICT, WITHOUT ROWID;

-- The last of the numbers that people read, by series and year: 'PO-2026'.
CREATE TABLE supply_counters (
    tenant_id TEXT NOT NULL,
    series TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, series)
) STRICT, WITHOUT ROWID;
