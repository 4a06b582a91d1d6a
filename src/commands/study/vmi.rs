//! `kulakan study vmi`

use anyhow::Result;
use kulakan::chart::{BarGroup, Bars};
use kulakan::study::vmi::{self, Basis, Case, Comparison, Report, WithVmi};

use super::{case, draw, errata, figures, grouped, named, on_terminal};
use crate::cli::StudyArgs;
use crate::commands::{Output, print};

/// With more retailers than this only their sum is drawn.
const MOST_RETAILERS: usize = 6;

pub(super) fn run(arguments: &StudyArgs, output: Output) -> Result<()> {
    if arguments.example {
        return print(Case::PUBLISHED);
    }
    let input = arguments.input.as_deref();
    let case = case(input, Case::published, Case::from_toml)?;
    let report = named(input, vmi::run(&case))?;
    draw(arguments.plot.as_deref(), || bars(&report).svg())?;
    output.print(&report, || {
        text(&case, &report) + &on_terminal(|columns| bars(&report).terminal(columns))
    })
}

fn text(case: &Case, report: &Report) -> String {
    let products: Vec<&str> = case
        .products
        .iter()
        .map(|product| product.name.as_str())
        .collect();
    let mut text = retailers(case, &products, report);
    text.push_str(&suppliers(report));
    text.push_str(&costs(case, &products, report));
    text.push_str(&saving(report));
    if !report.published.is_empty() {
        text.push_str(&published(&report.published));
        text.push_str(&format!("\n{}", errata(&report.errata)));
    }
    text
}

fn retailers(case: &Case, products: &[&str], report: &Report) -> String {
    let mut rows = Vec::new();
    for plan in &report.retailers {
        for (at, product) in products.iter().enumerate() {
            let first = |text: String| if at == 0 { text } else { String::new() };
            let mut row = vec![
                first(plan.name.clone()),
                (*product).to_owned(),
                grouped(plan.forecast[at], 2),
                first(format!(
                    "{} ({:.3})",
                    plan.interval_days, plan.interval_days_unrounded
                )),
                grouped(plan.delivery[at], 1),
                format!(
                    "{} ({})",
                    plan.max_inventory[at],
                    grouped(plan.max_inventory_unrounded[at], 2)
                ),
            ];
            row.extend(plan.shipped.as_ref().map(|shipped| grouped(shipped[at], 0)));
            rows.push(row);
        }
    }
    let mut header = vec![
        "retailer",
        "product",
        "forecast",
        "T, days",
        "a delivery",
        "E, most stock",
    ];
    if !case.published_shipments.is_empty() {
        header.push("shipped");
    }
    format!(
        "Deliveries to the retailers, forecasts for {} days\n{}\n",
        case.period_days,
        figures(&header, rows)
    )
}

fn suppliers(report: &Report) -> String {
    let rows = report.suppliers.iter().map(|plan| {
        vec![
            plan.product.clone(),
            grouped(plan.demand, 2),
            format!("{} ({})", plan.eoq_rounded, grouped(plan.eoq, 2)),
            format!("{} ({})", plan.rop_rounded, grouped(plan.rop, 2)),
            plan.days_between_lots
                .map_or_else(|| "-".to_owned(), |days| grouped(days, 1)),
        ]
    });
    let header = [
        "product",
        "demand",
        "lot",
        "reorder point",
        "days between lots",
    ];
    format!("\nOrders from the suppliers\n{}\n", figures(&header, rows))
}

fn costs(case: &Case, products: &[&str], report: &Report) -> String {
    let header = [
        "retailer",
        "product",
        "lot",
        "ordering",
        "held by retailer",
        "held by distributor",
        "total",
    ];
    let without = &report.without_vmi;
    let mut rows = Vec::new();
    for (at, retailer) in case.retailers.iter().enumerate() {
        for (product, name) in products.iter().enumerate() {
            let cells = [
                without.order_cost[at][product],
                without.holding_retailer[at][product],
                without.holding_distributor[at][product],
            ];
            let mut row = vec![
                retailer.name.clone(),
                (*name).to_owned(),
                grouped(without.eoq[at][product], 2),
            ];
            row.extend(cells.map(|money| grouped(money, 2)));
            row.push(grouped(cells.iter().sum(), 2));
            rows.push(row);
        }
        rows.push(sum_row(&retailer.name, without.totals[at]));
    }
    rows.push(sum_row("all", without.total));
    let mut text = format!(
        "\nWithout VMI, each retailer ordering each product by itself, money per period\n{}\n",
        figures(&header, rows)
    );
    let with = &report.with_vmi;
    text.push_str(&format!(
        "\nWith VMI, {}\n{}\n",
        basis(with),
        with_table(case, products, with)
    ));
    if with.basis.contains(&Basis::AsShipped) {
        let at_interval = &report.with_vmi_at_interval;
        let table = with_table(case, products, at_interval);
        text.push_str(&format!("\nWith VMI, {}\n{table}\n", basis(at_interval)));
    }
    text
}

fn basis(costs: &WithVmi) -> &'static str {
    if costs.basis.contains(&Basis::AsShipped) {
        "costed as shipped in the period"
    } else {
        "costed at the calculated interval and the forecast"
    }
}

fn with_table(case: &Case, products: &[&str], with: &WithVmi) -> comfy_table::Table {
    let header = [
        "retailer",
        "product",
        "mean lot",
        "deliveries",
        "held by retailer",
        "held by distributor",
        "total",
    ];
    let mut rows = Vec::new();
    for (at, retailer) in case.retailers.iter().enumerate() {
        for (product, name) in products.iter().enumerate() {
            let cells = [
                with.holding_retailer[at][product],
                with.holding_distributor[at][product],
            ];
            let mut row = vec![
                retailer.name.clone(),
                (*name).to_owned(),
                grouped(with.average_lot[at][product], 2),
                String::new(),
            ];
            row.extend(cells.map(|money| grouped(money, 2)));
            row.push(grouped(cells.iter().sum(), 2));
            rows.push(row);
        }
        let mut sum = sum_row(&retailer.name, with.totals[at]);
        sum[3] = format!(
            "{} = {}",
            grouped(with.deliveries[at], 2),
            grouped(with.order_cost[at], 2)
        );
        rows.push(sum);
    }
    rows.push(sum_row("all", with.total));
    figures(&header, rows)
}

fn sum_row(name: &str, total: f64) -> Vec<String> {
    let mut row = vec![name.to_owned(), "sum".to_owned()];
    row.extend([(); 4].map(|()| String::new()));
    row.push(grouped(total, 2));
    row
}

fn saving(report: &Report) -> String {
    let mut text = format!(
        "\nVMI saves {:.1}%: {} instead of {}.\n",
        report.saving_percent,
        grouped(report.with_vmi.total, 2),
        grouped(report.without_vmi.total, 2)
    );
    if report.with_vmi.basis.contains(&Basis::AsShipped) {
        text.push_str(&format!(
            "At the calculated interval and with all of the forecast delivered it saves {:.1}%: {}.\n",
            report.saving_percent_at_interval,
            grouped(report.with_vmi_at_interval.total, 2)
        ));
    }
    text
}

fn published(comparisons: &[Comparison]) -> String {
    let follow = comparisons.iter().filter(|of| of.follows).count();
    let explained = comparisons
        .iter()
        .filter(|of| of.follows_with_its_deviations())
        .count();
    format!(
        "\n{follow} of {} printed figures follow to all their digits, and {explained} more with the study's own\n\
         deviations from its rule, each of which is named below (--json has every figure).\n",
        comparisons.len()
    )
}

/// Ordering and keeping under each policy, for each retailer and for all.
fn bars(report: &Report) -> Bars {
    let without = &report.without_vmi;
    let sums = |lists: &[Vec<f64>]| lists.iter().map(|list| list.iter().sum()).collect();
    let with = |costs: &WithVmi| {
        costs_of(
            costs.order_cost.clone(),
            sums(&costs.holding_retailer),
            sums(&costs.holding_distributor),
        )
    };
    let alone = costs_of(
        sums(&without.order_cost),
        sums(&without.holding_retailer),
        sums(&without.holding_distributor),
    );
    let as_shipped = report.with_vmi.basis.contains(&Basis::AsShipped);
    let (title, policies) = if as_shipped {
        (
            "Ordering and keeping: each alone, with VMI as sent, with VMI at the interval T",
            vec![
                ("alone", alone),
                ("sent", with(&report.with_vmi)),
                ("at T", with(&report.with_vmi_at_interval)),
            ],
        )
    } else {
        (
            "Ordering and keeping: each alone, with VMI",
            vec![("alone", alone), ("VMI", with(&report.with_vmi))],
        )
    };
    let group = |name: &str, policy: &str, money: [f64; 3]| BarGroup {
        label: format!("{name} {policy}"),
        segments: [
            "ordering",
            "held by the retailer",
            "held by the distributor",
        ]
        .map(str::to_owned)
        .into_iter()
        .zip(money)
        .collect(),
        error: None,
    };
    let mut groups = Vec::new();
    if report.retailers.len() <= MOST_RETAILERS {
        for (at, retailer) in report.retailers.iter().enumerate() {
            let of_policy = policies.iter();
            groups
                .extend(of_policy.map(|(policy, money)| group(&retailer.name, policy, money[at])));
        }
    }
    groups.extend(policies.iter().map(|(policy, money)| {
        let all = |part: usize| money.iter().map(|of_retailer| of_retailer[part]).sum();
        group("all", policy, [all(0), all(1), all(2)])
    }));
    Bars {
        title: title.to_owned(),
        y_axis: "money per period".to_owned(),
        groups,
        ..Bars::default()
    }
}

/// Ordering, held by the retailer, held by the distributor: for each retailer.
fn costs_of(ordering: Vec<f64>, retailer: Vec<f64>, distributor: Vec<f64>) -> Vec<[f64; 3]> {
    ordering
        .into_iter()
        .zip(retailer)
        .zip(distributor)
        .map(|((ordering, retailer), distributor)| [ordering, retailer, distributor])
        .collect()
}
