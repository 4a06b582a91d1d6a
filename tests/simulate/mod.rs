//! The simulator: against trajectories worked out by hand, against theory, and from the command line.

mod chance;
mod command;
mod input;
mod laws;
mod replay;
mod theory;
mod worked;

use kulakan::simulate::cost::{EchelonFigures, figures};
use kulakan::simulate::demand::DemandModel;
use kulakan::simulate::measure::Measures;
use kulakan::simulate::policy::policies;
use kulakan::simulate::run::{Evening, replicate};
use kulakan::simulate::{Horizon, Input, Network, Overrides};

/// The names of the policies, in the order of the results.
pub const POLICIES: [&str; 5] = [
    "traditional",
    "vmi",
    "traditional_with_safety_stock",
    "vmi_with_safety_stock",
    "kulakan",
];

/// One shop that sells one product, the distributor having plenty; every `NAME = value` in `changes` replaces the line
/// of that name or, with a table in front (`shop.NAME = value`), is added to that table.
pub fn one_shop(changes: &[&str]) -> String {
    let mut top = vec![
        "period_days = 30".to_owned(),
        "holding_fraction_per_period = 0.01".to_owned(),
        "days = 30".to_owned(),
        "warm_up_days = 0".to_owned(),
        "history_days = 30".to_owned(),
        "replications = 1".to_owned(),
    ];
    let mut tables = [
        ("demand", vec!["distribution = \"constant\"".to_owned()]),
        (
            "delivery",
            vec![
                "distributor_cost = 4.166666".to_owned(),
                "lead_time_days = 2".to_owned(),
            ],
        ),
        ("planner", Vec::new()),
        (
            "supplier",
            vec![
                "name = \"maker\"".to_owned(),
                "lead_time_days = 2".to_owned(),
            ],
        ),
        (
            "product",
            vec![
                "name = \"soap\"".to_owned(),
                "supplier = \"maker\"".to_owned(),
                "retail_price = 60".to_owned(),
                "distributor_price = 40".to_owned(),
                "production_cost = 30".to_owned(),
                "order_cost = 10".to_owned(),
                "handling_cost = 5".to_owned(),
                "opening_stock = 1000000".to_owned(),
            ],
        ),
        (
            "shop",
            vec![
                "name = \"A\"".to_owned(),
                "demand_per_period = [300]".to_owned(),
                "order_cost = 10".to_owned(),
            ],
        ),
    ];
    for change in changes {
        let (name, value) = change.split_once(" = ").unwrap();
        let (lines, field) = match name.split_once('.') {
            Some((table, field)) => {
                let found = tables.iter_mut().find(|(name, _)| *name == table);
                (&mut found.unwrap().1, field)
            }
            None => (&mut top, name),
        };
        lines.retain(|line| !line.starts_with(&format!("{field} = ")));
        lines.push(format!("{field} = {value}"));
    }
    let mut text = top.join("\n") + "\n";
    for (name, lines) in tables {
        let header = match name {
            "supplier" | "product" | "shop" => format!("[[{name}]]"),
            _ => format!("[{name}]"),
        };
        text.push_str(&format!("{header}\n{}\n", lines.join("\n")));
    }
    text
}

/// The network and horizon of an input that is right.
pub fn network(text: &str) -> (Network, Horizon) {
    let input = Input::parse(text).unwrap();
    input.network(&Overrides::default(), None).unwrap()
}

/// Why an input is refused.
pub fn refusal(text: &str) -> String {
    let input = match Input::parse(text) {
        Ok(input) => input,
        Err(error) => return error.to_string(),
    };
    let refused = input.network(&Overrides::default(), None);
    refused.expect_err("to be refused").to_string()
}

/// One replication under a policy by its name, `evening` called every day.
pub fn replication(
    (network, horizon): &(Network, Horizon),
    policy: &str,
    number: u32,
    evening: &mut dyn FnMut(&Evening),
) -> Measures {
    let model = DemandModel::new(network, horizon.history_days + horizon.warm_up_days).unwrap();
    let mut policies = policies(network, &model);
    let policy = policies
        .iter_mut()
        .find(|known| known.name() == policy)
        .unwrap();
    replicate(network, horizon, &model, number, &mut **policy, evening).unwrap()
}

/// Evening stock of the first product in the first shop, day by day, and what was measured.
pub fn trajectory(text: &str, policy: &str) -> (Vec<i64>, Measures) {
    let mut stock = Vec::new();
    let measures = replication(&network(text), policy, 0, &mut |evening| {
        stock.push(evening.world.shop(0, 0).shelf.total());
    });
    (stock, measures)
}

/// Shops, distributor and suppliers in money.
pub fn money(text: &str, measures: &Measures) -> [EchelonFigures; 3] {
    figures(&network(text).0, measures)
}
