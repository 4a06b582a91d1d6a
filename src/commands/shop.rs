//! `kulakan shop`

use anyhow::Result;
use kulakan::config::Config;
use kulakan::shop::nightly::Plan;
use kulakan::shop::status::Status;
use kulakan::shop::store::notes::SetAside;
use kulakan::shop::web::api::plans::PlanBody;
use kulakan::shop::{self, NewShop, Shop};
use serde_json::json;

use super::{Folder, Output, clock, explain, import, plan_table, table, until_told};
use crate::cli::{ShopCommand, TableLanguage, TokenCommand};

pub(super) async fn run(command: ShopCommand, folder: &Folder, output: Output) -> Result<()> {
    let none = Vec::new();
    match command {
        ShopCommand::Init {
            name,
            timezone,
            currency,
            pin,
        } => {
            let new = NewShop {
                name,
                timezone,
                currency,
                pin,
            };
            init(folder.config(&none)?, new, output).await
        }
        ShopCommand::Run { listen } => {
            let flags = listen.map(|listen| ("shop_listen", listen.to_string().into()));
            let config = folder.config(&flags.into_iter().collect())?;
            let stop = until_told()?;
            let listener = shop::listen(&config).await?;
            Ok(shop::run(config, listener, clock(), stop).await?)
        }
        ShopCommand::Import(arguments) => {
            import::run(&open(folder.config(&none)?).await?, arguments, output).await
        }
        ShopCommand::Plan {
            date,
            save,
            budget,
            explain,
            language,
        } => {
            let flags = budget.map(|budget| ("cash_budget", budget.into()));
            let shop = open(folder.config(&flags.into_iter().collect())?).await?;
            if let Some(sku) = explain {
                let explained = shop.explain(&sku, date).await?;
                return explain::print(explained, language, output);
            }
            let plan = if save {
                shop.plan_and_save(date).await?
            } else {
                shop.plan_now(date).await?
            };
            print_plan(plan, language, output)
        }
        ShopCommand::Status => {
            let status = open(folder.config(&none)?).await?.status().await?;
            output.print(&status, || status_text(&status))
        }
        ShopCommand::Pair { hub, code } => {
            let shop = open(folder.config(&none)?).await?;
            let paired = shop.pair(&hub, &code).await?;
            // A running daemon would notice only at its next turn. Paired is paired, whatever comes of this.
            if let Err(error) = shop.exchange().await {
                tracing::warn!(%error, "the first exchange did not succeed; it is tried again by itself");
            }
            output.print(&paired, || {
                format!("Paired with {} at {}.", paired.hub_name, paired.hub_url)
            })
        }
        ShopCommand::Sync => {
            let shop = open(folder.config(&none)?).await?;
            let done = shop.exchange().await?;
            let status = shop.sync_status().await?;
            let value = json!({ "exchanged": done, "sync": status });
            output.print(&value, || {
                format!(
                    "Sent {} events, received {} notes; {} events left to send.",
                    done.pushed, done.notes, status.backlog
                )
            })
        }
        ShopCommand::Token(command) => {
            tokens(&open(folder.config(&none)?).await?, command, output).await
        }
    }
}

async fn open(config: Config) -> Result<Shop> {
    Ok(Shop::open(config, clock()).await?)
}

async fn init(config: Config, new: NewShop, output: Output) -> Result<()> {
    let folder = config.data().display().to_string();
    let shop = Shop::create(config, new, clock()).await?;
    let info = shop.info();
    let value = json!({
        "device": info.device,
        "name": info.name,
        "timezone": info.timezone.name(),
        "currency": info.currency,
        "data": folder,
    });
    output.print(&value, || {
        format!(
            "{} is set up in {folder}. Next: kulakan shop import products FILE.csv, then kulakan shop run.",
            info.name
        )
    })
}

fn print_plan(plan: Plan, language: TableLanguage, output: Output) -> Result<()> {
    let body = PlanBody::new(plan, language.into())?;
    output.print(&body, || plan_table::text(&body, language))
}

async fn tokens(shop: &Shop, command: TokenCommand, output: Output) -> Result<()> {
    match command {
        TokenCommand::Create { label } => {
            let token = shop.create_token(&label).await?;
            output.print(&json!({ "label": label, "token": token }), || token.clone())
        }
        TokenCommand::List => {
            let tokens = shop.tokens().await?;
            output.print(&tokens, || {
                let mut table = table();
                table.set_header(["number", "label", "created", "revoked"]);
                for token in &tokens {
                    table.add_row([
                        token.id.to_string(),
                        token.label.clone(),
                        token.created_at.clone(),
                        token.revoked_at.clone().unwrap_or_default(),
                    ]);
                }
                table.to_string()
            })
        }
        TokenCommand::Revoke { id } => {
            shop.revoke_token(id).await?;
            output.print(&json!({ "revoked": id }), || {
                format!("Token {id} is worthless from now on.")
            })
        }
    }
}

fn status_text(status: &Status) -> String {
    let never = || "never".to_owned();
    let sync = &status.sync;
    let hub = match (&sync.hub_name, sync.paired) {
        (Some(name), true) => format!("{name} at {}", sync.hub_url.as_deref().unwrap_or("?")),
        _ => "none".to_owned(),
    };
    let rows = [
        ("version", status.version.to_owned()),
        ("shop", format!("{} ({})", status.shop, status.timezone)),
        (
            "database",
            format!(
                "{}, {}, schema {}",
                status.database,
                size(status.database_bytes),
                status.schema
            ),
        ),
        (
            "disk free",
            status.disk_free_bytes.map_or("unknown".to_owned(), size),
        ),
        ("products", status.products.to_string()),
        (
            "last sale",
            status.last_sale.as_ref().map_or_else(never, |sale| {
                format!("number {} at {}", sale.number, sale.sold_at)
            }),
        ),
        (
            "last plan",
            status.last_plan.as_ref().map_or_else(never, |plan| {
                format!("for {}, made {}", plan.plan_date, plan.created_at)
            }),
        ),
        ("hub", hub),
        ("not yet sent", format!("{} events", sync.backlog)),
        (
            "last sync",
            sync.last_success_at.clone().unwrap_or_else(never),
        ),
        (
            "sync error",
            sync.last_error.clone().unwrap_or_else(|| "none".to_owned()),
        ),
        (
            "set aside",
            format!("{} messages from the hub", sync.quarantined),
        ),
    ];
    let set_aside = sync.set_aside.iter().map(|note| {
        let SetAside {
            kind,
            version,
            reason,
            ..
        } = note;
        ("", format!("{kind} v{version}: {reason}"))
    });
    rows.into_iter()
        .chain(set_aside)
        .map(|(name, value)| format!("{name:<13} {value}\n"))
        .collect()
}

fn size(bytes: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes} B")
    } else {
        format!("{size:.1} {}", units[unit])
    }
}
