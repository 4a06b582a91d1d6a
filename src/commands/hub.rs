//! `kulakan hub`

use anyhow::Result;
use kulakan::hub::backup::{Figures, Restored};
use kulakan::hub::catalogue::ImportReport;
use kulakan::hub::nightly::Planned;
use kulakan::hub::planning::Lines;
use kulakan::hub::store::Tenant;
use kulakan::hub::supply::SupplierPlan;
use kulakan::hub::web::api::schedule;
use kulakan::hub::web::api::status::StatusBody;
use kulakan::hub::web::api::stock_bodies::StockBody;
use kulakan::hub::web::api::supplier_order_bodies::SupplierPlanBody;
use kulakan::hub::{self, Hub, HubImport, NewHub, PlanLanguage};
use serde_json::json;

use super::export;
use super::keeping::{print_report, size};
use super::{Folder, Output, clock, hub_user, until_told};
use crate::cli::{
    DoctorArgs, HubCommand, HubImportWhat, HubShopCommand, HubTokenCommand, TableLanguage,
};

pub(super) async fn run(command: HubCommand, folder: &Folder, output: Output) -> Result<()> {
    let none = Vec::new();
    match command {
        HubCommand::Init {
            name,
            timezone,
            pin,
        } => {
            let config = folder.config(&none)?;
            let (data, on_server) = (config.data().display().to_string(), config.database());
            let new = NewHub {
                name,
                timezone,
                pin,
            };
            let hub = Hub::create(config, new, clock()).await?;
            let name = &hub.identity().name;
            let data = match on_server {
                None => data,
                Some(_) => hub.database()?,
            };
            output.print(&json!({ "name": name, "data": data }), || {
                format!("{name} is set up in {data}. Next: kulakan hub run, and kulakan hub shop add --name NAME.")
            })
        }
        HubCommand::Run { listen } => {
            let flags = listen.map(|listen| ("hub_listen", listen.to_string().into()));
            let config = folder.config(&flags.into_iter().collect())?;
            let stop = until_told()?;
            let listener = hub::listen(&config).await?;
            Ok(hub::run(config, listener, clock(), stop).await?)
        }
        HubCommand::Shop(HubShopCommand::Add { name }) => {
            let (id, code) = open(folder).await?.add_shop(&name).await?;
            output.print(&json!({ "shop_id": id, "code": code }), || code.clone())
        }
        HubCommand::Import {
            kind,
            file,
            dry_run,
        } => {
            let hub = open(folder).await?;
            let report = hub.import(import_of(kind), &file, dry_run).await?;
            output.print(&report, || imported(&report))
        }
        HubCommand::Plan {
            date,
            save,
            language,
        } => {
            let hub = open(folder).await?;
            let date = date.unwrap_or_else(|| hub.today());
            if save {
                let planned = hub.plan_all(date).await?;
                return output.print(&planned, || planned_text(&planned));
            }
            let visits = hub.schedule(date, Lines::DueBy(date)).await?;
            let language = match language {
                TableLanguage::Id => PlanLanguage::Indonesian,
                TableLanguage::En => PlanLanguage::English,
            };
            let supply = hub.supply_plan(date).await?;
            let mut text = hub::render::plan(&visits, language);
            text.push_str(&hub::supply::render::plan(&supply, language));
            let mut document = serde_json::to_value(schedule::document(date, visits, language))?;
            let spoken = hub::supply::words::spoken(language);
            let orders = supply.suppliers.into_iter().filter(SupplierPlan::is_due);
            let orders: Vec<_> = orders
                .map(|plan| SupplierPlanBody::of(plan, spoken))
                .collect();
            document["supplier_orders"] = serde_json::to_value(orders)?;
            let production = hub.production(date).await?;
            text.push_str(&super::production::runs(&production));
            document["production"] = serde_json::to_value(production)?;
            output.print(&document, || text)
        }
        HubCommand::Draft {
            date,
            route,
            days_ahead,
        } => {
            let hub = open(folder).await?;
            let request = hub
                .draft_request(date, route.as_deref(), days_ahead)
                .await?;
            let drafted = hub.draft_day("command", request).await?;
            output.print(&drafted, || hub::render::drafted(&drafted))
        }
        HubCommand::Export(arguments) => {
            let format = export::kind_of(arguments.format);
            export::refuse_terminal(format, arguments.out.as_deref(), output)?;
            let hub = open(folder).await?;
            let table = hub
                .export(&arguments.what, arguments.from, arguments.to)
                .await?;
            export::put(&table, format, arguments.out.as_deref(), output)
        }
        HubCommand::Production(command) => {
            let hub = open(folder).await?;
            super::production::run(&hub, command, output).await
        }
        HubCommand::Stock => {
            let stock = open(folder).await?.stock().await?;
            let text = hub::render::stock(&stock);
            let items: Vec<StockBody> = stock.rows.into_iter().map(StockBody::from).collect();
            output.print(&json!({ "items": items }), || text)
        }
        HubCommand::Status => {
            let status = open(folder).await?.status().await?;
            let text = hub::render::status(&status);
            output.print(&StatusBody::from(status), || text)
        }
        HubCommand::Backup { file } => {
            let hub = open(folder).await?;
            let taken = hub.back_up(file.as_deref()).await?;
            output.print(&taken, || {
                let (file, size) = (taken.file.display(), size(taken.bytes));
                format!("Backed up to {file}, {size}, checked.")
            })
        }
        HubCommand::Restore { file } => {
            let restored = hub::backup::restore(folder.config(&none)?, &file, clock()).await?;
            output.print(&restored, || restored_text(&restored))
        }
        HubCommand::MigrateTo { address, .. } => {
            let config = folder.config(&none)?;
            let Some(address) = address else {
                hub::moving::take_back(&config, clock()).await?;
                return output.print(&json!({ "data": config.data() }), || {
                    "The hub is in its file again; the shops send what it lacks as soon as they hear from it."
                        .to_owned()
                });
            };
            let moved = hub::moving::migrate(&config, &address, clock()).await?;
            output.print(&moved, || moved_text(&moved))
        }
        HubCommand::Doctor(DoctorArgs { repair }) => {
            let config = folder.config(&none)?;
            let report = if repair {
                hub::doctor::repair(config, clock()).await?
            } else {
                hub::doctor::examine(&config).await?
            };
            print_report(&report, "hub", output)
        }
        HubCommand::User(command) => {
            let hub = open(folder).await?;
            hub_user::run(&hub, command, output).await
        }
        HubCommand::Tenant(command) => {
            // Every distributor, whichever --tenant says.
            let hub = Hub::open(folder.config(&none)?, clock()).await?;
            super::tenant::run(&hub, command, output).await
        }
        HubCommand::Token(HubTokenCommand::Create { label }) => {
            let token = open(folder).await?.create_token(&label).await?;
            output.print(&json!({ "label": label, "token": token }), || token.clone())
        }
        HubCommand::Token(HubTokenCommand::Revoke { label }) => {
            open(folder).await?.revoke_token(&label).await?;
            output.print(&json!({ "label": label }), || format!("{label} is revoked"))
        }
        HubCommand::Shop(HubShopCommand::Unlink { name }) => {
            open(folder).await?.unlink_shop("owner", &name).await?;
            output.print(&json!({ "shop": name }), || {
                format!("{name} is linked no more; its stock and sales have left these figures.")
            })
        }
        HubCommand::Shop(HubShopCommand::Code { name }) => {
            let code = open(folder).await?.new_code(&name).await?;
            output.print(&json!({ "code": code }), || code.clone())
        }
    }
}

fn planned_text(planned: &Planned) -> String {
    let Planned {
        date,
        shops,
        products,
        milliseconds,
    } = planned;
    format!("Planned {date}: {shops} shops, {products} products in {milliseconds} ms.")
}

fn moved_text(moved: &hub::moving::Moved) -> String {
    let hub::moving::Moved {
        to,
        tables,
        found_there,
    } = moved;
    if tables.is_empty() {
        return format!("All of the hub was at {to} before. Run it with --database.");
    }
    let rows: u64 = tables.iter().map(|(_, rows)| rows).sum();
    let mut lines: Vec<String> = tables
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(table, rows)| format!("{table:<18} {rows:>12}"))
        .collect();
    lines.push(format!(
        "{rows} rows are at {to}, each read back and as it was; {found_there} of them an earlier try had brought."
    ));
    lines.push("From now on: kulakan hub run --database ...".to_owned());
    lines.join("\n")
}

fn restored_text(restored: &Restored) -> String {
    let told = |figures: &Figures| {
        let Figures { hub, shops, events } = figures;
        format!("{hub}, {shops} shops, {events} events")
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
    lines.push("The shops send again what is missing as soon as they hear from it.".to_owned());
    lines.join("\n")
}

fn import_of(kind: HubImportWhat) -> HubImport {
    match kind {
        HubImportWhat::Products => HubImport::Products,
        HubImportWhat::Suppliers => HubImport::Suppliers,
        HubImportWhat::Costs => HubImport::Costs,
        HubImportWhat::SupplierProducts => HubImport::SupplierProducts,
        HubImportWhat::Production => HubImport::Production,
        HubImportWhat::Materials => HubImport::Materials,
        HubImportWhat::Recipes => HubImport::Recipes,
        HubImportWhat::Stock => HubImport::Stock,
        HubImportWhat::Orders => HubImport::Orders,
        HubImportWhat::Groups => HubImport::Groups,
    }
}

fn imported(report: &ImportReport) -> String {
    let ImportReport {
        rows,
        added,
        changed,
        unchanged,
        ..
    } = report;
    let done = if report.dry_run { "would be" } else { "were" };
    format!("{rows} rows: {added} {done} added, {changed} changed, {unchanged} are as before")
}

async fn open(folder: &Folder) -> Result<Hub> {
    let hub = Hub::open(folder.config(&Vec::new())?, clock()).await?;
    Ok(match &folder.tenant {
        Some(id) => hub.of_tenant(Tenant::with_id(id)).await?,
        None => hub,
    })
}
