//! What deliveries and stock cost where a costs file has no place for it: for all shops, a group, or one shop.

use std::collections::BTreeMap;

use super::{HubTx, Value};
use crate::error::{Error, Result};
use crate::model::Sku;

/// Whom a cost holds for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Every shop.
    All,
    /// The shops of this group.
    Group(String),
    /// This shop.
    Shop(String),
}

impl Scope {
    /// As stored: which kind, and whose identity.
    #[must_use]
    pub fn stored(&self) -> (&'static str, &str) {
        match self {
            Self::All => ("all", ""),
            Self::Group(id) => ("group", id),
            Self::Shop(id) => ("shop", id),
        }
    }

    fn parse(scope: &str, id: String) -> Option<Self> {
        match scope {
            "all" => Some(Self::All),
            "group" => Some(Self::Group(id)),
            "shop" => Some(Self::Shop(id)),
            _ => None,
        }
    }
}

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// C_d: the distributor's cost of a delivery as such, rupiah.
    DistributorDelivery,
    /// c_dk: what a product in it adds for the distributor, rupiah.
    DistributorItem,
    /// C_j: the shop's cost of a delivery, or its road's, rupiah.
    ShopDelivery,
    /// c_jk: what a product in it adds for the shop, rupiah.
    ShopItem,
    /// F: what holding goods for 30 days costs, in millionths of their price.
    Holding,
}

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::DistributorDelivery,
        Self::DistributorItem,
        Self::ShopDelivery,
        Self::ShopItem,
        Self::Holding,
    ];

    /// As stored, and as forms and programs name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DistributorDelivery => "distributor_delivery",
            Self::DistributorItem => "distributor_item",
            Self::ShopDelivery => "shop_delivery",
            Self::ShopItem => "shop_item",
            Self::Holding => "holding",
        }
    }
}

/// What a setting is of: for whom, which figure, and of which product if of one.
pub type SettingKey = (Scope, Parameter, Option<Sku>);

/// All settings.
pub fn all(tx: &mut dyn HubTx) -> Result<BTreeMap<SettingKey, i64>> {
    tx.query(
        "SELECT scope, scope_id, parameter, sku, value FROM cost_settings WHERE tenant_id = tenant()
         ORDER BY scope, scope_id, parameter, sku",
        &[],
    )?
    .iter()
    .map(|row| {
        let (scope, name) = (row.text("scope")?, row.text("parameter")?);
        let strange = || Error::Corrupt(format!("a cost is set for {scope} {name}"));
        let place = Scope::parse(&scope, row.text("scope_id")?).ok_or_else(strange)?;
        let parameter = Parameter::ALL
            .into_iter()
            .find(|parameter| parameter.as_str() == name)
            .ok_or_else(strange)?;
        let sku = match row.text("sku")?.as_str() {
            "" => None,
            _ => Some(row.sku("sku")?),
        };
        Ok(((place, parameter, sku), row.integer("value")?))
    })
    .collect()
}

/// Sets a parameter for every product at one place, or takes the setting away, and with it what a costs file said of
/// the same.
pub fn set(
    tx: &mut dyn HubTx,
    scope: &Scope,
    parameter: Parameter,
    value: Option<i64>,
) -> Result<()> {
    let (kind, id) = scope.stored();
    let in_file = matches!(
        (scope, parameter),
        (Scope::All, Parameter::DistributorDelivery) | (Scope::Shop(_), Parameter::ShopDelivery)
    );
    if in_file {
        tx.execute(
            "DELETE FROM costs WHERE tenant_id = tenant() AND shop_id = $1 AND sku = ''",
            &[id.into()],
        )?;
    }
    let key: [Value; 3] = [kind.into(), id.into(), parameter.as_str().into()];
    let Some(value) = value else {
        tx.execute(
            "DELETE FROM cost_settings
             WHERE tenant_id = tenant() AND scope = $1 AND scope_id = $2 AND parameter = $3 AND sku = ''",
            &key,
        )?;
        return Ok(());
    };
    let [kind, id, parameter] = key;
    tx.execute(
        "INSERT INTO cost_settings (tenant_id, scope, scope_id, parameter, sku, value)
         VALUES (tenant(), $1, $2, $3, '', $4)
         ON CONFLICT (tenant_id, scope, scope_id, parameter, sku) DO UPDATE SET value = excluded.value",
        &[kind, id, parameter, value.into()],
    )?;
    Ok(())
}
