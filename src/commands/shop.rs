//! `kulakan shop`

use anyhow::Result;
use kulakan::config::Config;
use kulakan::shop::backup::{Figures, Restored};
use kulakan::shop::nightly::Plan;
use kulakan::shop::status::Status;
use kulakan::shop::store::notes::SetAside;
use kulakan::shop::web::api::plans::PlanBody;
use kulakan::shop::{self, NewShop, Shop};
use serde_json::json;

use super::keeping::{print_report, size};
use super::{
    Folder, Output, clock, explain, export, import, offsite, pin, plan_table, table, until_told,
};
use crate::cli::{DoctorArgs, ShopCommand, TableLanguage, TokenCommand};

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
        ShopCommand::Export(arguments) => {
            export::run(&open(folder.config(&none)?).await?, arguments, output).await
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
            output.print(&paired, || match &paired.further {
                None => format!("Paired with {} at {}.", paired.hub_name, paired.hub_url),
                Some(further) => format!(
                    "A further distributor: {further}. The shop stays paired with {} at {}.",
                    paired.hub_name, paired.hub_url
                ),
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
        ShopCommand::Backup { file } => {
            let shop = open(folder.config(&none)?).await?;
            let taken = shop.back_up(file.as_deref()).await?;
            output.print(&taken, || {
                format!(
                    "Backed up to {}, {}, checked.",
                    taken.file.display(),
                    size(taken.bytes)
                )
            })
        }
        ShopCommand::Restore(mut arguments) => {
            let config = folder.config(&none)?;
            let restored = match arguments.file.take() {
                Some(file) => shop::backup::restore(config, &file, clock()).await?,
                None => match offsite::restore(config, arguments, output).await? {
                    Some(restored) => restored,
                    None => return Ok(()),
                },
            };
            output.print(&restored, || restored_text(&restored))
        }
        ShopCommand::Offsite(command) => {
            offsite::run(&open(folder.config(&none)?).await?, command, output).await
        }
        ShopCommand::Doctor(DoctorArgs { repair }) => {
            let config = folder.config(&none)?;
            let report = if repair {
                shop::doctor::repair(config, clock()).await?
            } else {
                shop::doctor::examine(&config).await?
            };
            print_report(&report, "shop", output)
        }
        ShopCommand::Token(command) => {
            tokens(&open(folder.config(&none)?).await?, command, output).await
        }
        ShopCommand::Pin { clear } => {
            pin::run(&open(folder.config(&none)?).await?, clear, output).await
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

fn restored_text(restored: &Restored) -> String {
    let told = |figures: &Figures| {
        let last = figures.last_sale.as_ref().map_or_else(
            || "none".to_owned(),
            |sale| format!("number {} at {}", sale.number, sale.sold_at),
        );
        format!("{}, {} sales, the last {last}", figures.shop, figures.sales)
    };
    let mut lines = vec![format!("Restored      {}", told(&restored.restored))];
    if let Some(replaced) = &restored.replaced {
        lines.push(format!("Replaced      {}", told(replaced)));
    } else if restored.kept_as.is_some() {
        lines.push("Replaced      a database that cannot be read".to_owned());
    }
    if let Some(kept) = &restored.kept_as {
        lines.push(format!("Kept as       {}", kept.display()));
    }
    lines.push(format!("Next receipt  {}", restored.receipts_from));
    lines.join("\n")
}

fn status_text(status: &Status) -> String {
    let never = || "never".to_owned();
    let sync = &status.sync;
    let hub = match (&sync.hub_name, sync.paired) {
        (Some(name), true) => {
            let names = match sync.distributors.as_slice() {
                [] => name.clone(),
                several => several.join(", "),
            };
            format!("{names} at {}", sync.hub_url.as_deref().unwrap_or("?"))
        }
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
        ("last backup", status.backups.to_string()),
        ("off-site", offsite::in_short(&status.offsite)),
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
    let incidents = status.incidents.iter().map(|told| {
        let day = told.incident.at.get(..10).unwrap_or_default();
        ("happened", format!("{day}: {}", told.text))
    });
    rows.into_iter()
        .chain(set_aside)
        .chain(incidents)
        .map(|(name, value)| format!("{name:<13} {value}\n"))
        .collect()
}
