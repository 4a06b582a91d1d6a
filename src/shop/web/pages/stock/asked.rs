//! Customers who went away without what they wanted: one tap where somebody happens to be, in words what was recorded,
//! and one tap to take it back.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::stockroom::{Fields, field, frame};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{PART, Pages};
use super::record::product_path;
use super::texts::StockTexts;
use crate::error::{Error, Result};
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::stock::{AskedFor, MissedDemandRequest};
use crate::web::layout::{Frame, date, local_path, page};
use crate::web::{Language, Problem, encoded};

/// What was recorded, in words, and the button that takes it back.
#[derive(Template)]
#[template(path = "shop/web/templates/asked_told.html")]
pub(in super::super) struct Told {
    words: &'static StockTexts,
    asked: AskedFor,
    back: String,
}

impl Told {
    fn new(asked: AskedFor, back: &str, language: Language) -> Self {
        Self {
            words: StockTexts::of(language),
            asked,
            back: back.to_owned(),
        }
    }

    /// Of the request `id`, for a page that comes back from it to `back`; nothing where there is no such request.
    pub(in super::super) async fn of(
        pages: &Pages,
        visitor: &Visitor,
        id: &str,
        back: &str,
    ) -> Result<Option<Self>> {
        match pages.shop.asked_for(id).await {
            Ok(asked) => Ok(Some(Self::new(asked, back, visitor.language))),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Where a form leads back to.
fn back(fields: &Fields) -> Option<&str> {
    match field(fields, "kembali") {
        "" => None,
        path => Some(local_path(path)),
    }
}

/// The words alone for a script, or else back to the page that the form is on; `otherwise` where it does not say which.
fn answer(
    pages: &Pages,
    visitor: &Visitor,
    headers: &HeaderMap,
    fields: &Fields,
    done: Result<AskedFor>,
    otherwise: &str,
) -> Response {
    let script = headers.contains_key(PART);
    let to = back(fields).unwrap_or(otherwise);
    match done {
        Ok(asked) if script => page(&Told::new(asked, to, visitor.language)),
        Ok(_) => Redirect::to(to).into_response(),
        Err(error) if script => Problem::from(error).into_response(),
        Err(error) => pages.message(visitor, error, to),
    }
}

/// A customer asked for a product that is not there: one tap. The form may say how many (`quantity`).
pub(super) async fn miss(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let id = field(&fields, "id");
    let sku = field(&fields, "sku");
    let quantity = match field(&fields, "quantity") {
        "" => Figure::from(1),
        text => Figure::typed(text, visitor.language),
    };
    let request = MissedDemandRequest {
        id: Some(id.to_owned()),
        sku: sku.to_owned(),
        quantity,
        unit: Some(field(&fields, "unit").to_owned()).filter(|unit| !unit.is_empty()),
    };
    let by = &visitor.person.name;
    let recorded = pages.shop.miss_demand_by(request, by).await;
    let done = match recorded.and_then(Outcome::kept) {
        Ok(_) => pages.shop.asked_for(id).await,
        Err(error) => Err(error),
    };
    let known = done.is_ok();
    let product = format!("{}&catatan={}", product_path(sku, "tanya"), encoded(id));
    let otherwise = if known { &*product } else { "/stok" };
    answer(&pages, &visitor, &headers, &fields, done, otherwise)
}

/// A customer asked for something that no product is.
pub(super) async fn wish(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let (id, text) = (field(&fields, "id"), field(&fields, "text"));
    let done = pages.shop.wish(id, text, &visitor.person.name).await;
    let done = done.and_then(Outcome::kept);
    answer(&pages, &visitor, &headers, &fields, done, "/stok/dicari")
}

/// It was a slip of the finger.
pub(super) async fn take_back(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let id = field(&fields, "id");
    let by = &visitor.person.name;
    let done = match pages.shop.take_back_asked(id, by).await {
        Err(Error::Refused(_)) => {
            let told = StockTexts::of(visitor.language).too_late.to_owned();
            Err(Error::Refused(told))
        }
        done => done,
    };
    answer(&pages, &visitor, &headers, &fields, done, "/stok")
}

#[derive(Template)]
#[template(path = "shop/web/templates/wishes.html")]
struct Wishes {
    frame: Frame,
    words: &'static StockTexts,
    texts: &'static Texts,
    wishes: Vec<Wanted>,
}

struct Wanted {
    text: String,
    link: String,
    times: i64,
    last: String,
}

/// What is wanted and not sold.
pub(super) async fn wishes(State(pages): State<Pages>, visitor: Visitor) -> Response {
    let language = visitor.language;
    let words = StockTexts::of(language);
    let wishes = match pages.shop.wishes().await {
        Ok(wishes) => wishes,
        Err(error) => return pages.message(&visitor, error, "/stok"),
    };
    let wanted = wishes.into_iter().map(|wish| Wanted {
        link: format!("/barang/baru?q={}", encoded(&wish.text)),
        times: wish.times,
        last: date(wish.last, language),
        text: wish.text,
    });
    page(&Wishes {
        frame: frame(&pages, &visitor, words.wishes, "/stok", "/stok/dicari"),
        words,
        texts: Texts::of(language),
        wishes: wanted.collect(),
    })
}
