//! Pengaturan: what the shop does its own way. Areas with settings of their own have a page of their own, linked from
//! here.

pub(super) mod texts;

use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::people::STYLE;
use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, money};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::web::layout::{Frame, page};
use texts::SettingsTexts;

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new().route("/pengaturan", get(show).post(save))
}

#[derive(Template)]
#[template(path = "shop/web/templates/settings.html")]
struct SettingsPage {
    frame: Frame,
    texts: &'static SettingsTexts,
    told: bool,
    name: String,
    /// Step in rupiah, what it is called, and whether it holds.
    steps: Vec<(i64, String, bool)>,
    has_pin: bool,
    cashier_discounts: bool,
    lock: String,
    lock_error: Option<&'static str>,
    links: Vec<(&'static str, &'static str)>,
}

#[derive(Deserialize)]
struct After {
    baru: Option<String>,
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(after): Query<After>,
) -> Response {
    match view(&pages, &visitor).await {
        Ok(view) => page(&SettingsPage {
            told: after.baru.is_some(),
            ..view
        }),
        Err(error) => pages.message(&visitor, error, "/pengaturan"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor) -> Result<SettingsPage> {
    let texts = SettingsTexts::of(visitor.language);
    let rounding = pages.shop.cash_rounding().await?;
    let steps = [0, 100, 500]
        .into_iter()
        .map(|step| {
            let name = match step {
                0 => texts.no_rounding.to_owned(),
                step => format!("{} {}", texts.to, money(Money(step), visitor.language)),
            };
            (step, name, step == rounding)
        })
        .collect();
    Ok(SettingsPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(visitor, Texts::of(visitor.language).settings, "/pengaturan")
        },
        texts,
        told: false,
        name: pages.shop.info().name.clone(),
        steps,
        has_pin: visitor.door.has_pin,
        cashier_discounts: pages.shop.cashier_discounts().await?,
        lock: visitor.door.lock_minutes.to_string(),
        lock_error: None,
        links: vec![
            ("/pengaturan/struk", texts.receipt),
            ("/pengaturan/qris", texts.qris),
            ("/pengaturan/belanja", texts.shopping),
            ("/pengaturan/kasbon", texts.debts),
            ("/orang", texts.people),
            ("/sinkron", texts.connection),
        ],
    })
}

#[derive(Deserialize)]
struct Sent {
    pembulatan: i64,
    /// Absent where no PIN is set.
    kunci: Option<String>,
    /// Ticked.
    potongan_kasir: Option<String>,
}

async fn save(State(pages): State<Pages>, visitor: Visitor, Form(sent): Form<Sent>) -> Response {
    match try_to_save(&pages, &visitor, &sent).await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, "/pengaturan"),
    }
}

async fn try_to_save(pages: &Pages, visitor: &Visitor, sent: &Sent) -> Result<Response> {
    let shop = &pages.shop;
    if let Some(kunci) = &sent.kunci {
        let set = match kunci.trim().parse() {
            Ok(minutes) if minutes == visitor.door.lock_minutes => Ok(()),
            Ok(minutes) => shop.set_lock_minutes(minutes).await,
            Err(_) => Err(Error::invalid("kunci", "is no number")),
        };
        if let Err(Error::Invalid(_)) = set {
            let mut shown = view(pages, visitor).await?;
            shown.lock.clone_from(kunci);
            shown.lock_error = Some(shown.texts.lock_wrong);
            for step in &mut shown.steps {
                step.2 = step.0 == sent.pembulatan;
            }
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
        set?;
    }
    if shop.cash_rounding().await? != sent.pembulatan {
        shop.set_cash_rounding(sent.pembulatan).await?;
    }
    // The box is shown where somebody else than the owner can be at the till.
    if visitor.door.has_pin && shop.cashier_discounts().await? != sent.potongan_kasir.is_some() {
        shop.set_cashier_discounts(sent.potongan_kasir.is_some())
            .await?;
    }
    Ok(Redirect::to("/pengaturan?baru=1").into_response())
}
