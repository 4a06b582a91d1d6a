//! What deliveries cost, for all shops, a group or one, and the interval between them that costs least.
//!
//! The distributor's part of a delivery's cost (C_d as such, c_dk for each product in it) and the shop's or its road's
//! (C_j, c_jk) are added up, as in the joint interval. Each parameter is taken from the narrowest place where somebody
//! has set it: the shop, its group, all shops.

pub(super) mod change;
mod import;
pub mod ways;

use std::collections::BTreeMap;

use super::store::catalogue::{self as rows, Product};
use super::store::cost_settings::{self, Parameter, Scope};
use super::store::{HubTx, groups};
use crate::error::Result;
use crate::model::{Money, Sku};
use crate::plan::{JointCosts, JointInterval, JointItem, PlanLine, joint_interval};

pub use change::{Change, CostsAt, Preview, ShopChange, Terms};
pub(super) use import::{COLUMNS, import};

/// Days in the period that the holding fraction is for.
pub const PERIOD_DAYS: u32 = 30;

/// Millionths in 1: how the holding fraction is kept.
pub const MILLIONTHS: i64 = 1_000_000;

/// What a delivery costs, by shop and product, and what holding goods costs.
#[derive(Debug, Clone, Default)]
pub struct CostTable {
    costs: BTreeMap<(Option<String>, Option<Sku>), Money>,
    settings: BTreeMap<(Scope, Parameter, Option<Sku>), i64>,
    groups: BTreeMap<String, String>,
    /// As the hub's settings say.
    usual_holding: f64,
}

/// The cost of a delivery to a shop by whose it is, in rupiah.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// C_d, or c_dk of a product.
    pub distributor: Money,
    /// C_j, or c_jk of a product.
    pub shop: Money,
}

impl Parts {
    /// Both together.
    #[must_use]
    pub fn sum(self) -> Money {
        self.distributor + self.shop
    }
}

impl CostTable {
    /// All costs of the hub; `usual_holding` is what holding goods for 30 days costs as a share of their price where
    /// nobody has set anything else.
    pub fn load(tx: &mut dyn HubTx, usual_holding: f64) -> Result<Self> {
        Ok(Self {
            costs: rows::costs(tx)?
                .into_iter()
                .map(|cost| ((cost.shop_id, cost.sku), cost.cost))
                .collect(),
            settings: cost_settings::all(tx)?,
            groups: groups::members(tx)?,
            usual_holding,
        })
    }

    /// Nobody has said what anything costs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.costs.is_empty()
            && self
                .settings
                .keys()
                .all(|(_, parameter, _)| *parameter == Parameter::Holding)
    }

    /// The places where a parameter of a shop may be set, the narrowest first.
    fn places(&self, shop_id: &str) -> impl Iterator<Item = Scope> {
        let group = self.groups.get(shop_id).cloned().map(Scope::Group);
        [
            Some(Scope::Shop(shop_id.to_owned())),
            group,
            Some(Scope::All),
        ]
        .into_iter()
        .flatten()
    }

    /// What is set for a parameter at the narrowest place, there for the product first and then for every product.
    fn setting(&self, shop_id: &str, parameter: Parameter, sku: Option<&Sku>) -> Option<i64> {
        self.places(shop_id).find_map(|scope| {
            let of_product = self.at(&scope, parameter, sku);
            of_product.or_else(|| self.at(&scope, parameter, None))
        })
    }

    /// What is set at one place; where the parameter is the one that a costs file has there, that counts.
    fn at(&self, scope: &Scope, parameter: Parameter, sku: Option<&Sku>) -> Option<i64> {
        let in_file = match (scope, parameter, sku) {
            (Scope::All, Parameter::DistributorDelivery, None) => Some((None, None)),
            (Scope::All, Parameter::DistributorItem, Some(sku)) => Some((None, Some(sku.clone()))),
            (Scope::Shop(id), Parameter::ShopDelivery, None) => Some((Some(id.clone()), None)),
            (Scope::Shop(id), Parameter::ShopItem, Some(sku)) => {
                Some((Some(id.clone()), Some(sku.clone())))
            }
            _ => None,
        };
        match in_file.and_then(|key| self.costs.get(&key)) {
            Some(cost) => Some(cost.0),
            None => self
                .settings
                .get(&(scope.clone(), parameter, sku.cloned()))
                .copied(),
        }
    }

    /// What is set for every product at one place: for a form to show.
    #[must_use]
    pub fn set_at(&self, scope: &Scope, parameter: Parameter) -> Option<i64> {
        self.at(scope, parameter, None)
    }

    /// What holds for every product at one place, from the narrowest place that says so: rupiah, or millionths for
    /// holding. A cost that nobody has told is 0.
    #[must_use]
    pub fn in_force(&self, scope: &Scope, parameter: Parameter) -> i64 {
        let found = match scope {
            Scope::Shop(id) => self.setting(id, parameter, None),
            Scope::Group(_) | Scope::All => [scope, &Scope::All]
                .into_iter()
                .find_map(|scope| self.at(scope, parameter, None)),
        };
        found.unwrap_or(match parameter {
            Parameter::Holding => (self.usual_holding * MILLIONTHS as f64).round() as i64,
            _ => 0,
        })
    }

    /// The same table after a change; `None` takes the setting away.
    #[must_use]
    pub fn with(&self, scope: &Scope, changes: &[(Parameter, Option<i64>)]) -> Self {
        let mut changed = self.clone();
        for &(parameter, value) in changes {
            let key = match (scope, parameter) {
                (Scope::All, Parameter::DistributorDelivery) => Some(None),
                (Scope::Shop(id), Parameter::ShopDelivery) => Some(Some(id.clone())),
                _ => None,
            };
            if let Some(shop) = key {
                changed.costs.remove(&(shop, None));
            }
            let setting = (scope.clone(), parameter, None);
            match value {
                Some(value) => changed.settings.insert(setting, value),
                None => changed.settings.remove(&setting),
            };
        }
        changed
    }

    /// C_d and C_j.
    #[must_use]
    pub fn delivery(&self, shop_id: &str) -> Parts {
        self.parts(
            shop_id,
            Parameter::DistributorDelivery,
            Parameter::ShopDelivery,
            None,
        )
    }

    /// c_dk and c_jk.
    #[must_use]
    pub fn item(&self, shop_id: &str, sku: &Sku) -> Parts {
        let (distributor, shop) = (Parameter::DistributorItem, Parameter::ShopItem);
        self.parts(shop_id, distributor, shop, Some(sku))
    }

    fn parts(
        &self,
        shop_id: &str,
        distributor: Parameter,
        shop: Parameter,
        sku: Option<&Sku>,
    ) -> Parts {
        let of = |parameter| Money(self.setting(shop_id, parameter, sku).unwrap_or(0));
        Parts {
            distributor: of(distributor),
            shop: of(shop),
        }
    }

    /// F for a shop: what holding goods for 30 days costs as a share of their price.
    #[must_use]
    pub fn holding(&self, shop_id: &str) -> f64 {
        self.setting(shop_id, Parameter::Holding, None)
            .map_or(self.usual_holding, |millionths| {
                millionths as f64 / MILLIONTHS as f64
            })
    }

    /// What the joint interval of a shop is made from, besides its products.
    #[must_use]
    pub fn joint_costs(&self, shop_id: &str) -> JointCosts {
        JointCosts {
            per_delivery: self.delivery(shop_id).sum().0 as f64,
            holding_fraction_per_period: self.holding(shop_id),
            period_days: PERIOD_DAYS,
        }
    }

    /// A product of a shop's basket that is asked for `forecast_per_day` times a day.
    #[must_use]
    pub fn joint_item(&self, shop_id: &str, product: &Product, forecast_per_day: f64) -> JointItem {
        let price = product.entry.price;
        // Where the distributor has not told what it paid, what it asks stands in.
        let cost = product.cost.unwrap_or(price);
        JointItem {
            price_sum: (price + cost).0 as f64 / product.entry.unit_factor.max(1) as f64,
            demand_per_period: forecast_per_day * f64::from(PERIOD_DAYS),
            item_cost: self.item(shop_id, &product.entry.sku).sum().0 as f64,
        }
    }

    /// The interval at which delivering a shop's products and holding them cost least together, from its plan's
    /// forecasts. `None` while no cost is known, or nothing is sold.
    #[must_use]
    pub fn joint_interval(
        &self,
        shop_id: &str,
        lines: &[PlanLine],
        offered: &BTreeMap<Sku, Product>,
    ) -> Option<JointInterval> {
        let items: Vec<JointItem> = lines
            .iter()
            .filter_map(|line| {
                let product = offered.get(&line.sku)?;
                Some(self.joint_item(shop_id, product, line.forecast_per_day))
            })
            .collect();
        self.interval_of(shop_id, &items)
    }

    /// The same from a basket.
    #[must_use]
    pub fn interval_of(&self, shop_id: &str, items: &[JointItem]) -> Option<JointInterval> {
        let costs = self.joint_costs(shop_id);
        // Deliveries that cost nothing could come all the time; rather, nobody has told what this shop's cost.
        if costs.per_delivery <= 0.0 && items.iter().all(|item| item.item_cost <= 0.0) {
            return None;
        }
        joint_interval(&costs, items)
    }
}
