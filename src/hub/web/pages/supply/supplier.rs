//! The suppliers, and one of them: terms, what it offers, what is open there.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::super::Pages;
use super::orders::{OrderRow, order_row};
use super::texts::SupplyTexts;
use super::{frame, rupiah};
use crate::error::Result;
use crate::hub::store::product_suppliers::ProductSupplier;
use crate::hub::supplier_book::{SupplierOverview, SupplierPage, SwitchedOff};
use crate::model::Money;
use crate::web::layout::{Frame, date, figure, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "hub/web/templates/supply/suppliers.html")]
struct ListView {
    frame: Frame,
    texts: &'static SupplyTexts,
    rows: Vec<Row>,
    facts: Facts,
}

struct Row {
    name: String,
    active: bool,
    until: String,
    first: usize,
    reserve: usize,
    open: usize,
    late: usize,
}

/// A supplier's terms as its form shows them.
#[derive(Default)]
struct Facts {
    name: String,
    lead_time: String,
    lead_time_sd: String,
    minimum: String,
    handling: String,
    their_cost: String,
    order_days: String,
    phone: String,
    email: String,
    address: String,
}

#[derive(Template)]
#[template(path = "hub/web/templates/supply/supplier.html")]
struct SupplierView {
    frame: Frame,
    texts: &'static SupplyTexts,
    name: String,
    active: bool,
    until: String,
    until_iso: String,
    until_why: String,
    facts: Facts,
    offers: Vec<Offer>,
    order_id: String,
    open: Vec<OrderRow>,
    ended: Vec<OrderRow>,
}

struct Offer {
    sku: String,
    name: String,
    rank: u32,
    price: String,
    /// As it is typed.
    typed: [String; 5],
    least: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "hub/web/templates/supply/switched_off.html")]
struct OffView {
    frame: Frame,
    texts: &'static SupplyTexts,
    name: String,
    open: Vec<String>,
    products: Vec<(String, String)>,
}

pub(super) async fn list(State(pages): State<Pages>, language: Language) -> Response {
    let texts = SupplyTexts::of(language);
    let overviews = match pages.hub.suppliers().await {
        Ok(overviews) => overviews,
        Err(error) => return pages.message(language, error, "/belanja"),
    };
    let today = pages.hub.today();
    let rows = overviews.into_iter().map(|overview| Row {
        until: overview
            .terms
            .unavailable_until
            .filter(|until| *until > today)
            .map(|until| date(until, language))
            .unwrap_or_default(),
        active: overview.supplier.active,
        name: overview.supplier.name,
        first: overview.products.0,
        reserve: overview.products.1,
        open: overview.open_orders,
        late: overview.late_orders,
    });
    page(&ListView {
        frame: frame(&pages, language, texts.suppliers, "/belanja", "/pemasok"),
        texts,
        rows: rows.collect(),
        facts: Facts::default(),
    })
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
) -> Response {
    match view(&pages, language, &name).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pemasok"),
    }
}

fn rupiah_typed(money: Option<Money>, language: Language) -> String {
    money.map_or_else(String::new, |money| figure(&money.0.to_string(), language))
}

fn facts(overview: &SupplierOverview, language: Language) -> Facts {
    let SupplierOverview {
        supplier, terms, ..
    } = overview;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Facts {
        name: supplier.name.clone(),
        lead_time: supplier
            .lead_time_days
            .map_or_else(String::new, |days| days.to_string()),
        lead_time_sd: terms
            .lead_time_sd_milli_days
            .map_or_else(String::new, |milli| {
                let days = crate::model::Quantity(milli.into()).in_unit(1000);
                figure(&days, language)
            }),
        minimum: rupiah_typed(supplier.minimum_order_value, language),
        handling: rupiah_typed(supplier.handling_cost, language),
        their_cost: rupiah_typed(terms.supplier_order_cost, language),
        order_days: text(&terms.order_weekdays),
        phone: text(&supplier.phone),
        email: text(&supplier.email),
        address: text(&supplier.address),
    }
}

async fn view(pages: &Pages, language: Language, name: &str) -> Result<SupplierView> {
    let texts = SupplyTexts::of(language);
    let SupplierPage {
        overview,
        offers,
        orders,
    } = pages.hub.supplier(name).await?;
    let today = pages.hub.today();
    let units: std::collections::BTreeMap<_, _> = pages
        .hub
        .stock()
        .await?
        .rows
        .into_iter()
        .map(|row| (row.sku, row.unit))
        .collect();
    let until = overview
        .terms
        .unavailable_until
        .filter(|until| *until > today);
    let path = format!("/pemasok/{}", encoded(name));
    let row = |order| order_row(order, today, language);
    Ok(SupplierView {
        frame: frame(pages, language, name, "/belanja", &path),
        texts,
        name: name.to_owned(),
        active: overview.supplier.active,
        until: until.map(|until| date(until, language)).unwrap_or_default(),
        until_iso: until.map(|until| until.to_string()).unwrap_or_default(),
        until_why: overview
            .terms
            .unavailable_reason
            .clone()
            .filter(|_| until.is_some())
            .unwrap_or_default(),
        facts: facts(&overview, language),
        offers: offers
            .iter()
            .map(|(offer, product)| {
                let unit = units.get(&offer.sku).cloned();
                let unit = unit.unwrap_or_else(|| (String::new(), 1));
                offered(offer, product, &unit, language)
            })
            .collect(),
        order_id: Uuid::now_v7().to_string(),
        open: orders
            .iter()
            .filter(|order| order.state.is_open())
            .map(row)
            .collect(),
        ended: orders
            .iter()
            .filter(|order| order.ended_at.is_some() && order.number.is_some())
            .map(row)
            .collect(),
    })
}

fn offered(
    offer: &ProductSupplier,
    product: &str,
    unit: &(String, i64),
    language: Language,
) -> Offer {
    let amount = |quantity: Option<crate::model::Quantity>| {
        quantity.map_or_else(String::new, |quantity| {
            figure(&quantity.in_unit(unit.1), language)
        })
    };
    Offer {
        sku: offer.sku.to_string(),
        name: product.to_owned(),
        rank: offer.rank,
        price: offer.price.map_or_else(String::new, |price| {
            format!("{} / {}", rupiah(price, language), unit.0)
        }),
        typed: [
            rupiah_typed(offer.price, language),
            offer
                .lead_time_days
                .map_or_else(String::new, |days| days.to_string()),
            amount(offer.minimum_quantity),
            rupiah_typed(offer.order_cost, language),
            rupiah_typed(offer.supplier_price, language),
        ],
        least: unit.0.clone(),
        active: offer.active,
    }
}

/// What became of switching a supplier off.
pub(super) fn switched_off(
    pages: &Pages,
    language: Language,
    name: &str,
    done: SwitchedOff,
) -> Response {
    let texts = SupplyTexts::of(language);
    let path = format!("/pemasok/{}", encoded(name));
    let products = done.products.into_iter().map(|(_, product, next)| {
        let now = next.map_or_else(
            || texts.now_nobody.to_owned(),
            |next| format!("{} {next}", texts.now_from),
        );
        (product, now)
    });
    let title = format!("{name}: {}", texts.switched_off);
    page(&OffView {
        frame: frame(pages, language, &title, "/belanja", &path),
        texts,
        name: name.to_owned(),
        open: done.open_orders,
        products: products.collect(),
    })
}
