//! The program is killed between handing a message over and noting that it did.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::CATALOGUE;
use super::sinks::{MailSink, Manner};
use crate::harness::program::{command, done, run_on};
use crate::harness::world::Api;

/// A hub in a folder, and a token for its calls.
fn founded(folder: &Path) -> String {
    done(&run_on(folder, &["hub", "init", "--name", "Toko Makmur"]));
    let suppliers = folder.join("suppliers.csv");
    std::fs::write(&suppliers, "name\nGrosir Jaya\nAgen Gas\n").unwrap();
    let products = folder.join("products.csv");
    std::fs::write(&products, CATALOGUE).unwrap();
    for (what, file) in [("suppliers", &suppliers), ("products", &products)] {
        done(&run_on(
            folder,
            &["hub", "import", what, file.to_str().unwrap()],
        ));
    }
    let token = done(&run_on(
        folder,
        &["hub", "token", "create", "--label", "test"],
    ));
    token
        .split_whitespace()
        .find(|word| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .unwrap_or_else(|| panic!("no token in {token}"))
        .to_owned()
}

struct Running(Child);

impl Running {
    fn start(folder: &Path, port: u16, sink: &MailSink) -> Self {
        let child = command(&[
            "hub",
            "run",
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--data",
        ])
        .arg(folder)
        .env("KULAKAN_SMTP_URL", format!("smtp://{}", sink.address))
        .env("KULAKAN_SMTP_FROM", "pesanan@example.com")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
        Self(child)
    }

    /// As the power does: nothing of it runs on.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn up(port: u16) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{port}/healthz");
    let asked = async {
        while !http
            .get(&url)
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), asked)
        .await
        .expect("the hub comes up");
}

fn message_id(letter: &str) -> &str {
    let line = letter.lines().find(|line| line.starts_with("Message-ID:"));
    line.expect("a letter has an identity")
}

fn first(messages: &Value) -> (&Value, &Value) {
    let first = &messages["items"][0];
    (&first["state"], &first["unsure"])
}

#[tokio::test]
async fn a_letter_that_may_have_arrived_comes_once_more_under_its_identity_and_then_waits_for_a_person()
 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let token = founded(folder.path());
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let api = Api::new(([127, 0, 0, 1], port).into(), token);
    let mut sink = MailSink::start(Manner::SaysNothing).await;
    let order = |name: &str| {
        json!({
            "customer": { "name": name, "email": "ani@example.com" },
            "lines": [{ "sku": "TEH", "quantity": 1 }],
        })
    };
    // The server has the letter and says nothing; the program is killed before it could note anything.
    let running = Running::start(folder.path(), port, &sink);
    up(port).await;
    api.post("/orders", order("Bu Ani")).await;
    sink.letters(1).await;
    running.kill();
    sink.behave(Manner::Takes);
    let running = Running::start(folder.path(), port, &sink);
    up(port).await;
    let letters = sink.letters(2).await;
    assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
    let sent = api
        .until("/messages", |list| first(list).0 == &json!("sent"))
        .await;
    assert_eq!(first(&sent).1, &json!(1), "{sent}");
    // Twice in doubt: whether the customer has it is for a person to find out.
    sink.behave(Manner::SaysNothing);
    api.post("/orders", order("Pak Budi")).await;
    sink.letters(3).await;
    running.kill();
    let running = Running::start(folder.path(), port, &sink);
    up(port).await;
    sink.letters(4).await;
    running.kill();
    sink.behave(Manner::Takes);
    let running = Running::start(folder.path(), port, &sink);
    up(port).await;
    let stuck = api
        .until("/messages", |list| first(list).0 == &json!("stuck"))
        .await;
    assert_eq!(first(&stuck).1, &json!(2), "{stuck}");
    assert_eq!(sink.so_far().len(), 4, "no third copy");
    running.kill();
}
