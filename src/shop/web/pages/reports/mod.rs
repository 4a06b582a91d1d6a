//! Laporan: what was sold and earned, what lies on the shelf, what was lost, how good the suggestions were.

mod range;
mod sections;
pub(super) mod texts;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, in_unit, money};
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::shop::web::table;
use crate::table::{Cell, Table};
use crate::web::Language;
use crate::web::layout::{Frame, asset, date, page};
use range::{Asked, Range};
use texts::ReportTexts;

/// Rows of a table on the page; the download has all.
const ROWS: usize = 31;

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/laporan", get(sales))
        .route("/laporan/barang", get(goods))
        .route("/laporan/stok", get(stock))
        .route("/laporan/ramalan", get(forecast))
        .route("/laporan/unduh/{file}", get(download))
        .route(
            "/assets/reports.css",
            get(async || asset("text/css", include_str!("../../assets/reports.css"))),
        )
}

/// One of the four pages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Sales,
    Goods,
    Stock,
    Forecast,
}

impl Part {
    const ALL: [Self; 4] = [Self::Sales, Self::Goods, Self::Stock, Self::Forecast];

    fn path(self) -> &'static str {
        match self {
            Self::Sales => "/laporan",
            Self::Goods => "/laporan/barang",
            Self::Stock => "/laporan/stok",
            Self::Forecast => "/laporan/ramalan",
        }
    }

    fn label(self, texts: &'static ReportTexts) -> &'static str {
        match self {
            Self::Sales => texts.sales,
            Self::Goods => texts.goods,
            Self::Stock => texts.stock,
            Self::Forecast => texts.forecast,
        }
    }
}

/// A table with a picture over it.
struct Section {
    /// Stem of its download.
    id: &'static str,
    heading: &'static str,
    note: String,
    /// SVG, or nothing.
    picture: String,
    table: Table,
}

#[derive(Template)]
#[template(path = "shop/web/templates/reports.html")]
struct Report {
    frame: Frame,
    texts: &'static ReportTexts,
    parts: Vec<(&'static str, &'static str, bool)>,
    path: &'static str,
    range: Range,
    figures: Vec<(&'static str, String)>,
    sections: Vec<SectionView>,
}

struct SectionView {
    id: &'static str,
    heading: &'static str,
    note: String,
    picture: String,
    columns: Vec<String>,
    rows: Vec<Vec<CellView>>,
    /// All rows, where the page has not room for them.
    all_rows: usize,
}

struct CellView {
    text: String,
    number: bool,
}

async fn sales(state: State<Pages>, visitor: Visitor, asked: Query<Asked>) -> Response {
    show(state, visitor, asked, Part::Sales).await
}

async fn goods(state: State<Pages>, visitor: Visitor, asked: Query<Asked>) -> Response {
    show(state, visitor, asked, Part::Goods).await
}

async fn stock(state: State<Pages>, visitor: Visitor, asked: Query<Asked>) -> Response {
    show(state, visitor, asked, Part::Stock).await
}

async fn forecast(state: State<Pages>, visitor: Visitor, asked: Query<Asked>) -> Response {
    show(state, visitor, asked, Part::Forecast).await
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    part: Part,
) -> Response {
    match view(&pages, &visitor, &asked, part).await {
        Ok(view) if view.range.wrong => {
            (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response()
        }
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, part.path()),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, asked: &Asked, part: Part) -> Result<Report> {
    let language = visitor.language;
    let texts = ReportTexts::of(language);
    let range = Range::of(asked, pages.shop.current_date().await?);
    let (figures, sections) = sections::of(pages, part, range.period, language).await?;
    let mut frame = pages.frame(visitor, Texts::of(language).reports, "/lainnya");
    frame.path = format!("{}?{}", part.path(), range.query);
    frame.styles.push("/assets/reports.css");
    Ok(Report {
        frame,
        texts,
        parts: Part::ALL
            .map(|one| (one.path(), one.label(texts), one == part))
            .to_vec(),
        path: part.path(),
        range,
        figures,
        sections: sections
            .into_iter()
            .map(|section| section_view(section, language))
            .collect(),
    })
}

fn section_view(section: Section, language: Language) -> SectionView {
    let all_rows = section.table.rows.len();
    let rows = section.table.rows.iter().take(ROWS);
    SectionView {
        id: section.id,
        heading: section.heading,
        note: section.note,
        picture: section.picture,
        rows: rows
            .map(|row| row.iter().map(|cell| cell_view(cell, language)).collect())
            .collect(),
        columns: section.table.columns,
        all_rows: if all_rows > ROWS { all_rows } else { 0 },
    }
}

fn cell_view(cell: &Cell, language: Language) -> CellView {
    let (text, number) = match cell {
        Cell::Empty => (String::new(), false),
        Cell::Text(text) => (text.clone(), false),
        Cell::Number(figure) => (in_unit(Quantity(*figure), 1, language), true),
        Cell::Money(amount) => (money(*amount, language), true),
        Cell::Quantity(quantity, factor) => (in_unit(*quantity, *factor, language), true),
        Cell::PerMille(share) => (
            format!("{}%", in_unit(Quantity(*share), 10, language)),
            true,
        ),
        Cell::Date(day) => (date(*day, language), false),
    };
    CellView { text, number }
}

async fn download(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let made = async {
        let (name, kind) = table::asked(&file)?;
        let period = Range::of(&asked, pages.shop.current_date().await?).period;
        let part = sections::part_of(name)
            .ok_or_else(|| Error::NotFound(format!("there is no report {name:?}")))?;
        let (_, sections) = sections::of(&pages, part, period, visitor.language).await?;
        let mut sections = sections.into_iter();
        let section = sections
            .find(|section| section.id == name)
            .ok_or_else(|| Error::NotFound(format!("there is no report {name:?}")))?;
        let named = Table {
            name: format!("{name}-{}-{}", period.from, period.to),
            ..section.table
        };
        table::download(&named, kind)
    };
    match made.await {
        Ok(file) => file,
        Err(error) => pages.message(&visitor, error, "/laporan"),
    }
}
