//! The program itself, from the outside: what it prints, how it ends, and what it says when something is wrong.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program::{self, done, json, refused};

fn on_folder(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program::command(arguments);
    command.arg("--data").arg(folder);
    command
}

fn kulakan(folder: &Path, arguments: &[&str]) -> Output {
    on_folder(folder, arguments).output().unwrap()
}

fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    done(&kulakan(
        folder.path(),
        &["shop", "init", "--name", "Warung Contoh"],
    ));
    folder
}

fn sales(folder: &Path) -> String {
    let rows: String = (1..=28)
        .map(|day| {
            format!(
                "2026-10-{day:02},MIE-1,{}\n2026-10-{day:02},KOPI-1,2\n",
                5 + day % 3
            )
        })
        .collect();
    let path = folder.join("sales.csv");
    std::fs::write(
        &path,
        format!("date,sku,quantity\n{rows}2026-10-28,BARU-1,1\n"),
    )
    .unwrap();
    path.to_str().unwrap().to_owned()
}

fn products(folder: &Path) -> String {
    let path = folder.join("products.csv");
    let rows = "sku,name,unit,price,cost,pack_name,pack_size\n\
                MIE-1,Mie goreng,bungkus,3500,2750,dus,40\nKOPI-1,Kopi sachet,pcs,2000,1500,renceng,10\n\
                BARU-1,Barang baru,pcs,1000,800,,\n";
    std::fs::write(&path, rows).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_shop_is_set_up_filled_and_planned() {
    let folder = shop();
    let file = products(folder.path());
    let dry = json(&kulakan(
        folder.path(),
        &["shop", "import", "products", &file, "--dry-run", "--json"],
    ));
    assert_eq!(
        (&dry["created"], &dry["dry_run"]),
        (&Value::from(3), &Value::from(true))
    );
    done(&kulakan(
        folder.path(),
        &["shop", "import", "products", &file],
    ));
    done(&kulakan(
        folder.path(),
        &["shop", "import", "sales", &sales(folder.path())],
    ));

    let plan = ["shop", "plan", "--date", "2026-10-29"];
    let table = done(&kulakan(folder.path(), &plan));
    for shown in [
        "Saran kulakan",
        "Beli sekarang",
        "Mie goreng",
        "dus",
        "Laku",
        "Total: Rp",
        "1 barang belum cukup",
    ] {
        assert!(table.contains(shown), "{shown}: {table}");
    }
    assert!(!table.contains("Barang baru"), "{table}");
    let english = done(&kulakan(
        folder.path(),
        &[&plan[..], &["--language", "en"]].concat(),
    ));
    for shown in ["Buy now", "Sells about", "1 item has too little history"] {
        assert!(english.contains(shown), "{shown}: {english}");
    }
    let asked = json(&kulakan(folder.path(), &[&plan[..], &["--json"]].concat()));
    assert_eq!(asked["saved"], false);
    assert_eq!(asked["lines"].as_array().unwrap().len(), 3);
    let saved = json(&kulakan(
        folder.path(),
        &[&plan[..], &["--save", "--json"]].concat(),
    ));
    let again = json(&kulakan(
        folder.path(),
        &[&plan[..], &["--save", "--json"]].concat(),
    ));
    assert_eq!(saved["saved"], true);
    assert_eq!(saved, again);

    let explain = [&plan[..], &["--explain", "MIE-1"]].concat();
    let told = done(&kulakan(folder.path(), &explain));
    for shown in [
        "Mie goreng (MIE-1)",
        "Ramalan",
        "Posisi stok",
        "Beli:",
        "█",
        "2026-10-29",
    ] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    let data = json(&kulakan(
        folder.path(),
        &[&explain[..], &["--json"]].concat(),
    ));
    assert_eq!(data["history"].as_array().unwrap().len(), 28);
    assert_eq!(data["forecast"].as_array().unwrap().len(), 9);
    assert_eq!(data["line"]["demand_class"], "smooth");
    let line = asked["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["sku"] == "MIE-1");
    assert_eq!(Some(&data["line"]), line);
    let unknown = [&plan[..], &["--explain", "TEH-9"]].concat();
    assert!(refused(&kulakan(folder.path(), &unknown), 1).contains("TEH-9"));

    let status = json(&kulakan(folder.path(), &["shop", "status", "--json"]));
    assert_eq!(status["products"], 3);
    assert_eq!(status["last_plan"]["plan_date"], "2026-10-29");
    assert_eq!(status["sync"]["paired"], false);
    assert!(status["database_bytes"].as_u64().unwrap() > 0);
    let text = done(&kulakan(folder.path(), &["shop", "status"]));
    assert!(text.contains("Warung Contoh"), "{text}");
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let folder = shop();
    let made = json(&kulakan(
        folder.path(),
        &["shop", "token", "create", "--label", "till", "--json"],
    ));
    let secret = made["token"].as_str().unwrap();
    assert_eq!(secret.len(), 64);
    let list = json(&kulakan(
        folder.path(),
        &["shop", "token", "list", "--json"],
    ));
    assert_eq!(
        (&list[0]["label"], &list[0]["revoked_at"]),
        (&Value::from("till"), &Value::Null)
    );
    assert!(!list.to_string().contains(secret));
    let database = std::fs::read(folder.path().join("shop.db")).unwrap();
    let kept = database.windows(64).any(|bytes| bytes == secret.as_bytes());
    assert!(!kept, "the secret is in the database");
    let number = list[0]["id"].to_string();
    done(&kulakan(
        folder.path(),
        &["shop", "token", "revoke", &number],
    ));
    refused(
        &kulakan(folder.path(), &["shop", "token", "revoke", &number]),
        1,
    );
    let told = refused(
        &kulakan(folder.path(), &["shop", "token", "create", "--label", " "]),
        2,
    );
    assert!(told.contains("--label"), "{told}");
}

#[test]
fn what_cannot_be_set_up_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, named) in [
        (["--name", "X", "--timezone", "Mars/Base"], "--timezone"),
        (["--name", "X", "--currency", "rupiah"], "--currency"),
        (["--name", "X", "--pin", "12"], "--pin"),
        (["--name", " ", "--currency", "IDR"], "--name"),
    ] {
        let told = refused(
            &kulakan(folder.path(), &[&["shop", "init"][..], &arguments].concat()),
            2,
        );
        assert!(told.contains(named), "{told}");
        assert!(!folder.path().join("shop.db").exists());
    }
    let told = refused(&kulakan(folder.path(), &["shop", "status"]), 1);
    assert!(told.contains("shop init"), "{told}");
    let taken = shop();
    let told = refused(&kulakan(taken.path(), &["shop", "init", "--name", "Y"]), 1);
    assert!(told.contains("Warung Contoh"), "{told}");
}

#[test]
fn wrong_usage_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["shop"][..],
        &["shop", "fly"],
        &["shop", "plan", "--date", "soon"],
        &["--nonsense"],
    ] {
        let output = kulakan(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
    let told = refused(
        &kulakan(
            folder.path(),
            &["shop", "import", "sales", "x.csv", "--columns", "date"],
        ),
        1,
    );
    assert!(told.contains("shop init"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for place in [file.join("inside"), "/proc/kulakan".into()] {
        let told = refused(&kulakan(&place, &["shop", "init", "--name", "X"]), 1);
        assert!(told.contains(place.to_str().unwrap()), "{told}");
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let folder = shop();
    let file = folder.path().join("shop.db");
    Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    for arguments in [
        &["shop", "status"][..],
        &["shop", "plan"],
        &["shop", "run", "--listen", "127.0.0.1:0"],
    ] {
        let told = refused(&kulakan(folder.path(), arguments), 1);
        assert!(told.contains("newer") && told.contains("999"), "{told}");
    }
    assert!(
        std::fs::read(&file).unwrap() == before,
        "the file was changed"
    );
}

#[test]
fn a_file_that_is_no_shop_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    std::fs::write(
        &file,
        "these are the accounts of another program, and long enough to be one page of them",
    )
    .unwrap();
    let told = refused(&kulakan(folder.path(), &["shop", "status"]), 1);
    assert!(told.contains("shop.db"), "{told}");
    std::fs::remove_file(&file).unwrap();
    Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE other (id INTEGER)")
        .unwrap();
    let told = refused(&kulakan(folder.path(), &["shop", "status"]), 1);
    assert!(told.contains("another kind"), "{told}");
}

#[test]
fn a_database_that_another_process_holds_is_waited_for_and_then_named() {
    let folder = shop();
    let holder = Connection::open(folder.path().join("shop.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let output = on_folder(folder.path(), &["shop", "token", "create", "--label", "x"])
        .env("KULAKAN_BUSY_TIMEOUT_MS", "100")
        .output()
        .unwrap();
    let told = refused(&output, 1);
    assert!(told.contains("in use by another process"), "{told}");
    holder.execute_batch("ROLLBACK").unwrap();
    let list = json(&kulakan(
        folder.path(),
        &["shop", "token", "list", "--json"],
    ));
    assert_eq!(list, Value::Array(Vec::new()));
}

#[test]
fn a_port_in_use_is_named() {
    let folder = shop();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = refused(
        &kulakan(folder.path(), &["shop", "run", "--listen", &address]),
        1,
    );
    assert!(
        told.contains(&address) && told.contains("--listen"),
        "{told}"
    );
}

#[test]
fn a_faulty_file_is_told_by_line_and_nothing_of_it_is_kept() {
    let folder = shop();
    let file = folder.path().join("bad.csv");
    std::fs::write(
        &file,
        "sku,name,unit,price,cost\nA,Gula,kg,15000,13000\nB,Kopi,pcs,-5,1\n",
    )
    .unwrap();
    let told = refused(
        &kulakan(
            folder.path(),
            &["shop", "import", "products", file.to_str().unwrap()],
        ),
        1,
    );
    assert!(told.contains('3') && told.contains("bad.csv"), "{told}");
    let status = json(&kulakan(folder.path(), &["shop", "status", "--json"]));
    assert_eq!(status["products"], 0);
}

#[test]
fn settings_tell_their_source_and_wrong_ones_their_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("config.toml"),
        "schedule = \"0 0 3 * * *\"\n",
    )
    .unwrap();
    let output = on_folder(folder.path(), &["config", "print", "--json"])
        .env("KULAKAN_PLAN_REVIEW_DAYS", "5")
        .output()
        .unwrap();
    let settings = json(&output);
    let setting = |name: &str| {
        let mut rows = settings.as_array().unwrap().iter();
        rows.find(|row| row["name"] == name).unwrap().clone()
    };
    assert_eq!(setting("schedule")["value"], "0 0 3 * * *");
    assert!(
        setting("schedule")["source"]
            .as_str()
            .unwrap()
            .ends_with("config.toml")
    );
    assert_eq!(setting("plan.review_days")["value"], 5);
    assert_eq!(
        setting("plan.review_days")["source"],
        "environment KULAKAN_PLAN_REVIEW_DAYS"
    );
    assert_eq!(setting("shop_listen")["source"], "default");
    std::fs::write(folder.path().join("config.toml"), "colour = \"red\"\n").unwrap();
    let told = refused(&kulakan(folder.path(), &["config", "print"]), 1);
    assert!(
        told.contains("config.toml") && told.contains("colour"),
        "{told}"
    );
}

#[test]
fn a_hub_that_is_not_there_is_named() {
    let folder = shop();
    let told = refused(&kulakan(folder.path(), &["shop", "sync"]), 1);
    assert!(told.contains("shop pair"), "{told}");
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let hub = format!("http://{gone}");
    let told = refused(
        &kulakan(
            folder.path(),
            &["shop", "pair", "--hub", &hub, "--code", "ABCD-EFGH"],
        ),
        1,
    );
    assert!(
        told.contains(&hub) && told.contains("cannot be reached"),
        "{told}"
    );
    let told = refused(
        &kulakan(
            folder.path(),
            &["shop", "pair", "--hub", "ftp://x", "--code", "ABCD-EFGH"],
        ),
        2,
    );
    assert!(told.contains("--hub"), "{told}");
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(done(&kulakan(folder.path(), &["completions", shell])).contains("kulakan"));
    }
    assert!(done(&kulakan(folder.path(), &["man"])).starts_with(".ie"));
}

/// `kulakan shop run` under way, killed when the test is over.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let mut child = on_folder(folder, &["shop", "run", "--listen", "127.0.0.1:0"])
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut address = None;
        for line in log.lines() {
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("address=") {
                address = rest.split_whitespace().next().map(ToOwned::to_owned);
                break;
            }
        }
        Self {
            child,
            address: address.expect("a line with the address"),
        }
    }

    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_running_shop_answers_keeps_its_folder_and_ends_on_sigterm() {
    let folder = shop();
    let token = done(&kulakan(
        folder.path(),
        &["shop", "token", "create", "--label", "till"],
    ));
    let running = Running::start(folder.path());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = |path: &str| format!("http://{}{path}", running.address);
    let response = client
        .get(url("/api/v1/sync"))
        .bearer_auth(token.trim())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let told = refused(
        &kulakan(folder.path(), &["shop", "run", "--listen", "127.0.0.1:0"]),
        1,
    );
    assert!(told.contains("another kulakan is running"), "{told}");
    // Commands work beside the daemon.
    done(&kulakan(folder.path(), &["shop", "status"]));
    assert_eq!(running.terminate(), Some(0));
    Running::start(folder.path()).terminate();
}
