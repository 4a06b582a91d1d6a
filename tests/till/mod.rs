//! The till: what a sale may hold, and its page in a real browser on the real program.

mod asked;
mod camera;
mod core;
mod counter;
mod crash;
mod forms;
mod keys;
mod payments;
mod split;
mod tabs;
mod visitor;
mod wanted;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::harness::program::{command, done, run_on};

/// What the counter of these tests sells.
const CATALOGUE: &str = "\
sku,name,unit,price,cost,barcode,pack_name,pack_size,pack_price,pack_barcode
MIE,Mi goreng rasa ayam bawang ukuran jumbo dengan nama panjang,bungkus,3500,3000,8991002101234,dus,40,131000,18991002101231
KOPI,Kopi sachet <script>alert(1)</script>,sachet,2000,1500,8998866200301,renceng,10,18000,
GULA,Gula pasir curah,kg,18000,16500,,karung,25,440000,
TEH,Teh celup,kotak,7550,6300,8990000000013,,,,
SAYUR,Sayur seikat,ikat,0,1000,,,,,
";

/// A shop with goods, and the program that runs it.
pub struct Counter {
    pub folder: TempDir,
    child: Child,
    pub base: String,
}

impl Counter {
    /// A new shop with [`CATALOGUE`]: tea is cheaper from three boxes on, greens have no fixed price, coffee is a
    /// favourite.
    pub fn open() -> Self {
        let folder = Self::found();
        let file = folder.path().join("products.csv");
        std::fs::write(&file, CATALOGUE).expect("a file");
        let import = ["shop", "import", "products", file.to_str().expect("a path")];
        done(&run_on(folder.path(), &import));
        let prices = "INSERT INTO price_tiers (product_id, unit, from_quantity, price)
             SELECT id, 'kotak', 3, 7000 FROM products WHERE sku = 'TEH';
             UPDATE products SET open_price = 1 WHERE sku = 'SAYUR';
             UPDATE products SET favourite = 1 WHERE sku = 'KOPI';
             UPDATE products SET favourite = 2 WHERE sku = 'MIE';
             UPDATE products SET favourite = 3 WHERE sku = 'SAYUR';";
        database(folder.path())
            .execute_batch(prices)
            .expect("prices");
        Self::start(folder)
    }

    /// A shop that has nothing yet.
    pub fn empty() -> Self {
        Self::start(Self::found())
    }

    fn found() -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let init = ["shop", "init", "--name", "Warung Bu Sri"];
        done(&run_on(folder.path(), &init));
        folder
    }

    fn start(folder: TempDir) -> Self {
        let (child, base) = run(folder.path(), "127.0.0.1:0");
        Self {
            folder,
            child,
            base,
        }
    }

    /// As a power cut ends it.
    pub fn kill(&mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it is gone");
    }

    /// Starts it again at the same address.
    pub fn start_again(&mut self) {
        let address = self.base.trim_start_matches("http://").to_owned();
        (self.child, self.base) = run(self.folder.path(), &address);
    }

    /// One number out of its database.
    pub fn number(&self, sql: &str) -> i64 {
        database(self.folder.path())
            .query_row(sql, [], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Changes its database as no page can yet.
    pub fn by_hand(&self, sql: &str) {
        database(self.folder.path())
            .execute_batch(sql)
            .expect("it is done");
    }

    /// What its own check of itself says is wrong.
    pub fn doctor(&self) {
        done(&run_on(self.folder.path(), &["shop", "doctor"]));
    }

    /// A browser at its till.
    pub async fn browser(&self, width: u32, height: u32) -> Browser {
        let browser = Browser::start(width, height).await;
        browser.goto(&format!("{}/kasir", self.base)).await;
        browser
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join("shop.db")).expect("the database")
}

fn run(folder: &Path, address: &str) -> (Child, String) {
    let mut child = command(&["shop", "run", "--listen", address])
        .arg("--data")
        .arg(folder)
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe"))
        .lines()
        .map_while(Result::ok);
    let address = lines
        .find_map(|line| {
            let (_, rest) = line.split_once("address=")?;
            Some(rest.split(' ').next().unwrap_or_default().to_owned())
        })
        .expect("it says where it listens");
    // Read to its end, so that the program never waits for somebody to read what it says.
    std::thread::spawn(move || lines.for_each(drop));
    (child, format!("http://{address}"))
}

/// Types where the focus is, as fast as a scanner does.
pub async fn type_keys(browser: &Browser, keys: &str) {
    let focused = browser.client.active_element().await.expect("a focus");
    focused.send_keys(keys).await.expect("it takes keys");
}

/// Keys that have no letter, as WebDriver names them.
pub const ENTER: &str = "\u{e007}";
pub const F2: &str = "\u{e032}";
pub const F4: &str = "\u{e034}";
pub const F9: &str = "\u{e039}";
const DOWN: &str = "\u{e015}";

/// Waits until the cart shows its so manieth version.
pub async fn version(browser: &Browser, version: u32) {
    browser
        .find(&format!("#keranjang[data-version='{version}']"))
        .await;
}

/// Taps what may lie behind the bars at the bottom, after scrolling it to where a thumb reaches it.
async fn tap(browser: &Browser, css: &str) {
    browser.find(css).await;
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    let selector = vec![css.into()];
    browser
        .client
        .execute(script, selector)
        .await
        .expect("a script runs");
    browser.click(css).await;
}
