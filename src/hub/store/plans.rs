//! What the latest planning found: a row for each shop, a row for each of its products, and their sums by product.
//!
//! The sums are over the rows as they are: whoever replaces a shop's rows brings the sums up to date in the same
//! transaction ([`add_to_sums`]) or, after many shops, all of them at once ([`sum_up`]).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::plan_input::{ShopRange, within};
use super::{HubTx, Kind, Row, Value};
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

use Kind::{Integer, Text};

/// Millionths in a unit: how forecasts and levels are kept.
pub const MICRO: f64 = 1e6;

/// Thousandths in a unit: how variances and days to stock-out are kept.
pub const MILLI: f64 = 1e3;

/// The largest figure that is kept of one product in one shop: sums over a million shops still fit.
const LARGEST: f64 = 1e12;

/// A figure of the mathematics as a whole number of parts, `parts` of which are 1.
#[must_use]
pub fn in_parts(figure: f64, parts: f64) -> i64 {
    (figure * parts).round().clamp(-LARGEST, LARGEST) as i64
}

/// What the latest planning found for a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopPlan {
    /// The shop.
    pub shop_id: String,
    /// The date that was planned for.
    pub plan_date: NaiveDate,
    /// When.
    pub planned_at: DateTime<Utc>,
    /// Days from one delivery to the next.
    pub interval_days: u32,
    /// Who decided that: `set`, `joint` or `shop`.
    pub interval_source: String,
    /// T of least cost in millionths of a day, where costs are known.
    pub joint_microdays: Option<i64>,
    /// When the last delivery left.
    pub last_delivery: Option<NaiveDate>,
    /// When the next one is due.
    pub due_on: NaiveDate,
    /// When goods decided on at `plan_date` are expected there.
    pub expected_on: NaiveDate,
    /// Products that were planned.
    pub products: i64,
    /// Of them, those with urgency *due*.
    pub due_products: i64,
    /// In demand and out of stock.
    pub out_products: i64,
    /// In demand, and expected to run out before the delivery that is due next could be there.
    pub risk_products: i64,
    /// Products that the plan would send.
    pub send_products: i64,
    /// What the shop pays for them.
    pub send_value: Money,
    /// Days to the first stock-out, in thousandths.
    pub first_out_millidays: Option<i64>,
    /// Product-days in the last 28 days of which the stock is known.
    pub product_days: i64,
    /// Those of them on which there was something to sell.
    pub stocked_days: i64,
    /// Products counted in other units at the shop than in the catalogue; they are not planned.
    pub unit_conflicts: i64,
}

impl ShopPlan {
    /// The shop's turn had come when it was planned.
    #[must_use]
    pub fn was_due(&self) -> bool {
        self.due_on <= self.plan_date
    }
}

/// What the latest planning found for a product in a shop. Millionths and thousandths of base units, see the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopPlanLine {
    /// The shop.
    pub shop_id: String,
    /// The product.
    pub sku: Sku,
    /// The date that was planned for.
    pub plan_date: NaiveDate,
    /// How the forecast was made, as in the plan's lines.
    pub method: String,
    /// f in millionths of a base unit per day.
    pub forecast_micro: i64,
    /// sigma_H in millionths of a base unit.
    pub sigma_micro: i64,
    /// H in days.
    pub protection_days: u32,
    /// sigma_H squared / H, in thousandths of a squared base unit.
    pub variance_milli: i64,
    /// S in millionths of a base unit.
    pub level_micro: i64,
    /// In the shop, base units.
    pub on_hand: Quantity,
    /// The plan's position.
    pub position: Quantity,
    /// S - position, at least 0.
    pub need: Quantity,
    /// What the plan would send.
    pub quantity: Quantity,
    /// The same in packs.
    pub packs: i64,
    /// `due`, `along` or `later`.
    pub urgency: String,
    /// Days to stock-out in thousandths; absent without demand.
    pub stock_out_millidays: Option<i64>,
}

/// The demand of all shops for a product, from the latest planning of each.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProductDemand {
    /// Sum of the forecasts, base units per day.
    pub forecast_per_day: f64,
    /// Sum of the variances of a day's forecast error (sigma_H squared / H), squared base units: the shops' errors are
    /// taken for independent.
    pub variance_per_day: f64,
    /// Shops that forecast any.
    pub shops: i64,
    /// What the shops need to be at their levels, base units.
    pub need: Quantity,
}

/// The sums of a product over the shops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductPlan {
    /// Shops in which it is in demand.
    pub shops: i64,
    /// Of them, those that are out of it.
    pub out_shops: i64,
    /// Shops with urgency *due*.
    pub due_shops: i64,
    /// Sum of forecasts, millionths of a base unit per day.
    pub forecast_micro: i64,
    /// Sum of variances, thousandths of a squared base unit per day.
    pub variance_milli: i64,
    /// In the shops, base units.
    pub on_hand: Quantity,
    /// Needed to be at the levels.
    pub need: Quantity,
    /// What the plans would send.
    pub quantity: Quantity,
    /// Of that, what goes to shops whose turn had come on the date of their plan.
    pub due_quantity: Quantity,
}

/// The demand of all shops by product.
pub fn product_demand(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, ProductDemand>> {
    let plans = product_plans(tx)?;
    Ok(plans
        .into_iter()
        .map(|(sku, plan)| {
            let demand = ProductDemand {
                forecast_per_day: plan.forecast_micro as f64 / MICRO,
                variance_per_day: plan.variance_milli as f64 / MILLI,
                shops: plan.shops,
                need: plan.need,
            };
            (sku, demand)
        })
        .collect())
}

/// The sums over all shops by product.
pub fn product_plans(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, ProductPlan>> {
    tx.query(
        "SELECT sku, shops, out_shops, due_shops, forecast_micro, variance_milli, on_hand, need, quantity,
             due_quantity
         FROM product_plans WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| {
        let plan = ProductPlan {
            shops: row.integer("shops")?,
            out_shops: row.integer("out_shops")?,
            due_shops: row.integer("due_shops")?,
            forecast_micro: row.integer("forecast_micro")?,
            variance_milli: row.integer("variance_milli")?,
            on_hand: row.quantity("on_hand")?,
            need: row.quantity("need")?,
            quantity: row.quantity("quantity")?,
            due_quantity: row.quantity("due_quantity")?,
        };
        Ok((row.sku("sku")?, plan))
    })
    .collect()
}

/// Sums the lines of all shops up by product, in place of the sums that were there.
pub fn sum_up(tx: &mut dyn HubTx) -> Result<()> {
    tx.execute("DELETE FROM product_plans WHERE tenant_id = tenant()", &[])?;
    tx.execute(
        "INSERT INTO product_plans (tenant_id, sku, shops, out_shops, due_shops, forecast_micro, variance_milli,
             on_hand, need, quantity, due_quantity)
         SELECT tenant(), l.sku,
             CAST(sum(CASE WHEN l.forecast_micro > 0 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(sum(CASE WHEN l.forecast_micro > 0 AND l.on_hand <= 0 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(sum(CASE WHEN l.urgency = 'due' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(sum(l.forecast_micro) AS BIGINT), CAST(sum(l.variance_milli) AS BIGINT),
             CAST(sum(l.on_hand) AS BIGINT), CAST(sum(l.need) AS BIGINT), CAST(sum(l.quantity) AS BIGINT),
             CAST(sum(CASE WHEN p.due_on <= p.plan_date THEN l.quantity ELSE 0 END) AS BIGINT)
         FROM shop_plans p JOIN shop_plan_lines l ON l.tenant_id = p.tenant_id AND l.shop_id = p.shop_id
         WHERE p.tenant_id = tenant() GROUP BY l.sku",
        &[],
    )?;
    Ok(())
}

/// Adds the lines of a shop, due or not, to the sums, or takes them off again with `sign` -1.
pub fn add_to_sums(
    tx: &mut dyn HubTx,
    lines: &[ShopPlanLine],
    is_due: bool,
    sign: i64,
) -> Result<()> {
    for line in lines {
        let demanded = line.forecast_micro > 0;
        let counted = |what: bool| Value::Integer(if what { sign } else { 0 });
        tx.execute(
            "INSERT INTO product_plans (tenant_id, sku, shops, out_shops, due_shops, forecast_micro, variance_milli,
                 on_hand, need, quantity, due_quantity)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant_id, sku) DO UPDATE SET
                 shops = product_plans.shops + excluded.shops,
                 out_shops = product_plans.out_shops + excluded.out_shops,
                 due_shops = product_plans.due_shops + excluded.due_shops,
                 forecast_micro = product_plans.forecast_micro + excluded.forecast_micro,
                 variance_milli = product_plans.variance_milli + excluded.variance_milli,
                 on_hand = product_plans.on_hand + excluded.on_hand,
                 need = product_plans.need + excluded.need,
                 quantity = product_plans.quantity + excluded.quantity,
                 due_quantity = product_plans.due_quantity + excluded.due_quantity",
            &[
                (&line.sku).into(),
                counted(demanded),
                counted(demanded && line.on_hand <= Quantity::ZERO),
                counted(line.urgency == "due"),
                (sign * line.forecast_micro).into(),
                (sign * line.variance_milli).into(),
                (sign * line.on_hand.0).into(),
                (sign * line.need.0).into(),
                (sign * line.quantity.0).into(),
                (if is_due { sign * line.quantity.0 } else { 0 }).into(),
            ],
        )?;
    }
    Ok(())
}

pub(super) const SHOP_COLUMNS: &str = "shop_id, plan_date, planned_at_utc, interval_days, interval_source, joint_microdays, \
     last_delivery, due_on, expected_on, products, due_products, out_products, risk_products, send_products, \
     send_value, first_out_millidays, product_days, stocked_days, unit_conflicts";

/// Keeps the plans of shops, in place of their earlier ones.
pub fn put_shops(tx: &mut dyn HubTx, plans: &[ShopPlan]) -> Result<()> {
    let rows = plans.iter().map(|plan| {
        vec![
            (&plan.shop_id).into(),
            plan.plan_date.into(),
            plan.planned_at.into(),
            plan.interval_days.into(),
            (&plan.interval_source).into(),
            plan.joint_microdays.into(),
            plan.last_delivery.into(),
            plan.due_on.into(),
            plan.expected_on.into(),
            plan.products.into(),
            plan.due_products.into(),
            plan.out_products.into(),
            plan.risk_products.into(),
            plan.send_products.into(),
            plan.send_value.into(),
            plan.first_out_millidays.into(),
            plan.product_days.into(),
            plan.stocked_days.into(),
            plan.unit_conflicts.into(),
        ]
    });
    let sql = format!(
        "INSERT INTO shop_plans (tenant_id, {SHOP_COLUMNS}) VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (tenant_id, shop_id) DO UPDATE SET
             plan_date = excluded.plan_date, planned_at_utc = excluded.planned_at_utc,
             interval_days = excluded.interval_days, interval_source = excluded.interval_source,
             joint_microdays = excluded.joint_microdays, last_delivery = excluded.last_delivery,
             due_on = excluded.due_on, expected_on = excluded.expected_on, products = excluded.products,
             due_products = excluded.due_products, out_products = excluded.out_products,
             risk_products = excluded.risk_products, send_products = excluded.send_products,
             send_value = excluded.send_value, first_out_millidays = excluded.first_out_millidays,
             product_days = excluded.product_days, stocked_days = excluded.stocked_days,
             unit_conflicts = excluded.unit_conflicts"
    );
    tx.insert_rows(
        &sql,
        &[
            Text, Text, Text, Integer, Text, Integer, Text, Text, Text, Integer, Integer, Integer,
            Integer, Integer, Integer, Integer, Integer, Integer, Integer,
        ],
        &rows.collect::<Vec<_>>(),
    )?;
    Ok(())
}

pub(super) const LINE_COLUMNS: &str = "shop_id, sku, plan_date, method, forecast_micro, sigma_micro, protection_days, \
     variance_milli, level_micro, on_hand, position, need, quantity, packs, urgency, stock_out_millidays";

/// Keeps the lines of shops' products, in place of their earlier ones; those of products that are planned no more
/// stay, see [`forget_lines`].
pub fn put_lines(tx: &mut dyn HubTx, lines: &[ShopPlanLine]) -> Result<()> {
    let rows = lines.iter().map(|line| {
        vec![
            (&line.shop_id).into(),
            (&line.sku).into(),
            line.plan_date.into(),
            (&line.method).into(),
            line.forecast_micro.into(),
            line.sigma_micro.into(),
            line.protection_days.into(),
            line.variance_milli.into(),
            line.level_micro.into(),
            line.on_hand.into(),
            line.position.into(),
            line.need.into(),
            line.quantity.into(),
            line.packs.into(),
            (&line.urgency).into(),
            line.stock_out_millidays.into(),
        ]
    });
    let sql = format!(
        "INSERT INTO shop_plan_lines (tenant_id, {LINE_COLUMNS}) VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (tenant_id, shop_id, sku) DO UPDATE SET
             plan_date = excluded.plan_date, method = excluded.method, forecast_micro = excluded.forecast_micro,
             sigma_micro = excluded.sigma_micro, protection_days = excluded.protection_days,
             variance_milli = excluded.variance_milli, level_micro = excluded.level_micro,
             on_hand = excluded.on_hand, position = excluded.position, need = excluded.need,
             quantity = excluded.quantity, packs = excluded.packs, urgency = excluded.urgency,
             stock_out_millidays = excluded.stock_out_millidays"
    );
    tx.insert_rows(
        &sql,
        &[
            Text, Text, Text, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
            Integer, Integer, Integer, Text, Integer,
        ],
        &rows.collect::<Vec<_>>(),
    )?;
    Ok(())
}

/// Removes all lines of a shop.
pub fn forget_lines(tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM shop_plan_lines WHERE tenant_id = tenant() AND shop_id = $1",
        &[shop_id.into()],
    )?;
    Ok(())
}

/// Removes all that is left in a range of shops of what the planning of them did not find again: `planned` are the shops
/// that it found, by identity, with the number of their lines. Those of which there are too many lines are returned, to
/// be written anew.
pub fn forget_others(
    tx: &mut dyn HubTx,
    range: ShopRange<'_>,
    planned: &BTreeMap<&str, i64>,
) -> Result<Vec<String>> {
    let (bounds, params) = within("shop_id", range);
    for row in tx.query(
        &format!("SELECT shop_id FROM shop_plans WHERE tenant_id = tenant() AND {bounds} ORDER BY shop_id"),
        &params,
    )? {
        let shop_id = row.text("shop_id")?;
        if !planned.contains_key(shop_id.as_str()) {
            tx.execute(
                "DELETE FROM shop_plans WHERE tenant_id = tenant() AND shop_id = $1",
                &[(&shop_id).into()],
            )?;
        }
    }
    let mut anew = Vec::new();
    for row in tx.query(
        &format!(
            "SELECT shop_id, count(*) AS found FROM shop_plan_lines WHERE tenant_id = tenant() AND {bounds}
             GROUP BY shop_id ORDER BY shop_id"
        ),
        &params,
    )? {
        let shop_id = row.text("shop_id")?;
        let expected = planned.get(shop_id.as_str()).copied();
        if expected != Some(row.integer("found")?) {
            forget_lines(tx, &shop_id)?;
            if expected.is_some() {
                anew.push(shop_id);
            }
        }
    }
    Ok(anew)
}

/// How often each shop of a range was delivered to by its latest plan.
pub fn intervals_in(tx: &mut dyn HubTx, range: ShopRange<'_>) -> Result<BTreeMap<String, u32>> {
    let (bounds, params) = within("shop_id", range);
    tx.query(
        &format!(
            "SELECT shop_id, interval_days FROM shop_plans WHERE tenant_id = tenant() AND {bounds} ORDER BY shop_id"
        ),
        &params,
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.days_opt("interval_days")?.unwrap_or(1))))
    .collect()
}

/// The lines of a shop by product.
pub fn lines(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<ShopPlanLine>> {
    tx.query(
        &format!(
            "SELECT {LINE_COLUMNS} FROM shop_plan_lines
             WHERE tenant_id = tenant() AND shop_id = $1 ORDER BY sku"
        ),
        &[shop_id.into()],
    )?
    .iter()
    .map(line_from)
    .collect()
}

/// The plan of a shop, if it has been planned.
pub fn find(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<ShopPlan>> {
    tx.query_row(
        &format!(
            "SELECT {SHOP_COLUMNS} FROM shop_plans WHERE tenant_id = tenant() AND shop_id = $1"
        ),
        &[shop_id.into()],
    )?
    .map(|row| shop_from(&row))
    .transpose()
}

pub(super) fn shop_from(row: &Row) -> Result<ShopPlan> {
    Ok(ShopPlan {
        shop_id: row.text("shop_id")?,
        plan_date: row.date("plan_date")?,
        planned_at: row.moment("planned_at_utc")?,
        interval_days: row.days_opt("interval_days")?.unwrap_or(1),
        interval_source: row.text("interval_source")?,
        joint_microdays: row.integer_opt("joint_microdays")?,
        last_delivery: row.date_opt("last_delivery")?,
        due_on: row.date("due_on")?,
        expected_on: row.date("expected_on")?,
        products: row.integer("products")?,
        due_products: row.integer("due_products")?,
        out_products: row.integer("out_products")?,
        risk_products: row.integer("risk_products")?,
        send_products: row.integer("send_products")?,
        send_value: row.money("send_value")?,
        first_out_millidays: row.integer_opt("first_out_millidays")?,
        product_days: row.integer("product_days")?,
        stocked_days: row.integer("stocked_days")?,
        unit_conflicts: row.integer("unit_conflicts")?,
    })
}

pub(super) fn line_from(row: &Row) -> Result<ShopPlanLine> {
    Ok(ShopPlanLine {
        shop_id: row.text("shop_id")?,
        sku: row.sku("sku")?,
        plan_date: row.date("plan_date")?,
        method: row.text("method")?,
        forecast_micro: row.integer("forecast_micro")?,
        sigma_micro: row.integer("sigma_micro")?,
        protection_days: row.days_opt("protection_days")?.unwrap_or(1),
        variance_milli: row.integer("variance_milli")?,
        level_micro: row.integer("level_micro")?,
        on_hand: row.quantity("on_hand")?,
        position: row.quantity("position")?,
        need: row.quantity("need")?,
        quantity: row.quantity("quantity")?,
        packs: row.integer("packs")?,
        urgency: row.text("urgency")?,
        stock_out_millidays: row.integer_opt("stock_out_millidays")?,
    })
}
