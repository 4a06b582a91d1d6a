//! `kulakan study bakery`

use anyhow::Result;
use kulakan::chart::{Chart, Line, Mark, Scale, Stroke};
use kulakan::study::bakery::{self, Case, Party, Report, Row};

use super::{case, draw, errata, figures, grouped, named, on_terminal};
use crate::cli::StudyArgs;
use crate::commands::{Output, print};

/// Rows on either side of a best one that the tables show.
const AROUND: u32 = 2;

/// Lines of the plot on a terminal.
const PLOT_ROWS: usize = 24;

pub(super) fn run(arguments: &StudyArgs, output: Output) -> Result<()> {
    if arguments.example {
        return print(Case::PUBLISHED);
    }
    let input = arguments.input.as_deref();
    let case = case(input, Case::published, Case::from_toml)?;
    let report = named(input, bakery::run(&case))?;
    draw(arguments.plot.as_deref(), || chart(&report).svg())?;
    output.print(&report, || {
        text(&report) + &on_terminal(|columns| chart(&report).terminal(columns, PLOT_ROWS))
    })
}

fn text(report: &Report) -> String {
    let mut text = best(report);
    text.push_str(&lots(report));
    text.push_str(&costs(report));
    text.push_str(&regret(report));
    text.push_str(&production(report));
    text.push_str(&delivery(report));
    if !report.errata.is_empty() {
        text.push_str(&format!("\n{}", errata(&report.errata)));
    }
    text
}

fn best(report: &Report) -> String {
    let whole = report.best.whole_runs;
    let partial = Some(report.best.partial_run);
    let row = |name: &str, of: &dyn Fn(&Row) -> Option<String>| {
        let shown = |row: Option<Row>| row.as_ref().and_then(of).unwrap_or_else(|| "-".to_owned());
        vec![name.to_owned(), shown(whole), shown(partial)]
    };
    let money = |cost: Option<f64>| cost.map(|cost| grouped(cost, 2));
    let table = figures(
        &["", "whole runs", "last run partial"],
        [
            row("n, deliveries in a cycle", &|row| Some(row.n.to_string())),
            row("t, periods between them", &|row| {
                Some(format!("{:.6}", row.t))
            }),
            row("q_B, units in a delivery", &|row| Some(grouped(row.q_b, 3))),
            row("n_P, whole production runs", &|row| {
                Some(row.n_p.to_string())
            }),
            row("q_P, good units of a run", &|row| Some(grouped(row.q_p, 3))),
            row("t_3, length of the last run", &|row| {
                row.t_3.map(|t| format!("{t:.7}"))
            }),
            row("Q_S, material for the cycle", &|row| {
                Some(grouped(row.Q_s, 3))
            }),
            row("TC_B, buyer", &|row| money(row.tc_b)),
            row("TC_PW, producer's material", &|row| money(row.tc_pw)),
            row("TC_P, producer's product", &|row| money(row.tc_p)),
            row("TC_S, supplier", &|row| money(row.tc_s)),
            row("TC, all, per period", &|row| money(row.tc)),
        ],
    );
    let mut text = format!(
        "Best number of deliveries, of 1 to {}\n{table}\n",
        report.parameters.n_max
    );
    if let Some(saving) = report.best.saving_percent {
        text.push_str(&format!(
            "Ending the cycle with a partial run costs {saving:.1}% less than whole runs only.\n"
        ));
    }
    if whole.is_none() {
        text.push_str(
            "With theta_P = 0 whole runs leave a surplus that stays for ever: only the partial run has a cost.\n",
        );
    }
    if report
        .best
        .whole_runs
        .is_some_and(|row| i64::from(row.n) == report.parameters.n_max)
    {
        text.push_str("The best is the last n tried: a higher n_max may find a better one.\n");
    }
    text
}

/// The rows that a reader wants to see: the first ten, each tenth, and the surroundings of the best.
fn shown(report: &Report) -> Vec<usize> {
    let best = [
        report.best.whole_runs.map(|row| row.n),
        Some(report.best.partial_run.n),
    ];
    let tenth = (report.rows.len() as u32 / 10).max(1);
    let printed = |n: u32| {
        let published = report.published.as_ref();
        published.is_some_and(|published| published.rows.iter().any(|row| row.n == n))
    };
    let wanted = |n: u32| {
        n <= 10
            || n.is_multiple_of(tenth)
            || printed(n)
            || best.iter().flatten().any(|best| best.abs_diff(n) <= AROUND)
    };
    (0..report.rows.len())
        .filter(|&at| wanted(report.rows[at].n))
        .collect()
}

fn lots(report: &Report) -> String {
    let rows = shown(report).into_iter().map(|at| {
        let row = &report.rows[at];
        let mut cells = vec![row.n.to_string(), format!("{:.3}", row.t)];
        cells
            .extend([row.q_b, row.Q_b, row.q_p, row.q_pw, row.Q_pw].map(|units| grouped(units, 3)));
        cells.push(runs(row));
        cells.push(grouped(row.Q_s, 3));
        cells
    });
    let header = ["n", "t", "q_B", "Q_B", "q_P", "q_PW", "Q_PW", "n_P", "Q_S"];
    let table = figures(&header, rows);
    format!("\nLots with whole runs, in units\n{table}\n")
}

/// n_P, marked where so many runs take longer than the cycle.
fn runs(row: &Row) -> String {
    let late = if row.fits_cycle { "" } else { " (too long)" };
    format!("{}{late}", row.n_p)
}

fn costs(report: &Report) -> String {
    let money = |cost: Option<f64>| cost.map_or_else(|| "-".to_owned(), |cost| grouped(cost, 0));
    let mut header = vec!["n", "n_P", "TC_B", "TC_PW", "TC_P", "TC_S", "TC"];
    if report.published.is_some() {
        header.push("TC, printed");
    }
    header.push("TC, partial run");
    let rows = shown(report).into_iter().map(|at| {
        let row = &report.rows[at];
        let mut cells = vec![row.n.to_string(), runs(row)];
        cells.extend([row.tc_b, row.tc_pw, row.tc_p, row.tc_s, row.tc].map(money));
        if let Some(published) = &report.published {
            let printed = published.rows.iter().find(|printed| printed.n == row.n);
            cells.push(money(printed.map(|printed| printed.tc)));
        }
        cells.push(money(report.rows_partial_run[at].tc));
        cells
    });
    let table = figures(&header, rows);
    let mut text = format!(
        "\nCosts with whole runs, in money per period (--json has every n and digit)\n{table}\n"
    );
    if let Some(published) = &report.published {
        text.push_str(&format!(
            "All {} printed rows follow to {:.1e} of each cost.\n",
            published.rows.len(),
            published.largest_relative_difference
        ));
    }
    text
}

fn regret(report: &Report) -> String {
    let Some(regret) = &report.regret else {
        return String::new();
    };
    let mut rows = Vec::new();
    for (party, of) in [
        (Party::Buyer, regret.buyer),
        (Party::Producer, regret.producer),
        (Party::Supplier, regret.supplier),
    ] {
        rows.push(vec![
            name(party).to_owned(),
            of.own_best_n.to_string(),
            grouped(of.own_best_cost, 2),
            grouped(of.cost, 2),
            grouped(of.regret, 2),
            grouped(of.others_regret, 2),
        ]);
    }
    let mut sum = vec!["sum".to_owned()];
    sum.extend([(); 3].map(|()| String::new()));
    sum.extend([grouped(regret.sum, 2), String::new()]);
    rows.push(sum);
    let agreed = format!("cost at n = {}", regret.n);
    let header = [
        "party",
        "its own best n",
        "cost there",
        &agreed,
        "regret",
        "regret of the others at its best",
    ];
    format!(
        "\nWhat agreeing on n = {} costs each party\n{}\n",
        regret.n,
        figures(&header, rows)
    )
}

fn name(party: Party) -> &'static str {
    match party {
        Party::Buyer => "buyer",
        Party::Producer => "producer",
        Party::Supplier => "supplier",
    }
}

fn production(report: &Report) -> String {
    let mut text = String::new();
    if !report.production_lots.is_empty() {
        let rows = report.production_lots.iter().map(|lot| {
            vec![
                lot.product.clone(),
                grouped(lot.daily_production, 0),
                grouped(lot.conversion, 3),
                grouped(lot.share, 3),
                grouped(lot.q_p_aggregate, 3),
                grouped(lot.q_p, 3),
                lot.q_p_rounded_up.to_string(),
            ]
        });
        let header = [
            "product",
            "pieces a day",
            "units a piece",
            "share",
            "units of a run",
            "pieces of a run",
            "to make",
        ];
        text = format!(
            "\nOne production run over the products\n{}\n",
            figures(&header, rows)
        );
    }
    if let Some(flour) = &report.flour {
        text.push_str(&format!(
            "Flour: {:.3} sacks of {} kg for a run, {:.3} for the cycle ({} g a unit).\n",
            flour.q_pw_sacks,
            flour.grams_per_sack / 1000.0,
            flour.Q_s_sacks,
            flour.grams_per_unit
        ));
    }
    text
}

fn delivery(report: &Report) -> String {
    let Some(delivery) = &report.delivery_lots else {
        return String::new();
    };
    let mut header = vec!["salesman"];
    header.extend(&delivery.products);
    header.push("sum");
    let cells = |name: &str, pieces: &[u32], sum: u32| {
        let mut cells = vec![name.to_owned()];
        cells.extend(pieces.iter().map(ToString::to_string));
        cells.push(sum.to_string());
        cells
    };
    let mut rows: Vec<_> = delivery
        .salesmen
        .iter()
        .map(|lot| cells(lot.salesman, &lot.pieces, lot.sum_pieces))
        .collect();
    rows.push(cells("sum", &delivery.pieces, delivery.sum_pieces));
    format!(
        "\nA delivery over salesmen, in pieces, as printed\n{}\n{} pieces are worth {} units; q_B is {}.\n",
        figures(&header, rows),
        delivery.sum_pieces,
        grouped(delivery.sum_units, 3),
        grouped(delivery.q_b, 3)
    )
}

/// Each party's cost over n, and the total with its two optima.
fn chart(report: &Report) -> Chart {
    let line = |name: &str, rows: &[Row], stroke: Stroke, of: &dyn Fn(&Row) -> Option<f64>| Line {
        name: name.to_owned(),
        points: rows
            .iter()
            .filter_map(|row| Some((f64::from(row.n), of(row)?)))
            .collect(),
        stroke,
    };
    let party = |party| {
        line(name(party), &report.rows, Stroke::Solid, &|row| {
            row.cost_of(party)
        })
    };
    let (whole, partial) = (report.best.whole_runs, Some(report.best.partial_run));
    // The figures stand in the legend: beside the marks the lines are too close for more than a few letters.
    let least = |name: &str, row: Option<Row>| match row.and_then(|row| Some((row.n, row.total()?)))
    {
        Some((n, total)) => format!("{name}: least at n = {n}, {}", grouped(total, 0)),
        None => name.to_owned(),
    };
    let mark = |row: Row| {
        row.total().map(|total| Mark {
            label: format!("n = {}", row.n),
            x: f64::from(row.n),
            y: total,
        })
    };
    Chart {
        title: "Cost of each party and of all, by the number of deliveries in a cycle".to_owned(),
        x_axis: "n, deliveries in a cycle".to_owned(),
        y_axis: "money per period".to_owned(),
        y_scale: Scale::Logarithmic,
        lines: vec![
            line(
                &least("all, whole runs", whole),
                &report.rows,
                Stroke::Solid,
                &Row::total,
            ),
            line(
                &least("all, last run partial", partial),
                &report.rows_partial_run,
                Stroke::Dashed,
                &Row::total,
            ),
            party(Party::Buyer),
            party(Party::Producer),
            party(Party::Supplier),
        ],
        marks: [whole, partial]
            .into_iter()
            .flatten()
            .filter_map(mark)
            .collect(),
        ..Chart::default()
    }
}
