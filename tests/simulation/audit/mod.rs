//! The auditor: what must hold, worked out from the files and from what was acknowledged. It reads plain SQL and has
//! its own hashing, replaying and book-keeping, so that no fault of the program can hide in what both share.

pub mod agreement;
pub mod chain;
pub mod hub;
pub mod replay;
pub mod shop;
mod tenants;

use super::log::Check;
use super::world::World;

/// What holds at every moment, whatever is broken and whoever is cut off.
pub fn always(world: &World) -> Check {
    for copy in &world.copies {
        shop::audit(copy)?;
    }
    let connection = hub::open(&world.network);
    for tenant in 0..world.tenants.len() {
        hub::audit(world, tenant, &connection)?;
    }
    chain::verify_audit("the hub", &connection)
}

/// What holds besides, once both sides have told each other everything.
pub async fn at_rest(world: &World) -> Check {
    always(world)?;
    let connection = hub::open(&world.network);
    for copy in &world.copies {
        agreement::audit(world, copy, &connection).await?;
    }
    tenants::audit(world, &connection).await
}

/// Counts what the databases say has happened.
pub fn tally(world: &World) {
    use super::party::number;
    let hub = hub::open(&world.network);
    let add = |name, count: i64| world.log.add(name, count as u64);
    add("event quarantined at the hub", hub::quarantined(&hub));
    let epochs = "SELECT count(*) FROM audit WHERE action = 'epoch.granted'";
    add("epoch granted", number(&hub, epochs, []));
    let twice = "SELECT count(*) FROM events WHERE state = 'duplicate'";
    add("event sent in two epochs", number(&hub, twice, []));
    for copy in &world.copies {
        let shop = copy.reader();
        let aside = "SELECT count(*) FROM notes WHERE state = 'quarantined'";
        add("note quarantined at a shop", number(shop, aside, []));
        let oversold = "SELECT count(*) FROM sale_lines WHERE oversold = 1";
        add("oversold line", number(shop, oversold, []));
        let recovered = "SELECT count(*) FROM recovered_events WHERE state = 'applied'";
        add("recovered event", number(shop, recovered, []));
        let series = "SELECT count(*) - 1 FROM receipt_series";
        add("receipt series begun", number(shop, series, []));
        let wrong = "SELECT count(*) FROM sales WHERE clock_suspect = 1";
        add("sale under a wrong clock", number(shop, wrong, []));
    }
}
