//! The writer thread: pieces of work that share a transaction share nothing else.

use std::sync::mpsc::channel;

use kulakan::error::{Error, Result};
use kulakan::store::{Database, Options, Schema, WriteTx};

static SCHEMA: Schema = Schema {
    application_id: 4711,
    migrations: &[(
        "0001.sql",
        "CREATE TABLE entries (name TEXT PRIMARY KEY) STRICT;",
    )],
};

fn enter(tx: &WriteTx<'_>, name: &str) -> Result<()> {
    tx.execute("INSERT INTO entries VALUES (?1)", [name])?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_leaves_nothing_and_takes_nothing_of_its_group_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let database = Database::create(&path, &SCHEMA, Options::default()).unwrap();

    // The first holds the writer until the others wait behind it, so that all four end in one group.
    let (go, wait) = channel::<()>();
    let first = database.write(move |tx| {
        wait.recv()
            .map_err(|_| Error::Internal("nobody said go".to_owned()))?;
        enter(tx, "first")
    });
    let refused = database.write(|tx| {
        enter(tx, "refused")?;
        Err::<(), _>(Error::Refused("after all".to_owned()))
    });
    let broken = database.write(|tx| {
        enter(tx, "broken")?;
        panic!("a fault");
        #[allow(unreachable_code)]
        Ok(())
    });
    let last = database.write(|tx| enter(tx, "last"));
    // Polled in this order; each is queued when it is polled first.
    let released = async move {
        go.send(()).unwrap();
    };
    let (first, refused, broken, last, ()) =
        tokio::join!(biased; first, refused, broken, last, released);

    first.unwrap();
    last.unwrap();
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert!(matches!(broken, Err(Error::Internal(_))), "{broken:?}");
    let names = database.read(|connection| {
        let mut statement = connection.prepare("SELECT name FROM entries ORDER BY name")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<std::result::Result<Vec<String>, _>>()?)
    });
    assert_eq!(names.await.unwrap(), ["first", "last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_disk_is_gone_is_not_made_anew_by_reopening_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let database = Database::create(&path, &SCHEMA, Options::default()).unwrap();
    // What a commit that fails leaves behind: the writer has to open the database again.
    let ended = database.write(|tx| Ok(tx.execute_batch("COMMIT")?)).await;
    assert!(ended.is_err());
    for file in std::fs::read_dir(folder.path()).unwrap() {
        // The connection that is being closed may take its files with it.
        if let Err(fault) = std::fs::remove_file(file.unwrap().path()) {
            assert_eq!(fault.kind(), std::io::ErrorKind::NotFound);
        }
    }
    assert!(database.write(|tx| enter(tx, "nowhere")).await.is_err());
    assert!(!path.exists());
    std::fs::write(&path, "").unwrap();
    assert!(database.write(|tx| enter(tx, "nowhere")).await.is_err());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}
