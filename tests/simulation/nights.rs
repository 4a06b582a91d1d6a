//! Products, imports and plans.

use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::schedule::Schedule;
use serde_json::json;

use super::disasters::turned_away;
use super::log::{Check, violation};
use super::till::{must, request};
use super::world::World;

pub async fn change_product(world: &mut World, index: usize) -> Check {
    let shop = world.copies[index].shop();
    let (choice, figure) = world.log.dice(|dice| (dice.roll(4), dice.between(6, 14)));
    let result = match choice {
        0 => {
            let patch = json!({ "units": [
                { "name": "sachet", "factor": 1, "price": 2000 },
                { "name": "renceng", "factor": figure, "price": 18000 },
            ] });
            shop.change_product("KOPI", request(&patch)).await
        }
        1 => {
            let patch = json!({ "name": format!("Mi goreng {figure}"), "price": figure * 300 });
            shop.change_product("MIE", request(&patch)).await
        }
        2 => {
            let patch = json!({ "shelf_life_days": figure, "minimum_order": figure });
            shop.change_product("ROTI", request(&patch)).await
        }
        _ => {
            let new = json!({ "sku": world.name("BARU-"), "name": "Barang baru", "price": 1000 });
            shop.define_product(request(&new)).await
        }
    };
    if turned_away(world, index, &result) {
        return Ok(());
    }
    match result {
        Ok(_) => {
            world.log.count("product changed");
            world.log.note(format!("product change {choice}"));
            Ok(())
        }
        Err(error) => violation(0, format!("changing a product ({choice}): {error}")),
    }
}

/// Sales from before the till, or the supplier's list of products.
pub async fn import(world: &mut World, index: usize) -> Check {
    let shop = world.copies[index].shop();
    let file = world.root.path().join("import.csv");
    let sales = world.log.dice(|dice| dice.permille(500));
    let (kind, text) = if sales {
        let mut text = String::from("date,sku,quantity\n");
        for back in 0..world.log.dice(|dice| dice.between(1, 20)) {
            let quantity = world.log.dice(|dice| dice.between(0, 9));
            let date = super::founding::beginning().date_naive() - chrono::Days::new(back as u64 + 1);
            text.push_str(&format!("{date},MIE,{quantity}\n"));
        }
        (ImportKind::Sales, text)
    } else {
        let price = world.log.dice(|dice| dice.between(10, 90) * 100);
        let text = format!(
            "sku,name,unit,price,cost,shelf_life_days\nROTI,Roti tawar,bungkus,{price},{price},5\n"
        );
        (ImportKind::Products, text)
    };
    std::fs::write(&file, text).unwrap();
    let report = shop.import(kind, &file, ImportOptions::default(), &mut |_| {}).await;
    if turned_away(world, index, &report) {
        return Ok(());
    }
    let report = must("an import", report)?;
    world.log.count("import");
    world.log.note(format!("import {} {}", report.rows, report.updated));
    Ok(())
}

pub async fn plan(world: &mut World, index: usize) -> Check {
    let shop = world.copies[index].shop();
    let kept = match world.log.dice(|dice| dice.roll(3)) {
        0 => {
            let schedule = Schedule::parse("0 0 2 * * *", chrono_tz::Asia::Jakarta).unwrap();
            shop.plan_due(&schedule).await
        }
        1 => shop.plan_and_save(None).await.map(Some),
        _ => shop.plan_now(None).await.map(Some),
    };
    if turned_away(world, index, &kept) {
        return Ok(());
    }
    match kept {
        Ok(plan) => {
            world.log.count("plan");
            let lines = plan.map(|plan| plan.lines.len());
            world.log.note(format!("plan {lines:?}"));
            Ok(())
        }
        Err(error) => violation(0, format!("planning: {error}")),
    }
}
