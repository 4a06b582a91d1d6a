//! Dibuat: what is made to order, by the stage that it is in, one tap from one to the next.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::show::stage_name;
use super::{Tab, Texts, amount, day, frame, tabs};
use crate::error::Result;
use crate::hub::store::order_board::OpenLine;
use crate::hub::store::orders::Stage;
use crate::hub::web::pages::Pages;
use crate::model::Quantity;
use crate::web::layout::{Frame, page};
use crate::web::{Language, texts};

texts! {
    /// What the worklist says.
    MakingTexts {
        about: "Barang yang dibuat menurut pesanan. Ketuk saat satu tahap selesai; pelanggan dikabari sendiri." = "What is made to order. Tap when a stage is done; the customer is told by itself.";
        waiting: "Belum mulai" = "Not begun";
        none: "Tidak ada yang perlu dibuat. Pesanan dengan barang \"dibuat\" muncul di sini setelah disetujui." = "Nothing is to be made. Orders of things that are made to order appear here once they are confirmed.";
        to_make: "Harus dibuat" = "To be made";
        late: "Lewat hari" = "Late";
        today: "Hari ini" = "Today";
        on: "untuk" = "for";
    }
}

/// Where the step goes back to.
pub(super) const PATH: &str = "/pesanan/produksi";

#[derive(Template)]
#[template(path = "hub/web/templates/orders/making.html")]
struct Making {
    frame: Frame,
    texts: &'static Texts,
    words: &'static MakingTexts,
    tabs: Vec<Tab>,
    /// How much of each product there is to make.
    sums: Vec<(String, String)>,
    groups: Vec<(String, Vec<Row>)>,
}

struct Row {
    id: String,
    number: String,
    sku: String,
    name: String,
    amount: String,
    customer: String,
    due: String,
    /// A word about the day, and how it is marked.
    urgency: Option<(&'static str, &'static str)>,
    next: i64,
    step: String,
}

pub(super) async fn show(State(pages): State<Pages>, language: Language) -> Response {
    match view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

async fn view(pages: &Pages, language: Language) -> Result<Making> {
    let (texts, words) = (Texts::of(language), MakingTexts::of(language));
    let open = pages.hub.to_make().await?;
    let today = pages.hub.today();
    let mut sums: BTreeMap<String, (String, i64, Quantity)> = BTreeMap::new();
    let mut groups: BTreeMap<(i64, String), Vec<Row>> = BTreeMap::new();
    for one in &open {
        let line = &one.line;
        let sum = sums
            .entry(line.name.clone())
            .or_insert_with(|| (line.unit.clone(), line.unit_factor, Quantity::ZERO));
        sum.2 += line.backordered;
        let due = one.wanted_on.or(line.promised_on);
        let next = line.stage + 1;
        let row = Row {
            id: one.order_id.clone(),
            number: one.number.clone(),
            sku: line.sku.to_string(),
            name: line.name.clone(),
            amount: amount(line.backordered, &line.unit, line.unit_factor, language),
            customer: one.customer.clone(),
            due: due.map(|on| day(on, language)).unwrap_or_default(),
            urgency: due.and_then(|on| match on.cmp(&today) {
                std::cmp::Ordering::Less => Some((words.late, "due")),
                std::cmp::Ordering::Equal => Some((words.today, "along")),
                std::cmp::Ordering::Greater => None,
            }),
            step: at(one, next).map_or_else(
                || texts.finish.to_owned(),
                |stage| format!("{}: {}", texts.begin_stage, stage_name(stage, language)),
            ),
            next,
        };
        let stage = at(one, line.stage).map_or_else(
            || words.waiting.to_owned(),
            |stage| stage_name(stage, language).to_owned(),
        );
        groups.entry((line.stage, stage)).or_default().push(row);
    }
    Ok(Making {
        frame: frame(pages, language, texts.making, PATH),
        texts,
        words,
        tabs: tabs(texts, PATH),
        sums: sums
            .into_iter()
            .map(|(name, (unit, factor, quantity))| {
                (name, amount(quantity, &unit, factor, language))
            })
            .collect(),
        groups: groups
            .into_iter()
            .map(|((_, stage), rows)| (stage, rows))
            .collect(),
    })
}

/// The stage of this number, from 1.
fn at(one: &OpenLine, stage: i64) -> Option<&Stage> {
    usize::try_from(stage - 1)
        .ok()
        .and_then(|index| one.line.stages.get(index))
}
