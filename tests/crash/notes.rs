//! What the hub tells a shop arrives once, whenever the shop's power goes.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::aftermath::look;
use super::answers::Answers;
use super::program::{self, Running, folder, found, run};
use super::strace::{SYNCS, Strace, WRITES};

/// More calls than this belong to no page of notes.
const BOUND: usize = 1000;

/// Products that the hub offers.
const OFFERS: usize = 3;

/// A hub and a shop that is paired with it.
struct Distribution {
    place: TempDir,
    token: String,
    _hub: Running,
}

impl Distribution {
    fn begin() -> Self {
        let place = folder();
        let (hub, shop) = (place.path().join("hub"), place.path().join("shop"));
        let token = found(&shop);
        run(&hub, &["hub", "init", "--name", "Distributor"]);
        let added = ["hub", "shop", "add", "--name", "Warung Contoh", "--json"];
        let added: Value = serde_json::from_str(&run(&hub, &added)).unwrap();
        let code = added["code"].as_str().unwrap();
        let serving = program::command(["hub", "run", "--listen", "127.0.0.1:0"]);
        let serving = Running::start_command(serving, &hub);
        let url = format!("http://{}", serving.address);
        run(&shop, &["shop", "pair", "--hub", &url, "--code", code]);
        Self {
            place,
            token,
            _hub: serving,
        }
    }

    /// The hub offers its products at another price.
    fn offer(&self, price: usize) {
        let products = self.place.path().join("offers.csv");
        let rows = (0..OFFERS).map(|number| format!("P{number},Produk {number},pcs,{price},900\n"));
        let text = format!("sku,name,unit,price,cost\n{}", rows.collect::<String>());
        std::fs::write(&products, text).unwrap();
        let import = ["hub", "import", "products", products.to_str().unwrap()];
        run(&self.place.path().join("hub"), &import);
    }

    /// Kills the shop at the n-th `call` of its exchange with the hub, for every n until there is no such call, and has
    /// it exchange again after each. How many calls there were.
    fn killed_at_every(&self, call: &str, first_price: usize) -> usize {
        let shop = self.place.path().join("shop");
        for n in 1..BOUND {
            let running = Running::start(&shop);
            let mut till = running.client(&self.token);
            till.post("/sync", "").unwrap().expect(200);
            self.offer(first_price + n);
            let injection = format!("signal=KILL:when={n}");
            let strace = Strace::attach(&running, self.place.path(), call, Some(&injection));
            let through = match till.post("/sync", "") {
                Ok(reply) => {
                    reply.expect(200);
                    drop(strace);
                    running.kill();
                    true
                }
                Err(_) => {
                    running.wait();
                    false
                }
            };
            look(&shop, &Answers::default());
            let running = Running::start(&shop);
            running
                .client(&self.token)
                .post("/sync", "")
                .unwrap()
                .expect(200);
            running.kill();
            let heard = heard(&shop, first_price + n);
            assert_eq!(heard, OFFERS as i64, "killed at {call} {n}");
            if through {
                return n - 1;
            }
        }
        panic!("an exchange makes more than {BOUND} calls of {call}");
    }
}

/// How many offers the shop knows at this price.
fn heard(shop: &Path, price: usize) -> i64 {
    let connection = Connection::open(shop.join("shop.db")).unwrap();
    let heard = "SELECT count(*) FROM hub_catalogue WHERE payload ->> '$.price' = ?1";
    connection
        .query_row(heard, [price as i64], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_note_survives_the_shop_being_killed_at_each_write_of_its_arrival() {
    let distribution = Distribution::begin();
    let writes = distribution.killed_at_every(WRITES, 1000);
    let syncs = distribution.killed_at_every(SYNCS, 3000);
    println!("killed at {writes} writes and {syncs} syncs of an exchange");
    assert!(writes > 4 && syncs >= 1, "{writes} writes, {syncs} syncs");
}
