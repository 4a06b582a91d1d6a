//! What shopkeepers do, with what the auditor expects of each answer.

use std::collections::BTreeMap;

use chrono::Days;
use kulakan::shop::outcome::Outcome;
use rusqlite::params;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::founding::PRODUCTS;
use super::log::{Check, hold, violation};
use super::party::{Sold, number};
use super::disasters::turned_away;
use super::world::World;
use super::{goods, nights};

#[derive(Clone, Copy)]
enum Operation {
    Sell,
    SellAgain,
    Void,
    Receive,
    LookForCount,
    Count,
    Adjust,
    Miss,
    RepeatRequest,
    ChangeProduct,
    Import,
    Plan,
    TakeDelivery,
}

const OPERATIONS: [(u64, Operation); 13] = [
    (30, Operation::Sell),
    (6, Operation::SellAgain),
    (6, Operation::Void),
    (9, Operation::Receive),
    (2, Operation::LookForCount),
    (5, Operation::Count),
    (4, Operation::Adjust),
    (3, Operation::Miss),
    (4, Operation::RepeatRequest),
    (3, Operation::ChangeProduct),
    (2, Operation::Import),
    (3, Operation::Plan),
    (12, Operation::TakeDelivery),
];

pub async fn operate(world: &mut World, index: usize) -> Check {
    let operation = world.log.dice(|dice| dice.weighted(&OPERATIONS));
    match operation {
        Operation::Sell => sell(world, index).await,
        Operation::SellAgain => sell_again(world, index).await,
        Operation::Void => void(world, index).await,
        Operation::Receive => goods::receive(world, index).await,
        Operation::LookForCount => goods::look_for_count(world, index).await,
        Operation::Count => goods::count(world, index).await,
        Operation::Adjust => goods::adjust(world, index).await,
        Operation::Miss => goods::miss(world, index).await,
        Operation::RepeatRequest => goods::repeat(world, index).await,
        Operation::ChangeProduct => nights::change_product(world, index).await,
        Operation::Import => nights::import(world, index).await,
        Operation::Plan => nights::plan(world, index).await,
        Operation::TakeDelivery => goods::take_delivery(world, index).await,
    }
}

pub fn request<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// An operation that may only succeed.
pub fn must<T>(doing: &str, result: kulakan::error::Result<T>) -> Check<T> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => violation(0, format!("{doing}: {error}")),
    }
}

pub async fn sell(world: &mut World, index: usize) -> Check {
    let id = world.name("s-");
    let asked = new_sale(world, index, &id);
    sell_as(world, index, &asked).await
}

/// A sale of some lines; a product may be on two of them.
fn new_sale(world: &World, index: usize, id: &str) -> Value {
    let has_renceng = factor_of(world, index, "KOPI", "renceng").is_some();
    world.log.dice(|dice| {
        let lines: Vec<Value> = (0..=dice.index(3))
            .map(|_| {
                let (sku, factor) = *dice.pick(&PRODUCTS);
                if sku == "KOPI" && has_renceng && dice.permille(400) {
                    return json!({ "sku": sku, "unit": "renceng", "quantity": dice.between(1, 3) });
                }
                let quantity = if factor == 1 {
                    // Now and then more than the book has.
                    json!(if dice.permille(50) { 400 } else { dice.between(1, 6) })
                } else {
                    dice.pick(&[json!("0.25"), json!("1,5"), json!(0.125), json!(2)]).clone()
                };
                match dice.roll(4) {
                    0 => json!({ "sku": sku, "quantity": quantity, "discount": 100 }),
                    _ => json!({ "sku": sku, "quantity": quantity }),
                }
            })
            .collect();
        let payment = match dice.roll(5) {
            0 => json!({ "method": "qris" }),
            1 => json!({ "method": "debt", "customer_id": "bu-ani" }),
            2 => json!({ "method": "cash", "tendered": 99_000_000 }),
            _ => json!({ "method": "cash" }),
        };
        json!({ "id": id, "lines": lines, "payment": payment })
    })
}

/// Base units in a unit that the product is sold in now, by the file.
fn factor_of(world: &World, index: usize, sku: &str, unit: &str) -> Option<i64> {
    let factor = number(
        world.copies[index].reader(),
        "SELECT max(u.factor) FROM product_units u JOIN products p ON p.id = u.product_id
         WHERE p.sku = ?1 AND u.name = ?2 AND u.retired_at_utc IS NULL AND p.active = 1",
        params![sku, unit],
    );
    (factor > 0).then_some(factor)
}

/// What a sale takes out, in base units.
fn taken(world: &World, index: usize, asked: &Value) -> BTreeMap<String, i64> {
    let mut taken = BTreeMap::new();
    for line in asked["lines"].as_array().unwrap() {
        let sku = line["sku"].as_str().unwrap();
        let factor = match line["unit"].as_str() {
            Some(unit) => factor_of(world, index, sku, unit).unwrap(),
            None => PRODUCTS.iter().find(|(code, _)| *code == sku).unwrap().1,
        };
        let text = match &line["quantity"] {
            Value::String(text) => text.replace(',', "."),
            other => other.to_string(),
        };
        // Every quantity here is a whole number of base units, so that this is exact.
        let quantity = (text.parse::<f64>().unwrap() * factor as f64).round() as i64;
        *taken.entry(sku.to_owned()).or_default() += quantity;
    }
    taken
}

async fn sell_as(world: &mut World, index: usize, asked: &Value) -> Check {
    let id = asked["id"].as_str().unwrap().to_owned();
    let lines = taken(world, index, asked);
    let shop = world.copies[index].shop();
    let answer = shop.sell(request(asked)).await;
    if turned_away(world, index, &answer) {
        return refused_sale_is_not_there(world, index, &id);
    }
    let receipt = match answer {
        Ok(Outcome::Recorded(receipt)) => receipt,
        other => return violation(1, format!("sale {id}: {other:?}")),
    };
    drop(shop);
    let by_lines: i64 = receipt.lines.iter().map(|line| line.total.0).sum();
    hold!(
        6,
        receipt.total.0 == by_lines + receipt.rounding.0,
        "receipt {} says {} where its lines come to {by_lines}",
        receipt.number,
        receipt.total.0
    );
    world.log.count("sale");
    world.log.note(format!(
        "copy {} sells {} for {}",
        world.copies[index].id,
        lines.len(),
        receipt.total.0
    ));
    receipt_is_unique(world, index, receipt.number, &id)?;
    let book = &mut world.copies[index].book;
    for (sku, quantity) in &lines {
        book.moved(sku, -quantity);
    }
    let sold = Sold {
        request: asked.clone(),
        number: receipt.number,
        total: receipt.total.0,
        lines,
        business_date: receipt.business_date.to_string(),
        voided: None,
    };
    book.sales.insert(id.clone(), sold);
    // The power fails after "paid" was answered, or before the answer reached the till, which asks again.
    if world.log.dice(|dice| dice.permille(40)) {
        world.log.count("shop died after a sale");
        super::disasters::machine_dies(world, index).await?;
        return again(world, index, &id).await;
    }
    Ok(())
}

fn refused_sale_is_not_there(world: &World, index: usize, sale: &str) -> Check {
    let sql = "SELECT count(*) FROM sales WHERE id = ?1";
    let found = number(world.copies[index].reader(), sql, [sale]);
    hold!(12, found == 0, "sale {sale} was refused for lack of room and is there");
    Ok(())
}

/// No customer of the shop has a receipt of this number, from whichever copy. Only a database that went back with all
/// that lies beside it cannot know better, until it has spoken to the hub.
fn receipt_is_unique(world: &mut World, index: usize, number: i64, sale: &str) -> Check {
    let copy = &world.copies[index];
    let receipts = &mut world.tenants[copy.tenant].receipts;
    let other = receipts.insert(number, sale.to_owned());
    hold!(
        1,
        other.is_none() || copy.book.unnoticed,
        "copy {}: sales {other:?} and {sale} are both receipt {number}",
        copy.id
    );
    Ok(())
}

async fn sell_again(world: &mut World, index: usize) -> Check {
    let known = &world.copies[index].book.sales;
    if known.is_empty() {
        return sell(world, index).await;
    }
    let place = world.log.dice(|dice| dice.index(known.len()));
    let id = known.keys().nth(place).unwrap().clone();
    again(world, index, &id).await
}

/// The same sale again is answered as before; the same identity with other content is a conflict.
async fn again(world: &mut World, index: usize, id: &str) -> Check {
    let sold = world.copies[index].book.sales[id].clone();
    let shop = world.copies[index].shop();
    match shop.sell(request(&sold.request)).await {
        Ok(Outcome::Already(receipt)) => hold!(
            1,
            (receipt.number, receipt.total.0) == (sold.number, sold.total),
            "sale {id} was receipt {} of {} and is {} of {} when asked again",
            sold.number,
            sold.total,
            receipt.number,
            receipt.total.0
        ),
        other => return violation(1, format!("sale {id} again: {other:?}")),
    }
    let mut other = sold.request;
    other["payment"] = json!({ "method": "transfer" });
    match shop.sell(request(&other)).await {
        Ok(Outcome::Conflict(_)) => {}
        answer => return violation(1, format!("sale {id} with other content: {answer:?}")),
    }
    world.log.count("sale again");
    world.log.note("sale again");
    Ok(())
}

async fn void(world: &mut World, index: usize) -> Check {
    let known = &world.copies[index].book.sales;
    if known.is_empty() {
        return sell(world, index).await;
    }
    let place = world.log.dice(|dice| dice.index(known.len()));
    let (id, sold) = known.iter().nth(place).unwrap();
    let (id, sold) = (id.clone(), sold.clone());
    let shop = world.copies[index].shop();
    let reason = sold.voided.clone().unwrap_or_else(|| "salah".to_owned());
    let answer = shop.void_sale(&id, &reason).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match (answer, &sold.voided) {
        (Ok(Outcome::Recorded(_)), None) => {
            world.log.count("void");
            let book = &mut world.copies[index].book;
            for (sku, quantity) in &sold.lines {
                book.moved(sku, *quantity);
            }
            book.sales.get_mut(&id).unwrap().voided = Some(reason);
        }
        // Another device of this shop took it back, and this one has heard of it.
        (Ok(Outcome::Already(_) | Outcome::Conflict(_)), None)
            if world.tenants[world.copies[index].tenant].split => {}
        (Ok(Outcome::Already(_)), Some(_)) => world.log.count("void again"),
        (other, _) => return violation(14, format!("void of {id}: {other:?}")),
    }
    world.log.note("void");
    Ok(())
}

/// A date of goods, some days off.
pub fn best_before(world: &World) -> String {
    let days = world.log.dice(|dice| dice.roll(40));
    (world.today() + Days::new(days)).to_string()
}
