//! Shops with several distributors: which shop of a further one is which shop of the one that its device is entered with.
//!
//! A link is read from either side, so its table is keyed by neither tenant alone. Every statement here asks for the links
//! that the transaction's tenant is one side of; row-level security lets no others through.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{HubTx, Row, Tenant, Value};
use crate::error::Result;

/// A further distributor of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its own identity.
    pub id: Uuid,
    /// With whom the shop's device is entered and its log kept.
    pub home_tenant: Tenant,
    /// Which shop it is there.
    pub home_shop: String,
    /// The further distributor.
    pub tenant: Tenant,
    /// Which shop it is there.
    pub shop_id: String,
    /// When it was made.
    pub linked_at: DateTime<Utc>,
    /// SHA-256 of the one-time code that it was made by.
    pub code_hash: [u8; 32],
    /// The device that redeemed it.
    pub device: Uuid,
    /// The shop's program that spoke last, where it has told.
    pub program: Option<String>,
    /// The distributor was switched off and has not caught up with the shop since.
    pub behind: bool,
    /// What the further distributor calls itself.
    pub name: String,
    /// It is not switched off.
    pub active: bool,
}

const COLUMNS: &str = "l.id, l.home_tenant, l.home_shop, l.tenant, l.shop, l.linked_at_utc, l.code_hash, l.device_id, \
     l.program, l.behind, t.name, t.active";

fn from_row(row: &Row) -> Result<Link> {
    Ok(Link {
        id: row.uuid("id")?,
        home_tenant: Tenant::with_id(&row.text("home_tenant")?),
        home_shop: row.text("home_shop")?,
        tenant: Tenant::with_id(&row.text("tenant")?),
        shop_id: row.text("shop")?,
        linked_at: row.moment("linked_at_utc")?,
        code_hash: row.hash("code_hash")?.0,
        device: row.uuid("device_id")?,
        program: row.text_opt("program")?,
        behind: row.flag("behind")?,
        name: row.text("name")?,
        active: row.flag("active")?,
    })
}

fn those(tx: &mut dyn HubTx, condition: &str, params: &[Value]) -> Result<Vec<Link>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM shop_links l JOIN tenants t ON t.id = l.tenant WHERE {condition}
             ORDER BY l.home_shop, l.linked_at_utc, l.id"
        ),
        params,
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// The further distributors of a shop whose home the transaction's tenant is, the oldest link first.
pub fn from_home(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<Link>> {
    let condition = "l.home_tenant = tenant() AND l.home_shop = $1";
    those(tx, condition, &[shop_id.into()])
}

/// Every link whose home the transaction's tenant is, by shop.
pub fn all_from_home(tx: &mut dyn HubTx) -> Result<Vec<Link>> {
    those(tx, "l.home_tenant = tenant()", &[])
}

/// The link of a shop of the transaction's tenant to its home at another one.
pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<Link>> {
    let condition = "l.tenant = tenant() AND l.shop = $1";
    Ok(those(tx, condition, &[shop_id.into()])?.into_iter().next())
}

/// Every link in which the transaction's tenant is the further distributor.
pub fn all_of(tx: &mut dyn HubTx) -> Result<Vec<Link>> {
    those(tx, "l.tenant = tenant()", &[])
}

/// Keeps a new link of the transaction's tenant, the further distributor.
pub fn insert(tx: &mut dyn HubTx, link: &Link) -> Result<()> {
    tx.execute(
        "INSERT INTO shop_links (home_tenant, home_shop, tenant, shop, id, linked_at_utc, code_hash, device_id, behind)
         VALUES ($1, $2, tenant(), $3, $4, $5, $6, $7, 0)",
        &[
            link.home_tenant.as_str().into(),
            (&link.home_shop).into(),
            (&link.shop_id).into(),
            link.id.into(),
            link.linked_at.into(),
            Value::Bytes(link.code_hash.to_vec()),
            link.device.into(),
        ],
    )?;
    Ok(())
}

/// Ends a link of the transaction's tenant, the further distributor.
pub fn remove(tx: &mut dyn HubTx, link: &Link) -> Result<()> {
    tx.execute(
        "DELETE FROM shop_links WHERE tenant = tenant() AND shop = $1",
        &[(&link.shop_id).into()],
    )?;
    Ok(())
}

/// Keeps which program speaks for a shop; from its home.
pub fn set_program(tx: &mut dyn HubTx, link: &Link, program: &str) -> Result<()> {
    tx.execute(
        "UPDATE shop_links SET program = $1 WHERE home_tenant = tenant() AND home_shop = $2 AND tenant = $3",
        &[
            program.into(),
            (&link.home_shop).into(),
            link.tenant.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Notes that the transaction's tenant hears nothing of its linked shops from now on.
pub fn fall_behind(tx: &mut dyn HubTx) -> Result<()> {
    tx.execute(
        "UPDATE shop_links SET behind = 1 WHERE tenant = tenant()",
        &[],
    )?;
    Ok(())
}

/// Notes that a further distributor has caught up with a shop; from its home.
pub fn caught_up(tx: &mut dyn HubTx, link: &Link) -> Result<()> {
    tx.execute(
        "UPDATE shop_links SET behind = 0 WHERE home_tenant = tenant() AND home_shop = $1 AND tenant = $2",
        &[(&link.home_shop).into(), link.tenant.as_str().into()],
    )?;
    Ok(())
}
