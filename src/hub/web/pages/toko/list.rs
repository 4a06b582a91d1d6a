//! All shops as a list to search, narrow and sort, a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::Pages;
use super::super::texts::Texts;
use super::super::today::runs_out;
use super::texts::ShopTexts;
use crate::error::Result;
use crate::hub::store::groups::Group;
use crate::hub::store::overview::{Only, ShopOrder, ShopQuery, ShopSummary};
use crate::hub::today::{SILENT_AFTER, percent};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, moment, page};

/// Shops on a page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    pilih: String,
    kelompok: String,
    urut: String,
    mulai: i64,
}

impl Asked {
    fn is_plain(&self) -> bool {
        self.q.is_empty() && self.pilih.is_empty() && self.kelompok.is_empty()
    }

    fn query(&self, pages: &Pages) -> ShopQuery {
        let today = pages.hub.today();
        ShopQuery {
            text: self.q.trim().chars().take(100).collect(),
            group: Some(self.kelompok.clone()).filter(|id| !id.is_empty()),
            only: match self.pilih.as_str() {
                "giliran" => Only::DueBy(today),
                "risiko" => Only::AtRiskAfter(today),
                "kosong" => Only::Out,
                "diam" => Only::SilentSince(pages.hub.now() - SILENT_AFTER),
                "ragu" => Only::Doubtful,
                _ => Only::All,
            },
            order: match self.urut.as_str() {
                "kabar" => ShopOrder::Contact,
                "layanan" => ShopOrder::Service,
                "kosong" => ShopOrder::Out,
                "giliran" => ShopOrder::Due,
                "habis" => ShopOrder::Risk,
                _ => ShopOrder::Name,
            },
            offset: self.mulai.clamp(0, 10_000_000),
            limit: PAGE,
        }
    }

    /// The same page of the list from another place on.
    fn from(&self, place: i64) -> String {
        let encoded = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        format!(
            "/toko?q={}&pilih={}&kelompok={}&urut={}&mulai={place}",
            encoded(&self.q),
            encoded(&self.pilih),
            encoded(&self.kelompok),
            encoded(&self.urut),
        )
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/toko_list.html")]
struct View {
    frame: Frame,
    texts: &'static Texts,
    words: &'static ShopTexts,
    asked: Asked,
    choices: Vec<(&'static str, &'static str)>,
    orders: Vec<(&'static str, &'static str)>,
    groups: Vec<Group>,
    rows: Vec<RowView>,
    first: String,
    last: String,
    found: String,
    before: Option<String>,
    after: Option<String>,
}

struct RowView {
    id: String,
    name: String,
    contact: String,
    silent: bool,
    service: String,
    out: String,
    next: String,
    runs_out: String,
    debts: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    match view(&pages, language, asked).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/toko"),
    }
}

async fn view(pages: &Pages, language: Language, asked: Asked) -> Result<View> {
    let words = ShopTexts::of(language);
    let query = asked.query(pages);
    let offset = query.offset;
    let (shops, found) = pages.hub.shop_list(query).await?;
    let groups = pages.hub.groups().await?;
    let number = |value: i64| figure(&value.to_string(), language);
    let last = offset + shops.len() as i64;
    let frame = pages.frame(language, words.title, "/toko");
    Ok(View {
        frame: Frame {
            styles: vec!["/assets/hub-plan.css"],
            ..frame
        },
        texts: Texts::of(language),
        words,
        choices: vec![
            ("", words.all),
            ("giliran", words.only_due),
            ("risiko", words.only_risk),
            ("kosong", words.only_out),
            ("diam", words.only_silent),
            ("ragu", words.only_doubtful),
        ],
        orders: vec![
            ("", words.by_name),
            ("kabar", words.by_contact),
            ("layanan", words.by_service),
            ("kosong", words.by_out),
            ("giliran", words.by_due),
            ("habis", words.by_risk),
        ],
        groups,
        rows: shops
            .iter()
            .map(|shop| row(pages, shop, language))
            .collect(),
        first: number(offset + 1),
        last: number(last),
        found: number(found),
        before: (offset > 0).then(|| asked.from((offset - PAGE).max(0))),
        after: (last < found).then(|| asked.from(last)),
        asked,
    })
}

fn row(pages: &Pages, shop: &ShopSummary, language: Language) -> RowView {
    let words = ShopTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let silent_since = pages.hub.now() - SILENT_AFTER;
    let plan = shop.plan.as_ref();
    let mut debts = Vec::new();
    if plan.is_none() {
        debts.push(words.not_planned.to_owned());
    }
    let conflicts = plan.map_or(0, |plan| plan.unit_conflicts);
    for (count, what) in [
        (shop.quarantined, words.unread),
        (shop.flags, words.odd),
        (conflicts, words.conflicts),
    ] {
        if count > 0 {
            debts.push(format!("{count} {what}"));
        }
    }
    RowView {
        id: shop.id.clone(),
        name: shop.name.clone(),
        contact: shop.last_contact.map_or_else(
            || words.never.to_owned(),
            |at| moment(at.with_timezone(&zone).naive_local(), language),
        ),
        silent: shop.last_contact.is_none_or(|at| at < silent_since),
        service: plan
            .and_then(|plan| percent(plan.stocked_days, plan.product_days))
            .map_or_else(|| "–".to_owned(), |share| format!("{share}%")),
        out: plan.map_or_else(
            || "–".to_owned(),
            |plan| format!("{} {} {}", plan.out_products, words.of, plan.products),
        ),
        next: plan.map_or_else(|| "–".to_owned(), |plan| date(plan.due_on, language)),
        runs_out: plan
            .and_then(|plan| plan.first_out_millidays)
            .map_or_else(|| "–".to_owned(), |days| runs_out(days, language)),
        debts: debts.join(", "),
    }
}
