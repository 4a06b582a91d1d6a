//! The form of costs: read from what people type, and filled in from what is set.

use serde::Deserialize;

use super::proposals;
use super::texts::CostTexts;
use crate::error::{Error, Result};
use crate::hub::costs::{Change, CostTable};
use crate::hub::store::cost_settings::{Parameter, Scope};
use crate::model::Money;
use crate::web::Language;
use crate::web::layout::figure;

/// What is sent in; every figure as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CostForm {
    pub untuk: String,
    pub aksi: String,
    distributor_delivery: String,
    distributor_item: String,
    shop_delivery: String,
    shop_item: String,
    holding: String,
}

/// A field of the form.
pub(super) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub wrong: bool,
}

/// `all`, `group:ID` or `shop:ID`.
pub(super) fn scope_text(scope: &Scope) -> String {
    match scope.stored() {
        (kind, "") => kind.to_owned(),
        (kind, id) => format!("{kind}:{id}"),
    }
}

/// The scope that such a text names; all shops without any.
pub(super) fn scope_of(text: &str) -> Result<Scope> {
    match text.split_once(':') {
        None if text.is_empty() || text == "all" => Ok(Scope::All),
        Some(("group", id)) if !id.is_empty() => Ok(Scope::Group(id.to_owned())),
        Some(("shop", id)) if !id.is_empty() => Ok(Scope::Shop(id.to_owned())),
        _ => Err(Error::invalid(
            "untuk",
            format!("{text:?} is neither all, group:ID nor shop:ID"),
        )),
    }
}

fn label(parameter: Parameter, language: Language) -> &'static str {
    let words = CostTexts::of(language);
    match parameter {
        Parameter::DistributorDelivery => words.distributor_delivery,
        Parameter::DistributorItem => words.distributor_item,
        Parameter::ShopDelivery => words.shop_delivery,
        Parameter::ShopItem => words.shop_item,
        Parameter::Holding => words.holding,
    }
}

fn value_text(parameter: Parameter, value: i64, language: Language) -> String {
    if parameter != Parameter::Holding {
        return figure(&value.to_string(), language);
    }
    // Millionths as percent.
    let text = format!("{}.{:04}", value / 10_000, value % 10_000);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    figure(text, language)
}

/// The form with what is set at a place.
pub(super) fn fields(table: &CostTable, scope: &Scope, language: Language) -> Vec<Field> {
    Parameter::ALL
        .into_iter()
        .map(|parameter| Field {
            name: parameter.as_str(),
            label: label(parameter, language),
            value: table
                .set_at(scope, parameter)
                .map(|value| value_text(parameter, value, language))
                .unwrap_or_default(),
            wrong: false,
        })
        .collect()
}

/// The form with what is proposed while nothing is set.
pub(super) fn proposed_fields(table: &CostTable, language: Language) -> Vec<Field> {
    Parameter::ALL
        .into_iter()
        .zip(proposals(table))
        .map(|(parameter, value)| Field {
            name: parameter.as_str(),
            label: label(parameter, language),
            value: value_text(parameter, value, language),
            wrong: false,
        })
        .collect()
}

impl CostForm {
    fn typed(&self, parameter: Parameter) -> &str {
        match parameter {
            Parameter::DistributorDelivery => &self.distributor_delivery,
            Parameter::DistributorItem => &self.distributor_item,
            Parameter::ShopDelivery => &self.shop_delivery,
            Parameter::ShopItem => &self.shop_item,
            Parameter::Holding => &self.holding,
        }
    }

    /// What it asks for, and the fields that cannot be read.
    pub(super) fn read(&self) -> Result<(Change, Vec<&'static str>)> {
        let mut wrong = Vec::new();
        let mut values = Vec::new();
        for parameter in Parameter::ALL {
            let typed = self.typed(parameter).trim();
            let read = match parameter {
                _ if typed.is_empty() => None,
                Parameter::Holding => percent(typed),
                _ => Money::typed(typed).map(|money| money.0),
            };
            let within = match parameter {
                Parameter::Holding => 1..=1_000_000,
                _ => 0..=1_000_000_000,
            };
            if !typed.is_empty() && read.is_none_or(|value| !within.contains(&value)) {
                wrong.push(parameter.as_str());
            }
            values.push((parameter, read));
        }
        let scope = scope_of(&self.untuk)?;
        Ok((Change { scope, values }, wrong))
    }

    /// The form as it was sent in.
    pub(super) fn fields(&self, wrong: &[&'static str], language: Language) -> Vec<Field> {
        Parameter::ALL
            .into_iter()
            .map(|parameter| Field {
                name: parameter.as_str(),
                label: label(parameter, language),
                value: self.typed(parameter).to_owned(),
                wrong: wrong.contains(&parameter.as_str()),
            })
            .collect()
    }
}

/// A percentage with at most four decimals as millionths: `1,5` is 15,000.
fn percent(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('%').trim_end();
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || fraction.len() > 4 {
        return None;
    }
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<4}").parse().ok()?;
    Some(whole * 10_000 + fraction)
}
