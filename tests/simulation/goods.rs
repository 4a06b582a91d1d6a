//! Goods that come in, are counted, are lost or were asked for in vain.

use kulakan::shop::deliveries::DeliveryQuery;
use kulakan::shop::outcome::Outcome;
use kulakan::shop::stock::StockQuery;
use rusqlite::params;
use serde_json::{Value, json};

use super::disasters::turned_away;
use super::founding::PRODUCTS;
use super::log::{Check, hold, violation};
use super::party::number;
use super::till::{best_before, must, request};
use super::world::World;

fn some_product(world: &World) -> (&'static str, i64) {
    world.log.dice(|dice| *dice.pick(&PRODUCTS))
}

/// The program's answer as the auditor keeps it.
fn kept<T: serde::Serialize>(answer: &T) -> Value {
    serde_json::to_value(answer).unwrap()
}

pub async fn receive(world: &mut World, index: usize) -> Check {
    let mut lines = Vec::new();
    let mut came = Vec::new();
    for _ in 0..=world.log.dice(|dice| dice.roll(2)) {
        let (sku, factor) = some_product(world);
        let quantity = world.log.dice(|dice| dice.between(1, 60));
        lines.push(match world.log.dice(|dice| dice.permille(400)) {
            true => json!({ "sku": sku, "quantity": quantity, "expires": best_before(world) }),
            false => json!({ "sku": sku, "quantity": quantity }),
        });
        came.push((sku, quantity * factor));
    }
    let asked = json!({ "id": world.name("r-"), "lines": lines });
    let shop = world.copies[index].shop();
    let answer = shop.receive_stock(request(&asked)).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match must("a receipt", answer)? {
        Outcome::Recorded(answer) => {
            let book = &mut world.copies[index].book;
            for (sku, quantity) in came {
                book.moved(sku, quantity);
            }
            book.repeatable.push(("receipt", asked, kept(&answer)));
        }
        other => return violation(0, format!("a new receipt: {other:?}")),
    }
    world.log.count("receipt");
    world.log.note(format!("receipt of {}", lines.len()));
    Ok(())
}

/// Somebody prints the list to count by, and sells on meanwhile.
pub async fn look_for_count(world: &mut World, index: usize) -> Check {
    let shop = world.copies[index].shop();
    let stock = must("the stock list", shop.stock(StockQuery::default()).await)?;
    world.copies[index].book.counting_from = Some(stock.ledger_seq);
    world.log.note("a count begins");
    Ok(())
}

pub async fn count(world: &mut World, index: usize) -> Check {
    let (sku, factor) = some_product(world);
    let counted = world.log.dice(|dice| dice.between(0, 50));
    let at_seq = world.copies[index].book.counting_from.take();
    let reader = world.copies[index].reader();
    let last = number(reader, "SELECT max(seq) FROM stock_movements", []);
    let since = at_seq.unwrap_or(last);
    // What the ledger says, read from the file itself.
    let book = number(
        reader,
        "SELECT sum(m.quantity) FROM stock_movements m JOIN products p ON p.id = m.product_id
         WHERE p.sku = ?1 AND (m.seq <= ?2 OR m.kind = 'count')",
        params![sku, since],
    );
    let mut line = json!({ "sku": sku, "counted": counted });
    if let Some(seq) = at_seq {
        line["at_seq"] = json!(seq);
        world.log.count("count against an earlier place");
    }
    let asked = json!({ "id": world.name("c-"), "lines": [line] });
    let shop = world.copies[index].shop();
    let answer = shop.count_stock(request(&asked)).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match must("a count", answer)? {
        Outcome::Recorded(answer) => {
            let expected = counted * factor - book;
            let told = answer.lines[0].difference.0;
            hold!(6, told == expected, "a count of {sku} changes {told}, not {expected}");
            let copy = &mut world.copies[index];
            copy.book.moved(sku, expected);
            copy.book.repeatable.push(("count", asked, kept(&answer)));
        }
        other => return violation(0, format!("a new count: {other:?}")),
    }
    world.log.count("count");
    world.log.note(format!("count of {sku}"));
    Ok(())
}

pub async fn adjust(world: &mut World, index: usize) -> Check {
    let (sku, factor) = some_product(world);
    let (reason, quantity) = world.log.dice(|dice| {
        match *dice.pick(&["waste", "expired", "own_use", "return", "correction"]) {
            "correction" => ("correction", dice.between(1, 4) * (1 - 2 * dice.between(0, 1))),
            other => (other, dice.between(1, 5)),
        }
    });
    let asked = json!({
        "id": world.name("a-"), "sku": sku, "quantity": quantity, "reason": reason,
    });
    let shop = world.copies[index].shop();
    let answer = shop.adjust_stock(request(&asked)).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match must("an adjustment", answer)? {
        Outcome::Recorded(answer) => {
            let change = if reason == "correction" { quantity } else { -quantity };
            let book = &mut world.copies[index].book;
            book.moved(sku, change * factor);
            book.repeatable.push(("adjustment", asked, kept(&answer)));
        }
        other => return violation(0, format!("a new adjustment: {other:?}")),
    }
    world.log.count("adjustment");
    world.log.note(format!("adjustment of {sku}"));
    Ok(())
}

pub async fn miss(world: &mut World, index: usize) -> Check {
    let (sku, factor) = some_product(world);
    let quantity = world.log.dice(|dice| dice.between(1, 5));
    let asked = json!({ "id": world.name("m-"), "sku": sku, "quantity": quantity });
    let shop = world.copies[index].shop();
    let answer = shop.miss_demand(request(&asked)).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match must("missed demand", answer)? {
        Outcome::Recorded(answer) => {
            let book = &mut world.copies[index].book;
            *book.missed.entry(sku.to_owned()).or_default() += quantity * factor;
            book.repeatable.push(("missed", asked, kept(&answer)));
        }
        other => return violation(0, format!("new missed demand: {other:?}")),
    }
    world.log.count("missed demand");
    world.log.note(format!("missed {sku}"));
    Ok(())
}

/// A request whose answer got lost between till and program comes again: it does nothing, and is answered the same.
pub async fn repeat(world: &mut World, index: usize) -> Check {
    let known = &world.copies[index].book.repeatable;
    if known.is_empty() {
        return receive(world, index).await;
    }
    let (what, asked, answered) = world.log.dice(|dice| dice.pick(known).clone());
    let shop = world.copies[index].shop();
    let again = match what {
        "receipt" => already(shop.receive_stock(request(&asked)).await),
        "count" => already(shop.count_stock(request(&asked)).await),
        "adjustment" => already(shop.adjust_stock(request(&asked)).await),
        _ => already(shop.miss_demand(request(&asked)).await),
    }?;
    hold!(5, again == answered, "a {what} again: {again} where it was {answered}");
    world.log.count("request again");
    world.log.note(format!("{what} again"));
    Ok(())
}

fn already<T: serde::Serialize + std::fmt::Debug>(
    result: kulakan::error::Result<Outcome<T>>,
) -> Check<Value> {
    match result {
        Ok(Outcome::Already(answer)) => Ok(kept(&answer)),
        other => violation(5, format!("the same request again: {other:?}")),
    }
}

/// The van came, with all of it or not; or the receipt is sent again.
pub async fn take_delivery(world: &mut World, index: usize) -> Check {
    let shop = world.copies[index].shop();
    let deliveries = must("deliveries", shop.deliveries(DeliveryQuery::default()).await)?;
    let mut open: Vec<_> = deliveries
        .into_iter()
        .filter(|delivery| matches!(delivery.state.as_str(), "announced" | "dispatched" | "received"))
        .collect();
    if open.is_empty() {
        world.log.note("no delivery");
        return Ok(());
    }
    open.sort_by(|one, other| one.id.cmp(&other.id));
    let delivery = world.log.dice(|dice| dice.pick(&open).clone());
    let known = world.copies[index].book.received.get(&delivery.id).cloned();
    if delivery.state == "received" && known.is_none() {
        // Taken in on another device of the shop.
        world.log.note("a delivery received elsewhere");
        return Ok(());
    }
    let asked = known.clone().unwrap_or_else(|| {
        let part = world.log.dice(|dice| dice.between(0, 3));
        let lines: Vec<Value> = delivery
            .lines
            .iter()
            .map(|line| {
                let received = line.quantity.0 - line.quantity.0 * part / 7;
                json!({ "sku": line.sku, "received": received, "damaged": received / 9 })
            })
            .collect();
        json!({ "lines": lines })
    });
    let answer = shop.receive_delivery(&delivery.id, request(&asked)).await;
    if turned_away(world, index, &answer) {
        return Ok(());
    }
    match (answer, &known) {
        (Ok(Outcome::Recorded(_)), None) => {
            let book = &mut world.copies[index].book;
            for line in asked["lines"].as_array().unwrap() {
                let came = line["received"].as_i64().unwrap() - line["damaged"].as_i64().unwrap();
                book.moved(line["sku"].as_str().unwrap(), came);
            }
            book.received.insert(delivery.id, asked);
            world.log.count("delivery received");
        }
        (Ok(Outcome::Already(_)), Some(_)) => world.log.count("delivery received again"),
        (other, _) => return violation(5, format!("receiving a delivery: {other:?}")),
    }
    world.log.note("delivery received");
    Ok(())
}
