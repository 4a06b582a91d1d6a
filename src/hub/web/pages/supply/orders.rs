//! What to buy today, from whom and why; and the orders under way.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::super::Pages;
use super::texts::SupplyTexts;
use super::{frame, rupiah, told};
use crate::error::Result;
use crate::hub::store::supplier_orders::SupplierOrder;
use crate::hub::supply::{SupplierPlan, SupplyLine, SupplyUrgency, words};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

/// Ended orders that are listed.
const ENDED: usize = 20;

/// Coming orders that are listed.
const COMING: usize = 20;

#[derive(Template)]
#[template(path = "hub/web/templates/supply/orders.html")]
struct OrdersView {
    frame: Frame,
    texts: &'static SupplyTexts,
    today: String,
    plans: Vec<Plan>,
    unsupplied: Vec<(String, String)>,
    open: Vec<OrderRow>,
    drafts: Vec<OrderRow>,
    coming: Vec<Coming>,
    ended: Vec<OrderRow>,
}

struct Plan {
    supplier: String,
    id: String,
    total: String,
    order_on: String,
    expected_on: String,
    note: String,
    lines: Vec<PlanLine>,
}

struct PlanLine {
    name: String,
    sku: String,
    amount: String,
    along: bool,
    why: String,
    switch: String,
    /// A faster supplier that could be ordered from instead: its name, the quantity, a form's identity.
    other: Option<(String, i64, String)>,
}

struct Coming {
    name: String,
    supplier: String,
    on: String,
    amount: String,
    /// Why it is not from the first supplier, and what that costs.
    switch: String,
}

pub(super) struct OrderRow {
    pub id: String,
    pub title: String,
    pub supplier: String,
    pub state: &'static str,
    pub class: &'static str,
    pub due: String,
    pub late: bool,
    pub value: String,
}

pub(super) async fn show(State(pages): State<Pages>, language: Language) -> Response {
    match view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn view(pages: &Pages, language: Language) -> Result<OrdersView> {
    let texts = SupplyTexts::of(language);
    let today = pages.hub.today();
    let plan = pages.hub.supply_plan(today).await?;
    let open = pages.hub.open_supplier_orders(None).await?;
    let latest = pages.hub.supplier_orders(None, None).await?;
    let row = |order: &SupplierOrder| order_row(order, today, language);
    let drafts = latest.iter().filter(|order| order.confirmed_at.is_none());
    let drafts = drafts.filter(|order| order.ended_at.is_none());
    let ended = latest.iter().filter(|order| order.ended_at.is_some());
    let ended = ended.filter(|order| order.number.is_some());
    let mut coming: Vec<(&SupplierPlan, &SupplyLine)> = plan
        .suppliers
        .iter()
        .flat_map(|of| of.lines.iter().map(move |line| (of, line)))
        .filter(|(_, line)| line.reason.urgency == SupplyUrgency::Later && line.reason.lot >= 1.0)
        .filter(|(_, line)| line.next_order_on.is_some())
        .collect();
    coming.sort_by_key(|(_, line)| line.next_order_on);
    Ok(OrdersView {
        frame: frame(pages, language, texts.buying, "/belanja", "/belanja"),
        texts,
        today: date(today, language),
        plans: plan
            .suppliers
            .iter()
            .filter(|plan| plan.is_due())
            .map(|plan| due(plan, language))
            .collect(),
        unsupplied: plan
            .unsupplied
            .iter()
            .filter(|product| product.item.demand_per_day > 0.0)
            .map(|product| (product.item.sku.to_string(), product.item.name.clone()))
            .collect(),
        open: open.iter().map(row).collect(),
        drafts: drafts.map(row).collect(),
        coming: coming
            .into_iter()
            .take(COMING)
            .map(|(of, line)| Coming {
                name: line.item.name.clone(),
                supplier: of.supplier.clone(),
                on: line
                    .next_order_on
                    .map(|on| date(on, language))
                    .unwrap_or_default(),
                amount: lot_of(line, language),
                switch: switch_of(line, language),
            })
            .collect(),
        ended: ended.take(ENDED).map(row).collect(),
    })
}

fn switch_of(line: &SupplyLine, language: Language) -> String {
    let switch = line.switch.as_ref();
    switch
        .map(|switch| words::switch(switch, language))
        .unwrap_or_default()
}

/// A lot in whole packs, as a supplier would be asked for it.
pub(super) fn lot_of(line: &SupplyLine, language: Language) -> String {
    let size = line.source.pack.1.0.max(1);
    let packs = (line.reason.lot / size as f64).ceil().max(1.0) as i64;
    packs_of(line, packs, language)
}

pub(super) fn packs_of(line: &SupplyLine, packs: i64, language: Language) -> String {
    let name = &line.source.pack.0;
    let unit = (line.item.unit.clone(), line.item.unit_factor);
    let amount = crate::model::Quantity(packs.saturating_mul(line.source.pack.1.0.max(1)));
    if *name == line.item.unit {
        return told(amount, &unit, language);
    }
    let packs = figure(&packs.to_string(), language);
    format!("{packs} {name} ({})", told(amount, &unit, language))
}

fn due(plan: &SupplierPlan, language: Language) -> Plan {
    Plan {
        supplier: plan.supplier.clone(),
        id: Uuid::now_v7().to_string(),
        total: rupiah(plan.reason.value, language),
        order_on: date(plan.order_on, language),
        expected_on: date(plan.expected_on, language),
        note: words::order(&plan.reason, language),
        lines: plan
            .ordered()
            .map(|line| PlanLine {
                name: line.item.name.clone(),
                sku: line.item.sku.to_string(),
                amount: packs_of(line, line.packs, language),
                along: line.reason.urgency == SupplyUrgency::Along,
                why: words::line(line, language),
                switch: switch_of(line, language),
                other: line
                    .switch
                    .as_ref()
                    .filter(|switch| switch.to != plan.supplier)
                    .map(|switch| {
                        let id = Uuid::now_v7().to_string();
                        (switch.to.clone(), line.quantity.0, id)
                    }),
            })
            .collect(),
    }
}

pub(super) fn order_row(
    order: &SupplierOrder,
    today: chrono::NaiveDate,
    language: Language,
) -> OrderRow {
    let texts = SupplyTexts::of(language);
    let (state, class) = texts.state(order.state);
    OrderRow {
        id: order.id.clone(),
        title: order
            .number
            .clone()
            .unwrap_or_else(|| texts.recommended.to_owned()),
        supplier: order.supplier.clone(),
        state,
        class,
        due: date(order.due_on(), language),
        late: order.state.is_open() && order.due_on() < today,
        value: rupiah(order.value(), language),
    }
}
