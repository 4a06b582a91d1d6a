//! What goes wrong besides the network: machines die, files are put back, copied and carried elsewhere, clocks leap,
//! and newer programs write what this one cannot read.

use std::path::PathBuf;

use chrono::{Duration, TimeZone, Utc};
use rusqlite::{Connection, params};

use super::audit::chain;
use super::dice::Dice;
use super::founding::{SHOPS, copy_files, vacuum_into};
use super::log::Check;
use super::network::tear_log;
use super::party::{Snapshot, number, reader};
use super::world::World;

#[derive(Clone, Copy)]
enum Disaster {
    ShopDies,
    HubDies,
    CopyShop,
    RestoreShop,
    CloneShop,
    LoseClone,
    CopyHub,
    RestoreHub,
    ShopClock,
    HubClock,
    CutOff,
    Reconnect,
    Rough,
    PoisonEvent,
    PoisonNote,
    DiskFills,
}

const DISASTERS: [(u64, Disaster); 16] = [
    (5, Disaster::ShopDies),
    (3, Disaster::HubDies),
    (7, Disaster::CopyShop),
    (5, Disaster::RestoreShop),
    (4, Disaster::CloneShop),
    (2, Disaster::LoseClone),
    (4, Disaster::CopyHub),
    (3, Disaster::RestoreHub),
    (5, Disaster::ShopClock),
    (2, Disaster::HubClock),
    (4, Disaster::CutOff),
    (5, Disaster::Reconnect),
    (6, Disaster::Rough),
    (2, Disaster::PoisonEvent),
    (2, Disaster::PoisonNote),
    (3, Disaster::DiskFills),
];

/// Copies of one shop that live at a time.
const MOST_COPIES: usize = 3;

pub async fn strike(world: &mut World, index: usize) -> Check {
    match world.log.dice(|dice| dice.weighted(&DISASTERS)) {
        Disaster::ShopDies => {
            world.log.count("shop died");
            machine_dies(world, index).await
        }
        Disaster::HubDies => {
            world.log.count("hub died");
            world.log.note("the hub dies");
            world.network.restart_hub(None).await;
            Ok(())
        }
        Disaster::CopyShop => {
            copy_shop(world, index);
            Ok(())
        }
        Disaster::RestoreShop => restore_shop(world, index).await,
        Disaster::CloneShop => clone_shop(world, index).await,
        Disaster::LoseClone => {
            lose_clone(world, index);
            Ok(())
        }
        Disaster::CopyHub => {
            copy_hub(world);
            Ok(())
        }
        Disaster::RestoreHub => restore_hub(world).await,
        Disaster::ShopClock => {
            shop_clock(world, index);
            Ok(())
        }
        Disaster::HubClock => {
            let hours = world.log.dice(|dice| *dice.pick(&[0, -5, 48, 0]));
            world.hub_clock_error = Duration::hours(hours);
            world.set_clocks();
            world.log.count("hub clock jump");
            world
                .log
                .note(format!("the hub's clock is {hours} hours off"));
            Ok(())
        }
        Disaster::CutOff => {
            world.network.cut_off(world.copies[index].id);
            world.log.note("a line is cut");
            Ok(())
        }
        Disaster::Reconnect => {
            world.network.reconnect(world.copies[index].id);
            world.log.note("a line is back");
            Ok(())
        }
        Disaster::Rough => {
            let permille = world.log.dice(|dice| *dice.pick(&[0, 50, 200, 500, 900]));
            world.network.set_roughness(permille);
            world.log.note(format!("{permille} of 1000 calls go wrong"));
            Ok(())
        }
        Disaster::PoisonEvent => {
            poison_event(world, index);
            Ok(())
        }
        Disaster::PoisonNote => {
            poison_note(world, index);
            Ok(())
        }
        Disaster::DiskFills => {
            let full = !world.copies[index].full;
            set_full(world, index, full).await
        }
    }
}

fn folder(world: &mut World, name: &str) -> PathBuf {
    let name = world.name(name);
    world.root.path().join(name)
}

/// The power fails. What was on the disk is there when it is back, and perhaps part of what was being written.
pub async fn machine_dies(world: &mut World, index: usize) -> Check {
    world
        .log
        .note(format!("copy {} dies", world.copies[index].id));
    let image = folder(world, "image-");
    copy_files(&world.copies[index].folder, &image);
    if world.log.dice(|dice| dice.permille(300)) {
        tear_log(&image.join("shop.db-wal"), &world.log);
    }
    world.copies[index].reopen_on(&image).await
}

/// Somebody fills the disk, or makes room on it.
pub async fn set_full(world: &mut World, index: usize, full: bool) -> Check {
    world.copies[index].full = full;
    world
        .log
        .count(if full { "disk filled" } else { "disk freed" });
    world.log.note(format!("a disk is full: {full}"));
    machine_dies(world, index).await
}

/// Whether an operation was turned away because the disk is full, as any but the first may be. Nothing of it is there:
/// what was acknowledged before is all that the next audit finds.
pub fn turned_away<T>(world: &World, index: usize, result: &kulakan::error::Result<T>) -> bool {
    let away = world.copies[index].full && matches!(result, Err(kulakan::error::Error::DiskFull));
    if away {
        world.log.count("turned away by a full disk");
        world.log.note("the disk is full");
    }
    away
}

pub fn copy_shop(world: &mut World, index: usize) {
    let to = folder(world, "copy-");
    let stray = world.log.dice(|dice| dice.permille(500));
    if stray {
        copy_image(world, index);
        return;
    }
    let copy = &mut world.copies[index];
    vacuum_into(&copy.database(), &to);
    copy.snapshots.push(Snapshot {
        folder: to,
        book: copy.book.clone(),
    });
    world.log.count("shop copied");
    world
        .log
        .note(format!("copy {} is copied", world.copies[index].id));
}

/// The whole folder, with the mark that says how far the log has come.
pub fn copy_image(world: &mut World, index: usize) {
    let to = folder(world, "image-");
    let copy = &mut world.copies[index];
    copy_files(&copy.folder, &to);
    copy.snapshots.push(Snapshot {
        folder: to,
        book: copy.book.clone(),
    });
    world.log.count("shop's folder copied");
    world.log.note(format!(
        "the folder of copy {} is copied",
        world.copies[index].id
    ));
}

/// The owner puts an earlier copy in place of the database; what it has beyond that is lost with it.
pub async fn restore_shop(world: &mut World, index: usize) -> Check {
    let count = world.copies[index].snapshots.len();
    if count == 0 {
        copy_shop(world, index);
        return Ok(());
    }
    let place = world.log.dice(|dice| dice.index(count));
    let snapshot = world.copies[index].snapshots[place].clone();
    let stopped = world.log.dice(|dice| dice.permille(500));
    let copy = &mut world.copies[index];
    if stopped {
        // The daemon ends in peace before its files are replaced.
        super::till::must("marking the place", copy.shop().mark_place().await)?;
    }
    let series = "SELECT count(*) FROM receipt_series";
    copy.book = snapshot.book;
    copy.reopen_on(&snapshot.folder).await?;
    let noticed = number(copy.reader(), series, [])
        > number(&reader(&snapshot.folder.join("shop.db")), series, []);
    copy.book.unnoticed = !noticed;
    let (id, tenant) = (copy.id, copy.tenant);
    world.tenants[tenant].split = true;
    world.log.count("shop restored");
    world.log.count(if noticed {
        "restore noticed at once"
    } else {
        "restore not noticed at once"
    });
    world
        .log
        .note(format!("copy {id} is restored, noticed {noticed}"));
    Ok(())
}

/// A copy begins to live on another device, and the original lives on.
pub async fn clone_shop(world: &mut World, index: usize) -> Check {
    let tenant = world.copies[index].tenant;
    let living = world.copies.iter().filter(|copy| copy.tenant == tenant);
    if living.count() >= MOST_COPIES {
        world.log.note("no clone");
        return Ok(());
    }
    let source =
        if world.copies[index].snapshots.is_empty() || world.log.dice(|dice| dice.permille(500)) {
            let copy = &world.copies[index];
            Snapshot {
                folder: copy.folder.clone(),
                book: copy.book.clone(),
            }
        } else {
            world
                .log
                .dice(|dice| dice.pick(&world.copies[index].snapshots).clone())
        };
    let to = folder(world, SHOPS[tenant]);
    copy_files(&source.folder, &to);
    let new = world.add_copy(tenant, to, source.book).await?;
    world.copies[new].paired = true;
    world.tenants[tenant].split = true;
    world.log.count("shop cloned");
    world.log.note(format!(
        "copy {} lives beside {}",
        world.copies[new].id, world.copies[index].id
    ));
    Ok(())
}

/// One of a shop's devices falls into the river.
fn lose_clone(world: &mut World, index: usize) {
    let tenant = world.copies[index].tenant;
    if world
        .copies
        .iter()
        .filter(|copy| copy.tenant == tenant)
        .count()
        < 2
    {
        return;
    }
    let lost = world.copies.remove(index);
    world.log.count("clone lost");
    world.log.note(format!("copy {} is lost", lost.id));
}

pub fn copy_hub(world: &mut World) {
    let to = folder(world, "hub-copy-");
    vacuum_into(&world.network.hub_database(), &to);
    world.hub_snapshots.push(to);
    world.log.count("hub copied");
    world.log.note("the hub is copied");
}

/// The distributor puts an earlier copy in place of the hub's database, as `kulakan hub restore` does: with a new
/// incarnation, so that the shops notice.
pub async fn restore_hub(world: &mut World) -> Check {
    if world.hub_snapshots.is_empty() {
        copy_hub(world);
        return Ok(());
    }
    let snapshot = world
        .log
        .dice(|dice| dice.pick(&world.hub_snapshots).clone());
    let to = folder(world, "hub-restored-");
    copy_files(&snapshot, &to);
    let incarnation = world.log.dice(|dice| dice.uuid().to_string());
    Connection::open(to.join("hub.db"))
        .unwrap()
        .execute("UPDATE hub SET incarnation = ?1", [incarnation])
        .unwrap();
    world.network.restart_hub(Some(&to)).await;
    world.hub_restored = true;
    world.log.count("hub restored");
    world.log.note("the hub is restored");
    Ok(())
}

fn shop_clock(world: &mut World, index: usize) {
    let now = world.now;
    let error = world.log.dice(|dice| match dice.roll(7) {
        // A flat battery.
        0 => Utc.timestamp_opt(dice.between(0, 86_400), 0).unwrap() - now,
        1 => Utc.with_ymd_and_hms(2099, 12, 31, 16, 0, 0).unwrap() - now,
        2 => Duration::days(dice.between(-400, 400)),
        3 => Duration::hours(dice.between(-30, 30)),
        _ => Duration::zero(),
    });
    world.copies[index].clock_error = error;
    world.set_clocks();
    world.log.count(if error.is_zero() {
        "clock set right"
    } else {
        "clock jump"
    });
    world
        .log
        .note(format!("a shop's clock is {} days off", error.num_days()));
}

/// A newer program wrote an event of a kind or version that this one does not know.
fn poison_event(world: &mut World, index: usize) {
    let (kind, version) = world.log.dice(|dice| {
        *dice.pick(&[
            ("loyalty.granted", 1),
            ("sale.recorded", 9),
            ("stock.received", 1),
        ])
    });
    let payload = if kind == "stock.received" {
        r#"{"moves":"none that this program understands"}"#
    } else {
        r#"{"points":3}"#
    };
    let event_id = world.log.dice(Dice::uuid).to_string();
    let connection = Connection::open(world.copies[index].database()).unwrap();
    chain::append_event(&connection, &event_id, kind, version, payload);
    world.log.count("poison event");
    world.log.note(format!("poison {kind} {version}"));
}

/// A newer hub wrote a note of a kind that this program does not know.
fn poison_note(world: &mut World, index: usize) {
    let tenant = world.copies[index].tenant;
    let shop_id = &world.tenants[tenant].shop_id;
    let note_id = world.log.dice(Dice::uuid).to_string();
    let connection = Connection::open(world.network.hub_database()).unwrap();
    connection
        .execute(
            "UPDATE shops SET note_position = note_position + 1 WHERE id = ?1",
            [shop_id],
        )
        .unwrap();
    connection
        .execute(
            "INSERT INTO notes (tenant_id, shop_id, position, note_id, kind, version, payload, created_at_utc)
             SELECT tenant_id, id, note_position, ?2, 'weather.told', 3, '{}', '2026-11-23T02:00:00.000Z' FROM shops WHERE id = ?1",
            params![shop_id, note_id],
        )
        .unwrap();
    world.log.count("poison note");
    world.log.note("poison note");
}
