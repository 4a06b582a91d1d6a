//! Kasir: the till. One page that works without script; with it, only the part that changes is exchanged.
//!
//! The browser holds nothing: which cart is whose stands in the daemon under a name that the browser keeps in a cookie.

mod forms;
pub(super) mod texts;
mod view;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::Pages;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod};
use crate::shop::access::Role;
use crate::shop::till::cart::{Cart, Change, ChangeRequest, Changed, PayRequest, Paying, Standing};
use crate::shop::till::{PartRequest, PaymentRequest};
use crate::web::Problem;
use crate::web::layout::{Frame, asset, page};
use crate::web::session::random_secret;
use forms::{CartForm, Misread, PayForm, Way};
use texts::TillTexts;
use view::{BuyerView, Hit, Notice, Panel, Shown};

/// The cookie by which a browser finds its cart again.
const COOKIE: &str = "kasir";

/// What the script asks for the changing part with.
const PART: &str = "x-bagian";

/// Products that a search shows; beyond that a person types more.
const HITS: usize = 12;

/// Products among the favourites.
const FAVOURITES: u32 = 24;

/// Customers offered at once.
const BUYERS: u32 = 6;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/kasir", get(show))
        .route("/kasir/cari", get(search))
        .route("/kasir/pelanggan", get(customers))
        .route("/kasir/tertunda", get(held))
        .route("/kasir/{id}", get(cart).post(change))
        .route("/kasir/{id}/bayar", post(pay))
        .route("/kasir/{id}/simpan", post(hold))
        .route("/kasir/{id}/lanjut", post(resume))
        .route("/kasir/{id}/buang", post(empty))
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
    found: Option<Vec<Hit>>,
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
}

#[derive(Template)]
#[template(path = "shop/web/templates/till_buyers.html")]
struct Buyers {
    texts: &'static TillTexts,
    buyers: Vec<BuyerView>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/till_held.html")]
struct Held {
    frame: Frame,
    texts: &'static TillTexts,
    carts: Vec<Waiting>,
}

struct Waiting {
    id: String,
    label: String,
    names: String,
    due: String,
    when: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    pilih: Option<u32>,
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
    notice: Option<Notice>,
    /// The page's own mark, if it has one already.
    page: Option<String>,
    typed: Option<PayForm>,
    anyway: Option<String>,
    hits: Vec<Hit>,
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
        Err(error) if asker.part => Problem::from(error).into_response(),
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
        waiting: pages.shop.waiting_carts(&asker.till).await?.len(),
        page: match showing.page {
            Some(page) => page,
            None => random_secret()?[..16].to_owned(),
        },
        paying: showing.typed.is_some(),
        typed: showing.typed.unwrap_or_default(),
        anyway: showing.anyway,
        hits: showing.hits,
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
        found,
        favourites: favourites
            .into_iter()
            .map(|offer| Hit::of(offer, language))
            .collect(),
    };
    Ok((showing.status, page(&till)).into_response())
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
        }),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

async fn change(
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

/// A wrong field in the words of the page.
fn told(error: &Error, texts: &TillTexts) -> String {
    let Error::Invalid(fields) = error else {
        return error.to_string();
    };
    let field = fields.first().map_or("", |field| field.field.as_str());
    match field.rsplit('.').next().unwrap_or(field) {
        "quantity" | "unit" => texts.field_quantity.to_owned(),
        "price" | "unit_price" => texts.field_price.to_owned(),
        "discount" => texts.field_discount.to_owned(),
        "note" | "label" => texts.field_note.to_owned(),
        "tendered" => texts.field_tendered.to_owned(),
        "customer_id" => texts.field_customer.to_owned(),
        _ => format!("{} {error}", texts.wrong),
    }
}

async fn pay(
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

async fn paid(pages: &Pages, asker: &Asker, id: &str, form: PayForm) -> Result<Response> {
    let texts = asker.texts();
    let request = match pay_request(pages, asker, id, &form).await? {
        Ok(request) => request,
        Err(text) => return again(pages, asker, id, form, text, None).await,
    };
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
            let owner = asker.visitor.person.role == Role::Owner;
            let anyway = owner.then(|| match form.cara.split_once(':') {
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
        allow_over_limit: anyway && asker.visitor.person.role == Role::Owner,
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
            match in_parts(&parts, due) {
                Ok((parts, tendered)) => {
                    payment.parts = Some(parts);
                    payment.tendered = tendered;
                }
                Err(Unfit::Short(missing)) => {
                    let missing = super::money(missing, asker.visitor.language);
                    return Ok(Err(format!("{} {missing}", texts.short_by)));
                }
                Err(Unfit::Over(over)) => {
                    let over = super::money(over, asker.visitor.language);
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

/// The parts as the sale takes them: cash pays what the others leave, and what was handed over beyond that is change.
fn in_parts(
    typed: &[(PaymentMethod, Money)],
    due: Money,
) -> Result<(Vec<PartRequest>, Option<i64>), Unfit> {
    let all: Money = typed.iter().map(|(_, amount)| *amount).sum();
    let cash = typed
        .iter()
        .find(|(method, _)| *method == PaymentMethod::Cash)
        .map(|(_, amount)| *amount);
    let others = all - cash.unwrap_or(Money::ZERO);
    if all < due || typed.is_empty() {
        return Err(Unfit::Short(due - all));
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

#[derive(Debug, Deserialize)]
struct HoldForm {
    #[serde(default)]
    label: String,
}

async fn hold(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<HoldForm>,
) -> Response {
    match pages.shop.hold_cart(&id, &form.label).await {
        Ok(()) => Redirect::to("/kasir").into_response(),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

async fn resume(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    match pages.shop.resume_cart(&id, &asker.till).await {
        Ok(()) => asker.answer(Redirect::to("/kasir")),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

async fn empty(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<String>) -> Response {
    match pages.shop.drop_cart(&id, &visitor.person).await {
        Ok(()) => Redirect::to("/kasir").into_response(),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

async fn held(State(pages): State<Pages>, visitor: Visitor, headers: HeaderMap) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let texts = asker.texts();
    let carts = match pages.shop.waiting_carts(&asker.till).await {
        Ok(carts) => carts,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let language = visitor.language;
    let timezone = pages.shop.info().timezone;
    let held = Held {
        frame: pages.frame(&visitor, texts.held, "/kasir"),
        texts,
        carts: carts
            .into_iter()
            .map(|cart| Waiting {
                due: super::money(cart.due, language),
                names: cart
                    .lines
                    .iter()
                    .map(|line| line.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                when: chrono::DateTime::parse_from_rfc3339(&cart.changed_at)
                    .map(|moment| moment.with_timezone(&timezone).naive_local())
                    .map(|local| crate::web::layout::moment(local, language))
                    .unwrap_or_default(),
                label: cart.label,
                id: cart.id,
            })
            .collect(),
    };
    asker.answer(page(&held))
}
