//! Counting the drawer: the difference is shown before anything is saved.

use std::collections::HashMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::super::access::approval;
use super::super::amount::{self, Field};
use super::super::people::texts::PeopleTexts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::DayTexts;
use super::{form_id, view};
use crate::error::Error;
use crate::model::Money;
use crate::shop::drawer::{Closed, Closing, Day, Pieces};
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/day/count.html")]
struct CountPage {
    frame: Frame,
    texts: &'static DayTexts,
    path: String,
    id: String,
    is_past: bool,
    pieces: Vec<Piece>,
    counted: Field,
    note: Field,
}

struct Piece {
    value: i64,
    label: String,
    number: Field,
}

#[derive(Template)]
#[template(path = "shop/web/templates/day/check.html")]
struct CheckPage {
    frame: Frame,
    texts: &'static DayTexts,
    people: &'static PeopleTexts,
    path: String,
    moved: bool,
    /// The owner's PIN is asked for: the day was closed before.
    needs_pin: bool,
    pin_error: Option<String>,
    counted: Option<String>,
    expected: String,
    difference: String,
    class: &'static str,
    note: String,
    hidden: Vec<(String, String)>,
}

/// What was typed, read.
struct Count {
    id: String,
    counted: Option<Money>,
    pieces: Pieces,
    note: String,
}

type Typed = HashMap<String, String>;

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(day): Path<NaiveDate>,
) -> Response {
    match pages.shop.day(day).await {
        Ok(day) => count_page(&pages, &visitor, &day, &Typed::new(), &Wrong::default()),
        Err(error) => pages.message(&visitor, error, "/hari"),
    }
}

/// What is wrong with a count, by the name of the field.
#[derive(Default)]
struct Wrong(HashMap<String, &'static str>);

impl Wrong {
    fn of(&self, name: &str) -> &'static str {
        self.0.get(name).copied().unwrap_or_default()
    }
}

pub(super) async fn answer(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(day): Path<NaiveDate>,
    Form(typed): Form<Typed>,
) -> Response {
    let back = format!("/hari/{day}");
    let day = match pages.shop.day(day).await {
        Ok(day) => day,
        Err(error) => return pages.message(&visitor, error, "/hari"),
    };
    let step = typed.get("step").map(String::as_str).unwrap_or_default();
    if step == "count" {
        return count_page(&pages, &visitor, &day, &typed, &Wrong::default());
    }
    let count = match read(&typed, &day, &visitor) {
        Ok(count) => count,
        Err(wrong) => {
            let shown = count_page(&pages, &visitor, &day, &typed, &wrong);
            return (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response();
        }
    };
    let seen = typed
        .get("expected")
        .and_then(|text| text.parse::<i64>().ok());
    let (Some(seen), "save") = (seen, step) else {
        return page(&check_page(&pages, &visitor, &day, &typed, &count));
    };
    let closing = Closing {
        id: count.id.clone(),
        date: day.date,
        counted: count.counted,
        pieces: count.pieces.clone(),
        note: count.note.clone(),
        expected: Money(seen),
    };
    let pin = typed.get("pin").map_or("", |pin| pin.trim());
    match close_day(&pages, &visitor, closing, pin).await {
        Ok(Err((status, message))) => {
            let shown = CheckPage {
                pin_error: Some(message),
                ..check_page(&pages, &visitor, &day, &typed, &count)
            };
            (status, page(&shown)).into_response()
        }
        Ok(Ok(Closed::Moved(_) | Closed::NeedsOwner)) => match pages.shop.day(day.date).await {
            Ok(day) => page(&CheckPage {
                moved: true,
                ..check_page(&pages, &visitor, &day, &typed, &count)
            }),
            Err(error) => pages.message(&visitor, error, &back),
        },
        Ok(Ok(Closed::Now | Closed::Already)) => Redirect::to(&back).into_response(),
        Err(Error::Conflict(_)) => {
            let sent = DayTexts::of(visitor.language).sent_before.to_owned();
            pages.message(&visitor, Error::Conflict(sent), &back)
        }
        Err(error) => pages.message(&visitor, error, &back),
    }
}

/// Closes the day, with the owner's word where it takes that; what to answer where the word is not given.
async fn close_day(
    pages: &Pages,
    visitor: &Visitor,
    closing: Closing,
    pin: &str,
) -> Result<Result<Closed, (StatusCode, String)>, Error> {
    let (shop, by) = (&pages.shop, &visitor.person.name);
    let closed = shop
        .close_day(closing.clone(), by, visitor.is_owner())
        .await?;
    if closed != Closed::NeedsOwner {
        return Ok(Ok(closed));
    }
    if let Some(refused) = approval(pages, visitor, pin).await? {
        return Ok(Err(refused));
    }
    shop.close_day(closing, by, true).await.map(Ok)
}

fn read(typed: &Typed, day: &Day, visitor: &Visitor) -> Result<Count, Wrong> {
    let texts = DayTexts::of(visitor.language);
    let get = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let mut wrong = HashMap::new();
    let mut pieces = Pieces::default();
    for value in Pieces::VALUES {
        let name = format!("n{value}");
        let text = get(&name);
        let number = if text.is_empty() { Ok(0) } else { text.parse() };
        let added = number.map_err(|_| String::new());
        if added.and_then(|number| pieces.add(value, number)).is_err() {
            wrong.insert(name, texts.wrong_pieces);
        }
    }
    let sum = (!pieces.is_empty()).then(|| pieces.sum());
    let counted = match amount::optional(get("counted")) {
        None => {
            wrong.insert("counted".to_owned(), texts.wrong_amount);
            None
        }
        Some(told) => {
            if told.is_some() && sum.is_some() && told != sum && wrong.is_empty() {
                wrong.insert("counted".to_owned(), texts.sums_differ);
            }
            told.or(sum)
        }
    };
    if counted.is_none() && day.is_current && wrong.is_empty() {
        wrong.insert("counted".to_owned(), texts.count_missing);
    }
    if get("note").chars().count() > 500 {
        wrong.insert("note".to_owned(), texts.note_long);
    }
    if !wrong.is_empty() {
        return Err(Wrong(wrong));
    }
    Ok(Count {
        id: get("id").to_owned(),
        counted,
        pieces,
        note: get("note").to_owned(),
    })
}

fn count_page(
    pages: &Pages,
    visitor: &Visitor,
    day: &Day,
    typed: &Typed,
    wrong: &Wrong,
) -> Response {
    let texts = DayTexts::of(visitor.language);
    let field = |name: &str| Field {
        value: typed.get(name).cloned().unwrap_or_default(),
        error: wrong.of(name),
    };
    let title = format!("{}: {}", texts.close, date(day.date, visitor.language));
    let path = format!("/hari/{}/tutup", day.date);
    page(&CountPage {
        frame: pages.day_frame(visitor, &title, &path),
        texts,
        path,
        id: typed
            .get("id")
            .filter(|id| !id.is_empty())
            .cloned()
            .unwrap_or_else(form_id),
        is_past: !day.is_current,
        pieces: Pieces::VALUES
            .into_iter()
            .map(|value| Piece {
                value,
                label: money(Money(value), visitor.language),
                number: field(&format!("n{value}")),
            })
            .collect(),
        counted: field("counted"),
        note: field("note"),
    })
}

fn check_page(
    pages: &Pages,
    visitor: &Visitor,
    day: &Day,
    typed: &Typed,
    count: &Count,
) -> CheckPage {
    let language = visitor.language;
    let texts = DayTexts::of(language);
    let expected = day.book.expected();
    let (difference, class) = view::difference(count.counted, expected, language);
    let names = Pieces::VALUES.iter().map(|value| format!("n{value}"));
    let names = names.chain(["id", "counted", "note"].map(str::to_owned));
    let kept = names.filter_map(|name| Some((name.clone(), typed.get(&name)?.clone())));
    let title = format!("{}: {}", texts.close, date(day.date, language));
    let path = format!("/hari/{}/tutup", day.date);
    CheckPage {
        frame: pages.day_frame(visitor, &title, &path),
        texts,
        people: PeopleTexts::of(language),
        path,
        moved: false,
        needs_pin: !visitor.is_owner() && !day.closings.is_empty(),
        pin_error: None,
        counted: count.counted.map(|counted| money(counted, language)),
        expected: money(expected, language),
        difference,
        class,
        note: count.note.clone(),
        hidden: kept
            .chain([("expected".to_owned(), expected.0.to_string())])
            .collect(),
    }
}
