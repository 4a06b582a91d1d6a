//! Real histories replayed.
use std::collections::BTreeMap;

use kulakan::backtest::{Costs, Settings, suite};
use kulakan::history::{History, Row};
use kulakan::model::Sku;

fn rows(text: &str) -> Vec<Row> {
    text.lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            let mut cell = || cells.next().unwrap();
            Row {
                shop: cell().to_owned(),
                sku: Sku::parse(cell()).unwrap(),
                date: cell().parse().unwrap(),
                quantity: cell().parse().unwrap(),
            }
        })
        .collect()
}

#[test]
fn look() {
    for (name, text) in [
        ("stores", include_str!("../data/store_sales_daily.csv")),
        ("chain", include_str!("../data/chain_sales_daily.csv")),
    ] {
        let history = History::of(rows(text), &BTreeMap::new()).unwrap();
        let settings = Settings {
            review_days: 7,
            lead_time_days: 2,
            learning_days: 150,
            costs: Costs {
                holding_fraction_per_period: 0.01,
                period_days: 30,
                margin_fraction: 0.2,
            },
        };
        let suite =
            suite::run(name, &history, &suite::ways(), &settings, 2, &mut |_, _| ()).unwrap();
        println!(
            "{} {} {} {}",
            suite.history, suite.series, suite.reviews, suite.demand
        );
        for row in suite.rows {
            println!(
                "{:50} {} cyc {:.4} prom {:.4} int {:.4} fill {:.4} cover {:.2} {:?}",
                row.name,
                row.target,
                row.cycle_service,
                row.promised,
                row.intervals_served,
                row.fill_rate,
                row.days_of_cover,
                row.against_textbook.map(|c| (c.saving, c.stock_saving))
            );
        }
    }
}
