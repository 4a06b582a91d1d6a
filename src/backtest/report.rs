//! The comparison as a document: figures first, then what they say, the unwelcome included.

use super::suite::{Row, Suite, TARGETS};
use super::{Settings, Way};

/// Cycle service should be within this of its target.
const SERVICE_MARGIN: f64 = 0.01;

/// A way of planning should cost this much less than the textbook's at the same fill rate.
const WANTED_SAVING: f64 = 0.05;

/// A Markdown document of several histories compared in the same ways.
#[must_use]
pub fn markdown(suites: &[Suite], ways: &[Way], settings: &Settings, command: &str) -> String {
    let mut text = String::new();
    text.push_str(&opening(suites, settings, command));
    for suite in suites {
        text.push_str(&table(suite));
    }
    text.push_str(
        "## What they say\n\n\
         Cycle service is to come within a point of its target, and cost to be 5% below the textbook's at the same fill \
         rate. A target is reached from above where products sell so slowly that one unit more is the least there is; \
         what was promised is then the measure. Where shelf lives are given, the textbook's rule knows nothing of them and \
         throws away what the planner would not have bought: most of what is saved there is waste, at the price of more \
         days of stock on the shelf. The planner's own fill rate is far below its target there, because it never buys more \
         than is expected to sell before the date: of goods that keep for fewer days than lie between two reviews the \
         last days go unserved, and of those that sell less than one unit in their life none are bought. In the tables \
         that is the cheaper way, lost margin included; the remedy is to review such goods more often.\n\n",
    );
    for line in conclusions(suites, ways) {
        text.push_str(&format!("- {line}\n"));
    }
    text
}

fn opening(suites: &[Suite], settings: &Settings, command: &str) -> String {
    let costs = &settings.costs;
    let mut text = format!(
        "# Forecasts and levels on real sales\n\n\
         Made by one command, which replaces this file:\n\n```sh\n{command}\n```\n\n\
         Every series is replenished again, every {} days with a lead time of {} days (H = {}), from day {} of its \
         history on; a rule knows only the days before. Recorded sales count as the demand, and what the shelf does not \
         have is lost. A shelf opens with what the rule asks for. Holding one unit for {} days costs {}% of its purchase \
         price, a lost sale {}% of it, a unit thrown away all of it; every unit counts the same.\n\n",
        settings.review_days,
        settings.lead_time_days,
        settings.protection_days(),
        settings.learning_days + 1,
        costs.period_days,
        percent(costs.holding_fraction_per_period, 1),
        percent(costs.margin_fraction, 0),
    );
    text.push_str(
        "- *cycle service*: share of protection intervals whose demand stayed within the level, every series counting \
         the same; *promised*: what the rule's own distribution said it would be, above the target where whole units \
         leave no choice (one unit more or less of a slow product moves it by whole per cents);\n\
         - *served*: share of review intervals without a lost sale; *fill rate*: share of units asked for that were \
         sold;\n\
         - *stock*: units on all shelves on an average night, and the days of demand that they are;\n\
         - *cost*: holding, lost margin and waste for each 1,000 units asked for;\n\
         - *at equal fill rate*: saving against the textbook's plain moving average (normal demand, safety stock \
         k sd sqrt(H)) with k moved until its fill rate is the same: of stock, and of all cost, of which the lost margin \
         is then the same on both sides.\n\n",
    );
    for suite in suites {
        text.push_str(&format!(
            "{}: {} series, {} reviews, {} units.\n",
            suite.history,
            whole(suite.series as f64),
            whole(suite.reviews as f64),
            whole(suite.demand as f64)
        ));
    }
    text.push('\n');
    text
}

fn table(suite: &Suite) -> String {
    let mut text = format!(
        "## {}\n\n\
         | rule | target | cycle service | promised | served | fill rate | stock | days | waste | cost | stock at equal fill | cost at equal fill |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n",
        suite.history
    );
    for row in &suite.rows {
        let saving = |of: fn(&super::Comparison) -> f64| {
            row.against_textbook
                .as_ref()
                .map_or_else(|| "beyond".to_owned(), |against| signed(of(against)))
        };
        text.push_str(&format!(
            "| {} | {}% | {}% | {}% | {}% | {}% | {} | {:.1} | {} | {:.1} | {} | {} |\n",
            row.name,
            percent(row.target, 0),
            percent(row.cycle_service, 1),
            percent(row.promised, 1),
            percent(row.intervals_served, 1),
            percent(row.fill_rate, 1),
            whole(row.stock_average),
            row.days_of_cover,
            whole(row.waste_units as f64),
            row.cost_per_thousand.total(),
            saving(|against| against.stock_saving),
            saving(|against| against.saving),
        ));
    }
    text.push('\n');
    text
}

/// What the figures say about each way but the textbook's, in plain sentences.
#[must_use]
pub fn conclusions(suites: &[Suite], ways: &[Way]) -> Vec<String> {
    let mut lines = Vec::new();
    for way in ways.iter().filter(|way| way.policy.is_some()) {
        let rows = |target: f64| {
            suites
                .iter()
                .flat_map(move |suite| suite.rows.iter())
                .filter(move |row| row.name == way.name && row.target.total_cmp(&target).is_eq())
        };
        let service: Vec<String> = TARGETS
            .iter()
            .map(|&target| {
                let reached = mean(rows(target).map(|row| row.cycle_service));
                let verdict = if (reached - target).abs() <= SERVICE_MARGIN {
                    "within a point"
                } else if reached > target {
                    "above"
                } else {
                    "missed"
                };
                format!(
                    "{}% for {}% ({verdict})",
                    percent(reached, 1),
                    percent(target, 0)
                )
            })
            .collect();
        let gap = mean(
            TARGETS
                .iter()
                .flat_map(|&target| rows(target).collect::<Vec<_>>())
                .map(|row| (row.cycle_service - row.promised).abs()),
        );
        let savings: Vec<String> = suites
            .iter()
            .map(|suite| {
                let against: Vec<&super::Comparison> = suite
                    .rows
                    .iter()
                    .filter(|row| row.name == way.name)
                    .filter_map(|row: &Row| row.against_textbook.as_ref())
                    .collect();
                let stock = mean(against.iter().map(|one| one.stock_saving));
                let cost = mean(against.iter().map(|one| one.saving));
                let verdict = if cost >= WANTED_SAVING {
                    "reached"
                } else {
                    "missed"
                };
                format!(
                    "{} {} (stock {}; {}% {verdict})",
                    suite.history,
                    signed(cost),
                    signed(stock),
                    percent(WANTED_SAVING, 0)
                )
            })
            .collect();
        let over_all = mean(
            suites
                .iter()
                .flat_map(|suite| &suite.rows)
                .filter(|row| row.name == way.name)
                .filter_map(|row| row.against_textbook.as_ref())
                .map(|one| one.saving),
        );
        lines.push(format!(
            "**{}**: cycle service on average over the histories {}; {} points off what it promised. Cost saved against \
             the textbook at the same fill rate: {}; {} over all.",
            way.name,
            service.join(", "),
            percent(gap, 1),
            savings.join(", "),
            signed(over_all)
        ));
    }
    lines
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 {
        0.0
    } else {
        sum / f64::from(count)
    }
}

fn percent(share: f64, decimals: usize) -> String {
    format!("{:.decimals$}", share * 100.0)
}

fn signed(share: f64) -> String {
    format!("{:+.1}%", share * 100.0)
}

/// Whole, with commas between thousands.
fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    if value <= -0.5 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
