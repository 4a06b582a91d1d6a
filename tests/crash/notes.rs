//! What the hub tells a shop arrives once, whenever the shop's power goes.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::aftermath::look;
use super::answers::Answers;
use super::program::{self, Running, copy, folder, found, run};
use super::strace::{SYNCS, Strace, WRITES};

/// More calls than this belong to no page of notes.
const BOUND: usize = 1000;

/// Products that the hub offers.
const OFFERS: usize = 3;

/// A hub with something to tell, and a paired shop that has not heard it yet.
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
        // Its start tells the hub of the shop's policy; from here on it has nothing to tell.
        let running = Running::start(&shop);
        running
            .client(&token)
            .post("/sync", "")
            .unwrap()
            .expect(200);
        running.kill();
        copy(&shop, &place.path().join("kept"));
        let products = place.path().join("offers.csv");
        let rows = (0..OFFERS).map(|number| format!("P{number},Produk {number},pcs,1000,900\n"));
        let text = format!("sku,name,unit,price,cost\n{}", rows.collect::<String>());
        std::fs::write(&products, text).unwrap();
        run(
            &hub,
            &["hub", "import", "products", products.to_str().unwrap()],
        );
        Self {
            place,
            token,
            _hub: serving,
        }
    }

    /// The shop as it was before it heard anything.
    fn shop(&self) -> PathBuf {
        let shop = self.place.path().join("shop");
        std::fs::remove_dir_all(&shop).unwrap();
        copy(&self.place.path().join("kept"), &shop);
        shop
    }

    /// Kills the shop at the n-th `call` of its exchange with the hub, for every n until there is no such call, and has
    /// it exchange again after each. How many calls there were.
    fn killed_at_every(&self, call: &str) -> usize {
        for n in 1..BOUND {
            let shop = self.shop();
            let running = Running::start(&shop);
            let mut till = running.client(&self.token);
            let injection = format!("signal=KILL:when={n}");
            let strace = Strace::attach(&running, self.place.path(), call, Some(&injection));
            let through = till
                .post("/sync", "")
                .is_ok_and(|reply| reply.status == 200);
            drop(strace);
            if through {
                running.kill();
            } else {
                running.wait();
            }
            look(&shop, &Answers::default());
            let running = Running::start(&shop);
            running
                .client(&self.token)
                .post("/sync", "")
                .unwrap()
                .expect(200);
            running.kill();
            assert_eq!(
                heard(&shop),
                (OFFERS as i64, OFFERS as i64),
                "killed at {call} {n}"
            );
            if through {
                return n - 1;
            }
        }
        panic!("an exchange makes more than {BOUND} calls of {call}");
    }
}

/// How many offers the shop knows, and of how many notes.
fn heard(shop: &Path) -> (i64, i64) {
    let connection = Connection::open(shop.join("shop.db")).unwrap();
    let heard = "SELECT (SELECT count(*) FROM hub_catalogue), (SELECT count(*) FROM notes WHERE kind LIKE 'catalogue%')";
    connection
        .query_row(heard, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
}

#[test]
fn a_note_survives_the_shop_being_killed_at_each_write_of_its_arrival() {
    let distribution = Distribution::begin();
    let writes = distribution.killed_at_every(WRITES);
    let syncs = distribution.killed_at_every(SYNCS);
    println!("killed at {writes} writes and {syncs} syncs of an exchange");
    assert!(writes > 4 && syncs >= 1, "{writes} writes, {syncs} syncs");
}
