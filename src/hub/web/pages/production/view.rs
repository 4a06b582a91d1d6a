//! What the pages of production show.

use super::texts::ProductionTexts;
use crate::chart::{Chart, Line, Mark, Stroke};
use crate::hub::production::lots::{Decision, ProductLot};
use crate::hub::production::policy::{Obstacle, Party, Policy, Row};
use crate::hub::production::{LineProblem, LineReport};
use crate::hub::store::production_plans::{PlanState, ProductionPlan};
use crate::model::{Money, Quantity};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{date, figure};

/// A line on the page.
pub(super) struct LineView {
    pub name: String,
    pub link: String,
    /// Makes the run that is planned from this page one run.
    pub new_id: String,
    pub problem: String,
    pub figures: Vec<(&'static str, String)>,
    pub lots: Vec<LotView>,
    pub picture: String,
    pub parties: Vec<PartyView>,
    pub rows: Vec<RowView>,
    /// Name, amount, and whether there is too little of it.
    pub materials: Vec<(String, String, bool)>,
}

pub(super) struct LotView {
    pub name: String,
    pub lot: String,
    pub available: String,
    pub need: String,
    pub quantity: String,
    pub hours: String,
    pub unsold: String,
    pub why: &'static str,
}

pub(super) struct PartyView {
    pub name: &'static str,
    pub cost: String,
    pub share: String,
    pub own_best: String,
    pub regret: String,
}

pub(super) struct RowView {
    pub n: u32,
    pub runs: String,
    pub days: String,
    pub delivery: String,
    pub run: String,
    pub cost: String,
    pub waste: String,
    pub obstacles: String,
    pub class: &'static str,
}

/// A planned run in a list.
pub(super) struct PlanView {
    pub id: String,
    pub number: String,
    pub line: String,
    pub run_on: String,
    pub state: &'static str,
    pub class: &'static str,
}

impl LineView {
    pub fn of(report: &LineReport, language: Language) -> Self {
        let texts = ProductionTexts::of(language);
        let policy = report.policy.as_ref();
        let chosen = policy.and_then(Policy::chosen);
        Self {
            name: report.line.clone(),
            link: encoded(&report.line),
            new_id: uuid::Uuid::now_v7().to_string(),
            problem: report
                .problem
                .as_ref()
                .map(|problem| in_words(problem, texts))
                .unwrap_or_default(),
            figures: chosen
                .map(|row| headline(row, language))
                .unwrap_or_default(),
            lots: report
                .production_lots
                .iter()
                .map(|lot| lot_view(lot, language))
                .collect(),
            picture: policy
                .filter(|policy| policy.rows.iter().any(|row| row.tc.is_some()))
                .map(|policy| curve(policy, language).picture())
                .unwrap_or_default(),
            parties: policy
                .map(|policy| parties(policy, language))
                .unwrap_or_default(),
            rows: policy
                .map(|policy| rows(policy, language))
                .unwrap_or_default(),
            materials: report
                .materials
                .iter()
                .map(|need| {
                    let amount = Quantity(need.quantity).in_unit(need.unit_factor);
                    (
                        need.name.clone(),
                        format!("{} {}", figure(&amount, language), need.unit),
                        need.available.is_some_and(|there| there < need.quantity),
                    )
                })
                .collect(),
        }
    }
}

/// What stands in the way of a line. What a person can do something about is said in their words, the rest as the model
/// says it.
pub(super) fn in_words(problem: &LineProblem, texts: &ProductionTexts) -> String {
    match problem.symbol.as_str() {
        "n" => texts.none_possible.to_owned(),
        "D" => texts.no_demand.to_owned(),
        "P" => texts.no_capacity.to_owned(),
        _ => problem.message.clone(),
    }
}

fn headline(row: &Row, language: Language) -> Vec<(&'static str, String)> {
    let texts = ProductionTexts::of(language);
    let runs = if row.t_3 > 0.0 {
        format!("{} {}", row.n_p, texts.and_partial)
    } else {
        row.n_p.to_string()
    };
    let mut figures = vec![
        (texts.deliveries, row.n.to_string()),
        (
            texts.every,
            format!("{} {}", decimal(row.interval_days, 2, language), texts.days),
        ),
        (texts.runs, runs),
        (
            texts.run_length,
            format!("{} {}", decimal(row.run_hours, 1, language), texts.hours),
        ),
    ];
    if let Some(tc) = row.tc {
        figures.push((texts.cost, rupiah(tc, language)));
    }
    figures.push((
        texts.waste,
        format!(
            "{}% {}",
            decimal(100.0 * row.waste.share_of_made, 1, language),
            texts.of_made
        ),
    ));
    figures.push((
        texts.oldest,
        format!("{} {}", decimal(row.oldest_days, 1, language), texts.days),
    ));
    figures
}

fn lot_view(lot: &ProductLot, language: Language) -> LotView {
    let texts = ProductionTexts::of(language);
    LotView {
        name: lot.name.clone(),
        lot: whole(lot.lot, language),
        available: lot
            .available
            .map(|there| whole(there, language))
            .unwrap_or_default(),
        need: whole(lot.need, language),
        quantity: whole(lot.quantity, language),
        hours: format!("{} {}", decimal(lot.hours, 1, language), texts.hours),
        unsold: lot
            .expected_unsold
            .map(|left| decimal(left, 1, language))
            .unwrap_or_default(),
        why: match lot.decided_by {
            Decision::Lot => texts.by_lot,
            Decision::Enough => texts.by_enough,
            Decision::Need => texts.by_need,
            Decision::Capacity => texts.by_capacity,
        },
    }
}

/// Cost over n, whole runs beside a last partial one, with what is in use and what cannot be done.
fn curve(policy: &Policy, language: Language) -> Chart {
    let texts = ProductionTexts::of(language);
    // The first few n cost many times more than the rest and would press the curve flat.
    let best = policy
        .chosen()
        .or_else(|| policy.rows.iter().find(|row| row.tc.is_some()))
        .and_then(|row| row.tc)
        .unwrap_or(f64::INFINITY);
    let points = |rows: &[Row], possible: bool| -> Vec<(f64, f64)> {
        rows.iter()
            .filter(|row| !possible || row.obstacles.is_empty())
            .filter_map(|row| Some((f64::from(row.n), row.tc?)))
            .filter(|(_, tc)| *tc <= 4.0 * best)
            .collect()
    };
    let mark = policy.chosen().and_then(|row| {
        Some(Mark {
            label: texts.chosen.to_owned(),
            x: f64::from(row.n),
            y: row.tc?,
        })
    });
    let mut lines = vec![
        Line {
            name: texts.whole_runs.to_owned(),
            points: points(&policy.rows, true),
            stroke: Stroke::Solid,
        },
        Line {
            name: texts.partial_run.to_owned(),
            points: points(&policy.rows_partial_run, true),
            stroke: Stroke::Solid,
        },
    ];
    if policy
        .candidates()
        .iter()
        .any(|row| !row.obstacles.is_empty())
    {
        lines.push(Line {
            name: texts.cannot.to_owned(),
            points: policy
                .candidates()
                .iter()
                .filter(|row| !row.obstacles.is_empty())
                .filter_map(|row| Some((f64::from(row.n), row.tc?)))
                .filter(|(_, tc)| *tc <= 4.0 * best)
                .collect(),
            stroke: Stroke::Dashed,
        });
    }
    Chart {
        title: texts.curve.to_owned(),
        x_axis: texts.n_axis.to_owned(),
        y_axis: texts.cost_axis.to_owned(),
        lines,
        marks: mark.into_iter().collect(),
        decimal_sign: language.decimal_sign(),
        ..Chart::default()
    }
}

fn parties(policy: &Policy, language: Language) -> Vec<PartyView> {
    let texts = ProductionTexts::of(language);
    policy
        .parties
        .iter()
        .map(|part| PartyView {
            name: match part.party {
                Party::Supplier => texts.supplier,
                Party::MaterialStore => texts.material_store,
                Party::Producer => texts.producer,
                Party::Wholesaler => texts.wholesaler,
                Party::Retailers => texts.retailers,
            },
            cost: rupiah(part.cost, language),
            share: format!("{}%", decimal(100.0 * part.share, 1, language)),
            own_best: part.own_best_n.to_string(),
            regret: rupiah(part.regret, language),
        })
        .collect()
}

fn rows(policy: &Policy, language: Language) -> Vec<RowView> {
    let texts = ProductionTexts::of(language);
    let chosen = policy.chosen().map(|row| row.n);
    policy
        .candidates()
        .iter()
        .map(|row| RowView {
            n: row.n,
            runs: if row.t_3 > 0.0 {
                format!("{}+", row.n_p)
            } else {
                row.n_p.to_string()
            },
            days: decimal(row.interval_days, 2, language),
            delivery: decimal(row.q_b, 1, language),
            run: decimal(row.q_p, 1, language),
            cost: row.tc.map(|tc| rupiah(tc, language)).unwrap_or_default(),
            waste: format!("{}%", decimal(100.0 * row.waste.share_of_made, 1, language)),
            obstacles: row
                .obstacles
                .iter()
                .map(|obstacle| obstacle_text(obstacle, texts, language))
                .collect::<Vec<_>>()
                .join("; "),
            class: if Some(row.n) == chosen {
                "best"
            } else if row.obstacles.is_empty() {
                ""
            } else {
                "cannot"
            },
        })
        .collect()
}

fn obstacle_text(obstacle: &Obstacle, texts: &ProductionTexts, language: Language) -> String {
    match obstacle {
        Obstacle::RunsDoNotFit { runs, fit } => {
            format!("{} {runs}, {} {fit}", texts.needs_runs, texts.fits_runs)
        }
        Obstacle::TooOld {
            oldest_days,
            shelf_life_days,
        } => format!(
            "{} {}, {} {}",
            texts.too_old,
            decimal(*oldest_days, 1, language),
            texts.keeps,
            decimal(*shelf_life_days, 0, language)
        ),
        Obstacle::SurplusForEver => texts.surplus_for_ever.to_owned(),
    }
}

impl PlanView {
    pub fn of(plan: &ProductionPlan, language: Language) -> Self {
        let texts = ProductionTexts::of(language);
        let (state, class) = match plan.state {
            PlanState::Draft => (texts.draft, "along"),
            PlanState::Confirmed => (texts.confirmed, "along"),
            PlanState::Started => (texts.started, "along"),
            PlanState::Done => (texts.done, "good"),
            PlanState::Cancelled => (texts.cancelled, "due"),
        };
        Self {
            id: plan.id.clone(),
            number: plan.number.clone(),
            line: plan.line.clone(),
            run_on: date(plan.run_on, language),
            state,
            class,
        }
    }
}

pub(super) fn whole(number: i64, language: Language) -> String {
    figure(&number.to_string(), language)
}

fn decimal(number: f64, places: usize, language: Language) -> String {
    figure(&format!("{number:.places$}"), language)
}

fn rupiah(amount: f64, language: Language) -> String {
    let amount = Money(amount.round().clamp(-1e18, 1e18) as i64);
    let sign = if amount.0 < 0 { "-" } else { "" };
    let digits = amount.0.unsigned_abs().to_string();
    format!("{sign}Rp{}", figure(&digits, language))
}
