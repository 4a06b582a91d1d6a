//! What the seeds have found, each told once more as the shortest story that shows it.

use serde_json::json;

use super::log::Check;
use super::network::Fault;
use super::party::number;
use super::settle::settle;
use super::world::World;
use super::{disasters, distributor, till};

fn on_one_thread(story: impl Future<Output = Check>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(story)
        .unwrap();
}

/// A hub and its shops that have told each other everything.
async fn at_rest() -> Check<World> {
    let mut world = World::found(1).await?;
    settle(&mut world).await?;
    Ok(world)
}

#[test]
fn a_copy_of_a_shop_that_has_sold_nothing_numbers_its_receipts_apart() {
    on_one_thread(async {
        let mut world = at_rest().await?;
        disasters::clone_shop(&mut world, 0).await?;
        let clone = world.copies.len() - 1;
        let series = "SELECT count(*) FROM receipt_series";
        let begun = |copy: usize| number(world.copies[copy].reader(), series, []);
        assert_eq!(begun(clone), begun(0) + 1);
        for _ in 0..3 {
            till::sell(&mut world, 0).await?;
            till::sell(&mut world, clone).await?;
        }
        settle(&mut world).await
    });
}

#[test]
fn what_a_hub_told_between_its_backup_and_its_restore_holds_no_more_at_the_shops() {
    on_one_thread(async {
        let mut world = at_rest().await?;
        disasters::copy_hub(&mut world);
        for _ in 0..6 {
            distributor::new_shipment(&mut world).await?;
            distributor::advance_shipment(&mut world).await?;
            distributor::change_catalogue(&mut world).await?;
            distributor::set_policy(&mut world).await?;
        }
        settle(&mut world).await?;
        disasters::restore_hub(&mut world).await?;
        settle(&mut world).await
    });
}

#[test]
fn a_copy_reads_past_its_own_epoch_what_another_wrote_after_it() {
    on_one_thread(async {
        let mut world = at_rest().await?;
        let original = world.copies.len();
        disasters::clone_shop(&mut world, 0).await?;
        till::sell(&mut world, 0).await?;
        world.exchange(0).await?;
        // The clone gets an epoch and pushes, and hears nothing of what the original pushed before.
        till::sell(&mut world, original).await?;
        world.network.fail_next("/sync/v1/log", Fault::RequestLost);
        world.exchange(original).await?;
        // The original gets the next epoch.
        till::sell(&mut world, 0).await?;
        world.exchange(0).await?;
        settle(&mut world).await
    });
}

#[test]
fn an_image_put_back_numbers_its_receipts_apart_once_the_hub_has_shown_it() {
    on_one_thread(async {
        let mut world = at_rest().await?;
        disasters::copy_image(&mut world, 0);
        for _ in 0..3 {
            till::sell(&mut world, 0).await?;
        }
        world.exchange(0).await?;
        disasters::restore_shop(&mut world, 0).await?;
        settle(&mut world).await?;
        assert!(!world.copies[0].book.unnoticed);
        till::sell(&mut world, 0).await?;
        settle(&mut world).await
    });
}

#[test]
fn what_a_copy_says_again_does_not_undo_what_was_said_later() {
    on_one_thread(async {
        let mut world = at_rest().await?;
        repack(&world, 0, 7).await?;
        disasters::clone_shop(&mut world, 0).await?;
        let clone = world.copies.len() - 1;
        world.exchange(0).await?;
        repack(&world, 0, 9).await?;
        world.exchange(0).await?;
        // The clone never heard that the hub has the first change, and sends it in an epoch of its own.
        world.exchange(clone).await?;
        till::sell(&mut world, 0).await?;
        settle(&mut world).await
    });
}

/// Another number of pieces in a string of coffee.
async fn repack(world: &World, copy: usize, pieces: i64) -> Check {
    let patch = till::request(&json!({ "units": [
        { "name": "sachet", "factor": 1, "price": 2000 },
        { "name": "renceng", "factor": pieces, "price": 18000 },
    ] }));
    let changed = world.copies[copy]
        .shop()
        .change_product("KOPI", patch)
        .await;
    till::must("changing the string", changed).map(|_| ())
}
