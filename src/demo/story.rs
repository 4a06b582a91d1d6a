//! The loop once: sell, plan at night, sync, ship, receive.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{Days, NaiveDate, Utc};
use chrono_tz::Asia::Jakarta;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::catalogue::{self, Good};
use super::client::{Api, list, number, text};
use super::month::{self, Month, Warung, moment};
use crate::clock::{ManualClock, SharedClock, SystemClock};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::hub::{Hub, HubImport, NewHub};
use crate::model::Money;
use crate::shop::import::{ImportKind, ImportOptions};
use crate::shop::{NewShop, Shop};

/// How the demonstration is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where its three databases go; a fresh temporary folder otherwise.
    pub data: Option<PathBuf>,
    /// End after the summary instead of serving the pages.
    pub once: bool,
}

/// Days of sales before tonight.
const DAYS: u32 = 31;

const SHOPS: [(&str, f64, u64); 2] = [("Warung Bu Sri", 0.55, 11), ("Warung Pak Budi", 0.35, 23)];

/// Lives a month in two warungs, plans tonight, ships and receives; prints what came of it, then serves the pages.
///
/// `print` gets each line of the summary.
///
/// # Errors
/// [`Error::Refused`] when the folder holds something already, and what any step refused.
pub async fn run(
    options: Options,
    stop: CancellationToken,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let (folder, temporary) = prepare_folder(options.data)?;
    let result = tell(&folder, options.once, stop, print).await;
    if temporary {
        // A temporary folder that cannot be removed is the system's to clear.
        let _ = std::fs::remove_dir_all(&folder);
    }
    result
}

fn prepare_folder(data: Option<PathBuf>) -> Result<(PathBuf, bool)> {
    let Some(folder) = data else {
        let name = format!("kulakan-demo-{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)
            .map_err(Error::io(format!("creating {}", folder.display())))?;
        return Ok((folder, true));
    };
    std::fs::create_dir_all(&folder)
        .map_err(Error::io(format!("creating {}", folder.display())))?;
    let mut entries =
        std::fs::read_dir(&folder).map_err(Error::io(format!("reading {}", folder.display())))?;
    if entries.next().is_some() {
        return Err(Error::Refused(format!(
            "{} is not empty: the demonstration needs a new folder",
            folder.display()
        )));
    }
    Ok((folder, false))
}

/// A daemon under way.
struct Running {
    base: String,
    stop: CancellationToken,
    task: JoinHandle<Result<()>>,
}

impl Running {
    async fn end(self) -> Result<()> {
        self.stop.cancel();
        self.task
            .await
            .map_err(|error| Error::Internal(format!("a daemon was cut off: {error}")))?
    }
}

/// The usual port if it is free, so that the address looks like a real one.
async fn listen(preferred: Option<&str>) -> Result<TcpListener> {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    if let Some(preferred) = preferred.and_then(|text| text.parse().ok())
        && let Ok(listener) = TcpListener::bind::<SocketAddr>(preferred).await
    {
        return Ok(listener);
    }
    TcpListener::bind(free)
        .await
        .map_err(Error::io("listening on 127.0.0.1"))
}

async fn start_shop(folder: &Path, clock: SharedClock, preferred: Option<&str>) -> Result<Running> {
    let listener = listen(preferred).await?;
    let base = base_of(&listener)?;
    let (config, stop) = (Config::for_folder(folder)?, CancellationToken::new());
    let task = tokio::spawn(crate::shop::run(config, listener, clock, stop.clone()));
    Ok(Running { base, stop, task })
}

async fn start_hub(folder: &Path, clock: SharedClock, preferred: Option<&str>) -> Result<Running> {
    let listener = listen(preferred).await?;
    let base = base_of(&listener)?;
    let (config, stop) = (Config::for_folder(folder)?, CancellationToken::new());
    let task = tokio::spawn(crate::hub::run(config, listener, clock, stop.clone()));
    Ok(Running { base, stop, task })
}

fn base_of(listener: &TcpListener) -> Result<String> {
    let address = listener
        .local_addr()
        .map_err(Error::io("asking for the port listened on"))?;
    Ok(format!("http://{address}"))
}

async fn tell(
    folder: &Path,
    once: bool,
    stop: CancellationToken,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let goods = catalogue::goods().map_err(|error| Error::Internal(error.to_string()))?;
    let tonight = Utc::now().with_timezone(&Jakarta).date_naive();
    let first = tonight
        .checked_sub_days(Days::new(u64::from(DAYS)))
        .ok_or_else(|| Error::Refused("the clock shows no usable date".to_owned()))?;
    let founding = moment(first.and_hms_opt(5, 0, 0).unwrap_or_default(), Jakarta);
    let manual = ManualClock::at(founding);
    let clock: SharedClock = manual.clone();

    print("kulakan demonstration. Every product, price and sale below is generated, none is real.");
    print("");
    let products = folder.join("barang.csv");
    std::fs::write(&products, catalogue::products_csv())
        .map_err(Error::io(format!("writing {}", products.display())))?;
    let (hub_api_token, codes) = found_hub(folder, &products, &clock).await?;
    let hub_folder = folder.join("hub");
    let hub = start_hub(&hub_folder, clock.clone(), None).await?;
    let hub_api = Api::new(&hub.base, hub_api_token)?;
    let mut shops = Vec::new();
    let mut daemons = Vec::new();
    for ((name, size, seed), code) in SHOPS.into_iter().zip(codes) {
        let shop_folder = folder.join(name.replace(' ', "-").to_lowercase());
        let token = found_shop(&shop_folder, name, &products, &hub.base, &code, &clock).await?;
        let daemon = start_shop(&shop_folder, clock.clone(), None).await?;
        shops.push(Warung {
            name,
            size,
            seed,
            api: Api::new(&daemon.base, token)?,
        });
        daemons.push((shop_folder, daemon));
    }
    let lived = month::live(&shops, &goods, first, DAYS, Jakarta, &manual).await?;
    print_month(&lived, &goods, first, tonight, print);
    plan_tonight(&shops, tonight, &manual, print).await?;
    ship_and_receive(&shops, &hub_api, tonight, &manual, print).await?;

    for (_, daemon) in &daemons {
        daemon.stop.cancel();
    }
    let folders: Vec<PathBuf> = daemons.iter().map(|(folder, _)| folder.clone()).collect();
    for (_, daemon) in daemons {
        daemon.end().await?;
    }
    hub.end().await?;
    if once {
        return Ok(());
    }
    serve(&folders, &hub_folder, stop, print).await
}

async fn found_hub(
    folder: &Path,
    products: &Path,
    clock: &SharedClock,
) -> Result<(String, Vec<String>)> {
    let config = Config::for_folder(&folder.join("hub"))?;
    let new = NewHub {
        name: "Distributor Contoh".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    let hub = Hub::create(config, new, clock.clone()).await?;
    hub.import(HubImport::Products, products, false).await?;
    let mut codes = Vec::new();
    for (name, _, _) in SHOPS {
        codes.push(hub.add_shop(name).await?.1);
    }
    Ok((hub.create_token("demo").await?, codes))
}

async fn found_shop(
    folder: &Path,
    name: &str,
    products: &Path,
    hub: &str,
    code: &str,
    clock: &SharedClock,
) -> Result<String> {
    let new = NewShop {
        name: name.to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: None,
    };
    let shop = Shop::create(Config::for_folder(folder)?, new, clock.clone()).await?;
    shop.import(
        ImportKind::Products,
        products,
        ImportOptions::default(),
        &mut |_| {},
    )
    .await?;
    shop.pair(hub, code).await?;
    shop.create_token("demo").await
}

fn print_month(
    lived: &Month,
    goods: &[Good],
    first: NaiveDate,
    tonight: NaiveDate,
    print: &mut (dyn FnMut(&str) + Send),
) {
    print(&format!(
        "{first} to {tonight}: {DAYS} days, {} products",
        goods.len()
    ));
    for (name, sales) in &lived.sales {
        let turnover = Money(lived.turnover.get(name).copied().unwrap_or_default());
        print(&format!(
            "  {name:<16} {sales:>5} sales, turnover {turnover}"
        ));
    }
    print(&format!(
        "  {} sales were taken back, counts found small differences",
        lived.voids
    ));
}

async fn plan_tonight(
    shops: &[Warung],
    tonight: NaiveDate,
    clock: &Arc<ManualClock>,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    // The night passes; each shop's own schedule does the rest.
    clock.set(moment(
        tonight.and_hms_opt(2, 0, 30).unwrap_or_default(),
        Jakarta,
    ));
    for shop in shops {
        let planned = |plan: &Value| text(plan, "plan_date") == tonight.to_string();
        let plan = shop
            .api
            .wait_for("/plans/latest", "the plan of the night", planned)
            .await?;
        let lines: Vec<&Value> = list(&plan, "lines")
            .iter()
            .filter(|line| number(line, "quantity") > 0)
            .collect();
        let due = lines
            .iter()
            .filter(|line| text(line, "urgency") == "due")
            .count();
        print("");
        print(&format!(
            "02:00 {}: {} products to buy, {due} of them due, {} in all",
            shop.name,
            lines.len(),
            Money(number(&plan, "total_cost"))
        ));
        for line in lines.iter().take(4) {
            print(&format!(
                "  {}: {}",
                text(line, "name"),
                text(line, "sentence")
            ));
        }
    }
    Ok(())
}

async fn ship_and_receive(
    shops: &[Warung],
    hub: &Api,
    tonight: NaiveDate,
    clock: &Arc<ManualClock>,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let sent =
        |sync: &Value| number(sync, "backlog") == 0 && !text(sync, "last_success_at").is_empty();
    for shop in shops {
        shop.api
            .wait_for("/sync", "sending everything to the hub", sent)
            .await?;
    }
    clock.set(moment(
        tonight.and_hms_opt(7, 0, 0).unwrap_or_default(),
        Jakarta,
    ));
    let schedule = hub.get(&format!("/schedule?date={tonight}")).await?;
    print("");
    print("07:00 at the distributor, due today:");
    let mut shipped = Vec::new();
    for due in list(&schedule, "due") {
        let body = json!({ "shop_id": text(due, "shop_id"), "date": tonight });
        let shipment = hub.post("/shipments", &body).await?;
        let id = text(&shipment, "id").to_owned();
        hub.post(&format!("/shipments/{id}/confirm"), &json!({}))
            .await?;
        hub.post(&format!("/shipments/{id}/dispatch"), &json!({}))
            .await?;
        print(&format!(
            "  {}: {} products recommended, confirmed, dispatched",
            text(due, "shop_name"),
            list(&shipment, "lines").len()
        ));
        shipped.push(id);
    }
    clock.set(moment(
        tonight.and_hms_opt(10, 0, 0).unwrap_or_default(),
        Jakarta,
    ));
    print("10:00 in the shops:");
    for (index, shop) in shops.iter().enumerate() {
        let arrived = |deliveries: &Value| {
            list(deliveries, "items")
                .iter()
                .any(|delivery| text(delivery, "state") == "dispatched")
        };
        shop.api.post("/sync", &json!({})).await?;
        let deliveries = shop
            .api
            .wait_for("/deliveries", "the delivery note", arrived)
            .await?;
        for delivery in list(&deliveries, "items") {
            receive(shop, delivery, index == 0, print).await?;
        }
        shop.api
            .wait_for("/sync", "sending the receipt", sent)
            .await?;
    }
    print("");
    compare(shops, hub, print).await
}

/// The first shop gets one product short and some damaged, as happens.
async fn receive(
    shop: &Warung,
    delivery: &Value,
    short: bool,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let lines: Vec<Value> = list(delivery, "lines")
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let quantity = number(line, "quantity");
            let (received, damaged) = match index {
                0 if short => (quantity / 2, 0),
                1 if short => (quantity, quantity / 10),
                _ => (quantity, 0),
            };
            json!({ "sku": text(line, "sku"), "received": received, "damaged": damaged })
        })
        .collect();
    let path = format!("/deliveries/{}/receipt", text(delivery, "id"));
    shop.api.post(&path, &json!({ "lines": lines })).await?;
    let remark = if short {
        ", one product short and one partly damaged"
    } else {
        ", all as on the note"
    };
    print(&format!(
        "  {}: {} products received{remark}",
        shop.name,
        lines.len()
    ));
    Ok(())
}

/// Both sides at equal heads must hold the same figures; the demonstration says so only after comparing them.
async fn compare(shops: &[Warung], hub: &Api, print: &mut (dyn FnMut(&str) + Send)) -> Result<()> {
    let known = hub.get("/shops").await?;
    for shop in shops {
        let id = list(&known, "items")
            .iter()
            .find(|known| text(known, "name") == shop.name)
            .map(|known| text(known, "id").to_owned())
            .unwrap_or_default();
        let theirs = hub.get(&format!("/shops/{id}/positions")).await?;
        let ours = shop.api.get("/stock").await?;
        let (ours, theirs) = (list(&ours, "items"), list(&theirs, "items"));
        let differing = ours
            .iter()
            .filter(|mine| {
                let same = theirs
                    .iter()
                    .find(|other| text(other, "sku") == text(mine, "sku"));
                same.is_none_or(|same| number(same, "position") != number(mine, "position"))
            })
            .count();
        if differing > 0 {
            return Err(Error::Internal(format!(
                "{}: {differing} positions differ between shop and hub",
                shop.name
            )));
        }
        print(&format!(
            "{}: shop and distributor agree on the position of all {} products",
            shop.name,
            ours.len()
        ));
    }
    Ok(())
}

async fn serve(
    shops: &[PathBuf],
    hub: &Path,
    stop: CancellationToken,
    print: &mut (dyn FnMut(&str) + Send),
) -> Result<()> {
    let clock: SharedClock = Arc::new(SystemClock);
    let mut daemons = vec![start_hub(hub, clock.clone(), Some("127.0.0.1:7272")).await?];
    print("");
    print(&format!("distributor: {}", daemons[0].base));
    for (folder, preferred) in shops.iter().zip(["127.0.0.1:7171", "127.0.0.1:7173"]) {
        let daemon = start_shop(folder, clock.clone(), Some(preferred)).await?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        print(&format!("{name}: {}", daemon.base));
        daemons.push(daemon);
    }
    print("Ctrl-C ends it.");
    stop.cancelled().await;
    for daemon in daemons {
        daemon.end().await?;
    }
    Ok(())
}
