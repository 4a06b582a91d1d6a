//! What supply is planned from, and what comes out: values only.

use chrono::{Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::hub::delivery_days::DeliveryDays;
use crate::model::{Money, Quantity, Sku};
use crate::plan::reason::Step;

/// A product that is bought, as it stands today.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyItem {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that unit.
    pub unit_factor: i64,
    /// Days from coming in to passing its date.
    pub shelf_life_days: Option<u32>,
    /// R: the sum of the shops' forecasts, and of what production takes for them, base units a day.
    pub demand_per_day: f64,
    /// The sum of the variances of a day's demand.
    pub variance_per_day: f64,
    /// What the plans of shops whose turn has come would send them.
    pub shops_need: Quantity,
    /// What runs of production take of it that are planned and not booked in.
    pub for_runs: Quantity,
    /// What there is and what is to come.
    pub stock: SupplyPosition,
    /// Who can deliver it, the one that is asked first, first.
    pub sources: Vec<Source>,
}

/// What there is of a product and what is promised either way, base units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyPosition {
    /// The sum of the ledger.
    pub on_hand: Quantity,
    /// Of that, past its date.
    pub expired: Quantity,
    /// Promised to confirmed shipments and orders.
    pub reserved: Quantity,
    /// In orders to suppliers, not yet received.
    pub on_order: Quantity,
    /// Owed to customers, and not reserved because it was not there.
    pub backordered: Quantity,
    /// In shipments that are planned and have nothing reserved, and for runs of production that are planned.
    pub planned: Quantity,
}

impl SupplyPosition {
    /// On hand - expired - reserved + on order - backordered - planned.
    #[must_use]
    pub fn position(&self) -> Quantity {
        self.on_hand - self.expired - self.reserved + self.on_order
            - self.backordered
            - self.planned
    }
}

/// A supplier of a product, with the terms that hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The supplier's name.
    pub supplier: String,
    /// 1 is asked first.
    pub rank: u32,
    /// It is bought from, and offers the product.
    pub active: bool,
    /// It cannot deliver before this date.
    pub unavailable_until: Option<NaiveDate>,
    /// L: days from ordering to having it.
    pub lead_time_days: u32,
    /// The weekdays on which it takes orders.
    pub order_days: DeliveryDays,
    /// Standard deviation of L in days.
    pub lead_time_sd_days: f64,
    /// P_d: rupiah per unit.
    pub price: Money,
    /// P_s: what a unit costs the supplier, where it has told.
    pub supplier_price: Option<Money>,
    /// C_d and C_s: what an order costs the distributor and the supplier, whatever it holds.
    pub per_order: (Money, Money),
    /// C_kd and C_ks: what this product adds to that.
    pub per_line: (Money, Money),
    /// The least order of the product, base units.
    pub minimum: Quantity,
    /// The least that an order must be worth.
    pub minimum_value: Money,
    /// The pack's name and base units.
    pub pack: (String, Quantity),
    /// The supplier's own code of the product.
    pub supplier_sku: Option<String>,
}

impl Source {
    /// Whether it can be ordered from on `date`.
    #[must_use]
    pub fn can_deliver(&self, date: NaiveDate) -> bool {
        self.active && self.unavailable_until.is_none_or(|until| until <= date)
    }

    /// The first day from `date` on that it takes an order on, and what is ordered then is here.
    #[must_use]
    pub fn ordered_and_here(&self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        let ordered = self.order_days.on_or_after(date);
        let here = ordered
            .checked_add_days(Days::new(self.lead_time_days.into()))
            .unwrap_or(NaiveDate::MAX);
        (ordered, here)
    }

    /// The longest that an order waits for the supplier to take it, in days: what is not ordered on one of its days
    /// waits for the next.
    #[must_use]
    pub fn longest_wait_days(&self) -> u32 {
        let week = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ];
        if self.order_days.is_any_day() {
            return 0;
        }
        let takes: Vec<bool> = week.iter().map(|day| self.order_days.has(*day)).collect();
        let mut longest = 0;
        let mut since = 0;
        for takes in takes.iter().chain(&takes) {
            since = if *takes { 0 } else { since + 1 };
            longest = longest.max(since);
        }
        longest
    }
}

/// How a lot was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotRule {
    /// Q = sqrt(2 R (C_d + C_s) / (F (P_d + P_s))): both parties' costs of ordering and holding.
    Coordinated,
    /// Q = sqrt(2 R C_d / (F P_d)): the supplier's costs are unknown.
    Economic,
    /// Q = R T, T the one interval of all products of the supplier at which ordering and holding cost least together.
    Joint,
    /// Q = R for a week: nobody has said what an order costs.
    Week,
}

/// When a product is to be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyUrgency {
    /// Its position has come down to the reorder point, or the shops need more than there is and comes.
    Due,
    /// Not yet, but the order is going to its supplier anyway.
    Along,
    /// Later.
    Later,
}

/// Why a first supplier is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SwitchReason {
    /// It is not bought from any more, or does not offer the product.
    SwitchedOff,
    /// It has said that it cannot deliver before then.
    Unavailable {
        /// When it can again.
        until: NaiveDate,
    },
    /// It delivers after the stock will have run out.
    TooSlow {
        /// Its lead time.
        lead_time_days: u32,
        /// Days that the position will last.
        days_of_cover: f64,
    },
}

/// What it costs to buy from a reserve supplier instead of the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// Who is asked first as a rule.
    pub from: String,
    /// Who can deliver.
    pub to: String,
    /// Why not the first.
    pub why: SwitchReason,
    /// When the reserve would deliver.
    pub expected_on: NaiveDate,
    /// What the quantity costs more there; negative where it is cheaper.
    pub price_difference: Money,
    /// What ordering there costs more: the order itself where nothing else is ordered there, and the line.
    pub handling: Money,
    /// What has to be ordered besides to reach its least order.
    pub minimum_gap: Money,
    /// Price difference and handling.
    pub total: Money,
}

/// Why a product is to be ordered, and how much: every figure of it. Figures of the mathematics are unrounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupplyReason {
    /// R, base units a day.
    pub demand_per_day: f64,
    /// sigma: standard deviation of a day's demand.
    pub demand_sd_per_day: f64,
    /// L.
    pub lead_time_days: u32,
    /// The longest that an order waits for one of the supplier's days, which counts as lead time too.
    #[serde(default)]
    pub order_wait_days: u32,
    /// Standard deviation of L in days.
    pub lead_time_sd_days: f64,
    /// The wanted probability that stock lasts until the order has come.
    pub service_level: f64,
    /// k, its normal quantile.
    pub service_factor: f64,
    /// k sqrt((L + wait) sigma^2 + R^2 Var(L)), base units.
    pub safety_stock: f64,
    /// ROP = R (L + wait) + safety stock, base units.
    pub reorder_point: f64,
    /// Q, base units.
    pub lot: f64,
    /// How Q was found.
    pub lot_rule: LotRule,
    /// Q / R: days from one order to the next.
    pub interval_days: f64,
    /// C_d + C_s + C_kd + C_ks: what an order of this product alone costs the two parties.
    pub order_cost: Money,
    /// F: holding for 30 days, as a share of the price.
    pub holding_fraction: f64,
    /// P_d per unit.
    pub distributor_price: Money,
    /// P_s per unit, where it is known.
    pub supplier_price: Option<Money>,
    /// ROP + Q, to which an order fills up.
    pub order_up_to: f64,
    /// What there is and what is promised.
    pub stock: SupplyPosition,
    /// Their balance.
    pub position: Quantity,
    /// What the plans of shops whose turn has come would send them.
    pub shops_need: Quantity,
    /// What planned runs of production take of it.
    #[serde(default)]
    pub for_runs: Quantity,
    /// Position / R; absent where nobody asks for it.
    pub days_of_cover: Option<f64>,
    /// Order-up-to less position, rounded half up.
    pub need: Quantity,
    /// What changed the need.
    pub steps: Vec<Step>,
    /// Further days of demand that were added to reach the supplier's least order.
    pub topped_up_days: u32,
    /// When.
    pub urgency: SupplyUrgency,
}
