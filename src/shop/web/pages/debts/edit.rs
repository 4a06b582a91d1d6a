//! Adding a customer, and what is known of one.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::Pages;
use super::super::amount::{self, Field};
use super::super::day::{done, form_id, typed};
use super::super::visitor::Visitor;
use super::path_of;
use super::texts::DebtTexts;
use crate::error::{Error, Result};
use crate::shop::access::Role;
use crate::shop::debts::{CustomerRequest, DUE_DAYS_LIMIT};
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/debts/edit.html")]
struct EditPage {
    frame: Frame,
    texts: &'static DebtTexts,
    is_owner: bool,
    action: String,
    id: String,
    usual_days: i64,
    fields: Fields,
}

#[derive(Debug, Default)]
struct Fields {
    name: Field,
    phone: Field,
    note: Field,
    limit: Field,
    due_days: Field,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CustomerForm {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    limit: String,
    #[serde(default)]
    due_days: String,
}

/// Where a form goes, and for whom.
struct Target<'t> {
    title: &'t str,
    action: String,
    id: String,
}

async fn show(pages: &Pages, visitor: &Visitor, target: Target<'_>, fields: Fields) -> Response {
    let usual_days = match pages.shop.debt_due_days().await {
        Ok(days) => days,
        Err(error) => return pages.message(visitor, error, "/kasbon"),
    };
    page(&EditPage {
        frame: pages.debts_frame(visitor, target.title, &target.action),
        texts: DebtTexts::of(visitor.language),
        is_owner: visitor.person.role == Role::Owner,
        action: target.action,
        id: target.id,
        usual_days,
        fields,
    })
}

fn new_customer(visitor: &Visitor, id: String) -> Target<'static> {
    Target {
        title: DebtTexts::of(visitor.language).add,
        action: "/pelanggan/baru".to_owned(),
        id,
    }
}

pub(super) async fn ask_new(State(pages): State<Pages>, visitor: Visitor) -> Response {
    let target = new_customer(&visitor, form_id());
    show(&pages, &visitor, target, Fields::default()).await
}

pub(super) async fn add(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<CustomerForm>,
) -> Response {
    let id = form.id.clone();
    let request = match read(id.clone(), &form, &visitor) {
        Ok(request) => request,
        Err(fields) => return wrong(&pages, &visitor, new_customer(&visitor, id), *fields).await,
    };
    match pages.shop.add_customer(&request, &visitor.person).await {
        Err(Error::Invalid(faults)) => {
            let fields = named(fields(&form), &faults, &visitor);
            wrong(&pages, &visitor, new_customer(&visitor, id), fields).await
        }
        added => done(&pages, &visitor, added, &path_of(&id)),
    }
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let row = match pages.shop.customer(&id).await {
        Ok(account) => account.customer.row,
        Err(error) => return pages.message(&visitor, error, "/kasbon"),
    };
    let fields = Fields {
        name: Field::of(&row.name),
        phone: Field::of(&row.phone),
        note: Field::of(&row.note),
        limit: Field::of(
            row.limit
                .map(|sum| typed(sum, &visitor))
                .unwrap_or_default(),
        ),
        due_days: Field::of(
            row.due_days
                .map(|days| days.to_string())
                .unwrap_or_default(),
        ),
    };
    let target = Target {
        title: &row.name,
        action: format!("{}/ubah", path_of(&id)),
        id: String::new(),
    };
    show(&pages, &visitor, target, fields).await
}

pub(super) async fn change(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<CustomerForm>,
) -> Response {
    let target = || Target {
        title: DebtTexts::of(visitor.language).edit,
        action: format!("{}/ubah", path_of(&id)),
        id: String::new(),
    };
    let request = match read(id.clone(), &form, &visitor) {
        Ok(request) => request,
        Err(fields) => return wrong(&pages, &visitor, target(), *fields).await,
    };
    let changed: Result<()> = pages.shop.change_customer(&request, &visitor.person).await;
    match changed {
        Ok(()) => Redirect::to(&path_of(&id)).into_response(),
        Err(Error::Invalid(faults)) => {
            let fields = named(fields(&form), &faults, &visitor);
            wrong(&pages, &visitor, target(), fields).await
        }
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

/// Has somebody buy here no longer.
pub(super) async fn retire(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let path = path_of(&id);
    match pages.shop.retire_customer(&id, &visitor.person.name).await {
        Ok(()) => Redirect::to(&path).into_response(),
        Err(Error::Refused(_)) => {
            let told = DebtTexts::of(visitor.language).retire_refused.to_owned();
            pages.message(&visitor, Error::Refused(told), &path)
        }
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

/// Has somebody who was put away buy here again.
pub(super) async fn bring_back(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let by = &visitor.person.name;
    match pages.shop.bring_back_customer(&id, by).await {
        Ok(()) => Redirect::to(&path_of(&id)).into_response(),
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

async fn wrong(pages: &Pages, visitor: &Visitor, target: Target<'_>, fields: Fields) -> Response {
    let shown = show(pages, visitor, target, fields).await;
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

fn fields(form: &CustomerForm) -> Fields {
    Fields {
        name: Field::of(&form.name),
        phone: Field::of(&form.phone),
        note: Field::of(&form.note),
        limit: Field::of(&form.limit),
        due_days: Field::of(&form.due_days),
    }
}

/// What figures were typed; the rest the use case looks at.
fn read(
    id: String,
    form: &CustomerForm,
    visitor: &Visitor,
) -> Result<CustomerRequest, Box<Fields>> {
    let texts = DebtTexts::of(visitor.language);
    let limit = amount::optional(&form.limit);
    let days = form.due_days.trim();
    let due_days = if days.is_empty() {
        Some(None)
    } else {
        let days = days.parse().ok();
        days.filter(|days| (0..=DUE_DAYS_LIMIT).contains(days))
            .map(Some)
    };
    let (Some(limit), Some(due_days)) = (limit, due_days) else {
        let mut fields = fields(form);
        if limit.is_none() {
            fields.limit.error = texts.wrong_amount;
        }
        if due_days.is_none() {
            fields.due_days.error = texts.wrong_days;
        }
        return Err(Box::new(fields));
    };
    Ok(CustomerRequest {
        id,
        name: form.name.clone(),
        phone: form.phone.clone(),
        note: form.note.clone(),
        limit: limit.map(|limit| limit.0),
        due_days,
    })
}

/// The fields with what the use case found wrong with them, in words.
fn named(mut fields: Fields, faults: &[crate::error::FieldError], visitor: &Visitor) -> Fields {
    let texts = DebtTexts::of(visitor.language);
    for fault in faults {
        match fault.field.as_str() {
            "phone" => fields.phone.error = texts.wrong_phone,
            "note" => fields.note.error = texts.wrong_note,
            "limit" => fields.limit.error = texts.wrong_amount,
            "due_days" => fields.due_days.error = texts.wrong_days,
            _ => fields.name.error = texts.wrong_name,
        }
    }
    fields
}

#[derive(Template)]
#[template(path = "shop/web/templates/debts/settings.html")]
struct SettingsPage {
    frame: Frame,
    texts: &'static DebtTexts,
    days: Field,
}

#[derive(Deserialize)]
pub(super) struct SettingsForm {
    #[serde(default)]
    days: String,
}

fn settings_page(pages: &Pages, visitor: &Visitor, days: Field) -> Response {
    let texts = DebtTexts::of(visitor.language);
    page(&SettingsPage {
        frame: pages.debts_frame(visitor, texts.settings, "/pengaturan/kasbon"),
        texts,
        days,
    })
}

pub(super) async fn ask_settings(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match pages.shop.debt_due_days().await {
        Ok(days) => settings_page(&pages, &visitor, Field::of(days.to_string())),
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

pub(super) async fn save_settings(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<SettingsForm>,
) -> Response {
    let saved = match form.days.trim().parse() {
        Ok(days) => {
            let by = &visitor.person.name;
            pages.shop.set_debt_due_days(days, by).await
        }
        Err(_) => Err(Error::invalid("due_days", "is no number")),
    };
    match saved {
        Ok(()) => Redirect::to("/kasbon").into_response(),
        Err(Error::Invalid(_)) => {
            let days = Field {
                value: form.days,
                error: DebtTexts::of(visitor.language).wrong_days,
            };
            let shown = settings_page(&pages, &visitor, days);
            (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}
