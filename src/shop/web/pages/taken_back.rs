//! Diambil distributor: goods that the distributor says it took back, confirmed with one tap or corrected.

use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::Pages;
use super::deliveries::unit_of;
use super::stockroom::{Fields, frame, in_field, spoken, told_factor, unit_name, wrong_fields};
use super::texts::Texts;
use super::visitor::Visitor;
use crate::error::{Faults, Result};
use crate::model::Quantity;
use crate::shop::figure::Figure;
use crate::shop::store::taken_back::{TakenBack, TakenBackLine};
use crate::shop::taken_back::{TakenBackAnswer, TakenBackAnswerLine};
use crate::web::Language;
use crate::web::layout::{Frame, date, page};
use crate::web::texts;

texts! {
    /// What the pages about goods that were taken back say.
    TakenBackTexts {
        heading: "Diambil distributor" = "Taken back by the distributor";
        said: "Distributor mencatat barang ini diambil dari warung Anda. Benar? Setelah dibenarkan, stok Anda berkurang." = "The distributor noted that these goods were taken from your shop. Is that right? Once you confirm, your stock goes down.";
        right: "Benar, sudah diambil" = "Yes, it was taken";
        otherwise: "Jumlahnya lain" = "It was another quantity";
        really: "Yang diambil" = "Really taken";
        save: "Simpan jumlah ini" = "Save these quantities";
        zero_hint: "Isi 0 kalau tidak diambil." = "Enter 0 for what was not taken.";
        open: "Perlu dijawab" = "Needs your answer";
        confirmed: "Sudah dibenarkan" = "Confirmed";
        cancelled: "Ditarik distributor" = "Withdrawn by the distributor";
        you_said: "Kata Anda" = "You said";
        expired: "kedaluwarsa" = "expired";
        damaged: "rusak" = "damaged";
        unsold: "tidak laku" = "did not sell";
        wrong: "salah barang" = "wrong goods";
        bad: "Isi jumlah yang diambil, 0 atau lebih." = "Enter how much was taken, 0 or more.";
    }
}

/// A return as the list of deliveries shows it.
pub(super) struct Card {
    pub id: String,
    pub number: String,
    pub day: String,
    pub state: &'static str,
    pub class: &'static str,
    pub open: bool,
    pub lines: Vec<Line>,
}

/// Goods of one product and date.
pub(super) struct Line {
    pub line: i64,
    pub sku: String,
    pub name: String,
    pub quantity: String,
    pub about: String,
    /// What the shop said where it said otherwise; empty if not.
    pub said: String,
    factor: i64,
    unit: String,
    really: String,
    wrong: bool,
}

impl Card {
    fn has_wrong(&self) -> bool {
        self.lines.iter().any(|line| line.wrong)
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/taken_back.html")]
struct TakenBackPage {
    frame: Frame,
    texts: &'static Texts,
    words: &'static TakenBackTexts,
    card: Card,
}

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/kiriman/retur/{id}", get(show).post(confirm))
}

/// What waits for an answer, and the latest that was answered.
pub(super) async fn cards(pages: &Pages, language: Language) -> Result<Vec<Card>> {
    let mut cards = Vec::new();
    for found in pages.shop.taken_back().await? {
        cards.push(card(pages, &found, language, &Fields::new(), &[]).await?);
    }
    Ok(cards)
}

async fn card(
    pages: &Pages,
    found: &TakenBack,
    language: Language,
    typed: &Fields,
    wrong: &[String],
) -> Result<Card> {
    let (texts, words) = (Texts::of(language), TakenBackTexts::of(language));
    let mut lines = Vec::with_capacity(found.lines.len());
    for line in &found.lines {
        let (unit, _) = unit_of(pages, line.sku.as_str()).await?;
        let (told, exact) = in_field(line.quantity, unit.1, language);
        let field = format!("diambil.{}", line.line);
        let factor = told_factor(typed, &format!("factor.{}", line.line), exact);
        lines.push(Line {
            line: line.line,
            quantity: spoken(line.quantity, &unit, language),
            about: about(line, words, texts, language),
            said: line
                .confirmed
                .filter(|said| *said != line.quantity)
                .map(|said| spoken(said, &unit, language))
                .unwrap_or_default(),
            really: typed.get(&field).cloned().unwrap_or(told),
            wrong: wrong.contains(&field),
            unit: unit_name(&unit, factor, texts),
            factor,
            sku: line.sku.to_string(),
            name: line.name.clone(),
        });
    }
    let (state, class) = match found.state.as_str() {
        "open" => (words.open, "along"),
        "confirmed" => (words.confirmed, "good"),
        _ => (words.cancelled, ""),
    };
    Ok(Card {
        id: found.id.clone(),
        number: found.number.clone(),
        day: date(found.collected_on, language),
        state,
        class,
        open: found.state == "open",
        lines,
    })
}

fn about(
    line: &TakenBackLine,
    words: &TakenBackTexts,
    texts: &Texts,
    language: Language,
) -> String {
    let mut about = match line.reason.as_str() {
        "expired" => words.expired,
        "damaged" => words.damaged,
        "unsold" => words.unsold,
        "wrong" => words.wrong,
        other => other,
    }
    .to_owned();
    if let Some(expires) = line.expires {
        if !about.is_empty() {
            about.push_str(" · ");
        }
        about.push_str(&format!("{}: {}", texts.expires, date(expires, language)));
    }
    about
}

async fn show(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<String>) -> Response {
    match view(&pages, &visitor, &id, &Fields::new(), &[]).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/kiriman"),
    }
}

async fn view(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    typed: &Fields,
    wrong: &[String],
) -> Result<TakenBackPage> {
    let language = visitor.language;
    let words = TakenBackTexts::of(language);
    let found = pages.shop.taken_back_of(id).await?;
    let path = format!("/kiriman/retur/{id}");
    Ok(TakenBackPage {
        frame: frame(pages, visitor, words.heading, "/kiriman", &path),
        texts: Texts::of(language),
        words,
        card: card(pages, &found, language, typed, wrong).await?,
    })
}

async fn confirm(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let back = format!("/kiriman/retur/{id}");
    let confirmed = async {
        let answer = read(&pages, &id, &fields, visitor.language).await?;
        let by = &visitor.person.name;
        pages.shop.confirm_taken_back(by, &id, answer).await?.kept()
    };
    let Err(error) = confirmed.await else {
        return Redirect::to(&back).into_response();
    };
    let wrong = match wrong_fields(error) {
        Ok(wrong) => wrong,
        Err(error) => return pages.message(&visitor, error, &back),
    };
    match view(&pages, &visitor, &id, &fields, &wrong).await {
        Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
        Err(error) => pages.message(&visitor, error, &back),
    }
}

/// Fields `diambil.LINE` in units of `factor.LINE` base units as the page showed them; without any it is as told.
async fn read(
    pages: &Pages,
    id: &str,
    fields: &Fields,
    language: Language,
) -> Result<TakenBackAnswer> {
    let mut faults = Faults::default();
    let mut answer = TakenBackAnswer::default();
    for line in pages.shop.taken_back_of(id).await?.lines {
        let field = format!("diambil.{}", line.line);
        let Some(text) = fields.get(&field) else {
            continue;
        };
        let ((_, usual), base) = unit_of(pages, line.sku.as_str()).await?;
        let factor = told_factor(fields, &format!("factor.{}", line.line), usual);
        let quantity = match Figure::typed(text, language).with_parts(base, factor) {
            Ok(quantity) if quantity < Quantity::ZERO => Err("must be 0 or more".to_owned()),
            told => told,
        };
        if let Some(quantity) = faults.note(field, quantity) {
            answer.lines.push(TakenBackAnswerLine {
                line: line.line,
                quantity: quantity.0,
            });
        }
    }
    faults.into_result()?;
    Ok(answer)
}
