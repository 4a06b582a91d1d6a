//! What the study prints, and how it came by what does not follow.

use super::case::Case;
use super::costs::Holding;
use super::report::{Comparison, Report, rounds_to};
use crate::study::Erratum;

/// Printed figures of a retailer; lists have a place for each product.
struct Printed {
    interval_days: f64,
    max_inventory: [Option<f64>; 3],
    eoq: [f64; 3],
    order_without: [f64; 3],
    retailer_without: [f64; 3],
    distributor_without: [f64; 3],
    total_without: f64,
    order_with: f64,
    retailer_with: [f64; 3],
    distributor_with: [f64; 3],
    total_with: f64,
}

const A: Printed = Printed {
    interval_days: 9.0,
    max_inventory: [Some(164.0), None, None],
    eoq: [346.41, 301.66, 216.28],
    order_without: [129.90, 150.83, 194.65],
    retailer_without: [129.90, 150.83, 194.65],
    distributor_without: [86.60, 113.12, 194.65],
    total_without: 1345.16,
    order_with: 390.00,
    retailer_with: [49.25, 62.17, 122.10],
    distributor_with: [32.83, 46.63, 94.97],
    total_with: 797.94,
};

const B: Printed = Printed {
    interval_days: 16.0,
    max_inventory: [Some(134.0), Some(185.0), Some(705.0)],
    eoq: [259.23, 189.21, 277.49],
    order_without: [97.21, 94.60, 249.74],
    retailer_without: [90.73, 94.60, 249.74],
    distributor_without: [64.81, 94.60, 194.24],
    total_without: 1230.28,
    order_with: 260.00,
    retailer_with: [40.78, 63.38, 144.00],
    distributor_with: [29.13, 31.69, 112.00],
    total_with: 680.96,
};

const SUPPLIER_EOQ: [f64; 3] = [295.0, 273.0, 361.0];
const SUPPLIER_ROP: [f64; 3] = [46.0, 41.0, 76.0];
const FORECAST_B_PRODUCT_1: f64 = 168.0;
const TOTAL_WITHOUT: f64 = 2575.44;
const TOTAL_WITH: f64 = 1478.90;
const SAVING_PERCENT: f64 = 42.5;

/// Where the study costs a cell by something else than its own price and its own lot.
struct Deviation {
    retailer: usize,
    product: usize,
    with_vmi: bool,
    holder: Holder,
    /// Used instead.
    uses: Instead,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Retailer,
    Distributor,
}

#[derive(Clone, Copy)]
enum Instead {
    /// Cost of keeping a unit for a period.
    UnitCost(f64),
    /// Mean lot.
    Lot(f64),
}

const fn deviation(
    retailer: usize,
    product: usize,
    with_vmi: bool,
    holder: Holder,
    uses: Instead,
) -> Deviation {
    Deviation {
        retailer,
        product,
        with_vmi,
        holder,
        uses,
    }
}

/// They give the printed cells and totals to all their digits.
const DEVIATIONS: [Deviation; 9] = [
    deviation(0, 2, false, Holder::Distributor, Instead::UnitCost(1.80)),
    deviation(1, 0, false, Holder::Retailer, Instead::UnitCost(0.70)),
    deviation(1, 1, false, Holder::Distributor, Instead::UnitCost(1.00)),
    deviation(0, 1, true, Holder::Retailer, Instead::Lot(373.0 / 3.0)),
    deviation(0, 1, true, Holder::Distributor, Instead::Lot(373.0 / 3.0)),
    deviation(1, 0, true, Holder::Retailer, Instead::UnitCost(0.70)),
    deviation(1, 1, true, Holder::Retailer, Instead::UnitCost(1.50)),
    deviation(1, 2, true, Holder::Retailer, Instead::Lot(160.0)),
    deviation(1, 2, true, Holder::Distributor, Instead::Lot(160.0)),
];

/// Every printed figure beside ours.
pub(super) fn comparisons(case: &Case, report: &Report) -> Vec<Comparison> {
    let mut all = List(Vec::new());
    let (mut without_as_printed, mut with_as_printed) = (0.0, 0.0);
    for (at, (printed, plan)) in [A, B].iter().zip(&report.retailers).enumerate() {
        let name = &plan.name;
        if at == 1 {
            all.add(
                format!("{name}: forecast of product 1"),
                FORECAST_B_PRODUCT_1,
                0,
                plan.forecast[0],
                None,
            );
        }
        all.add(
            format!("{name}: days between deliveries"),
            printed.interval_days,
            0,
            plan.interval_days_unrounded,
            None,
        );
        for (product, level) in printed.max_inventory.iter().enumerate() {
            if let Some(level) = *level {
                all.add(
                    format!("{name}: most stock of product {}", product + 1),
                    level,
                    0,
                    plan.max_inventory_unrounded[product],
                    None,
                );
            }
        }
        let (without, with) = (&report.without_vmi, &report.with_vmi);
        for product in 0..3 {
            let figure =
                |what: &str| format!("{name} without VMI: {what} of product {}", product + 1);
            all.add(
                figure("lot"),
                printed.eoq[product],
                2,
                without.eoq[at][product],
                None,
            );
            all.add(
                figure("orders"),
                printed.order_without[product],
                2,
                without.order_cost[at][product],
                None,
            );
        }
        let mut cells = |with_vmi: bool, lots: &[f64], printed: [&[f64; 3]; 2]| {
            let ours = Holding::of(case, lots);
            let policy = if with_vmi { "with" } else { "without" };
            let mut sum = 0.0;
            for (holder, what, ours, printed) in [
                (
                    Holder::Retailer,
                    "retailer's holding",
                    &ours.retailer,
                    printed[0],
                ),
                (
                    Holder::Distributor,
                    "distributor's holding",
                    &ours.distributor,
                    printed[1],
                ),
            ] {
                for product in 0..3 {
                    let deviating = deviating(case, at, product, with_vmi, holder, lots[product]);
                    sum += deviating.unwrap_or(ours[product]);
                    let figure = format!("{name} {policy} VMI: {what} of product {}", product + 1);
                    all.add(figure, printed[product], 2, ours[product], deviating);
                }
            }
            sum
        };
        let held_without = cells(
            false,
            &without.eoq[at],
            [&printed.retailer_without, &printed.distributor_without],
        );
        let held_with = cells(
            true,
            &with.average_lot[at],
            [&printed.retailer_with, &printed.distributor_with],
        );
        let as_printed = without.order_cost[at].iter().sum::<f64>() + held_without;
        all.add(
            format!("{name} without VMI: total"),
            printed.total_without,
            2,
            without.totals[at],
            Some(as_printed),
        );
        without_as_printed += as_printed;
        all.add(
            format!("{name} with VMI: deliveries"),
            printed.order_with,
            2,
            with.order_cost[at],
            None,
        );
        let as_printed = with.order_cost[at] + held_with;
        all.add(
            format!("{name} with VMI: total"),
            printed.total_with,
            2,
            with.totals[at],
            Some(as_printed),
        );
        with_as_printed += as_printed;
    }
    for (at, plan) in report.suppliers.iter().enumerate() {
        all.add(
            format!("supplier of {}: lot", plan.product),
            SUPPLIER_EOQ[at],
            0,
            plan.eoq,
            None,
        );
        all.add(
            format!("supplier of {}: reorder point", plan.product),
            SUPPLIER_ROP[at],
            0,
            plan.rop,
            None,
        );
    }
    all.add(
        "total without VMI".to_owned(),
        TOTAL_WITHOUT,
        2,
        report.without_vmi.total,
        Some(without_as_printed),
    );
    all.add(
        "total with VMI".to_owned(),
        TOTAL_WITH,
        2,
        report.with_vmi.total,
        Some(with_as_printed),
    );
    let saving = 100.0 * (without_as_printed - with_as_printed) / without_as_printed;
    all.add(
        "saving in percent".to_owned(),
        SAVING_PERCENT,
        1,
        report.saving_percent,
        Some(saving),
    );
    all.0
}

/// The cell as the study costs it, where it deviates.
fn deviating(
    case: &Case,
    retailer: usize,
    product: usize,
    with_vmi: bool,
    holder: Holder,
    lot: f64,
) -> Option<f64> {
    let found = DEVIATIONS.iter().find(|deviation| {
        (deviation.retailer, deviation.product) == (retailer, product)
            && deviation.with_vmi == with_vmi
            && deviation.holder == holder
    })?;
    let of = &case.products[product];
    let price = match holder {
        Holder::Retailer => of.retail_price,
        Holder::Distributor => of.distributor_price,
    };
    Some(match found.uses {
        Instead::UnitCost(unit) => lot / 2.0 * unit,
        Instead::Lot(lot) => lot / 2.0 * (case.holding_fraction_per_period * price),
    })
}

struct List(Vec<Comparison>);

impl List {
    fn add(
        &mut self,
        figure: String,
        printed: f64,
        decimals: usize,
        ours: f64,
        deviating: Option<f64>,
    ) {
        self.0.push(Comparison {
            figure,
            printed,
            recomputed: ours,
            follows: rounds_to(ours, printed, decimals),
            with_its_deviations: deviating,
            decimals,
        });
    }
}

/// What does not follow, and why.
pub(super) fn errata(report: &Report) -> Vec<Erratum> {
    let mut errata = Vec::new();
    for of in report.published.iter().filter(|of| !of.follows) {
        errata.push(Erratum {
            figure: of.figure.clone(),
            printed: format!("{:.*}", of.decimals, of.printed),
            recomputed: format!("{:.*}", of.decimals.max(2), of.recomputed),
            why: why(&of.figure),
        });
    }
    errata.push(Erratum {
        figure: "shipments".to_owned(),
        printed: "days 9, 18, 27 and 14, 28, and their lots".to_owned(),
        recomputed: "-".to_owned(),
        why: "each lot is the level less the stock of its day, and no stock is printed; over the period they are fewer \
              than the forecast, so that with VMI less is kept than sold",
    });
    errata.push(Erratum {
        figure: "suppliers' shipments".to_owned(),
        printed: "days 15, 28; 19; 15, 30".to_owned(),
        recomputed: "-".to_owned(),
        why: "they depend on the distributor's first stock, which is not printed",
    });
    errata
}

fn why(figure: &str) -> &'static str {
    match figure {
        "B: forecast of product 1" => "the printed sum of both retailers, 696, needs 248",
        "B: days between deliveries" => {
            "16 days are printed, the formula gives 9.04, and the shipments are on days 14 and 28"
        }
        "B: most stock of product 1"
        | "B: most stock of product 2"
        | "B: most stock of product 3" => {
            "134, 185 and 705 follow from no single interval; 705 is the forecast itself"
        }
        "A without VMI: distributor's holding of product 3" => {
            "costed at 1.80 a unit, the retailer's; the distributor's price gives 1.40"
        }
        "B without VMI: retailer's holding of product 1"
        | "B with VMI: retailer's holding of product 1" => {
            "costed at 0.70 a unit; the price gives 0.75"
        }
        "B without VMI: distributor's holding of product 2" => {
            "costed at 1.00 a unit, the retailer's; the distributor's price gives 0.75"
        }
        "A with VMI: retailer's holding of product 2"
        | "A with VMI: distributor's holding of product 2" => {
            "costed at a mean lot of 124.3, while 96.7 is shipped"
        }
        "B with VMI: retailer's holding of product 2" => {
            "costed at 1.50 a unit; the price gives 1.00"
        }
        "B with VMI: retailer's holding of product 3"
        | "B with VMI: distributor's holding of product 3" => {
            "costed at a mean lot of 160, while 300.5 is shipped"
        }
        "supplier of product 3: lot" => "361.73, cut off instead of rounded",
        "supplier of product 2: reorder point" => "41.53, cut off instead of rounded",
        "saving in percent" => {
            "the printed totals give 42.58, cut off; with every cell by one rule it is this"
        }
        _ => "the sum of the cells above",
    }
}
