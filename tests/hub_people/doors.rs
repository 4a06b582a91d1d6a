//! Every route of the pages, read from the code that declares them, for every role and for nobody: a new page is closed
//! to all but the office until it is said here who else may open it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kulakan::hub::audit_log::WantedEntries;
use kulakan::hub::store::users::Role;
use reqwest::Method;

use super::Desk;

/// Beginnings of paths that others than the office open, or not all of it.
const OTHERS: &[(&str, &[Role])] = &[
    ("/orang", &[Role::Owner]),
    ("/pengaturan", &[Role::Owner]),
    ("/catatan", &[Role::Owner]),
    (
        "/rute-saya",
        &[Role::Owner, Role::Dispatcher, Role::Salesman],
    ),
    ("/pemasok-saya", &[Role::Supplier]),
    ("/lainnya", Role::ALL),
    ("/sandi", Role::ALL),
    ("/keluar", Role::ALL),
];

/// What lies outside of the door.
const PUBLIC: &[&str] = &["/masuk", "/assets", "/bahasa", "/lacak"];

#[derive(Debug)]
struct Route {
    path: String,
    methods: Vec<Method>,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn routes() -> Vec<Route> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hub/web/pages");
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut routes = Vec::new();
    for file in found {
        let code = fs::read_to_string(&file).unwrap();
        for (at, _) in code.match_indices(".route(") {
            let mut depth = 0_usize;
            let call: String = code[at + ".route".len()..]
                .chars()
                .take_while(|sign| {
                    match sign {
                        '(' => depth += 1,
                        ')' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    depth > 0
                })
                .collect();
            // Files are declared by the name of a constant.
            let Some(path) = call.split('"').nth(1).filter(|path| path.starts_with('/')) else {
                continue;
            };
            let words = |name: &str| call.contains(&format!("{name}("));
            let methods = [(Method::GET, words("get")), (Method::POST, words("post"))];
            let segments: Vec<&str> = path
                .split('/')
                .map(|word| if word.starts_with('{') { "1" } else { word })
                .collect();
            routes.push(Route {
                path: segments.join("/"),
                methods: methods
                    .into_iter()
                    .filter(|(_, has)| *has)
                    .map(|(method, _)| method)
                    .collect(),
            });
        }
    }
    assert!(routes.len() > 25, "declared in another way: {routes:?}");
    routes
}

fn covers(start: &str, path: &str) -> bool {
    path == start
        || path
            .strip_prefix(start)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn may(role: Role, path: &str) -> bool {
    let others = OTHERS.iter().find(|(start, _)| covers(start, path));
    others
        .map_or(Role::OFFICE, |(_, roles)| roles)
        .contains(&role)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_opens_its_own_pages_and_nobody_opens_any() {
    let desk = Desk::start().await;
    desk.user("owner1", Role::Owner).await;
    desk.user("dispatcher1", Role::Dispatcher).await;
    desk.user("salesman1", Role::Salesman).await;
    let hub = desk.folder.open().await;
    let file = desk.folder.folder.path().join("suppliers.csv");
    fs::write(&file, "name\nPabrik Roti\n").unwrap();
    hub.import(kulakan::hub::HubImport::Suppliers, &file, false)
        .await
        .unwrap();
    let mut supplier = super::new_user("supplier1", Role::Supplier);
    supplier.details.supplier = Some("Pabrik Roti".to_owned());
    hub.add_user("owner", supplier).await.unwrap();

    let nobody = desk.nobody();
    let mut visitors = BTreeMap::new();
    for role in Role::ALL {
        let login = format!("{}1", role.as_str());
        visitors.insert(role.as_str(), desk.inside(&login).await);
    }
    for route in routes() {
        if PUBLIC.iter().any(|start| covers(start, &route.path)) {
            continue;
        }
        for method in route.methods {
            let place = format!("{method} {}", route.path);
            let seen = nobody.send(method.clone(), &route.path, &[]).await;
            assert!(
                seen.status == 303 && seen.to.starts_with("/masuk"),
                "{place} for nobody: {} {}",
                seen.status,
                seen.text
            );
            for role in Role::ALL {
                let seen = visitors[role.as_str()]
                    .send(method.clone(), &route.path, &[])
                    .await;
                if route.path == "/keluar" {
                    let login = format!("{}1", role.as_str());
                    visitors.insert(role.as_str(), desk.inside(&login).await);
                }
                let refused = (seen.status == 403 && seen.text.contains("bukan untuk tugas Anda"))
                    || (route.path == "/" && seen.status == 303);
                assert_eq!(
                    refused,
                    !may(*role, &route.path),
                    "{place} for {role:?}: {} {} {}",
                    seen.status,
                    seen.to,
                    seen.text
                );
                assert_ne!(seen.status, 500, "{place} for {role:?}: {}", seen.text);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_leads_nowhere_that_is_closed() {
    let desk = Desk::start().await;
    let owner = desk.owner().await;
    desk.user("budi", Role::Salesman).await;
    let budi = desk.inside("budi").await;
    let links = |text: &str| -> Vec<String> {
        let main = text.split("<main").nth(1).unwrap_or_default();
        main.split("href=\"/")
            .skip(1)
            .map(|rest| format!("/{}", rest.split('"').next().unwrap_or_default()))
            .collect()
    };
    for visitor in [&owner, &budi] {
        let led = links(&visitor.get("/lainnya").await.expect(200));
        assert!(!led.is_empty());
        for path in led {
            let seen = visitor.get(&path).await;
            assert_ne!(seen.status, 403, "{path}");
        }
    }
    // Each begins the day where it is theirs.
    assert_eq!(budi.get("/").await.to, "/rute-saya");
    owner.get("/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_make_no_browser_send_a_form() {
    let desk = Desk::start().await;
    let owner = desk.owner().await;
    let hub = desk.folder.open().await;
    let before = hub.audit_log(WantedEntries::default()).await.unwrap();
    for route in routes() {
        if !route.methods.contains(&Method::POST) {
            continue;
        }
        let foreign = [("sec-fetch-site", "cross-site")];
        let seen = owner
            .send_with(Method::POST, &route.path, &[], &foreign)
            .await;
        assert_eq!(seen.status, 403, "{}", route.path);
    }
    let host = [("host", "evil.example")];
    let seen = owner.send_with(Method::GET, "/orang", &[], &host).await;
    assert_eq!(seen.status, 421);
    assert_eq!(
        hub.audit_log(WantedEntries::default()).await.unwrap(),
        before
    );
}
