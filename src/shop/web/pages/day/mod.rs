//! Opening and closing the day: what is in the drawer, and what the day brought.

mod close;
pub(super) mod texts;
mod view;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::access::approval;
use super::amount;
use super::people::texts::PeopleTexts;
use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, money};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::drawer::{CashMove, DayLine, Opened, Reason};
use crate::shop::outcome::Outcome;
use crate::web::layout::{Frame, asset, date, page};
use texts::DayTexts;
use view::DayView;

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Days on a page of the list.
const DAYS: usize = 31;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/hari", get(today))
        .route("/hari/buka", post(open))
        .route("/hari/uang", post(move_cash))
        .route("/hari/daftar", get(list))
        .route("/hari/{date}", get(one))
        .route("/hari/{date}/tutup", get(close::ask).post(close::answer))
        .route(
            "/assets/day.css",
            get(async || asset("text/css", include_str!("../../assets/day.css"))),
        )
        .route(
            "/assets/day.js",
            get(async || asset("text/javascript", include_str!("../../assets/day.js"))),
        )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}

#[derive(Template)]
#[template(path = "shop/web/templates/day/day.html")]
struct DayPage {
    frame: Frame,
    texts: &'static DayTexts,
    people: &'static PeopleTexts,
    day: DayView,
    /// The current day has its forms.
    forms: Option<Forms>,
    unclosed: Vec<(String, String)>,
}

/// The forms of the current day.
#[derive(Default)]
struct Forms {
    float: OpenForm,
    float_error: &'static str,
    /// The owner's PIN is asked for.
    needs_pin: bool,
    pin_error: Option<String>,
    has_sold: bool,
    cash: CashForm,
    reasons: Vec<(&'static str, &'static str)>,
    reason_error: &'static str,
    amount_error: &'static str,
    note_error: &'static str,
}

impl Forms {
    /// With identities of their own, which no default has.
    fn fresh() -> Self {
        Self {
            float: OpenForm::new(),
            cash: CashForm::new(),
            ..Self::default()
        }
    }

    /// Whether what is wrong is with money that goes in or out.
    fn cash_is_wrong(&self) -> bool {
        [self.reason_error, self.amount_error, self.note_error]
            .iter()
            .any(|error| !error.is_empty())
    }
}

#[derive(Default, Deserialize)]
pub(super) struct OpenForm {
    id: String,
    #[serde(default)]
    float: String,
    /// The owner's, where it is needed.
    #[serde(default)]
    pin: String,
}

impl OpenForm {
    fn new() -> Self {
        Self {
            id: form_id(),
            ..Self::default()
        }
    }
}

#[derive(Default, Deserialize)]
pub(super) struct CashForm {
    id: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    note: String,
}

impl CashForm {
    fn new() -> Self {
        Self {
            id: form_id(),
            ..Self::default()
        }
    }
}

/// What a form is known by when it is sent: made when it is shown, so that sending it twice does one thing.
pub(super) fn form_id() -> String {
    Uuid::now_v7().to_string()
}

impl Pages {
    /// The frame of a page of this area.
    fn day_frame(&self, visitor: &Visitor, title: &str, path: &str) -> Frame {
        Frame {
            path: path.to_owned(),
            scripts: vec!["/assets/day.js"],
            styles: vec!["/assets/day.css"],
            ..self.frame(visitor, title, "/hari")
        }
    }
}

async fn today(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match show(&pages, &visitor, None).await {
        Ok(shown) => shown,
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn show(
    pages: &Pages,
    visitor: &Visitor,
    wrong: Option<(StatusCode, Forms)>,
) -> Result<Response> {
    let (language, texts) = (visitor.language, DayTexts::of(visitor.language));
    let today = pages.shop.today().await?;
    let (status, mut forms) = wrong.unwrap_or_else(|| (StatusCode::OK, Forms::fresh()));
    forms.needs_pin = !visitor.is_owner() && today.day.float_needs_owner();
    if forms.float.float.is_empty() && forms.float_error.is_empty() {
        let known = today.day.opened.as_ref().map(|entry| entry.amount);
        forms.float.float = known
            .or(today.usual_float)
            .map(|float| typed(float, visitor))
            .unwrap_or_default();
    }
    forms.has_sold = today.day.gross != Money::ZERO;
    forms.reasons = Reason::ALL
        .into_iter()
        .map(|reason| (reason.as_str(), view::reason(reason, texts)))
        .collect();
    let title = Texts::of(language).day;
    let shown = page(&DayPage {
        frame: pages.day_frame(visitor, title, "/hari"),
        texts,
        people: PeopleTexts::of(language),
        day: DayView::of(pages, visitor, &today.day),
        forms: Some(forms),
        unclosed: today
            .unclosed
            .into_iter()
            .map(|day| (format!("/hari/{day}/tutup"), date(day, language)))
            .collect(),
    });
    Ok((status, shown).into_response())
}

/// An amount as it stands in a field.
pub(super) fn typed(amount: Money, visitor: &Visitor) -> String {
    money(amount, visitor.language).replace("Rp", "")
}

async fn one(State(pages): State<Pages>, visitor: Visitor, Path(day): Path<NaiveDate>) -> Response {
    match pages.shop.day(day).await {
        Ok(day) => {
            let view = DayView::of(&pages, &visitor, &day);
            page(&DayPage {
                frame: pages.day_frame(&visitor, &view.date, &view.path),
                texts: DayTexts::of(visitor.language),
                people: PeopleTexts::of(visitor.language),
                day: view,
                forms: None,
                unclosed: Vec::new(),
            })
        }
        Err(error) => pages.message(&visitor, error, "/hari"),
    }
}

async fn open(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<OpenForm>,
) -> Response {
    let Some(float) = amount::parse(&form.float) else {
        let wrong = Forms {
            float_error: DayTexts::of(visitor.language).wrong_amount,
            float: form,
            ..Forms::fresh()
        };
        return again(&pages, &visitor, UNPROCESSABLE, wrong).await;
    };
    match tell_float(&pages, &visitor, &form, float).await {
        Ok(Ok(told)) => done(&pages, &visitor, Ok(told), "/hari"),
        Ok(Err((status, message))) => {
            let wrong = Forms {
                pin_error: Some(message),
                float: form,
                ..Forms::fresh()
            };
            again(&pages, &visitor, status, wrong).await
        }
        Err(error) => pages.message(&visitor, error, "/hari"),
    }
}

/// Tells the float, with the owner's word where it takes that; what to answer where the word is not given.
async fn tell_float(
    pages: &Pages,
    visitor: &Visitor,
    form: &OpenForm,
    float: Money,
) -> Result<Result<Outcome<NaiveDate>, (StatusCode, String)>> {
    let (shop, by) = (&pages.shop, &visitor.person.name);
    let is_owner = visitor.is_owner();
    if let Opened::Told(told) = shop.open_drawer(&form.id, float, by, is_owner).await? {
        return Ok(Ok(told));
    }
    if let Some(refused) = approval(pages, visitor, &form.pin).await? {
        return Ok(Err(refused));
    }
    match shop.open_drawer(&form.id, float, by, true).await? {
        Opened::Told(told) => Ok(Ok(told)),
        Opened::NeedsOwner => Err(Error::Internal("the owner's word was given".to_owned())),
    }
}

async fn move_cash(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<CashForm>,
) -> Response {
    let texts = DayTexts::of(visitor.language);
    let reason = Reason::parse(&form.reason);
    let sum = amount::parse(&form.amount).filter(|sum| *sum > Money::ZERO);
    let other = matches!(reason, Some(Reason::OtherIn | Reason::OtherOut));
    let mut wrong = Forms::fresh();
    if reason.is_none() {
        wrong.reason_error = texts.wrong_reason;
    }
    if sum.is_none() {
        wrong.amount_error = texts.wrong_amount;
    }
    if other && form.note.trim().is_empty() {
        wrong.note_error = texts.note_needed;
    } else if form.note.chars().count() > 200 {
        wrong.note_error = texts.note_long;
    }
    let (Some(reason), Some(sum), false) = (reason, sum, wrong.cash_is_wrong()) else {
        wrong.cash = form;
        return again(&pages, &visitor, UNPROCESSABLE, wrong).await;
    };
    let request = CashMove {
        id: form.id,
        reason,
        amount: sum,
        note: form.note,
    };
    let moved = pages.shop.move_cash(request, &visitor.person.name).await;
    done(&pages, &visitor, moved, "/hari")
}

async fn again(pages: &Pages, visitor: &Visitor, status: StatusCode, wrong: Forms) -> Response {
    match show(pages, visitor, Some((status, wrong))).await {
        Ok(shown) => shown,
        Err(error) => pages.message(visitor, error, "/hari"),
    }
}

/// What a form that was sent leads to: the same page whether it was sent once or twice.
pub(super) fn done<T>(
    pages: &Pages,
    visitor: &Visitor,
    outcome: Result<Outcome<T>>,
    to: &str,
) -> Response {
    match outcome {
        Ok(Outcome::Recorded(_) | Outcome::Already(_)) => Redirect::to(to).into_response(),
        Ok(Outcome::Conflict(_)) => {
            let sent = DayTexts::of(visitor.language).sent_before.to_owned();
            pages.message(visitor, Error::Conflict(sent), to)
        }
        Err(error) => pages.message(visitor, error, to),
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/day/list.html")]
struct ListPage {
    frame: Frame,
    texts: &'static DayTexts,
    days: Vec<LineView>,
    earlier: Option<String>,
}

struct LineView {
    path: String,
    date: String,
    turnover: String,
    state: String,
    class: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    sebelum: Option<NaiveDate>,
}

async fn list(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(Before { sebelum }): Query<Before>,
) -> Response {
    let texts = DayTexts::of(visitor.language);
    let days = match pages.shop.days(sebelum, DAYS).await {
        Ok(days) => days,
        Err(error) => return pages.message(&visitor, error, "/hari"),
    };
    let full = days.len() == DAYS;
    page(&ListPage {
        frame: pages.day_frame(&visitor, texts.all_days, "/hari/daftar"),
        texts,
        earlier: days
            .last()
            .filter(|_| full)
            .map(|last| format!("/hari/daftar?sebelum={}", last.date)),
        days: days.iter().map(|line| line_view(line, &visitor)).collect(),
    })
}

fn line_view(line: &DayLine, visitor: &Visitor) -> LineView {
    let language = visitor.language;
    let texts = DayTexts::of(language);
    let (state, class) = match (line.closed, line.opened) {
        (true, _) => {
            let counted = line.difference;
            view::difference(counted, Money::ZERO, language)
        }
        (false, true) => (texts.is_open.to_owned(), "due"),
        (false, false) => (texts.never_opened.to_owned(), ""),
    };
    LineView {
        path: format!("/hari/{}", line.date),
        date: date(line.date, language),
        turnover: money(line.turnover, language),
        state,
        class,
    }
}
