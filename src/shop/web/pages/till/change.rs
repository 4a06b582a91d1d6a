//! Changes of the cart.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::forms::{self, CartForm, Misread};
use super::texts::TillTexts;
use super::view::{Hit, Notice};
use super::{Asker, HITS, Pages, Showing, Visitor, render, respond, told};
use crate::error::{Error, Result};
use crate::shop::till::cart::{Cart, Change, ChangeRequest, Changed, Standing, looks_like_code};
use crate::shop::web::pages::access::approval;

pub(super) async fn change(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<CartForm>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let shown = changed(&pages, &asker, &id, form).await;
    respond(&pages, asker, shown)
}

/// A change of whatever cart is open here: what a page whose own cart has ended asks for.
pub(super) async fn begin(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<CartForm>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let shown = match pages.shop.cart_at(&asker.till, &visitor.person).await {
        Ok(cart) => changed(&pages, &asker, &cart.id, form).await,
        Err(error) => Err(error),
    };
    respond(&pages, asker, shown)
}

async fn changed(pages: &Pages, asker: &Asker, id: &str, form: CartForm) -> Result<Response> {
    let language = asker.visitor.language;
    let change = match forms::change(&form, language) {
        Ok(change) => change,
        Err(misread) => {
            let standing = pages.shop.cart(id).await?;
            let showing = Showing {
                page: Some(form.halaman),
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Showing::saying(misread.told(asker.texts()))
            };
            return render(pages, asker, standing, showing).await;
        }
    };
    if let Some((status, message)) = not_alone(pages, asker, id, &change, &form.pin).await? {
        let showing = Showing {
            page: Some(form.halaman),
            status,
            ..Showing::saying(message)
        };
        return render(pages, asker, pages.shop.cart(id).await?, showing).await;
    }
    let typed = match &change {
        Change::Add { code, .. } => Some(code.clone()),
        _ => None,
    };
    let request = ChangeRequest {
        version: form.versi,
        page: form.halaman.clone(),
        change,
    };
    let (standing, mut showing) = match pages.shop.change_cart(id, request.clone()).await {
        Ok(Changed::Done(cart)) => {
            // Without script the page is asked for anew, so that reloading it sends nothing again.
            if !asker.part {
                return Ok(back_to(&cart).into_response());
            }
            (Standing::Unpaid(cart), Showing::default())
        }
        Ok(Changed::Stale(cart)) => (Standing::Unpaid(cart), Showing::saying(asker.texts().stale)),
        Ok(Changed::Over(standing)) => {
            let showing = match standing {
                Standing::Sold(_) => Showing::saying(asker.texts().paid_before),
                _ => Showing::default(),
            };
            (standing, showing)
        }
        Ok(Changed::Unknown(cart)) => {
            let code = typed.unwrap_or_default();
            return unknown(pages, asker, cart, code, request).await;
        }
        Err(error @ Error::Invalid(_)) => {
            let showing = Showing {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Showing::saying(told(&error, asker.texts()))
            };
            (pages.shop.cart(id).await?, showing)
        }
        Err(error) => return Err(error),
    };
    showing.page = Some(form.halaman);
    render(pages, asker, standing, showing).await
}

/// What to tell a cashier who lets goods go for less without the owner's word, where that is asked for.
async fn not_alone(
    pages: &Pages,
    asker: &Asker,
    id: &str,
    change: &Change,
    pin: &str,
) -> Result<Option<(StatusCode, String)>> {
    if asker.visitor.is_owner() || !matches!(change, Change::Line { .. } | Change::Sale { .. }) {
        return Ok(None);
    }
    let cheaper = match pages.shop.cart(id).await? {
        Standing::Unpaid(cart) => cart.is_made_cheaper_by(change),
        _ => false,
    };
    if !cheaper || pages.shop.cashier_discounts().await? {
        return Ok(None);
    }
    approval(pages, &asker.visitor, pin).await
}

/// What was typed is no code. The only product that it finds is meant; of several one is chosen.
async fn unknown(
    pages: &Pages,
    asker: &Asker,
    cart: Cart,
    text: String,
    mut request: ChangeRequest,
) -> Result<Response> {
    let offers = pages.shop.offers(&text, HITS).await?;
    if let ([only], Change::Add { code, .. }) = (&offers[..], &mut request.change) {
        code.clone_from(&only.sku);
        let done = pages.shop.change_cart(&cart.id, request.clone()).await?;
        if let Changed::Done(cart) = done {
            let showing = Showing {
                page: Some(request.page),
                ..Showing::default()
            };
            return if asker.part {
                render(pages, asker, Standing::Unpaid(cart), showing).await
            } else {
                Ok(back_to(&cart).into_response())
            };
        }
    }
    if offers.is_empty() && looks_like_code(&text) {
        request.change = Change::Unknown { code: text };
        let noted = pages.shop.change_cart(&cart.id, request.clone()).await?;
        let cart = match noted {
            Changed::Done(cart) | Changed::Stale(cart) | Changed::Unknown(cart) => cart,
            Changed::Over(standing) => {
                return render(pages, asker, standing, Showing::default()).await;
            }
        };
        let showing = Showing {
            page: Some(request.page),
            alarm: true,
            ..Showing::default()
        };
        return render(pages, asker, Standing::Unpaid(cart), showing).await;
    }
    let texts = asker.texts();
    let notice = if offers.is_empty() {
        Notice {
            text: format!("{} {}", texts.nothing_found, shortened(&text)),
            unknown: Some(text)
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        }
    } else {
        Notice {
            text: texts.several_found.to_owned(),
            unknown: None,
        }
    };
    let showing = Showing {
        notice: Some(notice),
        page: Some(request.page),
        hits: offers
            .into_iter()
            .map(|offer| Hit::of(offer, asker.visitor.language))
            .collect(),
        ..Showing::default()
    };
    render(pages, asker, Standing::Unpaid(cart), showing).await
}

/// As much of a text as a notice can hold.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn back_to(cart: &Cart) -> Redirect {
    if cart.held {
        Redirect::to(&format!("/kasir/{}", cart.id))
    } else {
        Redirect::to("/kasir")
    }
}

impl Misread {
    fn told(self, texts: &TillTexts) -> &'static str {
        match self {
            Self::Quantity => texts.field_quantity,
            Self::Price => texts.field_price,
            Self::Discount => texts.field_amount,
            Self::Form => texts.wrong,
        }
    }
}
