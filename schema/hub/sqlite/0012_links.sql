-- Shops with several distributors in one hub, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0012_links.sql.

-- Which shop of which further distributor is which shop of the one that its device is entered with, its home. Read from
-- either side, so it is keyed by neither alone: like credentials it belongs to the installation.
CREATE TABLE shop_links (
    home_tenant TEXT NOT NULL,
    home_shop TEXT NOT NULL,
    -- The further distributor and its shop.
    tenant TEXT NOT NULL,
    shop TEXT NOT NULL,
    -- By which a place in the notes of this distributor is known to the shop.
    id TEXT NOT NULL,
    linked_at_utc TEXT NOT NULL,
    -- SHA-256 of the one-time code that it was made by, and the device that redeemed it.
    code_hash BLOB NOT NULL,
    device_id TEXT NOT NULL,
    -- The shop's program that spoke last; null where it has not told.
    program TEXT,
    -- 1 where the distributor was switched off and has not caught up with the shop since.
    behind INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (home_tenant, home_shop, tenant)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shop_links_by_shop ON shop_links (tenant, shop);

-- What the log of a shop with several distributors comes to, of all its products. It is the home's to keep, beside the
-- log, and shown to nobody: shop_products, shop_lots and shop_daily of each distributor have the part of it that is in
-- that one's catalogue. Shops with one distributor have none.
CREATE TABLE whole_products (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, shop_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE whole_lots (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- Best before; '' for goods without a date.
    expires TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, sku, expires)
) STRICT, WITHOUT ROWID;

CREATE TABLE whole_daily (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    business_date TEXT NOT NULL,
    sold INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    net INTEGER NOT NULL,
    inflow INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, sku, business_date)
) STRICT, WITHOUT ROWID;
