//! Plans cut to the money that there is.

use kulakan::model::{Money, Quantity, Sku};
use kulakan::plan::budget::expected_shortage;
use kulakan::plan::{
    BudgetCut, Distribution, PlanLanguage, PlanLine, Policy, Price, ProductInput, Safety, Step,
    Urgency, cut_to_budget, plan_product, sentence,
};
use proptest::prelude::*;
use rstest::rstest;

use super::{history, product, today, undated};

/// A line that sells so many a day with so many on the shelf, in packs of a size.
fn line(sku: &str, per_day: i64, on_hand: i64, pack_size: i64) -> PlanLine {
    let input = ProductInput {
        sku: Sku::parse(sku).unwrap(),
        lots: vec![undated(on_hand)],
        pack_size: Quantity(pack_size),
        ..product(history(&[per_day; 30]))
    };
    plan_product(today(), &input, &Policy::default())
}

fn price(pack_cost: i64, margin_per_unit: f64) -> Price {
    Price {
        pack_cost: Money(pack_cost),
        margin_per_unit,
        minimum_order: Quantity::ZERO,
    }
}

fn cut(lines: &mut [PlanLine], prices: &[Price], budget: i64) -> BudgetCut {
    let mut priced: Vec<_> = lines.iter_mut().zip(prices.iter().copied()).collect();
    cut_to_budget(&mut priced, Money(budget)).unwrap()
}

fn cost(lines: &[PlanLine], prices: &[Price]) -> i64 {
    let costs = lines.iter().zip(prices);
    costs
        .map(|(line, price)| line.packs * price.pack_cost.0)
        .sum()
}

#[test]
fn enough_money_changes_nothing() {
    let mut lines = [line("KOPI", 10, 0, 12), line("TEH", 5, 0, 10)];
    let prices = [price(12_000, 300.0), price(9_000, 200.0)];
    let before = lines.clone();
    let wanted = cost(&lines, &prices);
    let summary = cut(&mut lines, &prices, wanted);
    assert_eq!(lines, before);
    assert_eq!(
        (summary.wanted, summary.spent),
        (Money(wanted), Money(wanted))
    );
    assert!(summary.cut.is_empty() && summary.margin_lost == 0.0);
}

#[test]
fn what_keeps_the_least_margin_per_rupiah_goes_first() {
    // The same packs at the same cost; of tea each sale brings a sixth. Both start empty, so that the first packs of
    // each are sold for certain and only the last ones are for safety.
    let mut lines = [line("KOPI", 10, 0, 10), line("TEH", 10, 0, 10)];
    let prices = [price(10_000, 300.0), price(10_000, 50.0)];
    let packs = lines[0].packs;
    assert_eq!((packs, lines[1].packs), (11, 11));
    let summary = cut(&mut lines, &prices, 20 * 10_000);
    // 90 are expected to sell: the tenth and eleventh pack of coffee still keep more than the last of tea.
    assert_eq!((lines[0].packs, lines[1].packs), (11, 9));
    assert_eq!(lines[1].quantity, Quantity(90));
    assert_eq!(
        lines[1].reason.steps.last(),
        Some(&Step::CutToBudget {
            from: Quantity(110),
            to: Quantity(90)
        })
    );
    assert_eq!(summary.cut.len(), 1);
    assert_eq!(summary.cut[0].saved, Money(20_000));
    let reason = &lines[1].reason;
    let lost = 50.0 * (expected_shortage(reason, 90) - expected_shortage(reason, 110));
    assert!((summary.margin_lost - lost).abs() < 1e-9 && lost > 0.0);
    cut(&mut lines, &prices, 0);
    assert_eq!(
        (lines[0].quantity, lines[1].quantity),
        (Quantity(0), Quantity(0))
    );
}

#[test]
fn below_the_minimum_the_whole_line_goes() {
    let mut lines = [line("KOPI", 10, 0, 10), line("TEH", 10, 0, 10)];
    let mut prices = [price(10_000, 300.0), price(10_000, 299.0)];
    prices[0].minimum_order = Quantity(95);
    // Ten packs of coffee together keep a little less for each rupiah than the first nine of tea do.
    cut(&mut lines, &prices, 12 * 10_000);
    assert_eq!((lines[0].packs, lines[1].packs), (0, 11));
    let mut lines = [line("KOPI", 10, 0, 10), line("TEH", 10, 0, 10)];
    cut(&mut lines, &prices, 19 * 10_000);
    assert_eq!((lines[0].packs, lines[1].packs), (10, 9));
}

#[test]
fn equal_worth_is_settled_by_urgency_and_then_by_code() {
    let mut lines = [
        line("B", 10, 0, 10),
        line("A", 10, 0, 10),
        line("C", 10, 45, 10),
    ];
    assert_eq!(lines[2].urgency, Urgency::Along);
    let prices = [price(10_000, 0.0); 3];
    cut(&mut lines, &prices, 12 * 10_000);
    assert_eq!((lines[0].packs, lines[1].packs, lines[2].packs), (1, 11, 0));
    // What is sold at a loss is no better and no worse.
    let mut lines = [line("B", 10, 0, 10), line("A", 10, 0, 10)];
    cut(
        &mut lines,
        &[price(10_000, -50.0), price(10_000, 0.0)],
        12 * 10_000,
    );
    assert_eq!((lines[0].packs, lines[1].packs), (1, 11));
}

#[test]
fn a_line_without_a_cost_is_kept_and_named() {
    let mut lines = [line("KOPI", 10, 0, 10), line("TEH", 10, 0, 10)];
    let summary = cut(&mut lines, &[price(10_000, 300.0), price(0, 300.0)], 30_000);
    assert_eq!((lines[0].packs, lines[1].packs), (3, 11));
    assert_eq!(summary.without_cost, [Sku::parse("TEH").unwrap()]);
    assert_eq!(summary.spent, Money(30_000));
}

#[rstest]
#[case::budget(-1, price(1, 1.0), "budget is -1, must be 0 or above")]
#[case::cost(1, price(-5, 1.0), "lines[0].pack_cost is -5, must be 0 or above")]
#[case::margin(
    1,
    price(5, f64::NAN),
    "lines[0].margin_per_unit is NaN, must be from -1e18 to 1e18"
)]
fn impossible_money_is_refused(#[case] budget: i64, #[case] price: Price, #[case] message: &str) {
    let mut line = line("KOPI", 10, 0, 10);
    let before = line.clone();
    let error = cut_to_budget(&mut [(&mut line, price)], Money(budget)).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(line, before);
}

#[test]
fn the_sentence_says_it() {
    let prices = [price(10_000, 300.0)];
    let mut some = [line("KOPI", 10, 0, 12)];
    let packs = some[0].packs;
    cut(&mut some, &prices, 20_000);
    let mut none = [line("KOPI", 10, 0, 12)];
    cut(&mut none, &prices, 0);
    for (line, indonesian, english) in [
        (
            &some[0],
            format!("jadi beli 2 dus (24), dipotong anggaran dari {packs}."),
            format!("so buy 2 dus (24), cut from {packs} by the budget."),
        ),
        (
            &none[0],
            format!("perlu {packs} dus tetapi dipotong anggaran, jadi tidak dibeli dulu."),
            format!("{packs} dus are needed but cut by the budget, so not bought now."),
        ),
    ] {
        let said = sentence(line, PlanLanguage::Indonesian, "dus");
        assert!(said.ends_with(&indonesian), "{said}");
        let said = sentence(line, PlanLanguage::English, "dus");
        assert!(said.ends_with(&english), "{said}");
    }
}

#[test]
fn the_largest_order_is_cut_at_once() {
    let mut lines = [line("KOPI", 1_000_000_000_000, 0, 1)];
    let wanted = lines[0].packs;
    let summary = cut(&mut lines, &[price(1, 1.0)], wanted / 3);
    assert!(lines[0].packs <= wanted / 3 && lines[0].packs > wanted / 3 - wanted / 500);
    assert!(summary.margin_lost.is_finite() && summary.margin_lost > 0.0);
}

/// The expected shortage added up from the probability of each demand that is larger.
fn shortage_by_terms(mean: f64, variance: f64, position: i64) -> f64 {
    let (p, r) = (mean / variance, mean * mean / (variance - mean));
    let mut term = (r * p.ln()).exp();
    let mut sum = 0.0;
    for demand in 0..2000 {
        sum += term * (f64::from(demand) - position as f64).max(0.0);
        term *= (f64::from(demand) + r) / (f64::from(demand) + 1.0) * (1.0 - p);
    }
    sum
}

#[test]
fn the_expected_shortage_is_that_of_the_lines_own_distribution() {
    let of = |policy: Policy| {
        plan_product(
            today(),
            &product(history(&[0, 4, 9, 1, 6, 8, 0].repeat(6))),
            &policy,
        )
        .reason
    };
    let reason = of(Policy::default());
    for position in [-7, 0, 10, 36, 60, 90] {
        let wanted = shortage_by_terms(reason.mean, reason.variance, position);
        assert!((expected_shortage(&reason, position) - wanted).abs() < 1e-9 * wanted.max(1.0));
    }
    let poisson = of(Policy {
        distribution: Distribution::Poisson,
        ..Policy::default()
    });
    let nearly = shortage_by_terms(poisson.mean, poisson.mean * (1.0 + 1e-7), 40);
    assert!((expected_shortage(&poisson, 40) - nearly).abs() < 1e-5);
    let normal = of(Policy {
        distribution: Distribution::Normal,
        ..Policy::default()
    });
    // At the mean the normal loss is sigma / sqrt(2 pi).
    let at_mean = expected_shortage(&normal, 36) - (normal.mean - 36.0).max(0.0);
    assert!((normal.mean - 36.0).abs() < 1.0 && at_mean > 0.0);
    let bare = of(Policy {
        safety: Safety::None,
        ..Policy::default()
    });
    assert!(expected_shortage(&bare, 1_000_000) >= 0.0);
    let nothing = plan_product(today(), &product(history(&[0; 30])), &Policy::default()).reason;
    assert_eq!(
        (
            expected_shortage(&nothing, -3),
            expected_shortage(&nothing, 3)
        ),
        (3.0, 0.0)
    );
}

fn priced_lines() -> impl Strategy<Value = (Vec<PlanLine>, Vec<Price>)> {
    let one = (0i64..6, -3i64..12, 1i64..40, 0i64..40, 0u32..30, 0i64..60);
    proptest::collection::vec(one, 1..4).prop_map(|ones| {
        let made = ones.into_iter().enumerate().map(
            |(place, (per_day, on_hand, pack, cost, margin, minimum))| {
                let input = ProductInput {
                    sku: Sku::parse(&format!("P{place}")).unwrap(),
                    lots: vec![undated(on_hand)],
                    pack_size: Quantity(pack.max(8)),
                    minimum_order: Quantity(minimum),
                    ..product(history(&[per_day; 30]))
                };
                let price = Price {
                    minimum_order: Quantity(minimum),
                    ..price(cost, f64::from(margin))
                };
                (plan_product(today(), &input, &Policy::default()), price)
            },
        );
        made.unzip()
    })
}

/// Expected margin kept by so many packs of each line.
fn kept(lines: &[PlanLine], prices: &[Price], packs: &[i64]) -> f64 {
    let each = lines
        .iter()
        .zip(prices)
        .zip(packs)
        .map(|((line, price), &packs)| {
            let without = expected_shortage(&line.reason, line.position.0);
            let with = expected_shortage(&line.reason, line.position.0 + packs * line.pack_size.0);
            price.margin_per_unit.max(0.0) * (without - with)
        });
    each.sum()
}

/// Every choice of packs that the suppliers sell and the money pays for; the most margin that one keeps.
fn best_of_all(lines: &[PlanLine], prices: &[Price], budget: i64) -> f64 {
    let mut choices: Vec<Vec<i64>> = vec![Vec::new()];
    for (line, price) in lines.iter().zip(prices) {
        let sold = |packs: i64| {
            packs == 0 || packs * line.pack_size.0 >= price.minimum_order.0.min(line.quantity.0)
        };
        let options: Vec<i64> = (0..=line.packs)
            .filter(|&packs| sold(packs))
            .filter(|&packs| price.pack_cost.0 > 0 || packs == line.packs)
            .collect();
        choices = choices
            .into_iter()
            .flat_map(|choice| {
                options
                    .iter()
                    .map(move |&packs| [choice.as_slice(), &[packs]].concat())
            })
            .collect();
    }
    choices
        .iter()
        .filter(|choice| {
            choice
                .iter()
                .zip(prices)
                .map(|(packs, price)| packs * price.pack_cost.0)
                .sum::<i64>()
                <= budget
        })
        .map(|choice| kept(lines, prices, choice))
        .fold(f64::NEG_INFINITY, f64::max)
}

fn packs(lines: &[PlanLine]) -> Vec<i64> {
    lines.iter().map(|line| line.packs).collect()
}

proptest! {
    #[test]
    fn never_above_budget_and_in_packs_that_are_sold((lines, prices) in priced_lines(), share in 0.0..1.2f64) {
        let mut after = lines.clone();
        let budget = (share * cost(&lines, &prices) as f64) as i64;
        let summary = cut(&mut after, &prices, budget);
        let spent = cost(&after, &prices);
        prop_assert!(spent <= budget.max(0));
        prop_assert_eq!(summary.spent, Money(spent));
        let saved: i64 = summary.cut.iter().map(|cut| cut.saved.0).sum();
        prop_assert_eq!(summary.wanted.0 - saved, spent);
        let lost = kept(&lines, &prices, &packs(&lines)) - kept(&lines, &prices, &packs(&after));
        prop_assert!((summary.margin_lost - lost).abs() <= 1e-9 * lost.abs().max(1.0));
        for ((before, after), price) in lines.iter().zip(&after).zip(&prices) {
            prop_assert_eq!(after.packs * after.pack_size.0, after.quantity.0);
            prop_assert!(after.quantity <= before.quantity);
            prop_assert!(after.quantity.0 == 0 || after.quantity >= price.minimum_order.min(before.quantity));
            let said = matches!(after.reason.steps.last(), Some(Step::CutToBudget { .. }));
            prop_assert_eq!(said, after.quantity < before.quantity);
        }
    }

    #[test]
    fn more_budget_never_keeps_less_margin((lines, prices) in priced_lines(), share in 0.0..1.0f64) {
        let wanted = cost(&lines, &prices);
        let budget = (share * wanted as f64) as i64;
        let at = |budget: i64| {
            let mut after = lines.clone();
            cut(&mut after, &prices, budget);
            kept(&lines, &prices, &packs(&after))
        };
        let base = at(budget);
        for more in [1, 2, 3, 5, 8, 13, 40, wanted] {
            prop_assert!(at(budget + more) >= base - 1e-9);
        }
    }

    #[test]
    fn the_best_of_all_choices_is_near((lines, prices) in priced_lines(), share in 0.0..1.0f64, one_cost in any::<bool>()) {
        let mut prices = prices;
        if one_cost {
            for price in &mut prices {
                price.pack_cost = Money(10);
                price.minimum_order = Quantity::ZERO;
            }
        }
        let budget = (share * cost(&lines, &prices) as f64) as i64;
        let mut after = lines.clone();
        let summary = cut(&mut after, &prices, budget);
        let found = kept(&lines, &prices, &packs(&after));
        let best = best_of_all(&lines, &prices, budget);
        prop_assert!(found <= best + 1e-9);
        if one_cost {
            prop_assert!(found >= best - 1e-9, "{found} {best}");
        }
        // Short of the best by less than the next portion of some line that was cut: its minimum, or a pack.
        let largest = summary.cut.iter().map(|cut| {
            let place = lines.iter().position(|line| line.sku == cut.sku).unwrap();
            let (line, price) = (&lines[place], &prices[place]);
            let first = (price.minimum_order.0 + line.pack_size.0 - 1) / line.pack_size.0;
            let next = if after[place].packs == 0 { first.clamp(1, line.packs) } else { after[place].packs + 1 };
            let mut with = packs(&after);
            with[place] = next;
            kept(&lines, &prices, &with) - found
        }).fold(0.0, f64::max);
        prop_assert!(best - found <= largest + 1e-9, "{found} {best} {largest}");
    }

    #[test]
    fn the_order_of_the_lines_changes_nothing((lines, prices) in priced_lines(), share in 0.0..1.0f64) {
        let budget = (share * cost(&lines, &prices) as f64) as i64;
        let (mut forth, mut back) = (lines.clone(), lines.clone());
        back.reverse();
        let turned: Vec<Price> = prices.iter().rev().copied().collect();
        cut(&mut forth, &prices, budget);
        cut(&mut back, &turned, budget);
        back.reverse();
        prop_assert_eq!(forth, back);
    }
}
