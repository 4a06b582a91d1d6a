//! Costs from a file.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::{self, HubImport, ImportReport, Source};
use super::super::store::catalogue::{self as rows, Cost};
use super::super::store::{HubTx, shops};
use super::super::table::{Columns, Faults, Line};
use crate::error::Result;
use crate::model::Sku;

/// The columns of the costs file. An empty `shop` is every shop, an empty `sku` the delivery as such.
pub(in crate::hub) const COLUMNS: Columns = Columns {
    required: &["cost"],
    optional: &["shop", "sku"],
};

/// Imports costs: rows of shop and SKU, both of which may be empty, and a cost per delivery.
pub(in crate::hub) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
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
