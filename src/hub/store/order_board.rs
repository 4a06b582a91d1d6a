//! What of all orders is open: backlog (ordered, set aside, not sent) and backorders (ordered, not there).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::HubTx;
use super::orders::{LINE_COLUMNS, OrderLine, OrderPhase, line_from};
use super::plan_input::{ShopRange, within};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// What of a product is asked for by confirmed orders and not sent, in base units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenDemand {
    /// Reserved in the warehouse.
    pub backlog: Quantity,
    /// Not there: whoever buys has to buy it too.
    pub backordered: Quantity,
}

/// What confirmed orders ask of the warehouse, by product. What is made to order or sent by a supplier is not asked of
/// it.
pub fn open_demand(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, OpenDemand>> {
    tx.query(
        "SELECT l.sku AS sku, CAST(sum(l.reserved) AS BIGINT) AS backlog,
             CAST(sum(l.backordered) AS BIGINT) AS backordered
         FROM order_lines l JOIN orders o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
         WHERE l.tenant_id = tenant() AND (l.reserved > 0 OR l.backordered > 0) AND l.kind = 'stock'
           AND o.confirmed_at_utc IS NOT NULL
         GROUP BY l.sku ORDER BY l.sku",
        &[],
    )?
    .iter()
    .map(|row| {
        let demand = OpenDemand {
            backlog: row.quantity("backlog")?,
            backordered: row.quantity("backordered")?,
        };
        Ok((row.sku("sku")?, demand))
    })
    .collect()
}

/// What a shop has ordered from the warehouse beyond its plan and has not been sent, by product: it is owed on top of
/// what the plan would send. What a shipment holds already is not among it.
pub fn owed_to_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<BTreeMap<Sku, Quantity>> {
    open_of_shop(tx, shop_id, "l.reserved + l.backordered")
}

/// What of a shop's orders is set aside and in no shipment, by product.
pub fn ready_for_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<BTreeMap<Sku, Quantity>> {
    open_of_shop(tx, shop_id, "l.reserved")
}

/// The sum of `figure` over the open lines of a shop's orders, less what planned parcels hold of them.
fn open_of_shop(
    tx: &mut dyn HubTx,
    shop_id: &str,
    figure: &str,
) -> Result<BTreeMap<Sku, Quantity>> {
    let rows = tx.query(
        &format!(
            "SELECT l.sku AS sku, CAST(sum({figure}) AS BIGINT) AS owed
             FROM orders o JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
             WHERE o.tenant_id = tenant() AND o.of_shop = $1
               AND o.phase IN ('confirmed', 'in_production', 'ready') AND l.kind = 'stock'
             GROUP BY l.sku ORDER BY l.sku"
        ),
        &[shop_id.into()],
    )?;
    let mut owed: BTreeMap<Sku, Quantity> = BTreeMap::new();
    for row in rows {
        owed.insert(row.sku("sku")?, row.quantity("owed")?);
    }
    for row in tx.query(
        "SELECT l.sku AS sku, CAST(sum(q.quantity) AS BIGINT) AS planned
         FROM orders o
         JOIN order_parcels p ON p.tenant_id = o.tenant_id AND p.order_id = o.id
         JOIN order_parcel_lines q ON q.tenant_id = p.tenant_id AND q.parcel_id = p.id
         JOIN order_lines l ON l.tenant_id = q.tenant_id AND l.order_id = o.id AND l.line_no = q.line_no
         WHERE o.tenant_id = tenant() AND o.of_shop = $1
           AND o.phase IN ('confirmed', 'in_production', 'ready') AND p.state = 'planned' AND l.kind = 'stock'
         GROUP BY l.sku ORDER BY l.sku",
        &[shop_id.into()],
    )? {
        if let Some(of_product) = owed.get_mut(&row.sku("sku")?) {
            *of_product = *of_product - row.quantity("planned")?;
        }
    }
    owed.retain(|_, quantity| *quantity > Quantity::ZERO);
    Ok(owed)
}

/// What [`owed_to_shop`] says of the shops of a range that are owed something, by shop.
pub fn owed_in(
    tx: &mut dyn HubTx,
    range: ShopRange<'_>,
) -> Result<BTreeMap<String, BTreeMap<Sku, Quantity>>> {
    let (bounds, params) = within("of_shop", range);
    let shops = tx
        .query(
            &format!(
                "SELECT DISTINCT of_shop FROM orders
                 WHERE tenant_id = tenant() AND of_shop IS NOT NULL
                   AND phase IN ('confirmed', 'in_production', 'ready') AND {bounds}
                 ORDER BY of_shop"
            ),
            &params,
        )?
        .iter()
        .map(|row| row.text("of_shop"))
        .collect::<Result<Vec<String>>>()?;
    shops
        .into_iter()
        .map(|shop| Ok((shop.clone(), owed_to_shop(tx, &shop)?)))
        .collect()
}

/// A line that waits for stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLine {
    /// The order.
    pub order_id: String,
    /// Which line of it.
    pub line_no: i64,
    /// The product.
    pub sku: Sku,
    /// What is not there.
    pub backordered: Quantity,
    /// When it is promised for.
    pub promised_on: Option<NaiveDate>,
}

/// The lines of confirmed orders that wait for stock, of one product where asked for: the oldest promise first, then what
/// came first.
pub fn waiting(tx: &mut dyn HubTx, sku: Option<&Sku>) -> Result<Vec<WaitingLine>> {
    let (condition, params) = match sku {
        Some(sku) => (" AND l.sku = $1", vec![sku.into()]),
        None => ("", Vec::new()),
    };
    tx.query(
        &format!(
            "SELECT l.order_id AS order_id, l.line_no AS line_no, l.sku AS sku, l.backordered AS backordered,
                 l.promised_on AS promised_on
             FROM order_lines l JOIN orders o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
             WHERE l.tenant_id = tenant() AND l.backordered > 0 AND l.kind = 'stock'
               AND o.confirmed_at_utc IS NOT NULL{condition}
             ORDER BY CASE WHEN l.promised_on IS NULL THEN 1 ELSE 0 END, l.promised_on, o.placed_at_utc, o.id, l.line_no"
        ),
        &params,
    )?
    .iter()
    .map(|row| {
        Ok(WaitingLine {
            order_id: row.text("order_id")?,
            line_no: row.integer("line_no")?,
            sku: row.sku("sku")?,
            backordered: row.quantity("backordered")?,
            promised_on: row.date_opt("promised_on")?,
        })
    })
    .collect()
}

/// An open line with what is known of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// The order.
    pub order_id: String,
    /// Its number.
    pub number: String,
    /// How far it has come.
    pub phase: OrderPhase,
    /// When it came.
    pub placed_at: DateTime<Utc>,
    /// When the customer wants it.
    pub wanted_on: Option<NaiveDate>,
    /// Who ordered.
    pub customer_id: String,
    /// The customer's name.
    pub customer: String,
    /// Why nothing leaves for the customer; empty for nothing.
    pub hold: String,
    /// The shop that the customer is.
    pub shop_id: Option<String>,
    /// The line.
    pub line: OrderLine,
}

/// All open lines of orders that are not called off, oldest order first, at most `limit`.
pub fn open_lines(tx: &mut dyn HubTx, limit: i64) -> Result<Vec<OpenLine>> {
    let line_columns = LINE_COLUMNS
        .split(", ")
        .map(|column| format!("l.{0} AS {0}", column.trim()))
        .collect::<Vec<_>>()
        .join(", ");
    tx.query(
        &format!(
            "SELECT o.id AS order_id, o.number AS number, o.phase AS phase, o.placed_at_utc AS placed_at_utc,
                 o.wanted_on AS wanted_on, o.customer_id AS customer_id, c.name AS customer, c.hold AS hold,
                 o.of_shop AS of_shop, {line_columns}
             FROM orders o
             JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
             JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
             WHERE o.tenant_id = tenant() AND o.phase IN ('received', 'confirmed', 'in_production', 'ready')
               AND l.reserved + l.backordered > 0
             ORDER BY o.placed_at_utc, o.id, l.line_no LIMIT $1"
        ),
        &[limit.into()],
    )?
    .iter()
    .map(|row| {
        let phase = row.text("phase")?;
        Ok(OpenLine {
            order_id: row.text("order_id")?,
            number: row.text("number")?,
            phase: OrderPhase::parse(&phase)
                .ok_or_else(|| Error::Corrupt(format!("an order is in no known phase {phase:?}")))?,
            placed_at: row.moment("placed_at_utc")?,
            wanted_on: row.date_opt("wanted_on")?,
            customer_id: row.text("customer_id")?,
            customer: row.text("customer")?,
            hold: row.text("hold")?,
            shop_id: row.text_opt("of_shop")?,
            line: line_from(row)?,
        })
    })
    .collect()
}

/// Something of a product that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// When: as the supplier promised, or else as expected.
    pub on: NaiveDate,
    /// How much, in base units.
    pub quantity: Quantity,
    /// The number of the supplier order; its identity where it has none.
    pub number: String,
    /// The identity of the supplier order.
    pub supplier_order_id: String,
}

/// What open supplier orders will bring of each of these products, earliest first.
pub fn arrivals(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Vec<Arrival>>> {
    let mut found: BTreeMap<Sku, Vec<Arrival>> = BTreeMap::new();
    for row in tx.query(
        "SELECT l.sku AS sku, coalesce(o.promised_on, o.expected_on) AS due, o.id AS id, o.number AS number,
             CASE WHEN l.promised IS NULL THEN l.quantity - l.received - l.damaged
                  ELSE l.promised - l.received - l.damaged END AS coming
         FROM supplier_orders o
         JOIN supplier_order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
         WHERE o.tenant_id = tenant() AND o.state IN ('confirmed', 'sent', 'part_received')
         ORDER BY l.sku, due, o.id",
        &[],
    )? {
        let quantity = row.quantity("coming")?;
        if quantity <= Quantity::ZERO {
            continue;
        }
        let id = row.text("id")?;
        found.entry(row.sku("sku")?).or_default().push(Arrival {
            on: row.date("due")?,
            quantity,
            number: row.text_opt("number")?.unwrap_or_else(|| id.clone()),
            supplier_order_id: id,
        });
    }
    Ok(found)
}

/// Whom a product would be had from if it were ordered today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The supplier.
    pub supplier: String,
    /// The distributor makes it itself.
    pub is_own_production: bool,
    /// Days until it is there; absent where nobody has said.
    pub lead_time_days: Option<u32>,
}

/// The first supplier of each product that can deliver on `today`: by rank, or else the one that the catalogue names.
pub fn sources(tx: &mut dyn HubTx, today: NaiveDate) -> Result<BTreeMap<Sku, Source>> {
    let mut found: BTreeMap<Sku, Source> = BTreeMap::new();
    for row in tx.query(
        "SELECT p.sku AS sku, p.supplier AS supplier, p.kind AS kind,
             coalesce(p.lead_time_days, s.lead_time_days) AS lead_time_days
         FROM product_suppliers p
         LEFT JOIN suppliers s ON s.tenant_id = p.tenant_id AND s.name = p.supplier
         LEFT JOIN supplier_terms t ON t.tenant_id = p.tenant_id AND t.supplier = p.supplier
         WHERE p.tenant_id = tenant() AND p.active = 1 AND coalesce(s.active, 1) = 1
           AND (t.unavailable_until IS NULL OR t.unavailable_until <= $1)
         ORDER BY p.sku, p.rank, p.supplier",
        &[today.into()],
    )? {
        found.entry(row.sku("sku")?).or_insert(Source {
            supplier: row.text("supplier")?,
            is_own_production: row.text("kind")? == "production",
            lead_time_days: row.days_opt("lead_time_days")?,
        });
    }
    for row in tx.query(
        "SELECT p.sku AS sku, p.supplier AS supplier, s.lead_time_days AS lead_time_days
         FROM products p JOIN suppliers s ON s.tenant_id = p.tenant_id AND s.name = p.supplier
         WHERE p.tenant_id = tenant() AND s.active = 1 ORDER BY p.sku",
        &[],
    )? {
        found.entry(row.sku("sku")?).or_insert(Source {
            supplier: row.text("supplier")?,
            is_own_production: false,
            lead_time_days: row.days_opt("lead_time_days")?,
        });
    }
    Ok(found)
}
