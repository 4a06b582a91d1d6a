//! The simulated network as checked values: suppliers, one distributor, shops, what they sell and what it costs them.

/// Suppliers, one distributor and its shops. Made by [`super::Input`] only, so that every figure is within its range.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Days in a period, in which demand, holding cost and results are given.
    pub period_days: u32,
    /// F: cost of holding goods for one period, as a share of their price at the echelon that holds them.
    pub holding_fraction_per_period: f64,
    /// What becomes of demand that the shelf cannot meet.
    pub unmet_demand: UnmetDemand,
    /// What becomes of an order that the distributor cannot meet.
    pub distributor_shortage: DistributorShortage,
    /// What traditional ordering and VMI know of demand.
    pub information: Information,
    /// Cost of one joint delivery.
    pub delivery: DeliveryCost,
    /// Suppliers.
    pub suppliers: Vec<Supplier>,
    /// Products, each from one supplier.
    pub products: Vec<Product>,
    /// Shops.
    pub shops: Vec<Shop>,
    /// How demand comes.
    pub demand: DemandKind,
    /// Settings of this program's own planner.
    pub planner: PlannerSettings,
    /// Probability of no shortage that traditional ordering and VMI *with safety stock* keep it for; that of the planner
    /// unless the input says otherwise, or they would be compared at different service.
    pub classic_service_level: f64,
}

/// What becomes of demand that the shelf cannot meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnmetDemand {
    /// The customer goes elsewhere.
    #[default]
    Lost,
    /// The customer waits and is served from the next delivery.
    Backordered,
}

/// What becomes of the part of an order that the distributor does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DistributorShortage {
    /// It is sent as soon as it is there, at no further cost to anybody.
    #[default]
    Owed,
    /// It is forgotten: the shop orders again, or the next delivery brings it.
    Cancelled,
}

/// What traditional ordering and VMI know of demand. This program's own planner always learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Information {
    /// The true mean, from the first day on.
    #[default]
    Known,
    /// The moving average of what the shop sold, made anew every period.
    Learned,
}

/// Cost of one delivery that carries a shop's whole basket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeliveryCost {
    /// C_d: the distributor's part, whatever is carried.
    pub distributor: f64,
    /// C_j: the shop's part, whatever is carried.
    pub shop: f64,
    /// c_dk + c_jk: for each product carried, paid by the distributor.
    pub item: f64,
}

impl DeliveryCost {
    /// C_d + C_j.
    #[must_use]
    pub fn per_delivery(&self) -> f64 {
        self.distributor + self.shop
    }
}

/// Days from sending to having: normal, rounded to whole days and cut at 0; fixed where the deviation is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeadTime {
    /// Mean, in days.
    pub mean_days: f64,
    /// Standard deviation, in days.
    pub sd_days: f64,
}

impl LeadTime {
    /// The mean as the planner's settings take it: whole days, rounded up.
    #[must_use]
    pub fn whole_days(&self) -> u32 {
        self.mean_days.ceil() as u32
    }
}

/// Who makes products.
#[derive(Debug, Clone, PartialEq)]
pub struct Supplier {
    /// Name.
    pub name: String,
    /// From sending a lot to the distributor's having it.
    pub lead_time: LeadTime,
}

/// What is sold. Money per base unit, quantities in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Name.
    pub name: String,
    /// Index of the supplier.
    pub supplier: usize,
    /// P_j: the shops' price, at which they hold stock.
    pub retail_price: f64,
    /// P_d: the distributor's price: what a shop pays, and at which the distributor holds stock.
    pub distributor_price: f64,
    /// P_s: what a unit costs to make: what the distributor pays, and at which the supplier holds stock.
    pub production_cost: f64,
    /// C_kd: the distributor's cost of ordering one lot.
    pub order_cost: f64,
    /// C_ks: the supplier's cost of handling one lot.
    pub handling_cost: f64,
    /// Days from coming in at the distributor to the last on which it may be sold, that one counted.
    pub shelf_life_days: Option<u32>,
    /// Base units in a pack; shops are sent whole packs.
    pub pack_size: i64,
    /// The least that a shop is sent at once.
    pub minimum_order: i64,
    /// What the supplier can make in a day; as much as is ordered, at once, where it is not given.
    pub production_per_day: Option<i64>,
    /// What a day of waiting costs for each unit owed to a customer.
    pub backorder_cost_per_day: f64,
    /// Stock at the distributor at the beginning; the coordinated lot where it is not given.
    pub opening_stock: Option<i64>,
}

/// Who sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Shop {
    /// Name.
    pub name: String,
    /// Cost of one order of one product that the shop places by itself.
    pub order_cost: f64,
    /// From the distributor's sending to the shop's having it.
    pub lead_time: LeadTime,
    /// Mean demand in base units per day, one per product.
    pub mean_per_day: Vec<f64>,
    /// Its variance, one per product; used by the negative binomial and the normal demand.
    pub variance_per_day: Vec<f64>,
    /// Stock at the beginning, one per product; R (T + L) where it is not given.
    pub opening_stock: Option<Vec<i64>>,
}

/// How demand comes.
#[derive(Debug, Clone, PartialEq)]
pub enum DemandKind {
    /// From a distribution, each day by itself.
    Random {
        /// Which.
        distribution: DemandDistribution,
        /// Demand of each weekday as a multiple of the mean, Monday first; their mean is 1.
        weekday_factors: [f64; 7],
    },
    /// From recorded sales.
    Replayed(super::replay::Sales),
}

/// Distribution of one day's demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandDistribution {
    /// Independent customers who buy one unit each.
    #[default]
    Poisson,
    /// By mean and variance, the variance above the mean.
    NegativeBinomial,
    /// By mean and variance, rounded to whole units and cut at 0.
    Normal,
    /// The mean every day, in whole units: the fraction is carried to the next day.
    Constant,
}

/// Settings of this program's own planner; the others follow from the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannerSettings {
    /// alpha: the wanted probability of no shortage in a protection interval.
    pub service_level: f64,
    /// beta: the wanted share of demand met from the shelf; where set, it decides the level.
    pub fill_rate: Option<f64>,
    /// N: periods that the moving average looks back over.
    pub moving_average_periods: u32,
}

/// How long is simulated, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Where all chance comes from.
    pub seed: u64,
    /// Days of demand before the first simulated day, known to those who learn.
    pub history_days: u32,
    /// Simulated days that are not counted.
    pub warm_up_days: u32,
    /// Days that are counted.
    pub days: u32,
    /// Times that it is done, each with other demand.
    pub replications: u32,
}

impl Horizon {
    /// Days from the first of the history to the last simulated one.
    #[must_use]
    pub fn all_days(&self) -> u32 {
        self.history_days + self.warm_up_days + self.days
    }
}
