//! Giving back what a customer has paid ahead.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::access::approval;
use super::super::amount::{self, Field};
use super::super::day::{done, form_id, typed};
use super::super::people::texts::PeopleTexts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::account::way_of;
use super::path_of;
use super::texts::DebtTexts;
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::debts::{Account, DebtPaymentRequest, PaidBy};
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/debts/pay_out.html")]
struct PayOutPage {
    frame: Frame,
    texts: &'static DebtTexts,
    people: &'static PeopleTexts,
    path: String,
    id: String,
    /// What was paid ahead; nothing where nothing was.
    ahead: Option<String>,
    amount: Field,
    methods: Vec<(&'static str, &'static str, bool)>,
    needs_pin: bool,
    pin_error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PayOutForm {
    #[serde(default)]
    id: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    pin: String,
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.customer(&id).await {
        Ok(account) => page(&view(&pages, &visitor, &account, &PayOutForm::default())),
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

fn view(pages: &Pages, visitor: &Visitor, account: &Account, form: &PayOutForm) -> PayOutPage {
    let language = visitor.language;
    let texts = DebtTexts::of(language);
    let (row, ahead) = (&account.customer.row, -account.customer.open.balance);
    let path = path_of(&row.id);
    let chosen = way(form);
    PayOutPage {
        frame: pages.debts_frame(
            visitor,
            &format!("{}: {}", texts.hand_over, row.name),
            &format!("{path}/kembalikan"),
        ),
        texts,
        people: PeopleTexts::of(language),
        path,
        id: if form.id.is_empty() {
            form_id()
        } else {
            form.id.clone()
        },
        ahead: (ahead > Money::ZERO).then(|| money(ahead, language)),
        amount: Field::of(if form.amount.is_empty() {
            typed(ahead.max(Money::ZERO), visitor)
        } else {
            form.amount.clone()
        }),
        methods: [PaidBy::Cash, PaidBy::Transfer]
            .into_iter()
            .map(|way| (way.as_str(), way_of(way, texts), way == chosen))
            .collect(),
        needs_pin: !visitor.is_owner(),
        pin_error: None,
    }
}

/// Out of the drawer unless somebody says otherwise.
fn way(form: &PayOutForm) -> PaidBy {
    match PaidBy::parse(&form.method) {
        Some(PaidBy::Transfer) => PaidBy::Transfer,
        _ => PaidBy::Cash,
    }
}

pub(super) async fn pay_out(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<PayOutForm>,
) -> Response {
    match try_pay_out(&pages, &visitor, &id, form).await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, &path_of(&id)),
    }
}

async fn try_pay_out(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    form: PayOutForm,
) -> Result<Response> {
    let texts = DebtTexts::of(visitor.language);
    let account = pages.shop.customer(id).await?;
    let mut shown = view(pages, visitor, &account, &form);
    let Some(sum) = amount::parse(&form.amount).filter(|sum| *sum > Money::ZERO) else {
        shown.amount.error = texts.wrong_amount;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
    };
    if let Some((status, message)) = approval(pages, visitor, &form.pin).await? {
        shown.pin_error = Some(message);
        return Ok((status, page(&shown)).into_response());
    }
    let request = DebtPaymentRequest {
        id: form.id.clone(),
        amount: sum.0,
        method: way(&form),
        note: String::new(),
    };
    let by = &visitor.person.name;
    match pages.shop.pay_out_credit(id, request, by).await {
        Err(Error::Invalid(fields)) if fields.iter().any(|field| field.field == "amount") => {
            shown.amount.error = match shown.ahead {
                Some(_) => texts.more_than_ahead,
                None => texts.nothing_ahead,
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        paid => Ok(done(pages, visitor, paid, &path_of(id))),
    }
}
