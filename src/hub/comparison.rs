//! The distributor's own sales replayed under several ways of keeping shops supplied: what deliveries decided here cost
//! against each shop ordering by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Hub;
use super::catalogue::by_sku;
use super::costs::CostTable;
use super::store::catalogue::Product;
use super::store::comparisons;
use super::store::{self, HubTx, audit, catalogue, plan_input, projections};
use crate::error::{Error, Result};
use crate::model::Sku;
use crate::simulate::{Input, Overrides, Report, simulate};

/// Shops and products that are replayed: enough to tell, and done in seconds.
const SHOPS: usize = 6;
const PRODUCTS: usize = 12;

/// Days of sales before the first replayed day, for whoever learns from them.
const HISTORY_DAYS: i64 = 60;

/// Days after those that are replayed and not counted.
const WARM_UP_DAYS: i64 = 14;

/// The fewest days that are counted.
const FEWEST_DAYS: i64 = 28;

/// The most days that are read.
const MOST_DAYS: Days = Days::new(300);

/// What a shop pays for one order, and the distributor and the shop for a delivery, where nobody has set any cost.
const USUAL_DELIVERY: i64 = 20_000;

/// What a shop earns on a unit as a share of what it pays: for sales that are lost.
const SHOP_MARGIN: f64 = 0.15;

/// One way of keeping the shops supplied, in rupiah per 30 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// `traditional`, `vmi`, `traditional_with_safety_stock`, `vmi_with_safety_stock` or `kulakan`.
    pub name: String,
    /// Orders, deliveries and lots.
    pub ordering: f64,
    /// Stock, everywhere.
    pub holding: f64,
    /// Goods that passed their date.
    pub waste: f64,
    /// Margin of what customers did not get.
    pub lost_sales: f64,
    /// Share of demand met from the shelf.
    pub fill_rate: f64,
}

impl Way {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.ordering + self.holding + self.waste + self.lost_sales
    }
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Shops that were replayed.
    pub shops: usize,
    /// Products that were replayed.
    pub products: usize,
    /// Days that were counted.
    pub days: u32,
    /// Each way.
    pub ways: Vec<Way>,
}

/// The sales of some shops: (shop, product, date, base units).
struct Sample {
    shops: Vec<String>,
    products: Vec<Sku>,
    rows: Vec<(usize, usize, NaiveDate, i64)>,
}

impl Hub {
    /// The latest comparison, and when it was made.
    ///
    /// # Errors
    /// What the database said.
    pub async fn comparison(&self) -> Result<Option<(DateTime<Utc>, Comparison)>> {
        let kept = store::read(self.store(), comparisons::latest).await?;
        // One of an older program that cannot be read is made again.
        Ok(kept.and_then(|(at, text)| Some((at, serde_json::from_str(&text).ok()?))))
    }

    /// Replays the sales of the largest shops and keeps what came out.
    ///
    /// # Errors
    /// [`Error::Refused`] where there are too few days of sales to tell anything.
    pub async fn compare(&self, actor: &str) -> Result<Comparison> {
        let (date, now) = (self.today(), self.now());
        let holding = self.config.holding_fraction_per_period()?;
        let (text, sales) = store::read(self.store(), move |tx| {
            let sample = sample(tx, date)?;
            let costs = CostTable::load(tx, holding)?;
            let offered = by_sku(catalogue::products(tx)?);
            Ok((input(&sample, &costs, &offered)?, csv(&sample)))
        })
        .await?;
        let report = tokio::task::spawn_blocking(move || replay(&text, &sales))
            .await
            .map_err(|_| Error::Internal("a replay ended abnormally".to_owned()))??;
        let comparison = told(&report);
        let text = serde_json::to_string(&comparison)
            .map_err(|error| Error::Internal(format!("writing a comparison: {error}")))?;
        let actor = actor.to_owned();
        store::write(self.store(), move |tx| {
            comparisons::put(tx, now, date, &text)?;
            audit::record(tx, now, &actor, "policies.compared", &date.to_string(), "")
        })
        .await?;
        Ok(comparison)
    }
}

/// The shops with the most demand, and the products with the most demand in them.
fn sample(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Sample> {
    let from = date.checked_sub_days(MOST_DAYS).unwrap_or(date);
    let offered: BTreeSet<Sku> = by_sku(catalogue::products(tx)?).into_keys().collect();
    let shops = comparisons::largest_shops(tx, SHOPS as i64)?;
    let shops = if shops.is_empty() {
        plan_input::active_shops(tx)?
            .into_iter()
            .take(SHOPS)
            .collect()
    } else {
        shops
    };
    let mut sold: BTreeMap<Sku, i64> = BTreeMap::new();
    let mut all = Vec::new();
    for (place, shop) in shops.iter().enumerate() {
        for day in projections::days(tx, shop, from)? {
            let demand = (day.sold + day.imported + day.missed).0.clamp(0, 1_000_000);
            if day.date < date && demand > 0 && offered.contains(&day.sku) {
                *sold.entry(day.sku.clone()).or_default() += demand;
                all.push((place, day.sku, day.date, demand));
            }
        }
    }
    let mut ranked: Vec<(i64, Sku)> = sold.into_iter().map(|(sku, sum)| (-sum, sku)).collect();
    ranked.sort();
    let products: Vec<Sku> = ranked
        .into_iter()
        .take(PRODUCTS)
        .map(|(_, sku)| sku)
        .collect();
    let rows: Vec<_> = all
        .into_iter()
        .filter_map(|(shop, sku, date, demand)| {
            let product = products.iter().position(|known| *known == sku)?;
            Some((shop, product, date, demand))
        })
        .collect();
    Ok(Sample {
        shops,
        products,
        rows,
    })
}

fn csv(sample: &Sample) -> String {
    let mut text = "shop,product,date,quantity\n".to_owned();
    for (shop, product, date, quantity) in &sample.rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "s{shop},p{product},{date},{quantity}");
    }
    text
}

fn input(sample: &Sample, costs: &CostTable, offered: &BTreeMap<Sku, Product>) -> Result<String> {
    let dates = || sample.rows.iter().map(|row| row.2);
    let span = match (dates().min(), dates().max()) {
        (Some(first), Some(last)) => (last - first).num_days() + 1,
        _ => 0,
    };
    let days = span - HISTORY_DAYS - WARM_UP_DAYS;
    if days < FEWEST_DAYS {
        let needed = HISTORY_DAYS + WARM_UP_DAYS + FEWEST_DAYS;
        return Err(Error::Refused(format!(
            "a comparison needs {needed} days of sales; there are {span}"
        )));
    }
    let first_shop = sample.shops.first().map(String::as_str).unwrap_or_default();
    let delivery = costs.delivery(first_shop);
    let (distributor, shop) = if delivery.sum().0 > 0 {
        (delivery.distributor.0, delivery.shop.0)
    } else {
        (USUAL_DELIVERY * 3 / 4, USUAL_DELIVERY / 4)
    };
    let mut text = format!(
        "period_days = 30\nholding_fraction_per_period = {:?}\ndays = {days}\nwarm_up_days = {WARM_UP_DAYS}\n\
         history_days = {HISTORY_DAYS}\nreplications = 1\nseed = 1\ninformation = \"learned\"\n\
         [replay]\nfile = \"sales.csv\"\n[delivery]\ndistributor_cost = {distributor}.0\nshop_cost = {shop}.0\n\
         item_cost = 0.0\nlead_time_days = 2.0\n[[supplier]]\nname = \"s\"\nlead_time_days = 3.0\n",
        costs.holding(first_shop)
    );
    for (place, sku) in sample.products.iter().enumerate() {
        let Some(product) = offered.get(sku) else {
            continue;
        };
        let factor = product.entry.unit_factor.max(1) as f64;
        let asked = product.entry.price.0.max(1) as f64 / factor;
        let paid = product
            .cost
            .map_or(asked * 0.9, |cost| cost.0.max(1) as f64 / factor);
        let life = product
            .entry
            .shelf_life_days
            .map(|days| format!("shelf_life_days = {days}\n"));
        let _ = write!(
            text,
            "[[product]]\nname = \"p{place}\"\nsupplier = \"s\"\nretail_price = {:?}\ndistributor_price = {asked:?}\n\
             production_cost = {:?}\norder_cost = {USUAL_DELIVERY}.0\n{}",
            asked * (1.0 + SHOP_MARGIN),
            paid.min(asked),
            life.unwrap_or_default()
        );
    }
    for place in 0..sample.shops.len() {
        let order_cost = distributor + shop;
        let _ = write!(
            text,
            "[[shop]]\nname = \"s{place}\"\norder_cost = {order_cost}.0\nlead_time_days = 2.0\n"
        );
    }
    Ok(text)
}

fn replay(text: &str, sales: &str) -> Result<Report> {
    let refused = |error: crate::simulate::SimulationError| {
        Error::Refused(format!("these sales cannot be replayed: {error}"))
    };
    let input = Input::parse(text).map_err(refused)?;
    let (network, horizon) = input
        .network(&Overrides::default(), Some(sales))
        .map_err(refused)?;
    simulate(&network, &horizon, None, &mut |_, _| {}).map_err(refused)
}

fn told(report: &Report) -> Comparison {
    Comparison {
        shops: report.shops,
        products: report.products,
        days: report.days,
        ways: report
            .policies
            .iter()
            .map(|policy| Way {
                name: policy.name.to_owned(),
                ordering: policy.cost.ordering,
                holding: policy.cost.holding,
                waste: policy.cost.waste,
                lost_sales: policy.cost.lost_sales,
                fill_rate: policy.fill_rate,
            })
            .collect(),
    }
}
