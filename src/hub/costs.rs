//! What deliveries cost, and the interval between them that costs least.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{self, HubImport, ImportReport, Source};
use super::store::catalogue::{self as rows, Cost, Product};
use super::store::{HubTx, shops};
use super::table::{Columns, Faults, Line};
use crate::error::Result;
use crate::model::{Money, Sku};
use crate::plan::{JointCosts, JointInterval, JointItem, PlanLine, joint_interval};

/// Days in the period that the holding fraction is for.
const PERIOD_DAYS: u32 = 30;

/// The columns of the costs file. An empty `shop` is every shop, an empty `sku` the delivery as such.
pub(super) const COLUMNS: Columns = Columns {
    required: &["cost"],
    optional: &["shop", "sku"],
};

/// Imports costs: rows of shop and SKU, both of which may be empty, and a cost per delivery.
pub(super) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let shops: BTreeMap<String, String> = shops::list(tx)?
        .into_iter()
        .flat_map(|shop| [(shop.id.clone(), shop.id.clone()), (shop.name, shop.id)])
        .collect();
    let skus: BTreeSet<Sku> = catalogue::by_sku(rows::products(tx)?).into_keys().collect();
    let known: BTreeMap<_, _> = rows::costs(tx)?.into_iter().map(keyed).collect();
    let mut faults = Faults::of(&source.path);
    let mut lines_of = BTreeMap::new();
    let mut costs = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let Some(cost) = cost(line, &shops, &skus, &mut faults) else {
            continue;
        };
        let (key, cost) = keyed(cost);
        if let Some(earlier) = lines_of.insert(key.clone(), line.number) {
            let message = format!("the same shop and sku are on line {earlier} already");
            faults.add(line.number, "", message);
        }
        costs.push((key, cost));
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Costs, costs.len(), source.dry_run);
    for (key, cost) in &costs {
        if report.counts(known.get(key), cost) && !source.dry_run {
            rows::put_cost(tx, cost)?;
        }
    }
    catalogue::record_import(tx, source, &report)?;
    Ok(report)
}

fn keyed(cost: Cost) -> ((Option<String>, Option<Sku>), Cost) {
    ((cost.shop_id.clone(), cost.sku.clone()), cost)
}

fn cost(
    line: &Line,
    shops: &BTreeMap<String, String>,
    skus: &BTreeSet<Sku>,
    faults: &mut Faults,
) -> Option<Cost> {
    line.required("cost", faults);
    let shop_id = match line.text("shop") {
        None => None,
        Some(shop) => {
            let id = shops.get(shop);
            if id.is_none() {
                faults.add(
                    line.number,
                    "shop",
                    format!("{shop} is no shop of this hub"),
                );
            }
            Some(id?.clone())
        }
    };
    let sku = if line.text("sku").is_some() {
        let sku = catalogue::sku(line, faults)?;
        if !skus.contains(&sku) {
            let message = format!("{sku} is not in the catalogue: import the products first");
            faults.add(line.number, "sku", message);
        }
        Some(sku)
    } else {
        None
    };
    Some(Cost {
        shop_id,
        sku,
        cost: line.money("cost", faults)?,
    })
}

/// What a delivery costs, by shop and product. Where there is a cost for every shop and one for this shop, both count:
/// the first is the distributor's own (C_d, c_dk), the second what the shop or the way to it adds (C_j, c_jk).
#[derive(Debug, Clone, Default)]
pub struct CostTable(BTreeMap<(Option<String>, Option<Sku>), Money>);

impl CostTable {
    /// All costs of the hub.
    pub fn load(tx: &mut dyn HubTx) -> Result<Self> {
        Ok(Self(
            rows::costs(tx)?
                .into_iter()
                .map(|cost| ((cost.shop_id, cost.sku), cost.cost))
                .collect(),
        ))
    }

    /// Nobody has said what anything costs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// C_d + C_j (without a product) or c_dk + c_jk.
    #[must_use]
    pub fn of(&self, shop_id: &str, sku: Option<&Sku>) -> Money {
        [None, Some(shop_id.to_owned())]
            .into_iter()
            .filter_map(|shop| self.0.get(&(shop, sku.cloned())))
            .copied()
            .sum()
    }

    /// The interval at which delivering a shop's products and holding them cost least together, from its plan's
    /// forecasts. `None` while no cost is known, or nothing is sold.
    ///
    /// `holding_fraction` is the cost of holding goods for 30 days as a share of their price.
    #[must_use]
    pub fn joint_interval(
        &self,
        shop_id: &str,
        lines: &[PlanLine],
        offered: &BTreeMap<Sku, Product>,
        holding_fraction: f64,
    ) -> Option<JointInterval> {
        let items: Vec<JointItem> = lines
            .iter()
            .filter_map(|line| {
                let product = offered.get(&line.sku)?;
                let price = product.entry.price;
                // Where the distributor has not told what it paid, what it asks stands in.
                let cost = product.cost.unwrap_or(price);
                Some(JointItem {
                    price_sum: (price + cost).0 as f64 / product.entry.unit_factor.max(1) as f64,
                    demand_per_period: line.forecast_per_day * f64::from(PERIOD_DAYS),
                    item_cost: self.of(shop_id, Some(&line.sku)).0 as f64,
                })
            })
            .collect();
        let per_delivery = self.of(shop_id, None);
        // Deliveries that cost nothing could come all the time; rather, nobody has told what this shop's cost.
        if per_delivery == Money::ZERO && items.iter().all(|item| item.item_cost <= 0.0) {
            return None;
        }
        let costs = JointCosts {
            per_delivery: per_delivery.0 as f64,
            holding_fraction_per_period: holding_fraction,
            period_days: PERIOD_DAYS,
        };
        joint_interval(&costs, &items)
    }
}
