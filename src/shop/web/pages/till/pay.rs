//! Paying.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::forms::{self, PayForm, Way};
use super::{Asker, Pages, Showing, Visitor, render, respond, told};
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod};
use crate::shop::till::cart::{PayRequest, Paying, Standing};
use crate::shop::till::{PartRequest, PaymentRequest};
use crate::shop::web::pages::money;

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
        Ok(Paying::Dropped) => (Standing::Dropped, Showing::default()),
        Err(error @ Error::Invalid(_)) => {
            let text = told(&error, texts);
            return again(pages, asker, id, form, text, None).await;
        }
        Err(Error::Refused(_)) => {
            let anyway = asker
                .visitor
                .is_owner()
                .then(|| match form.cara.split_once(':') {
                    Some((way, rest)) => format!("{}!:{rest}", way.trim_end_matches('!')),
                    None => format!("{}!", form.cara.trim_end_matches('!')),
                });
            let text = texts.over_limit.to_owned();
            return again(pages, asker, id, form, text, anyway).await;
        }
        Err(error) => return Err(error),
    };
    render(pages, asker, standing, showing).await
}

/// What of a split payment is to come by QRIS.
fn qris_part(payment: &PaymentRequest) -> Option<i64> {
    let mut parts = payment.parts.iter().flatten();
    let qris = parts.find(|part| part.method == PaymentMethod::Qris)?;
    qris.amount
}

/// The pay panel again, with what was typed.
async fn again(
    pages: &Pages,
    asker: &Asker,
    id: &str,
    form: PayForm,
    text: String,
    anyway: Option<String>,
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
    let mut named = None;
    match way {
        Way::All(method) => payment.method = Some(method),
        Way::Cash(tendered) => {
            payment.method = Some(PaymentMethod::Cash);
            payment.tendered = Some(tendered.0);
        }
        Way::Account(customer) => {
            payment.method = Some(PaymentMethod::Debt);
            payment.customer_id = Some(customer);
        }
        Way::Named(name) => {
            if name.is_empty() {
                return Ok(Err(texts.field_customer.to_owned()));
            }
            payment.method = Some(PaymentMethod::Debt);
            named = Some(name);
        }
        Way::Parts(parts) => {
            let owes = parts
                .iter()
                .any(|(method, _)| *method == PaymentMethod::Debt);
            if owes {
                named = Some(form.nama.trim().to_owned());
                if form.nama.trim().is_empty() {
                    return Ok(Err(texts.field_customer.to_owned()));
                }
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
    Ok(Ok(PayRequest {
        version: form.versi,
        due: Money(form.jumlah),
        payment,
        named,
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
