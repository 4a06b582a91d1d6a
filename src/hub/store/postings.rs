//! What a run of events adds to a shop's projections, added up first: a push of five hundred sales writes each product's
//! day once and not a thousand times.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::histories;
use super::projections::Flow;
use super::{HubTx, Kind, Value};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::wire::event::ProductFacts;

use Kind::{Integer, Text};

/// Changes of one shop's stock, flow and products that are not written yet.
///
/// The order of events is kept where it matters: of two definitions of a product, and of two imports of a day, the later
/// one stands. Sums do not ask for it.
#[derive(Debug, Default)]
pub struct Postings {
    lots: BTreeMap<(Sku, Option<NaiveDate>), Quantity>,
    days: BTreeMap<(Sku, NaiveDate), Flow>,
    imported: BTreeMap<(Sku, NaiveDate), Quantity>,
    products: BTreeMap<Sku, ProductFacts>,
}

impl Postings {
    /// Adds `quantity`, negative for goods that left, to a lot.
    pub fn add_to_lot(&mut self, sku: &Sku, expires: Option<NaiveDate>, quantity: Quantity) {
        *self.lots.entry((sku.clone(), expires)).or_default() += quantity;
    }

    /// Adds to a product's flow on a date.
    pub fn add_to_day(&mut self, sku: &Sku, date: NaiveDate, flow: Flow) {
        let day = self.days.entry((sku.clone(), date)).or_default();
        day.sold += flow.sold;
        day.missed += flow.missed;
        day.net += flow.net;
        day.inflow += flow.inflow;
        day.moved |= flow.moved;
    }

    /// Sets what an imported history says of a product's date.
    pub fn set_imported(&mut self, sku: &Sku, date: NaiveDate, quantity: Quantity) {
        self.imported.insert((sku.clone(), date), quantity);
    }

    /// Keeps what the shop says of a product.
    pub fn define_product(&mut self, facts: &ProductFacts) {
        self.products.insert(facts.sku.clone(), facts.clone());
    }

    /// Writes all of it, a statement for each table.
    pub fn write(self, tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
        let touched = self.days.keys().chain(self.imported.keys());
        if let Some(earliest) = touched.map(|(_, date)| *date).min() {
            histories::changed(tx, shop_id, earliest)?;
        }
        write_products(tx, shop_id, self.products)?;
        write_lots(tx, shop_id, self.lots)?;
        write_days(tx, shop_id, self.days)?;
        write_imported(tx, shop_id, self.imported)
    }
}

fn write_products(
    tx: &mut dyn HubTx,
    shop_id: &str,
    products: BTreeMap<Sku, ProductFacts>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = products
        .into_values()
        .map(|facts| {
            vec![
                shop_id.into(),
                (&facts.sku).into(),
                facts.name.into(),
                facts.base_unit.into(),
                facts.unit.into(),
                facts.unit_factor.into(),
                facts.pack_name.into(),
                facts.pack_size.into(),
                facts.minimum_order.into(),
                facts.shelf_life_days.into(),
                facts.consignment.into(),
                facts.active.into(),
            ]
        })
        .collect();
    tx.insert_rows(
        "INSERT INTO shop_products (tenant_id, shop_id, sku, name, base_unit, unit, unit_factor, pack_name,
             pack_size, minimum_order, shelf_life_days, consignment, active)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, shop_id, sku) DO UPDATE SET
             name = excluded.name, base_unit = excluded.base_unit, unit = excluded.unit,
             unit_factor = excluded.unit_factor, pack_name = excluded.pack_name,
             pack_size = excluded.pack_size, minimum_order = excluded.minimum_order,
             shelf_life_days = excluded.shelf_life_days, consignment = excluded.consignment,
             active = excluded.active",
        &[
            Text, Text, Text, Text, Text, Integer, Text, Integer, Integer, Integer, Integer, Integer,
        ],
        &rows,
    )?;
    Ok(())
}

fn write_lots(
    tx: &mut dyn HubTx,
    shop_id: &str,
    lots: BTreeMap<(Sku, Option<NaiveDate>), Quantity>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = lots
        .into_iter()
        .filter(|(_, quantity)| *quantity != Quantity::ZERO)
        .map(|((sku, expires), quantity)| {
            let expires = expires.map(|date| date.to_string()).unwrap_or_default();
            vec![
                shop_id.into(),
                (&sku).into(),
                expires.into(),
                quantity.into(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_rows(
        "INSERT INTO shop_lots (tenant_id, shop_id, sku, expires, quantity) VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, shop_id, sku, expires) DO UPDATE SET
             quantity = shop_lots.quantity + excluded.quantity",
        &[Text, Text, Text, Integer],
        &rows,
    )?;
    // An empty lot is no lot.
    tx.execute(
        "DELETE FROM shop_lots WHERE tenant_id = tenant() AND shop_id = $1 AND quantity = 0",
        &[shop_id.into()],
    )?;
    Ok(())
}

fn write_days(
    tx: &mut dyn HubTx,
    shop_id: &str,
    days: BTreeMap<(Sku, NaiveDate), Flow>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = days
        .into_iter()
        .map(|(day, flow)| day_row(shop_id, day, flow, Quantity::ZERO))
        .collect();
    tx.insert_rows(
        "INSERT INTO shop_daily (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET
             sold = shop_daily.sold + excluded.sold, missed = shop_daily.missed + excluded.missed,
             net = shop_daily.net + excluded.net, inflow = shop_daily.inflow + excluded.inflow,
             moved = CASE WHEN excluded.moved = 1 THEN 1 ELSE shop_daily.moved END",
        DAY_ROW,
        &rows,
    )?;
    Ok(())
}

fn write_imported(
    tx: &mut dyn HubTx,
    shop_id: &str,
    imported: BTreeMap<(Sku, NaiveDate), Quantity>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = imported
        .into_iter()
        .map(|(day, quantity)| day_row(shop_id, day, Flow::default(), quantity))
        .collect();
    tx.insert_rows(
        "INSERT INTO shop_daily (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET imported = excluded.imported",
        DAY_ROW,
        &rows,
    )?;
    Ok(())
}

const DAY_ROW: &[Kind] = &[
    Text, Text, Text, Integer, Integer, Integer, Integer, Integer, Integer,
];

fn day_row(
    shop_id: &str,
    (sku, date): (Sku, NaiveDate),
    flow: Flow,
    imported: Quantity,
) -> Vec<Value> {
    vec![
        shop_id.into(),
        (&sku).into(),
        date.into(),
        flow.sold.into(),
        imported.into(),
        flow.missed.into(),
        flow.net.into(),
        flow.inflow.into(),
        flow.moved.into(),
    ]
}
