//! What there usually is to spend.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::amount::{self, Field};
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::BuyTexts;
use crate::web::layout::{Frame, page};

const PATH: &str = "/pengaturan/belanja";

#[derive(Template)]
#[template(path = "shop/web/templates/shopping_settings.html")]
struct SettingsPage {
    frame: Frame,
    buy: &'static BuyTexts,
    budget: Field,
}

#[derive(Deserialize)]
pub(super) struct SettingsForm {
    #[serde(default)]
    anggaran: String,
}

fn shown(pages: &Pages, visitor: &Visitor, budget: Field) -> Response {
    let buy = BuyTexts::of(visitor.language);
    page(&SettingsPage {
        frame: pages.frame(visitor, buy.settings, PATH),
        buy,
        budget,
    })
}

pub(super) async fn ask(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match pages.shop.usual_budget().await {
        Ok(budget) => {
            let value = budget.map_or_else(String::new, |budget| money(budget, visitor.language));
            let value = Field::of(value.trim_start_matches("Rp"));
            shown(&pages, &visitor, value)
        }
        Err(error) => pages.message(&visitor, error, "/pengaturan"),
    }
}

pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<SettingsForm>,
) -> Response {
    let Some(budget) = amount::optional(&form.anggaran) else {
        let wrong = Field {
            value: form.anggaran,
            error: BuyTexts::of(visitor.language).budget_wrong,
        };
        let shown = shown(&pages, &visitor, wrong);
        return (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response();
    };
    let by = &visitor.person.name;
    match pages.shop.set_usual_budget(budget, by).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(error) => pages.message(&visitor, error, PATH),
    }
}
