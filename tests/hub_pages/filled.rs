//! A distributor in the middle of a working day: every page of the hub has something to show, with names as long as they
//! come, and something of each state that a page tells apart.

use kulakan::hub::HubImport;
use kulakan::hub::store::users::Role;
use kulakan::hub::users::{NewUser, UserDetails};
use kulakan::wire::event::Fact;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::hub_api::{Distributor, products};
use crate::hub_sync::{Shop, sale};

/// The password of everybody here.
pub const PASSWORD: &str = "tujuh bukit hijau";

/// As long as a name comes.
const LONG: &str =
    "Wrg. Hj. Sri Rahayuningsih Kusumawardhani & Putra-Putri (Pojok Ps. Minggu Lt. 2)";

/// The supplier whose login this is; its name is a place in addresses, so it holds what needs encoding there.
pub const SUPPLIER: &str = "CV. Sumber Rezeki/Jaya Abadi & Rekan";

const SUPPLIERS: &str = "\
name,lead_time_days,email,phone,handling_cost
CV. Sumber Rezeki/Jaya Abadi & Rekan,3,rezeki@example.com,0812 0000 111,15000
Grosir Kedua,1,,,5000
";

const OFFERS: &str = "\
sku,supplier,rank,price,supplier_sku
MIE,CV. Sumber Rezeki/Jaya Abadi & Rekan,1,2700,SR-MIE-0001
MIE,Grosir Kedua,2,2950,
GULA,Grosir Kedua,1,14,
";

const CATALOGUE: &str = "\
sku,name,unit,price,cost,barcode,pack_name,pack_size,shelf_life_days,minimum_order
MIE,Mie instan goreng rasa ayam bawang ukuran jumbo dengan nama panjang sekali,bungkus,3100,2900,2900001001106,dus,40,240,
GULA,Gula pasir <b>curah</b>,kg,16500,15000,,karung,25,,25
ROTI,Roti tawar,bungkus,14000,12000,,,,4,
KUE,Kue ulang tahun bertingkat,buah,150000,90000,,,,,
";

/// The published bakery, which bakes the bread of this one.
fn bakery() -> Value {
    json!({
        "D": 128_253, "P": 202_275, "S_P": 53_325.33, "F_P": 50_000, "H_P": 88.54, "P_P": 936.54, "theta_P": 0.167,
        "A": 0, "F_B": 0, "H_B": 106.25, "P_B": 250, "theta_B": 0.25,
        "F_PW": 0, "H_PW": 10.43, "P_PW": 147.20, "theta_PW": 0.00274,
        "S": 8_000, "F_S": 30_000, "H_S": 9.3838, "P_S": 132.48, "theta_S": 0.00274, "T": 1, "runs": "whole",
    })
}

/// The hub, and addresses on it.
pub struct Filled {
    pub distributor: Distributor,
    /// Kinds of things that pages are about, each with the identities of some, the fullest first.
    pub things: Vec<(&'static str, Vec<String>)>,
}

impl Distributor {
    async fn made(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    async fn arrange(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::PUT, path, Some(&body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    /// Takes what is at `path` through these steps.
    async fn steps(&self, path: &str, steps: &[(&str, Value)]) {
        for (step, body) in steps {
            self.made(&format!("{path}/{step}"), body.clone()).await;
        }
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an identity").to_owned()
}

/// Everything at once.
pub async fn filled() -> Filled {
    let distributor = Distributor::start().await;
    for (kind, text) in [
        (HubImport::Products, CATALOGUE),
        (HubImport::Suppliers, SUPPLIERS),
        (HubImport::SupplierProducts, OFFERS),
        (
            HubImport::Production,
            "sku,line,conversion\nROTI,Oven besar,1\n",
        ),
        (
            HubImport::Materials,
            "sku,name,unit,pack_name,pack_size,cost\nTEPUNG,Tepung terigu protein tinggi,kg,karung,25,12000\n",
        ),
        (
            HubImport::Recipes,
            "sku;material;quantity\nROTI;TEPUNG;0.3\n",
        ),
    ] {
        distributor.import(kind, text).await.unwrap();
    }
    let shops = shops(&distributor).await;
    let mut things = vec![
        ("toko", shops.iter().map(|shop| shop.id.clone()).collect()),
        ("sku", vec!["MIE".to_owned(), "ROTI".to_owned()]),
        ("pemasok", vec![SUPPLIER.to_owned()]),
        ("jalur", vec!["Oven besar".to_owned()]),
    ];
    let lines = json!([
        { "sku": "MIE", "quantity": 400, "lot": "LATER", "expires": "2027-06-01" },
        { "sku": "MIE", "quantity": 600, "lot": "L-2026-11/0001", "expires": "2026-11-30" },
        { "sku": "GULA", "quantity": 1_000_000 },
    ]);
    let document = distributor
        .made("/stock/receipts", json!({ "lines": lines }))
        .await;
    things.push(("dokumen", vec![id(&document)]));
    let waste = json!({ "sku": "MIE", "quantity": 3, "reason": "waste" });
    distributor.made("/stock/adjustments", waste).await;
    let hub = &distributor.daemon.hub;
    hub.plan_all(hub.today()).await.unwrap();
    let (route, deliveries) = deliveries(&distributor, &shops).await;
    things.push(("rute", vec![route.clone()]));
    things.push(("kiriman", deliveries));
    things.push(("pesanan-beli", supplier_orders(&distributor).await));
    things.push(("rencana", runs(&distributor).await));
    let (orders, tracking) = orders(&distributor).await;
    things.push(("pesanan", orders));
    things.push(("lacak", vec![tracking]));
    let customers = hub.customers("").await.unwrap();
    things.push((
        "pelanggan",
        customers.into_iter().map(|one| one.id).collect(),
    ));
    let hook = json!({ "url": "https://example.com/sebuah/alamat/yang/sangat/panjang/sekali?token=contoh" });
    things.push((
        "webhook",
        vec![id(&distributor.made("/webhooks", hook).await)],
    ));
    hub.add_group("test", None, "Pasar tradisional")
        .await
        .unwrap();
    things.push(("orang", people(&distributor, &route).await));
    let returned = distributor.get("/returns").await;
    things.push(("retur", vec![id(&returned["items"][0])]));
    let difference = distributor.get("/differences").await;
    things.push(("selisih", vec![id(&difference["items"][0])]));
    Filled {
        distributor,
        things,
    }
}

/// One with a long name that reports nonsense, two others, and one that was never heard of.
async fn shops(distributor: &Distributor) -> Vec<Shop> {
    let mut shops = Vec::new();
    for name in [LONG, "Warung Pak Budi", "Toko Citra"] {
        shops.push(distributor.shop(name).await);
    }
    let cake = products()
        .into_iter()
        .next()
        .map(|facts| kulakan::wire::event::ProductFacts {
            sku: crate::hub_sync::sku("KUE"),
            name: "Kue".to_owned(),
            ..facts
        });
    distributor
        .tell(&mut shops[1], &Fact::ProductDefined(cake.unwrap()))
        .await;
    distributor
        .tell(&mut shops[0], &sale("MIE", 10_000_000))
        .await;
    distributor
        .daemon
        .hub
        .add_shop("Warung Baru")
        .await
        .unwrap();
    shops
}

/// A route with a van, and deliveries in each state.
async fn deliveries(distributor: &Distributor, shops: &[Shop]) -> (String, Vec<String>) {
    let van = json!({ "name": "Gran Max", "volume": 3_000_000, "weight": 800_000 });
    let van = distributor.made("/vehicles", van).await;
    let room = json!({ "items": [{ "sku": "MIE", "pack_volume": 100_000, "pack_weight": 4_000 }] });
    distributor.made("/freight", room).await;
    let route = json!({ "name": "Utara", "weekdays": "sun,wed", "vehicle_id": van["id"], "salesman": "Joko" });
    let route = distributor.made("/routes", route).await;
    let stops = json!({ "shops": shops.iter().map(|shop| &shop.id).collect::<Vec<_>>() });
    let route = id(&route);
    distributor
        .arrange(&format!("/routes/{route}/stops"), stops)
        .await;
    let mut made = Vec::new();
    let none = json!({});
    let unloaded = json!({
        "lines": [{ "sku": "MIE", "unloaded": 76, "damaged": 3 }],
        "returns": [{ "sku": "ROTI", "quantity": 2, "reason": "expired", "expires": "2026-11-20" }],
    });
    let sent = [("confirm", none.clone()), ("dispatch", none.clone())];
    let steps: [Vec<(&str, Value)>; 4] = [
        [sent.to_vec(), vec![("unloaded", unloaded)]].concat(),
        sent.to_vec(),
        vec![("confirm", none.clone())],
        vec![("cancel", json!({ "reason": "tutup" }))],
    ];
    // A shop has one recommended delivery at a time.
    for ((shop, quantity), steps) in [(0, 80), (0, 120), (1, 40), (2, 40)]
        .into_iter()
        .zip(&steps)
    {
        let body =
            json!({ "shop_id": shops[shop].id, "lines": [{ "sku": "MIE", "quantity": quantity }] });
        let delivery = id(&distributor.made("/shipments", body).await);
        distributor
            .steps(&format!("/shipments/{delivery}"), steps)
            .await;
        made.push(delivery);
    }
    distributor.made("/deliveries/draft", none).await;
    let all = distributor.get("/shipments?state=recommended").await;
    made.extend(all["items"].as_array().unwrap().iter().map(id));
    (route, made)
}

async fn supplier_orders(distributor: &Distributor) -> Vec<String> {
    let mut made = Vec::new();
    let none = json!({});
    let came = json!({ "lines": [{ "sku": "MIE", "quantity": 400, "expires": "2027-06-01" }] });
    let lives: [&[(&str, Value)]; 3] = [
        &[
            ("confirm", none.clone()),
            ("send", none.clone()),
            ("receipts", came),
        ],
        &[("confirm", none)],
        &[],
    ];
    for steps in lives {
        let body = json!({ "supplier": SUPPLIER, "lines": [{ "sku": "MIE", "quantity": 1_200 }] });
        let order = id(&distributor.made("/supplier-orders", body).await);
        distributor
            .steps(&format!("/supplier-orders/{order}"), steps)
            .await;
        made.push(order);
    }
    made
}

async fn runs(distributor: &Distributor) -> Vec<String> {
    let body = json!({ "parameters": bakery() });
    distributor
        .arrange("/production-lines/Oven%20besar", body)
        .await;
    let mut made = Vec::new();
    for steps in [&["confirm", "start"][..], &["confirm"], &[]] {
        let body = json!({
            "id": Uuid::now_v7(), "line": "Oven besar", "lines": [{ "sku": "ROTI", "quantity": 300 }],
        });
        let run = id(&distributor.made("/production-plans", body).await);
        for step in steps {
            let path = format!("/production-plans/{run}/{step}");
            distributor.made(&path, json!({})).await;
        }
        made.push(run);
    }
    made
}

/// Orders of customers, and the secret of one's public page.
async fn orders(distributor: &Distributor) -> (Vec<String>, String) {
    let none = json!({});
    let stage = json!({ "sku": "KUE", "stage": 1 });
    let customers = [
        ("Pak Eko", "MIE", 10, "stock"),
        (
            "Bu Ani Setiawati Kusumadewi binti Haji Abdurrahman",
            "MIE",
            4_000,
            "stock",
        ),
        ("Pak Dodi", "KUE", 2, "made"),
    ];
    let (mut made, mut tracking) = (Vec::new(), String::new());
    for (name, sku, quantity, kind) in customers {
        let body = json!({
            "customer": { "name": name, "phone": "0812-3456-789", "address": "Jalan Melati Raya 5, RT 03/RW 07" },
            "lines": [{ "sku": sku, "quantity": quantity, "kind": kind }], "note": "pintu belakang", "confirm": true,
        });
        let order = distributor.made("/orders", body).await;
        if tracking.is_empty() {
            let link = order["tracking"].as_str().unwrap();
            link.trim_start_matches("/lacak/").clone_into(&mut tracking);
        }
        made.push(id(&order));
    }
    let path = |index: usize| format!("/orders/{}", made[index]);
    distributor.steps(&path(2), &[("stage", stage)]).await;
    let parcel = json!({ "id": Uuid::now_v7() });
    distributor
        .steps(&path(0), &[("ready", none), ("ship", parcel)])
        .await;
    (made, tracking)
}

/// Somebody in each role, called as the role is.
async fn people(distributor: &Distributor, route: &str) -> Vec<String> {
    let mut made = Vec::new();
    for role in Role::ALL {
        let new = NewUser {
            id: Uuid::now_v7(),
            login: role.as_str().to_owned(),
            password: Some(PASSWORD.to_owned()),
            details: UserDetails {
                name: format!("Joko {}", role.as_str()),
                role: *role,
                language: "id".to_owned(),
                route_id: (*role == Role::Salesman).then(|| route.to_owned()),
                supplier: (*role == Role::Supplier).then(|| SUPPLIER.to_owned()),
            },
        };
        let user = distributor.daemon.hub.add_user("test", new).await.unwrap();
        made.push(user.user.id);
    }
    made
}
