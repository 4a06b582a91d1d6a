//! A sale's receipt on the screen: print it, send it as text, save it as a picture.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{STYLE, Texts, form_id, told};
use crate::error::Result;
use crate::shop::access::Role;
use crate::shop::printing::Target;
use crate::shop::printing::layout::{Line, Style};
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    texts: &'static Texts,
    id: String,
    form_id: String,
    number: i64,
    columns: usize,
    lines: Vec<Line>,
    has_printer: bool,
    may_set_up: bool,
    print: &'static str,
    print_class: &'static str,
    trouble: &'static str,
    print_label: &'static str,
    whatsapp: String,
}

impl ReceiptPage {
    fn class(line: &Line) -> &'static str {
        match line.style {
            Style::Plain => "",
            Style::Bold => "bold",
            Style::Tall => "tall",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct PrintForm {
    id: String,
}

/// `/struk/{sale id}` is the page, `/struk/{sale id}.png` the picture.
pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let shown = match id.strip_suffix(".png") {
        Some(id) => picture(&pages, id).await,
        None => view(&pages, &visitor, &id).await.map(|view| page(&view)),
    };
    shown.unwrap_or_else(|error| pages.message(&visitor, error, "/kasir"))
}

async fn view(pages: &Pages, visitor: &Visitor, id: &str) -> Result<ReceiptPage> {
    let texts = Texts::of(visitor.language);
    let view = pages.shop.receipt_view(id).await?;
    let queue = pages.shop.print_queue().await?;
    let waits = matches!(view.print.as_deref(), Some("waiting" | "printing"));
    let (print, print_class) = match view.print.as_deref() {
        Some("waiting" | "printing") => (texts.is_waiting, "along"),
        Some("done") => (texts.is_printed, "good"),
        Some(_) => (texts.is_dropped, "due"),
        None => ("", ""),
    };
    let frame = Frame {
        path: format!("/struk/{id}"),
        styles: vec![STYLE],
        ..pages.frame(
            visitor,
            &format!("{} {}", texts.receipt, view.number),
            "/kasir",
        )
    };
    Ok(ReceiptPage {
        frame,
        texts,
        id: id.to_owned(),
        form_id: form_id(),
        number: view.number,
        columns: view.settings.paper.columns(),
        has_printer: view.settings.target != Target::Nowhere,
        may_set_up: visitor.person.role == Role::Owner,
        print,
        print_class,
        trouble: queue
            .trouble
            .filter(|_| waits)
            .map_or("", |trouble| told(trouble, texts)),
        print_label: if view.print.is_some() {
            texts.print_again
        } else {
            texts.print
        },
        whatsapp: view.whatsapp(),
        lines: view.lines,
    })
}

async fn picture(pages: &Pages, id: &str) -> Result<Response> {
    let png = pages.shop.receipt_picture(id).await?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))];
    Ok((headers, png).into_response())
}

pub(super) async fn print(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sale_id): Path<String>,
    Form(form): Form<PrintForm>,
) -> Response {
    let back = format!("/struk/{sale_id}");
    let by = &visitor.person.name;
    let queued = pages.shop.queue_receipt(&form.id, &sale_id, false, by);
    match queued.await {
        Ok(()) => Redirect::to(&back).into_response(),
        Err(error) => pages.message(&visitor, error, &back),
    }
}
