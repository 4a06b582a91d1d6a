//! The figures that a line is reckoned from: what somebody has said, beside what is used where nobody has.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::texts::ProductionTexts;
use super::view::in_words;
use super::{Pages, frame, mistyped};
use crate::error::{Error, Result};
use crate::hub::production::LineReport;
use crate::hub::production::parameters::{Figure, LineParameters, RunChoice, Source};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, figure, page};

#[derive(Template)]
#[template(path = "hub/web/templates/production_line.html")]
struct LinePage {
    frame: Frame,
    texts: &'static ProductionTexts,
    link: String,
    version: i64,
    problem: String,
    fields: Vec<Field>,
    runs: Vec<(&'static str, &'static str, bool)>,
}

struct Field {
    name: &'static str,
    label: String,
    value: String,
    placeholder: String,
    /// What is used in its place, and where that comes from.
    in_use: String,
}

#[derive(Deserialize)]
pub(super) struct NewLine {
    #[serde(default)]
    nama: String,
}

/// The figures of a line of this name: an empty form where there is none yet.
pub(super) async fn new(
    State(pages): State<Pages>,
    language: Language,
    Query(NewLine { nama }): Query<NewLine>,
) -> Response {
    let line = nama.trim();
    if line.is_empty() {
        return Redirect::to("/produksi").into_response();
    }
    match pages.hub.production_line(line, pages.hub.today()).await {
        Ok(_) => Redirect::to(&format!("/produksi/jalur/{}", encoded(line))).into_response(),
        Err(Error::NotFound(_)) => page(&view(&pages, language, line, None)),
        Err(error) => pages.message(language, error, "/produksi"),
    }
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(line): Path<String>,
) -> Response {
    match pages.hub.production_line(&line, pages.hub.today()).await {
        Ok(report) => page(&view(&pages, language, &line, Some(report))),
        Err(error) => pages.message(language, error, "/produksi"),
    }
}

fn view(pages: &Pages, language: Language, line: &str, report: Option<LineReport>) -> LinePage {
    let texts = ProductionTexts::of(language);
    let (parameters, version, figures, problem) = match report {
        Some(report) => (
            report.parameters,
            report.version,
            report.figures,
            report
                .problem
                .map(|problem| in_words(&problem, texts))
                .unwrap_or_default(),
        ),
        None => (LineParameters::default(), 0, Vec::new(), String::new()),
    };
    let choices = [
        (RunChoice::Cheapest, "cheapest", texts.cheapest),
        (RunChoice::Whole, "whole", texts.whole_runs),
        (RunChoice::Partial, "partial", texts.partial_run),
    ];
    LinePage {
        frame: frame(
            pages,
            language,
            &format!("{}: {line}", texts.figures),
            format!("/produksi/jalur/{}", encoded(line)),
        ),
        texts,
        link: encoded(line),
        version,
        problem,
        fields: fields(&parameters, &figures, language),
        runs: choices
            .map(|(choice, value, label)| (value, label, choice == parameters.runs))
            .to_vec(),
    }
}

/// Name and value of every figure of a line that is a number.
fn numbers(parameters: &LineParameters) -> [(&'static str, Option<f64>); 27] {
    let p = parameters;
    [
        ("units_per_hour", p.units_per_hour),
        ("hours_per_day", p.hours_per_day),
        ("days_to_shop", p.days_to_shop.map(f64::from)),
        ("period_days", p.period_days.map(f64::from)),
        ("T", p.T),
        ("n_max", p.n_max.map(f64::from)),
        ("D", p.D),
        ("P", p.P),
        ("S_P", p.S_P),
        ("F_P", p.F_P),
        ("H_P", p.H_P),
        ("P_P", p.P_P),
        ("theta_P", p.theta_P),
        ("A", p.A),
        ("F_B", p.F_B),
        ("H_B", p.H_B),
        ("P_B", p.P_B),
        ("theta_B", p.theta_B),
        ("F_PW", p.F_PW),
        ("H_PW", p.H_PW),
        ("P_PW", p.P_PW),
        ("theta_PW", p.theta_PW),
        ("S", p.S),
        ("F_S", p.F_S),
        ("H_S", p.H_S),
        ("P_S", p.P_S),
        ("theta_S", p.theta_S),
    ]
}

fn fields(parameters: &LineParameters, figures: &[Figure], language: Language) -> Vec<Field> {
    let texts = ProductionTexts::of(language);
    numbers(parameters)
        .into_iter()
        .map(|(name, value)| {
            let used = figures.iter().find(|figure| figure.symbol == name);
            Field {
                name,
                label: label(name, texts),
                value: value
                    .map(|value| figure(&value.to_string(), language))
                    .unwrap_or_default(),
                placeholder: usual(name).to_owned(),
                in_use: used
                    .filter(|used| used.source != Source::Set)
                    .map(|used| {
                        let shown = format!("{:.4}", used.value);
                        let shown = shown.trim_end_matches('0').trim_end_matches('.');
                        let from = match used.source {
                            Source::Set => texts.from_set,
                            Source::Products => texts.from_products,
                            Source::Live => texts.from_live,
                            Source::Default => texts.from_default,
                        };
                        format!("{} {} ({from})", texts.in_use, figure(shown, language))
                    })
                    .unwrap_or_default(),
            }
        })
        .collect()
}

/// What holds for a figure that is no symbol of the model and was not said.
fn usual(name: &str) -> &'static str {
    match name {
        "hours_per_day" => "8",
        "days_to_shop" => "0",
        "period_days" => "30",
        "n_max" => "100",
        _ => "",
    }
}

fn label(name: &str, texts: &ProductionTexts) -> String {
    let place = match name.rsplit('_').next() {
        Some("B") => texts.retailers,
        Some("P") => texts.producer,
        Some("PW") => texts.material_store,
        _ => texts.supplier,
    };
    let of_place = |what: &str| format!("{place}: {what}");
    match name {
        "units_per_hour" => texts.units_per_hour.to_owned(),
        "hours_per_day" => texts.hours_per_day.to_owned(),
        "days_to_shop" => texts.days_to_shop.to_owned(),
        "period_days" => texts.period_days.to_owned(),
        "T" => texts.cycle.to_owned(),
        "n_max" => texts.n_max.to_owned(),
        "D" => texts.demand.to_owned(),
        "P" => texts.production_rate.to_owned(),
        "A" => texts.order_buyer.to_owned(),
        "F_B" => texts.receive_buyer.to_owned(),
        "S_P" => texts.setup.to_owned(),
        "F_P" => texts.ship.to_owned(),
        "F_PW" => texts.receive_material.to_owned(),
        "S" => texts.order_supplier.to_owned(),
        "F_S" => texts.ship_supplier.to_owned(),
        symbol if symbol.starts_with("theta") => of_place(texts.rate),
        symbol if symbol.starts_with('H') => of_place(texts.hold),
        _ => of_place(texts.lose),
    }
}

pub(super) async fn save(
    State(pages): State<Pages>,
    language: Language,
    Path(line): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let back = format!("/produksi/jalur?nama={}", encoded(&line));
    let saved = async {
        let (parameters, version) = read(&fields, language)?;
        pages
            .hub
            .set_production_line(&pages.actor(), &line, parameters, version)
            .await
    };
    match saved.await {
        Ok(_) => Redirect::to("/produksi").into_response(),
        Err(error) => pages.message(language, error, &back),
    }
}

/// A form's figures. They are read by their names, as a file's would be.
fn read(fields: &[(String, String)], language: Language) -> Result<(LineParameters, Option<i64>)> {
    let mut told = serde_json::Map::new();
    let mut version = None;
    for (name, text) in fields {
        let text = text.trim();
        match name.as_str() {
            _ if text.is_empty() => {}
            "version" => version = text.parse().ok(),
            "runs" => {
                told.insert(name.clone(), text.into());
            }
            "period_days" | "days_to_shop" | "n_max" => {
                let days = plain(text).and_then(|plain| plain.parse::<u32>().ok());
                let days = days.ok_or_else(|| mistyped(name, language))?;
                told.insert(name.clone(), days.into());
            }
            _ => {
                let value = plain(text).and_then(|plain| plain.parse::<f64>().ok());
                let value = value.ok_or_else(|| mistyped(name, language))?;
                told.insert(name.clone(), value.into());
            }
        }
    }
    let parameters = serde_json::from_value(told.into())
        .map_err(|error| Error::invalid("form", error.to_string()))?;
    Ok((parameters, version))
}

/// A plain decimal figure of what a person typed, with either mark: a mark before exactly three last digits, or one that
/// occurs twice, stands between thousands; of two different ones the later is the decimal mark. Nothing for what is no
/// figure.
pub(super) fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty()
        || !text
            .chars()
            .all(|sign| sign.is_ascii_digit() || ".,".contains(sign))
    {
        return None;
    }
    let last = text.rfind(['.', ',']);
    let decimal = last.filter(|place| {
        let mark = &text[*place..=*place];
        let others = text.contains(if mark == "." { ',' } else { '.' });
        let thousands = text.len() - place == 4 && !text.starts_with('0');
        text.matches(mark).count() == 1 && (others || !thousands)
    });
    let digits = |part: &str| -> String { part.chars().filter(char::is_ascii_digit).collect() };
    Some(match decimal {
        Some(place) => format!("{}.{}", digits(&text[..place]), digits(&text[place..])),
        None => digits(text),
    })
}
