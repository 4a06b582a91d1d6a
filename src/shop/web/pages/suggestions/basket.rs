//! Daftar belanja: the list in the hand, at the market. Big rows to tap, by who sells; to print and to send.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::BuyTexts;
use super::{Which, link, packs, view};
use crate::error::Result;
use crate::model::Money;
use crate::shop::shopping::{ListLine, ShoppingList};
use crate::shop::whatsapp;
use crate::web::layout::{Frame, date, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "shop/web/templates/basket.html")]
struct Basket {
    frame: Frame,
    texts: &'static Texts,
    buy: &'static BuyTexts,
    id: String,
    back: String,
    date: String,
    total: String,
    bought: String,
    done: usize,
    count: usize,
    suppliers: Vec<Supplier>,
    share: String,
    /// Where the bought goods are taken in; empty while nothing is bought.
    take_in: String,
}

struct Supplier {
    name: String,
    subtotal: String,
    share: String,
    rows: Vec<Row>,
}

struct Row {
    sku: String,
    name: String,
    amount: String,
    cost: String,
    packs: i64,
    bought: bool,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Response {
    match view(&pages, &visitor, which.saran).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

#[derive(Deserialize)]
pub(super) struct TickForm {
    saran: String,
    sku: String,
    /// Packs that are in the basket; empty for not bought after all.
    #[serde(default)]
    jumlah: String,
}

pub(super) async fn tick(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<TickForm>,
) -> Response {
    let ticked = async {
        let packs = packs(&form.jumlah, visitor.language)?;
        let by = &visitor.person.name;
        pages.shop.tick(&form.saran, &form.sku, packs, by).await
    };
    match ticked.await {
        Ok(()) => {
            let back = link(&pages, "/saran/belanja", &form.saran, &form.sku).await;
            Redirect::to(&back).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/saran/belanja"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, id: Option<String>) -> Result<Basket> {
    let language = visitor.language;
    let buy = BuyTexts::of(language);
    let list = pages.shop.shopping_list(id.as_deref()).await?;
    let mut frame = pages.frame(visitor, buy.go_shopping, "/saran");
    frame.path = link(pages, "/saran/belanja", &list.plan.id, "").await;
    frame.scripts.push("/assets/shopping.js");
    frame.styles.push("/assets/shopping.css");
    // Suppliers by name; what nobody is known to sell comes last.
    let mut suppliers: BTreeMap<(bool, &str), Vec<&ListLine>> = BTreeMap::new();
    for line in list.to_buy() {
        let key = (line.supplier.is_empty(), line.supplier.as_str());
        suppliers.entry(key).or_default().push(line);
    }
    let heading = format!(
        "*{} {}, {}*",
        buy.list_of,
        pages.shop.info().name,
        date(list.plan.plan_date, language)
    );
    let share = |parts: &[(&str, &[&ListLine])]| {
        let mut text = heading.clone();
        for (name, lines) in parts {
            text.push_str(&format!(
                "\n\n{}",
                if name.is_empty() {
                    buy.no_supplier
                } else {
                    name
                }
            ));
            for line in *lines {
                let amount = view::amount(line, line.packs, language);
                text.push_str(&format!("\n- {}: {amount}", line.suggested.name));
            }
        }
        whatsapp::link("", &text)
    };
    let all: Vec<(&str, &[&ListLine])> = suppliers
        .iter()
        .map(|((_, name), lines)| (*name, lines.as_slice()))
        .collect();
    Ok(Basket {
        frame,
        texts: Texts::of(language),
        buy,
        back: link(pages, "/saran", &list.plan.id, "").await,
        date: date(list.plan.plan_date, language),
        total: money(list.total, language),
        bought: money(list.bought, language),
        done: list.to_buy().filter(|line| line.bought.is_some()).count(),
        count: list.to_buy().count(),
        share: share(&all),
        suppliers: all
            .iter()
            .map(|part| supplier(part.0, part.1, share(&[*part]), language))
            .collect(),
        take_in: take_in(&list),
        id: list.plan.id.clone(),
    })
}

fn supplier(name: &str, lines: &[&ListLine], share: String, language: Language) -> Supplier {
    let subtotal: Money = lines.iter().map(|line| line.cost).sum();
    let row = |line: &&ListLine| Row {
        sku: line.suggested.line.sku.to_string(),
        name: line.suggested.name.clone(),
        amount: view::amount(line, line.packs, language),
        cost: money(line.cost, language),
        packs: line.packs,
        bought: line.bought.is_some(),
    };
    Supplier {
        name: if name.is_empty() {
            BuyTexts::of(language).no_supplier.to_owned()
        } else {
            name.to_owned()
        },
        subtotal: money(subtotal, language),
        share,
        rows: lines.iter().map(row).collect(),
    }
}

/// The page that takes goods in, with what was bought filled in: `barang=MIE:40,GULA:75000`, base units.
fn take_in(list: &ShoppingList) -> String {
    let bought: Vec<String> = list
        .to_buy()
        .filter(|line| line.bought.is_some())
        .map(|line| {
            let sku = encoded(line.suggested.line.sku.as_str());
            format!("{sku}:{}", line.quantity)
        })
        .collect();
    if bought.is_empty() {
        return String::new();
    }
    format!("/barang-masuk?barang={}", bought.join(","))
}
