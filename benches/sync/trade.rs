//! A shop that trades: real goods in their real proportions, sale by sale.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::{NewShop, Shop};
use serde_json::json;

use super::line::Chance;

/// Lines of each sale.
pub const LINES: usize = 3;

const SALES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/store_sales_daily.csv"
);

/// A shop without its daemon.
pub struct Trade {
    pub shop: Shop,
    pub clock: Arc<ManualClock>,
    /// `(sku, quantity)` of real lines, to draw from.
    lines: Vec<(String, i64)>,
    chance: Chance,
    sold: u64,
}

impl Trade {
    /// A shop in `folder` that has every product of the data, part of it dated.
    pub async fn open(folder: &Path, founded: DateTime<Utc>) -> Self {
        let text = std::fs::read_to_string(SALES).unwrap();
        let lines: Vec<(String, i64)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split(',').skip(1);
                let sku = cells.next().unwrap().to_owned();
                (sku, cells.nth(1).unwrap().parse().unwrap())
            })
            .collect();
        let clock = ManualClock::at(founded);
        let shared: SharedClock = clock.clone();
        let new = NewShop {
            name: "Warung Bu Sri".into(),
            timezone: "Asia/Jakarta".into(),
            currency: "IDR".into(),
            pin: None,
        };
        let config = Config::for_folder(folder).unwrap();
        let shop = Shop::create(config, new, shared).await.unwrap();
        let mut skus: Vec<&String> = lines.iter().map(|(sku, _)| sku).collect();
        skus.sort();
        skus.dedup();
        let mut products = String::from("sku,name,unit,price,cost\n");
        for sku in &skus {
            products.push_str(&format!("{sku},Barang {sku},pcs,3500,3000\n"));
        }
        let file = folder.join("products.csv");
        std::fs::write(&file, products).unwrap();
        let (kind, options) = (ImportKind::Products, ImportOptions::default());
        shop.import(kind, &file, options, &mut |_| {})
            .await
            .unwrap();
        for (number, some) in skus.chunks(50).enumerate() {
            let dated = (number % 3 == 0).then_some("2027-06-30");
            let goods: Vec<_> = some
                .iter()
                .map(|sku| json!({ "sku": sku, "quantity": 1_000_000, "expires": dated }))
                .collect();
            let receipt = json!({ "lines": goods });
            shop.receive_stock(serde_json::from_value(receipt).unwrap())
                .await
                .unwrap();
        }
        Self {
            shop,
            clock,
            lines,
            chance: Chance(1),
            sold: 0,
        }
    }

    /// The next sale, as a till sends it.
    pub fn next_sale(&mut self) -> serde_json::Value {
        self.sold += 1;
        let mut lines: Vec<(String, i64)> = Vec::new();
        while lines.len() < LINES {
            let (sku, quantity) = &self.lines[self.chance.below(self.lines.len())];
            if lines.iter().all(|(known, _)| known != sku) {
                lines.push((sku.clone(), *quantity));
            }
        }
        let random = (u128::from(self.chance.next()) << 64) | u128::from(self.chance.next());
        json!({
            "id": uuid::Builder::from_random_bytes(random.to_le_bytes()).into_uuid().to_string(),
            "lines": lines
                .iter()
                .map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity }))
                .collect::<Vec<_>>(),
            "payment": { "method": "qris" },
        })
    }

    /// A day of `sales`, spread from 7.00 to 21.00, and the plan of the night.
    pub async fn day(&mut self, date: chrono::NaiveDate, sales: u32) {
        let morning = date.and_hms_opt(0, 0, 0).unwrap().and_utc();
        for number in 0..sales {
            self.clock
                .set(morning + Duration::seconds(i64::from(number) * 50_400 / i64::from(sales)));
            let sale = serde_json::from_value(self.next_sale()).unwrap();
            self.shop.sell(sale).await.unwrap();
        }
        self.clock.set(morning + Duration::hours(19));
        self.shop.plan_and_save(None).await.unwrap();
    }
}
