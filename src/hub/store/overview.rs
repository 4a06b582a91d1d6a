//! Shops as a list to look through, and the counts of a morning: plans as they were kept, with each shop's last contact.

use chrono::{DateTime, NaiveDate, Utc};

use super::plans::{SHOP_COLUMNS, ShopPlan, shop_from};
use super::{HubTx, Row, Value, occurring};
use crate::error::Result;
use crate::model::Money;

/// A shop in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopSummary {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it last spoke with the hub.
    pub last_contact: Option<DateTime<Utc>>,
    /// Its latest plan, if it has been planned.
    pub plan: Option<ShopPlan>,
    /// Events of it that could not be applied.
    pub quarantined: i64,
    /// Days of it that wait for a decision.
    pub flags: i64,
}

/// In which order shops are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ShopOrder {
    /// By name.
    #[default]
    Name,
    /// Those first that were not heard of for the longest time.
    Contact,
    /// Those first whose shelves were empty most often.
    Service,
    /// Those first that are out of the most products.
    Out,
    /// Those first whose turn comes first.
    Due,
    /// Those first that run out soonest.
    Risk,
}

impl ShopOrder {
    /// What this order sorts by; ties by name.
    fn sql(self) -> &'static str {
        match self {
            Self::Name => "s.name, s.id",
            Self::Contact => {
                "CASE WHEN s.last_contact_utc IS NULL THEN 0 ELSE 1 END, s.last_contact_utc, s.name, s.id"
            }
            Self::Service => {
                "CASE WHEN p.product_days > 0 THEN p.stocked_days * 10000 / p.product_days ELSE 10001 END, s.name, s.id"
            }
            Self::Out => "coalesce(p.out_products, 0) DESC, s.name, s.id",
            Self::Due => "CASE WHEN p.due_on IS NULL THEN 1 ELSE 0 END, p.due_on, s.name, s.id",
            Self::Risk => {
                "CASE WHEN p.first_out_millidays IS NULL THEN 1 ELSE 0 END, p.first_out_millidays, s.name, s.id"
            }
        }
    }
}

/// Which shops are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Those that were not heard of since.
    SilentSince(DateTime<Utc>),
    /// Those whose turn has come by this date.
    DueBy(NaiveDate),
    /// Those whose turn has not come by this date, and which are expected to run out of something before it.
    AtRiskAfter(NaiveDate),
    /// Those that are out of something.
    Out,
    /// Those whose figures wait for a decision or a newer program, or are counted in other units.
    Doubtful,
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct ShopQuery {
    /// Part of the name; empty for any.
    pub text: String,
    /// The group's identity.
    pub group: Option<String>,
    /// Which.
    pub only: Only,
    /// In which order.
    pub order: ShopOrder,
    /// How many to pass over.
    pub offset: i64,
    /// The most to list.
    pub limit: i64,
}

impl ShopQuery {
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = " AND s.active = 1".to_owned();
        let mut params: Vec<Value> = Vec::new();
        let mut also = |condition: &str, value: Value| {
            params.push(value);
            sql.push_str(&condition.replace("??", &format!("${}", params.len())));
        };
        if !self.text.is_empty() {
            also(
                " AND lower(s.name) LIKE lower(??) ESCAPE '\\'",
                occurring(&self.text).into(),
            );
        }
        if let Some(group) = &self.group {
            also(
                " AND s.id IN (SELECT shop_id FROM shop_group_members WHERE tenant_id = tenant() AND group_id = ??)",
                group.into(),
            );
        }
        match &self.only {
            Only::All => {}
            Only::SilentSince(moment) => also(
                " AND (s.last_contact_utc IS NULL OR s.last_contact_utc < ??)",
                (*moment).into(),
            ),
            Only::DueBy(date) => also(" AND p.due_on <= ??", (*date).into()),
            Only::AtRiskAfter(date) => {
                also(" AND p.risk_products > 0 AND p.due_on > ??", (*date).into());
            }
            Only::Out => sql.push_str(" AND p.out_products > 0"),
            Only::Doubtful => sql.push_str(
                " AND (p.unit_conflicts > 0
                     OR s.id IN (SELECT shop_id FROM demand_flags WHERE tenant_id = tenant() AND state = 'open')
                     OR s.id IN (SELECT shop_id FROM events WHERE tenant_id = tenant() AND state = 'quarantined'))",
            ),
        }
        (sql, params)
    }
}

const FROM: &str =
    "FROM shops s LEFT JOIN shop_plans p ON p.tenant_id = s.tenant_id AND p.shop_id = s.id";

/// The shops that are asked for.
pub fn shops(tx: &mut dyn HubTx, query: &ShopQuery) -> Result<Vec<ShopSummary>> {
    let (conditions, mut params) = query.conditions();
    params.extend([query.limit.into(), query.offset.into()]);
    let planned = SHOP_COLUMNS
        .split(", ")
        .map(|column| format!(", p.{column} AS {column}"))
        .collect::<String>();
    let sql = format!(
        "SELECT s.id AS id, s.name AS name, s.last_contact_utc AS last_contact_utc{planned}
         {FROM} WHERE s.tenant_id = tenant(){conditions} ORDER BY {} LIMIT ${} OFFSET ${}",
        query.order.sql(),
        params.len() - 1,
        params.len()
    );
    let mut found = tx
        .query(&sql, &params)?
        .iter()
        .map(summary_from)
        .collect::<Result<Vec<_>>>()?;
    for shop in &mut found {
        shop.quarantined = super::events::quarantined_count(tx, &shop.id)?;
        shop.flags = open_flags(tx, &shop.id)?;
    }
    Ok(found)
}

/// How many shops are asked for, wherever the page begins and ends.
pub fn count(tx: &mut dyn HubTx, query: &ShopQuery) -> Result<i64> {
    let (conditions, params) = query.conditions();
    let row = tx.query_row(
        &format!("SELECT count(*) AS found {FROM} WHERE s.tenant_id = tenant(){conditions}"),
        &params,
    )?;
    row.map_or(Ok(0), |row| row.integer("found"))
}

fn open_flags(tx: &mut dyn HubTx, shop_id: &str) -> Result<i64> {
    let row = tx.query_row(
        "SELECT count(*) AS found FROM demand_flags
         WHERE tenant_id = tenant() AND shop_id = $1 AND state = 'open'",
        &[shop_id.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer("found"))
}

fn summary_from(row: &Row) -> Result<ShopSummary> {
    let plan = match row.text_opt("plan_date")? {
        Some(_) => Some(shop_from(row)?),
        None => None,
    };
    Ok(ShopSummary {
        id: row.text("id")?,
        name: row.text("name")?,
        last_contact: row.moment_opt("last_contact_utc")?,
        plan,
        quarantined: 0,
        flags: 0,
    })
}

/// What goes with one route today, by the plans of its shops that are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteLoad {
    /// The route's name; empty for shops on no route.
    pub route: String,
    /// Its vehicle's name; empty where it has none.
    pub vehicle: String,
    /// Shops.
    pub shops: i64,
    /// What they pay.
    pub value: Money,
}

/// What goes with each route to shops that are due by `today`, by the route's name.
pub fn route_loads(tx: &mut dyn HubTx, today: NaiveDate) -> Result<Vec<RouteLoad>> {
    tx.query(
        "SELECT coalesce(r.name, '') AS route, coalesce(v.name, '') AS vehicle, count(*) AS shops,
             CAST(sum(p.send_value) AS BIGINT) AS value
         FROM shop_plans p
         LEFT JOIN route_stops t ON t.tenant_id = p.tenant_id AND t.shop_id = p.shop_id
         LEFT JOIN routes r ON r.tenant_id = t.tenant_id AND r.id = t.route_id
         LEFT JOIN vehicles v ON v.tenant_id = r.tenant_id AND v.id = r.vehicle_id
         WHERE p.tenant_id = tenant() AND p.due_on <= $1 AND p.send_products > 0
         GROUP BY r.name, v.name ORDER BY 1, 2",
        &[today.into()],
    )?
    .iter()
    .map(|row| {
        Ok(RouteLoad {
            route: row.text("route")?,
            vehicle: row.text("vehicle")?,
            shops: row.integer("shops")?,
            value: row.money("value")?,
        })
    })
    .collect()
}

/// A morning in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Shops that are supplied.
    pub shops: i64,
    /// Of them, those that have a plan.
    pub planned: i64,
    /// Shops whose turn has come.
    pub due: i64,
    /// What goes to them: product lines, and what they pay.
    pub due_lines: i64,
    /// See `due_lines`.
    pub due_value: Money,
    /// Shops whose turn has not come and that are expected to run out of something before.
    pub at_risk: i64,
    /// Shops that are out of something.
    pub out: i64,
    /// Shops that were not heard of.
    pub silent: i64,
    /// Product-days of the last 28 days in all shops, and those with something to sell.
    pub product_days: i64,
    /// See `product_days`.
    pub stocked_days: i64,
    /// Days of shops that wait for a decision.
    pub flags: i64,
    /// Events that could not be applied.
    pub quarantined: i64,
    /// Products counted in other units at a shop than in the catalogue.
    pub unit_conflicts: i64,
}

/// The figures of `today`, those shops being silent that were not heard of since `silent_since`.
pub fn counts(tx: &mut dyn HubTx, today: NaiveDate, silent_since: DateTime<Utc>) -> Result<Counts> {
    let found = tx.query_row(
        &format!(
            "SELECT count(*) AS shops,
                 CAST(sum(CASE WHEN p.shop_id IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS planned,
                 CAST(sum(CASE WHEN p.due_on <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS due,
                 CAST(sum(CASE WHEN p.due_on <= $1 THEN p.send_products ELSE 0 END) AS BIGINT) AS due_lines,
                 CAST(sum(CASE WHEN p.due_on <= $1 THEN p.send_value ELSE 0 END) AS BIGINT) AS due_value,
                 CAST(sum(CASE WHEN p.due_on > $1 AND p.risk_products > 0 THEN 1 ELSE 0 END) AS BIGINT) AS at_risk,
                 CAST(sum(CASE WHEN p.out_products > 0 THEN 1 ELSE 0 END) AS BIGINT) AS empty_shelves,
                 CAST(sum(CASE WHEN s.last_contact_utc IS NULL OR s.last_contact_utc < $2 THEN 1 ELSE 0 END) AS BIGINT)
                     AS silent,
                 CAST(sum(coalesce(p.product_days, 0)) AS BIGINT) AS product_days,
                 CAST(sum(coalesce(p.stocked_days, 0)) AS BIGINT) AS stocked_days,
                 CAST(sum(coalesce(p.unit_conflicts, 0)) AS BIGINT) AS unit_conflicts
             {FROM} WHERE s.tenant_id = tenant() AND s.active = 1"
        ),
        &[today.into(), silent_since.into()],
    )?;
    let Some(row) = found.filter(|row| row.integer("shops").is_ok_and(|shops| shops > 0)) else {
        return Ok(Counts::default());
    };
    let one = |tx: &mut dyn HubTx, sql: &str| -> Result<i64> {
        let row = tx.query_row(sql, &[])?;
        row.map_or(Ok(0), |row| row.integer("found"))
    };
    Ok(Counts {
        shops: row.integer("shops")?,
        planned: row.integer("planned")?,
        due: row.integer("due")?,
        due_lines: row.integer("due_lines")?,
        due_value: row.money("due_value")?,
        at_risk: row.integer("at_risk")?,
        out: row.integer("empty_shelves")?,
        silent: row.integer("silent")?,
        product_days: row.integer("product_days")?,
        stocked_days: row.integer("stocked_days")?,
        unit_conflicts: row.integer("unit_conflicts")?,
        flags: one(
            tx,
            "SELECT count(*) AS found FROM demand_flags WHERE tenant_id = tenant() AND state = 'open'",
        )?,
        quarantined: one(
            tx,
            "SELECT count(*) AS found FROM events WHERE tenant_id = tenant() AND state = 'quarantined'",
        )?,
    })
}
