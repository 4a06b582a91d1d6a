//! The owner's PIN is forgotten: the way back in on the machine itself.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::harness::counter::{Counter, OWNERS_PIN};
use crate::harness::program::{command, done, refused};

/// `kulakan shop pin` on the folder of a shop that runs meanwhile; what is typed goes to its standard input.
fn pin(counter: &Counter, arguments: &[&str], typed: &str) -> Output {
    let mut child = command(&["shop", "pin"])
        .args(arguments)
        .arg("--data")
        .arg(counter.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(typed.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_pin_from_the_machine_itself_logs_everybody_out() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    let (number, ani) = counter.cashier("Ani", "2580").await;
    for _ in 0..5 {
        counter.visitor().post("/masuk", &[("pin", "0000")]).await;
    }
    for wrong in ["", "12", "empat", "12345678901234"] {
        let told = refused(&pin(&counter, &[], wrong), 1);
        assert!(told.contains("4 to 12 digits"), "{told}");
        assert!(
            !told.contains("empat") && !told.contains("12345678901234"),
            "{told}"
        );
    }
    owner.get("/orang").await.expect(200);

    let told = done(&pin(&counter, &[], "864200\n"));
    assert!(!told.contains("864200"), "{told}");
    // The daemon runs on, and knows; the lock of the wrong ones is gone too.
    assert_eq!(owner.get("/orang").await.leads(), "/masuk?lanjut=/orang");
    assert_eq!(ani.get("/kasir").await.leads(), "/masuk?lanjut=/kasir");
    let old = counter
        .visitor()
        .post("/masuk", &[("pin", OWNERS_PIN)])
        .await;
    assert_eq!(old.status, 401);
    let back = counter.person("pemilik", "864200").await;
    counter.person(&number.to_string(), "2580").await;
    let log = back.get("/catatan").await.expect(200);
    assert!(log.contains("PIN lupa, dipasang ulang"), "{log}");
    assert!(!log.contains("864200"), "{log}");

    let cleared: serde_json::Value =
        serde_json::from_str(&done(&pin(&counter, &["--clear", "--json"], ""))).unwrap();
    assert_eq!(cleared["has_pin"], false);
    assert!(!counter.shop.door().await.unwrap().has_pin);
    // From this machine the pages open without asking, as they do where none was ever set.
    let log = counter.visitor().get("/catatan").await.expect(200);
    assert!(log.contains("PIN dicabut"), "{log}");
}

#[tokio::test]
async fn a_pin_is_no_argument() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    for arguments in [["4711"], ["--pin=4711"]] {
        assert_eq!(pin(&counter, &arguments, "").status.code(), Some(2));
    }
    assert!(counter.shop.door().await.unwrap().has_pin);
}
