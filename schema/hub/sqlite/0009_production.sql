-- Production: lines such as an oven, what is made on them from what, and the runs that are planned. The same tables and
-- columns in the same order as schema/hub/postgres. Money is whole rupiah, quantities are base units, *_micro millionths.

CREATE TABLE production_lines (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- hub::production::parameters::LineParameters as JSON; what is absent takes its default.
    parameters TEXT NOT NULL,
    -- Counts the changes, so that a page does not overwrite what it has not seen.
    version INTEGER NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_products (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    line TEXT NOT NULL,
    -- Units of the line in a base unit of the product.
    conversion_micro INTEGER NOT NULL,
    -- What the line takes at once: lots are whole multiples of it.
    batch INTEGER NOT NULL,
    -- Null where the catalogue's holds.
    shelf_life_days INTEGER,
    -- hub::production::parameters::OwnParameters as JSON: what differs from the line's.
    own TEXT NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_materials (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_factor INTEGER NOT NULL,
    pack_name TEXT NOT NULL,
    pack_size INTEGER NOT NULL,
    -- Per unit; null where nobody has said.
    cost INTEGER,
    PRIMARY KEY (tenant_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_recipes (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    material TEXT NOT NULL,
    -- Base units of material in a base unit of product, and the part of the material that is lost in making it.
    quantity_micro INTEGER NOT NULL,
    waste_micro INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku, material)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_numbers (
    tenant_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_plans (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    line TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'confirmed', 'started', 'done', 'cancelled')),
    -- The day on which the run is made.
    run_on TEXT NOT NULL,
    -- Counts the steps and edits.
    version INTEGER NOT NULL,
    created_at_utc TEXT NOT NULL,
    confirmed_at_utc TEXT,
    started_at_utc TEXT,
    done_at_utc TEXT,
    cancelled_at_utc TEXT,
    cancel_reason TEXT,
    -- What the lots were reckoned from, as JSON.
    basis TEXT NOT NULL,
    -- SHA-256 of what was asked for: the same id with other content is refused.
    request_hash BLOB NOT NULL,
    -- SHA-256 of what was told at the end; null until then.
    result_hash BLOB,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX production_plans_by_day ON production_plans (tenant_id, run_on, state);

CREATE TABLE production_plan_lines (
    tenant_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    line_no INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The model's lot, what is planned, what came out good and what did not; null until the run is done.
    lot INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    made INTEGER,
    rejected INTEGER,
    expires TEXT,
    lot_code TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (tenant_id, plan_id, line_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_plan_routes (
    tenant_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    route TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, sku, route)
) STRICT, WITHOUT ROWID;

CREATE TABLE production_plan_materials (
    tenant_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    planned INTEGER NOT NULL,
    -- Null until the run is done.
    used INTEGER,
    PRIMARY KEY (tenant_id, plan_id, sku)
) STRICT, WITHOUT ROWID;
