//! Pure mathematics of replenishment: values and a date in, a plan out.
//!
//! A plan depends on nothing but its arguments: no clock, no file, no chance. The same arguments, in any order, give
//! the same bits on every machine. Floating-point numbers live in this module only and leave it rounded, in whole
//! packs, or as figures for the reader.
//!
//! - [`policy`]: how a shop wants its stock planned.
//! - [`demand`]: daily series, censored days.
//! - [`deteriorating`]: lots and deliveries of goods that decay.
//! - [`forecast`]: the moving average and other methods, their error, and the choice between them.
//! - [`distribution`]: quantiles and losses.
//! - [`oddity`]: days that are out of all proportion.
//! - [`order_up_to`]: levels of the (R, S) policy.
//! - [`perishable`]: what expires before it sells.
//! - [`rounding`]: minimums, packs, caps.
//! - [`budget`]: what to leave out when money is short.
//! - [`allocation`]: scarce goods and vehicle room, shared by days to stock-out.
//! - [`parameter`]: which parameters a model takes, and how it refuses the others.
//! - [`lot`]: how much to order or make at a time, and at which stock.
//! - [`newsvendor`]: goods that sell on one day only.
//! - [`joint`]: delivery intervals for a basket.
//! - [`explain`]: one product's plan laid open.
//! - [`nested`]: delivery intervals of all shops and lots of all products together.
//! - [`projection`]: what is left of stock that nobody has told of since.
//! - [`reason`], [`sentence`](mod@sentence): why, as data and in words.

pub mod allocation;
pub mod budget;
pub mod demand;
pub mod deteriorating;
pub mod distribution;
pub mod explain;
pub mod forecast;
pub mod joint;
mod level_line;
pub mod lot;
pub mod nested;
pub mod newsvendor;
pub mod oddity;
pub mod order_up_to;
pub mod parameter;
pub mod perishable;
pub mod policy;
pub mod projection;
pub mod reason;
pub mod rounding;
pub mod sentence;

use std::cmp::Ordering;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

pub use budget::{BudgetCut, LineCut, Price, cut_to_budget};
pub use demand::{DayDemand, DayFlow, Series, daily_series};
pub use explain::Explanation;
pub use forecast::{DemandClass, Method};
pub use joint::{Basket, JointComparison, JointCosts, JointInterval, JointItem, joint_interval};
pub use level_line::LevelLine;
pub use parameter::ParameterError;
pub use perishable::{ExpectedLoss, LostGoods, LotBalance};
pub use policy::{Distribution, ForecastMethod, Policy, PolicyError, Rounding, Safety};
pub use projection::projected;
pub use reason::{Reason, Step};
pub use sentence::{Measures, PlanLanguage, sentence};

use crate::model::{Quantity, Sku, StockPosition};
use demand::MAX_HISTORY_DAYS;
use forecast::calendar::Calendar;
use forecast::{DAYS_AHEAD, Forecast};
use order_up_to::Levels;
use perishable::Ageing;
use rounding::OrderBounds;

/// All that the plan of one product is made from, in base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductInput {
    /// Product code.
    pub sku: Sku,
    /// Its days with sales or movements, in any order.
    pub flows: Vec<DayFlow>,
    /// What is left of each lot; their sum is the stock on hand.
    pub lots: Vec<LotBalance>,
    /// Ordered or confirmed, not yet sent.
    pub on_order: Quantity,
    /// Sent, not yet received.
    pub in_transit: Quantity,
    /// Ordered by customers and owed to them.
    pub backordered: Quantity,
    /// Base units in a pack, at least 1.
    pub pack_size: Quantity,
    /// The least that the supplier sells; 0 for any quantity.
    pub minimum_order: Quantity,
    /// Days from coming in to passing its date.
    pub shelf_life_days: Option<u32>,
}

/// When to order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Now: it may not last until an order placed tomorrow has come.
    Due,
    /// Worth taking on the same trip.
    Along,
    /// Another time.
    Later,
}

impl Urgency {
    /// Its name, as in a plan's document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Along => "along",
            Self::Later => "later",
        }
    }
}

/// What to do about one product. Figures of the mathematics are unrounded; quantities are whole base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanLine {
    /// Product code.
    pub sku: Sku,
    /// How the forecast was made.
    pub method: Method,
    /// What kind of demand the product has; `None` while it has none.
    #[serde(default)]
    pub demand_class: Option<DemandClass>,
    /// f = m / H: base units per day.
    pub forecast_per_day: f64,
    /// sigma_H: standard deviation of the forecast error over the protection interval, in base units.
    pub sigma_protection: f64,
    /// H = R + L.
    pub protection_days: u32,
    /// k = (S - m) / sqrt(sigma_H^2 + f^2 Var(L)); 0 where there is no deviation.
    pub service_factor: f64,
    /// S - m, in base units.
    pub safety_stock: f64,
    /// S, in base units.
    pub order_up_to: f64,
    /// All lots together.
    pub on_hand: Quantity,
    /// Past their date, or going to be unsold before the end of the protection interval; of what is on hand, on order
    /// and in transit.
    pub expiring: Quantity,
    /// Ordered or confirmed, not yet sent.
    pub on_order: Quantity,
    /// Sent, not yet received.
    pub in_transit: Quantity,
    /// Ordered by customers and owed to them.
    pub backordered: Quantity,
    /// On hand - expiring + on order + in transit - backordered.
    pub position: Quantity,
    /// S - position, rounded half up, at least 0.
    pub need: Quantity,
    /// What to order: packs times pack size.
    pub quantity: Quantity,
    /// What to order, in whole packs.
    pub packs: i64,
    /// Base units in a pack.
    pub pack_size: Quantity,
    /// When to order.
    pub urgency: Urgency,
    /// Days that the stock in the shop is expected to last, less what expires and what is owed; `None` without demand.
    pub days_to_stock_out: Option<f64>,
    /// Why.
    pub reason: Reason,
}

/// Plans each product: *due* first, then *along*, then *later*, each by expected days to stock-out, then by code.
#[must_use]
pub fn plan(date: NaiveDate, inputs: &[ProductInput], policy: &Policy) -> Vec<PlanLine> {
    let planner = Planner::new(date, policy);
    let mut lines: Vec<PlanLine> = inputs.iter().map(|input| planner.product(input)).collect();
    lines.sort_by(in_order_of_need);
    lines
}

/// The order of [`plan`]'s lines, for a caller that plans one product at a time and keeps more beside each line.
#[must_use]
pub fn in_order_of_need(one: &PlanLine, other: &PlanLine) -> Ordering {
    let days = |line: &PlanLine| line.days_to_stock_out.unwrap_or(f64::INFINITY);
    one.urgency
        .cmp(&other.urgency)
        .then_with(|| days(one).total_cmp(&days(other)))
        .then_with(|| one.sku.cmp(&other.sku))
}

/// Plans one product on the morning of `date`, as [`Planner::product`] does.
#[must_use]
pub fn plan_product(date: NaiveDate, input: &ProductInput, policy: &Policy) -> PlanLine {
    Planner::new(date, policy).product(input)
}

/// Plans products on the morning of one date, from what happened on the days before it and what is there now.
#[derive(Debug, Clone)]
pub struct Planner {
    date: NaiveDate,
    policy: Policy,
    calendar: Calendar,
}

impl Planner {
    /// A policy that was not checked is brought into its ranges first.
    #[must_use]
    pub fn new(date: NaiveDate, policy: &Policy) -> Self {
        let policy = policy.within_range();
        let oldest = date
            .checked_sub_days(Days::new(MAX_HISTORY_DAYS))
            .unwrap_or(NaiveDate::MIN);
        let days = if policy.method == ForecastMethod::MovingAverage {
            0
        } else {
            date.signed_duration_since(oldest).num_days() as usize + DAYS_AHEAD
        };
        let calendar = Calendar::new(oldest, days, &policy.lebaran_dates());
        Self {
            date,
            policy,
            calendar,
        }
    }

    /// The policy that is planned by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Plans one product; a pack below 1 base unit counts as 1.
    #[must_use]
    pub fn product(&self, input: &ProductInput) -> PlanLine {
        self.all_of(input).2
    }

    /// The same with the series and the forecast that the line comes from.
    fn all_of(&self, input: &ProductInput) -> (Series, Option<Forecast>, PlanLine) {
        let policy = &self.policy;
        let series = daily_series(self.date, &input.flows);
        let class = DemandClass::of(&series);
        let (forecast, comparison) = forecast::forecast(
            &series,
            &self.calendar,
            policy,
            class,
            input.shelf_life_days,
        )
        .map_or((None, None), |(forecast, comparison)| {
            (Some(forecast), comparison)
        });
        let ageing = perishable::ageing(self.date, input, forecast.as_ref(), policy);
        let stock = StockPosition {
            on_hand: perishable::on_hand(&input.lots),
            expiring: ageing.expiring,
            on_order: input.on_order,
            in_transit: input.in_transit,
            backordered: input.backordered,
        };
        let mut line = match &forecast {
            Some(forecast) => forecast_line(input, policy, forecast, stock, ageing),
            None => {
                let days = series.observed_days() as u32;
                line_without_forecast(input, policy, days, stock, ageing)
            }
        };
        line.demand_class = class;
        line.reason.comparison = comparison;
        (series, forecast, line)
    }
}

fn forecast_line(
    input: &ProductInput,
    policy: &Policy,
    forecast: &Forecast,
    stock: StockPosition,
    ageing: Ageing,
) -> PlanLine {
    let levels = order_up_to::levels(forecast, policy);
    let per_day = forecast.per_day();
    let position = stock.position();
    let need_unrounded = levels.order_up_to - position.0 as f64;
    let need = Quantity(rounding::half_up(need_unrounded).max(0));
    let urgency = urgency(position, &levels);
    let shelf_life_cap = input
        .shelf_life_days
        .map(|days| perishable::shelf_life_cap(forecast, days, &stock));
    let order = rounding::order(
        need,
        &OrderBounds {
            pack_size: input.pack_size,
            minimum_order: input.minimum_order,
            shelf_life_cap,
            round: policy.round,
            due: urgency == Urgency::Due,
        },
    );
    let in_shop = (ageing.lasting - stock.backordered).0.max(0);
    PlanLine {
        sku: input.sku.clone(),
        method: forecast.model.method(),
        demand_class: None,
        forecast_per_day: per_day,
        sigma_protection: forecast.sigma_protection,
        protection_days: policy.protection_days(),
        service_factor: levels.service_factor,
        safety_stock: levels.order_up_to - levels.mean,
        order_up_to: levels.order_up_to,
        on_hand: stock.on_hand,
        expiring: stock.expiring,
        on_order: stock.on_order,
        in_transit: stock.in_transit,
        backordered: stock.backordered,
        position,
        need,
        quantity: order.quantity,
        packs: order.packs,
        pack_size: Quantity(input.pack_size.0.max(1)),
        // An empty shelf of something that nobody asks for is no reason to go.
        urgency: if order.packs == 0 && levels.mean <= 0.0 {
            Urgency::Later
        } else {
            urgency
        },
        days_to_stock_out: forecast.days_to_sell(in_shop as f64),
        reason: Reason {
            first_day: Some(forecast.first_day),
            window_days: forecast.window_days,
            periods: forecast.periods,
            period_days: policy.period_days,
            censored_days: forecast.censored_days,
            window_demand: Quantity(forecast.total),
            mean_per_day: per_day,
            model: Some(forecast.model),
            effects: forecast.effects.clone(),
            comparison: None,
            origins: forecast.origins,
            sigma_rule: Some(forecast.sigma_rule),
            review_days: policy.review_days,
            lead_time_days: policy.lead_time_days,
            lead_time_sd_days: policy.lead_time_sd_days,
            distribution: policy.distribution,
            safety: policy.safety,
            mean: levels.mean,
            variance: levels.variance,
            target: Some(levels.target),
            order_up_to: levels.order_up_to,
            due_level: levels.due,
            along_level: levels.along,
            stock,
            losses: ageing.losses,
            need_unrounded,
            shelf_life_cap,
            round: policy.round,
            steps: order.steps,
        },
    }
}

fn urgency(position: Quantity, levels: &Levels) -> Urgency {
    let position = position.0 as f64;
    if position <= levels.due {
        Urgency::Due
    } else if position <= levels.along {
        Urgency::Along
    } else {
        Urgency::Later
    }
}

/// A product that is too new to say anything about: the line shows its stock and asks for nothing.
fn line_without_forecast(
    input: &ProductInput,
    policy: &Policy,
    days: u32,
    stock: StockPosition,
    ageing: Ageing,
) -> PlanLine {
    PlanLine {
        sku: input.sku.clone(),
        method: Method::TooLittleHistory,
        demand_class: None,
        forecast_per_day: 0.0,
        sigma_protection: 0.0,
        protection_days: policy.protection_days(),
        service_factor: 0.0,
        safety_stock: 0.0,
        order_up_to: 0.0,
        on_hand: stock.on_hand,
        expiring: stock.expiring,
        on_order: stock.on_order,
        in_transit: stock.in_transit,
        backordered: stock.backordered,
        position: stock.position(),
        need: Quantity::ZERO,
        quantity: Quantity::ZERO,
        packs: 0,
        pack_size: Quantity(input.pack_size.0.max(1)),
        urgency: Urgency::Later,
        days_to_stock_out: None,
        reason: Reason {
            first_day: None,
            window_days: days,
            periods: 0,
            period_days: policy.period_days,
            censored_days: 0,
            window_demand: Quantity::ZERO,
            mean_per_day: 0.0,
            model: None,
            effects: Vec::new(),
            comparison: None,
            origins: 0,
            sigma_rule: None,
            review_days: policy.review_days,
            lead_time_days: policy.lead_time_days,
            lead_time_sd_days: policy.lead_time_sd_days,
            distribution: policy.distribution,
            safety: policy.safety,
            mean: 0.0,
            variance: 0.0,
            target: None,
            order_up_to: 0.0,
            due_level: 0.0,
            along_level: 0.0,
            stock,
            losses: ageing.losses,
            need_unrounded: 0.0,
            shelf_life_cap: None,
            round: policy.round,
            steps: vec![Step::TooLittleHistory { days }],
        },
    }
}
