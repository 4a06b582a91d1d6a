//! Two distributors in one hub, with the same names for all that they have: every call and every page of the one, asked
//! for what belongs to the other.

use kulakan::hub::Hub;
use kulakan::hub::HubImport;
use kulakan::hub::store::users::Role;
use kulakan::hub::store::{self, Tenant, Value as Stored};
use kulakan::hub::tenants::NewTenant;
use kulakan::hub::users::{NewUser, UserDetails};
use reqwest::{Method, redirect};
use rstest::rstest;
use rusqlite::Connection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::routes::{calls, filled, pages};
use crate::harness::backend::Backend;
use crate::harness::running::{Client, Daemon, HubFolder};
use crate::tidy::files;

const NOW: &str = "2026-11-23T02:00:00Z";

/// Stands in every name of the one whose things nobody else may see.
pub(super) const MARK: &str = "RAHASIA";

/// The password of everybody here.
const PASSWORD: &str = "rahasia-sekali";

/// What a browser was answered.
#[derive(Debug)]
pub(super) struct Seen {
    pub status: u16,
    to: String,
    pub body: String,
}

/// A browser that shows where it is led and keeps the session it is given.
pub(super) struct Browser {
    http: reqwest::Client,
    base: String,
    session: String,
}

impl Browser {
    pub async fn logged_in(base: String, login: &str) -> (Self, Seen) {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none());
        let mut browser = Self {
            http: http.build().unwrap(),
            base,
            session: String::new(),
        };
        let body = format!("nama={login}&sandi={PASSWORD}");
        let (seen, session) = browser.ask(Method::POST, "/masuk", Some(body)).await;
        browser.session = session;
        (browser, seen)
    }

    async fn ask(&self, method: Method, path: &str, form: Option<String>) -> (Seen, String) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("cookie", format!("sesi={}", self.session));
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        let response = request.send().await.unwrap();
        let text = |name: &str, start: &str| {
            let values = response.headers().get_all(name).iter();
            let mut values = values.filter_map(|value| value.to_str().unwrap().strip_prefix(start));
            values.next().unwrap_or_default().to_owned()
        };
        let session = text("set-cookie", "sesi=");
        let session = session.split(';').next().unwrap().to_owned();
        let seen = Seen {
            status: response.status().as_u16(),
            to: text("location", ""),
            body: response.text().await.unwrap(),
        };
        (seen, session)
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.ask(Method::GET, path, None).await.0
    }

    pub async fn post(&self, path: &str, form: &str) -> Seen {
        self.ask(Method::POST, path, Some(form.to_owned())).await.0
    }
}

pub(super) async fn let_in(hub: &Hub, login: &str) -> String {
    let new = NewUser {
        id: Uuid::now_v7(),
        login: login.to_owned(),
        password: Some(PASSWORD.to_owned()),
        details: UserDetails {
            name: format!("Orang {login}"),
            role: Role::Owner,
            language: "id".to_owned(),
            route_id: None,
            supplier: None,
        },
    };
    hub.add_user("test", new).await.unwrap().user.id
}

pub(super) struct Two {
    pub folder: HubFolder,
    pub daemon: Daemon,
    /// The distributor that the hub was set up for.
    pub first: Hub,
    /// The identities of what it has.
    pub ids: Vec<String>,
    /// The other one's token and owner.
    token: String,
    browser: Browser,
}

async fn import(hub: &Hub, folder: &HubFolder, kind: HubImport, text: &str) {
    let file = folder.folder.path().join("bring-in.csv");
    std::fs::write(&file, text).unwrap();
    hub.import(kind, &file, false).await.unwrap();
}

pub(super) async fn two(backend: Backend) -> Two {
    let folder = HubFolder::found_on(backend, NOW).await;
    let first = folder.open().await;
    let new = NewTenant {
        id: "lain".to_owned(),
        name: "Distributor Lain".to_owned(),
        timezone: None,
    };
    let other = first.add_tenant(new).await.unwrap();
    let mut ids = Vec::new();
    for (hub, mark) in [(&first, MARK), (&other, "biasa")] {
        let products = format!(
            "sku,name,unit,price,cost,supplier\nMIE,Mi {mark},bungkus,3500,3000,Pabrik Sama\n"
        );
        import(hub, &folder, HubImport::Products, &products).await;
        let suppliers = format!("name,address\nPabrik Sama,Jalan {mark}\n");
        import(hub, &folder, HubImport::Suppliers, &suppliers).await;
        let login = if mark == MARK { "sari" } else { "tini" };
        let user = let_in(hub, login).await;
        let (shop, _) = hub.add_shop("Warung Sama").await.unwrap();
        if mark == MARK {
            let (marked, _) = hub.add_shop(&format!("Warung {MARK}")).await.unwrap();
            ids.extend([user, shop, marked]);
        }
    }
    let daemon = folder.run(None).await;
    let token = first.create_token("sistem").await.unwrap();
    let shipment = json!({ "shop_id": ids[1], "lines": [{ "sku": "MIE", "quantity": 12 }] });
    let made = Client::new(&daemon, &token)
        .post("/shipments", &shipment)
        .await;
    assert_eq!(made.0, 201, "{made:?}");
    ids.push(made.1["id"].as_str().unwrap().to_owned());
    let token = other.create_token("sistem").await.unwrap();
    let (browser, seen) = Browser::logged_in(daemon.url(), "tini").await;
    assert_eq!((seen.status, &*seen.to), (303, "/"), "{seen:?}");
    Two {
        folder,
        daemon,
        first,
        ids,
        token,
        browser,
    }
}

/// Every row of a distributor, table by table.
pub(super) async fn rows(hub: &Hub) -> Vec<(String, Vec<String>)> {
    let schema = Connection::open_in_memory().unwrap();
    for (_, sql) in files("schema/hub/sqlite", "sql") {
        schema.execute_batch(&sql).unwrap();
    }
    let sql = "SELECT m.name, group_concat(c.name, ', ') FROM sqlite_schema m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) t WHERE t.name = 'tenant_id')
        GROUP BY m.name ORDER BY m.name";
    let mut query = schema.prepare(sql).unwrap();
    let tables: Vec<(String, String)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(|row| row.unwrap())
        .collect();
    assert!(tables.len() > 20, "{tables:?}");
    let read = store::read(hub.store(), move |tx| {
        let mut all = Vec::new();
        for (table, columns) in &tables {
            let sql = format!("SELECT {columns} FROM {table} WHERE tenant_id = tenant()");
            let found = tx.query(&sql, &[])?;
            let mut lines: Vec<String> = found
                .iter()
                .map(|row| {
                    let values = columns.split(", ").map(|name| row.value(name).unwrap());
                    values
                        .map(|value| format!("{value:?}"))
                        .collect::<Vec<_>>()
                        .join("|")
                })
                .collect();
            lines.sort();
            // The hub notes by itself that it is well, and plans by itself.
            lines.retain(|line| !line.contains("heartbeat"));
            all.push((table.clone(), lines));
        }
        Ok(all)
    });
    read.await.unwrap()
}

/// Whether an answer holds anything of the other but what it was asked by: `ids[1]` is in the bodies too.
pub(super) fn reveals(body: &str, path: &str, ids: &[String]) -> bool {
    // What was asked by may be repeated.
    let asked = |id: &String| path.contains(id.as_str()) || *id == ids[1];
    body.contains(MARK)
        || ids
            .iter()
            .any(|id| !asked(id) && body.contains(id.as_str()))
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_call_and_no_page_shows_or_changes_what_is_somebody_elses(#[case] backend: Backend) {
    let two = two(backend).await;
    let before = rows(&two.first).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = |path: &str| format!("{}{path}", two.daemon.url());
    let description: Value = http
        .get(url("/api/openapi.json"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut asked = 0;
    for call in calls(&description) {
        for path in filled(&call.path, &two.ids) {
            let method: Method = call.method.parse().unwrap();
            let mut request = http.request(method, url(&path)).bearer_auth(&two.token);
            if let Some(body) = &call.body {
                let mut body = body.clone();
                if let Some(shop) = body.get_mut("shop_id") {
                    *shop = json!(two.ids[1]);
                }
                request = request.json(&body);
            }
            let response = request.send().await.unwrap();
            let (status, told) = (response.status().as_u16(), response.text().await.unwrap());
            asked += 1;
            let about = format!("{} {path}: {status} {told}", call.method);
            assert!(status != 500, "{about}");
            assert!(!reveals(&told, &path, &two.ids), "{about}");
            let by_own_code = path.contains("MIE") || path.contains("Pabrik");
            if call.path.contains('{') && !by_own_code {
                // What changes something may stumble over the made-up body first; that it changes nothing is seen below.
                let stumbled = status == 422 && call.method != "GET";
                assert!(stumbled || [403, 404].contains(&status), "{about}");
            }
        }
    }
    for page in pages() {
        if ["/keluar", "/masuk", "/sandi", "/lacak/{token}"].contains(&&*page) {
            continue;
        }
        for path in filled(&page, &two.ids) {
            for seen in [
                two.browser.get(&path).await,
                two.browser.post(&path, &format!("id={}", two.ids[1])).await,
            ] {
                asked += 1;
                let about = format!("{path}: {} {}", seen.status, seen.body);
                assert!(
                    seen.status != 500 && !seen.to.starts_with("/masuk"),
                    "{about}"
                );
                assert!(!reveals(&seen.body, &path, &two.ids), "{about}");
                let by_own_code = path.contains("MIE") || path.contains("Pabrik");
                if page.contains('{') && !by_own_code && seen.status < 400 {
                    assert_eq!(seen.status, 303, "{about}");
                }
            }
        }
    }
    assert!(asked > 60, "only {asked} requests");
    assert_eq!(rows(&two.first).await, before);
    two.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_opens_its_own_distributor_and_nothing_of_one_that_is_switched_off() {
    let two = two(Backend::Sqlite).await;
    let client = Client::new(&two.daemon, &two.token);
    let shops = client.get("/shops").await.1;
    assert_eq!(shops["items"].as_array().unwrap().len(), 1, "{shops}");
    assert_eq!(shops["items"][0]["name"], "Warung Sama");
    assert!(two.browser.get("/").await.body.contains("Distributor Lain"));
    let (first, _) = Browser::logged_in(two.daemon.url(), "sari").await;
    let page = first.get("/toko").await.body;
    assert!(
        page.contains(MARK) && page.contains("Distributor Contoh"),
        "{page}"
    );

    let figures = |token: Option<&str>| {
        let request = reqwest::Client::new().get(format!("{}/metrics", two.daemon.url()));
        match token {
            Some(token) => request.bearer_auth(token).send(),
            None => request.send(),
        }
    };
    assert_eq!(figures(None).await.unwrap().status().as_u16(), 401);
    let own = figures(Some(&two.token))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(own.contains("Warung Sama") && !own.contains(MARK), "{own}");

    assert!(two.first.set_tenant_active("first", false).await.is_err());
    two.first.set_tenant_active("lain", false).await.unwrap();
    assert_eq!(client.get("/shops").await.0, 401);
    assert_eq!(
        two.browser.get("/").await.to.split('?').next(),
        Some("/masuk")
    );
    let (outside, seen) = Browser::logged_in(two.daemon.url(), "tini").await;
    assert_eq!((seen.status, &*outside.session), (401, ""));
    two.first.set_tenant_active("lain", true).await.unwrap();
    assert_eq!(client.get("/shops").await.0, 200);
    two.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_for_one_distributor_finds_no_row_of_another() {
    let two = two(Backend::Sqlite).await;
    let other = two.folder.open().await.for_tenant(Tenant::with_id("lain"));
    let shop = two.ids[2].clone();
    let found = store::read(other.store(), move |tx| {
        let sql = "SELECT name FROM shops WHERE tenant_id = tenant() AND id = $1";
        Ok((
            tx.query(sql, &[Stored::from(&shop)])?.len(),
            store::shops::find(tx, &shop)?,
        ))
    });
    assert_eq!(found.await.unwrap(), (0, None));
    two.daemon.stop().await;
}
