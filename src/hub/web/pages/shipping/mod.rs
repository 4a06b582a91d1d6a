//! Deliveries: the day by route, a shipment and its papers, the schedule, routes and vehicles, what differs, what comes
//! back, and the page of whoever drives.

mod calendar;
mod day;
mod differences;
mod fleet;
mod mine;
mod one;
mod papers;
pub mod texts;

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;

use super::Pages;
use crate::error::{Error, Result};
use crate::hub::reach::is_in_reach;
use crate::hub::shipments::day::ProductUnit;
use crate::hub::store::shipments::ShipmentState;
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, asset, figure};
use texts::ShippingTexts;

/// The style sheet of these pages.
const STYLE: &str = "/assets/shipping.css";

/// Pages of whoever decides on deliveries: owner and dispatcher.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/kiriman", get(day::show).post(day::create))
        .route("/kiriman/susun", post(day::draft))
        .route("/kiriman/semua", post(day::advance))
        .route("/kiriman/muat", get(papers::loading_list))
        .route("/kiriman/lembar-rute", get(papers::route_sheet))
        .route("/kiriman/selisih", get(differences::list))
        .route("/kiriman/selisih/{id}", post(differences::settle))
        .route("/kiriman/retur", get(differences::returns))
        .route("/kiriman/retur/{id}", post(differences::take_in))
        .route("/kiriman/{id}", get(one::show).post(one::save))
        .route("/kiriman/{id}/setujui", post(one::confirm))
        .route("/kiriman/{id}/berangkat", post(one::dispatch))
        .route("/kiriman/{id}/batal", post(one::cancel))
        .route("/kiriman/{id}/pindah", post(one::reschedule))
        .route("/kiriman/{id}/surat-jalan", get(papers::note))
        .route("/jadwal", get(calendar::show))
        .route("/jadwal/rute", get(fleet::show).post(fleet::save_route))
        .route("/jadwal/mobil", post(fleet::save_vehicle))
        .route(
            "/jadwal/rute/{id}",
            get(fleet::route).post(fleet::save_stops),
        )
        .route(
            "/jadwal/kemasan",
            get(fleet::freight).post(fleet::save_freight),
        )
        .route(
            STYLE,
            get(async || asset("text/css", include_str!("../../assets/shipping.css"))),
        )
}

/// The page of whoever drives: any role that delivers.
pub(super) fn driving_routes() -> Router<Pages> {
    mine::routes()
}

/// What the menu calls the page of whoever drives.
pub(super) fn route_label(language: Language) -> &'static str {
    ShippingTexts::of(language).my_route
}

/// What a page of deliveries is shown in.
fn frame(pages: &Pages, language: Language, title: &str, path: &str) -> Frame {
    Frame {
        styles: vec![STYLE],
        ..pages.frame(language, title, path)
    }
}

/// What a state is called, and the class of its tag.
fn state_text(state: ShipmentState, texts: &ShippingTexts) -> (&'static str, &'static str) {
    match state {
        ShipmentState::Recommended => (texts.state_recommended, "along"),
        ShipmentState::Confirmed => (texts.state_confirmed, "along"),
        ShipmentState::Dispatched => (texts.state_dispatched, "along"),
        ShipmentState::Received => (texts.state_received, "good"),
        ShipmentState::Short => (texts.state_short, "due"),
        ShipmentState::Cancelled => (texts.state_cancelled, "due"),
    }
}

/// The units in which the distributor speaks of its products.
struct Units(BTreeMap<Sku, ProductUnit>);

impl Units {
    async fn load(pages: &Pages) -> Result<Self> {
        Ok(Self(pages.hub.product_units().await?))
    }

    fn factor(&self, sku: &Sku) -> i64 {
        self.0.get(sku).map_or(1, |unit| unit.factor.max(1))
    }

    fn name(&self, sku: &Sku) -> &str {
        self.0.get(sku).map_or("", |unit| unit.name.as_str())
    }

    /// `80 bungkus`.
    fn spoken(&self, sku: &Sku, quantity: Quantity, language: Language) -> String {
        let amount = figure(&quantity.in_unit(self.factor(sku)), language);
        format!("{amount} {}", self.name(sku)).trim_end().to_owned()
    }

    /// `2 dus`, or `2 dus + 5 bungkus`.
    fn in_packs(&self, sku: &Sku, quantity: Quantity, language: Language) -> String {
        let Some(unit) = self.0.get(sku).filter(|unit| unit.pack_size > unit.factor) else {
            return self.spoken(sku, quantity, language);
        };
        let (packs, rest) = (quantity.0 / unit.pack_size, quantity.0 % unit.pack_size);
        let packs = format!(
            "{} {}",
            figure(&packs.to_string(), language),
            unit.pack_name
        );
        if rest == 0 {
            packs
        } else if quantity.0 < unit.pack_size {
            self.spoken(sku, quantity, language)
        } else {
            format!("{packs} + {}", self.spoken(sku, Quantity(rest), language))
        }
    }

    /// What a field holds: the figure without marks between thousands.
    fn plain(&self, sku: &Sku, quantity: Quantity, language: Language) -> String {
        let text = quantity.in_unit(self.factor(sku));
        match language {
            Language::Indonesian => text.replace('.', ","),
            Language::English => text,
        }
    }

    /// What somebody typed into a field.
    fn typed(&self, sku: &Sku, text: &str, language: Language) -> Result<Quantity> {
        let texts = ShippingTexts::of(language);
        let (thousands, decimal) = match language {
            Language::Indonesian => ('.', ','),
            Language::English => (',', '.'),
        };
        let text = text.trim();
        let whole = text.split(decimal).next().unwrap_or_default();
        // A mark between thousands stands before three digits, and nowhere else.
        let grouped = whole.split(thousands).skip(1).all(|part| part.len() == 3);
        let digits = text.replace(thousands, "").replace(decimal, ".");
        let read = Quantity::parse(&digits, self.factor(sku)).ok();
        read.filter(|_| grouped)
            .ok_or_else(|| Error::invalid(sku.as_str(), format!("{} {text}", texts.bad_figure)))
    }
}

/// The day that a page is asked for; today where none is.
fn asked_day(text: Option<&String>, today: NaiveDate, language: Language) -> Result<NaiveDate> {
    match text.map(|text| text.trim()).filter(|text| !text.is_empty()) {
        None => Ok(today),
        Some(text) => {
            let day = text.parse().ok().filter(|day| is_in_reach(*day, today));
            day.ok_or_else(|| {
                let told = ShippingTexts::of(language).bad_date;
                Error::invalid("tanggal", format!("{told} {text}"))
            })
        }
    }
}

/// The fields of a form by name; of several with one name the last.
type Fields = BTreeMap<String, String>;

/// The products of fields that are called `prefix.SKU`, and what was typed into each.
fn by_product<'f>(fields: &'f Fields, prefix: &str) -> Result<Vec<(Sku, &'f str)>> {
    let mut found = Vec::new();
    for (name, text) in fields {
        let Some(code) = name
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            continue;
        };
        let sku = Sku::parse(code).map_err(|error| Error::invalid(name, error.to_string()))?;
        found.push((sku, text.as_str()));
    }
    Ok(found)
}
