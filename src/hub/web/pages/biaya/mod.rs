//! What deliveries cost: for all shops, a group or one, and what a change would do before it is saved.

mod form;
pub(super) mod texts;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::Pages;
use crate::error::{Error, Result};
use crate::hub::costs::{CostTable, Preview, ShopChange, Terms};
use crate::hub::store::cost_settings::Scope;
use crate::hub::store::groups::Group;
use crate::web::Language;
use crate::web::layout::{Frame, figure, page};
use form::{CostForm, Field, fields, proposed_fields, scope_of, scope_text};
use texts::CostTexts;

/// Shops of a preview that are listed; the sums are over all of them.
const LISTED: usize = 50;

/// For the owner: whoever sets costs decides how often shops are served.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/biaya", get(show).post(change))
        .route("/biaya/kelompok", post(add_group))
        .route("/biaya/kelompok/{id}/toko", post(join_group))
        .route("/biaya/kelompok/{id}/hapus", post(remove_group))
}

#[derive(Template)]
#[template(path = "hub/web/templates/biaya.html")]
struct View {
    frame: Frame,
    words: &'static CostTexts,
    saved: bool,
    wrong: Option<String>,
    scope: String,
    scopes: Vec<(String, String, bool)>,
    proposed: bool,
    fields: Vec<Field>,
    preview: Option<PreviewView>,
    groups: Vec<(Group, usize)>,
}

struct PreviewView {
    figures: Vec<(&'static str, String)>,
    rows: Vec<ChangeView>,
    more: bool,
    found: usize,
}

struct ChangeView {
    id: String,
    name: String,
    interval_now: String,
    interval_then: String,
    least: String,
    now: String,
    kept: String,
    then: String,
    split: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    untuk: String,
    tersimpan: String,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    let shown = async {
        let scope = scope_of(&asked.untuk)?;
        let table = pages.hub.costs().await?;
        let proposed = table.is_empty() && scope == Scope::All;
        let fields = if proposed {
            proposed_fields(&table, language)
        } else {
            fields(&table, &scope, language)
        };
        let mut view = view(&pages, &scope, fields, language).await?;
        view.proposed = proposed;
        view.saved = !asked.tersimpan.is_empty();
        Ok::<_, Error>(view)
    };
    match shown.await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/biaya"),
    }
}

async fn view(
    pages: &Pages,
    scope: &Scope,
    fields: Vec<Field>,
    language: Language,
) -> Result<View> {
    let words = CostTexts::of(language);
    let groups = pages.hub.groups_counted().await?;
    let mut scopes = vec![(
        "/biaya".to_owned(),
        words.all_shops.to_owned(),
        *scope == Scope::All,
    )];
    for (group, _) in &groups {
        let of_group = Scope::Group(group.id.clone());
        scopes.push((
            format!("/biaya?untuk={}", scope_text(&of_group)),
            format!("{} {}", words.group, group.name),
            *scope == of_group,
        ));
    }
    if let Scope::Shop(id) = scope {
        let account = pages.hub.shop_name(id).await?;
        scopes.push((
            format!("/biaya?untuk={}", scope_text(scope)),
            format!("{} {account}", words.shop),
            true,
        ));
    }
    Ok(View {
        frame: Frame {
            styles: vec!["/assets/hub-plan.css"],
            ..pages.frame(language, words.title, "/biaya")
        },
        words,
        saved: false,
        wrong: None,
        scope: scope_text(scope),
        scopes,
        proposed: false,
        fields,
        preview: None,
        groups,
    })
}

/// Shows what a change would do, or saves it.
async fn change(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<CostForm>,
) -> Response {
    match changed(&pages, language, &form).await {
        Ok(answer) => answer,
        Err(error) => pages.message(language, error, "/biaya"),
    }
}

async fn changed(pages: &Pages, language: Language, form: &CostForm) -> Result<Response> {
    let words = CostTexts::of(language);
    let (change, wrong) = form.read()?;
    let mut shown = view(
        pages,
        &change.scope,
        form.fields(&wrong, language),
        language,
    )
    .await?;
    if let Some(first) = wrong.first() {
        let label = shown.fields.iter().find(|field| field.name == *first);
        let label = label.map(|field| field.label).unwrap_or_default();
        shown.wrong = Some(format!("{label}: {}", words.wrong_number));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
    }
    if form.aksi == "simpan" {
        let back = format!("/biaya?untuk={}&tersimpan=1", scope_text(&change.scope));
        pages.hub.set_costs(&pages.actor(), change).await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let preview = pages.hub.preview_costs(change).await?;
    shown.preview = Some(preview_view(&preview, language));
    Ok(page(&shown))
}

fn preview_view(preview: &Preview, language: Language) -> PreviewView {
    let words = CostTexts::of(language);
    let number = |count: usize| figure(&count.to_string(), language);
    let (now, kept, then) = preview.totals();
    PreviewView {
        figures: vec![
            (words.concerned, number(preview.shops.len())),
            (words.changed, number(preview.changed())),
            (words.without_plan, number(preview.without_plan)),
            (words.cost_now, now.to_string()),
            (words.cost_kept, kept.to_string()),
            (words.cost_then, then.to_string()),
        ],
        rows: preview
            .shops
            .iter()
            .take(LISTED)
            .map(|shop| change_view(shop, language))
            .collect(),
        more: preview.shops.len() > LISTED,
        found: preview.shops.len(),
    }
}

fn change_view(shop: &ShopChange, language: Language) -> ChangeView {
    let words = CostTexts::of(language);
    let days = |terms: &Terms| format!("{} {}", terms.interval_days, words.days);
    ChangeView {
        id: shop.id.clone(),
        name: shop.name.clone(),
        interval_now: days(&shop.before),
        interval_then: days(&shop.after),
        least: shop
            .after
            .least_cost_days
            .map(|days| figure(&format!("{days:.2}"), language))
            .unwrap_or_default(),
        now: shop.before.total().to_string(),
        kept: shop.unchanged_interval.to_string(),
        then: shop.after.total().to_string(),
        split: format!(
            "{} {} + {} {}",
            words.delivering, shop.after.delivering, words.keeping, shop.after.holding
        ),
    }
}

#[derive(Deserialize)]
struct NameForm {
    nama: String,
}

fn back(pages: &Pages, language: Language, done: Result<()>) -> Response {
    match done {
        Ok(()) => Redirect::to("/biaya").into_response(),
        Err(error) => pages.message(language, error, "/biaya"),
    }
}

async fn add_group(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<NameForm>,
) -> Response {
    let done = pages
        .hub
        .add_group(&pages.actor(), None, &form.nama)
        .await
        .map(|_| ());
    back(&pages, language, done)
}

async fn join_group(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(form): Form<NameForm>,
) -> Response {
    let done = pages
        .hub
        .join_group(&pages.actor(), &form.nama, Some(&id))
        .await;
    back(&pages, language, done)
}

async fn remove_group(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.remove_group(&pages.actor(), &id).await;
    back(&pages, language, done)
}

/// Costs of a delivery before anybody has set any: what the form proposes.
fn proposals(table: &CostTable) -> [i64; 5] {
    let holding = (table.holding("") * crate::hub::costs::MILLIONTHS as f64).round() as i64;
    [15_000, 200, 5_000, 100, holding]
}
