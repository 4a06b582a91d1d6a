//! Planning a whole assortment.

use chrono::{Days, NaiveDate};
use kulakan::model::{Quantity, Sku};
use kulakan::plan::{DayFlow, ForecastMethod, LotBalance, Policy, ProductInput, plan};

fn main() {
    divan::main();
}

/// Products with a year of daily sales, from hardly any to hundreds a day.
fn assortment(products: usize) -> (NaiveDate, Vec<ProductInput>) {
    let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 33
    };
    let inputs = (0..products)
        .filter_map(|number| {
            let volume = 2 + random() % (1 << (number % 10));
            let flows = (1..=365)
                .map(|days| DayFlow {
                    sold: Quantity((random() % volume) as i64),
                    ..DayFlow::on(date - Days::new(days))
                })
                .collect();
            Some(ProductInput {
                sku: Sku::parse(&format!("SKU-{number}")).ok()?,
                flows,
                lots: vec![LotBalance {
                    expires: Some(date + Days::new(30)),
                    quantity: Quantity((random() % (10 * volume)) as i64),
                }],
                on_order: Quantity::ZERO,
                in_transit: Quantity::ZERO,
                backordered: Quantity::ZERO,
                pack_size: Quantity(12),
                minimum_order: Quantity::ZERO,
                shelf_life_days: Some(180),
            })
        })
        .collect();
    (date, inputs)
}

#[divan::bench(sample_count = 10)]
fn ten_thousand_products_with_a_year_of_days(bencher: divan::Bencher) {
    let (date, inputs) = assortment(10_000);
    let policy = Policy::default();
    bencher.bench_local(|| plan(date, divan::black_box(&inputs), &policy));
}

#[divan::bench(sample_count = 10)]
fn ten_thousand_products_to_a_fill_rate(bencher: divan::Bencher) {
    let (date, inputs) = assortment(10_000);
    let policy = Policy {
        fill_rate: Some(0.98),
        ..Policy::default()
    };
    bencher.bench_local(|| plan(date, divan::black_box(&inputs), &policy));
}

#[divan::bench(sample_count = 3)]
fn ten_thousand_products_each_by_its_own_method(bencher: divan::Bencher) {
    let (date, inputs) = assortment(10_000);
    let policy = Policy {
        method: ForecastMethod::Auto,
        ..Policy::default()
    };
    bencher.bench_local(|| plan(date, divan::black_box(&inputs), &policy));
}
