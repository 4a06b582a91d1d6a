//! Which database the hubs of a test are kept in. The same tests run on each.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::postgres::{HUB_ROLE, shared};

/// A database of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The file in its folder.
    Sqlite,
    /// A database of its own on the shared server.
    Postgres,
}

impl Backend {
    /// Says in the settings of the hub's folder where it is to be kept: whoever opens the hub from its folder finds it
    /// there, the program too.
    pub fn settle(self, folder: &Path) {
        if self == Self::Postgres {
            std::fs::create_dir_all(folder).expect("a folder");
            let address = shared().database_for(folder);
            let settings = format!("database = \"{address}\"\ndatabase_connections = 6\n");
            std::fs::write(folder.join("config.toml"), settings).expect("settings");
        }
    }
}

/// What a query of one value finds in the database of the hub in `folder`, wherever that is kept, past all of its rules.
pub fn asked(folder: &Path, sql: &str) -> String {
    let settings = std::fs::read_to_string(folder.join("config.toml")).unwrap_or_default();
    let address = settings
        .lines()
        .find_map(|line| line.strip_prefix("database = \"")?.strip_suffix('"'));
    if let Some(address) = address {
        let server = &shared().server;
        let name = address.rsplit('/').next().expect("a database's name");
        assert!(address.contains(HUB_ROLE));
        let found = server.psql_on(&server.url_of("kulakan", name), sql);
        return found.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let file = Connection::open_with_flags(folder.join("hub.db"), flags).expect("the hub's file");
    let found = file.query_row(sql, [], |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => panic!("{sql}: {other:?}"),
        })
    });
    found.unwrap_or_else(|fault| panic!("{sql}: {fault}"))
}
