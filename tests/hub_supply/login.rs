//! A supplier's login: its own products at the distributor, and nothing else.

use kulakan::hub::HubImport;
use kulakan::hub::store::users::Role;
use kulakan::hub::users::{NewUser, UserDetails};
use reqwest::{Client, Method, redirect};
use serde_json::json;
use uuid::Uuid;

use super::super::hub_api::Distributor;
use super::case;
use crate::tenants::routes::{calls, pages};

const PASSWORD: &str = "tujuh bukit hijau";

const SUPPLIERS: &str = "name,lead_time_days,order_weekdays\nUtama,6,\nCadangan,1,\nRahasia,3,\n";

/// P1 from Utama, or Cadangan; P2 from Utama; P3 from Rahasia alone.
const OFFERS: &str = "sku,supplier,rank,price,supplier_sku\nP1,Utama,1,50,UT-1\nP1,Cadangan,2,61,\nP2,Utama,1,75,\nP3,Rahasia,1,140,\n";

const STOCK: &str = "sku,quantity\nP1,40\nP2,9000\nP3,70\n";

/// A browser in which a supplier has logged in.
struct Login {
    http: Client,
    session: String,
}

impl Login {
    async fn of(
        distributor: &Distributor,
        login: &str,
        role: Role,
        supplier: Option<&str>,
    ) -> Self {
        let new = NewUser {
            id: Uuid::now_v7(),
            login: login.to_owned(),
            password: Some(PASSWORD.to_owned()),
            details: UserDetails {
                name: format!("Orang {login}"),
                role,
                language: "en".to_owned(),
                route_id: None,
                supplier: supplier.map(ToOwned::to_owned),
            },
        };
        let hub = &distributor.daemon.hub;
        hub.add_user("test", new).await.unwrap();
        let http = Client::builder().no_proxy();
        let http = http.redirect(redirect::Policy::none()).build().unwrap();
        let url = distributor.daemon.url("/masuk");
        let body = format!("nama={login}&sandi={}", PASSWORD.replace(' ', "+"));
        let kind = "application/x-www-form-urlencoded";
        let request = http.post(url).header("content-type", kind).body(body);
        let answer = request.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        let session = cookies
            .filter_map(|cookie| cookie.to_str().unwrap().split(';').next())
            .find(|cookie| cookie.starts_with("sesi="));
        let session = session.expect("a session").to_owned();
        Self { http, session }
    }

    async fn ask(&self, distributor: &Distributor, method: Method, path: &str) -> (u16, String) {
        let request = self.http.request(method, distributor.daemon.url(path));
        let answer = request
            .header("cookie", format!("{}; bahasa=en", self.session))
            .header("accept", "text/html")
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplier_sees_its_products_stock_and_cover_and_what_to_send_when() {
    let distributor = case(SUPPLIERS, OFFERS, STOCK).await;
    let utama = Login::of(&distributor, "utama", Role::Supplier, Some("Utama")).await;
    let (status, text) = utama.ask(&distributor, Method::GET, "/pemasok-saya").await;
    assert_eq!(status, 200, "{text}");
    // The shops sell 696 of P1 in 30 days: 40 last less than two; P2 lasts more than a year.
    for wanted in ["Produk satu", "Produk dua", "40 pcs", "9,000 pcs"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    for hidden in ["Produk tiga", "Rahasia", "Cadangan", "140", "Rp75"] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
    let path = "/pemasok-saya/stok.csv";
    let (status, csv) = utama.ask(&distributor, Method::GET, path).await;
    assert_eq!(status, 200, "{csv}");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(
        lines[0].starts_with("sku,name,unit,supplier_sku,available,on_order,days_of_cover,send")
    );
    // 40 / (696 / 30) = 1.7 days; ordered now, here in the six days of its lead time.
    let p1: Vec<&str> = lines
        .iter()
        .find(|line| line.starts_with("P1,"))
        .unwrap()
        .split(',')
        .collect();
    assert_eq!(
        p1[..7],
        ["P1", "Produk satu", "pcs", "UT-1", "40", "0", "1"],
        "{csv}"
    );
    let today = distributor.daemon.hub.today();
    let here = today + chrono::Days::new(6);
    assert!(p1[7].parse::<i64>().unwrap() > 0, "{csv}");
    assert_eq!(p1[8..], [today.to_string(), here.to_string()], "{csv}");
    let p2: Vec<&str> = lines
        .iter()
        .find(|line| line.starts_with("P2,"))
        .unwrap()
        .split(',')
        .collect();
    assert_eq!((p2[4], p2[7]), ("9000", "0"), "{csv}");
    assert!(p2[8] > today.to_string().as_str(), "later: {csv}");

    // A reserve sees the stock of what it could send, and that nothing is asked of it.
    let reserve = Login::of(&distributor, "cadangan", Role::Supplier, Some("Cadangan")).await;
    let (_, csv) = reserve.ask(&distributor, Method::GET, path).await;
    let line = csv.lines().nth(1).unwrap();
    assert!(line.starts_with("P1,Produk satu,pcs,,40,0,1,,,"), "{csv}");
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_call_that_is_not_a_suppliers_is_closed_to_it() {
    let distributor = case(SUPPLIERS, OFFERS, STOCK).await;
    let order = json!({ "supplier": "Rahasia", "lines": [{ "sku": "P3", "quantity": 500 }] });
    let (status, order) = distributor.post("/supplier-orders", order).await;
    assert_eq!(status, 201, "{order}");
    let order = order["id"].as_str().unwrap().to_owned();
    let confirm = format!("/supplier-orders/{order}/confirm");
    assert_eq!(distributor.post(&confirm, json!({})).await.0, 200);
    let utama = Login::of(&distributor, "utama", Role::Supplier, Some("Utama")).await;
    let own = [
        "/pemasok-saya",
        "/lainnya",
        "/sandi",
        "/keluar",
        "/masuk",
        "/assets",
        "/lacak",
    ];
    let is_own = |path: &str| {
        own.iter().any(|start| {
            path == *start
                || path
                    .strip_prefix(start)
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let mut closed = 0;
    for page in pages() {
        if is_own(&page) {
            continue;
        }
        let path = page.replace("{name}", "Rahasia").replace("{sku}", "P3");
        let path: String = path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    order.as_str()
                } else {
                    part
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        for method in [Method::GET, Method::POST] {
            let (status, text) = utama.ask(&distributor, method.clone(), &path).await;
            closed += 1;
            // The first page leads everybody to their own.
            let led = path == "/" && status == 303;
            assert!(
                led || [403, 404, 405].contains(&status),
                "{method} {path}: {status} {text}"
            );
            assert!(!text.contains("Produk tiga"), "{method} {path}: {text}");
        }
    }
    assert!(closed > 60, "{closed}");
    // What another supplier is to deliver is not this one's to promise.
    let theirs = format!("/pemasok-saya/{order}");
    let url = distributor.daemon.url(&theirs);
    let kind = "application/x-www-form-urlencoded";
    let request = utama.http.post(url).header("content-type", kind);
    let request = request.header("cookie", utama.session.clone());
    let answer = request.body("tanggal=2026-11-30").send().await.unwrap();
    assert!([403, 404].contains(&answer.status().as_u16()), "{answer:?}");
    let (_, text) = utama.ask(&distributor, Method::GET, "/pemasok-saya").await;
    assert!(!text.contains("PO-"), "{text}");

    // A session is no token: no call of the API opens with it.
    let description = distributor
        .daemon
        .client
        .get(distributor.daemon.url("/api/openapi.json"));
    let description = description.send().await.unwrap().json().await.unwrap();
    for call in calls(&description) {
        if !call.path.starts_with("/api/v1/") || call.path.ends_with("/healthz") {
            continue;
        }
        let path = call.path.replace(['{', '}'], "");
        let method: Method = call.method.parse().unwrap();
        let (status, text) = utama.ask(&distributor, method, &path).await;
        assert!(
            [401, 403, 404].contains(&status),
            "{} {path}: {status} {text}",
            call.method
        );
    }
    // Nor does a login that is bound to no supplier show anything.
    distributor
        .import(HubImport::Suppliers, "name\nBaru\n")
        .await
        .unwrap();
    let new = Login::of(&distributor, "baru", Role::Supplier, Some("Baru")).await;
    let (status, text) = new.ask(&distributor, Method::GET, "/pemasok-saya").await;
    assert!(status == 200 && !text.contains("Produk"), "{text}");
}
