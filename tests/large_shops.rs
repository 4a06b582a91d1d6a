//! What keeps a shop with very many goods quick must find what people look for, and nothing else.

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use crate::harness::counter::Counter;
use crate::harness::older;
use crate::harness::program::{done, run_on};
use crate::harness::shop::TestShop;

const CATALOGUE: &str = "\
sku,name,unit,price,cost,barcode
MIE-01,Mi goreng ayam bawang,bungkus,3500,3000,8991001000019
MIE-02,Mi kuah soto,bungkus,3400,2900,8991001000026
CRM-1,Crème brûlée instan,kotak,21000,18000,
KOPI,Kopi susu gula aren,sachet,2000,1500,8998866200301
GULA,Gula pasir,kg,18000,16000,
GULA-M,Gula merah,kg,24000,20000,
AW,Minuman A&W 250 ml,kaleng,9000,7500,
";

async fn shop() -> TestShop {
    let shop = TestShop::start().await;
    let file = shop.file("products.csv", CATALOGUE);
    let folder = file.parent().expect("a folder").to_owned();
    import(&folder, &file);
    shop
}

fn import(folder: &Path, file: &Path) {
    let file = file.to_str().expect("a path");
    done(&run_on(folder, &["shop", "import", "products", file]));
}

/// The codes that the till offers for a text, in their order.
async fn offered(shop: &TestShop, text: &str) -> Vec<String> {
    let typed: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = shop.get(&format!("/../../kasir/cari?q={typed}")).await;
    assert_eq!(answer.status, 200, "{text:?}: {}", answer.text);
    let codes = answer.text.split("value=\"tambah:").skip(1);
    codes
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn goods_are_found_however_they_are_remembered() {
    let shop = shop().await;
    for (typed, found) in [
        // Words in any order, parts of words, capitals.
        ("bawang goreng", &["MIE-01"][..]),
        ("OREN aya", &["MIE-01"]),
        ("m s", &["MIE-02"]),
        ("me gu", &["GULA-M"]),
        // Accents are for those who know where they are.
        ("creme brulee", &["CRM-1"]),
        ("CRÈME", &["CRM-1"]),
        // Codes, and the digits under the bars from anywhere.
        ("mie-0", &["MIE-01", "MIE-02"]),
        ("1000026", &["MIE-02"]),
        ("8998866200301", &["KOPI"]),
        // Nothing of a search language is meant.
        ("a&w", &["AW"]),
        ("a&", &["AW", "MIE-01", "KOPI"]),
        ("\"", &[]),
        ("%%%", &[]),
        ("gula OR kopi", &[]),
        ("kopi\u{0}susu", &["KOPI"]),
        ("tidak ada", &[]),
    ] {
        let mut codes = offered(&shop, typed).await;
        let mut expected: Vec<&str> = found.to_vec();
        if typed == "a&" {
            codes.sort();
            expected.sort_unstable();
        }
        assert_eq!(codes, expected, "{typed:?}");
    }
}

#[tokio::test]
async fn the_exact_code_comes_first_then_what_begins_so_then_what_sells() {
    let shop = shop().await;
    assert_eq!(offered(&shop, "gula").await, ["GULA-M", "GULA", "KOPI"]);
    let sale = json!({
        "id": "s1",
        "lines": [{ "sku": "GULA", "quantity": 2 }, { "sku": "MIE-02", "quantity": 5 }],
        "payment": { "method": "qris" },
    });
    assert_eq!(shop.post("/sales", &sale).await.status, 201);
    assert_eq!(offered(&shop, "gula").await, ["GULA", "GULA-M", "KOPI"]);
    assert_eq!(offered(&shop, "GULA-M").await, ["GULA-M"]);
    assert_eq!(offered(&shop, "mi").await[..2], ["MIE-02", "MIE-01"]);
}

#[tokio::test]
async fn a_new_name_is_found_and_the_old_one_is_not() {
    let shop = shop().await;
    let renamed = json!({ "name": "Kopi hitam" });
    assert_eq!(shop.patch("/products/KOPI", &renamed).await.status, 200);
    assert_eq!(offered(&shop, "hitam").await, ["KOPI"]);
    assert_eq!(offered(&shop, "aren").await, Vec::<String>::new());
    assert_eq!(offered(&shop, "s a").await, Vec::<String>::new());
    let gone = json!({ "active": false });
    assert_eq!(shop.patch("/products/KOPI", &gone).await.status, 200);
    assert_eq!(offered(&shop, "hitam").await, Vec::<String>::new());
    // The list of all goods still has it.
    let listed = shop.get("/products?q=hitam").await;
    assert!(listed.text.contains("Kopi hitam"), "{}", listed.text);
}

/// A shop that an older program made, as far as goods and plans go.
#[test]
fn goods_and_plans_of_an_older_shop_are_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    done(&run_on(at, &["shop", "init", "--name", "Lama"]));
    let file = at.join("products.csv");
    std::fs::write(&file, CATALOGUE).expect("a file");
    import(at, &file);
    let sales: String = (1..=28)
        .map(|day| format!("2026-10-{day:02},GULA,3000\n2026-10-{day:02},MIE-01,4\n"))
        .collect();
    let history = at.join("sales.csv");
    std::fs::write(&history, format!("date,sku,quantity\n{sales}")).expect("a file");
    let history = history.to_str().expect("a path");
    done(&run_on(at, &["shop", "import", "sales", history]));
    let planned = "2026-10-29";
    done(&run_on(at, &["shop", "plan", "--save", "--date", planned]));
    older::shop(at, 11);
    let database = Connection::open(at.join("shop.db")).expect("the database");
    let lines =
        "SELECT count(*), sum(quantity), sum(length(line)), sum(order_up_to) FROM plan_lines";
    let figures = |database: &Connection| -> (i64, i64, i64, f64) {
        let row = database.query_row(lines, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        });
        row.expect("figures")
    };
    let kept = figures(&database);
    assert!(kept.0 > 0);
    drop(database);
    done(&run_on(at, &["shop", "status"]));
    let database = Connection::open(at.join("shop.db")).expect("the database");
    assert_eq!(figures(&database), kept);
    let found = "SELECT count(*) FROM product_parts WHERE product_parts MATCH '\"goreng\"'";
    let found: i64 = database
        .query_row(found, [], |row| row.get(0))
        .expect("found");
    assert_eq!(found, 1);
    done(&run_on(at, &["shop", "doctor"]));
}

#[tokio::test]
async fn what_a_browser_keeps_has_the_programs_address() {
    let counter = Counter::start(None).await;
    let visitor = counter.visitor();
    let page = visitor.get("/kasir").await.expect(200);
    let links: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert!(links.len() >= 6, "{links:?}");
    for link in links {
        let link = link.split('#').next().expect("a link");
        let (path, version) = link.split_once("?v=").expect("a version");
        let kept = async |address: String| {
            let answer = visitor.get(&address).await;
            assert_eq!(answer.status, 200, "{address}");
            let said = answer.headers["cache-control"].to_str().expect("text");
            said.contains("immutable")
        };
        assert!(kept(link.to_owned()).await, "{link}");
        // A page of the program before must not make a browser keep this one's files under that one's address.
        let reversed: String = version.chars().rev().collect();
        assert!(!kept(format!("{path}?v={reversed}")).await, "{link}");
        assert!(!kept(path.to_owned()).await, "{link}");
    }
}
