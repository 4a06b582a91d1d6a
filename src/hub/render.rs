//! What `kulakan hub plan` and `kulakan hub status` print, for people to read.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::planning::{IntervalSource, Visit};
use super::shipments::draft::Drafted;
use super::status::{HubStatus, ShopOverview};
use super::store::alarms::AlarmKind;
use super::warehouse::StockList;
use crate::model::Quantity;
use crate::plan::{PlanLanguage, sentence};

/// The shops that are due, what to send each, and why.
#[must_use]
pub fn plan(visits: &[Visit], language: PlanLanguage) -> String {
    let indonesian = language == PlanLanguage::Indonesian;
    let mut text = String::new();
    if visits.is_empty() {
        text.push_str(if indonesian {
            "Belum ada toko yang perlu dikirimi.\n"
        } else {
            "No shop is due.\n"
        });
    }
    for visit in visits {
        visit_text(&mut text, visit, language);
    }
    text
}

/// The warehouse, a line a product that is kept count of.
#[must_use]
pub fn stock(stock: &StockList) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "Product",
            "On hand",
            "Reserved",
            "Available",
            "On order",
            "Days",
            "Notes",
        ]);
    let mut uncounted = 0;
    for row in &stock.rows {
        let Some(there) = row.availability else {
            uncounted += 1;
            continue;
        };
        let amount =
            |quantity: Quantity| format!("{} {}", quantity.in_unit(row.unit.1), row.unit.0);
        let mut notes = Vec::new();
        if row.below_zero {
            notes.push("below 0: count it".to_owned());
        }
        if there.expired > Quantity::ZERO {
            notes.push(format!("{} expired", amount(there.expired)));
        }
        if let Some(date) = row.next_expiry.filter(|_| row.expiring > Quantity::ZERO) {
            notes.push(format!("{} by {date}", amount(row.expiring)));
        }
        table.add_row([
            format!("{} ({})", row.name, row.sku),
            amount(there.on_hand),
            amount(there.reserved),
            amount(there.available()),
            amount(there.on_order),
            row.days_of_cover
                .map(|days| format!("{days:.0}"))
                .unwrap_or_default(),
            notes.join("; "),
        ]);
    }
    for column in 1..=5 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = String::new();
    if table.row_iter().next().is_some() {
        let _ = writeln!(text, "{table}");
    }
    if uncounted > 0 {
        let _ = writeln!(
            text,
            "{uncounted} products are not kept count of: kulakan hub import stock FILE"
        );
    }
    text
}

fn visit_text(text: &mut String, visit: &Visit, language: PlanLanguage) {
    let indonesian = language == PlanLanguage::Indonesian;
    let (days, arrives) = (visit.interval.days, visit.expected_on);
    let why = match (visit.interval.source, indonesian) {
        (IntervalSource::Set, true) => "diatur distributor",
        (IntervalSource::Set, false) => "set by the distributor",
        (IntervalSource::Joint, true) => "biaya terendah",
        (IntervalSource::Joint, false) => "at least cost",
        (IntervalSource::Shop, true) => "menurut toko",
        (IntervalSource::Shop, false) => "the shop's own",
    };
    // Writing to a String cannot fail.
    let _ = if indonesian {
        writeln!(
            text,
            "{}: kirim setiap {days} hari ({why}), tiba {arrives}",
            visit.shop_name
        )
    } else {
        writeln!(
            text,
            "{}: every {days} days ({why}), arriving {arrives}",
            visit.shop_name
        )
    };
    if visit.lines.is_empty() {
        text.push_str(if indonesian {
            "  Stoknya masih cukup.\n\n"
        } else {
            "  It has enough of everything.\n\n"
        });
        return;
    }
    let header = if indonesian {
        ["Barang", "Kirim", "Nilai", "Alasan"]
    } else {
        ["Product", "Send", "Value", "Why"]
    };
    let mut table = new_table(&header);
    for line in &visit.lines {
        table.add_row([
            line.name.clone(),
            format!("{} {}", line.plan.packs, line.pack_name),
            line.value.to_string(),
            sentence(&line.plan, language, line.measures()),
        ]);
    }
    align_right(&mut table, 2);
    let _ = writeln!(text, "{table}\nTotal: {}\n", visit.value());
}

/// The hub at a glance.
#[must_use]
pub fn status(status: &HubStatus) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<12}{value}");
    };
    line("kulakan", status.version.to_owned());
    line("hub", status.name.clone());
    line("database", status.database.clone());
    line(
        "backup",
        match status.on_server {
            true => "by the server's own tools".to_owned(),
            false => status.backups.to_string(),
        },
    );
    line("products", status.products_offered.to_string());
    line("suppliers", status.suppliers.to_string());
    line("quarantined", status.quarantined().to_string());
    for event in &status.set_aside {
        let place = format!("{} seq {}", event.shop_name, event.seq);
        line(
            "",
            format!(
                "{place}: {} v{}: {}",
                event.kind, event.version, event.reason
            ),
        );
    }
    let shipments: Vec<String> = status
        .shipments
        .iter()
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    line("shipments", shipments.join(", "));
    for shop in &status.shops {
        for alarm in &shop.alarms {
            let since = alarm.raised_at.format("%Y-%m-%d");
            let told = alarm_text(alarm.kind);
            line(
                "ALARM",
                format!("{}: {told} (since {since})", shop.shop.name),
            );
        }
    }
    let mut table = new_table(&[
        "Shop",
        "Last contact",
        "Events",
        "Quarantined",
        "Every",
        "Due",
        "Off-site backup",
    ]);
    for shop in &status.shops {
        table.add_row(shop_row(shop));
    }
    if !status.shops.is_empty() {
        align_right(&mut table, 2);
        align_right(&mut table, 3);
        let _ = writeln!(text, "{table}");
    }
    text
}

/// What an alarm says, in English.
#[must_use]
pub fn alarm_text(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::AnotherCopy => {
            "two devices use copies of this shop's database in turns; every sale of both is kept, but ask the owner to \
             use one of them only"
        }
        AlarmKind::CopiedImage => {
            "an image of this shop's disk was put back more than once or runs on two devices; ask the owner which one is \
             in use, and run kulakan shop doctor there"
        }
    }
}

fn shop_row(overview: &ShopOverview) -> [String; 7] {
    let contact = overview.shop.last_contact;
    let days = |days| format!("{days} days");
    let delivery = overview.delivery;
    [
        overview.shop.name.clone(),
        minute(contact),
        overview.events.held.to_string(),
        overview.events.quarantined.to_string(),
        delivery.map_or_else(|| "-".to_owned(), |(interval, _)| days(interval.days)),
        delivery.map_or_else(|| "-".to_owned(), |(_, due_on)| due_on.to_string()),
        minute(overview.last_backup),
    ]
}

fn minute(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(
        || "never".to_owned(),
        |at| at.format("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// What drafting a day's shipments did.
#[must_use]
pub fn drafted(drafted: &Drafted) -> String {
    let Drafted {
        due,
        made,
        empty,
        kept,
        withdrawn,
        scarce,
    } = drafted;
    format!(
        "{due} shops are due and need something: {made} shipments recommended ({empty} with nothing in them), \
         {kept} left as a person decided, {withdrawn} earlier ones withdrawn, {scarce} products short."
    )
}
