//! Why a product is suggested: the sentence, two pictures, and the calculation step by step.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::Pages;
use super::super::visitor::Visitor;
use super::spoken;
use super::texts::BuyTexts;
use crate::error::Result;
use crate::plan::sentence;
use crate::web::encoded;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/why.html")]
struct Why {
    frame: Frame,
    part: Part,
}

#[derive(Template)]
#[template(path = "shop/web/templates/why_part.html")]
struct Part {
    buy: &'static BuyTexts,
    sentence: String,
    history: String,
    stock: String,
    steps: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Form {
    /// Only the part that belongs inside the list.
    #[serde(default)]
    bagian: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    Query(form): Query<Form>,
) -> Response {
    match view(&pages, &visitor, &sku).await {
        Ok(view) if form.bagian.is_some() => page(&view.part),
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, sku: &str) -> Result<Why> {
    let language = visitor.language;
    let buy = BuyTexts::of(language);
    let explained = pages.shop.explain(sku, None).await?;
    let planned = &explained.line;
    let title = format!("{} {}?", buy.why_of, planned.name);
    let mut frame = pages.frame(visitor, &title, "/saran");
    frame.path = format!("/saran/kenapa/{}", encoded(sku));
    frame.styles.push("/assets/shopping.css");
    let words = sentence(&planned.line, spoken(language), planned.measures());
    let steps = explained.steps(language);
    Ok(Why {
        frame,
        part: Part {
            buy,
            history: explained.chart(language).picture(),
            stock: explained
                .stock_bars(
                    buy.stock_against_level,
                    [buy.have, buy.coming, buy.level],
                    language,
                )
                .picture(),
            // Of too little history there is nothing to say but the sentence itself.
            steps: steps.into_iter().filter(|step| *step != words).collect(),
            sentence: words,
        },
    })
}
