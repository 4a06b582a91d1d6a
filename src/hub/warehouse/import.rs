//! An opening stock or a count from a file.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::count::{CountLine, CountRequest, Counted, LotCounted, counted};
use super::{LONGEST_LOT_CODE, Stamp, digest};
use crate::error::Result;
use crate::hub::catalogue::{self, HubImport, ImportReport, Source};
use crate::hub::production::materials::stocked;
use crate::hub::store::HubTx;
use crate::hub::store::stock_documents::DocumentKind;
use crate::hub::store::warehouse::{self, StockLot};
use crate::hub::table::{Columns, Faults, Line};
use crate::model::{Quantity, Sku};

/// The columns of the stock file. A product may have a row for each of its lots.
pub(in super::super) const COLUMNS: Columns = Columns {
    required: &["sku", "quantity"],
    optional: &["expires", "lot"],
};

/// Imports a count: the products that the file names have the lots that it names and no others; products that it does
/// not name stay as they were.
pub(in super::super) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let products = stocked(tx)?;
    let mut faults = Faults::of(&source.path);
    let mut seen: BTreeSet<(Sku, String, Option<chrono::NaiveDate>)> = BTreeSet::new();
    let mut found: BTreeMap<Sku, Vec<LotCounted>> = BTreeMap::new();
    for line in &source.lines {
        let Some(sku) = catalogue::sku(line, &mut faults) else {
            continue;
        };
        let Some(product) = products.get(&sku) else {
            let message = format!("{sku} is not in the catalogue: import the products first");
            faults.add(line.number, "sku", message);
            continue;
        };
        let factor = product.entry.unit_factor;
        line.required("quantity", &mut faults);
        let quantity = line.quantity("quantity", factor, Quantity::ZERO, &mut faults);
        let expires = expires(line, &mut faults);
        let lot = line.text("lot").unwrap_or_default().to_owned();
        if lot.chars().count() > LONGEST_LOT_CODE || lot.chars().any(char::is_control) {
            let message = format!("must have at most {LONGEST_LOT_CODE} characters");
            faults.add(line.number, "lot", message);
        }
        if !seen.insert((sku.clone(), lot.clone(), expires)) {
            faults.add(
                line.number,
                "lot",
                format!("the same lot of {sku} is there twice"),
            );
        }
        found.entry(sku).or_default().push(LotCounted {
            lot,
            expires,
            quantity: quantity.unwrap_or_default(),
        });
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Stock, source.lines.len(), source.dry_run);
    for (sku, lots) in &found {
        let known = warehouse::head(tx, sku)? > 0;
        let now = warehouse::lots(tx, sku)?;
        for lot in lots {
            let before = known.then(|| there(&now, lot));
            report.counts(before.as_ref(), &lot.quantity);
        }
    }
    if source.dry_run || found.is_empty() {
        return Ok(report);
    }
    let request = CountRequest {
        id: None,
        note: source.file_name(),
        lines: found
            .into_iter()
            .map(|(sku, lots)| CountLine {
                sku,
                at_seq: None,
                counted: Counted::OnlyLots(lots),
            })
            .collect(),
    };
    let stamp = Stamp {
        now: source.now,
        today: source.now.date_naive(),
        actor: "owner".to_owned(),
    };
    let hash = digest(DocumentKind::Count, &request)?;
    counted(tx, &stamp, &Uuid::now_v7().to_string(), &request, &hash)?;
    catalogue::record_import(tx, source, &report)?;
    Ok(report)
}

fn expires(line: &Line, faults: &mut Faults) -> Option<chrono::NaiveDate> {
    let text = line.text("expires")?;
    let date = text.parse().ok();
    if date.is_none() {
        faults.add(
            line.number,
            "expires",
            format!("{text} is no date: write it as 2026-11-30"),
        );
    }
    date
}

fn there(lots: &[StockLot], counted: &LotCounted) -> Quantity {
    lots.iter()
        .find(|lot| lot.lot == counted.lot && lot.expires == counted.expires)
        .map_or(Quantity::ZERO, |lot| lot.quantity)
}
