//! Importing a list of goods: the file is looked at first, and imported once the owner has seen what it would do.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Serialize;

use super::texts::Goods;
use super::{frame, told, upload, words};
use crate::error::{Error, FieldError, Result};
use crate::model::Quantity;
use crate::shop::import::jobs::{FILE_LIMIT, Job, State as JobState, our_columns};
use crate::shop::import::{Columns, Effect, ImportReport, SampleRow, Stage};
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, in_unit, money};
use crate::web::layout::{Frame, page};
use crate::web::{Language, Problem};

pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/barang/impor",
            get(ask)
                .post(send)
                .layer(DefaultBodyLimit::max(FILE_LIMIT + upload::AROUND)),
        )
        .route("/barang/impor/{id}", get(show))
        .route("/barang/impor/{id}/keadaan", get(state))
        .route("/barang/impor/{id}/kolom", get(columns).post(map))
        .route("/barang/impor/{id}/simpan", post(confirm))
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/import.html")]
struct AskPage {
    frame: Frame,
    texts: &'static Goods,
    error: String,
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/job.html")]
struct JobPage {
    frame: Frame,
    texts: &'static Goods,
    name: String,
    address: String,
    view: View,
}

/// What the page of a job shows.
enum View {
    Working {
        told: String,
        done: u64,
        of: u64,
    },
    Columns {
        missing: Vec<String>,
        columns: Vec<Column>,
        header: Vec<String>,
    },
    Checked {
        counts: Vec<(&'static str, String)>,
        rows: Vec<Row>,
        unused: Vec<String>,
        nothing: bool,
    },
    Faulty(Vec<Fault>),
    Done(Vec<(&'static str, String)>),
}

/// One of our columns, and what the file calls it.
struct Column {
    ours: &'static str,
    label: String,
    theirs: String,
    needed: bool,
}

struct Row {
    line: u64,
    name: String,
    sku: String,
    price: String,
    cost: String,
    effect: &'static str,
    class: &'static str,
}

struct Fault {
    place: String,
    message: String,
}

async fn ask(State(pages): State<Pages>, visitor: Visitor) -> Response {
    asking(&pages, &visitor, String::new())
}

fn asking(pages: &Pages, visitor: &Visitor, error: String) -> Response {
    let texts = Goods::of(visitor.language);
    page(&AskPage {
        frame: frame(pages, visitor, texts.import, "/barang/impor"),
        texts,
        error,
    })
}

async fn send(State(pages): State<Pages>, visitor: Visitor, form: Multipart) -> Response {
    let begun = async {
        let sent = upload::file(form, "berkas", FILE_LIMIT).await?;
        let by = &visitor.person.name;
        pages.shop.begin_import(&sent.name, sent.content, by).await
    };
    match begun.await {
        Ok(id) => Redirect::to(&format!("/barang/impor/{id}")).into_response(),
        Err(Error::Invalid(faults)) => {
            let told = faults
                .iter()
                .map(|fault| words::fault(&fault.message, visitor.language));
            let told: Vec<String> = told.collect();
            let shown = asking(&pages, &visitor, told.join("; "));
            (axum::http::StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/barang/impor"),
    }
}

async fn show(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<String>) -> Response {
    job_page(&pages, &visitor, &id, false)
}

async fn columns(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<String>) -> Response {
    job_page(&pages, &visitor, &id, true)
}

fn job_page(pages: &Pages, visitor: &Visitor, id: &str, mapping: bool) -> Response {
    let texts = Goods::of(visitor.language);
    let job = match pages.shop.import_job(id) {
        Ok(job) => job,
        Err(error) => {
            return pages.message(visitor, told(error, visitor.language), "/barang/impor");
        }
    };
    let address = format!("/barang/impor/{id}");
    page(&JobPage {
        frame: frame(pages, visitor, texts.import, &address),
        texts,
        view: view(&job, mapping, visitor.language),
        name: job.name,
        address,
    })
}

fn view(job: &Job, mapping: bool, language: Language) -> View {
    let texts = Goods::of(language);
    match &job.state {
        JobState::Working { .. } => {
            let Progress { told, done, of, .. } = progress(job, language);
            View::Working { told, done, of }
        }
        JobState::Done(report) => View::Done(counts(report, language)),
        _ if mapping => mapping_of(job, &[], language),
        JobState::Unclear(missing) => mapping_of(job, missing, language),
        JobState::Faulty(faults) => {
            View::Faulty(faults.iter().map(|fault| place(fault, language)).collect())
        }
        JobState::Checked(report, sample) => View::Checked {
            counts: counts(report, language),
            rows: sample.iter().map(|row| sample_row(row, language)).collect(),
            unused: job.unused().into_iter().map(ToOwned::to_owned).collect(),
            nothing: report.created + report.updated == 0,
        },
    }
    .or_empty(texts)
}

impl View {
    /// A file without a single column has nothing to choose from.
    fn or_empty(self, texts: &'static Goods) -> Self {
        match self {
            Self::Columns { header, .. } if header.is_empty() => Self::Faulty(vec![Fault {
                place: String::new(),
                message: texts.empty_file.to_owned(),
            }]),
            other => other,
        }
    }
}

fn mapping_of(job: &Job, missing: &[String], language: Language) -> View {
    let (ours, needed) = our_columns();
    let columns = ours
        .iter()
        .zip(0..)
        .map(|(ours, index)| Column {
            ours,
            label: words::name(ours, language),
            theirs: job.columns.theirs(ours).unwrap_or_default().to_owned(),
            needed: index < needed,
        })
        .collect();
    let header = job.header.iter().filter(|name| !name.is_empty());
    View::Columns {
        missing: missing
            .iter()
            .map(|name| words::name(name, language))
            .collect(),
        columns,
        header: header.cloned().collect(),
    }
}

/// What the file would do, or did.
fn counts(report: &ImportReport, language: Language) -> Vec<(&'static str, String)> {
    let texts = Goods::of(language);
    let figure = |count: u64| in_unit(Quantity(count.cast_signed()), 1, language);
    vec![
        (texts.rows_new, figure(report.created)),
        (texts.rows_changed, figure(report.updated)),
        (texts.rows_same, figure(report.unchanged)),
    ]
}

fn sample_row(row: &SampleRow, language: Language) -> Row {
    let texts = Goods::of(language);
    let product = &row.product;
    let (effect, class) = match row.effect {
        Effect::Created => (texts.row_new, "good"),
        Effect::Changed => (texts.row_changed, "along"),
        Effect::Unchanged => (texts.row_same, ""),
    };
    let price = product.units.first().map(|unit| unit.price);
    Row {
        line: row.line,
        name: product.name.clone(),
        sku: product.sku.to_string(),
        price: format!(
            "{} / {}",
            money(price.unwrap_or_default(), language),
            product.unit
        ),
        cost: money(product.cost, language),
        effect,
        class,
    }
}

/// A fault with the line it is in.
fn place(fault: &FieldError, language: Language) -> Fault {
    let texts = Goods::of(language);
    let line = fault.field.rsplit_once("line ").map(|(_, line)| line);
    let line = line.filter(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    Fault {
        place: line.map_or_else(String::new, |line| format!("{} {line}", texts.line)),
        message: words::fault(&fault.message, language),
    }
}

/// How far a job is, for the script that asks.
#[derive(Serialize)]
struct Progress {
    working: bool,
    done: u64,
    of: u64,
    told: String,
}

fn progress(job: &Job, language: Language) -> Progress {
    let texts = Goods::of(language);
    let figure = |count: u64| in_unit(Quantity(count.cast_signed()), 1, language);
    let JobState::Working { keeping, stage } = &job.state else {
        return Progress {
            working: false,
            done: 0,
            of: 0,
            told: String::new(),
        };
    };
    let doing = if *keeping {
        texts.keeping
    } else {
        texts.checking
    };
    let (done, of, told) = match stage {
        None => (0, 0, doing.to_owned()),
        Some(Stage::Reading { done }) => (0, 0, format!("{} {}", texts.reading, figure(*done))),
        Some(Stage::Keeping { done, of }) => {
            let told = format!("{doing} {} / {}", figure(*done), figure(*of));
            (*done, *of, told)
        }
    };
    Progress {
        working: true,
        done,
        of,
        told,
    }
}

async fn state(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<axum::Json<Progress>, Problem> {
    let job = pages.shop.import_job(&id)?;
    Ok(axum::Json(progress(&job, visitor.language)))
}

async fn map(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    axum::Form(fields): axum::Form<BTreeMap<String, String>>,
) -> Response {
    let (ours, _) = our_columns();
    let pairs = ours.iter().filter_map(|ours| {
        let theirs = fields.get(*ours).filter(|theirs| !theirs.is_empty())?;
        Some(((*ours).to_owned(), theirs.clone()))
    });
    let columns = Columns::of(pairs.collect());
    let mapped = pages.shop.map_import(&id, columns, &visitor.person.name);
    back_to(&pages, &visitor, &id, mapped)
}

async fn confirm(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<String>) -> Response {
    let confirmed = pages.shop.confirm_import(&id, &visitor.person.name);
    back_to(&pages, &visitor, &id, confirmed)
}

fn back_to(pages: &Pages, visitor: &Visitor, id: &str, done: Result<()>) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("/barang/impor/{id}")).into_response(),
        Err(error) => pages.message(visitor, told(error, visitor.language), "/barang/impor"),
    }
}
