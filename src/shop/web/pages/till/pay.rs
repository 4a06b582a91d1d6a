//! Paying.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::forms::{self, PayForm, Way, Whose};
use super::view::{BuyerView, Question};
use super::{Asker, Pages, Showing, Visitor, render, respond, told};
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod};
use crate::shop::till::cart::{Buyer, PayRequest, Paying, Standing};
use crate::shop::till::{PartRequest, PaymentRequest};
use crate::shop::web::pages::money;
use crate::web::Language;

pub(super) async fn pay(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<PayForm>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let shown = paid(&pages, &asker, &id, form).await;
    respond(&pages, asker, shown)
}

async fn paid(pages: &Pages, asker: &Asker, id: &str, mut form: PayForm) -> Result<Response> {
    let texts = asker.texts();
    let request = match pay_request(pages, asker, id, &form).await? {
        Ok(request) => request,
        Err(text) => return again(pages, asker, id, form, text, None).await,
    };
    if let Some(part) = qris_part(&request.payment)
        && form.qris_dipindai != part.to_string()
        && pages.shop.qris().await?.is_some_and(|set| set.shown)
    {
        let sum = money(Money(part), asker.visitor.language);
        form.qris_dipindai = part.to_string();
        let text = format!("{} {sum}. {}", texts.scan_part, texts.look_first);
        return again(pages, asker, id, form, text, None).await;
    }
    let outcome = pages
        .shop
        .pay_cart(id, request, &asker.visitor.person)
        .await;
    let (standing, showing) = match outcome {
        Ok(Paying::Paid(sale)) => {
            if !asker.part {
                return Ok(Redirect::to(&format!("/kasir/{id}")).into_response());
            }
            (Standing::Sold(sale), Showing::default())
        }
        Ok(Paying::Before(sale)) => (Standing::Sold(sale), Showing::saying(texts.paid_before)),
        Ok(Paying::Stale(cart)) => (Standing::Unpaid(cart), Showing::saying(texts.stale)),
        Ok(Paying::Unready(cart)) => (Standing::Unpaid(cart), Showing::saying(texts.not_ready)),
        Ok(Paying::Odd(change)) => {
            let change = money(change, asker.visitor.language);
            let anyway = (insisting(&form), format!("{} {change}", texts.odd_sure));
            let text = texts.odd_change.to_owned();
            return again(pages, asker, id, form, text, Some(anyway)).await;
        }
        Ok(Paying::Whose(cart, known)) => {
            let showing = Showing {
                question: Some(question(&form, known, asker.visitor.language)),
                typed: Some(form),
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Showing::default()
            };
            (Standing::Unpaid(cart), showing)
        }
        Ok(Paying::Dropped) => (Standing::Dropped, Showing::default()),
        Err(error @ Error::Invalid(_)) => {
            let text = told(&error, texts);
            return again(pages, asker, id, form, text, None).await;
        }
        Err(Error::Refused(_)) => {
            let anyway = asker
                .visitor
                .is_owner()
                .then(|| (insisting(&form), texts.anyway.to_owned()));
            let text = texts.over_limit.to_owned();
            return again(pages, asker, id, form, text, anyway).await;
        }
        Err(error) => return Err(error),
    };
    render(pages, asker, standing, showing).await
}

/// The value of the button that asks for the same again and insists.
fn insisting(form: &PayForm) -> String {
    match form.cara.split_once(':') {
        Some((way, rest)) if way != "ketik" => format!("{}!:{rest}", way.trim_end_matches('!')),
        _ => format!("{}!", form.method()),
    }
}

/// What of a split payment is to come by QRIS.
fn qris_part(payment: &PaymentRequest) -> Option<i64> {
    let mut parts = payment.parts.iter().flatten();
    let qris = parts.find(|part| part.method == PaymentMethod::Qris)?;
    qris.amount
}

/// Which of several people is meant; each answer is the payment that was asked for, and says so.
fn question(form: &PayForm, known: Vec<Buyer>, language: Language) -> Question {
    let in_parts = form.part() == "campur";
    let (way, newcomer, name) = if in_parts {
        ("campur", "campurbaru", &form.siapa)
    } else {
        ("akun", "baru", &form.nama)
    };
    Question {
        way,
        newcomer,
        name: name.trim().to_owned(),
        known: known
            .into_iter()
            .map(|buyer| BuyerView::of(buyer, language))
            .collect(),
    }
}

/// The pay panel again, with what was typed.
async fn again(
    pages: &Pages,
    asker: &Asker,
    id: &str,
    form: PayForm,
    text: String,
    anyway: Option<(String, String)>,
) -> Result<Response> {
    let standing = pages.shop.cart(id).await?;
    let showing = Showing {
        typed: Some(form),
        anyway,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        ..Showing::saying(text)
    };
    render(pages, asker, standing, showing).await
}

/// The payment that the form asks for, or what is wrong with it in the words of the page.
async fn pay_request(
    pages: &Pages,
    asker: &Asker,
    id: &str,
    form: &PayForm,
) -> Result<Result<PayRequest, String>> {
    let texts = asker.texts();
    let Some((way, anyway)) = forms::way(form) else {
        return Ok(Err(texts.field_amount.to_owned()));
    };
    let mut payment = PaymentRequest {
        allow_over_limit: anyway && asker.visitor.is_owner(),
        ..PaymentRequest::default()
    };
    let mut owes = None;
    match way {
        Way::All(method) => payment.method = Some(method),
        Way::Cash(tendered) => {
            payment.method = Some(PaymentMethod::Cash);
            payment.tendered = Some(tendered.0);
        }
        Way::Debt(whose) => {
            payment.method = Some(PaymentMethod::Debt);
            owes = Some(whose);
        }
        Way::Parts(parts, whose) => {
            if parts
                .iter()
                .any(|(method, _)| *method == PaymentMethod::Debt)
            {
                owes = Some(whose);
            }
            let due = match pages.shop.cart(id).await? {
                Standing::Unpaid(cart) => cart.due,
                _ => Money(form.jumlah),
            };
            match in_parts(&parts, due, pages.shop.cash_rounding().await?) {
                Ok((parts, tendered)) => {
                    payment.parts = Some(parts);
                    payment.tendered = tendered;
                }
                Err(Unfit::Short(missing)) => {
                    let missing = money(missing, asker.visitor.language);
                    return Ok(Err(format!("{} {missing}", texts.short_by)));
                }
                Err(Unfit::Over(over)) => {
                    let over = money(over, asker.visitor.language);
                    return Ok(Err(format!("{} {over}", texts.too_much)));
                }
            }
        }
    }
    let newcomer = matches!(owes, Some(Whose::New(_)));
    let named = match owes {
        Some(Whose::Named(name) | Whose::New(name)) if name.is_empty() => {
            return Ok(Err(texts.field_customer.to_owned()));
        }
        Some(Whose::Named(name) | Whose::New(name)) => Some(name),
        Some(Whose::Known(customer)) => {
            payment.customer_id = Some(customer);
            None
        }
        None => None,
    };
    Ok(Ok(PayRequest {
        version: form.versi,
        due: Money(form.jumlah),
        payment,
        named,
        newcomer,
        sure: anyway,
    }))
}

/// Why parts do not pay what is due.
enum Unfit {
    Short(Money),
    Over(Money),
}

/// The parts as the sale takes them: cash pays what the others leave, in coins of `step` rupiah, and what was handed over
/// beyond that is change.
fn in_parts(
    typed: &[(PaymentMethod, Money)],
    due: Money,
    step: i64,
) -> Result<(Vec<PartRequest>, Option<i64>), Unfit> {
    let all: Money = typed.iter().map(|(_, amount)| *amount).sum();
    let cash = typed
        .iter()
        .find(|(method, _)| *method == PaymentMethod::Cash)
        .map(|(_, amount)| *amount);
    let others = all - cash.unwrap_or(Money::ZERO);
    let asked = match cash {
        Some(_) => others + (due - others).rounded_to(step),
        None => due,
    };
    if all < asked || typed.is_empty() {
        return Err(Unfit::Short(asked - all));
    }
    if others > due || (others == due && cash.is_some()) || (cash.is_none() && all > due) {
        return Err(Unfit::Over(all - due));
    }
    let parts = typed
        .iter()
        .map(|(method, amount)| PartRequest {
            method: *method,
            amount: (*method != PaymentMethod::Cash).then_some(amount.0),
        })
        .collect();
    Ok((parts, cash.map(|cash| cash.0)))
}
