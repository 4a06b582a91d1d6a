//! The material of a planned run: what is missing, and the button that orders it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::plan::Units;
use super::{Pages, frame};
use crate::error::Result;
use crate::hub::production::buying::MaterialOrders;
use crate::hub::store::production_plans::{PlanState, ProductionPlan};
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, figure, page};
use crate::web::texts;

texts! {
    /// Every fixed text on buying material.
    BuyingTexts {
        heading: "Bahan baku" = "Raw material";
        about: "Untuk semua produksi yang direncanakan dan belum selesai." = "For all production that is planned and not finished.";
        material: "Bahan" = "Material";
        for_runs: "Dipakai" = "Taken";
        available: "Ada" = "There";
        on_order: "Dipesan" = "On order";
        missing: "Kurang" = "Missing";
        not_counted: "tidak dihitung" = "not counted";
        order: "Belanja bahan yang kurang" = "Order what is missing";
        made: "Saran belanja dibuat untuk" = "Orders are recommended to";
        unsupplied: "Belum ada pemasok yang bisa mengirim:" = "No supplier can deliver:";
        uncounted: "Stoknya belum dihitung, jadi kurangnya tidak diketahui:" = "Not counted, so that nobody knows what is missing:";
        to_orders: "Ke belanja" = "To the orders";
        back: "Kembali ke produksi" = "Back to the run";
    }
}

/// The section as a run's page shows it.
pub(super) struct BuyingView {
    pub words: &'static BuyingTexts,
    pub rows: Vec<MaterialRow>,
    pub any_short: bool,
    pub request: Uuid,
}

pub(super) struct MaterialRow {
    pub name: String,
    pub for_runs: String,
    pub available: String,
    pub on_order: String,
    pub missing: String,
    pub short: bool,
}

/// The material of a run; nothing where it takes none or is over.
pub(super) async fn view(
    pages: &Pages,
    plan: &ProductionPlan,
    units: &Units,
    language: Language,
) -> Result<Option<BuyingView>> {
    let over = matches!(plan.state, PlanState::Done | PlanState::Cancelled);
    if over || plan.materials.is_empty() {
        return Ok(None);
    }
    let words = BuyingTexts::of(language);
    let supplies = pages.hub.material_supply(&plan.id).await?;
    let rows: Vec<MaterialRow> = supplies
        .into_iter()
        .map(|supply| {
            let (unit, factor) = units.get(&supply.sku).cloned().unwrap_or_default();
            let told = |quantity: Quantity| {
                let number = quantity.in_unit(factor.max(1));
                format!("{} {unit}", figure(&number, language))
            };
            let known = |quantity: Option<Quantity>| {
                quantity.map_or_else(|| words.not_counted.to_owned(), told)
            };
            MaterialRow {
                name: supply.name,
                for_runs: told(supply.for_runs),
                available: known(supply.available),
                on_order: told(supply.on_order),
                missing: known(supply.missing),
                short: supply.missing.is_some_and(|short| short > Quantity::ZERO),
            }
        })
        .collect();
    Ok(Some(BuyingView {
        words,
        any_short: rows.iter().any(|row| row.short),
        rows,
        request: Uuid::now_v7(),
    }))
}

#[derive(Deserialize)]
pub(super) struct OrderForm {
    id: Uuid,
}

#[derive(Template)]
#[template(path = "hub/web/templates/production_buying.html")]
struct Ordered {
    frame: Frame,
    words: &'static BuyingTexts,
    back: String,
    suppliers: Vec<(String, String)>,
    unsupplied: String,
    uncounted: String,
}

/// Recommends orders for what is missing. The form's identity makes them the same orders, however often it is sent.
pub(super) async fn order(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(form): Form<OrderForm>,
) -> Response {
    let back = format!("/produksi/rencana/{}", crate::web::encoded(&id));
    match pages
        .hub
        .order_materials(&pages.actor(), form.id, &id)
        .await
    {
        Ok(made) if made.unsupplied.is_empty() && made.uncounted.is_empty() => {
            Redirect::to("/belanja").into_response()
        }
        Ok(made) => page(&ordered(&pages, &made, back, language)),
        Err(error) => pages.message(language, error, &back),
    }
}

fn ordered(pages: &Pages, made: &MaterialOrders, back: String, language: Language) -> Ordered {
    let words = BuyingTexts::of(language);
    let named = |skus: &[Sku]| {
        let names: Vec<&str> = skus.iter().map(Sku::as_str).collect();
        names.join(", ")
    };
    let orders = made.orders.iter();
    Ordered {
        frame: frame(pages, language, words.heading, back.clone()),
        words,
        back,
        suppliers: orders
            .map(|order| (format!("/belanja/{}", order.id), order.supplier.clone()))
            .collect(),
        unsupplied: named(&made.unsupplied),
        uncounted: named(&made.uncounted),
    }
}
