//! Kasir: the till. One page that works without script; with it, only the part that changes is exchanged.
//!
//! The browser holds nothing: which cart is whose stands in the daemon under a name that the browser keeps in a cookie.

mod change;
mod forms;
mod pay;
pub(super) mod texts;
mod view;
mod waiting;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::stock::Told;
use super::stockroom::fresh_id;
use super::visitor::Visitor;
use super::{PART, Pages};
use crate::error::{Error, Result};
use crate::shop::figure::TWO_MEANINGS;
use crate::shop::till::cart::Standing;
use crate::web::layout::{Frame, asset, page};
use crate::web::session::random_secret;
use crate::web::{Problem, encoded};
use forms::PayForm;
use texts::TillTexts;
use view::{BuyerView, Hit, Notice, Panel, Question, Shown};

/// The cookie by which a browser finds its cart again.
const COOKIE: &str = "kasir";

/// Products that a search shows; beyond that a person types more.
const HITS: usize = 12;

/// Products among the favourites.
const FAVOURITES: u32 = 24;

/// Customers offered at once.
const BUYERS: u32 = 6;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/kasir", get(show).post(change::begin))
        .route("/kasir/cari", get(search))
        .route("/kasir/pelanggan", get(customers))
        .route("/kasir/tertunda", get(waiting::held))
        .route("/kasir/{id}", get(cart).post(change::change))
        .route("/kasir/{id}/bayar", post(pay::pay))
        .route("/kasir/{id}/simpan", post(waiting::hold))
        .route("/kasir/{id}/lanjut", post(waiting::resume))
        .route("/kasir/{id}/buang", post(waiting::empty))
        .route(
            "/assets/till.css",
            get(async || asset("text/css", include_str!("../../assets/till.css"))),
        )
        .route(
            "/assets/till-camera.js",
            get(async || {
                asset(
                    "text/javascript",
                    include_str!("../../assets/till-camera.js"),
                )
            }),
        )
        .route(
            "/assets/till.js",
            get(async || asset("text/javascript", include_str!("../../assets/till.js"))),
        )
}

#[derive(Template)]
#[template(path = "shop/web/templates/till.html")]
struct Till {
    frame: Frame,
    panel: Panel,
    query: String,
    /// What a customer asked for in vain, just recorded.
    asked: Option<Told>,
    found: Option<Vec<Hit>>,
    /// As [`Panel::wish`].
    wish: String,
    favourites: Vec<Hit>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/till_panel.html")]
struct PanelAlone {
    panel: Panel,
}

#[derive(Template)]
#[template(path = "shop/web/templates/till_hits.html")]
struct Hits {
    texts: &'static TillTexts,
    query: String,
    found: Vec<Hit>,
    wish: String,
}

#[derive(Template)]
#[template(path = "shop/web/templates/till_buyers.html")]
struct Buyers {
    texts: &'static TillTexts,
    buyers: Vec<BuyerView>,
    way: &'static str,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    pilih: Option<u32>,
    /// The request by which it was recorded that a customer asked for something in vain.
    tanya: Option<String>,
    /// Buyers for a part of what is due, and not for all of it.
    #[serde(default)]
    campur: bool,
}

/// What a request tells besides its form.
struct Asker {
    visitor: Visitor,
    /// Only the changing part is wanted.
    part: bool,
    till: String,
    /// To be remembered by the browser.
    new_till: Option<Cookie<'static>>,
}

impl Asker {
    fn of(visitor: Visitor, headers: &HeaderMap) -> Result<Self> {
        let known = CookieJar::from_headers(headers)
            .get(COOKIE)
            .map(|cookie| cookie.value().to_owned())
            .filter(|till| till.len() == 64 && till.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let (till, new_till) = match known {
            Some(till) => (till, None),
            None => {
                let till = random_secret()?;
                let cookie = Cookie::build((COOKIE, till.clone()))
                    .path("/kasir")
                    .http_only(true)
                    .same_site(SameSite::Strict)
                    .permanent()
                    .build();
                (till, Some(cookie))
            }
        };
        Ok(Self {
            visitor,
            part: headers.contains_key(PART),
            till,
            new_till,
        })
    }

    fn texts(&self) -> &'static TillTexts {
        TillTexts::of(self.visitor.language)
    }

    /// `response` with the cookie, if there is one to set.
    fn answer(self, response: impl IntoResponse) -> Response {
        match self.new_till {
            Some(cookie) => (CookieJar::new().add(cookie), response).into_response(),
            None => response.into_response(),
        }
    }
}

/// How a cart is to be shown.
#[derive(Default)]
struct Showing {
    selected: Option<u32>,
    query: String,
    /// What to tell of having been asked for in vain.
    asked: Option<String>,
    notice: Option<Notice>,
    /// The page's own mark, if it has one already.
    page: Option<String>,
    typed: Option<PayForm>,
    question: Option<Question>,
    anyway: Option<(String, String)>,
    hits: Vec<Hit>,
    /// What was just scanned is no product.
    alarm: bool,
    status: StatusCode,
}

impl Showing {
    fn saying(text: impl Into<String>) -> Self {
        Self {
            notice: Some(Notice {
                text: text.into(),
                unknown: None,
            }),
            ..Self::default()
        }
    }
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/"),
    };
    let showing = Showing {
        selected: asked.pilih,
        query: asked.q,
        asked: asked.tanya,
        ..Showing::default()
    };
    let shown = match pages.shop.cart_at(&asker.till, &visitor.person).await {
        Ok(cart) => render(&pages, &asker, Standing::Unpaid(cart), showing).await,
        Err(error) => Err(error),
    };
    respond(&pages, asker, shown)
}

async fn cart(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let showing = Showing {
        selected: asked.pilih,
        query: asked.q,
        asked: asked.tanya,
        ..Showing::default()
    };
    let shown = match pages.shop.cart(&id).await {
        Ok(standing) => render(&pages, &asker, standing, showing).await,
        Err(error) => Err(error),
    };
    respond(&pages, asker, shown)
}

fn respond(pages: &Pages, asker: Asker, shown: Result<Response>) -> Response {
    match shown {
        Ok(response) => asker.answer(response),
        Err(error) if asker.part => {
            let full = matches!(error, Error::DiskFull);
            let mut problem = Problem::from(error);
            if full {
                asker.texts().disk_full.clone_into(&mut problem.detail);
            }
            problem.into_response()
        }
        Err(error) => pages.message(&asker.visitor, error, "/kasir"),
    }
}

/// The page, or only the part that changes.
async fn render(
    pages: &Pages,
    asker: &Asker,
    standing: Standing,
    showing: Showing,
) -> Result<Response> {
    let language = asker.visitor.language;
    let unpaid = matches!(&standing, Standing::Unpaid(cart) if !cart.lines.is_empty());
    let buyers = if unpaid {
        pages.shop.buyers("", BUYERS).await?
    } else {
        Vec::new()
    };
    let panel = Panel {
        texts: asker.texts(),
        shown: Shown::of(standing, showing.selected, buyers, language),
        notice: showing.notice,
        qris: pages.shop.qris().await?.is_some_and(|set| set.shown),
        role: asker.visitor.person.role,
        waiting: pages.shop.waiting_carts(&asker.till).await?.len(),
        page: match showing.page {
            Some(page) => page,
            None => random_secret()?[..16].to_owned(),
        },
        paying: showing.typed.is_some(),
        typed: showing.typed.unwrap_or_default(),
        question: showing.question,
        anyway: showing.anyway,
        hits: showing.hits,
        wish: fresh_id(),
        alarm: showing.alarm,
    };
    if asker.part {
        return Ok((showing.status, page(&PanelAlone { panel })).into_response());
    }
    let frame = pages.frame(&asker.visitor, asker.texts().till, "/kasir");
    let found = if showing.query.trim().is_empty() {
        None
    } else {
        Some(hits(pages, &asker.visitor, &showing.query).await?)
    };
    let favourites = pages.shop.favourites(FAVOURITES).await?;
    let till = Till {
        frame: Frame {
            styles: vec!["/assets/till.css"],
            scripts: vec!["/assets/till.js"],
            ..frame
        },
        panel,
        query: showing.query,
        asked: asked_for(pages, &asker.visitor, showing.asked).await?,
        found,
        wish: fresh_id(),
        favourites: favourites
            .into_iter()
            .map(|offer| Hit::of(offer, language))
            .collect(),
    };
    Ok((showing.status, page(&till)).into_response())
}

/// What was recorded of a customer who asked in vain, in words.
async fn asked_for(pages: &Pages, visitor: &Visitor, id: Option<String>) -> Result<Option<Told>> {
    let Some(id) = id else {
        return Ok(None);
    };
    let back = format!("/kasir?tanya={}", encoded(&id));
    Told::of(pages, visitor, &id, &back).await
}

async fn hits(pages: &Pages, visitor: &Visitor, text: &str) -> Result<Vec<Hit>> {
    let (_, text) = forms::times(text, visitor.language);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let offers = pages.shop.offers(text, HITS).await?;
    Ok(offers
        .into_iter()
        .map(|offer| Hit::of(offer, visitor.language))
        .collect())
}

async fn search(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Response {
    match hits(&pages, &visitor, &asked.q).await {
        Ok(found) => page(&Hits {
            texts: TillTexts::of(visitor.language),
            query: asked.q,
            found,
            wish: fresh_id(),
        }),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

async fn customers(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Response {
    match pages.shop.buyers(&asked.q, BUYERS).await {
        Ok(found) => page(&Buyers {
            texts: TillTexts::of(visitor.language),
            buyers: found
                .into_iter()
                .map(|buyer| BuyerView::of(buyer, visitor.language))
                .collect(),
            way: if asked.campur { "campur" } else { "akun" },
        }),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

/// A wrong field in the words of the page.
fn told(error: &Error, texts: &TillTexts) -> String {
    let Error::Invalid(fields) = error else {
        return error.to_string();
    };
    let field = fields.first().map_or("", |field| field.field.as_str());
    let says = |message: &str| fields.iter().any(|field| field.message == message);
    match field.rsplit('.').next().unwrap_or(field) {
        "quantity" if says(TWO_MEANINGS) => texts.two_meanings.to_owned(),
        "quantity" | "unit" => texts.field_quantity.to_owned(),
        "price" | "unit_price" => texts.field_price.to_owned(),
        "discount" => texts.field_discount.to_owned(),
        "note" | "label" => texts.field_note.to_owned(),
        "tendered" => texts.field_tendered.to_owned(),
        "customer_id" => texts.field_customer.to_owned(),
        _ => format!("{} {error}", texts.wrong),
    }
}
