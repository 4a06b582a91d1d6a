//! What changes a supplier from its pages.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Pages;
use super::supplier::switched_off;
use super::{Fields, day, field, money, number, quantity};
use crate::error::{Error, Result};
use crate::hub::store::catalogue::Supplier;
use crate::hub::store::product_suppliers::{ProductSupplier, SupplierTerms};
use crate::model::{Quantity, Sku};
use crate::web::{Language, encoded};

fn supplier_path(name: &str) -> String {
    format!("/pemasok/{}", encoded(name))
}

fn done(pages: &Pages, language: Language, name: &str, done: Result<()>) -> Response {
    match done {
        Ok(()) => Redirect::to(&supplier_path(name)).into_response(),
        Err(error) => pages.message(language, error, &supplier_path(name)),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

pub(super) async fn put(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let name = field(&fields, "name").to_owned();
    let written = async {
        let text = |name: &str| some(field(&fields, name));
        let rupiah = |name: &'static str| money(field(&fields, name), name, language);
        let before = match pages.hub.supplier(&name).await {
            Ok(found) => found.overview.terms,
            Err(Error::NotFound(_)) => SupplierTerms::default(),
            Err(error) => return Err(error),
        };
        let lead_time_sd = match field(&fields, "lead_time_sd") {
            "" => None,
            text => {
                let milli: Quantity = quantity(text, 1000, "lead_time_sd", language)?;
                Some(u32::try_from(milli.0).unwrap_or(u32::MAX))
            }
        };
        let supplier = Supplier {
            name: name.clone(),
            lead_time_days: number(field(&fields, "lead_time"), "lead_time", language)?,
            minimum_order_value: rupiah("minimum")?,
            handling_cost: rupiah("handling")?,
            phone: text("phone"),
            email: text("email"),
            address: text("address"),
            active: true,
        };
        let terms = SupplierTerms {
            supplier_order_cost: rupiah("their_cost")?,
            lead_time_sd_milli_days: lead_time_sd,
            order_weekdays: text("order_days"),
            ..before
        };
        pages
            .hub
            .put_supplier(&pages.actor(), supplier, terms)
            .await
    };
    match written.await {
        Ok(()) => Redirect::to(&supplier_path(&name)).into_response(),
        Err(error) => pages.message(language, error, "/pemasok"),
    }
}

pub(super) async fn offer(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let written = async {
        let code = field(&fields, "sku");
        let sku = Sku::parse(code).map_err(|_| Error::NotFound(code.to_owned()))?;
        let before = pages
            .hub
            .supplier(&name)
            .await?
            .offers
            .into_iter()
            .map(|(offer, _)| offer)
            .find(|offer| offer.sku == sku)
            .unwrap_or_else(|| ProductSupplier::new(sku.clone(), name.clone(), 1));
        let factor = pages.hub.stock_of(&sku, None, 1).await?.row.unit.1;
        let rupiah = |name: &'static str| money(field(&fields, name), name, language);
        let terms = ProductSupplier {
            rank: number(field(&fields, "rank"), "rank", language)?.unwrap_or(before.rank),
            lead_time_days: number(field(&fields, "lead_time"), "lead_time", language)?,
            price: rupiah("price")?,
            supplier_price: rupiah("supplier_price")?,
            minimum_quantity: match field(&fields, "minimum") {
                "" => None,
                text => Some(quantity(text, factor, "minimum", language)?),
            },
            order_cost: rupiah("order_cost")?,
            active: !field(&fields, "active").is_empty(),
            ..before
        };
        pages.hub.set_product_supplier(&pages.actor(), terms).await
    };
    let written = written.await;
    done(&pages, language, &name, written)
}

pub(super) async fn unavailable(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let written = async {
        let until = match field(&fields, "lagi") {
            "" => day(field(&fields, "until"), "until", language)?,
            _ => None,
        };
        let reason = field(&fields, "reason");
        pages
            .hub
            .set_supplier_unavailable(&pages.actor(), &name, until, reason)
            .await
    };
    let written = written.await;
    done(&pages, language, &name, written)
}

pub(super) async fn switch_off(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
) -> Response {
    match pages.hub.switch_supplier_off(&pages.actor(), &name).await {
        Ok(off) => switched_off(&pages, language, &name, off),
        Err(error) => pages.message(language, error, &supplier_path(&name)),
    }
}

pub(super) async fn switch_on(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
) -> Response {
    let written = pages.hub.switch_supplier_on(&pages.actor(), &name).await;
    done(&pages, language, &name, written)
}
