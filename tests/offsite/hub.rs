//! What the hub keeps, and for whom.

use kulakan::hub::Hub;
use kulakan::wire::event::Hash;
use kulakan::wire::offsite::{
    Asked, BACKUP_GRANTS_PATH, BACKUP_MISSING_PATH, BACKUP_PARTS_PATH, BACKUP_SET_PATH,
    BACKUPS_PATH, Commit, MAX_PART_BYTES,
};
use kulakan::wire::{PROTOCOL, VERSION_HEADER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Case, PASSPHRASE, new_folder, number, paired_shop, restore, sell};

/// The hub's calls, made by hand.
struct Calls {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Calls {
    fn of(case: &Case, folder: &std::path::Path) -> Self {
        let file = rusqlite::Connection::open(folder.join("shop.db")).unwrap();
        let sql = "SELECT token FROM sync_state";
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: case.daemon.url(),
            token: file.query_row(sql, [], |row| row.get(0)).unwrap(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Vec<u8>) {
        let answer = request
            .bearer_auth(&self.token)
            .header(VERSION_HEADER, PROTOCOL)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.bytes().await.unwrap().to_vec())
    }

    async fn get(&self, path: &str, query: &str) -> (u16, Vec<u8>) {
        let url = format!("{}{path}?{query}", self.base);
        self.send(self.http.get(url)).await
    }

    async fn post(&self, path: &str, body: &impl serde::Serialize) -> (u16, Value) {
        let url = format!("{}{path}", self.base);
        let (status, body) = self.send(self.http.post(url).json(body)).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn keep(&self, content: &[u8]) -> (u16, Value) {
        self.keep_as(hash_of(content), content).await
    }

    async fn keep_as(&self, hash: Hash, content: &[u8]) -> (u16, Value) {
        let url = format!("{}{BACKUP_PARTS_PATH}?hash={hash}", self.base);
        let request = self.http.post(url).body(content.to_vec());
        let (status, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn hash_of(content: &[u8]) -> Hash {
    Hash(Sha256::digest(content).into())
}

fn commit(chain: Uuid, follows: u32, parts: &[&[u8]]) -> Commit {
    Commit {
        id: Uuid::now_v7(),
        chain,
        follows,
        parts: parts.iter().map(|part| hash_of(part)).collect(),
        key: hash_of(b"key"),
        manifest: hash_of(b"manifest"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_never_holds_a_word_of_what_is_backed_up() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 30).await;
    case.night("2026-11-23T19:00:00Z").await;
    sell(&case.shop, "tuesday", 30).await;
    case.night("2026-11-24T19:00:00Z").await;
    let key: Vec<u8> = {
        let file = rusqlite::Connection::open(case.folder.path.join("shop.db")).unwrap();
        let sql = "SELECT recipient FROM offsite";
        let recipient: String = file.query_row(sql, [], |row| row.get(0)).unwrap();
        recipient.into_bytes()
    };
    let words: [&[u8]; 7] = [
        b"Indomie Goreng Spesial",
        b"Gula Pasir Gulaku",
        b"SQLite format 3",
        b"CREATE TABLE",
        b"AGE-SECRET-KEY",
        PASSPHRASE.as_bytes(),
        &key,
    ];
    let hub = case.hub_file();
    let mut statement = hub.prepare("SELECT content FROM backup_parts").unwrap();
    let parts = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
    let parts: Vec<Vec<u8>> = parts.unwrap().map(|part| part.unwrap()).collect();
    assert!(parts.len() >= 5);
    let holds = |part: &[u8], word: &[u8]| part.windows(word.len()).any(|some| some == word);
    for part in &parts {
        for word in words {
            assert!(!holds(part, word), "{}", String::from_utf8_lossy(word));
        }
    }
    // The passphrase and the key in the clear are in no file of the shop either.
    for file in ["shop.db", "shop.db-wal"] {
        let bytes = std::fs::read(case.folder.path.join(file)).unwrap_or_default();
        assert!(!holds(&bytes, PASSPHRASE.as_bytes()) && !holds(&bytes, b"AGE-SECRET-KEY"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_shop_reads_finds_or_overwrites_another_s_parts() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    case.night("2026-11-23T19:00:00Z").await;
    let (folder, _, _) = paired_shop(&case.hub, &case.daemon, "Warung Sebelah", super::NEVER).await;
    let theirs = Calls::of(&case, &folder.path);
    let hub = case.hub_file();
    let sql = "SELECT hash FROM backup_parts";
    let hash: Vec<u8> = hub.query_row(sql, [], |row| row.get(0)).unwrap();
    let hash = Hash::from_slice(&hash).unwrap();
    let sql = "SELECT id FROM backup_sets";
    let set: String = hub.query_row(sql, [], |row| row.get(0)).unwrap();

    let (status, _) = theirs.get(BACKUP_PARTS_PATH, &format!("hash={hash}")).await;
    assert_eq!(status, 404);
    let (status, _) = theirs.get(BACKUP_SET_PATH, &format!("id={set}")).await;
    assert_eq!(status, 404);
    let (_, sets) = theirs.get(BACKUPS_PATH, "").await;
    let sets: Value = serde_json::from_slice(&sets).unwrap();
    assert_eq!(sets["sets"], json!([]));
    let asked = Asked { parts: vec![hash] };
    let (_, missing) = theirs.post(BACKUP_MISSING_PATH, &asked).await;
    assert_eq!(missing["missing"], json!([hash.to_string()]));
    // Their set cannot be made of this shop's parts.
    let made = Commit {
        parts: vec![hash],
        key: hash,
        manifest: hash,
        ..commit(Uuid::now_v7(), 0, &[])
    };
    let (status, problem) = theirs.post(BACKUPS_PATH, &made).await;
    assert_eq!((status, &problem["code"]), (409, &json!("missing_parts")));
    // Nor does deleting all of theirs delete this shop's.
    let forget = kulakan::wire::offsite::BACKUP_FORGET_PATH;
    assert_eq!(theirs.post(forget, &json!({})).await.0, 204);
    assert_eq!(number(&hub, "SELECT count(*) FROM backup_sets"), 1);

    // A code for one shop opens that shop and no other, and lets nobody write.
    let code = case
        .hub
        .open()
        .await
        .new_code("Warung Sebelah")
        .await
        .unwrap();
    let token = "x".repeat(40);
    let grant = json!({ "code": code, "token": token });
    let (status, granted) = theirs.post(BACKUP_GRANTS_PATH, &grant).await;
    assert_eq!((status, &granted["shop"]), (200, &json!("Warung Sebelah")));
    let reader = Calls { token, ..theirs };
    let (status, _) = reader.get(BACKUP_PARTS_PATH, &format!("hash={hash}")).await;
    assert_eq!(status, 404);
    assert_eq!(reader.keep(b"anything").await.0, 401);
    assert_eq!(reader.post(BACKUPS_PATH, &made).await.0, 401);
    assert_eq!(reader.post(forget, &json!({})).await.0, 401);
    let stranger = Calls {
        token: "y".repeat(40),
        ..reader
    };
    assert_eq!(stranger.get(BACKUPS_PATH, "").await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_there_wholly_or_not_at_all() {
    let case = Case::without_consent(super::NEVER).await;
    let calls = Calls::of(&case, &case.folder.path);
    let set = commit(Uuid::now_v7(), 0, &[b"one", b"two"]);
    for part in [&b"one"[..], b"two", b"key", b"manifest"] {
        let (status, problem) = calls.post(BACKUPS_PATH, &set).await;
        assert_eq!((status, &problem["code"]), (409, &json!("missing_parts")));
        assert_eq!(
            number(&case.hub_file(), "SELECT count(*) FROM backup_chains"),
            0
        );
        assert_eq!(calls.keep(part).await.0, 204);
        // The same again.
        assert_eq!(calls.keep(part).await.0, 204);
    }
    assert_eq!(calls.post(BACKUPS_PATH, &set).await.0, 204);
    assert_eq!(calls.post(BACKUPS_PATH, &set).await.0, 204);
    // The same name for something else.
    let other = Commit {
        parts: vec![hash_of(b"one")],
        ..set.clone()
    };
    assert_eq!(calls.post(BACKUPS_PATH, &other).await.0, 409);
    // What does not go on where the chain ends.
    for follows in [0, 1, 3] {
        let (status, problem) = calls
            .post(BACKUPS_PATH, &commit(set.chain, follows, &[b"one"]))
            .await;
        assert_eq!((status, &problem["code"]), (409, &json!("other_chain")));
    }
    let (_, body) = calls.get(BACKUP_SET_PATH, &format!("id={}", set.id)).await;
    let told: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(told["parts"], 4);
    assert_eq!(told["bytes"], 3 + 3 + 3 + 8);
    let wanted = json!([hash_of(b"one").to_string(), hash_of(b"two").to_string()]);
    assert_eq!(told["chain"], wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_not_what_it_is_called_or_too_large_is_refused() {
    let case = Case::without_consent(super::NEVER).await;
    let calls = Calls::of(&case, &case.folder.path);
    let (status, problem) = calls.keep_as(hash_of(b"whole"), b"who").await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(calls.keep(b"").await.0, 422);
    assert_eq!(calls.keep(&vec![7; MAX_PART_BYTES]).await.0, 204);
    assert_eq!(calls.keep(&vec![7; MAX_PART_BYTES + 1]).await.0, 413);
    let (status, _) = calls.get(BACKUP_PARTS_PATH, "hash=zz").await;
    assert_eq!(status, 400);
    assert_eq!(
        number(&case.hub_file(), "SELECT count(*) FROM backup_parts"),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_room_is_used_up_is_told_so_and_keeps_what_it_has() {
    let case = Case::without_consent(super::NEVER).await;
    let calls = Calls::of(&case, &case.folder.path);
    // Another daemon on the same hub, with a room of 1 MiB.
    case.daemon.stop().await;
    let config = kulakan::config::Config::for_folder(case.hub.folder.path())
        .unwrap()
        .with("backup_quota_mib", 1);
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stop = tokio_util::sync::CancellationToken::new();
    let hub = kulakan::hub::run(config, listener, case.hub.clock.clone(), stop.clone());
    let hub = tokio::spawn(hub);
    let calls = Calls { base, ..calls };
    for number in 0..4_u8 {
        assert_eq!(calls.keep(&vec![number; MAX_PART_BYTES]).await.0, 204);
    }
    let (status, problem) = calls.keep(b"one more").await;
    assert_eq!(status, 507);
    assert_eq!(problem["type"], "backup-quota");
    let told = problem["detail"].as_str().unwrap();
    assert!(told.contains("at most 1 MiB"), "{told}");
    // What is there already needs no more room.
    assert_eq!(calls.keep(&vec![0; MAX_PART_BYTES]).await.0, 204);
    // An upload that was given up makes room after a week, and not before; what a set needs stays.
    let hub_file = super::open_hub(&case.hub);
    let sql = "INSERT INTO backup_chains SELECT tenant_id, shop_id, 'chain', 1, hash FROM backup_parts WHERE hash = ?1";
    let needed = hash_of(&vec![3; MAX_PART_BYTES]);
    assert_eq!(hub_file.execute(sql, [&needed.0[..]]).unwrap(), 1);
    let now = kulakan::clock::Clock::now(&*case.hub.clock);
    case.hub.clock.set(now + chrono::Duration::days(6));
    assert_eq!(calls.keep(b"one more").await.0, 507);
    case.hub.clock.set(now + chrono::Duration::days(8));
    assert_eq!(calls.keep(b"one more").await.0, 204);
    assert_eq!(number(&hub_file, "SELECT count(*) FROM backup_parts"), 2);
    let sql = "SELECT count(*) FROM backup_parts WHERE hash = ?1";
    let stays: i64 = hub_file
        .query_row(sql, [&needed.0[..]], |row| row.get(0))
        .unwrap();
    assert_eq!(stays, 1);
    stop.cancel();
    hub.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_wrong_ones_run_into_the_guard() {
    let case = Case::start().await;
    case.night("2026-11-23T19:00:00Z").await;
    let code = case.code().await;
    let new = new_folder();
    let wrong = restore(new.path(), &case, "0000-0000", PASSPHRASE, false).await;
    assert!(
        wrong
            .unwrap_err()
            .to_string()
            .contains("there is no such code")
    );
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    // Pairing with it is too late as well.
    let (_, other, _) = paired_shop(&case.hub, &case.daemon, "Lain", super::NEVER).await;
    let paired = other.pair(&case.daemon.url(), &code).await;
    assert!(paired.is_err());
    let hub: Hub = case.hub.open().await;
    let late = hub.new_code("Warung Contoh").await.unwrap();
    case.hub.clock.set("2026-12-05T00:00:00Z".parse().unwrap());
    let expired = restore(new_folder().path(), &case, &late, PASSPHRASE, false).await;
    assert!(expired.unwrap_err().to_string().contains("seven days"));
    for _ in 0..40 {
        let _ = restore(new_folder().path(), &case, "1111-1111", PASSPHRASE, false).await;
    }
    let many = restore(new_folder().path(), &case, "1111-1111", PASSPHRASE, false).await;
    assert!(many.unwrap_err().to_string().contains("wait a moment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_does_not_name_a_part_twice() {
    let case = Case::start().await;
    let calls = Calls::of(&case, &case.folder.path);
    for part in [&b"part"[..], b"key", b"manifest"] {
        assert_eq!(calls.keep(part).await.0, 204);
    }
    let twice = commit(Uuid::now_v7(), 0, &[b"part", b"part"]);
    assert_eq!(calls.post(BACKUPS_PATH, &twice).await.0, 422);
    let once = commit(Uuid::now_v7(), 0, &[b"part"]);
    assert_eq!(calls.post(BACKUPS_PATH, &once).await.0, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_survives_the_same_code_typed_otherwise_and_another_code() {
    let case = Case::start().await;
    case.night("2026-11-23T19:00:00Z").await;
    let (code, new) = (case.code().await, new_folder());
    let wrong = restore(new.path(), &case, &code, "not the passphrase", false).await;
    assert!(wrong.is_err());
    let other = restore(new.path(), &case, "1111-1111", PASSPHRASE, false).await;
    assert!(other.is_err());
    let typed = code
        .replace('-', " ")
        .replace('1', "l")
        .replace('0', "o")
        .to_lowercase();
    restore(new.path(), &case, &typed, PASSPHRASE, false)
        .await
        .unwrap();
    assert!(!new.path().join("backups/from-hub").exists());
}
