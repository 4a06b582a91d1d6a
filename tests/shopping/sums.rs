//! Reports over days of every kind of sale, held against sums made here from the receipts alone.

use std::collections::BTreeMap;

use kulakan::shop::figure::Figure;
use kulakan::shop::outcome::Outcome;
use kulakan::shop::till::{Refund, ReturnLineRequest, ReturnRequest};
use serde_json::{Value, json};

use super::counter::Counter;

const GOODS: &str = "\
sku,name,unit,price,cost,category
KOPI,Kopi sachet,sachet,2050,1500,Minuman
BERAS,Beras pulen,kg,13333,12500,Sembako
=SUM,Sabun,batang,4500,3900,
";

/// (code, base units in the unit, cost of a unit, category as shown)
const KNOWN: [(&str, i64, i64, &str); 3] = [
    ("KOPI", 1, 1500, "Minuman"),
    ("BERAS", 1000, 12_500, "Sembako"),
    ("=SUM", 1, 3900, "Tanpa kategori"),
];

/// Chance that the seed replays.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        // Knuth's MMIX generator; its high bits are good enough to vary sales.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

#[derive(Default, Debug, PartialEq, Eq, Clone, Copy)]
struct Tally {
    sales: i64,
    revenue: i64,
    cost: i64,
}

impl Tally {
    fn add(&mut self, times: i64, revenue: i64, cost: i64) {
        self.sales += times;
        self.revenue += times * revenue;
        self.cost += times * cost;
    }
}

fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

fn known(line: &Value) -> &'static (&'static str, i64, i64, &'static str) {
    KNOWN.iter().find(|known| line["sku"] == known.0).unwrap()
}

/// Whole units of a line: nothing else is sold here.
fn units(line: &Value) -> i64 {
    let quantity = &line["quantity"];
    let text = quantity.as_str().map(str::to_owned);
    text.unwrap_or_else(|| quantity.to_string())
        .parse()
        .unwrap()
}

fn cost(line: &Value) -> i64 {
    units(line) * known(line).2
}

/// How a receipt was paid, part by part.
fn paid(receipt: &Value) -> Vec<(String, i64)> {
    let payment = &receipt["payment"];
    let name = |part: &Value| part["method"].as_str().unwrap().to_owned();
    match payment["parts"].as_array() {
        Some(parts) => parts
            .iter()
            .map(|part| (name(part), whole(&part["amount"])))
            .collect(),
        None => vec![(name(payment), whole(&receipt["total"]))],
    }
}

async fn trade(counter: &Counter, dice: &mut Dice) -> Vec<(Value, Option<i64>)> {
    let mut made = Vec::new();
    let days = ["2026-11-22", "2026-11-23", "2026-11-24"];
    for (day, date) in days.iter().enumerate() {
        for hour in 1..11 {
            counter.folder.set(&format!("{date}T{hour:02}:10:00Z"));
            let lines: Vec<Value> = (0..=dice.below(3))
                .map(|_| {
                    let sku = KNOWN[dice.below(3)].0;
                    json!({ "sku": sku, "quantity": dice.below(4) + 1, "discount": dice.below(3) * 100 })
                })
                .collect();
            let payment = match dice.below(4) {
                0 => json!({ "method": "cash" }),
                1 => json!({ "method": "qris" }),
                2 => json!({ "method": "debt", "customer_id": "bu-tini" }),
                _ => {
                    json!({ "parts": [{ "method": "transfer", "amount": 500 }, { "method": "cash" }] })
                }
            };
            let id = format!("s{day}-{hour}");
            let discount = dice.below(2) * 777;
            let receipt = counter
                .sell(json!({ "id": id, "lines": lines, "discount": discount, "payment": payment }))
                .await;
            // Some are taken back at once, some the next morning.
            let voided = match dice.below(6) {
                0 => Some(day as i64),
                1 if day < 2 => Some(day as i64 + 1),
                _ => None,
            };
            made.push((receipt, voided));
        }
        for (receipt, _) in made
            .iter()
            .filter(|(_, voided)| *voided == Some(day as i64))
        {
            let id = receipt["id"].as_str().unwrap();
            let path = format!("/sales/{id}/void");
            let (status, answer) = counter.api.post(&path, &json!({ "reason": "salah" })).await;
            assert!((200..300).contains(&status), "{answer}");
        }
    }
    made
}

/// One unit of the first line of the first sales that nobody took back comes back on the last day: the sale's place and
/// the money that went back.
async fn bring_back(counter: &Counter, made: &[(Value, Option<i64>)]) -> Vec<(usize, i64)> {
    let mut back = Vec::new();
    let kept = made
        .iter()
        .enumerate()
        .filter(|(_, (_, voided))| voided.is_none());
    for (place, (receipt, _)) in kept.take(5) {
        let request = ReturnRequest {
            id: format!("r{place}"),
            lines: vec![ReturnLineRequest {
                line: 1,
                quantity: Figure::from(1),
                unit: None,
                spoiled: place % 2 == 0,
            }],
            reason: "rusak".to_owned(),
            refund: Refund::Transfer,
        };
        let id = receipt["id"].as_str().unwrap();
        let done = counter
            .shop
            .return_goods(id, request, "owner")
            .await
            .unwrap();
        let Outcome::Recorded(returned) = done else {
            panic!("{id}: {done:?}");
        };
        assert_eq!(returned.business_date.to_string(), "2026-11-24");
        back.push((place, returned.amount.0));
    }
    assert_eq!(back.len(), 5);
    back
}

fn figure(cell: &str) -> i64 {
    cell.parse().unwrap()
}

#[tokio::test]
async fn every_sum_of_the_reports_is_the_sum_of_the_receipts() {
    let counter = Counter::start(GOODS, "").await;
    counter.shop.set_cash_rounding(500).await.unwrap();
    let seed = 20_261_122;
    println!("seed {seed}");
    let made = trade(&counter, &mut Dice(seed)).await;
    assert!(made.iter().filter(|(_, voided)| voided.is_some()).count() > 3);

    let back = bring_back(&counter, &made).await;

    let date = |day: i64| format!("2026-11-{:02}", 22 + day);
    let mut by_day: BTreeMap<String, Tally> = BTreeMap::new();
    let mut by_hour: BTreeMap<String, Tally> = BTreeMap::new();
    let mut by_method: BTreeMap<String, i64> = BTreeMap::new();
    let mut sold: BTreeMap<&str, i64> = BTreeMap::new();
    let mut cost_of: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut rounding, mut all) = (0, Tally::default());
    for (receipt, voided) in &made {
        let lines = receipt["lines"].as_array().unwrap();
        let (total, cost_all) = (whole(&receipt["total"]), lines.iter().map(cost).sum());
        let day = receipt["business_date"].as_str().unwrap().to_owned();
        let id = receipt["id"].as_str().unwrap();
        // Jakarta is seven hours ahead.
        let hour: i64 = id.rsplit('-').next().unwrap().parse().unwrap();
        let hour = format!("{:02}", hour + 7);
        let mut count = |times: i64, day: String| {
            by_day.entry(day).or_default().add(times, total, cost_all);
            by_hour
                .entry(hour.clone())
                .or_default()
                .add(times, total, cost_all);
            all.add(times, total, cost_all);
            rounding += times * whole(&receipt["rounding"]);
            for (method, amount) in paid(receipt) {
                *by_method.entry(method).or_default() += times * amount;
            }
            for line in lines {
                let (sku, factor, ..) = known(line);
                *sold.entry(sku).or_default() += times * units(line) * factor;
                *cost_of.entry(sku).or_default() += times * cost(line);
            }
        };
        count(1, day);
        if let Some(on) = voided {
            count(-1, date(*on));
        }
    }

    for (place, amount) in back {
        let receipt = &made[place].0;
        let line = &receipt["lines"][0];
        let (sku, factor, cost, _) = known(line);
        let hour = receipt["id"].as_str().unwrap().rsplit('-').next().unwrap();
        let hour = format!("{:02}", hour.parse::<i64>().unwrap() + 7);
        // Money and goods go back; it stays a sale.
        for tally in [
            by_day.entry(date(2)).or_default(),
            by_hour.entry(hour).or_default(),
            &mut all,
        ] {
            tally.revenue -= amount;
            tally.cost -= cost;
        }
        // What the receipt put on an account comes off that first.
        let mut parts = paid(receipt).into_iter();
        let owed = parts.find(|(method, _)| method == "debt");
        let off = owed.map_or(0, |(_, owed)| owed).min(amount);
        *by_method.entry("debt".to_owned()).or_default() -= off;
        *by_method.entry("transfer".to_owned()).or_default() -= amount - off;
        *sold.entry(sku).or_default() -= factor;
        *cost_of.entry(sku).or_default() -= cost;
    }

    let range = "rentang=bebas&dari=2026-11-22&sampai=2026-11-24";
    let file = async |name: &str| {
        counter
            .get(&format!("/laporan/unduh/{name}.csv?{range}"))
            .await
    };
    let rows = file("per-hari")
        .await
        .rows("Tanggal,Struk,Omzet,Modal,Laba");
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let expected = by_day.get(&row[0]).copied().unwrap_or_default();
        let found = Tally {
            sales: figure(&row[1]),
            revenue: figure(&row[2]),
            cost: figure(&row[3]),
        };
        assert_eq!(found, expected, "{row:?}");
        assert_eq!(figure(&row[4]), expected.revenue - expected.cost);
    }
    for row in file("per-jam").await.rows("Jam,Struk,Omzet,Modal,Laba") {
        let expected = by_hour.get(&row[0]).copied().unwrap_or_default();
        assert_eq!(
            (figure(&row[1]), figure(&row[2])),
            (expected.sales, expected.revenue),
            "{row:?}"
        );
    }
    let names = [
        ("Tunai", "cash"),
        ("QRIS", "qris"),
        ("Transfer", "transfer"),
        ("Utang", "debt"),
    ];
    let methods = file("cara-bayar").await.rows("Cara,Jumlah");
    for row in &methods {
        let method = names.iter().find(|name| name.0 == row[0]).unwrap().1;
        assert_eq!(figure(&row[1]), by_method[method], "{row:?}");
    }
    assert_eq!(
        methods.iter().map(|row| figure(&row[1])).sum::<i64>(),
        all.revenue
    );

    let best = file("paling-laku")
        .await
        .rows("Barang,Kode,Kategori,Laku,Satuan,Omzet,Laba");
    let revenue: i64 = best.iter().map(|row| figure(&row[5])).sum();
    assert_eq!(revenue + rounding, all.revenue);
    for row in &best {
        // A code that a spreadsheet would take for a formula comes with an apostrophe.
        let code = row[1].trim_start_matches('\'');
        let known = KNOWN.iter().find(|known| known.0 == code).unwrap();
        assert_eq!(row[1].starts_with('\''), code.starts_with('='), "{row:?}");
        assert_eq!(row[2], known.3);
        let quantity = kulakan::model::Quantity(sold[known.0]).in_unit(known.1);
        assert_eq!(row[3], quantity, "{row:?}");
        assert_eq!(
            figure(&row[5]) - figure(&row[6]),
            cost_of[known.0],
            "{row:?}"
        );
    }
    let categories = file("per-kategori").await.rows("Kategori,Omzet,Modal,Laba");
    for row in &categories {
        let of: i64 = best
            .iter()
            .filter(|product| product[2] == row[0])
            .map(|product| figure(&product[5]))
            .sum();
        assert_eq!(figure(&row[1]), of, "{row:?}");
    }

    // The page of the day, the first page and the report say the same of today.
    let today = by_day[&date(2)];
    let shown = kulakan::model::Money(today.revenue).to_string();
    for path in ["/", "/laporan?rentang=hari"] {
        let page = counter.get(path).await.text;
        assert!(page.contains(&shown), "{path} without {shown}: {page}");
    }
    counter.stop().await;
}

#[tokio::test]
async fn stock_value_and_slow_sellers_are_the_shops_own_and_losses_what_it_pays_for() {
    let goods = "\
sku,name,unit,price,cost,category,consignment
KOPI,Kopi,sachet,2000,1500,Minuman,
LAMA,Sapu ijuk,batang,20000,15000,Rumah,
ROTI,Roti titipan,bungkus,5000,4000,Roti,yes
";
    let counter = Counter::start(goods, "").await;
    let lines = json!([
        { "sku": "KOPI", "quantity": 40 },
        { "sku": "LAMA", "quantity": 6 },
        { "sku": "ROTI", "quantity": 10 },
    ]);
    let (status, answer) = counter
        .api
        .post("/stock/receipts", &json!({ "id": "r1", "lines": lines }))
        .await;
    assert!((200..300).contains(&status), "{answer}");
    counter
        .sell(json!({ "id": "s1", "lines": [{ "sku": "KOPI", "quantity": 10 }], "payment": { "method": "cash" } }))
        .await;
    for (id, sku, reason) in [
        ("a", "KOPI", "waste"),
        ("b", "KOPI", "own_use"),
        ("c", "ROTI", "expired"),
        ("d", "ROTI", "waste"),
    ] {
        let body = json!({ "id": id, "sku": sku, "quantity": 2, "reason": reason });
        let (status, answer) = counter.api.post("/stock/adjustments", &body).await;
        assert!((200..300).contains(&status), "{answer}");
    }
    let file = async |name: &str| {
        counter
            .get(&format!("/laporan/unduh/{name}.csv?rentang=hari"))
            .await
    };
    let values = file("nilai-stok")
        .await
        .rows("Kategori,Macam barang,Modal,Nilai jual");
    assert_eq!(
        values,
        [
            ["Rumah", "1", "90000", "120000"],
            ["Minuman", "1", "39000", "52000"],
        ]
    );
    let slow = file("kurang-laku")
        .await
        .rows("Barang,Kode,Laku,Stok,Satuan,Cukup untuk (hari),Modal");
    assert_eq!(
        slow[0],
        ["Sapu ijuk", "LAMA", "0", "6", "batang", "", "90000"]
    );
    assert_eq!(
        slow[1],
        ["Kopi", "KOPI", "10", "26", "sachet", "2", "39000"]
    );
    let losses = file("rusak-hilang")
        .await
        .rows("Barang,Kode,Sebab,Jumlah,Satuan,Modal");
    assert_eq!(
        losses,
        [
            // Its consignor takes back what expired, and is paid for what was broken in the shop.
            ["Roti titipan", "ROTI", "Rusak", "2", "bungkus", "8000"],
            ["Kopi", "KOPI", "Dipakai sendiri", "2", "sachet", "3000"],
            ["Kopi", "KOPI", "Rusak", "2", "sachet", "3000"],
        ]
    );
    counter.stop().await;
}
