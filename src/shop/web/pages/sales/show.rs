//! One receipt and everything that happened to it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::texts::SalesTexts;
use super::{at_wall, failed, local, method_name};
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity};
use crate::shop::till::{Refund, Returned, Story};
use crate::shop::web::pages::people::{STYLE, actor};
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, money};
use crate::web::layout::{Frame, figure, moment, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "shop/web/templates/sale.html")]
struct Show {
    frame: Frame,
    texts: &'static SalesTexts,
    id: String,
    when: String,
    /// What became of it: class and words.
    state: Option<(&'static str, &'static str)>,
    /// What has just gone back: each sentence and its sum.
    just_now: Vec<(&'static str, String)>,
    /// Who has paid more than they owe, since this came back: their name, how much, and where it is paid out.
    credit: Option<(String, String, String)>,
    lines: Vec<Line>,
    sums: Vec<(&'static str, String)>,
    total: String,
    payments: Vec<(&'static str, String)>,
    /// Name, and the path of the account where there is one.
    customer: Option<(String, Option<String>)>,
    note: String,
    story: Vec<Step>,
    can_void: bool,
    can_return: bool,
}

struct Line {
    name: String,
    quantity: String,
    price: String,
    discount: Option<String>,
    total: String,
    note: String,
}

/// Something that happened to it.
struct Step {
    when: String,
    what: String,
    by: String,
    reason: String,
    money: String,
}

#[derive(Deserialize)]
pub(super) struct After {
    /// The return that was recorded just now, or `batal`.
    #[serde(default)]
    baru: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Response {
    match view(&pages, &visitor, &id, &after.baru).await {
        Ok(view) => page(&view),
        Err(error) => failed(&pages, &visitor, error),
    }
}

/// Receipt `12`, in words for a heading.
fn name(number: i64, texts: &SalesTexts) -> String {
    format!("{} #{number}", texts.receipt)
}

/// It is as it was sold.
pub(super) fn can_void(story: &Story) -> bool {
    story.sale.voided.is_none() && story.sale.returns.is_empty()
}

/// Something of it is still with the customer.
pub(super) fn can_return(story: &Story) -> bool {
    story.sale.voided.is_none() && story.lines.iter().any(|line| line.left > Quantity::ZERO)
}

async fn view(pages: &Pages, visitor: &Visitor, id: &str, just_now: &str) -> Result<Show> {
    let language = visitor.language;
    let texts = SalesTexts::of(language);
    let story = pages.shop.story(id).await?;
    let receipt = &story.sale.receipt;
    let rupiah = |amount: Money| money(amount, language);
    let lines = receipt
        .lines
        .iter()
        .zip(&story.lines)
        .map(|(line, more)| Line {
            name: line.name.clone(),
            quantity: format!("{} {}", figure(line.quantity.as_str(), language), line.unit),
            price: rupiah(line.unit_price),
            discount: (line.discount > Money::ZERO).then(|| rupiah(-line.discount)),
            total: rupiah(line.total),
            note: more.note.clone(),
        })
        .collect();
    let mut sums = Vec::new();
    if story.discount > Money::ZERO {
        sums.push((texts.discount, rupiah(-story.discount)));
    }
    if receipt.rounding != Money::ZERO {
        sums.push((texts.rounding, rupiah(receipt.rounding)));
    }
    let mut payments: Vec<(&'static str, String)> = story
        .payments
        .iter()
        .map(|(method, amount)| (method_name(*method, texts), rupiah(*amount)))
        .collect();
    if payments.is_empty() {
        let method = method_name(receipt.payment.method, texts);
        payments.push((method, rupiah(receipt.total)));
    }
    if let Some(tendered) = receipt.payment.tendered {
        payments.push((texts.tendered, rupiah(tendered)));
        payments.push((texts.change, rupiah(receipt.change)));
    }
    let account = receipt.payment.customer_id.clone();
    let on_account = story
        .debtor
        .as_ref()
        .map(|(customer, _)| format!("/kasbon/{}", encoded(customer)));
    let came_back = story.sale.voided.is_some() || !story.sale.returns.is_empty();
    let credit = story
        .debtor
        .as_ref()
        .filter(|(_, owed)| came_back && *owed < Money::ZERO);
    Ok(Show {
        frame: Frame {
            styles: vec![STYLE],
            path: format!("/penjualan/{id}"),
            ..pages.frame(visitor, &name(receipt.number, texts), "/penjualan")
        },
        texts,
        id: receipt.id.clone(),
        when: at_wall(&story.summary.sold_at_utc, story.summary.utc_offset_minutes)
            .map(|wall| moment(wall, language))
            .unwrap_or_default(),
        state: match &story.sale.voided {
            Some(_) => Some(("due", texts.voided)),
            None => (!story.sale.returns.is_empty()).then_some(("along", texts.returned)),
        },
        just_now: gone_back(&story, just_now, language),
        credit: credit.map(|(customer, owed)| {
            let path = format!("/kasbon/{}/kembalikan", encoded(customer));
            (story.summary.customer.clone(), rupiah(-*owed), path)
        }),
        lines,
        sums,
        total: rupiah(receipt.total),
        payments,
        customer: account.map(|_| (story.summary.customer.clone(), on_account)),
        note: story.note.clone(),
        story: steps(pages, &story, language),
        can_void: can_void(&story),
        can_return: can_return(&story),
    })
}

/// What the person at the counter has to do now: hand over this much, or nothing.
fn gone_back(story: &Story, just_now: &str, language: Language) -> Vec<(&'static str, String)> {
    let texts = SalesTexts::of(language);
    if story.sale.voided.is_some() && just_now == "batal" {
        // It goes back the way it came, or as was said; what was on credit is owed no longer.
        let paid = story.payments.iter();
        let parts: Vec<String> = paid
            .filter(|(method, _)| *method != PaymentMethod::Debt)
            .map(|(method, amount)| {
                let method = match (method, Refund::parse(&story.void_refund)) {
                    (PaymentMethod::Cash, _) | (_, None) => method_name(*method, texts),
                    (_, Some(refund)) => way(refund.as_str(), texts),
                };
                format!("{} {method}", money(*amount, language))
            })
            .collect();
        return vec![match parts.is_empty() {
            true => (texts.no_money_back, String::new()),
            false => (texts.give_back, parts.join(" + ")),
        }];
    }
    let mut returns = story.sale.returns.iter();
    let Some(returned) = returns.find(|returned| returned.id == just_now) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    if returned.off_debt > Money::ZERO {
        told.push((texts.off_the_debt, money(returned.off_debt, language)));
    }
    if returned.money > Money::ZERO {
        let method = way(&returned.refund, texts);
        let sum = format!("{} {method}", money(returned.money, language));
        told.push((texts.give_back, sum));
    } else {
        told.push((texts.no_money_back, String::new()));
    }
    told
}

fn way(refund: &str, texts: &SalesTexts) -> &'static str {
    match Refund::parse(refund) {
        Some(Refund::Cash) => texts.cash,
        Some(Refund::Transfer) => texts.transfer,
        Some(Refund::Debt) | None => texts.debt,
    }
}

fn steps(pages: &Pages, story: &Story, language: Language) -> Vec<Step> {
    let texts = SalesTexts::of(language);
    let when = |utc: &str| {
        local(pages, utc)
            .map(|wall| moment(wall, language))
            .unwrap_or_default()
    };
    let mut steps = vec![Step {
        when: when(&story.summary.sold_at_utc),
        what: texts.sold.to_owned(),
        by: actor(&story.summary.sold_by, language),
        reason: String::new(),
        money: String::new(),
    }];
    for returned in &story.sale.returns {
        steps.push(Step {
            when: when(&returned.returned_at),
            what: format!("{}: {}", texts.return_told, goods(returned, language)),
            by: actor(&returned.by, language),
            reason: returned.reason.clone(),
            money: [
                (texts.off_the_debt, returned.off_debt),
                (texts.money_back, returned.money),
            ]
            .into_iter()
            .filter(|(_, sum)| *sum > Money::ZERO)
            .map(|(label, sum)| format!("{label} {}", money(sum, language)))
            .collect::<Vec<_>>()
            .join(" · "),
        });
    }
    if let Some(voided) = &story.sale.voided {
        steps.push(Step {
            when: when(&voided.voided_at),
            what: texts.void_told.to_owned(),
            by: actor(&story.voided_by, language),
            reason: voided.reason.clone(),
            money: String::new(),
        });
    }
    steps
}

fn goods(returned: &Returned, language: Language) -> String {
    let texts = SalesTexts::of(language);
    let told: Vec<String> = returned
        .lines
        .iter()
        .map(|line| {
            let quantity = figure(line.quantity.as_str(), language);
            let spoiled = if line.spoiled {
                format!(" ({})", texts.spoiled_told)
            } else {
                String::new()
            };
            format!("{quantity} {} {}{spoiled}", line.unit, line.name)
        })
        .collect();
    told.join(", ")
}
