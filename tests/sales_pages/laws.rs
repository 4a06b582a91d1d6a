//! After whatever is sold, paid, brought back, voided and paid out: goods, money and accounts balance, and nobody has
//! got back more money than they paid.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};
use crate::harness::program::{done, run_on};
use kulakan::shop::reports::Period;

#[derive(Debug, Clone)]
enum Step {
    /// Goods, of which this much is paid in cash or by QRIS and the rest put on the account.
    Sell {
        customer: usize,
        quantities: [u8; 2],
        paid: u32,
        by_qris: bool,
    },
    /// A part of what is owed, in hundredths.
    Pay(usize, u8, bool),
    /// A part of what is owed, in hundredths.
    GiveUp(usize, u8),
    /// Some of a line of a sale.
    Return(u8, u8, u8, &'static str),
    Void(u8, &'static str),
    /// A part of what was paid ahead, in hundredths.
    PayOut(usize, u8, bool),
}

const CUSTOMERS: [&str; 2] = ["tini", "budi"];

fn step() -> impl Strategy<Value = Step> {
    let who = 0..CUSTOMERS.len();
    prop_oneof![
        3 => (who.clone(), [1..6_u8, 0..4_u8], 0..40_000_u32, any::<bool>()).prop_map(
            |(customer, quantities, paid, by_qris)| Step::Sell { customer, quantities, paid, by_qris }
        ),
        2 => (who.clone(), 1..=100_u8, any::<bool>()).prop_map(|(a, b, c)| Step::Pay(a, b, c)),
        1 => (who.clone(), 1..=100_u8).prop_map(|(a, b)| Step::GiveUp(a, b)),
        3 => (any::<u8>(), 1..3_u8, 1..6_u8, prop_oneof![Just("cash"), Just("transfer"), Just("debt")])
            .prop_map(|(a, b, c, d)| Step::Return(a, b, c, d)),
        1 => (any::<u8>(), prop_oneof![Just("cash"), Just("transfer")]).prop_map(|(a, b)| Step::Void(a, b)),
        1 => (who, 1..=120_u8, any::<bool>()).prop_map(|(a, b, c)| Step::PayOut(a, b, c)),
    ]
}

fn owed(counter: &Counter, customer: &str) -> i64 {
    counter.number(&format!(
        "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = '{customer}'"
    ))
}

/// What a customer has handed over less what they were handed, from the rows.
fn money_of(counter: &Counter, customer: &str) -> i64 {
    counter.number(&format!(
        "SELECT coalesce((SELECT sum(p.amount) FROM sales s JOIN sale_payments p ON p.sale_id = s.id
                          WHERE s.customer_id = '{customer}' AND p.method <> 'debt'
                            AND s.id NOT IN (SELECT sale_id FROM voids)), 0)
              - coalesce((SELECT sum(r.amount - r.off_debt - r.given_up) FROM returns r JOIN sales s ON s.id = r.sale_id
                          WHERE s.customer_id = '{customer}'), 0)
              - coalesce((SELECT sum(amount) FROM customer_ledger
                          WHERE customer_id = '{customer}' AND kind IN ('payment', 'paid_out')), 0)"
    ))
}

/// What the goods came to that a customer still has.
fn goods_of(counter: &Counter, customer: &str) -> i64 {
    counter.number(&format!(
        "SELECT coalesce(sum(s.total - coalesce((SELECT sum(amount) FROM returns WHERE sale_id = s.id), 0)), 0)
         FROM sales s WHERE s.customer_id = '{customer}' AND s.id NOT IN (SELECT sale_id FROM voids)"
    ))
}

async fn check(counter: &Counter, after: &Step) {
    let day = counter.shop.today().await.unwrap().day;
    let sum = |ways: &[(kulakan::model::PaymentMethod, kulakan::model::Money)]| -> i64 {
        ways.iter().map(|(_, amount)| amount.0).sum()
    };
    let (mut goods, mut accounts, mut money) = (0, 0, 0);
    for customer in CUSTOMERS {
        let (has, owes, gave) = (
            goods_of(counter, customer),
            owed(counter, customer),
            money_of(counter, customer),
        );
        assert!(gave >= 0, "{customer} got {gave} too much: {after:?}");
        assert!(
            -owes <= gave,
            "{customer} has {} coming and gave {gave}: {after:?}",
            -owes
        );
        assert!(has >= 0, "{customer}: {has}: {after:?}");
        (goods, accounts, money) = (goods + has, accounts + owes, money + gave);
    }
    assert_eq!(goods, day.turnover.0, "{after:?}");
    assert_eq!(sum(&day.by_method), day.turnover.0, "{after:?}");
    assert_eq!(goods, money + accounts + day.written_off.0, "{after:?}");
    // What is in the drawer and what is in the bank, as the day has it.
    let out = counter.number(
        "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE kind = 'paid_out' AND method <> 'cash'",
    );
    let debt = |way: &kulakan::model::PaymentMethod| *way == kulakan::model::PaymentMethod::Debt;
    let cash = |way: &kulakan::model::PaymentMethod| *way == kulakan::model::PaymentMethod::Cash;
    let elsewhere = |ways: &[(kulakan::model::PaymentMethod, kulakan::model::Money)]| -> i64 {
        let others = ways.iter().filter(|(way, _)| !debt(way) && !cash(way));
        others.map(|(_, amount)| amount.0).sum()
    };
    let bank = elsewhere(&day.by_method) + elsewhere(&day.debts_paid) - out;
    assert_eq!(day.book.expected().0 + bank, money, "{after:?}");
}

/// What a step of hundredths comes to.
fn part(of: i64, hundredths: u8) -> String {
    (of * i64::from(hundredths) / 100).max(1).to_string()
}

async fn take(
    counter: &Counter,
    owner: &Visitor,
    index: usize,
    step: &Step,
    sales: &mut Vec<String>,
) {
    let id = format!("x{index}");
    let sale = |which: u8| sales.get(usize::from(which) % sales.len().max(1)).cloned();
    let way = |by_transfer: bool| if by_transfer { "transfer" } else { "cash" };
    match step {
        Step::Sell {
            customer,
            quantities: [one, other],
            paid,
            by_qris,
        } => {
            let mut lines = vec![json!({ "sku": "TEH", "quantity": one, "discount": 333 })];
            if *other > 0 {
                lines.push(json!({ "sku": "GULA", "quantity": other }));
            }
            let due = i64::from(*one) * 3_333 - 333 + i64::from(*other) * 7_777;
            let now = i64::from(*paid).min(due);
            let method = if *by_qris { "qris" } else { "cash" };
            let name = CUSTOMERS[*customer];
            let payment = match (now < 500, now == due) {
                (true, _) => json!({ "method": "debt", "customer_id": name }),
                (_, true) => json!({ "method": method, "customer_id": name }),
                _ => json!({ "parts": [{ "method": method, "amount": now }, { "method": "debt" }],
                             "customer_id": name }),
            };
            counter.sell(&id, json!(lines), payment).await;
            sales.push(id);
        }
        Step::Pay(customer, hundredths, by_transfer) => {
            let (name, owes) = (CUSTOMERS[*customer], owed(counter, CUSTOMERS[*customer]));
            if owes > 0 {
                let pay = json!({ "id": id, "amount": part(owes, *hundredths).parse::<i64>().unwrap(),
                                  "method": way(*by_transfer) });
                let path = format!("/customers/{name}/payments");
                counter.api(Method::POST, &path, Some(&pay)).await;
            }
        }
        Step::GiveUp(customer, hundredths) => {
            let (name, owes) = (CUSTOMERS[*customer], owed(counter, CUSTOMERS[*customer]));
            if owes > 0 {
                let amount = part(owes, *hundredths);
                let fields = [("id", &*id), ("amount", &amount), ("note", "pindah")];
                let path = format!("/kasbon/{name}/hapus");
                owner.post(&path, &fields).await.leads();
            }
        }
        Step::Return(which, line, quantity, how) => {
            let Some(sale) = sale(*which) else { return };
            let (line, quantity) = (format!("jumlah.{line}"), quantity.to_string());
            let fields = [
                ("id", &*id),
                (&*line, &*quantity),
                ("alasan", "Barang rusak"),
                ("uang", how),
            ];
            let seen = owner
                .post(&format!("/penjualan/{sale}/retur"), &fields)
                .await;
            assert!([303, 409, 422].contains(&seen.status), "{seen:?}");
        }
        Step::Void(which, how) => {
            let Some(sale) = sale(*which) else { return };
            let fields = [("alasan", "Salah ketik"), ("uang", how)];
            let seen = owner
                .post(&format!("/penjualan/{sale}/batal"), &fields)
                .await;
            assert!([303, 409].contains(&seen.status), "{seen:?}");
        }
        Step::PayOut(customer, hundredths, by_transfer) => {
            let (name, owes) = (CUSTOMERS[*customer], owed(counter, CUSTOMERS[*customer]));
            let amount = part(-owes, *hundredths);
            let fields = [
                ("id", &*id),
                ("amount", &amount),
                ("method", way(*by_transfer)),
            ];
            let seen = owner
                .post(&format!("/kasbon/{name}/kembalikan"), &fields)
                .await;
            let expected = if amount.parse::<i64>().unwrap() <= -owes {
                303
            } else {
                422
            };
            assert!(seen.status == expected || seen.status == 404, "{seen:?}");
        }
    }
}

async fn run(steps: &[Step], rounding: i64) {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("TEH", "Teh celup", 3_333, 3_000).await;
    counter.product("GULA", "Gula pasir", 7_777, 6_300).await;
    counter.shop.set_cash_rounding(rounding).await.unwrap();
    let owner = counter.owner().await;
    let mut sales = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        take(&counter, &owner, index, step, &mut sales).await;
        check(&counter, step).await;
    }
    // What is taken out of the shop comes to the same.
    let csv = done(&run_on(counter.folder.path(), &["shop", "export", "sales"]));
    let column = |name: &str| -> i64 {
        let place = csv.lines().next().unwrap().split(',');
        let place = place.clone().position(|column| column == name).unwrap();
        let rows = csv.lines().skip(1);
        rows.map(|row| row.split(',').nth(place).unwrap().parse::<i64>().unwrap())
            .sum()
    };
    let day = counter.shop.today().await.unwrap().day;
    assert_eq!(column("total"), day.turnover.0, "{csv}");
    assert_eq!(column("cost"), day.cost.0, "{csv}");
    let period = Period {
        from: day.date,
        to: day.date,
    };
    let report = counter.shop.sales_report(period).await.unwrap();
    assert_eq!(column("total"), report.total.revenue.0, "{csv}");
    let config = kulakan::config::Config::for_folder(counter.folder.path()).unwrap();
    let report = kulakan::shop::doctor::examine(&config).await.unwrap();
    assert!(report.needs_no_repair(), "{report:?}");
}

#[test]
fn goods_money_and_accounts_balance_whatever_comes_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    let steps = (
        proptest::collection::vec(step(), 15..40),
        prop_oneof![Just(0), Just(100), Just(500)],
    );
    TestRunner::new(config)
        .run(&steps, |(steps, rounding)| {
            runtime.block_on(run(&steps, rounding));
            Ok(())
        })
        .unwrap();
}
