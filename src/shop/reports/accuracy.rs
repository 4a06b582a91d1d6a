//! How good the nights' forecasts were: what they foresaw against what was asked for.
//!
//! A night foresees the demand of the days that an order has to last. Once those days are over it is compared with
//! what was asked for on them: sold, sold before the till was here, and missed. A stretch in which the shelf was empty
//! is left out: what would have sold then nobody knows.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::Period;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::plan::{DayDemand, Series, daily_series};
use crate::shop::Shop;
use crate::shop::store::plans;
use crate::shop::store::reports::{self as rows, Foreseen};

/// How the forecasts of a product turned out. Base units.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductAccuracy {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// Nights that could be compared.
    pub nights: i64,
    /// Foreseen for the days of an order, in the mean.
    pub foreseen: f64,
    /// Asked for on those days, in the mean.
    pub actual: f64,
    /// Mean of the differences without their sign (MAE).
    pub missed_by: f64,
    /// Base units suggested by those nights, together.
    pub suggested: Quantity,
    /// Money of the demand at today's price, and of the differences.
    value: (f64, f64, f64),
}

/// How the forecasts of a period's nights turned out.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    /// The nights.
    pub period: Period,
    /// By product, the most money missed by first.
    pub products: Vec<ProductAccuracy>,
    /// Nights with at least one comparison.
    pub nights: i64,
    /// Foreseen less asked for, over asked for, each in money at today's price; nothing without demand.
    pub bias: Option<f64>,
    /// The differences without their sign, over asked for, in money; nothing without demand.
    pub error: Option<f64>,
}

impl ProductAccuracy {
    /// Foreseen less asked for, over asked for; nothing where nobody asked.
    #[must_use]
    pub fn bias(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| (self.foreseen - self.actual) / self.actual)
    }

    /// The mean difference over what was asked for; nothing where nobody asked.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.missed_by / self.actual)
    }
}

impl Shop {
    /// How the forecasts of the nights of a period turned out, as far as their days are over.
    ///
    /// # Errors
    /// What the database said.
    pub async fn accuracy(&self, period: Period) -> Result<Accuracy> {
        let today = self.current_date().await?;
        self.db
            .read(move |connection| {
                let mut foreseen: HashMap<String, Vec<Foreseen>> = HashMap::new();
                for one in rows::foreseen(connection, period.from, period.to)? {
                    foreseen.entry(one.sku.clone()).or_default().push(one);
                }
                let mut products = Vec::new();
                let mut nights: Vec<NaiveDate> = Vec::new();
                plans::for_each_input(connection, today, |planned, input| {
                    let Some(foreseen) = foreseen.get(input.sku.as_str()) else {
                        return Ok(());
                    };
                    let series = daily_series(today, &input.flows);
                    let compared: Vec<(&Foreseen, f64, f64)> = foreseen
                        .iter()
                        .filter_map(|one| {
                            let actual = asked_for(&series, one.date, one.days)? as f64;
                            Some((one, one.per_day * f64::from(one.days), actual))
                        })
                        .collect();
                    nights.extend(compared.iter().map(|(one, ..)| one.date));
                    products.extend(product(input.sku, planned, &compared));
                    Ok(())
                })?;
                nights.sort_unstable();
                nights.dedup();
                Ok(total(period, nights.len() as i64, products))
            })
            .await
    }
}

/// What was asked for on `days` days from `first` on; nothing unless all of them are over and had goods to sell.
fn asked_for(series: &Series, first: NaiveDate, days: u32) -> Option<i64> {
    let start = first.signed_duration_since(series.first).num_days();
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(days as usize)?;
    let stretch = series.days.get(start..end)?;
    stretch.iter().try_fold(0_i64, |sum, day| match day {
        DayDemand::Observed(units) => Some(sum + units),
        DayDemand::Censored => None,
    })
}

fn product(
    sku: Sku,
    planned: plans::Planned,
    compared: &[(&Foreseen, f64, f64)],
) -> Option<ProductAccuracy> {
    if compared.is_empty() {
        return None;
    }
    let count = compared.len() as f64;
    let sum = |part: fn(&(&Foreseen, f64, f64)) -> f64| compared.iter().map(part).sum::<f64>();
    let (foreseen, actual) = (sum(|one| one.1), sum(|one| one.2));
    let missed = sum(|one| (one.1 - one.2).abs());
    let price = planned.price.max(Money(1)).0 as f64 / planned.unit_factor.max(1) as f64;
    Some(ProductAccuracy {
        sku,
        name: planned.name,
        unit: planned.unit,
        unit_factor: planned.unit_factor,
        nights: compared.len() as i64,
        foreseen: foreseen / count,
        actual: actual / count,
        missed_by: missed / count,
        suggested: compared.iter().map(|(one, ..)| one.suggested).sum(),
        value: (foreseen * price, actual * price, missed * price),
    })
}

fn total(period: Period, nights: i64, mut products: Vec<ProductAccuracy>) -> Accuracy {
    products.sort_by(|one, other| {
        let worst = other.value.2.total_cmp(&one.value.2);
        worst.then_with(|| one.sku.cmp(&other.sku))
    });
    let sum = |part: fn(&(f64, f64, f64)) -> f64| {
        products.iter().map(|one| part(&one.value)).sum::<f64>()
    };
    let (foreseen, actual, missed) = (sum(|of| of.0), sum(|of| of.1), sum(|of| of.2));
    let known = actual > 0.0;
    Accuracy {
        period,
        nights,
        bias: known.then(|| (foreseen - actual) / actual),
        error: known.then(|| missed / actual),
        products,
    }
}
