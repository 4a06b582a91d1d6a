//! The line to a server that takes encrypted lines alone: whose certificate is believed, and what is said of one that is
//! not.

use std::path::{Path, PathBuf};
use std::process::Command;

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::Hub;
use tempfile::TempDir;

use super::hub_sync::start_of_time;
use crate::harness::postgres::{Postgres, shared};
use crate::harness::program::{done, refused, run_on};

/// Authorities and what they signed, as files.
struct Papers(TempDir);

impl Papers {
    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, arguments: &str) {
        let mut openssl = Command::new("openssl");
        openssl
            .args(arguments.split(' '))
            .current_dir(self.0.path());
        let told = openssl.output().expect("openssl; ./tests/run installs it");
        let said = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success(), "openssl {arguments}: {said}");
    }

    /// The distributor's own authority, another of the same name, and a certificate of the first for `localhost`.
    fn made() -> Self {
        const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        let papers = Self(tempfile::tempdir().unwrap());
        for authority in ["own", "other"] {
            papers.openssl(&format!(
                "req -x509 {KEY} -keyout {authority}.key -out {authority}.crt -days 2 -subj /CN=Makmur \
                 -addext basicConstraints=critical,CA:TRUE"
            ));
        }
        papers.openssl(&format!(
            "req {KEY} -keyout server.key -out server.csr -subj /CN=server -addext subjectAltName=DNS:localhost \
             -addext basicConstraints=CA:FALSE"
        ));
        papers.openssl(
            "x509 -req -in server.csr -CA own.crt -CAkey own.key -CAcreateserial -days 2 -copy_extensions copyall -out server.crt",
        );
        papers
    }
}

/// The settings of a hub's folder: where its database is, and whose word on the server it believes.
fn settle(folder: &Path, address: &str, authority: Option<&Path>) {
    let authority = authority.map_or_else(String::new, |file| {
        format!("database_certificate = \"{}\"\n", file.display())
    });
    let settings = format!("database = \"{address}\"\n{authority}");
    std::fs::write(folder.join("config.toml"), settings).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_encrypted_to_the_right_server_or_there_is_none() {
    let papers = Papers::made();
    let (server, port) =
        Postgres::start_encrypted(&papers.file("server.crt"), &papers.file("server.key")).unwrap();
    server.psql("CREATE ROLE hub LOGIN").unwrap();
    server.psql("CREATE DATABASE makmur OWNER hub").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let own = papers.file("own.crt");
    let at = |host: &str, mode: &str| format!("postgres://hub@{host}:{port}/makmur{mode}");

    for (address, authority, wanted) in [
        // The server's own words: it has no door for plain lines.
        (at("localhost", ""), Some(&own), "no encryption"),
        (
            at("localhost", "?sslmode=disable"),
            Some(&own),
            "no encryption",
        ),
        (
            at("localhost", "?sslmode=prefer"),
            Some(&own),
            "no encryption",
        ),
        // An authority of the same name that signed nothing here, and those that browsers know.
        (
            at("localhost", "?sslmode=require"),
            Some(&papers.file("other.crt")),
            "database_certificate",
        ),
        (
            at("localhost", "?sslmode=require"),
            None,
            "database_certificate",
        ),
        // The right certificate, shown by a server that was asked for under another name.
        (at("127.0.0.1", "?sslmode=require"), Some(&own), "127.0.0.1"),
        (
            at("127.0.0.1", "?sslmode=verify-full"),
            Some(&own),
            "certificate",
        ),
        (
            at("localhost", "?sslmode=require"),
            Some(&papers.file("own.key")),
            "database_certificate",
        ),
        (
            at("localhost", "?sslmode=require"),
            Some(&papers.file("none.crt")),
            "none.crt",
        ),
        (at("localhost", "?sslmode=always"), Some(&own), "sslmode"),
        (
            at("localhost", "?sslmode=verify-full&sslrootcert=/own.crt"),
            Some(&own),
            "database_certificate",
        ),
    ] {
        settle(data, &address, authority.map(PathBuf::as_path));
        let told = refused(&run_on(data, &["hub", "init", "--name", "Makmur"]), 1);
        assert!(told.contains(wanted), "{address}: {told}");
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    let makmur = server.url_of("kulakan", "makmur");
    assert_eq!(server.psql_on(&makmur, tables).as_deref(), Ok("0"));

    settle(data, &at("localhost", "?sslmode=require"), Some(&own));
    done(&run_on(data, &["hub", "init", "--name", "Makmur"]));
    settle(data, &at("localhost", "?sslmode=verify-full"), Some(&own));
    assert!(done(&run_on(data, &["hub", "status"])).contains("Makmur"));
    let config = Config::for_folder(data).unwrap();
    let hub = Hub::open(config, ManualClock::at(start_of_time()))
        .await
        .unwrap();
    hub.add_shop("Warung Bu Sri").await.unwrap();
    let lines = "SELECT count(*) > 0 AND bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a ON a.pid = s.pid
        WHERE a.application_name = 'kulakan'";
    assert_eq!(server.psql_on(&makmur, lines).as_deref(), Ok("t"));
    drop(hub);

    // A server that cannot encrypt is told, and not talked to in plain.
    let (plain, _) = shared()
        .empty_for(data)
        .rsplit_once('/')
        .map(|(at, name)| (at.to_owned(), name.to_owned()))
        .unwrap();
    settle(
        data,
        &format!("{plain}/postgres?sslmode=require"),
        Some(&own),
    );
    let told = refused(&run_on(data, &["hub", "status"]), 1);
    assert!(told.contains("TLS") || told.contains("socket"), "{told}");
}
