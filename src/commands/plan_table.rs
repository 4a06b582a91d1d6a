//! The plan as a table that a shopkeeper reads before going to buy.

use comfy_table::{Cell, CellAlignment};
use kulakan::model::{Money, Quantity, Sku};
use kulakan::shop::nightly::{Method, Urgency};
use kulakan::shop::web::api::plans::{PlanBody, PlanLineBody};

use super::table;
use crate::cli::TableLanguage;

/// Everything that the table says, in one language.
struct Words {
    title: &'static str,
    header: [&'static str; 5],
    due: &'static str,
    along: &'static str,
    later: &'static str,
    held_back: &'static str,
    nothing: &'static str,
    total: &'static str,
    budget: &'static str,
    cut: &'static str,
    margin_lost: &'static str,
    without_cost: &'static str,
}

const INDONESIAN: Words = Words {
    title: "Saran kulakan",
    header: ["Barang", "Beli", "Jumlah", "Kenapa", "Biaya"],
    due: "Beli sekarang",
    along: "Sekalian dibeli",
    later: "Bisa nanti",
    held_back: "Hampir habis, tetapi jangan beli dulu",
    nothing: "Belum ada yang perlu dibeli.",
    total: "Total",
    budget: "anggaran",
    cut: "Dipotong anggaran",
    margin_lost: "perkiraan laba hilang",
    without_cost: "Belum ada harga beli, jadi tidak dihitung dalam anggaran",
};

const ENGLISH: Words = Words {
    title: "Reorder suggestions",
    header: ["Item", "Buy", "Quantity", "Why", "Cost"],
    due: "Buy now",
    along: "Worth taking along",
    later: "Can wait",
    held_back: "Running out, but do not buy yet",
    nothing: "Nothing needs to be bought yet.",
    total: "Total",
    budget: "budget",
    cut: "Cut by the budget",
    margin_lost: "expected margin lost",
    without_cost: "Without a cost, so not counted in the budget",
};

/// The plan in words: what to buy by urgency, the total, and how many products are too new to plan.
pub(super) fn text(plan: &PlanBody, language: TableLanguage) -> String {
    let words = match language {
        TableLanguage::Id => &INDONESIAN,
        TableLanguage::En => &ENGLISH,
    };
    let mut text = format!("{}, {}\n", words.title, plan.plan_date);
    let groups = [
        (Urgency::Due, words.due),
        (Urgency::Along, words.along),
        (Urgency::Later, words.later),
    ];
    let mut any = false;
    for (urgency, heading) in groups {
        let lines: Vec<&PlanLineBody> = plan
            .lines
            .iter()
            .filter(|line| line.urgency == urgency && line.quantity > Quantity::ZERO)
            .collect();
        if lines.is_empty() {
            continue;
        }
        any = true;
        text.push_str(&format!("\n{heading}\n{}\n", rows(&lines, words)));
    }
    if any {
        let budget = plan.budget.map_or_else(String::new, |budget| {
            format!(" ({} {budget})", words.budget)
        });
        text.push_str(&format!("\n{}: {}{budget}\n", words.total, plan.total_cost));
    } else {
        text.push_str(&format!("\n{}\n", words.nothing));
    }
    text.push_str(&cut(plan, words));
    // A product that runs out must not be missing from the list only because no order of it would be right.
    let held_back: Vec<&PlanLineBody> = plan
        .lines
        .iter()
        .filter(|line| line.urgency == Urgency::Due)
        .filter(|line| line.need > Quantity::ZERO && line.quantity == Quantity::ZERO)
        .collect();
    if !held_back.is_empty() {
        text.push_str(&format!("\n{}\n", words.held_back));
        for line in held_back {
            text.push_str(&format!("{}: {}\n", line.name, line.sentence));
        }
    }
    let new = plan
        .lines
        .iter()
        .filter(|line| line.method == Method::TooLittleHistory)
        .count();
    if new > 0 {
        text.push_str(&match language {
            TableLanguage::Id => {
                format!("{new} barang belum cukup catatan penjualannya untuk diberi saran.\n")
            }
            TableLanguage::En if new == 1 => {
                "1 item has too little history for a suggestion.\n".to_owned()
            }
            TableLanguage::En => format!("{new} items have too little history for a suggestion.\n"),
        });
    }
    text
}

/// What the budget took, where it took anything.
fn cut(plan: &PlanBody, words: &Words) -> String {
    let mut text = String::new();
    if !plan.cut.is_empty() {
        let lost = Money(plan.margin_lost.round() as i64);
        text.push_str(&format!("\n{} ({} {lost})\n", words.cut, words.margin_lost));
    }
    for cut in &plan.cut {
        let Some(line) = plan.lines.iter().find(|line| line.sku == cut.sku) else {
            continue;
        };
        let packs = |quantity: Quantity| quantity.0 / line.pack_size.0.max(1);
        text.push_str(&format!(
            "{}: {} -> {} {}\n",
            line.name,
            packs(cut.from),
            packs(cut.to),
            line.pack_name
        ));
    }
    if !plan.without_cost.is_empty() {
        let skus: Vec<&str> = plan.without_cost.iter().map(Sku::as_str).collect();
        text.push_str(&format!("\n{}: {}\n", words.without_cost, skus.join(", ")));
    }
    text
}

fn rows(lines: &[&PlanLineBody], words: &Words) -> String {
    let mut table = table();
    table.set_header(words.header);
    for line in lines {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(&line.name),
            right(format!("{} {}", line.packs, line.pack_name)),
            right(format!(
                "{} {}",
                line.quantity.in_unit(line.unit_factor),
                line.unit
            )),
            Cell::new(&line.sentence),
            right(line.cost.to_string()),
        ]);
    }
    table.to_string()
}
