//! A bakery, its flour supplier and its salesmen: how many deliveries in a month cost all of them least.
//!
//! Source: Saptadi, Pritasari and Adi, delivery policy for TIKA Bakery (Semarang), which applies the model of Rau, Wu and
//! Wee (2003) as [`ThreeEchelon`] documents it. Its tables follow from whole production runs; beside them stands the
//! model's own policy, which ends with a partial run and costs less at every number of deliveries.

mod case;
mod published;
mod report;

pub use case::{Case, Flour, Parameters, Product};
pub use report::{
    Best, DeliveryLots, Party, PartyRegret, ProductionLot, Published, PublishedRow, Regret, Report,
    Row, Sacks, SalesmanLot,
};

use super::{Erratum, InputError};
use crate::plan::deteriorating::{Runs, ThreeEchelon};
use crate::plan::parameter::ParameterError;

/// Pieces by which a lot may exceed a whole number without needing one more: rounding of the shares.
const ROUNDING: f64 = 1e-9;

/// Calculates every n of the case and what follows from the best.
///
/// # Errors
/// [`InputError`] names the parameter that the model refuses, or `P` where production keeps up with demand and decay at
/// no n.
pub fn run(case: &Case) -> Result<Report, InputError> {
    let parameters = &case.parameters;
    let model = parameters.model();
    let most = u32::try_from(parameters.n_max).unwrap_or(1);
    let rows = rows(&model, most, Runs::Whole)?;
    let rows_partial_run = self::rows(&model, most, Runs::Partial)?;
    let whole_runs = least(&rows, Row::total).copied();
    let Some(&partial_run) = least(&rows_partial_run, Row::total) else {
        return Err(ParameterError::new(
            "P",
            parameters.P,
            format!("so far above D, which is {}, that it makes up for decay as well with at most {most} deliveries", parameters.D),
        )
        .into());
    };
    let saving_percent = whole_runs
        .and_then(|row| row.total())
        .zip(partial_run.total())
        .filter(|(whole, _)| *whole > 0.0)
        .map(|(whole, partial)| 100.0 * (whole - partial) / whole);
    let chosen = whole_runs.unwrap_or(partial_run);
    let compared = case.is_published();
    Ok(Report {
        parameters: parameters.clone(),
        regret: whole_runs.and_then(|best| regret(&rows, &best)),
        production_lots: production_lots(case, &chosen),
        flour: case.flour.map(|flour| sacks(flour, &chosen)),
        delivery_lots: compared.then(|| delivery_lots(case, &chosen)),
        published: compared.then(|| published(&rows)),
        errata: if compared {
            errata(case, &chosen)
        } else {
            Vec::new()
        },
        best: Best {
            whole_runs,
            partial_run,
            saving_percent,
        },
        rows,
        rows_partial_run,
    })
}

fn rows(model: &ThreeEchelon, most: u32, runs: Runs) -> Result<Vec<Row>, ParameterError> {
    (1..=most)
        .map(|n| {
            let lots = model.lots(n, runs)?;
            Ok(Row::new(
                &lots,
                model.costs(&lots).ok(),
                runs == Runs::Partial,
            ))
        })
        .collect()
}

/// The row of the least cost, the first of several.
fn least(rows: &[Row], cost: impl Fn(&Row) -> Option<f64>) -> Option<&Row> {
    rows.iter()
        .filter_map(|row| cost(row).map(|cost| (row, cost)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(row, _)| row)
}

fn regret(rows: &[Row], best: &Row) -> Option<Regret> {
    let own_best = |party| least(rows, |row| row.cost_of(party));
    // What a party pays in a row above its own best.
    let above = |party, row: &Row| Some(row.cost_of(party)? - own_best(party)?.cost_of(party)?);
    let of = |party: Party| {
        let own = own_best(party)?;
        let others = Party::ALL.into_iter().filter(|other| *other != party);
        Some(PartyRegret {
            own_best_n: own.n,
            own_best_cost: own.cost_of(party)?,
            cost: best.cost_of(party)?,
            regret: above(party, best)?,
            others_regret: others.map(|other| above(other, own)).sum::<Option<f64>>()?,
        })
    };
    let [buyer, producer, supplier] = Party::ALL.map(of);
    let (buyer, producer, supplier) = (buyer?, producer?, supplier?);
    Some(Regret {
        n: best.n,
        sum: buyer.regret + producer.regret + supplier.regret,
        buyer,
        producer,
        supplier,
    })
}

fn production_lots(case: &Case, row: &Row) -> Vec<ProductionLot> {
    let units = |product: &Product| product.daily_production * product.conversion;
    let all: f64 = case.products.iter().map(units).sum();
    case.products
        .iter()
        .map(|product| {
            let share = units(product) / all;
            let pieces = row.q_p * share / product.conversion;
            ProductionLot {
                product: product.name.clone(),
                daily_production: product.daily_production,
                conversion: product.conversion,
                daily_production_aggregate: units(product),
                share,
                q_p_aggregate: row.q_p * share,
                q_p: pieces,
                q_p_rounded_up: (pieces - ROUNDING).ceil() as i64,
            }
        })
        .collect()
}

fn sacks(flour: Flour, row: &Row) -> Sacks {
    let in_sacks = |units: f64| units * flour.grams_per_unit / flour.grams_per_sack;
    Sacks {
        grams_per_unit: flour.grams_per_unit,
        grams_per_sack: flour.grams_per_sack,
        q_pw_sacks: in_sacks(row.q_pw),
        Q_s_sacks: in_sacks(row.Q_s),
    }
}

fn delivery_lots(case: &Case, row: &Row) -> DeliveryLots {
    let salesmen: Vec<SalesmanLot> = published::DELIVERY_LOTS
        .iter()
        .map(|(salesman, pieces)| SalesmanLot {
            salesman,
            pieces: pieces.to_vec(),
            sum_pieces: pieces.iter().sum(),
        })
        .collect();
    let pieces: Vec<u32> = (0..published::DELIVERY_PRODUCTS.len())
        .map(|product| {
            salesmen
                .iter()
                .filter_map(|one| one.pieces.get(product))
                .sum()
        })
        .collect();
    DeliveryLots {
        products: published::DELIVERY_PRODUCTS.to_vec(),
        sum_pieces: pieces.iter().sum(),
        sum_units: pieces
            .iter()
            .zip(&case.products)
            .map(|(pieces, product)| f64::from(*pieces) * product.conversion)
            .sum(),
        pieces,
        salesmen,
        q_b: row.q_b,
    }
}

fn published(rows: &[Row]) -> Published {
    let mut largest: f64 = 0.0;
    let printed = published::COSTS
        .iter()
        .map(|&(n, n_p, [tc_b, tc_pw, tc_p, tc_s, tc])| {
            if let Some(row) = rows.iter().find(|row| row.n == n) {
                let ours = [row.tc_b, row.tc_pw, row.tc_p, row.tc_s, row.tc]
                    .into_iter()
                    .flatten();
                for (ours, printed) in ours.zip([tc_b, tc_pw, tc_p, tc_s, tc]) {
                    largest = largest.max((printed - ours).abs() / ours);
                }
            }
            PublishedRow {
                n,
                n_p,
                tc_b,
                tc_pw,
                tc_p,
                tc_s,
                tc,
            }
        });
    Published {
        rows: printed.collect(),
        largest_relative_difference: largest,
    }
}

fn errata(case: &Case, best: &Row) -> Vec<Erratum> {
    let delivery = delivery_lots(case, best);
    let parameters = &case.parameters;
    vec![
        Erratum {
            figure: "least total cost, in the text".to_owned(),
            printed: format!("{:.2}", published::LEAST_COST_IN_TEXT),
            recomputed: format!("{:.2}", best.tc.unwrap_or_default()),
            why: "the study's own Table 2 has 3124919.45 at n = 25, which its equations give; no n gives the figure of the text",
        },
        Erratum {
            figure: "loaves in a delivery, in the text".to_owned(),
            printed: format!(
                "{} ({} in {} deliveries)",
                published::DELIVERY_IN_TEXT,
                published::DELIVERY_IN_TEXT * best.n,
                best.n
            ),
            recomputed: format!(
                "{} ({} in {} deliveries)",
                delivery.sum_pieces,
                delivery.sum_pieces * best.n,
                best.n
            ),
            why: "what the study's own table of delivery lots sums to, in pieces of every size",
        },
        Erratum {
            figure: "units in the table of delivery lots".to_owned(),
            printed: format!("{:.3}", delivery.sum_units),
            recomputed: format!("{:.3}", best.q_b),
            why: "the pieces are whole, and together worth a little less than the q_B that the cost is calculated for",
        },
        Erratum {
            figure: "theta_PW and theta_S".to_owned(),
            printed: "0.003".to_owned(),
            recomputed: format!("{} and {}", parameters.theta_PW, parameters.theta_S),
            why: "printed to three decimals, while the tables follow from five",
        },
        Erratum {
            figure: "H_S".to_owned(),
            printed: "9.38".to_owned(),
            recomputed: parameters.H_S.to_string(),
            why: "printed rounded; the tables follow from two digits more",
        },
        Erratum {
            figure: "deliveries of material charged to the supplier".to_owned(),
            printed: "n_P + 1".to_owned(),
            recomputed: "n_P".to_owned(),
            why: "the equation counts the original model's last partial run, the tables make whole runs only and charge TC_S for n_P",
        },
    ]
}
