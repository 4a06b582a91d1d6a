//! Cost against the old way, on the distributor's own sales.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::super::Pages;
use super::texts::TodayTexts;
use crate::chart::{BarGroup, Bars};
use crate::hub::comparison::{Comparison, Way};
use crate::model::Money;
use crate::web::Language;
use crate::web::layout::{figure, moment};

pub(super) struct View {
    pub about: String,
    pub picture: String,
    pub rows: Vec<[String; 7]>,
}

/// Replays the shops' sales now.
pub(super) async fn compare(State(pages): State<Pages>, language: Language) -> Response {
    match pages.hub.compare(&pages.actor()).await {
        Ok(_) => Redirect::to("/#biaya").into_response(),
        Err(error) => pages.message(language, error, "/"),
    }
}

fn name(way: &Way, language: Language) -> String {
    let words = TodayTexts::of(language);
    match way.name.as_str() {
        "traditional" => words.traditional.to_owned(),
        "traditional_with_safety_stock" => words.traditional_safe.to_owned(),
        "vmi" => words.vmi.to_owned(),
        "vmi_with_safety_stock" => words.vmi_safe.to_owned(),
        "kulakan" => words.kulakan.to_owned(),
        other => other.to_owned(),
    }
}

pub(super) fn view(
    pages: &Pages,
    at: DateTime<Utc>,
    found: &Comparison,
    language: Language,
) -> View {
    let words = TodayTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let money = |value: f64| Money(value.round() as i64).to_string();
    let thousands = |value: f64| value / 1000.0;
    let bars = Bars {
        title: words.costs_heading.to_owned(),
        y_axis: words.thousands.to_owned(),
        groups: found
            .ways
            .iter()
            .map(|way| BarGroup {
                label: name(way, language),
                segments: vec![
                    (words.ordering.to_owned(), thousands(way.ordering)),
                    (words.holding.to_owned(), thousands(way.holding)),
                    (words.waste.to_owned(), thousands(way.waste)),
                    (words.lost_sales.to_owned(), thousands(way.lost_sales)),
                ],
                error: None,
            })
            .collect(),
        decimal_sign: language.decimal_sign(),
    };
    View {
        about: format!(
            "{}: {} {}, {} {}, {} {}",
            moment(at.with_timezone(&zone).naive_local(), language),
            found.shops,
            words.shops,
            found.products,
            words.lines,
            found.days,
            words.days
        ),
        picture: bars.picture(),
        rows: found
            .ways
            .iter()
            .map(|way| {
                let met = figure(&format!("{:.1}", way.fill_rate * 100.0), language);
                [
                    name(way, language),
                    money(way.ordering),
                    money(way.holding),
                    money(way.waste),
                    money(way.lost_sales),
                    money(way.total()),
                    format!("{met}%"),
                ]
            })
            .collect(),
    }
}
