//! Taking a receipt back, all of it or some.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::failed;
use super::show::{can_return, can_void};
use super::texts::SalesTexts;
use crate::error::{Error, FieldError, Result};
use crate::model::{Money, PaymentMethod, Quantity};
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::till::{Refund, ReturnLineRequest, ReturnRequest, Story, StoryLine, VoidRequest};
use crate::shop::web::pages::access::approval;
use crate::shop::web::pages::people::STYLE;
use crate::shop::web::pages::people::texts::PeopleTexts;
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, in_unit, money};
use crate::web::Language;
use crate::web::layout::{Frame, page};

type Fields = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "shop/web/templates/void.html")]
struct VoidPage {
    frame: Frame,
    texts: &'static SalesTexts,
    people: &'static PeopleTexts,
    id: String,
    total: String,
    on_debt: bool,
    /// What came by QRIS or transfer, of which has to be said how it goes back.
    sent: Option<String>,
    refund: &'static str,
    ask: Ask,
}

#[derive(Template)]
#[template(path = "shop/web/templates/return.html")]
struct ReturnPage {
    frame: Frame,
    texts: &'static SalesTexts,
    people: &'static PeopleTexts,
    id: String,
    return_id: String,
    lines: Vec<Line>,
    lines_error: Option<String>,
    refund: &'static str,
    refund_error: Option<String>,
    /// What the sale put on an account and is still owed: it comes off that first.
    first_off: Option<String>,
    /// Whose other debts it may come off.
    debtor: Option<String>,
    ask: Ask,
}

struct Line {
    number: i64,
    name: String,
    bought: String,
    left: String,
    all_back: bool,
    divisible: bool,
    /// Units to choose from, and whether it is chosen; empty where there is one only.
    units: Vec<(String, bool)>,
    value: String,
    spoiled: bool,
    error: Option<String>,
}

/// Why, and the owner's word for it.
struct Ask {
    reasons: Vec<(&'static str, bool)>,
    other: String,
    reason_error: Option<String>,
    /// The owner's PIN is asked for.
    needs_pin: bool,
    pin_error: Option<String>,
}

impl Ask {
    fn new(visitor: &Visitor, reasons: &[&'static str], sent: &Fields) -> Self {
        let chosen = field(sent, "alasan");
        Self {
            reasons: reasons
                .iter()
                .map(|reason| (*reason, *reason == chosen))
                .collect(),
            other: field(sent, "alasan_lain").to_owned(),
            reason_error: None,
            needs_pin: !visitor.is_owner(),
            pin_error: None,
        }
    }
}

fn field<'f>(sent: &'f Fields, name: &str) -> &'f str {
    sent.get(name).map_or("", |text| text.trim())
}

/// The reason that was written, or else the one that was chosen.
fn reason(sent: &Fields, texts: &SalesTexts) -> Result<String, String> {
    let written = field(sent, "alasan_lain");
    let reason = if written.is_empty() {
        field(sent, "alasan")
    } else {
        written
    };
    if reason.is_empty() {
        return Err(texts.reason_needed.to_owned());
    }
    if reason.chars().count() > 200 || reason.chars().any(char::is_control) {
        return Err(texts.reason_too_long.to_owned());
    }
    Ok(reason.to_owned())
}

fn to_receipt(id: &str, just_now: &str) -> Response {
    Redirect::to(&format!("/penjualan/{id}?baru={just_now}")).into_response()
}

/// What was asked for is no longer possible, because somebody else was faster.
fn too_late(pages: &Pages, visitor: &Visitor, id: &str) -> Response {
    let texts = SalesTexts::of(visitor.language);
    let error = Error::Conflict(texts.no_longer.to_owned());
    pages.message(visitor, error, &format!("/penjualan/{id}"))
}

pub(super) async fn ask_void(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.story(&id).await {
        Ok(story) if can_void(&story) => page(&void_page(&pages, &visitor, &story, &Fields::new())),
        Ok(_) => too_late(&pages, &visitor, &id),
        Err(error) => failed(&pages, &visitor, error),
    }
}

fn void_page(pages: &Pages, visitor: &Visitor, story: &Story, sent: &Fields) -> VoidPage {
    let texts = SalesTexts::of(visitor.language);
    let receipt = &story.sale.receipt;
    let title = format!("{} #{}", texts.void_title, receipt.number);
    let reasons = [texts.wrong_entry, texts.changed_mind, texts.wrong_goods];
    VoidPage {
        frame: Frame {
            styles: vec![STYLE],
            path: format!("/penjualan/{}/batal", receipt.id),
            ..pages.frame(visitor, &title, "/penjualan")
        },
        texts,
        people: PeopleTexts::of(visitor.language),
        id: receipt.id.clone(),
        total: money(receipt.total, visitor.language),
        on_debt: story.debtor.is_some(),
        sent: came_by_wire(story).map(|sum| money(sum, visitor.language)),
        refund: void_refund(sent).as_str(),
        ask: Ask::new(visitor, &reasons, sent),
    }
}

/// What came by QRIS or transfer, if anything did: a code at the counter takes money and cannot send any back.
fn came_by_wire(story: &Story) -> Option<Money> {
    let wired = |method| matches!(method, PaymentMethod::Qris | PaymentMethod::Transfer);
    let parts = story.payments.iter().filter(|(method, _)| wired(*method));
    let sum: Money = parts.map(|(_, amount)| *amount).sum();
    (sum > Money::ZERO).then_some(sum)
}

/// How that goes back; out of the drawer unless somebody says otherwise.
fn void_refund(sent: &Fields) -> Refund {
    match Refund::parse(field(sent, "uang")) {
        Some(Refund::Transfer) => Refund::Transfer,
        _ => Refund::Cash,
    }
}

pub(super) async fn void(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(sent): Form<Fields>,
) -> Response {
    match try_void(&pages, &visitor, &id, &sent).await {
        Ok(response) => response,
        Err(error) => failed(&pages, &visitor, error),
    }
}

async fn try_void(pages: &Pages, visitor: &Visitor, id: &str, sent: &Fields) -> Result<Response> {
    let texts = SalesTexts::of(visitor.language);
    let story = pages.shop.story(id).await?;
    let mut shown = void_page(pages, visitor, &story, sent);
    let reason = match reason(sent, texts) {
        Ok(reason) => reason,
        Err(message) => {
            shown.ask.reason_error = Some(message);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
    };
    if let Some((status, message)) = approval(pages, visitor, field(sent, "pin")).await? {
        shown.ask.pin_error = Some(message);
        return Ok((status, page(&shown)).into_response());
    }
    let request = VoidRequest {
        reason,
        refund: came_by_wire(&story).map(|_| void_refund(sent)),
    };
    let by = &visitor.person.name;
    Ok(match pages.shop.void_sale_by(id, request, by).await? {
        Outcome::Recorded(_) | Outcome::Already(_) => to_receipt(id, "batal"),
        Outcome::Conflict(_) => too_late(pages, visitor, id),
    })
}

pub(super) async fn ask_return(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.story(&id).await {
        Ok(story) if can_return(&story) => {
            page(&return_page(&pages, &visitor, &story, &Fields::new()))
        }
        Ok(_) => too_late(&pages, &visitor, &id),
        Err(error) => failed(&pages, &visitor, error),
    }
}

fn return_page(pages: &Pages, visitor: &Visitor, story: &Story, sent: &Fields) -> ReturnPage {
    let language = visitor.language;
    let texts = SalesTexts::of(language);
    let receipt = &story.sale.receipt;
    let lines = receipt
        .lines
        .iter()
        .zip(&story.lines)
        .map(|(line, more)| {
            let spoken = |quantity: &str| {
                format!(
                    "{} {}",
                    crate::web::layout::figure(quantity, language),
                    line.unit
                )
            };
            Line {
                number: more.line_no,
                name: line.name.clone(),
                bought: spoken(line.quantity.as_str()),
                left: {
                    let (unit, factor) = more.units.fitting(more.left);
                    format!("{} {unit}", in_unit(more.left, *factor, language))
                },
                all_back: more.left <= Quantity::ZERO,
                divisible: more.units.divisible(),
                units: units(more, sent),
                value: field(sent, &format!("jumlah.{}", more.line_no)).to_owned(),
                spoiled: sent.contains_key(&format!("rusak.{}", more.line_no)),
                error: None,
            }
        })
        .collect();
    let title = format!("{} #{}", texts.return_title, receipt.number);
    let reasons = [texts.bad_goods, texts.wrong_goods, texts.changed_mind];
    let kept = field(sent, "id");
    ReturnPage {
        frame: Frame {
            styles: vec![STYLE],
            path: format!("/penjualan/{}/retur", receipt.id),
            ..pages.frame(visitor, &title, "/penjualan")
        },
        texts,
        people: PeopleTexts::of(language),
        id: receipt.id.clone(),
        return_id: if kept.is_empty() {
            Uuid::now_v7().to_string()
        } else {
            kept.to_owned()
        },
        lines,
        lines_error: None,
        refund: refund(sent).as_str(),
        refund_error: None,
        first_off: (story.open > Money::ZERO).then(|| money(story.open, language)),
        debtor: story
            .debtor
            .as_ref()
            .filter(|(_, owed)| *owed > story.open)
            .map(|_| story.summary.customer.clone()),
        ask: Ask::new(visitor, &reasons, sent),
    }
}

/// The units that a line can come back in: at first the largest of which the rest is a whole number.
fn units(line: &StoryLine, sent: &Fields) -> Vec<(String, bool)> {
    if line.units.smaller.is_empty() {
        return Vec::new();
    }
    let usual = &line.units.fitting(line.left).0;
    let chosen = match field(sent, &format!("satuan.{}", line.line_no)) {
        "" => usual,
        chosen => chosen,
    };
    let units = line.units.all();
    units
        .map(|(name, _)| (name.clone(), name == chosen))
        .collect()
}

/// What was chosen for what does not come off the debt of the sale.
fn refund(sent: &Fields) -> Refund {
    Refund::parse(field(sent, "uang")).unwrap_or(Refund::Cash)
}

pub(super) async fn give_return(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(sent): Form<Fields>,
) -> Response {
    match try_return(&pages, &visitor, &id, &sent).await {
        Ok(response) => response,
        Err(error) => failed(&pages, &visitor, error),
    }
}

async fn try_return(pages: &Pages, visitor: &Visitor, id: &str, sent: &Fields) -> Result<Response> {
    let texts = SalesTexts::of(visitor.language);
    let story = pages.shop.story(id).await?;
    let mut shown = return_page(pages, visitor, &story, sent);
    let lines: Vec<ReturnLineRequest> = story
        .lines
        .iter()
        .filter_map(|line| {
            let typed = field(sent, &format!("jumlah.{}", line.line_no));
            let quantity = Figure::typed(typed, visitor.language);
            let wanted = !typed.is_empty() && quantity.as_str() != "0";
            wanted.then(|| ReturnLineRequest {
                line: line.line_no,
                quantity,
                unit: Some(field(sent, &format!("satuan.{}", line.line_no)).to_owned())
                    .filter(|unit| !unit.is_empty()),
                spoiled: sent.contains_key(&format!("rusak.{}", line.line_no)),
            })
        })
        .collect();
    if lines.is_empty() {
        shown.lines_error = Some(texts.nothing_chosen.to_owned());
    }
    let reason = reason(sent, texts);
    if let Err(message) = &reason {
        shown.ask.reason_error = Some(message.clone());
    }
    let (Ok(reason), false) = (reason, lines.is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
    };
    if let Some((status, message)) = approval(pages, visitor, field(sent, "pin")).await? {
        shown.ask.pin_error = Some(message);
        return Ok((status, page(&shown)).into_response());
    }
    let numbers: Vec<i64> = lines.iter().map(|line| line.line).collect();
    let request = ReturnRequest {
        id: field(sent, "id").to_owned(),
        lines,
        reason,
        refund: refund(sent),
    };
    let return_id = request.id.clone();
    let by = &visitor.person.name;
    match pages.shop.return_goods(id, request, by).await {
        Ok(Outcome::Recorded(_) | Outcome::Already(_)) => Ok(to_receipt(id, &return_id)),
        Ok(Outcome::Conflict(_)) => Ok(too_late(pages, visitor, id)),
        Err(Error::Invalid(faults)) => {
            tell(&mut shown, &numbers, &faults, visitor.language);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Puts each fault beside its field, in the reader's words.
fn tell(shown: &mut ReturnPage, numbers: &[i64], faults: &[FieldError], language: Language) {
    let texts = SalesTexts::of(language);
    for fault in faults {
        if fault.field == "refund" {
            shown.refund_error = Some(texts.owes_less.to_owned());
            continue;
        }
        let index = fault
            .field
            .strip_prefix("lines[")
            .and_then(|rest| rest.split_once(']'))
            .and_then(|(index, _)| index.parse::<usize>().ok());
        let number = index.and_then(|index| numbers.get(index));
        let line = shown
            .lines
            .iter_mut()
            .find(|line| Some(&line.number) == number);
        match line {
            Some(line) if fault.message.starts_with("is more than the") => {
                line.error = Some(format!("{} {}.", texts.too_many, line.left));
            }
            Some(line) => line.error = Some(texts.not_a_quantity.to_owned()),
            None => shown.lines_error = Some(texts.no_longer.to_owned()),
        }
    }
}
