//! `kulakan hub`

use anyhow::Result;
use kulakan::config::Config;
use kulakan::hub::{self, Hub, NewHub};
use serde_json::json;

use super::{Folder, Output, clock, until_told};
use crate::cli::{HubCommand, HubShopCommand};

pub(super) async fn run(command: HubCommand, folder: &Folder, output: Output) -> Result<()> {
    let none = Vec::new();
    match command {
        HubCommand::Init {
            name,
            timezone,
            pin,
        } => {
            let config = folder.config(&none)?;
            let data = config.data().display().to_string();
            let new = NewHub {
                name,
                timezone,
                pin,
            };
            let hub = Hub::create(config, new, clock()).await?;
            let name = &hub.identity().name;
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
            let (id, code) = open(folder.config(&none)?).await?.add_shop(&name).await?;
            output.print(&json!({ "shop_id": id, "code": code }), || code.clone())
        }
        HubCommand::Shop(HubShopCommand::Code { name }) => {
            let code = open(folder.config(&none)?).await?.new_code(&name).await?;
            output.print(&json!({ "code": code }), || code.clone())
        }
    }
}

async fn open(config: Config) -> Result<Hub> {
    Ok(Hub::open(config, clock()).await?)
}
