//! From the input's tables to a network whose every figure is within its range.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::error::SimulationError;
use super::input::{Input, MAX_DAYS, Overrides, ProductTable, ShopTable};
use super::network::{
    DeliveryCost, DemandDistribution, DemandKind, Horizon, LeadTime, Network, PlannerSettings,
    Product, Shop, Supplier,
};
use super::replay::Sales;

type Result<T> = std::result::Result<T, SimulationError>;

/// Most money of any single price or cost.
const MAX_MONEY: f64 = 1e12;
/// Most mean demand of one product in one shop on one day, and most units in any single stock, pack or order.
const MAX_UNITS_PER_DAY: f64 = 100_000.0;
const MAX_UNITS: i64 = 1_000_000_000;
/// Most of the variance over the mean: a table of demand is some fifty times this long.
const MAX_VARIANCE_TO_MEAN: f64 = 1000.0;
const MAX_SHOPS: usize = 100_000;
const MAX_PRODUCTS: usize = 10_000;
const MAX_PAIRS: usize = 2_000_000;
const MAX_LEAD_TIME_DAYS: f64 = 90.0;

/// How long and how often; with replayed sales there is as much time as they cover, and one replication is enough
/// where no lead time is random.
pub(super) fn horizon(
    input: &Input,
    overrides: &Overrides,
    sales: Option<&Sales>,
) -> Result<Horizon> {
    let history = whole("history_days", input.history_days.unwrap_or(120), 7..=730)?;
    let warm_up = whole(
        "warm_up_days",
        input.warm_up_days.unwrap_or(90),
        0..=MAX_DAYS,
    )?;
    let covered = sales.map(|sales| i64::from(sales.length()) - history - warm_up);
    let default_days = covered.unwrap_or(360);
    let asked = overrides.days.map(i64::from).or(input.days);
    let most = covered.unwrap_or(MAX_DAYS - history - warm_up);
    if most < 1 {
        let field = "history_days and warm_up_days";
        let allowed = match covered {
            Some(_) => "must together be less than the days of the replayed sales".to_owned(),
            None => format!("must together be less than {MAX_DAYS}"),
        };
        return Err(SimulationError::field(field, history + warm_up, allowed));
    }
    let days = whole("days", asked.unwrap_or(default_days), 1..=most)?;
    let replications = overrides.replications.map(i64::from).or(input.replications);
    let replications = whole("replications", replications.unwrap_or(200), 1..=10_000)?;
    let random_lead = input.delivery.lead_time_sd_days > 0.0
        || input
            .suppliers
            .iter()
            .any(|one| one.lead_time_sd_days > 0.0)
        || input
            .shops
            .iter()
            .any(|one| one.lead_time_sd_days.unwrap_or(0.0) > 0.0);
    let constant = input.demand.distribution == Some(DemandDistribution::Constant);
    let certain = (sales.is_some() || constant) && !random_lead;
    Ok(Horizon {
        seed: overrides.seed.or(input.seed).unwrap_or(1),
        history_days: history as u32,
        warm_up_days: warm_up as u32,
        days: days as u32,
        replications: if certain { 1 } else { replications as u32 },
    })
}

/// The network; every name is used once.
pub(super) fn network(input: &Input, sales: Option<Sales>) -> Result<Network> {
    let suppliers = suppliers(input)?;
    let products = products(input, &suppliers)?;
    let kind = demand(input, sales)?;
    let shops = shops(input, &kind, products.len())?;
    let delivery = &input.delivery;
    let planner = PlannerSettings {
        service_level: share(
            "planner: service_level",
            input.planner.service_level.unwrap_or(0.95),
        )?,
        fill_rate: input
            .planner
            .fill_rate
            .map(|rate| share("planner: fill_rate", rate))
            .transpose()?,
        moving_average_periods: whole(
            "planner: moving_average_periods",
            input.planner.moving_average_periods.unwrap_or(4),
            1..=(730 / input.period_days.clamp(1, 366)).clamp(1, 24),
        )? as u32,
    };
    Ok(Network {
        period_days: whole("period_days", input.period_days, 1..=366)? as u32,
        holding_fraction_per_period: above_zero(
            "holding_fraction_per_period",
            input.holding_fraction_per_period,
            10.0,
        )?,
        unmet_demand: input.unmet_demand,
        distributor_shortage: input.distributor_shortage,
        information: input.information,
        delivery: DeliveryCost {
            distributor: money("delivery: distributor_cost", delivery.distributor_cost)?,
            shop: money("delivery: shop_cost", delivery.shop_cost)?,
            item: money("delivery: item_cost", delivery.item_cost)?,
        },
        suppliers,
        products,
        shops,
        demand: kind,
        classic_service_level: share(
            "classic_service_level",
            input.classic_service_level.unwrap_or(planner.service_level),
        )?,
        planner,
    })
}

fn suppliers(input: &Input) -> Result<Vec<Supplier>> {
    distinct(
        "supplier",
        input.suppliers.iter().map(|one| one.name.as_str()),
    )?;
    let checked = input.suppliers.iter().map(|table| {
        let place = format!("supplier {}", table.name);
        Ok(Supplier {
            name: table.name.clone(),
            lead_time: lead_time(&place, table.lead_time_days, table.lead_time_sd_days)?,
        })
    });
    checked.collect()
}

fn products(input: &Input, suppliers: &[Supplier]) -> Result<Vec<Product>> {
    distinct(
        "product",
        input.products.iter().map(|one| one.name.as_str()),
    )?;
    if input.products.len() > MAX_PRODUCTS {
        let allowed = format!("must be at most {MAX_PRODUCTS}");
        return Err(SimulationError::field(
            "products",
            input.products.len(),
            allowed,
        ));
    }
    let by_name: BTreeMap<&str, usize> = suppliers
        .iter()
        .enumerate()
        .map(|(at, supplier)| (supplier.name.as_str(), at))
        .collect();
    let checked = input.products.iter().map(|table| {
        let supplier = by_name.get(table.supplier.as_str()).ok_or_else(|| {
            let field = format!("product {}: supplier", table.name);
            SimulationError::field(field, &table.supplier, "must be the name of a supplier")
        })?;
        product(table, *supplier)
    });
    checked.collect()
}

fn product(table: &ProductTable, supplier: usize) -> Result<Product> {
    let named = |field: &str| format!("product {}: {field}", table.name);
    let price = |field: &str, value| above_zero(&named(field), value, MAX_MONEY);
    let cost = |field: &str, value| money(&named(field), value);
    let units = |field: &str, value, least| whole(&named(field), value, least..=MAX_UNITS);
    let retail_price = price("retail_price", table.retail_price)?;
    let distributor_price = price("distributor_price", table.distributor_price)?;
    let production_cost = price("production_cost", table.production_cost)?;
    for (field, value, least_field, least) in [
        (
            "retail_price",
            retail_price,
            "distributor_price",
            distributor_price,
        ),
        (
            "distributor_price",
            distributor_price,
            "production_cost",
            production_cost,
        ),
    ] {
        if value < least {
            let allowed = format!("must be at least {least_field}, {least}");
            return Err(SimulationError::field(named(field), value, allowed));
        }
    }
    Ok(Product {
        name: table.name.clone(),
        supplier,
        retail_price,
        distributor_price,
        production_cost,
        // Without a cost of ordering the economic lot would be nothing at all.
        order_cost: price("order_cost", table.order_cost)?,
        handling_cost: cost("handling_cost", table.handling_cost)?,
        shelf_life_days: table
            .shelf_life_days
            .map(|days| whole(&named("shelf_life_days"), days, 1..=MAX_DAYS))
            .transpose()?
            .map(|days| days as u32),
        pack_size: units("pack_size", table.pack_size.unwrap_or(1), 1)?,
        minimum_order: units("minimum_order", table.minimum_order, 0)?,
        production_per_day: table
            .production_per_day
            .map(|rate| units("production_per_day", rate, 1))
            .transpose()?,
        backorder_cost_per_day: cost("backorder_cost_per_day", table.backorder_cost_per_day)?,
        opening_stock: table
            .opening_stock
            .map(|stock| units("opening_stock", stock, 0))
            .transpose()?,
    })
}

fn demand(input: &Input, sales: Option<Sales>) -> Result<DemandKind> {
    if let Some(sales) = sales {
        return Ok(DemandKind::Replayed(sales));
    }
    let distribution = input.demand.distribution.unwrap_or_default();
    let mut weekday_factors = [1.0; 7];
    if let Some(given) = &input.demand.weekday_factors {
        let field = "demand: weekday_factors";
        let sum: f64 = given.iter().sum();
        let usable = |factor: &f64| (0.0..=1000.0).contains(factor);
        if given.len() != 7 || !given.iter().all(usable) || sum <= 0.0 {
            let allowed = "must be seven numbers from 0 to 1000, Monday first, not all 0";
            return Err(SimulationError::field(field, format!("{given:?}"), allowed));
        }
        for (factor, given) in weekday_factors.iter_mut().zip(given) {
            *factor = given * 7.0 / sum;
        }
    }
    Ok(DemandKind::Random {
        distribution,
        weekday_factors,
    })
}

fn shops(input: &Input, kind: &DemandKind, products: usize) -> Result<Vec<Shop>> {
    distinct("shop", input.shops.iter().map(|one| one.name.as_str()))?;
    let mut shops = Vec::new();
    for table in &input.shops {
        let count = table.count.unwrap_or(1);
        let field = format!("shop {}: count", table.name);
        let most = match kind {
            DemandKind::Replayed(_) => 1,
            DemandKind::Random { .. } => MAX_SHOPS as i64,
        };
        let count = whole(&field, count, 1..=most)? as usize;
        let shop = shop(input, table, kind, products)?;
        if shops.len() + count > MAX_SHOPS || (shops.len() + count) * products > MAX_PAIRS {
            let allowed = format!(
                "must leave at most {MAX_SHOPS} shops and {MAX_PAIRS} pairs of shop and product"
            );
            return Err(SimulationError::field(field, count, allowed));
        }
        if count == 1 {
            shops.push(shop);
            continue;
        }
        shops.extend((1..=count).map(|number| Shop {
            name: format!("{} {number}", shop.name),
            ..shop.clone()
        }));
    }
    Ok(shops)
}

fn shop(input: &Input, table: &ShopTable, kind: &DemandKind, products: usize) -> Result<Shop> {
    let named = |field: &str| format!("shop {}: {field}", table.name);
    let one_each = |field: &str, count: usize| {
        if count == products {
            return Ok(());
        }
        let allowed = format!("must be {products}, one for each product");
        Err(SimulationError::field(
            format!("{}: number of figures", named(field)),
            count,
            allowed,
        ))
    };
    let mut mean_per_day = vec![0.0; products];
    let mut variance_per_day = vec![0.0; products];
    if let DemandKind::Random { distribution, .. } = kind {
        let field = "demand_per_period";
        let demand = table.demand_per_period.as_deref().unwrap_or_default();
        one_each(field, demand.len())?;
        let days = whole("period_days", input.period_days, 1..=366)? as f64;
        for (mean, demand) in mean_per_day.iter_mut().zip(demand) {
            *mean = within(&named(field), *demand, 0.0..=MAX_UNITS_PER_DAY * days)? / days;
        }
        variance_per_day = variances(input, table, *distribution, &mean_per_day)?;
    }
    if let Some(stock) = &table.opening_stock {
        one_each("opening_stock", stock.len())?;
        for &units in stock {
            whole(&named("opening_stock"), units, 0..=MAX_UNITS)?;
        }
    }
    let delivery = &input.delivery;
    Ok(Shop {
        name: table.name.clone(),
        order_cost: above_zero(&named("order_cost"), table.order_cost, MAX_MONEY)?,
        lead_time: lead_time(
            &format!("shop {}", table.name),
            table.lead_time_days.unwrap_or(delivery.lead_time_days),
            table
                .lead_time_sd_days
                .unwrap_or(delivery.lead_time_sd_days),
        )?,
        mean_per_day,
        variance_per_day,
        opening_stock: table.opening_stock.clone(),
    })
}

fn variances(
    input: &Input,
    table: &ShopTable,
    distribution: DemandDistribution,
    means: &[f64],
) -> Result<Vec<f64>> {
    let ratio_field = "demand: variance_to_mean";
    let list_field = format!("shop {}: variance_per_day", table.name);
    let used = matches!(
        distribution,
        DemandDistribution::NegativeBinomial | DemandDistribution::Normal
    );
    if !used {
        if let Some(ratio) = input.demand.variance_to_mean {
            let allowed = "must not be given: only negative_binomial and normal demand take one";
            return Err(SimulationError::field(ratio_field, ratio, allowed));
        }
        if let Some(list) = &table.variance_per_day {
            let allowed = "must not be given: only negative_binomial and normal demand take one";
            return Err(SimulationError::field(
                list_field,
                format!("{list:?}"),
                allowed,
            ));
        }
        return Ok(means.to_vec());
    }
    let over_mean = distribution == DemandDistribution::NegativeBinomial;
    let check = |field: &str, ratio: f64, value: f64| {
        let fits = ratio <= MAX_VARIANCE_TO_MEAN
            && if over_mean {
                ratio > 1.000_001
            } else {
                ratio >= 0.0
            };
        if fits {
            return Ok(());
        }
        let least = if over_mean {
            "above the mean"
        } else {
            "at least 0"
        };
        let allowed = format!("must be {least} and at most {MAX_VARIANCE_TO_MEAN} times the mean");
        Err(SimulationError::field(field, value, allowed))
    };
    if let Some(list) = &table.variance_per_day {
        if list.len() != means.len() {
            let field = format!("{list_field}, figures");
            let allowed = format!("must be {}, one for each product", means.len());
            return Err(SimulationError::field(field, list.len(), allowed));
        }
        for (&variance, &mean) in list.iter().zip(means) {
            if mean > 0.0 {
                check(&list_field, variance / mean, variance)?;
            }
        }
        return Ok(list.clone());
    }
    let ratio = input.demand.variance_to_mean.ok_or_else(|| {
        let allowed = "must be given for negative_binomial and normal demand, or variance_per_day for each shop";
        SimulationError::field(ratio_field, "missing", allowed)
    })?;
    check(ratio_field, ratio, ratio)?;
    Ok(means.iter().map(|mean| mean * ratio).collect())
}

fn lead_time(place: &str, mean: f64, sd: f64) -> Result<LeadTime> {
    let field = format!("{place}: lead_time_days");
    let mean_days = within(&field, mean, 0.0..=MAX_LEAD_TIME_DAYS)?;
    let sd_days = within(
        &format!("{place}: lead_time_sd_days"),
        sd,
        0.0..=MAX_LEAD_TIME_DAYS,
    )?;
    if sd_days <= 0.0 && mean_days.fract() > 0.0 {
        let allowed = "must be a whole number of days where lead_time_sd_days is 0";
        return Err(SimulationError::field(field, mean, allowed));
    }
    Ok(LeadTime { mean_days, sd_days })
}

fn distinct<'name>(table: &str, names: impl Iterator<Item = &'name str>) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if name.trim().is_empty() || !seen.insert(name) {
            let allowed = "must be a name that no other has";
            return Err(SimulationError::field(
                format!("{table}: name"),
                format!("{name:?}"),
                allowed,
            ));
        }
    }
    if seen.is_empty() {
        return Err(SimulationError::field(
            table,
            "missing",
            "must be given at least once",
        ));
    }
    Ok(())
}

fn whole(field: &str, value: i64, range: RangeInclusive<i64>) -> Result<i64> {
    if range.contains(&value) {
        return Ok(value);
    }
    let allowed = format!(
        "must be a whole number from {} to {}",
        range.start(),
        range.end()
    );
    Err(SimulationError::field(field, value, allowed))
}

fn within(field: &str, value: f64, range: RangeInclusive<f64>) -> Result<f64> {
    if range.contains(&value) {
        return Ok(value);
    }
    let allowed = format!("must be from {} to {}", range.start(), range.end());
    Err(SimulationError::field(field, value, allowed))
}

fn money(field: &str, value: f64) -> Result<f64> {
    within(field, value, 0.0..=MAX_MONEY)
}

fn above_zero(field: &str, value: f64, most: f64) -> Result<f64> {
    if value > 0.0 && value <= most {
        return Ok(value);
    }
    let allowed = format!("must be above 0 and at most {most}");
    Err(SimulationError::field(field, value, allowed))
}

fn share(field: &str, value: f64) -> Result<f64> {
    within(field, value, 0.5..=0.9999)
}
