//! QRIS: the owner keeps the shop's code; the till shows it with the amount.

use askama::Template;
use axum::Form;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::photo::PhotoForm;
use super::{STYLE, Texts};
use crate::error::{Error, Result};
use crate::model::{Money, Qris, QrisError};
use crate::shop::access::Role;
use crate::shop::codes::Care;
use crate::shop::qris::svg;
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, money};
use crate::web::layout::{Frame, page};

const HERE: &str = "/pengaturan/qris";

#[derive(Template)]
#[template(path = "shop/web/templates/qris_settings.html")]
struct SettingsPage {
    frame: Frame,
    texts: &'static Texts,
    /// The code that is kept.
    kept: Option<CodeView>,
    /// One that is to be confirmed first.
    found: Option<CodeView>,
    typed: String,
    wrong: &'static str,
    wrong_photo: &'static str,
}

struct CodeView {
    text: String,
    merchant: String,
    city: String,
    adds_fee: bool,
    shown: bool,
}

impl CodeView {
    fn of(code: &Qris, shown: bool) -> Self {
        Self {
            text: code.to_string(),
            merchant: code.merchant().to_owned(),
            city: code.city().to_owned(),
            adds_fee: code.adds_fee(),
            shown,
        }
    }
}

/// Why a text cannot be the shop's code, in the reader's words.
fn told(error: QrisError, texts: &Texts) -> &'static str {
    match error {
        QrisError::NotQris | QrisError::TooLong => texts.qris_not,
        QrisError::CutOff(_) | QrisError::ChecksumNotLast => texts.qris_incomplete,
        QrisError::Unreadable(_)
        | QrisError::Twice(_)
        | QrisError::Lacks(_)
        | QrisError::WrongChecksum => texts.qris_changed,
        QrisError::NotRupiah => texts.qris_not_rupiah,
        QrisError::SinglePayment => texts.qris_single,
        QrisError::AddsFee => texts.qris_fee,
        QrisError::Amount => texts.qris_amount,
    }
}

async fn frame_of(pages: &Pages, visitor: &Visitor) -> Result<SettingsPage> {
    let texts = Texts::of(visitor.language);
    let kept = pages.shop.qris().await?;
    Ok(SettingsPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(visitor, texts.qris, HERE)
        },
        texts,
        kept: kept.map(|kept| CodeView::of(&kept.code, kept.shown)),
        found: None,
        typed: String::new(),
        wrong: "",
        wrong_photo: "",
    })
}

pub(super) async fn settings(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match frame_of(&pages, &visitor).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/pengaturan"),
    }
}

/// Shows whose code it is that was pasted or photographed; nothing is kept yet.
pub(super) async fn check(
    State(pages): State<Pages>,
    visitor: Visitor,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let texts = Texts::of(visitor.language);
    let mut view = match frame_of(&pages, &visitor).await {
        Ok(view) => view,
        Err(error) => return pages.message(&visitor, error, HERE),
    };
    let checked = match PhotoForm::read(form).await {
        Ok(form) => {
            view.typed = form.text("code").chars().take(2000).collect();
            match form.photo {
                Some(photo) if view.typed.trim().is_empty() => in_photo(&pages, photo, texts).await,
                _ => {
                    Qris::parse_static(&view.typed).map_err(|error| Wrong::Text(told(error, texts)))
                }
            }
        }
        Err(error) => Err(Wrong::of_photo(error, texts)),
    };
    match checked {
        Ok(code) => {
            view.found = Some(CodeView::of(&code, true));
            page(&view)
        }
        Err(wrong) => {
            match wrong {
                Wrong::Text(told) => view.wrong = told,
                Wrong::Photo(told) => view.wrong_photo = told,
                Wrong::Fault(error) => return pages.message(&visitor, error, HERE),
            }
            (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response()
        }
    }
}

enum Wrong {
    Text(&'static str),
    Photo(&'static str),
    Fault(Error),
}

impl Wrong {
    fn of_photo(error: Error, texts: &Texts) -> Self {
        match error {
            Error::Invalid(_) => Self::Photo(texts.qris_photo_too_big),
            error => Self::Fault(error),
        }
    }
}

async fn in_photo(pages: &Pages, photo: Vec<u8>, texts: &'static Texts) -> Result<Qris, Wrong> {
    let codes = pages.shop.read_code(photo, Care::Thorough).await;
    let codes = codes.map_err(|error| Wrong::of_photo(error, texts))?;
    let mut why = texts.qris_no_code_in_photo;
    for code in codes {
        match Qris::parse_static(&code) {
            Ok(code) => return Ok(code),
            Err(QrisError::NotQris) => why = texts.qris_photo_is_no_qris,
            Err(error) => why = told(error, texts),
        }
    }
    Err(Wrong::Photo(why))
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
    shown: Option<String>,
}

pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<CodeForm>,
) -> Response {
    let (shown, by) = (form.shown.is_some(), &visitor.person.name);
    match pages.shop.set_qris(&form.code, shown, by).await {
        Ok(()) => Redirect::to(HERE).into_response(),
        Err(Error::Invalid(_)) => {
            let texts = Texts::of(visitor.language);
            let refused = Qris::parse_static(&form.code).err();
            let wrong = told(refused.unwrap_or(QrisError::AddsFee), texts);
            match frame_of(&pages, &visitor).await {
                Ok(mut view) => {
                    view.typed = form.code;
                    view.wrong = wrong;
                    (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response()
                }
                Err(error) => pages.message(&visitor, error, HERE),
            }
        }
        Err(error) => pages.message(&visitor, error, HERE),
    }
}

pub(super) async fn remove(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match pages.shop.remove_qris(&visitor.person.name).await {
        Ok(()) => Redirect::to(HERE).into_response(),
        Err(error) => pages.message(&visitor, error, HERE),
    }
}

/// An amount that is not all of the sale: what of it is paid by QRIS.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    amount: Option<i64>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/qris.html")]
struct QrisPage {
    frame: Frame,
    texts: &'static Texts,
    /// None where the till is to show none.
    merchant: Option<String>,
    may_set_up: bool,
    amount: String,
    picture: String,
}

/// `/qris/{id}.svg` is the picture of the code with the amount, `/qris/{id}` a page to hold out to the buyer.
pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let shown = match id.strip_suffix(".svg") {
        Some(id) => picture(&pages, id, asked.amount).await,
        None => held_out(&pages, &visitor, &id, asked.amount).await,
    };
    shown.unwrap_or_else(|error| pages.message(&visitor, error, "/kasir"))
}

async fn amount(pages: &Pages, id: &str, asked: Option<i64>) -> Result<Money> {
    match asked {
        Some(amount) => Ok(Money(amount)),
        None => pages.shop.qris_amount(id).await,
    }
}

async fn picture(pages: &Pages, id: &str, asked: Option<i64>) -> Result<Response> {
    let amount = amount(pages, id, asked).await?;
    let drawn = svg(&pages.shop.qris_for(amount).await?)?;
    let kind = HeaderValue::from_static("image/svg+xml");
    Ok(([(header::CONTENT_TYPE, kind)], drawn).into_response())
}

async fn held_out(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    asked: Option<i64>,
) -> Result<Response> {
    let texts = Texts::of(visitor.language);
    let due = amount(pages, id, asked).await?;
    let set = pages.shop.qris().await?.filter(|set| set.shown);
    if set.is_some() {
        pages.shop.qris_for(due).await?;
    }
    let frame = Frame {
        path: format!("/qris/{id}?amount={}", due.0),
        styles: vec![STYLE],
        ..pages.frame(visitor, texts.qris, "/kasir")
    };
    Ok(page(&QrisPage {
        frame,
        texts,
        merchant: set.map(|set| set.code.merchant().to_owned()),
        may_set_up: visitor.person.role == Role::Owner,
        amount: money(due, visitor.language),
        picture: format!("/qris/{id}.svg?amount={}", due.0),
    }))
}
