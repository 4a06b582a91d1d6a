//! One customer: what they owe and why, paying it, and reminding them of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::amount;
use super::super::day::{done, form_id, typed};
use super::super::people::actor;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::DebtTexts;
use super::{Row, ageing_rows, list, path_of};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::access::Role;
use crate::shop::debts::{Account, DebtPaymentRequest, PaidBy};
use crate::shop::outcome::Outcome;
use crate::shop::store::debts::LedgerRow;
use crate::shop::whatsapp;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/debts/account.html")]
struct AccountPage {
    frame: Frame,
    texts: &'static DebtTexts,
    is_owner: bool,
    path: String,
    owed: String,
    owes: bool,
    standing: Standing,
    paid_ahead: bool,
    state: &'static str,
    class: &'static str,
    about: Vec<Row>,
    ageing: Vec<Row>,
    pay: PayForm,
    owed_typed: String,
    methods: Vec<(&'static str, &'static str)>,
    owner_form: OwnerForm,
    error: Option<Wrong>,
    reminder: String,
    remind: Option<String>,
    statement: Vec<EntryView>,
}

/// Whether a customer buys here, and can stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// They owe something, or paid ahead.
    Open,
    /// They can be put away.
    Settled,
    /// They are.
    Retired,
}

struct EntryView {
    date: String,
    what: String,
    link: Option<String>,
    amount: String,
    balance: String,
    about: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PayForm {
    id: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    method: String,
    /// What was owed when the form was shown, sent with the button that pays it all.
    #[serde(default)]
    all: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct OwnerForm {
    id: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    note: String,
}

/// Which form was wrong, and what about it.
#[derive(Debug, Clone, Copy)]
struct Wrong {
    form: &'static str,
    text: &'static str,
}

impl AccountPage {
    fn can_retire(&self) -> bool {
        self.is_owner && self.standing == Standing::Settled
    }

    fn is_retired(&self) -> bool {
        self.standing == Standing::Retired
    }

    /// What is wrong with a form; '' for nothing.
    fn wrong(&self, form: &str) -> &'static str {
        self.error
            .filter(|wrong| wrong.form == form)
            .map_or("", |wrong| wrong.text)
    }
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.customer(&id).await {
        Ok(account) => page(&view(&pages, &visitor, &account)),
        Err(error) => pages.message(&visitor, error, "/kasbon"),
    }
}

fn view(pages: &Pages, visitor: &Visitor, account: &Account) -> AccountPage {
    let language = visitor.language;
    let texts = DebtTexts::of(language);
    let customer = &account.customer;
    let (row, open) = (&customer.row, &customer.open);
    let (state, class) = list::state(customer, language);
    let mut about = Vec::new();
    if let Some(oldest) = open.oldest {
        about.push((texts.oldest, date(oldest, language)));
    }
    if open.overdue > Money::ZERO {
        about.push((texts.overdue, money(open.overdue, language)));
    }
    if let Some(limit) = row.limit {
        about.push((texts.limit, money(limit, language)));
    }
    about.push((texts.due, format!("{} {}", customer.due_days, texts.days)));
    for (label, text) in [(texts.phone, &row.phone), (texts.note, &row.note)] {
        if !text.is_empty() {
            about.push((label, text.clone()));
        }
    }
    let reminder = reminder(&pages.shop.info().name, account);
    AccountPage {
        frame: pages.debts_frame(visitor, &row.name, &path_of(&row.id)),
        texts,
        is_owner: visitor.person.role == Role::Owner,
        path: path_of(&row.id),
        owed: money(open.balance, language),
        owes: open.balance > Money::ZERO,
        standing: match open.balance {
            _ if row.retired => Standing::Retired,
            Money::ZERO => Standing::Settled,
            _ => Standing::Open,
        },
        paid_ahead: open.balance < Money::ZERO,
        state,
        class,
        about,
        ageing: ageing_rows(&open.ageing, language),
        pay: PayForm {
            id: form_id(),
            method: PaidBy::Cash.as_str().to_owned(),
            ..PayForm::default()
        },
        owed_typed: typed(open.balance, visitor),
        methods: PaidBy::ALL
            .into_iter()
            .map(|way| (way.as_str(), way_of(way, texts)))
            .collect(),
        owner_form: OwnerForm {
            id: form_id(),
            ..OwnerForm::default()
        },
        error: None,
        remind: whatsapp::international(&row.phone).map(|_| whatsapp::link(&row.phone, &reminder)),
        reminder,
        // What happened last is what somebody at the counter asks about.
        statement: account
            .statement
            .iter()
            .rev()
            .map(|(entry, balance)| entry_view(entry, *balance, language))
            .collect(),
    }
}

/// In Indonesian whoever sends it: the customer is to read it.
fn reminder(shop: &str, account: &Account) -> String {
    let language = Language::Indonesian;
    let texts = DebtTexts::of(language);
    let open = &account.customer.open;
    let since = open
        .oldest
        .map(|oldest| format!(" ({} {})", texts.since, date(oldest, language)))
        .unwrap_or_default();
    format!(
        "{} {}, {} {shop}. {} {}{since}. {}",
        texts.greeting,
        account.customer.row.name,
        texts.reminder_from,
        texts.reminder_body,
        money(open.balance, language),
        texts.reminder_end
    )
}

pub(super) fn way_of(way: PaidBy, texts: &DebtTexts) -> &'static str {
    match way {
        PaidBy::Cash => texts.cash,
        PaidBy::Transfer => texts.transfer,
        PaidBy::Qris => texts.qris,
    }
}

fn entry_view(entry: &LedgerRow, balance: Money, language: Language) -> EntryView {
    let texts = DebtTexts::of(language);
    let receipt = entry
        .receipt
        .map(|number| number.to_string())
        .unwrap_or_default();
    let what = match entry.kind.as_str() {
        "sale" => format!("{} {receipt}", texts.sale),
        "void" => format!("{} {receipt}", texts.void),
        "return" => texts.returned.to_owned(),
        "payment" => {
            let way = PaidBy::parse(&entry.method).map_or("", |way| way_of(way, texts));
            format!("{} {way}", texts.payment)
        }
        "paid_out" => {
            let way = PaidBy::parse(&entry.method).map_or("", |way| way_of(way, texts));
            format!("{} {way}", texts.paid_out)
        }
        "opening" => texts.opening.to_owned(),
        _ => texts.write_off.to_owned(),
    };
    let by = format!("{} {}", texts.by, actor(&entry.by, language));
    let about = [&*entry.note, &by];
    let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
    EntryView {
        date: date(entry.business_date, language),
        what,
        link: entry
            .receipt
            .map(|_| format!("/penjualan/{}", entry.reference)),
        amount: money(entry.amount, language),
        balance: money(balance, language),
        about: about.join(" · "),
    }
}

pub(super) async fn pay(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<PayForm>,
) -> Response {
    let texts = DebtTexts::of(visitor.language);
    let text = if form.all.is_empty() {
        &form.amount
    } else {
        &form.all
    };
    let sum = amount::parse(text).filter(|sum| *sum > Money::ZERO);
    let paid = match (sum, PaidBy::parse(&form.method)) {
        (Some(sum), Some(method)) => {
            let request = DebtPaymentRequest {
                id: form.id.clone(),
                amount: sum.0,
                method,
                note: String::new(),
            };
            let by = &visitor.person.name;
            pages.shop.pay_debt(&id, request, by).await
        }
        (None, _) => return wrong_pay(&pages, &visitor, &id, form, texts.wrong_amount).await,
        (_, None) => return wrong_pay(&pages, &visitor, &id, form, texts.wrong_method).await,
    };
    match paid {
        Err(Error::Invalid(fields)) if fields.iter().any(|field| field.field == "amount") => {
            wrong_pay(&pages, &visitor, &id, form, texts.too_much).await
        }
        paid => done(&pages, &visitor, paid, &path_of(&id)),
    }
}

async fn wrong_pay(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    form: PayForm,
    text: &'static str,
) -> Response {
    again(pages, visitor, id, |shown| AccountPage {
        pay: form,
        error: Some(Wrong { form: "pay", text }),
        ..shown
    })
    .await
}

async fn again(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    with: impl FnOnce(AccountPage) -> AccountPage,
) -> Response {
    match pages.shop.customer(id).await {
        Ok(account) => {
            let shown = with(view(pages, visitor, &account));
            (StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response()
        }
        Err(error) => pages.message(visitor, error, "/kasbon"),
    }
}

/// Gives a debt up.
pub(super) async fn write_off(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<OwnerForm>,
) -> Response {
    let texts = DebtTexts::of(visitor.language);
    let wrong = if form.note.trim().is_empty() {
        Some(texts.wrong_reason)
    } else {
        None
    };
    let sum = amount::parse(&form.amount).filter(|sum| *sum > Money::ZERO);
    let given_up = match (wrong, sum) {
        (None, Some(sum)) => {
            let by = &visitor.person.name;
            let shop = &pages.shop;
            shop.write_off_debt(&id, &form.id, sum.0, &form.note, by)
                .await
        }
        (wrong, _) => {
            let text = wrong.unwrap_or(texts.wrong_amount);
            return wrong_owner(&pages, &visitor, &id, form, ("write_off", text)).await;
        }
    };
    owner_done(
        &pages,
        &visitor,
        &id,
        form,
        given_up,
        ("write_off", texts.too_much),
    )
    .await
}

/// Brings in a debt from before.
pub(super) async fn open(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<OwnerForm>,
) -> Response {
    let texts = DebtTexts::of(visitor.language);
    let Some(sum) = amount::parse(&form.amount).filter(|sum| *sum > Money::ZERO) else {
        let wrong = ("open", texts.wrong_amount);
        return wrong_owner(&pages, &visitor, &id, form, wrong).await;
    };
    let by = &visitor.person.name;
    let shop = &pages.shop;
    let opened = shop.open_debt(&id, &form.id, sum.0, &form.note, by).await;
    owner_done(
        &pages,
        &visitor,
        &id,
        form,
        opened,
        ("open", texts.too_large),
    )
    .await
}

async fn owner_done<T>(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    form: OwnerForm,
    outcome: Result<Outcome<T>>,
    wrong_amount: (&'static str, &'static str),
) -> Response {
    let texts = DebtTexts::of(visitor.language);
    match outcome {
        Err(Error::Invalid(fields)) => {
            let (which, too_much) = wrong_amount;
            let is_note = fields.iter().any(|field| field.field == "note");
            let text = if is_note { texts.wrong_note } else { too_much };
            wrong_owner(pages, visitor, id, form, (which, text)).await
        }
        outcome => done(pages, visitor, outcome, &path_of(id)),
    }
}

async fn wrong_owner(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    owner_form: OwnerForm,
    (form, text): (&'static str, &'static str),
) -> Response {
    again(pages, visitor, id, |shown| AccountPage {
        owner_form,
        error: Some(Wrong { form, text }),
        ..shown
    })
    .await
}
