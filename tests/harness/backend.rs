//! Which database the hubs of a test are kept in. The same tests run on each.

use std::path::Path;

use super::postgres::shared;

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
