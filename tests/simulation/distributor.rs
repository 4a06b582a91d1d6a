//! What the distributor's people do at the hub.

use kulakan::hub::HubImport;
use kulakan::hub::delivery_days::DeliveryDays;
use kulakan::hub::shipments::{LineRequest, NewShipment, Step};
use kulakan::model::{Quantity, Sku};

use super::founding::PRODUCTS;
use super::log::{Check, violation};
use super::world::{Shipment, World, kind};

pub async fn operate(world: &mut World) -> Check {
    match world.log.dice(|dice| dice.weighted(&[(6, 0), (8, 1), (2, 2), (2, 3), (2, 4)])) {
        0 => new_shipment(world).await,
        1 => advance_shipment(world).await,
        2 => change_catalogue(world).await,
        3 => set_policy(world).await,
        _ => look(world).await,
    }
}

fn some_lines(world: &World) -> Vec<LineRequest> {
    let today = world.today();
    world.log.dice(|dice| {
        let first = dice.index(PRODUCTS.len());
        (0..=dice.index(2))
            .map(|offset| {
                let (sku, factor) = PRODUCTS[(first + offset) % PRODUCTS.len()];
                LineRequest {
                    sku: Sku::parse(sku).unwrap(),
                    quantity: Some(Quantity(dice.between(1, 40) * factor)),
                    expires: dice
                        .permille(400)
                        .then(|| today + chrono::Days::new(dice.roll(60))),
                }
            })
            .collect()
    })
}

async fn new_shipment(world: &mut World) -> Check {
    let lines = some_lines(world);
    let (tenant, id) = world
        .log
        .dice(|dice| (dice.index(world.tenants.len()), dice.uuid()));
    let new = NewShipment {
        id: Some(id),
        shop_id: world.tenants[tenant].shop_id.clone(),
        date: Some(world.today()),
        lines: Some(lines),
    };
    match world.network.hub().create_shipment("test", new).await {
        Ok(_) => {
            world.log.count("shipment made");
            world.log.note(format!("shipment for {tenant}"));
            world.shipments.push(Shipment {
                id: id.to_string(),
                tenant,
                state: "recommended",
            });
            Ok(())
        }
        Err(error) => violation(0, format!("making a shipment: {error}")),
    }
}

async fn advance_shipment(world: &mut World) -> Check {
    if world.shipments.is_empty() {
        return new_shipment(world).await;
    }
    let index = world.log.dice(|dice| dice.index(world.shipments.len()));
    let (tenant, id) = (world.shipments[index].tenant, world.shipments[index].id.clone());
    let hub = world.network.hub();
    let before = world.shipments[index].state;
    let cancels = world.log.dice(|dice| dice.permille(200));
    let (step, state) = if cancels {
        let step = hub.cancel_shipment("test", &id, "mobil rusak").await;
        (step, "cancelled")
    } else if before == "recommended" {
        (hub.confirm_shipment("test", &id, Vec::new()).await, "confirmed")
    } else {
        (hub.dispatch_shipment("test", &id, Vec::new()).await, "dispatched")
    };
    let told = match step {
        Ok(Step::Done(_)) => {
            world.shipments[index].state = state;
            "done"
        }
        Ok(Step::Repeated(_)) => "repeated",
        // Replaced by a later recommendation, or received already.
        Ok(Step::Refused { .. }) => "refused",
        Err(error) if world.hub_restored && kind(&error) == "NotFound" => "forgotten",
        Err(error) => return violation(0, format!("a shipment's step: {error}")),
    };
    world.log.count(match (state, told) {
        ("confirmed", "done") => "shipment confirmed",
        ("dispatched", "done") => "shipment dispatched",
        ("cancelled", "done") => "shipment cancelled",
        _ => "shipment step of no effect",
    });
    world.log.note(format!("shipment of {tenant} {state}: {told}"));
    Ok(())
}

async fn change_catalogue(world: &mut World) -> Check {
    let (price, days) = world
        .log
        .dice(|dice| (dice.between(1, 90) * 100, dice.between(3, 400)));
    let file = world.root.path().join("offer.csv");
    let name = world.name("TAWAR-");
    let text = format!(
        "sku,name,unit,price,cost,shelf_life_days\nMIE,Mi goreng,bungkus,{price},{price},{days}\n\
         {name},Barang baru,pcs,{price},{price},\n"
    );
    std::fs::write(&file, text).unwrap();
    match world.network.hub().import(HubImport::Products, &file, false).await {
        Ok(report) => {
            world.log.count("catalogue changed");
            world.log.note(format!("catalogue {} {}", report.added, report.changed));
            Ok(())
        }
        Err(error) => violation(0, format!("changing the catalogue: {error}")),
    }
}

async fn set_policy(world: &mut World) -> Check {
    let (tenant, review, lead) = world.log.dice(|dice| {
        (
            dice.index(world.tenants.len()),
            dice.permille(800).then(|| dice.between(1, 14) as u32),
            dice.permille(800).then(|| dice.between(0, 5) as u32),
        )
    });
    let shop = world.tenants[tenant].shop_id.clone();
    let hub = world.network.hub();
    let days = DeliveryDays::default();
    match hub.set_delivery_policy("test", &shop, review, lead, days).await {
        Ok(()) => {
            world.log.count("delivery policy set");
            world.log.note(format!("policy of {tenant} {review:?} {lead:?}"));
            Ok(())
        }
        Err(error) => violation(0, format!("setting a delivery policy: {error}")),
    }
}

/// Somebody looks at the schedule: nothing about it may fail, whatever the shops have told.
async fn look(world: &mut World) -> Check {
    match world.network.hub().due_shipments(world.today()).await {
        Ok(visits) => {
            world.log.note(format!("{} shops due", visits.len()));
            Ok(())
        }
        Err(error) => violation(0, format!("looking at the schedule: {error}")),
    }
}
