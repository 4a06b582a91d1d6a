//! Titip jual: settling with a consignor, and the statement of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::stockroom::{
    Fields, field, frame, fresh_id, in_field, spoken, told_factor, unit_name, when, wrong_fields,
};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::ConsignmentTexts;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::shop::consignment::{Account, SettlementLineRequest, SettlementRequest};
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::stock::rupiah;
use crate::web::Language;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/settle.html")]
struct Settle {
    frame: Frame,
    words: &'static ConsignmentTexts,
    texts: &'static Texts,
    consignor: String,
    id: String,
    at_seq: i64,
    lines: Vec<SettleLine>,
    computed: bool,
    owed_before: String,
    to_pay: String,
    /// What is owed in whole rupiah, as the page says it.
    due: i64,
    paid: String,
    from_drawer: bool,
    wrong: Vec<String>,
    moved: bool,
}

impl Settle {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong == field)
    }
}

struct SettleLine {
    sku: String,
    name: String,
    /// Base units in what the fields are in, and its name.
    factor: i64,
    unit: String,
    given: String,
    returned: String,
    remaining: String,
    sold: String,
    amount: String,
    wrong: bool,
    /// More is said to be there than was given.
    more: bool,
}

/// What the form says of the goods; `None` where a figure cannot be read, and the names of such fields.
fn read(
    account: &Account,
    fields: &Fields,
    language: Language,
) -> (Vec<Option<SettlementLineRequest>>, Vec<String>) {
    let mut wrong = Vec::new();
    let lines = account.goods.iter().enumerate().map(|(index, row)| {
        let mut figure = |name: &str, usual: Quantity| {
            let text = fields.get(&format!("{name}.{}", row.sku));
            let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
            let factor = told_factor(fields, &format!("factor.{}", row.sku), row.unit.1);
            let parsed = text.map_or(Ok(usual), |text| {
                Figure::typed(text, language).with_parts(row.base_unit, factor)
            });
            match parsed {
                Ok(quantity) if quantity >= Quantity::ZERO => Some(quantity),
                _ => {
                    wrong.push(format!("lines[{index}].{name}"));
                    None
                }
            }
        };
        let returned = figure("returned", Quantity::ZERO);
        let usual = row.remaining() - returned.unwrap_or_default();
        let remaining = figure("remaining", usual.max(Quantity::ZERO));
        Some(SettlementLineRequest {
            sku: row.sku.to_string(),
            returned: returned?,
            remaining: remaining?,
        })
    });
    let lines = lines.collect();
    (lines, wrong)
}

async fn settle_view(
    pages: &Pages,
    visitor: &Visitor,
    consignor: &str,
    fields: &Fields,
    computed: bool,
    (mut wrong, moved): (Vec<String>, bool),
) -> Result<Settle> {
    let language = visitor.language;
    let words = ConsignmentTexts::of(language);
    let account = pages.shop.consignment(consignor).await?;
    let (read, unreadable) = read(&account, fields, language);
    wrong.extend(unreadable);
    let mut total = account.consignor.balance;
    let mut too_many = false;
    let mut lines = Vec::with_capacity(account.goods.len());
    for (index, (row, read)) in account.goods.iter().zip(read).enumerate() {
        let (still_there, exact) = in_field(row.remaining(), row.unit.1, language);
        let factor = told_factor(fields, &format!("factor.{}", row.sku), exact);
        let typed = |name: &str, usual: String| {
            let typed = fields.get(&format!("{name}.{}", row.sku));
            typed.cloned().unwrap_or(usual)
        };
        let sold = read
            .as_ref()
            .map(|line| row.sold(line.returned, line.remaining));
        let amount = sold.map(|sold| Money::for_quantity(row.cost, row.unit.1, sold.0));
        total += amount.unwrap_or_default();
        let told = |quantity: Quantity| spoken(quantity, &row.unit, language);
        let more = sold.is_some_and(|sold| sold < Quantity::ZERO);
        too_many |= more;
        lines.push(SettleLine {
            more,
            wrong: wrong
                .iter()
                .any(|field| field.starts_with(&format!("lines[{index}]."))),
            sku: row.sku.to_string(),
            name: row.name.clone(),
            factor,
            unit: unit_name(&row.unit, factor, Texts::of(language)),
            given: told(row.opening + row.came - row.returned),
            returned: typed("returned", "0".to_owned()),
            remaining: typed("remaining", still_there),
            sold: sold.map(told).unwrap_or_default(),
            amount: amount
                .map(|amount| money(amount, language))
                .unwrap_or_default(),
        });
    }
    let due = total.max(Money::ZERO);
    let path = format!("/titip-jual/{consignor}/bayar");
    let id = match field(fields, "id") {
        "" => fresh_id(),
        id => id.to_owned(),
    };
    Ok(Settle {
        frame: frame(pages, visitor, words.settle, "/titip-jual", &path),
        consignor: consignor.to_owned(),
        id,
        at_seq: account.at_seq,
        lines,
        computed: computed && !too_many && wrong.iter().all(|field| field == "paid"),
        owed_before: if account.consignor.balance == Money::ZERO {
            String::new()
        } else {
            money(account.consignor.balance, language)
        },
        to_pay: money(total, language),
        // What was typed for another sum is not what is paid for this one.
        paid: match fields.get("paid") {
            Some(typed) if field(fields, "action") == "save" && is_due(fields, due) => {
                typed.clone()
            }
            _ => due.0.to_string(),
        },
        due: due.0,
        from_drawer: field(fields, "from") != "other",
        wrong,
        moved,
        texts: Texts::of(language),
        words,
    })
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let calm = (Vec::new(), false);
    match settle_view(&pages, &visitor, &id, &Fields::new(), false, calm).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/titip-jual"),
    }
}

/// First what it comes to, then the same form again to pay it.
pub(super) async fn settle(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    match settled(&pages, &visitor, &id, &fields).await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, &format!("/titip-jual/{id}/bayar")),
    }
}

/// Whether the form was sent by a page that showed this sum.
fn is_due(fields: &Fields, due: Money) -> bool {
    let shown = field(fields, "due");
    shown.is_empty() || shown == due.0.to_string()
}

/// What is owed by what the form says, and whether more of something is there than was given.
fn comes_to(account: &Account, lines: &[Option<SettlementLineRequest>]) -> (Money, bool) {
    let (mut due, mut more) = (account.consignor.balance, false);
    for (row, line) in account.goods.iter().zip(lines) {
        let Some(line) = line else { continue };
        let sold = row.sold(line.returned, line.remaining);
        more |= sold < Quantity::ZERO;
        due += Money::for_quantity(row.cost, row.unit.1, sold.0);
    }
    (due.max(Money::ZERO), more)
}

async fn settled(pages: &Pages, visitor: &Visitor, id: &str, fields: &Fields) -> Result<Response> {
    let again = async |status, wrong, moved| {
        let view = settle_view(pages, visitor, id, fields, true, (wrong, moved)).await?;
        Ok((status, page(&view)).into_response())
    };
    // Sent again: the goods stand otherwise since, and nothing of the form is to be held against that.
    let sent_before = match pages.shop.settlement(field(fields, "id")).await {
        Ok(done) => done.head.consignor.as_deref() == Some(id),
        Err(_) => false,
    };
    let account = pages.shop.consignment(id).await?;
    let (lines, wrong) = read(&account, fields, visitor.language);
    if !wrong.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), false).await;
    }
    if field(fields, "action") != "save" {
        return again(StatusCode::OK, Vec::new(), false).await;
    }
    let (due, more) = comes_to(&account, &lines);
    if more && !sent_before {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), false).await;
    }
    if !is_due(fields, due) && !sent_before {
        return again(StatusCode::CONFLICT, Vec::new(), true).await;
    }
    let Ok(paid) = rupiah(match field(fields, "paid") {
        "" => "0",
        text => text,
    }) else {
        return again(
            StatusCode::UNPROCESSABLE_ENTITY,
            vec!["paid".to_owned()],
            false,
        )
        .await;
    };
    let request = SettlementRequest {
        id: field(fields, "id").to_owned(),
        at_seq: field(fields, "at_seq").parse().unwrap_or(-1),
        lines: lines.into_iter().flatten().collect(),
        paid,
        from_drawer: field(fields, "from") != "other",
    };
    match pages
        .shop
        .settle_consignment(id, request, &visitor.person.name)
        .await
    {
        Ok(Outcome::Recorded(done) | Outcome::Already(done)) => {
            Ok(Redirect::to(&format!("/titip-jual/nota/{}", done.head.id)).into_response())
        }
        Ok(Outcome::Conflict(_)) => {
            let words = ConsignmentTexts::of(visitor.language);
            let error = Error::Conflict(words.saved_before.to_owned());
            let back = format!("/titip-jual/{id}");
            Ok(pages.message(visitor, error, &back))
        }
        Err(Error::Conflict(_)) => again(StatusCode::CONFLICT, Vec::new(), true).await,
        Err(error) => {
            again(
                StatusCode::UNPROCESSABLE_ENTITY,
                wrong_fields(error)?,
                false,
            )
            .await
        }
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/settlement.html")]
struct Statement {
    frame: Frame,
    words: &'static ConsignmentTexts,
    texts: &'static Texts,
    consignor: String,
    back: String,
    when: String,
    lines: Vec<StatementLine>,
    total: String,
    paid: String,
    owed: String,
}

struct StatementLine {
    name: String,
    figures: Vec<(&'static str, String)>,
    amount: String,
}

pub(super) async fn statement(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match statement_view(&pages, &visitor, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/titip-jual"),
    }
}

async fn statement_view(pages: &Pages, visitor: &Visitor, id: &str) -> Result<Statement> {
    let language = visitor.language;
    let words = ConsignmentTexts::of(language);
    let settlement = pages.shop.settlement(id).await?;
    let head = settlement.head;
    let lines = settlement.lines.iter().map(|line| {
        let told = |quantity: Quantity| spoken(quantity, &line.unit, language);
        StatementLine {
            name: line.name.clone(),
            figures: vec![
                (words.opening, told(line.opening)),
                (words.came, told(line.came)),
                (words.returned, told(line.returned)),
                (words.remaining, told(line.remaining)),
                (words.sold, told(line.sold)),
                (words.agreed, money(line.cost, language)),
            ],
            amount: money(line.amount, language),
        }
    });
    let path = format!("/titip-jual/nota/{id}");
    let consignor = head.consignor.unwrap_or_default();
    let balance = pages.shop.consignment(&consignor).await?.consignor.balance;
    Ok(Statement {
        frame: frame(pages, visitor, words.statement, "/titip-jual", &path),
        lines: lines.collect(),
        when: when(pages, &head.at, language),
        total: money(head.total, language),
        paid: money(head.paid, language),
        owed: if balance > Money::ZERO {
            money(balance, language)
        } else {
            String::new()
        },
        back: format!("/titip-jual/{consignor}"),
        consignor: head.supplier,
        texts: Texts::of(language),
        words,
    })
}
