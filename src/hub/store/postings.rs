//! What a run of events adds to a shop's projections, added up first: a push of five hundred sales writes each product's
//! day once and not a thousand times.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::histories;
use super::projections::Flow;
use super::whole::{Book, OfProduct};
use super::{HubTx, Kind, Value};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::wire::event::ProductFacts;

use Kind::{Integer, Text};

/// Changes of one shop's stock, flow and products that are not written yet.
///
/// The order of events is kept where it matters: of two definitions of a product, and of two imports of a day, the later
/// one stands. Sums do not ask for it.
#[derive(Debug, Clone, Default)]
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

    /// Adds all that a book says of a product, as for a shop that has none of it yet.
    pub fn add_product(&mut self, found: &OfProduct) {
        if let Some(facts) = &found.facts {
            self.define_product(facts);
        }
        for lot in &found.lots {
            self.add_to_lot(&lot.sku, lot.expires, lot.quantity);
        }
        for day in &found.days {
            let flow = Flow {
                sold: day.sold,
                missed: day.missed,
                net: day.net,
                inflow: day.inflow,
                moved: day.moved,
            };
            self.add_to_day(&day.sku, day.date, flow);
            if day.imported != Quantity::ZERO {
                self.set_imported(&day.sku, day.date, day.imported);
            }
        }
    }

    /// The products that anything changes of.
    #[must_use]
    pub fn skus(&self) -> BTreeSet<Sku> {
        let lots = self.lots.keys().map(|(sku, _)| sku);
        let days = self.days.keys().map(|(sku, _)| sku);
        let imported = self.imported.keys().map(|(sku, _)| sku);
        let all = lots.chain(days).chain(imported).chain(self.products.keys());
        all.cloned().collect()
    }

    /// What the shop says of products.
    pub fn defined(&self) -> impl Iterator<Item = &ProductFacts> {
        self.products.values()
    }

    /// The part of it that is about these products.
    #[must_use]
    pub fn only(&self, skus: &BTreeSet<Sku>) -> Self {
        let mut part = self.clone();
        part.lots.retain(|(sku, _), _| skus.contains(sku));
        part.days.retain(|(sku, _), _| skus.contains(sku));
        part.imported.retain(|(sku, _), _| skus.contains(sku));
        part.products.retain(|sku, _| skus.contains(sku));
        part
    }

    /// How many rows it is going to change, about.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.lots.len() + self.days.len() + self.imported.len() + self.products.len()
    }

    /// Writes all of it into what the transaction's tenant knows of a shop, a statement for each table.
    pub fn write(self, tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
        let touched = self.days.keys().chain(self.imported.keys());
        if let Some(earliest) = touched.map(|(_, date)| *date).min() {
            histories::changed(tx, shop_id, earliest)?;
        }
        self.write_into(tx, shop_id, Book::Own)
    }

    /// The same for the whole book of a shop with several distributors, which nobody plans from.
    pub fn write_whole(self, tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
        self.write_into(tx, shop_id, Book::Whole)
    }

    fn write_into(self, tx: &mut dyn HubTx, shop_id: &str, book: Book) -> Result<()> {
        write_products(tx, shop_id, book.products(), self.products)?;
        write_lots(tx, shop_id, book.lots(), self.lots)?;
        write_days(tx, shop_id, book.daily(), self.days)?;
        write_imported(tx, shop_id, book.daily(), self.imported)
    }
}

fn write_products(
    tx: &mut dyn HubTx,
    shop_id: &str,
    table: &str,
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
        &format!(
            "INSERT INTO {table} (tenant_id, shop_id, sku, name, base_unit, unit, unit_factor, pack_name,
                 pack_size, minimum_order, shelf_life_days, consignment, active)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (tenant_id, shop_id, sku) DO UPDATE SET
                 name = excluded.name, base_unit = excluded.base_unit, unit = excluded.unit,
                 unit_factor = excluded.unit_factor, pack_name = excluded.pack_name,
                 pack_size = excluded.pack_size, minimum_order = excluded.minimum_order,
                 shelf_life_days = excluded.shelf_life_days, consignment = excluded.consignment,
                 active = excluded.active"
        ),
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
    table: &str,
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
        &format!(
            "INSERT INTO {table} (tenant_id, shop_id, sku, expires, quantity) VALUES (tenant(), $1, $2, $3, $4)
             ON CONFLICT (tenant_id, shop_id, sku, expires) DO UPDATE SET
                 quantity = {table}.quantity + excluded.quantity"
        ),
        &[Text, Text, Text, Integer],
        &rows,
    )?;
    // An empty lot is no lot.
    tx.execute(
        &format!(
            "DELETE FROM {table} WHERE tenant_id = tenant() AND shop_id = $1 AND quantity = 0"
        ),
        &[shop_id.into()],
    )?;
    Ok(())
}

fn write_days(
    tx: &mut dyn HubTx,
    shop_id: &str,
    table: &str,
    days: BTreeMap<(Sku, NaiveDate), Flow>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = days
        .into_iter()
        .map(|(day, flow)| day_row(shop_id, day, flow, Quantity::ZERO))
        .collect();
    tx.insert_rows(
        &format!(
            "INSERT INTO {table} (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET
                 sold = {table}.sold + excluded.sold, missed = {table}.missed + excluded.missed,
                 net = {table}.net + excluded.net, inflow = {table}.inflow + excluded.inflow,
                 moved = CASE WHEN excluded.moved = 1 THEN 1 ELSE {table}.moved END"
        ),
        DAY_ROW,
        &rows,
    )?;
    Ok(())
}

fn write_imported(
    tx: &mut dyn HubTx,
    shop_id: &str,
    table: &str,
    imported: BTreeMap<(Sku, NaiveDate), Quantity>,
) -> Result<()> {
    let rows: Vec<Vec<Value>> = imported
        .into_iter()
        .map(|(day, quantity)| day_row(shop_id, day, Flow::default(), quantity))
        .collect();
    tx.insert_rows(
        &format!(
            "INSERT INTO {table} (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET imported = excluded.imported"
        ),
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
