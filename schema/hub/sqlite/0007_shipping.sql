-- Routes, vehicles and what a shipment is besides its lines: where it travels, by which note, from which lots, and what
-- of it did not come as it was sent. The same tables and columns in the same order as in schema/hub/postgres/.
--
-- Volumes are cubic centimetres, weights grams. Texts that may be absent and are part of a key are '' instead of null.

CREATE TABLE vehicles (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What it can carry; null for no limit that anybody has told.
    volume INTEGER,
    weight INTEGER,
    active INTEGER NOT NULL,
    -- Rises with each change, so that nobody overwrites what he has not seen.
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE routes (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- 'mon,thu'; null for any day.
    weekdays TEXT,
    vehicle_id TEXT,
    salesman TEXT NOT NULL,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

-- A shop is a stop of one route at most.
CREATE TABLE route_stops (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    route_id TEXT NOT NULL,
    stop_order INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX route_stops_by_route ON route_stops (tenant_id, route_id, stop_order);

-- The room that a pack of a product takes.
CREATE TABLE product_freight (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    pack_volume INTEGER NOT NULL,
    pack_weight INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku)
) STRICT, WITHOUT ROWID;

-- The last number given of each kind of paper and year.
CREATE TABLE shipping_numbers (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind, year)
) STRICT, WITHOUT ROWID;

-- A shipment on its way.
CREATE TABLE shipment_trips (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    -- The day on which it is to leave, and with which route; '' for none.
    delivery_date TEXT NOT NULL,
    route_id TEXT NOT NULL,
    -- Of the delivery note, from the confirmation on.
    number TEXT,
    -- 1 when a person changed what was recommended: it is not recommended anew over that.
    edited INTEGER NOT NULL,
    -- 1 when it was confirmed or sent although the stock on the books does not cover it.
    beyond_stock INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- Told by whoever unloaded it; and when the shop's own record of it came.
    unloaded_at_utc TEXT,
    unloaded_by TEXT,
    unload_hash BLOB,
    shop_told_at_utc TEXT,
    PRIMARY KEY (tenant_id, shop_id, shipment_id),
    UNIQUE (tenant_id, shipment_id),
    UNIQUE (tenant_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX shipment_trips_by_day ON shipment_trips (tenant_id, delivery_date, route_id);

-- How a line came to its quantity, in base units.
CREATE TABLE shipment_shares (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    pack_size INTEGER NOT NULL,
    recommended INTEGER NOT NULL,
    -- After sharing out what is scarce.
    allocated INTEGER NOT NULL,
    -- After the room of the vehicle.
    loaded INTEGER NOT NULL,
    -- A plan::allocation::ShareLimit and a plan::allocation::Full as JSON; null where nothing limits.
    share_json TEXT,
    full_json TEXT,
    PRIMARY KEY (tenant_id, shop_id, shipment_id, sku)
) STRICT, WITHOUT ROWID;

-- What left the warehouse, lot by lot.
CREATE TABLE shipment_lots (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    lot TEXT NOT NULL,
    -- '' for goods without a date.
    expires TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, shipment_id, sku, lot, expires)
) STRICT, WITHOUT ROWID;

CREATE INDEX shipment_lots_by_lot ON shipment_lots (tenant_id, sku, lot);

-- What did not come as it was sent, until somebody settles it.
CREATE TABLE shipment_differences (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('missing', 'surplus', 'damaged')),
    -- Who told: the shop's own record, or whoever unloaded.
    told_by TEXT NOT NULL CHECK (told_by IN ('shop', 'driver')),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    -- What the shop pays for it.
    value INTEGER NOT NULL,
    found_at_utc TEXT NOT NULL,
    settlement TEXT CHECK (settlement IN ('credit', 'stock', 'lost', 'charge', 'error')),
    settled_at_utc TEXT,
    settled_by TEXT,
    remark TEXT,
    PRIMARY KEY (tenant_id, shop_id, shipment_id, sku, kind, told_by),
    UNIQUE (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX shipment_differences_open ON shipment_differences (tenant_id, found_at_utc) WHERE settled_at_utc IS NULL;

-- Goods that came back from a shop.
CREATE TABLE goods_returns (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    -- '' where it belongs to none.
    shipment_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('collected', 'taken_in', 'cancelled')),
    collected_on TEXT NOT NULL,
    created_at_utc TEXT NOT NULL,
    created_by TEXT NOT NULL,
    closed_at_utc TEXT,
    closed_by TEXT,
    remark TEXT,
    request_hash BLOB NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, id),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE goods_return_lines (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    return_id TEXT NOT NULL,
    line_no INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    expires TEXT,
    quantity INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('expired', 'damaged', 'unsold', 'wrong')),
    -- What becomes of it at the warehouse; null while it is on its way there.
    fate TEXT CHECK (fate IN ('stock', 'written_off')),
    PRIMARY KEY (tenant_id, shop_id, return_id, line_no)
) STRICT, WITHOUT ROWID;
