//! What did not come as it was sent, and what came back: until somebody settles it.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::texts::ShippingTexts;
use super::{Fields, Pages, Units, frame};
use crate::error::{Error, Result};
use crate::hub::store::differences::{Difference, DifferenceKind, Settlement, ToldBy};
use crate::hub::store::returns::{Fate, ReturnReason, ReturnState, ShopWord};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, moment, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/differences.html")]
struct Differences {
    frame: Frame,
    texts: &'static ShippingTexts,
    open: Vec<(DifferenceView, String)>,
    settled: Vec<(DifferenceView, String)>,
}

/// A difference in words.
pub(super) struct DifferenceView {
    pub id: String,
    pub shipment_id: String,
    pub name: String,
    /// `kurang 2 bungkus`
    pub what: String,
    /// Shop, whose word it is, and what it is worth.
    pub about: String,
    /// How it was settled.
    pub settled: String,
    /// Ways to settle it: value and label.
    pub ways: Vec<(&'static str, &'static str)>,
}

fn settlement_text(settlement: Settlement, texts: &ShippingTexts) -> &'static str {
    match settlement {
        Settlement::Credit => texts.credit,
        Settlement::Stock => texts.to_stock,
        Settlement::Lost => texts.lost,
        Settlement::Charge => texts.charge,
        Settlement::Error => texts.error,
    }
}

pub(super) fn difference_view(
    one: &Difference,
    shop: &str,
    units: &Units,
    language: Language,
) -> DifferenceView {
    let texts = ShippingTexts::of(language);
    let kind = match one.kind {
        DifferenceKind::Missing => texts.missing,
        DifferenceKind::Surplus => texts.surplus,
        DifferenceKind::Damaged => texts.kind_damaged,
    };
    let by = match one.told_by {
        ToldBy::Shop => texts.told_by_shop,
        ToldBy::Driver => texts.told_by_driver,
    };
    let value = figure(&one.value.0.to_string(), language);
    let mut settled = one
        .settlement
        .map_or(String::new(), |how| settlement_text(how, texts).to_owned());
    if let Some(remark) = one.remark.as_deref().filter(|remark| !remark.is_empty()) {
        settled.push_str(&format!(" ({remark})"));
    }
    DifferenceView {
        id: one.id.clone(),
        shipment_id: one.shipment_id.clone(),
        name: one.name.clone(),
        what: format!("{kind} {}", units.spoken(&one.sku, one.quantity, language)),
        about: format!("{shop} · {by} · Rp{value}"),
        settled,
        ways: Settlement::ALL
            .into_iter()
            .filter(|way| way.settles(one.kind))
            .map(|way| (way.as_str(), settlement_text(way, texts)))
            .collect(),
    }
}

pub(super) async fn list(State(pages): State<Pages>, language: Language) -> Response {
    match view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn view(pages: &Pages, language: Language) -> Result<Differences> {
    let texts = ShippingTexts::of(language);
    let units = Units::load(pages).await?;
    let names = pages.hub.shop_names().await?;
    let zone = pages.hub.identity().timezone;
    let shown = |found: Vec<Difference>| {
        found
            .iter()
            .map(|one| {
                let shop = names.get(&one.shop_id).map_or("", String::as_str);
                let at = one.found_at.with_timezone(&zone).naive_local();
                (
                    difference_view(one, shop, &units, language),
                    moment(at, language),
                )
            })
            .collect()
    };
    Ok(Differences {
        frame: Frame {
            path: "/kiriman/selisih".to_owned(),
            ..frame(pages, language, texts.differences, "/kiriman")
        },
        texts,
        open: shown(pages.hub.differences(true, None).await?),
        settled: shown(pages.hub.differences(false, None).await?),
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct SettleForm {
    cara: String,
    #[serde(default)]
    catatan: String,
}

pub(super) async fn settle(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(form): Form<SettleForm>,
) -> Response {
    let settled = async {
        let way = Settlement::parse(&form.cara)
            .ok_or_else(|| Error::invalid("cara", format!("{:?}", form.cara)))?;
        pages
            .hub
            .settle_difference(&pages.actor(), &id, way, &form.catatan)
            .await
    };
    match settled.await {
        Ok(_) => Redirect::to("/kiriman/selisih").into_response(),
        Err(error) => pages.message(language, error, "/kiriman/selisih"),
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/returns.html")]
struct Returns {
    frame: Frame,
    texts: &'static ShippingTexts,
    returns: Vec<ReturnView>,
}

struct ReturnView {
    id: String,
    number: String,
    shop: String,
    day: String,
    state: &'static str,
    class: &'static str,
    /// What the shop says, and how it is marked.
    word: (&'static str, &'static str),
    open: bool,
    lines: Vec<ReturnLineView>,
}

struct ReturnLineView {
    place: usize,
    name: String,
    amount: String,
    about: String,
    to_stock: bool,
}

pub(super) fn reason_text(reason: ReturnReason, texts: &ShippingTexts) -> &'static str {
    match reason {
        ReturnReason::Expired => texts.reason_expired,
        ReturnReason::Damaged => texts.reason_damaged,
        ReturnReason::Unsold => texts.reason_unsold,
        ReturnReason::Wrong => texts.reason_wrong,
    }
}

pub(super) async fn returns(State(pages): State<Pages>, language: Language) -> Response {
    match returns_view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn returns_view(pages: &Pages, language: Language) -> Result<Returns> {
    let texts = ShippingTexts::of(language);
    let units = Units::load(pages).await?;
    let names = pages.hub.shop_names().await?;
    let view = |goods: crate::hub::store::returns::GoodsReturn| {
        let (state, class) = match goods.state {
            ReturnState::Collected => (texts.collected, "along"),
            ReturnState::TakenIn => (texts.taken_in, "good"),
            ReturnState::Cancelled => (texts.state_cancelled, "due"),
        };
        let lines = goods.lines.iter().enumerate().map(|(place, line)| {
            let mut about = reason_text(line.reason, texts).to_owned();
            if let Some(expires) = line.expires {
                let until = date(expires, language);
                about.push_str(&format!(" · {} {until}", texts.expires));
            }
            if let Some(fate) = line.fate {
                let fate = match fate {
                    Fate::Stock => texts.to_shelf,
                    Fate::WrittenOff => texts.written_off,
                };
                about.push_str(&format!(" · {fate}"));
            }
            if let Some(said) = line.shop_quantity.filter(|said| *said != line.quantity) {
                let said = units.spoken(&line.sku, said, language);
                about.push_str(&format!(" · {}: {said}", texts.shop_says));
            }
            ReturnLineView {
                place,
                name: line.name.clone(),
                amount: units.spoken(&line.sku, line.quantity, language),
                about,
                to_stock: matches!(line.reason, ReturnReason::Unsold | ReturnReason::Wrong),
            }
        });
        ReturnView {
            shop: names.get(&goods.shop_id).cloned().unwrap_or_default(),
            day: date(goods.collected_on, language),
            state,
            class,
            word: match goods.shop_word() {
                ShopWord::Waiting => (texts.shop_waiting, ""),
                ShopWord::Agrees => (texts.shop_agrees, "good"),
                ShopWord::Differs => (texts.shop_differs, "due"),
            },
            open: goods.state == ReturnState::Collected,
            lines: lines.collect(),
            id: goods.id,
            number: goods.number,
        }
    };
    Ok(Returns {
        frame: Frame {
            path: "/kiriman/retur".to_owned(),
            ..frame(pages, language, texts.returns, "/kiriman")
        },
        texts,
        returns: pages
            .hub
            .returns(None)
            .await?
            .into_iter()
            .map(view)
            .collect(),
    })
}

pub(super) async fn take_in(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        if fields.contains_key("batal") {
            return pages.hub.cancel_return(&pages.actor(), &id).await;
        }
        let mut fates = BTreeMap::new();
        for (name, text) in &fields {
            let place = name.strip_prefix("nasib.").and_then(|at| at.parse().ok());
            if let (Some(place), Some(fate)) = (place, Fate::parse(text)) {
                fates.insert(place, fate);
            }
        }
        pages.hub.take_in_return(&pages.actor(), &id, fates).await
    };
    match done.await {
        Ok(_) => Redirect::to("/kiriman/retur").into_response(),
        Err(error) => pages.message(language, error, "/kiriman/retur"),
    }
}
