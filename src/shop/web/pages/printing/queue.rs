//! What waits for the printer, and why.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{STYLE, Texts, told};
use crate::error::Result;
use crate::shop::store::print_jobs::JobKind;
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;
use crate::web::layout::{Frame, moment, page};

const HERE: &str = "/cetak";

#[derive(Template)]
#[template(path = "shop/web/templates/print_queue.html")]
struct QueuePage {
    frame: Frame,
    texts: &'static Texts,
    waiting: i64,
    trouble: &'static str,
    jobs: Vec<JobLine>,
}

struct JobLine {
    id: String,
    name: String,
    asked_at: String,
}

pub(super) async fn show(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match view(&pages, &visitor).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor) -> Result<QueuePage> {
    let texts = Texts::of(visitor.language);
    let queue = pages.shop.print_queue().await?;
    let jobs = queue.jobs.into_iter().map(|job| JobLine {
        name: match (job.kind, job.number) {
            (JobKind::Receipt, Some(number)) => format!("{} {number}", texts.receipt_no),
            (JobKind::Receipt | JobKind::Text, _) => texts.text_job.to_owned(),
            (JobKind::Drawer, _) => texts.drawer_job.to_owned(),
            (JobKind::Test, _) => texts.test_job.to_owned(),
        },
        asked_at: moment(job.asked_at, visitor.language),
        id: job.id,
    });
    let frame = Frame {
        styles: vec![STYLE],
        ..pages.frame(visitor, texts.queue, HERE)
    };
    Ok(QueuePage {
        frame,
        texts,
        waiting: queue.waiting,
        trouble: queue.trouble.map_or("", |trouble| told(trouble, texts)),
        jobs: jobs.collect(),
    })
}

pub(super) async fn try_now(State(pages): State<Pages>) -> Redirect {
    pages.shop.print_now();
    Redirect::to(HERE)
}

pub(super) async fn drop_all(State(pages): State<Pages>, visitor: Visitor) -> Response {
    dropped(&pages, &visitor, None).await
}

pub(super) async fn drop_one(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    dropped(&pages, &visitor, Some(&id)).await
}

async fn dropped(pages: &Pages, visitor: &Visitor, id: Option<&str>) -> Response {
    match pages.shop.drop_prints(id, &visitor.person.name).await {
        Ok(_) => Redirect::to(HERE).into_response(),
        Err(error) => pages.message(visitor, error, HERE),
    }
}
