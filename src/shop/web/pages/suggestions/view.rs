//! What the page of suggestions shows.

use askama::Template;
use chrono::{NaiveDateTime, Timelike};

use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, deliveries, in_unit, money};
use super::texts::BuyTexts;
use super::{WrongBudget, spoken};
use crate::error::{Error, Result};
use crate::model::day::ROLLOVER_HOUR;
use crate::model::{Money, Quantity};
use crate::plan::explain::demand_class;
use crate::plan::{Urgency, sentence};
use crate::shop::deliveries::DeliveryQuery;
use crate::shop::shopping::{ListLine, ShoppingList};
use crate::table::{Cell, Table};
use crate::web::layout::{Frame, date};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "shop/web/templates/suggestions.html")]
pub(super) struct Suggestions {
    frame: Frame,
    texts: &'static Texts,
    buy: &'static BuyTexts,
    plan: Option<PlanView>,
    coming: Vec<deliveries::Summary>,
    /// The night's plan is missing: what is shown is older, or nothing is.
    missing: bool,
}

struct PlanView {
    id: String,
    /// `?saran=...` for a plan that is not the night's.
    query: String,
    date: String,
    budget: BudgetView,
    total: String,
    groups: Vec<Group>,
    cut: Vec<CutView>,
    margin_lost: String,
    removed: Vec<LineView>,
    arrived: Vec<ArrivedView>,
    held_back: Vec<LineView>,
    without_cost: String,
    too_little_history: u32,
}

struct BudgetView {
    /// In the field.
    value: String,
    error: &'static str,
    /// As the language writes it; empty without one.
    shown: String,
    left: String,
    over: String,
}

struct Group {
    heading: &'static str,
    class: &'static str,
    subtotal: String,
    lines: Vec<LineView>,
}

struct LineView {
    sku: String,
    /// The code as part of a link.
    link: String,
    name: String,
    amount: String,
    cost: String,
    sentence: String,
    demand_class: &'static str,
    pack: String,
    packs: i64,
    less: i64,
    more: i64,
    /// What was suggested, where she wants another amount.
    suggested: String,
    bought: bool,
}

/// What came in since the plan.
struct ArrivedView {
    name: String,
    came: String,
}

struct CutView {
    sku: String,
    name: String,
    from: String,
    to: String,
    saved: String,
    lost: String,
    wanted: i64,
}

/// The page of a plan, or of the latest night's.
pub(super) async fn of(
    pages: &Pages,
    visitor: &Visitor,
    id: Option<String>,
    wrong: Option<WrongBudget>,
) -> Result<Suggestions> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let latest = pages.shop.latest_saved_plan_id().await?;
    let list = match pages.shop.shopping_list(id.as_deref()).await {
        Ok(list) => Some(list),
        // Nothing was planned yet, or an old link was opened.
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let coming = pages
        .shop
        .deliveries(DeliveryQuery::default())
        .await?
        .iter()
        .filter(|delivery| deliveries::is_open(delivery))
        .map(|delivery| deliveries::summary(delivery, language))
        .collect();
    let now = pages.shop.now().local;
    let mut frame = pages.frame(visitor, texts.suggestions, "/saran");
    frame.scripts.push("/assets/shopping.js");
    frame.styles.push("/assets/shopping.css");
    let missing = list
        .as_ref()
        .is_some_and(|list| night_is_missing(list, now));
    let plan = list.map(|list| {
        let query = if latest.as_deref() == Some(list.plan.id.as_str()) {
            String::new()
        } else {
            format!("?saran={}", encoded(&list.plan.id))
        };
        if !query.is_empty() {
            frame.path = format!("/saran{query}");
        }
        plan_view(&list, query, wrong, language)
    });
    Ok(Suggestions {
        missing,
        frame,
        texts,
        buy: BuyTexts::of(language),
        plan,
        coming,
    })
}

/// Before the morning begins, yesterday's plan is still the latest there can be.
fn night_is_missing(list: &ShoppingList, now: NaiveDateTime) -> bool {
    let age = now
        .date()
        .signed_duration_since(list.plan.plan_date)
        .num_days();
    age > 1 || (age == 1 && now.hour() >= ROLLOVER_HOUR)
}

fn plan_view(
    list: &ShoppingList,
    query: String,
    wrong: Option<WrongBudget>,
    language: Language,
) -> PlanView {
    let texts = Texts::of(language);
    let groups = [
        (Urgency::Due, texts.due_heading, "due"),
        (Urgency::Along, texts.along_heading, "along"),
        (Urgency::Later, texts.later_heading, "later"),
    ];
    let groups = groups.into_iter().map(|(urgency, heading, class)| {
        let of_group = |line: &&ListLine| line.suggested.line.urgency == urgency;
        let subtotal: Money = list.to_buy().filter(of_group).map(|line| line.cost).sum();
        Group {
            heading,
            class,
            subtotal: money(subtotal, language),
            lines: list
                .to_buy()
                .filter(of_group)
                .map(|line| line_view(line, language))
                .collect(),
        }
    });
    let views = |wanted: &dyn Fn(&ListLine) -> bool| -> Vec<LineView> {
        let lines = list.lines.iter().filter(|line| wanted(line));
        lines.map(|line| line_view(line, language)).collect()
    };
    let without_cost: Vec<&str> = list
        .to_buy()
        .filter(|line| line.pack_cost == Money::ZERO)
        .map(|line| line.suggested.name.as_str())
        .collect();
    PlanView {
        id: list.plan.id.clone(),
        query,
        date: date(list.plan.plan_date, language),
        budget: budget_view(list, wrong, language),
        total: money(list.total, language),
        groups: groups.filter(|group| !group.lines.is_empty()).collect(),
        cut: cuts(list, language),
        margin_lost: rounded(list.margin_lost, language),
        removed: views(&ListLine::is_removed),
        arrived: arrived(list, language),
        // A product that runs out must not be missing from the list only because no order of it would be right.
        held_back: views(&|line| {
            let planned = &line.suggested.line;
            planned.urgency == Urgency::Due
                && planned.need > Quantity::ZERO
                && line.wanted_packs == 0
                && line.packs == 0
                && line.chosen.is_none()
        }),
        without_cost: without_cost.join(", "),
        too_little_history: list.too_new,
    }
}

fn budget_view(list: &ShoppingList, wrong: Option<WrongBudget>, language: Language) -> BudgetView {
    let shown = list
        .budget
        .map_or_else(String::new, |budget| money(budget, language));
    let left = list.budget.map(|budget| budget - list.arrived - list.total);
    let part = |amount: Option<Money>| {
        amount
            .filter(|amount| *amount > Money::ZERO)
            .map_or_else(String::new, |amount| money(amount, language))
    };
    let (value, error) = match wrong {
        Some(wrong) => (wrong.typed, wrong.message),
        None => (shown.trim_start_matches("Rp").to_owned(), ""),
    };
    BudgetView {
        value,
        error,
        left: part(left),
        over: part(left.map(|left| -left)),
        shown,
    }
}

fn arrived(list: &ShoppingList, language: Language) -> Vec<ArrivedView> {
    list.arrived()
        .map(|line| {
            let planned = &line.suggested;
            let came = in_unit(line.came, planned.unit_factor, language);
            ArrivedView {
                name: planned.name.clone(),
                came: format!("{came} {}", planned.unit),
            }
        })
        .collect()
}

fn cuts(list: &ShoppingList, language: Language) -> Vec<CutView> {
    let texts = BuyTexts::of(language);
    list.lines
        .iter()
        .filter_map(|line| {
            let cut = line.cut.as_ref()?;
            let size = line.suggested.line.pack_size.0.max(1);
            let spoken = |quantity: Quantity| amount(line, quantity.0 / size, language);
            Some(CutView {
                sku: line.suggested.line.sku.to_string(),
                name: line.suggested.name.clone(),
                from: spoken(cut.from),
                to: if cut.to > Quantity::ZERO {
                    spoken(cut.to)
                } else {
                    texts.nothing_left.to_owned()
                },
                saved: money(cut.saved, language),
                lost: rounded(cut.margin_lost, language),
                wanted: line.wanted_packs,
            })
        })
        .collect()
}

/// An expectation as whole money.
fn rounded(amount: f64, language: Language) -> String {
    money(Money(amount.round() as i64), language)
}

fn line_view(line: &ListLine, language: Language) -> LineView {
    let planned = &line.suggested;
    let other = line.chosen.is_some_and(|packs| packs != line.wanted_packs);
    LineView {
        sku: planned.line.sku.to_string(),
        link: encoded(planned.line.sku.as_str()),
        name: planned.name.clone(),
        amount: amount(line, line.packs, language),
        cost: money(line.cost, language),
        sentence: sentence(&planned.line, spoken(language), planned.measures()),
        demand_class: planned
            .line
            .demand_class
            .map_or("", |class| demand_class(class, spoken(language))),
        pack: planned.pack_name.clone(),
        packs: line.packs,
        less: (line.packs - 1).max(0),
        more: line.packs.saturating_add(1),
        suggested: if other {
            amount(line, line.wanted_packs, language)
        } else {
            String::new()
        },
        bought: line.bought.is_some(),
    }
}

/// So many packs of a line's goods, and what is in them: `3 karung (75 kg)`.
pub(super) fn amount(line: &ListLine, packs: i64, language: Language) -> String {
    let planned = &line.suggested;
    let count = in_unit(Quantity(packs), 1, language);
    let units = Quantity(packs.saturating_mul(planned.line.pack_size.0));
    if planned.pack_name == planned.unit {
        format!("{count} {}", planned.unit)
    } else {
        let units = in_unit(units, planned.unit_factor, language);
        format!("{count} {} ({units} {})", planned.pack_name, planned.unit)
    }
}

/// The list for a spreadsheet.
pub(super) fn table(list: &ShoppingList, language: Language) -> Table {
    let texts = BuyTexts::of(language);
    let columns = [
        texts.code,
        texts.product,
        texts.supplier,
        texts.packs,
        texts.pack,
        texts.quantity,
        texts.unit,
        texts.cost,
        texts.urgency,
        texts.reason,
    ];
    let row = |line: &ListLine| {
        let planned = &line.suggested;
        let when = match planned.line.urgency {
            Urgency::Due => texts.due,
            Urgency::Along => texts.along,
            Urgency::Later => texts.later,
        };
        vec![
            planned.line.sku.as_str().into(),
            planned.name.as_str().into(),
            line.supplier.as_str().into(),
            Cell::Number(line.packs),
            planned.pack_name.as_str().into(),
            Cell::Quantity(line.quantity, planned.unit_factor),
            planned.unit.as_str().into(),
            line.cost.into(),
            when.into(),
            sentence(&planned.line, spoken(language), planned.measures()).into(),
        ]
    };
    Table {
        name: format!("saran-{}", list.plan.plan_date),
        columns: columns.map(str::to_owned).to_vec(),
        rows: list.to_buy().map(row).collect(),
    }
}
