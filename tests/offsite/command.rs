//! The commands, from the outside.

use chrono::Utc;

use super::{Case, NEVER, PASSPHRASE, new_folder, sales_of, sell};
use crate::harness::program::{command, done, json, refused, run_on};

/// A shop of the present day with a few sales, and a file with the passphrase.
async fn case() -> (Case, String) {
    let case = Case::founded(&Utc::now().to_rfc3339(), NEVER).await;
    sell(&case.shop, "today", 7).await;
    let file = case.folder.path.join("passphrase.txt");
    std::fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    (case, file.to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_sending_the_list_and_the_way_back() {
    let (case, file) = case().await;
    let folder = case.folder.path.as_path();
    let told = refused(&run_on(folder, &["shop", "offsite", "send"]), 1);
    assert!(told.contains("kulakan shop offsite on"), "{told}");
    // Nobody to ask, and a passphrase that is none.
    let told = refused(&run_on(folder, &["shop", "offsite", "on"]), 2);
    assert!(told.contains("KULAKAN_PASSPHRASE"), "{told}");
    let short = folder.join("short.txt");
    std::fs::write(&short, "abc\n").unwrap();
    let short = short.to_str().unwrap();
    let on = ["shop", "offsite", "on", "--passphrase-file", short];
    let told = refused(&run_on(folder, &on), 1);
    assert!(told.contains("at least 10 characters"), "{told}");
    let on = ["shop", "offsite", "on", "--passphrase-file", file.as_str()];
    let told = done(&run_on(folder, &on));
    assert!(told.contains("Write the passphrase down"), "{told}");
    let told = done(&run_on(folder, &["shop", "status"]));
    assert!(told.contains("off-site      none yet"), "{told}");
    let sent = json(&run_on(folder, &["shop", "offsite", "send", "--json"]));
    assert_eq!(sent["whole"], true);
    let status = json(&run_on(folder, &["shop", "offsite", "status", "--json"]));
    assert_eq!(
        (&status["enabled"], &status["last_set"]),
        (&true.into(), &sent["set"])
    );
    let told = done(&run_on(case.hub.folder.path(), &["hub", "status"]));
    let today = Utc::now().format("%Y-%m-%d").to_string();
    let line = told.lines().find(|line| line.contains("Warung Contoh"));
    assert!(line.unwrap().trim_end().contains(&today), "{told}");

    let (new, code, url) = (new_folder(), case.code().await, case.daemon.url());
    let from = ["shop", "restore", "--from-hub", &url, "--code", &code];
    let list = json(&run_on(
        new.path(),
        &[&from[..], &["--list", "--json"]].concat(),
    ));
    assert_eq!(list["backups"][0]["id"], sent["set"]);
    assert!(!new.path().join("shop.db").exists());
    let wrong = [&from[..], &["--passphrase-file", short]].concat();
    let told = refused(&run_on(new.path(), &wrong), 1);
    assert!(told.contains("the passphrase does not open"), "{told}");
    let set = sent["set"].as_str().unwrap();
    let restored = command(&[&from[..], &["--set", set, "--json", "--data"]].concat())
        .arg(new.path())
        .env("KULAKAN_PASSPHRASE", PASSPHRASE)
        .output()
        .unwrap();
    let restored = json(&restored);
    assert_eq!(restored["restored"]["sales"], 7);
    assert_eq!(sales_of(new.path()), sales_of(folder));
    let told = refused(&run_on(new.path(), &from), 1);
    assert!(told.contains("--replace"), "{told}");
    // It goes on as the shop that it was.
    done(&run_on(new.path(), &["shop", "sync"]));
    let told = done(&run_on(new.path(), &["shop", "offsite", "send"]));
    assert!(told.contains("Sent what changed"), "{told}");
    done(&run_on(new.path(), &["shop", "offsite", "off", "--forget"]));
    let told = done(&run_on(new.path(), &["shop", "offsite", "status"]));
    assert!(told.contains("off-site      off"), "{told}");
}

#[test]
fn arguments_that_cannot_be_are_wrong_usage() {
    let folder = new_folder();
    let cases: [&[&str]; 5] = [
        &["shop", "restore"],
        &["shop", "restore", "--from-hub", "http://127.0.0.1:1"],
        &[
            "shop",
            "restore",
            "file.db",
            "--from-hub",
            "http://127.0.0.1:1",
            "--code",
            "C",
        ],
        &["shop", "restore", "file.db", "--replace"],
        &[
            "shop",
            "restore",
            "--from-hub",
            "hub",
            "--code",
            "ABCD-EFGH",
        ],
    ];
    for arguments in cases {
        let output = run_on(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
    assert!(!folder.path().join("shop.db").exists());
}
