//! What is told of an order, and to whom: to its customer in the customer's language, and to the distributor's systems.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::super::messages::email::{BASE, Letter};
use super::phases;
use crate::error::{Error, Result};
use crate::hub::store::customers::{self, Customer, NoticeChannel};
use crate::hub::store::orders::{self, Order, OrderPhase};
use crate::hub::store::outbox::{self, Channel, NewMessage};
use crate::hub::store::{HubTx, identity, order_parcels, webhooks};
use crate::model::Quantity;
use crate::web::layout::date;
use crate::web::{Language, texts};

texts! {
    /// What customers are told.
    Letters {
        received: "Pesanan {number} sudah kami terima. Kami kabari lagi setelah kami periksa." = "We have received your order {number}. We will write again once we have looked at it.";
        confirmed: "Pesanan {number} sudah kami setujui." = "Your order {number} is confirmed.";
        in_production: "Pesanan {number} sedang dikerjakan: {stage}." = "Your order {number} is being made: {stage}.";
        ready: "Pesanan {number} sudah siap." = "Your order {number} is ready.";
        shipped: "Pesanan {number} sudah dikirim." = "Your order {number} is on its way.";
        shipped_part: "Sebagian pesanan {number} sudah dikirim (kiriman ke-{parcel}). Sisanya menyusul." = "Part of your order {number} is on its way (parcel {parcel}). The rest will follow.";
        delivered: "Pesanan {number} sudah diterima. Terima kasih." = "Your order {number} has arrived. Thank you.";
        delivered_part: "Sebagian pesanan {number} sudah diterima (kiriman ke-{parcel}). Sisanya menyusul." = "Part of your order {number} has arrived (parcel {parcel}). The rest will follow.";
        cancelled: "Pesanan {number} dibatalkan: {reason}." = "Your order {number} was cancelled: {reason}.";
        promised: "Perkiraan tersedia: {date}." = "Expected to be there: {date}.";
        follow: "Lihat sampai di mana pesanan Anda: {link}" = "See how far your order is: {link}";
        greeting: "Halo {name}," = "Hello {name},";
        about: "Pesanan {number}" = "Order {number}";
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing besides what follows for the phase.
    Phase,
    /// A parcel left.
    Shipped(i64),
    /// A parcel arrived.
    Delivered(i64),
    /// A parcel came back.
    Returned(i64),
}

/// Writes an order after a change: its phase as it follows, the step in its history, a message to its customer and an
/// event to other systems, where there is anything to tell. `before` is the order as it was, absent for a new one.
pub(super) fn settle(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    before: Option<&Order>,
    order: &mut Order,
    told: Told,
) -> Result<()> {
    let (phase, stage) = phases::of_order(order);
    order.phase = phase;
    order.stage = stage;
    order.version += 1;
    orders::put(tx, order)?;
    let moved = before.is_none_or(|before| (before.phase, before.stage) != (phase, stage));
    match told {
        Told::Shipped(parcel) => tell(tx, now, actor, order, OrderPhase::Shipped, parcel),
        Told::Delivered(parcel) => tell(tx, now, actor, order, OrderPhase::Delivered, parcel),
        Told::Returned(parcel) => {
            let key = format!("{}/returned/{parcel}", order.id);
            let mut data = event(order);
            data["parcel"] = parcel.into();
            outbox::announce(tx, now, "order.returned", &key, &data)?;
            order_parcels::add_phase(tx, &order.id, phase, "", now, actor)
        }
        // That the last parcel left or arrived has been told with the parcel.
        Told::Phase if moved && !matches!(phase, OrderPhase::Shipped | OrderPhase::Delivered) => {
            tell(tx, now, actor, order, phase, stage)
        }
        Told::Phase => Ok(()),
    }
}

fn tell(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    order: &Order,
    phase: OrderPhase,
    which: i64,
) -> Result<()> {
    let detail = match phase {
        OrderPhase::InProduction => stage_name(order)
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| Error::Internal(format!("writing a stage: {error}")))?
            .unwrap_or_default(),
        OrderPhase::Shipped | OrderPhase::Delivered => which.to_string(),
        _ => String::new(),
    };
    order_parcels::add_phase(tx, &order.id, phase, &detail, now, actor)?;
    let topic = format!("{}/{}/{which}", order.id, phase.as_str());
    let kind = format!("order.{}", phase.as_str());
    let mut data = event(order);
    if matches!(phase, OrderPhase::Shipped | OrderPhase::Delivered) {
        data["parcel"] = which.into();
    }
    outbox::announce(tx, now, &kind, &topic, &data)?;
    if phase == OrderPhase::Confirmed && waits(order) {
        outbox::announce(tx, now, "order.backordered", &topic, &data)?;
    }
    let customer = customers::get(tx, &order.customer_id)?;
    let key = format!("order/{topic}");
    let (channel, recipient) = match customer.channel {
        NoticeChannel::None => return Ok(()),
        NoticeChannel::Webhook => {
            if let Some(webhook) = webhooks::of_customer(tx, &customer.id)? {
                let event_id = Uuid::now_v7().to_string();
                let about = (kind.as_str(), topic.as_str(), event_id.as_str());
                outbox::call(tx, now, &webhook, about, Some(&order.id), &data)?;
            }
            return Ok(());
        }
        NoticeChannel::Email => (Channel::Email, &customer.email),
        NoticeChannel::WhatsApp => (Channel::WhatsApp, &customer.phone),
    };
    if recipient.is_empty() {
        return Ok(());
    }
    let distributor = identity::load(tx)?.name;
    let letter = letter(order, &customer, phase, which, &distributor);
    let payload = serde_json::to_string(&letter)
        .map_err(|error| Error::Internal(format!("writing a letter: {error}")))?;
    outbox::put(
        tx,
        now,
        &NewMessage {
            channel,
            recipient,
            topic_key: &key,
            subject: &order.id,
            kind: &kind,
            payload: &payload,
            order_id: Some(&order.id),
        },
    )?;
    Ok(())
}

fn letter(
    order: &Order,
    customer: &Customer,
    phase: OrderPhase,
    which: i64,
    distributor: &str,
) -> Letter {
    let language = Language::from_tag(&customer.language).unwrap_or_default();
    let letters = Letters::of(language);
    let whole = order.lines.iter().all(|line| line.open() == Quantity::ZERO);
    let template = match phase {
        OrderPhase::Received => letters.received,
        OrderPhase::Confirmed => letters.confirmed,
        OrderPhase::InProduction => letters.in_production,
        OrderPhase::Ready => letters.ready,
        OrderPhase::Shipped if whole => letters.shipped,
        OrderPhase::Shipped => letters.shipped_part,
        OrderPhase::Delivered if whole => letters.delivered,
        OrderPhase::Delivered => letters.delivered_part,
        OrderPhase::Cancelled => letters.cancelled,
    };
    let stage = stage_name(order).map_or("", |stage| match language {
        Language::Indonesian => &stage.name,
        Language::English => &stage.english,
    });
    let mut text = vec![
        letters.greeting.replace("{name}", &customer.name),
        template
            .replace("{number}", &order.number)
            .replace("{stage}", stage)
            .replace("{parcel}", &which.to_string())
            .replace(
                "{reason}",
                order.cancel_reason.as_deref().unwrap_or_default(),
            ),
    ];
    let still_waited_for = matches!(phase, OrderPhase::Confirmed | OrderPhase::InProduction);
    if let Some(on) = promised_on(order).filter(|_| still_waited_for) {
        text.push(letters.promised.replace("{date}", &date(on, language)));
    }
    text.push(
        letters
            .follow
            .replace("{link}", &format!("{BASE}/lacak/{}", order.link_secret)),
    );
    text.push(distributor.to_owned());
    Letter {
        subject: format!(
            "{}: {}",
            distributor,
            letters.about.replace("{number}", &order.number)
        ),
        text: text.join("\n\n"),
    }
}

/// The stage that the order's least advanced line is in.
fn stage_name(order: &Order) -> Option<&orders::Stage> {
    let index = usize::try_from(order.stage).ok()?.checked_sub(1)?;
    order
        .lines
        .iter()
        .filter(|line| line.stage == order.stage && line.backordered > Quantity::ZERO)
        .find_map(|line| line.stages.get(index))
}

/// When the last of what an order still waits for is promised; nothing where any of it is not.
#[must_use]
pub fn promised_on(order: &Order) -> Option<NaiveDate> {
    let mut waited_for = order
        .lines
        .iter()
        .filter(|line| line.backordered > Quantity::ZERO)
        .peekable();
    waited_for.peek()?;
    waited_for
        .map(|line| line.promised_on)
        .collect::<Option<Vec<NaiveDate>>>()?
        .into_iter()
        .max()
}

fn waits(order: &Order) -> bool {
    order
        .lines
        .iter()
        .any(|line| line.backordered > Quantity::ZERO)
}

/// An order as other systems are told of it.
fn event(order: &Order) -> Json {
    let lines: Vec<Json> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "sku": line.sku, "kind": line.kind, "quantity": line.quantity.0, "reserved": line.reserved.0,
                "shipped": line.shipped.0, "backordered": line.backordered.0, "cancelled": line.cancelled.0,
                "delivered": line.delivered.0, "promised_on": line.promised_on,
            })
        })
        .collect();
    json!({
        "order_id": order.id, "number": order.number, "phase": order.phase, "stage": order.stage,
        "shop_id": order.shop_id, "reference": order.reference, "lines": lines,
    })
}
