//! The main job in one command, as a person would start it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kulakan"));
    command.arg("demo").stdout(Stdio::piped());
    command
}

#[tokio::test]
async fn the_demonstration_closes_the_loop_and_serves_both_sides() {
    let mut child = demo().spawn().unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let last = line.starts_with("Ctrl-C");
        lines.push(line);
        if last {
            break;
        }
    }
    let told = lines.join("\n");
    assert!(told.contains("generated, none is real"), "{told}");
    assert_eq!(
        told.matches("agree on the position of all 124 products")
            .count(),
        2,
        "{told}"
    );
    assert!(
        told.contains("one product short and one partly damaged"),
        "{told}"
    );

    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut shown = Vec::new();
    for line in &lines {
        if let Some((_, address)) = line.split_once(": http") {
            // The hub's shops; what each shop should buy.
            let page = if shown.is_empty() { "/toko" } else { "/saran" };
            shown.push(
                http.get(format!("http{address}{page}"))
                    .send()
                    .await
                    .unwrap()
                    .text()
                    .await
                    .unwrap(),
            );
        }
    }
    assert_eq!(shown.len(), 3, "{told}");
    assert!(shown[0].contains("Warung Bu Sri") && shown[0].contains("Warung Pak Budi"));
    assert!(
        shown[1].contains("Saran kulakan") && shown[1].contains("Total belanja"),
        "{}",
        shown[1]
    );
    assert!(shown[2].contains("Warung Pak Budi"));

    let ended = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(ended.success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn its_folder_must_be_new_and_its_summary_can_be_one_document() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("something"), "of mine").unwrap();
    let refused = demo()
        .arg("--data")
        .arg(folder.path())
        .arg("--once")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let new = folder.path().join("new");
    let done = demo()
        .arg("--data")
        .arg(&new)
        .args(["--once", "--json"])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let document: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(document["summary"].as_array().unwrap().len() > 10);
    assert!(new.join("hub/hub.db").exists());
}
