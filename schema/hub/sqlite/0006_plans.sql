-- What the nightly planning leaves behind, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0006_plans.sql. Forecasts are kept in millionths of a base unit, so that sums over shops are exact.

-- One planning of a tenant's shops.
CREATE TABLE plan_runs (
    tenant_id TEXT NOT NULL,
    plan_date TEXT NOT NULL,
    started_at_utc TEXT NOT NULL,
    finished_at_utc TEXT,
    PRIMARY KEY (tenant_id, plan_date)
) STRICT, WITHOUT ROWID;

-- Its shops in parts, each of which one worker at a time may plan.
CREATE TABLE plan_parts (
    tenant_id TEXT NOT NULL,
    plan_date TEXT NOT NULL,
    part INTEGER NOT NULL,
    -- Shops with from_shop <= id < until_shop; '' is no bound.
    from_shop TEXT NOT NULL,
    until_shop TEXT NOT NULL,
    done INTEGER NOT NULL,
    -- Rises with every lease: who holds an earlier one may not write any more.
    fence INTEGER NOT NULL,
    leased_by TEXT NOT NULL,
    leased_until_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, plan_date, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_plans (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    plan_date TEXT NOT NULL,
    planned_at_utc TEXT NOT NULL,
    interval_days INTEGER NOT NULL,
    interval_source TEXT NOT NULL,
    -- T of least cost before rounding, in millionths of a day; null where no cost is known.
    joint_microdays INTEGER,
    last_delivery TEXT,
    due_on TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    products INTEGER NOT NULL,
    -- Products with urgency due.
    due_products INTEGER NOT NULL,
    -- In demand and out of stock now.
    out_products INTEGER NOT NULL,
    -- In demand and expected to run out before the delivery that is due next could be there.
    risk_products INTEGER NOT NULL,
    -- What the plan would send: products, and what the shop pays.
    send_products INTEGER NOT NULL,
    send_value INTEGER NOT NULL,
    -- Days to the first stock-out in thousandths; null where none is expected.
    first_out_millidays INTEGER,
    -- Of the last 28 days: product-days, and those of them on which there was something to sell.
    product_days INTEGER NOT NULL,
    stocked_days INTEGER NOT NULL,
    -- Counted in other units at the shop than in the catalogue, and so not planned.
    unit_conflicts INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX shop_plans_by_due ON shop_plans (tenant_id, due_on, shop_id);

CREATE TABLE shop_plan_lines (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    plan_date TEXT NOT NULL,
    method TEXT NOT NULL,
    forecast_micro INTEGER NOT NULL,
    -- sigma_H over protection_days.
    sigma_micro INTEGER NOT NULL,
    protection_days INTEGER NOT NULL,
    -- sigma_H squared by day, in thousandths of a squared base unit.
    variance_milli INTEGER NOT NULL,
    level_micro INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    position INTEGER NOT NULL,
    need INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    packs INTEGER NOT NULL,
    urgency TEXT NOT NULL,
    stock_out_millidays INTEGER,
    PRIMARY KEY (tenant_id, shop_id, sku)
) STRICT, WITHOUT ROWID;

CREATE INDEX shop_plan_lines_by_product ON shop_plan_lines (tenant_id, sku, shop_id);

-- The lines summed up by product.
CREATE TABLE product_plans (
    tenant_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    shops INTEGER NOT NULL,
    out_shops INTEGER NOT NULL,
    due_shops INTEGER NOT NULL,
    forecast_micro INTEGER NOT NULL,
    variance_milli INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    need INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    -- Of quantity, what goes to shops whose turn had come on the date of their plan.
    due_quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku)
) STRICT, WITHOUT ROWID;

-- By week, from Monday: product-days of a shop, and those of them on which there was something to sell.
CREATE TABLE shop_service (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    week TEXT NOT NULL,
    product_days INTEGER NOT NULL,
    stocked_days INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, shop_id, week)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_weeks (
    tenant_id TEXT NOT NULL,
    week TEXT NOT NULL,
    product_days INTEGER NOT NULL,
    stocked_days INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, week)
) STRICT, WITHOUT ROWID;

-- A shop's days up to through, packed for planning; removed when one of them changes, and made again from shop_daily.
CREATE TABLE shop_histories (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    through TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (tenant_id, shop_id)
) STRICT;

-- Days that are out of all proportion.
CREATE TABLE demand_flags (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    business_date TEXT NOT NULL,
    -- What the shop reported, what it usually sells in a day (median, millionths), and what the day was bounded at.
    reported INTEGER NOT NULL,
    usual_micro INTEGER NOT NULL,
    bound INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'left_out')),
    raised_at_utc TEXT NOT NULL,
    decided_at_utc TEXT,
    decided_by TEXT,
    PRIMARY KEY (tenant_id, shop_id, sku, business_date)
) STRICT, WITHOUT ROWID;

CREATE INDEX demand_flags_by_state ON demand_flags (tenant_id, state, raised_at_utc);

CREATE TABLE shop_groups (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

-- A shop is in one group at most.
CREATE TABLE shop_group_members (
    tenant_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, shop_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX shop_group_members_by_group ON shop_group_members (tenant_id, group_id);

-- What the table costs has no place for: a parameter for all, a group or a shop; the narrowest one counts.
CREATE TABLE cost_settings (
    tenant_id TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('all', 'group', 'shop')),
    -- '' for all.
    scope_id TEXT NOT NULL,
    parameter TEXT NOT NULL
        CHECK (parameter IN ('distributor_delivery', 'distributor_item', 'shop_delivery', 'shop_item', 'holding')),
    -- '' for every product.
    sku TEXT NOT NULL,
    -- Rupiah per delivery; for holding the cost in 30 days in millionths of the price.
    value INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, scope, scope_id, parameter, sku)
) STRICT, WITHOUT ROWID;

-- The tenant's own figures replayed under several ways of ordering.
CREATE TABLE policy_comparisons (
    tenant_id TEXT NOT NULL,
    made_at_utc TEXT NOT NULL,
    plan_date TEXT NOT NULL,
    outcome_json TEXT NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT;
