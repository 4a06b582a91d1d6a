//! `kulakan hub tenant`

use anyhow::Result;
use kulakan::hub::Hub;
use kulakan::hub::store::identity::TenantRow;
use kulakan::hub::tenants::NewTenant;
use serde_json::json;

use super::Output;
use crate::cli::HubTenantCommand;

pub(super) async fn run(hub: &Hub, command: HubTenantCommand, output: Output) -> Result<()> {
    match command {
        HubTenantCommand::Add { id, name, timezone } => {
            let new = NewTenant { id, name, timezone };
            let added = hub.add_tenant(new).await?;
            let (id, name) = (added.store().tenant().as_str(), &added.identity().name);
            output.print(&json!({ "id": id, "name": name }), || {
                format!(
                    "{name} is added. Next: kulakan hub user add --tenant {id} --login LOGIN --name NAME"
                )
            })
        }
        HubTenantCommand::List => {
            let tenants = hub.tenants().await?;
            let items: Vec<_> = tenants
                .iter()
                .map(|row| json!({ "id": row.id.as_str(), "name": row.name, "created_at": row.created_at, "active": row.active }))
                .collect();
            output.print(&json!({ "items": items }), || {
                let line = |row: &TenantRow| {
                    let off = if row.active { "" } else { "  (switched off)" };
                    format!("{:<32}  {}{off}", row.id.as_str(), row.name)
                };
                tenants.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        HubTenantCommand::Stop { id } => {
            hub.set_tenant_active(&id, false).await?;
            output.print(&json!({ "id": id, "active": false }), || {
                format!("{id} is switched off")
            })
        }
        HubTenantCommand::Resume { id } => {
            hub.set_tenant_active(&id, true).await?;
            output.print(&json!({ "id": id, "active": true }), || {
                format!("{id} is switched on")
            })
        }
    }
}
