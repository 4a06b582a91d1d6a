//! Files that a person hands over: lists to import, and a shop's database.

use std::path::Path;

use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::error::Error;
use kulakan::shop::{ImportKind, ImportOptions, NewShop, Shop};
use rusqlite::Connection;
use serde_json::json;
use tokio::runtime::Runtime;

use super::Target;
use super::mutate::{Chance, spoil_bytes};
use crate::harness::xlsx::{Cell, parts, zip};

fn clock() -> SharedClock {
    ManualClock::at("2026-11-23T02:00:00Z".parse().expect("a moment"))
}

/// A shop that has something of everything.
async fn shop(folder: &Path) -> Shop {
    let new = NewShop {
        name: "Warung".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: None,
    };
    let config = Config::for_folder(folder).expect("settings");
    let shop = Shop::create(config, new, clock()).await.expect("a shop");
    for sku in ["MIE", "ROTI", "BERAS"] {
        let product = json!({ "sku": sku, "name": sku, "price": 3500, "cost": 3000 });
        let product = serde_json::from_value(product).expect("a product");
        shop.define_product(product).await.expect("a product");
        let receipt = json!({ "lines": [{ "sku": sku, "quantity": 50, "expires": "2026-12-01" }] });
        let receipt = serde_json::from_value(receipt).expect("a receipt");
        shop.receive_stock(receipt).await.expect("a receipt");
        sell(&shop, sku).await.expect("a sale");
    }
    shop
}

async fn sell(shop: &Shop, sku: &str) -> kulakan::error::Result<()> {
    let sale = json!({
        "id": format!("s-{sku}"), "lines": [{ "sku": sku, "quantity": 2 }], "payment": { "method": "qris" },
    });
    let sale = serde_json::from_value(sale).map_err(|error| Error::Internal(error.to_string()))?;
    shop.sell(sale).await.map(drop)
}

/// A shop into which files are imported. An input's first byte says what they hold and whether it is only a trial.
struct Importing {
    runtime: Runtime,
    shop: Shop,
    folder: tempfile::TempDir,
}

impl Importing {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let shop = runtime.block_on(shop(folder.path()));
        Self {
            runtime,
            shop,
            folder,
        }
    }

    fn import(&self, name: &str, input: &[u8]) -> Result<(), String> {
        let Some((what, content)) = input.split_first() else {
            return Ok(());
        };
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).map_err(|error| error.to_string())?;
        let kind =
            [ImportKind::Products, ImportKind::Sales, ImportKind::Stock][usize::from(what % 3)];
        let options = ImportOptions {
            dry_run: what & 0x40 == 0,
            create_missing: what & 0x20 == 0,
            ..ImportOptions::default()
        };
        let done = self
            .runtime
            .block_on(self.shop.import(kind, &path, options, &mut |_| {}));
        match done {
            Err(error @ (Error::Internal(_) | Error::Corrupt(_))) => Err(format!("{error:?}")),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

const LISTS: [&str; 6] = [
    "sku,name,unit,price,cost,category,shelf_life_days,supplier,pack_name,pack_size,consignment,barcode\n\
     MIE,Mi goreng,bungkus,3500,3000,Mi,240,PT Contoh,dus,40,no,8991234500017\n\
     BERAS,\"Beras \"\"pandan\"\" wangi\",kg,15000,13500,,,,karung,25,,\n",
    "sku;name;unit;price;cost\r\nROTI;Roti, tawar;bungkus;9.000;8500\r\nKOPI;Kopi;renceng;1,500;1000\r\n",
    "date,sku,quantity\n2026-10-01,MIE,3\n2026-10-02,MIE,0\n2026-10-02,BERAS,2.5\n",
    "\u{feff}date;sku;quantity\n2026-10-01;MIE;3,0\n2026-10-01;MIE;4\n",
    "sku,quantity,expires\nMIE,400,2027-01-15\nBERAS,12,\n",
    "sku,quantity\nMIE,-1\nMIE,2\n",
];

const CELLS: [&str; 24] = [
    "",
    " ",
    "MIE",
    "BERAS",
    "KOPI",
    "a/b",
    "0",
    "-1",
    "1e9",
    "1.000.000",
    "0,5",
    "0.0000000001",
    "999999999999999999999",
    "2026-10-01",
    "1/10/2026",
    "9999-12-31",
    "+262142-01-01",
    "0000-00-00",
    "ya",
    "\"",
    "\"\"\"",
    "a\nb",
    "\u{0}",
    "Ü🍜",
];

/// A list that is longer is not made longer still: it would take its time honestly.
const LONGEST: usize = 1024 * 1024;

/// Lists as text.
pub struct Csv(Importing);

impl Csv {
    pub fn new() -> Self {
        Self(Importing::new())
    }
}

fn spoilt_list(chance: &mut Chance) -> Vec<u8> {
    let which = chance.below(LISTS.len());
    let mut text = LISTS[which].to_owned();
    let separator = if text.contains(';') { ";" } else { "," };
    for _ in 0..chance.below(4) {
        // One cell in place of another, or a row once more.
        let mut rows: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let index = chance.below(rows.len());
        let mut cells: Vec<String> = rows[index].split(separator).map(str::to_owned).collect();
        match chance.below(6) {
            0 => rows.push(rows[index].clone()),
            1 => {
                let row = rows[index].clone();
                let times = (*chance.pick(&[10, 3000])).min(LONGEST / (row.len() + 1));
                rows.extend(std::iter::repeat_n(row, times));
            }
            2 => cells.push((*chance.pick(&CELLS)).to_owned()),
            3 => {
                let times = *chance.pick(&[70, 20_000]);
                cells.extend(std::iter::repeat_n("x".to_owned(), times));
            }
            _ => {
                let cell = chance.below(cells.len());
                cells[cell] = (*chance.pick(&CELLS)).to_owned();
            }
        }
        rows[index] = cells.join(separator);
        text = rows.join("\n");
    }
    let mut bytes = text.into_bytes();
    if chance.once_in(3) {
        bytes = spoil_bytes(bytes, chance);
    }
    // What it is, mostly rightly told, and mostly a trial.
    let told = if chance.once_in(6) {
        chance.below(3)
    } else {
        which / 2
    };
    let options = *chance.pick(&[0_u8, 0, 0x20, 0x40, 0x60]);
    let what = (0..=u8::MAX)
        .find(|what| usize::from(what % 3) == told && what & 0x60 == options)
        .unwrap_or_default();
    [vec![what], bytes].concat()
}

impl Target for Csv {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        spoilt_list(chance)
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        self.0.import("list.csv", input)
    }
}

/// Lists as Excel files: their XML spoilt inside a whole ZIP, or the ZIP itself.
pub struct Excel(Importing);

impl Excel {
    pub fn new() -> Self {
        Self(Importing::new())
    }
}

impl Target for Excel {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        let rows = [
            vec![
                Cell::Text("date"),
                Cell::Text("sku"),
                Cell::Text("quantity"),
            ],
            vec![Cell::Day(46_296), Cell::Text("MIE"), Cell::Number(3.0)],
            vec![Cell::Text("2026-10-02"), Cell::Empty, Cell::Number(1e300)],
        ];
        let mut parts = parts(chance.below(3), &rows);
        for _ in 0..chance.below(3) {
            let index = chance.below(parts.len());
            let (_, text) = &mut parts[index];
            *text = if chance.once_in(2) {
                // A cell or row elsewhere, up to the last place that there is and beyond.
                let place = *chance.pick(&[
                    "A1",
                    "B2",
                    "XFD1048576",
                    "XFE1",
                    "A1048577",
                    "A99999999999",
                    "1",
                    "A0",
                    "",
                ]);
                let number = *chance.pick(&["1", "0", "1048576", "4294967295", "-1"]);
                text.replacen("r=\"B2\"", &format!("r=\"{place}\""), 1)
                    .replacen(
                        "<row r=\"2\"",
                        &format!("<row r=\"{number}\""),
                        chance.below(2),
                    )
                    .replacen(
                        "t=\"inlineStr\"",
                        &format!("t=\"{}\"", chance.pick(&["s", "str", "b", "e", "d", "?"])),
                        chance.below(3),
                    )
            } else {
                let spoilt = spoil_bytes(text.clone().into_bytes(), chance);
                String::from_utf8_lossy(&spoilt).into_owned()
            };
        }
        let mut file = zip(&parts);
        if chance.once_in(3) {
            file = spoil_bytes(file, chance);
        }
        [vec![*chance.pick(&[0, 1, 1, 1, 2, 0x40, 0x41])], file].concat()
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        self.0.import("list.xlsx", input)
    }
}

/// Databases with pages that were damaged.
pub struct Databases {
    runtime: Runtime,
    folder: tempfile::TempDir,
    whole: Vec<u8>,
}

impl Databases {
    pub fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let made = folder.path().join("made");
        drop(runtime.block_on(shop(&made)));
        let copy = folder.path().join("whole.db");
        Connection::open(Shop::file(&made))
            .expect("the database")
            .execute("VACUUM INTO ?1", [copy.to_str().expect("a path")])
            .expect("a copy");
        let whole = std::fs::read(copy).expect("a file");
        Self {
            runtime,
            folder,
            whole,
        }
    }
}

impl Target for Databases {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.whole.clone();
        for _ in 0..=chance.below(6) {
            // The header of the file, that of a page, or anything.
            let page = chance.below(bytes.len() / 4096 + 1) * 4096;
            let at = match chance.below(3) {
                0 => chance.below(100),
                1 => page + chance.below(40),
                _ => chance.below(bytes.len() + 1),
            };
            let Some(byte) = bytes.get_mut(at) else {
                continue;
            };
            match chance.below(5) {
                0 => *byte ^= 1 << chance.below(8),
                1 => *byte = chance.next() as u8,
                2 => *byte = 0xff,
                3 => bytes.truncate(at),
                _ => {
                    let length = chance.below((bytes.len() - at).min(5000));
                    bytes[at..at + length].fill(0);
                }
            }
        }
        if chance.once_in(20) {
            bytes = spoil_bytes(bytes, chance);
        }
        bytes
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        let data = self.folder.path().join("data");
        let _ = std::fs::remove_dir_all(&data);
        std::fs::create_dir(&data).map_err(|error| error.to_string())?;
        std::fs::write(Shop::file(&data), input).map_err(|error| error.to_string())?;
        let config = Config::for_folder(&data).map_err(|error| error.to_string())?;
        self.runtime.block_on(async {
            // Whatever is refused is refused in words; only a panic, or no end, is a fault.
            let Ok(shop) = Shop::open(config, clock()).await else {
                return;
            };
            drop(shop.status().await);
            drop(shop.plan_now(None).await);
            drop(shop.stock_of("MIE").await);
            drop(sell(&shop, "ROTI").await);
            drop(shop.retry_notes().await);
        });
        Ok(())
    }
}
