//! Rules compared at the same fill rate.

use kulakan::backtest::{Frontier, Outcome, Rule, backtest, compare};

use super::{history, restless, settings};

#[test]
fn a_rule_saves_nothing_against_itself_and_loses_by_what_it_keeps_in_vain() {
    let history = history(&restless(40, 200));
    let rule = |safety_factor: f64, window_days: u32| Rule::Textbook {
        safety_factor,
        window_days,
    };
    let family: Vec<Rule> = (0..12)
        .map(|step| rule(f64::from(step) * 0.3, 28))
        .collect();
    let outcomes = backtest(&history, &family, &settings(), 1).unwrap();
    let costs = settings().costs;
    let rates: Vec<f64> = outcomes.iter().map(Outcome::fill_rate).collect();
    assert!(rates[..5].is_sorted_by(|low, high| low < high), "{rates:?}");
    let frontier = Frontier::of(&outcomes, &costs);
    let inside = &outcomes[3];
    let itself = compare(inside, &frontier, &costs).unwrap();
    assert!(itself.saving.abs() < 1e-12 && itself.stock_saving.abs() < 1e-12);
    // Twice the stock at the same service costs twice the holding.
    let mut wasteful = *inside;
    wasteful.stock_nights *= 2;
    let against = compare(&wasteful, &frontier, &costs).unwrap();
    assert!((against.stock_saving + 1.0).abs() < 1e-12);
    let (own, held) = (inside.cost(&costs), inside.cost(&costs).holding);
    assert!((against.saving + held / own.total()).abs() < 1e-12);
    // Between two points it lies on the line between them; beyond them nothing is said.
    let (low, high) = (&outcomes[2], &outcomes[3]);
    let (_, stock) = frontier
        .at(f64::midpoint(low.fill_rate(), high.fill_rate()))
        .unwrap();
    assert!((stock - (low.stock_nights + high.stock_nights) as f64 / 2.0).abs() < 1e-6);
    assert!(frontier.at(outcomes[0].fill_rate() - 1e-6).is_none());
}
