//! Random numbers: common to all policies, and nobody else's.

use kulakan::simulate::random::{Purpose, Stream};
use kulakan::simulate::{Horizon, Network, STUDY_CASE};

use super::{POLICIES, network, one_shop, replication};

fn demand(setting: &(Network, Horizon), policy: &str, number: u32) -> Vec<Vec<i64>> {
    let mut days = Vec::new();
    replication(setting, policy, number, &mut |evening| {
        days.push(evening.demand.to_vec());
    });
    days
}

#[test]
fn every_policy_meets_the_same_demand_and_every_replication_another() {
    let setting = network(STUDY_CASE);
    let [traditional, others @ ..] = POLICIES.map(|policy| demand(&setting, policy, 3));
    for other in others {
        assert_eq!(traditional, other);
    }
    assert_eq!(traditional.len(), 450);
    assert_ne!(traditional, demand(&setting, "vmi", 4));
    let first_product: i64 = traditional.iter().map(|day| day[0]).sum();
    // 448 a period for fifteen periods, give or take four standard deviations of the Poisson.
    assert!((first_product - 15 * 448).abs() < 4 * 82, "{first_product}");
}

#[test]
fn a_shop_that_is_added_changes_nobody_elses_demand() {
    let alone = network(&one_shop(&["demand.distribution = \"poisson\""]));
    let two = one_shop(&["demand.distribution = \"poisson\""])
        + "[[shop]]\nname = \"B\"\ndemand_per_period = [90]\norder_cost = 10\n";
    let alone = demand(&alone, "vmi", 0);
    let two = demand(&network(&two), "vmi", 0);
    assert!(
        alone
            .iter()
            .zip(&two)
            .all(|(alone, two)| alone[0] == two[0])
    );
    assert!(two.iter().any(|day| day[0] != day[1]));
}

#[test]
fn busy_weekdays_are_busier_and_the_mean_stays() {
    let text = one_shop(&[
        "days = 2800",
        "demand.distribution = \"poisson\"",
        "demand.weekday_factors = [1, 1, 1, 1, 1, 1, 8]",
        // Day 0 is a Monday, and so is the first day after three weeks.
        "history_days = 21",
    ]);
    let days = demand(&network(&text), "vmi", 0);
    let of =
        |weekday: usize| -> i64 { days.iter().skip(weekday).step_by(7).map(|day| day[0]).sum() };
    // Seventy a week: five on each day and forty on Sunday, 400 times.
    assert!((of(0) - 2000).abs() < 200, "{}", of(0));
    assert!((of(6) - 16_000).abs() < 600, "{}", of(6));
}

#[test]
fn streams_are_even_and_do_not_resemble_each_other() {
    let draw = |replication, place, item| {
        let mut stream = Stream::new(1, replication, Purpose::Demand, place, item);
        (0..2000).map(|_| stream.uniform()).collect::<Vec<f64>>()
    };
    let one = draw(0, 0, 0);
    let mean = one.iter().sum::<f64>() / 2000.0;
    assert!((mean - 0.5).abs() < 0.03, "{mean}");
    for other in [draw(1, 0, 0), draw(0, 1, 0), draw(0, 0, 1)] {
        let together: f64 = one
            .iter()
            .zip(&other)
            .map(|(x, y)| (x - 0.5) * (y - 0.5))
            .sum();
        // A correlation beyond five standard deviations of none.
        assert!(
            (12.0 * together / 2000.0).abs() < 5.0 / 2000.0_f64.sqrt(),
            "{together}"
        );
    }
    assert_eq!(draw(0, 2, 1), draw(0, 2, 1));
}
