//! Simulated figures against those of inventory theory, and the statistics that compare them.

use kulakan::plan::distribution::{NegativeBinomial, Poisson};
use kulakan::simulate::distribution::DemandTable;
use kulakan::simulate::network::DemandDistribution;
use kulakan::simulate::statistics::{interval, saving_percent, t_quantile_975};

use super::{network, one_shop, replication};

/// Reviewed every morning, filled up to S, the goods two days on the road: in the evening the stock is S less the demand
/// of three days, so that E[(D - S)+] customers wait and E[(S - D)+] units lie there. D is Poisson with mean 12.
#[test]
fn an_order_up_to_system_has_the_backorders_that_theory_expects() {
    let text = one_shop(&[
        "days = 3000",
        "warm_up_days = 10",
        "unmet_demand = \"backordered\"",
        "demand.distribution = \"poisson\"",
        "delivery.distributor_cost = 0.000001",
        "shop.demand_per_period = [120]",
    ]);
    let setting = network(&text);
    let (mut waiting, mut lying) = (Vec::new(), Vec::new());
    for number in 0..200 {
        let mut unit_days = 0;
        let measures = replication(&setting, "vmi", number, &mut |evening| {
            if evening.day >= 10 {
                unit_days += evening.world.shop(0, 0).shelf.total();
            }
        });
        waiting.push(measures.waiting_days[0] as f64 / 3000.0);
        lying.push(unit_days as f64 / 3000.0);
    }
    let demand = Poisson::with_mean(12.0);
    let shortage = demand.expected_shortage(12);
    // S - D = (S - D)+ - (D - S)+, and its mean is 0.
    for (found, expected) in [(interval(&waiting), shortage), (interval(&lying), shortage)] {
        let (low, high) = (found.low.unwrap(), found.high.unwrap());
        assert!(low <= expected && expected <= high, "{expected}: {found:?}");
        assert!(high - low < 0.1 * expected, "{found:?} says little");
    }
}

#[test]
fn tables_of_demand_are_the_distributions_they_stand_for() {
    for mean in [0.01, 0.8, 5.0, 23.2, 700.0, 60_000.0] {
        let table = DemandTable::new(DemandDistribution::Poisson, mean, mean);
        let exact = Poisson::with_mean(mean);
        assert!(
            (table.mean() / mean - 1.0).abs() < 1e-10,
            "{mean}: {}",
            table.mean()
        );
        assert!((table.variance() / mean - 1.0).abs() < 1e-8);
        for uniform in [1e-6, 0.05, 0.5, 0.95, 0.999_999] {
            assert_eq!(
                table.draw(uniform),
                exact.quantile(uniform),
                "{mean} {uniform}"
            );
        }
        let ratio = 3.5;
        let table = DemandTable::new(DemandDistribution::NegativeBinomial, mean, ratio * mean);
        let exact = NegativeBinomial::with_moments(mean, ratio * mean);
        assert!((table.mean() / mean - 1.0).abs() < 1e-9);
        assert!((table.variance() / (ratio * mean) - 1.0).abs() < 1e-7);
        for uniform in [0.05, 0.5, 0.95, 0.999_999] {
            assert_eq!(
                table.draw(uniform),
                exact.quantile(uniform),
                "{mean} {uniform}"
            );
        }
    }
    let normal = DemandTable::new(DemandDistribution::Normal, 100.0, 225.0);
    assert!((normal.mean() - 100.0).abs() < 1e-9);
    // Rounding adds the variance of a uniform figure of width 1.
    assert!((normal.variance() - 225.0 - 1.0 / 12.0).abs() < 1e-6);
    assert_eq!(
        (normal.draw(0.5), normal.draw(0.95), normal.draw(0.0)),
        (100, 125, 0)
    );
    let cut = DemandTable::new(DemandDistribution::Normal, 1.0, 9.0);
    // Half a standard deviation below the mean lies a half: P(X < 0.5) = 0.43.
    assert_eq!((cut.draw(0.43), cut.draw(0.44)), (0, 1));
    assert!(cut.mean() > 1.5 && cut.mean() < 1.9, "{}", cut.mean());
}

/// Tables of Student's distribution, to the digits that are printed.
#[test]
fn intervals_are_students() {
    for (freedom, printed) in [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (9, 2.2622),
        (30, 2.0423),
        (199, 1.9720),
    ] {
        assert!(
            (t_quantile_975(freedom) - printed).abs() < 5e-5,
            "{freedom}"
        );
    }
    // Mean 3, standard deviation sqrt(2.5), five values: 3 -+ 2.7764 sqrt(2.5 / 5).
    let found = interval(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    assert!(
        (found.half_width().unwrap() - 1.9633).abs() < 1e-4,
        "{found:?}"
    );
    assert_eq!(interval(&[7.0]).low, None);
}

#[test]
fn a_saving_is_as_certain_as_the_pairs_move_together() {
    let base = [100.0, 140.0, 120.0, 80.0];
    let fixed = saving_percent(&base, &base.map(|cost| 0.75 * cost)).unwrap();
    assert!((fixed.mean - 25.0).abs() < 1e-12);
    assert!(fixed.half_width().unwrap() < 1e-9);
    let apart = saving_percent(&base, &[105.0, 75.0, 60.0, 90.0]).unwrap();
    assert!((apart.mean - 25.0).abs() < 1e-12);
    assert!(apart.half_width().unwrap() > 30.0);
    assert!(saving_percent(&[0.0, 0.0], &[1.0, 1.0]).is_none());
}
