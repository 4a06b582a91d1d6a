//! What was bought by the shopping list, before a list to take it in is made. A link leads here, and a page that is only
//! looked at must change nothing: the list is made by the button.

use askama::Template;
use axum::response::Response;

use super::super::Pages;
use super::super::stockroom::{frame, fresh_id, spoken};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::texts::PurchaseTexts;
use crate::shop::stock::Why;
use crate::web::encoded;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/purchase_bring_in.html")]
struct BringIn {
    frame: Frame,
    words: &'static PurchaseTexts,
    texts: &'static Texts,
    /// Of the list to be made, so that the button pressed twice makes one.
    id: String,
    /// The goods as the link told them.
    bought: String,
    lines: Vec<(String, String)>,
    left_out: Vec<(String, &'static str)>,
}

pub(super) async fn ask(pages: &Pages, visitor: &Visitor, text: String) -> Response {
    let language = visitor.language;
    let words = PurchaseTexts::of(language);
    let bought = match pages.shop.bought(&text).await {
        Ok(bought) => bought,
        Err(error) => return pages.message(visitor, error, "/barang-masuk"),
    };
    let why = |why| match why {
        Why::Unknown => words.left_unknown,
        Why::Quantity => words.left_quantity,
        Why::Consigned => words.left_consigned,
    };
    page(&BringIn {
        frame: frame(
            pages,
            visitor,
            words.by_list,
            "/barang-masuk",
            &format!("/barang-masuk?barang={}", encoded(&text)),
        ),
        texts: Texts::of(language),
        id: fresh_id(),
        lines: bought
            .lines
            .iter()
            .map(|line| {
                let amount = spoken(line.quantity, &line.unit, language);
                (line.product.name.clone(), amount)
            })
            .collect(),
        left_out: bought
            .left_out
            .into_iter()
            .map(|left| (left.text, why(left.why)))
            .collect(),
        bought: text,
        words,
    })
}
