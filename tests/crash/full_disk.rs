//! A full disk: a sale is refused before it is paid, nothing stays half done, reading and sync go on, and once there is
//! room again so does selling. On a file system of its own, mounted where nobody else sees it.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::aftermath::look;
use super::answers::Answers;
use super::http::Client;
use super::prepared::sale;
use super::program::{self, Running, found, run};
use super::reader;

/// Set for the process that runs in a mount name space of its own.
const INSIDE: &str = "KULAKAN_TEST_INSIDE_MOUNTS";

/// Room on the file system, in kB: a shop's first weeks.
const ROOM: u64 = 12 * 1024;

/// Runs the test of this name again where mounting is allowed and gone with the process: as root, or as a user of a
/// name space who is root there.
///
/// # Panics
/// When the machine allows neither.
fn with_mounts(test: &str, inside: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let this = std::env::current_exe().unwrap();
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let allowed = ways.into_iter().find(|way| {
        let mount = ["mount", "-t", "tmpfs", "none", "/mnt"];
        let tried = Command::new("unshare").args(*way).args(mount).output();
        tried.is_ok_and(|tried| tried.status.success())
    });
    let Some(way) = allowed else {
        panic!(
            "THE FULL DISK CANNOT BE TESTED HERE: this machine lets this user mount nothing, not even in a name space \
             of its own. Run the tests as root or allow unprivileged user name spaces."
        );
    };
    let output = Command::new("unshare")
        .args(way)
        .arg(this)
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    println!("{told}");
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// An empty file system of [`ROOM`].
fn small_disk(at: &Path) {
    let size = format!("size={ROOM}k");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &size, "none"])
        .arg(at)
        .status();
    assert!(mounted.unwrap().success());
}

/// Fills the disk but for so many bytes; the file takes them away until it is removed.
fn fill(disk: &Path, but_for: usize) {
    let mut file = File::create(disk.join("filler")).unwrap();
    let block = vec![7; 4096];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(but_for as u64)).unwrap();
}

fn empty(disk: &Path) {
    std::fs::remove_file(disk.join("filler")).unwrap();
}

/// A sale that is either paid or refused for want of room; the receipt if it was paid.
fn sell(till: &mut Client, id: &str) -> Option<String> {
    let request = sale(id);
    let reply = till.post(&request.path, &request.body).unwrap();
    if reply.status == 201 {
        return Some(reply.body);
    }
    assert!(matches!(reply.status, 503 | 507), "{reply:?}");
    let problem: Value = reply.json();
    assert_eq!(problem["status"], reply.status);
    assert!(problem["detail"].is_string(), "{problem}");
    None
}

#[test]
fn a_full_disk_refuses_a_sale_before_it_is_paid_and_nothing_stays_half_done() {
    let name = "crash::full_disk::a_full_disk_refuses_a_sale_before_it_is_paid_and_nothing_stays_half_done";
    with_mounts(name, || {
        let place = tempfile::tempdir().unwrap();
        let disk = place.path();
        small_disk(disk);
        let shop = disk.join("shop");
        let token = found(&shop);
        let running = Running::start(&shop);
        let mut till = running.client(&token);
        let mut answers = Answers::default();
        answers.add(&sell(&mut till, "first").expect("room"));
        let (mut refused, mut paid) = (0, 0);
        // The disk becomes full at another write of a sale each time.
        for pages in 0..40 {
            fill(disk, pages * 4096);
            let id = format!("full-{pages}");
            let answer = sell(&mut till, &id);
            let found = till.get(&format!("/sales/{id}")).unwrap();
            match &answer {
                Some(body) => {
                    paid += 1;
                    answers.add(body);
                    assert_eq!((found.status, &found.body), (200, body));
                }
                None => {
                    refused += 1;
                    assert_eq!(found.status, 404, "refused and there: {}", found.body);
                }
            }
            till.get("/sales/first").unwrap().expect(200);
            till.get("/stock").unwrap().expect(200);
            till.get("/sync").unwrap().expect(200);
            let faults = reader::faults_beside(&shop.join("shop.db"), &answers);
            assert_eq!(faults, Vec::<String>::new(), "{id}");
            empty(disk);
            // Selling goes on by itself.
            answers.add(&sell(&mut till, &format!("after-{pages}")).expect("room again"));
        }
        println!("{refused} sales refused, {paid} paid in what room was left");
        assert!(refused > 10 && paid > 0);
        running.kill();
        look(&shop, &answers);
    });
}

#[test]
fn a_shop_on_a_full_disk_still_reads_exports_and_syncs_with_its_hub() {
    let name = "crash::full_disk::a_shop_on_a_full_disk_still_reads_exports_and_syncs_with_its_hub";
    with_mounts(name, || {
        let place = tempfile::tempdir().unwrap();
        let (hub, disk) = (place.path().join("hub"), place.path().join("disk"));
        std::fs::create_dir(&disk).unwrap();
        small_disk(&disk);
        let shop = disk.join("shop");
        let token = found(&shop);
        run(&hub, &["hub", "init", "--name", "Distributor"]);
        let added = run(
            &hub,
            &["hub", "shop", "add", "--name", "Warung Contoh", "--json"],
        );
        let added: Value = serde_json::from_str(&added).unwrap();
        let hub_running = Running::start_command(
            program::command(["hub", "run", "--listen", "127.0.0.1:0"]),
            &hub,
        );
        let url = format!("http://{}", hub_running.address);
        let code = added["code"].as_str().unwrap_or_else(|| panic!("{added}"));
        run(&shop, &["shop", "pair", "--hub", &url, "--code", code]);
        let running = Running::start(&shop);
        let mut till = running.client(&token);
        till.post("/sync", "").unwrap().expect(200);
        // Sold while there is room and the hub is away, so that there is something to send.
        hub_running.kill();
        let mut answers = Answers::default();
        for number in 0..5 {
            answers.add(&sell(&mut till, &format!("s{number}")).expect("room"));
        }
        fill(&disk, 0);
        assert_eq!(sell(&mut till, "no-room"), None);
        let address = url.trim_start_matches("http://");
        let again = program::command(["hub", "run", "--listen", address]);
        let hub_running = Running::start_command(again, &hub);
        let hub_token = run(&hub, &["hub", "token", "create", "--label", "test"]);
        // The shop tries again by itself, and now it is told to.
        let reply = till.post("/sync", "").unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut office = hub_running.client(hub_token.trim());
        let shops = office.get("/shops").unwrap().expect(200);
        let id = shops["items"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{shops}"));
        let positions = office
            .get(&format!("/shops/{id}/positions"))
            .unwrap()
            .expect(200);
        let noodles = positions["items"].as_array().unwrap().iter();
        let noodles: Vec<_> = noodles.filter(|line| line["sku"] == "MIE").collect();
        assert_eq!(noodles[0]["on_hand"], json!(-5), "{positions}");
        till.get("/stock").unwrap().expect(200);
        assert_eq!(sell(&mut till, "still-no-room"), None);
        empty(&disk);
        answers.add(&sell(&mut till, "room-again").expect("room"));
        let sync = till.post("/sync", "").unwrap().expect(200);
        assert_eq!(sync["backlog"], 0, "{sync}");
        running.kill();
        look(&shop, &answers);
    });
}
