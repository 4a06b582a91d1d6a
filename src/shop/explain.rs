//! One product's plan laid open, for a shopkeeper who asks why.

use chrono::NaiveDate;

use super::Shop;
use super::nightly::{PlannedLine, Planners, own_policy};
use super::store::days;
use super::store::plans;
use crate::chart::{Band, BarGroup, Bars, Chart, Line, Stroke};
use crate::error::{Error, Result};
use crate::model::{Money, Sku};
use crate::plan::PlanLanguage;
use crate::plan::explain::{ForecastDay, HistoryDay, steps};
use crate::web::Language;

/// Past days that the chart shows.
const DAYS_SHOWN: i64 = 90;

/// A line of the plan that would be made now, and all that it comes from.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The local date that it is for.
    pub plan_date: NaiveDate,
    /// The line.
    pub line: PlannedLine,
    /// Every day that was read.
    pub history: Vec<HistoryDay>,
    /// The days of the protection interval.
    pub forecast: Vec<ForecastDay>,
}

impl Shop {
    /// Plans one product for `date`, or for the current business date, and shows what its line comes from. Nothing is kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product is planned under, [`Error::Invalid`] for a setting that cannot be.
    pub async fn explain(&self, sku: &str, date: Option<NaiveDate>) -> Result<Explained> {
        let sku = Sku::parse(sku).map_err(|error| Error::invalid("sku", error.to_string()))?;
        let wanted = sku.clone();
        let own = own_policy(&self.config)?;
        let (info, now) = (self.info.clone(), self.now());
        let mut explained = self
            .db
            .read(move |connection| {
                let date = match date {
                    Some(date) => date,
                    None => days::current(connection, &info, &now)?.date,
                };
                let planners = Planners::new(connection, date, &own)?;
                let mut found = None;
                plans::for_each_input(connection, date, |product, input| {
                    if input.sku == sku {
                        let explanation = planners.of(input.sku.as_str()).explain(&input);
                        let line = explanation.line;
                        let cost = Money::for_quantity(
                            product.cost,
                            product.unit_factor,
                            line.quantity.0,
                        );
                        found = Some(Explained {
                            plan_date: date,
                            line: PlannedLine::new(product, line, cost),
                            history: explanation.history,
                            forecast: explanation.forecast,
                        });
                    }
                    Ok(())
                })?;
                found.ok_or_else(|| {
                    Error::NotFound(format!(
                        "no product {sku} is planned: there is none, or it is inactive or on consignment"
                    ))
                })
            })
            .await?;
        if let Some(budget) = self.usual_budget().await? {
            // What a budget leaves of one product depends on all the others.
            let date = Some(explained.plan_date);
            let plan = self.compute(date, false, Some(budget)).await?;
            if let Some(line) = plan.lines.into_iter().find(|one| one.line.sku == wanted) {
                explained.line = line;
            }
        }
        Ok(explained)
    }
}

impl Explained {
    /// Each step from the history to the quantity, in words.
    #[must_use]
    pub fn steps(&self, language: Language) -> Vec<String> {
        let spoken = match language {
            Language::Indonesian => PlanLanguage::Indonesian,
            Language::English => PlanLanguage::English,
        };
        steps(&self.line.line, spoken, self.line.measures())
    }

    /// The last days' demand, and the days to come: expected, and where four days in five will lie.
    #[must_use]
    pub fn chart(&self, language: Language) -> Chart {
        let words = match language {
            Language::Indonesian => ["hari dari tanggal rencana", "ramalan", "4 dari 5 hari"],
            Language::English => ["days from the planning date", "forecast", "4 days in 5"],
        };
        let foreseen = !self.forecast.is_empty();
        let place = |date: NaiveDate| date.signed_duration_since(self.plan_date).num_days();
        let unit = self.line.unit_factor.max(1) as f64;
        let columns = self
            .history
            .iter()
            .filter(|day| place(day.date) >= -DAYS_SHOWN)
            .filter_map(|day| Some((place(day.date) as f64, day.demand? as f64 / unit)))
            .collect();
        let ahead = |figure: fn(&ForecastDay) -> f64| {
            self.forecast
                .iter()
                .map(move |day| (place(day.date) as f64, figure(day) / unit))
        };
        let band = ahead(|day| day.low as f64)
            .zip(ahead(|day| day.high as f64))
            .map(|((x, low), (_, high))| (x, low, high))
            .collect();
        Chart {
            title: format!(
                "{} ({}), {}",
                self.line.name, self.line.line.sku, self.plan_date
            ),
            x_axis: words[0].to_owned(),
            y_axis: self.line.unit.clone(),
            columns,
            bands: Vec::from_iter(foreseen.then(|| Band {
                name: words[2].to_owned(),
                points: band,
            })),
            lines: Vec::from_iter(foreseen.then(|| Line {
                name: words[1].to_owned(),
                points: ahead(|day| day.mean).collect(),
                stroke: Stroke::Solid,
            })),
            decimal_sign: language.decimal_sign(),
            ..Chart::default()
        }
    }

    /// What is there and what is coming beside what should be there; `words` are for those three.
    #[must_use]
    pub fn stock_bars(&self, title: &str, words: [&str; 3], language: Language) -> Bars {
        let line = &self.line.line;
        let unit = self.line.unit_factor.max(1) as f64;
        let [have, coming, level] = words;
        let on_the_way = line.on_order.0 + line.in_transit.0;
        let there = line.position.0 - on_the_way;
        let bar = |segments: &[(&str, f64)]| BarGroup {
            label: String::new(),
            segments: segments
                .iter()
                .map(|(name, units)| ((*name).to_owned(), units / unit))
                .collect(),
            error: None,
        };
        Bars {
            title: title.to_owned(),
            y_axis: self.line.unit.clone(),
            groups: vec![
                bar(&[(have, there as f64), (coming, on_the_way as f64)]),
                bar(&[(level, line.order_up_to)]),
            ],
            decimal_sign: language.decimal_sign(),
        }
    }
}
