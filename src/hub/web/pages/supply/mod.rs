//! Gudang, belanja, pemasok: the distributor's own stock, what to buy, and from whom.

mod mine;
mod order;
mod order_forms;
mod orders;
mod own_file;
mod paper;
mod stock;
mod stock_forms;
mod stock_product;
mod supplier;
mod supplier_forms;
pub mod texts;

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use uuid::Uuid;

use super::Pages;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::web::Language;
use crate::web::layout::{Frame, asset, figure};
use texts::SupplyTexts;

/// The pages for owner and dispatcher; `/pemasok-saya` is for a supplier's login as well.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/gudang", get(stock::show))
        .route(
            "/gudang/opname",
            get(stock_forms::ask_count).post(stock_forms::count),
        )
        .route("/gudang/dokumen/{id}", get(stock_forms::document))
        .route("/gudang/dokumen/{id}/batal", post(stock_forms::undo))
        .route("/gudang/{sku}", get(stock_product::show))
        .route("/gudang/{sku}/masuk", post(stock_forms::receive))
        .route("/gudang/{sku}/hitung", post(stock_forms::count_one))
        .route("/gudang/{sku}/ubah", post(stock_forms::adjust))
        .route("/belanja", get(orders::show).post(order_forms::create))
        .route("/belanja/{id}", get(order::show).post(order_forms::edit))
        .route("/belanja/{id}/kirim", post(order_forms::send))
        .route("/belanja/{id}/terima", post(order_forms::receive))
        .route(
            "/belanja/{id}/terima/{receipt}/batal",
            post(order_forms::take_back),
        )
        .route("/belanja/{id}/batal", post(order_forms::cancel))
        .route("/belanja/{id}/tutup", post(order_forms::close))
        .route("/belanja/{id}/buka", post(order_forms::reopen))
        .route("/belanja/{id}/cetak", get(paper::print))
        .route("/belanja/{id}/csv", get(paper::csv))
        .route("/belanja/{id}/teks", get(paper::text))
        .route("/pemasok", get(supplier::list).post(supplier_forms::put))
        .route("/pemasok/{name}", get(supplier::show))
        .route("/pemasok/{name}/barang", post(supplier_forms::offer))
        .route(
            "/pemasok/{name}/berhenti",
            post(supplier_forms::unavailable),
        )
        .route("/pemasok/{name}/mati", post(supplier_forms::switch_off))
        .route("/pemasok/{name}/hidup", post(supplier_forms::switch_on))
        .route("/pemasok/{name}/lihat", get(mine::preview))
        .route("/pemasok-saya", get(mine::show))
        .route("/pemasok-saya/stok.csv", get(own_file::download))
        .route("/pemasok-saya/{id}", post(mine::say))
        .route(
            "/assets/supply.css",
            get(async || asset("text/css", include_str!("../../assets/supply.css"))),
        )
}

/// What a form sent, in its order.
type Fields = Vec<(String, String)>;

/// The text of a field; empty where the form has none.
fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value.trim())
}

/// The identity that a form was given when it was shown.
fn form_id(fields: &Fields) -> Option<Uuid> {
    field(fields, "id").parse().ok()
}

/// The parts of the fields `PREFIX.REST` that stand after the prefix, with their values.
fn under<'f>(fields: &'f Fields, prefix: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
    fields.iter().filter_map(move |(key, value)| {
        let rest = key.strip_prefix(prefix)?.strip_prefix('.')?;
        Some((rest, value.trim()))
    })
}

fn frame(pages: &Pages, language: Language, title: &str, area: &str, path: &str) -> Frame {
    Frame {
        path: path.to_owned(),
        styles: vec!["/assets/supply.css"],
        ..pages.frame(language, title, area)
    }
}

/// A quantity with its unit.
fn told(quantity: Quantity, unit: &(String, i64), language: Language) -> String {
    format!("{} {}", figure(&quantity.in_unit(unit.1), language), unit.0)
}

/// `Rp27.500`
fn rupiah(money: Money, language: Language) -> String {
    let sign = if money.0 < 0 { "-" } else { "" };
    format!(
        "{sign}Rp{}",
        figure(&money.0.unsigned_abs().to_string(), language)
    )
}

/// A quantity as people type it in the page's language: `12.500` or `12,5` in Indonesian.
fn quantity(text: &str, factor: i64, name: &str, language: Language) -> Result<Quantity> {
    let (thousands, decimal) = match language {
        Language::Indonesian => ('.', ','),
        Language::English => (',', '.'),
    };
    let (whole, fraction) = text.split_once(decimal).unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(thousands).collect();
    let grouped = groups.len() > 1
        && groups[0].len() <= 3
        && groups.iter().skip(1).all(|group| group.len() == 3);
    let plain = if grouped && fraction.is_empty() {
        groups.concat()
    } else if grouped {
        format!("{}.{fraction}", groups.concat())
    } else {
        text.to_owned()
    };
    Quantity::parse(&plain, factor).map_err(|_| {
        let words = SupplyTexts::of(language).quantity_wrong;
        Error::invalid(name, format!("{words} ({text})"))
    })
}

/// Rupiah as people type them; nothing for an empty field.
fn money(text: &str, name: &str, language: Language) -> Result<Option<Money>> {
    if text.is_empty() {
        return Ok(None);
    }
    let words = SupplyTexts::of(language).money_wrong;
    Money::typed(text)
        .map(Some)
        .ok_or_else(|| Error::invalid(name, format!("{words} ({text})")))
}

/// A date field; nothing for an empty one.
fn day(text: &str, name: &str, language: Language) -> Result<Option<NaiveDate>> {
    if text.is_empty() {
        return Ok(None);
    }
    let words = SupplyTexts::of(language).date_wrong;
    text.parse()
        .map(Some)
        .map_err(|_| Error::invalid(name, format!("{words} ({text})")))
}

/// A whole number; nothing for an empty field.
fn number(text: &str, name: &str, language: Language) -> Result<Option<u32>> {
    if text.is_empty() {
        return Ok(None);
    }
    let words = SupplyTexts::of(language).number_wrong;
    text.parse()
        .map(Some)
        .map_err(|_| Error::invalid(name, format!("{words} ({text})")))
}

/// Days as people read them: whole from ten on, with a decimal below.
fn days(days: f64, language: Language) -> String {
    let text = if days < 10.0 {
        format!("{days:.1}")
    } else {
        format!("{days:.0}")
    };
    figure(text.strip_suffix(".0").unwrap_or(&text), language)
}
