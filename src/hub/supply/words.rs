//! Why something is to be ordered, in words.

use super::item::{LotRule, Switch, SwitchReason};
use super::plan::{OrderReason, SupplyLine};
use crate::model::Quantity;
use crate::plan::PlanLanguage;
use crate::plan::reason::Step;
use crate::web::Language;
use crate::web::layout::{date, figure};

/// The reason of a line, in one to three sentences.
#[must_use]
pub fn line(line: &SupplyLine, language: Language) -> String {
    let reason = &line.reason;
    let told = |amount: f64| amount_of(amount, line, language);
    let whole = |quantity: Quantity| quantity_of(quantity, line, language);
    let days = |days: f64| figure(&format!("{days:.1}"), language);
    let mut out = Vec::new();
    match language {
        Language::Indonesian => {
            out.push(format!(
                "Semua toko bersama perlu {} sehari; {} tiba {} hari setelah dipesan, jadi pesan saat posisi {} atau \
                 kurang.",
                told(reason.demand_per_day),
                line.source.supplier,
                reason.lead_time_days,
                told(reason.reorder_point.floor()),
            ));
            out.push(format!(
                "Posisi sekarang {}{}.",
                whole(reason.position),
                reason
                    .days_of_cover
                    .map(|cover| format!(", cukup {} hari", days(cover)))
                    .unwrap_or_default(),
            ));
            out.push(format!(
                "Sekali pesan {} ({}), isi sampai {}.",
                told(reason.lot.round()),
                rule(reason.lot_rule, language),
                told(reason.order_up_to.round()),
            ));
        }
        Language::English => {
            out.push(format!(
                "All shops together need {} a day; {} delivers {} days after the order, so order at a position of {} or \
                 less.",
                told(reason.demand_per_day),
                line.source.supplier,
                reason.lead_time_days,
                told(reason.reorder_point.floor()),
            ));
            out.push(format!(
                "The position is {}{}.",
                whole(reason.position),
                reason
                    .days_of_cover
                    .map(|cover| format!(", enough for {} days", days(cover)))
                    .unwrap_or_default(),
            ));
            out.push(format!(
                "One order is {} ({}), filled up to {}.",
                told(reason.lot.round()),
                rule(reason.lot_rule, language),
                told(reason.order_up_to.round()),
            ));
        }
    }
    if reason.for_runs > Quantity::ZERO {
        out.push(match language {
            Language::Indonesian => format!(
                "Produksi yang direncanakan memakai {}.",
                whole(reason.for_runs)
            ),
            Language::English => format!("Planned production takes {}.", whole(reason.for_runs)),
        });
    }
    if reason.shops_need > reason.position + reason.stock.planned {
        out.push(match language {
            Language::Indonesian => format!(
                "Toko-toko perlu {} sekarang, lebih dari yang ada dan akan datang.",
                whole(reason.shops_need)
            ),
            Language::English => format!(
                "The shops need {} now, more than is there and comes.",
                whole(reason.shops_need)
            ),
        });
    }
    out.extend(reason.steps.iter().filter_map(|step| {
        let text = match (step, language) {
            (Step::RaisedToMinimum { to, .. }, Language::Indonesian) => {
                format!("Pemasok menjual paling sedikit {}.", whole(*to))
            }
            (Step::RaisedToMinimum { to, .. }, Language::English) => {
                format!("The supplier sells at least {}.", whole(*to))
            }
            (Step::CappedByShelfLife { cap, .. }, Language::Indonesian) => format!(
                "Lebih dari {} tidak habis sebelum kedaluwarsa.",
                whole(*cap)
            ),
            (Step::CappedByShelfLife { cap, .. }, Language::English) => {
                format!("More than {} would not sell before its date.", whole(*cap))
            }
            _ => return None,
        };
        Some(text)
    }));
    if reason.topped_up_days > 0 {
        out.push(match language {
            Language::Indonesian => format!(
                "Ditambah {} hari supaya mencapai pesanan terkecil pemasok.",
                reason.topped_up_days
            ),
            Language::English => format!(
                "Raised by {} days to reach the supplier's least order.",
                reason.topped_up_days
            ),
        });
    }
    out.join(" ")
}

/// What changing to the reserve supplier costs and why it may be wanted.
#[must_use]
pub fn switch(switch: &Switch, language: Language) -> String {
    let rupiah = |money: crate::model::Money| {
        let sign = if money.0 < 0 { "-" } else { "" };
        let digits = figure(&money.0.unsigned_abs().to_string(), language);
        format!("{sign}Rp{digits}")
    };
    let (from, to) = (&switch.from, &switch.to);
    let day = |day| date(day, language);
    let arrives = day(switch.expected_on);
    match language {
        Language::Indonesian => {
            let why = match switch.why {
                SwitchReason::SwitchedOff => format!("{from} tidak dipakai lagi"),
                SwitchReason::Unavailable { until } => {
                    format!("{from} tidak bisa mengirim sebelum {}", day(until))
                }
                SwitchReason::TooSlow {
                    lead_time_days,
                    days_of_cover,
                } => format!(
                    "{from} baru tiba {lead_time_days} hari lagi, stok habis dalam {} hari",
                    figure(&format!("{days_of_cover:.1}"), language)
                ),
            };
            let gap = if switch.minimum_gap.0 > 0 {
                format!(
                    " Pesanan terkecilnya masih kurang {}.",
                    rupiah(switch.minimum_gap)
                )
            } else {
                String::new()
            };
            format!(
                "{why}. {to} bisa tiba {arrives}, dengan tambahan {} (harga {}, ongkos pesan {}).{gap}",
                rupiah(switch.total),
                rupiah(switch.price_difference),
                rupiah(switch.handling)
            )
        }
        Language::English => {
            let why = match switch.why {
                SwitchReason::SwitchedOff => format!("{from} is not bought from any more"),
                SwitchReason::Unavailable { until } => {
                    format!("{from} cannot deliver before {}", day(until))
                }
                SwitchReason::TooSlow {
                    lead_time_days,
                    days_of_cover,
                } => format!(
                    "{from} takes {lead_time_days} days, the stock lasts {}",
                    figure(&format!("{days_of_cover:.1}"), language)
                ),
            };
            let gap = if switch.minimum_gap.0 > 0 {
                format!(
                    " Its least order lacks another {}.",
                    rupiah(switch.minimum_gap)
                )
            } else {
                String::new()
            };
            format!(
                "{why}. {to} could deliver on {arrives} for {} more (price {}, ordering {}).{gap}",
                rupiah(switch.total),
                rupiah(switch.price_difference),
                rupiah(switch.handling)
            )
        }
    }
}

/// How the order as a whole came about; nothing where there is nothing to say.
#[must_use]
pub fn order(reason: &OrderReason, language: Language) -> String {
    let minimum = figure(&reason.minimum_value.0.to_string(), language);
    match (reason.below_minimum, reason.topped_up_days, language) {
        (true, _, Language::Indonesian) => {
            format!("Belum mencapai pesanan terkecil Rp{minimum}: lebih banyak tidak akan habis.")
        }
        (true, _, Language::English) => {
            format!("Below the least order of Rp{minimum}: more would not be sold.")
        }
        (false, 1.., Language::Indonesian) => format!(
            "Ditambah {} hari kebutuhan supaya mencapai pesanan terkecil Rp{minimum}.",
            reason.topped_up_days
        ),
        (false, 1.., Language::English) => format!(
            "Raised by {} days of demand to reach the least order of Rp{minimum}.",
            reason.topped_up_days
        ),
        _ => String::new(),
    }
}

/// The page's language for a plan's.
#[must_use]
pub fn spoken(language: PlanLanguage) -> Language {
    match language {
        PlanLanguage::Indonesian => Language::Indonesian,
        PlanLanguage::English => Language::English,
    }
}

fn rule(rule: LotRule, language: Language) -> &'static str {
    match (rule, language) {
        (LotRule::Coordinated, Language::Indonesian) => "paling hemat untuk kita dan pemasok",
        (LotRule::Coordinated, Language::English) => "cheapest for us and the supplier together",
        (LotRule::Economic, Language::Indonesian) => "paling hemat",
        (LotRule::Economic, Language::English) => "cheapest",
        (LotRule::Joint, Language::Indonesian) => {
            "paling hemat bersama barang lain dari pemasok ini"
        }
        (LotRule::Joint, Language::English) => {
            "cheapest together with the supplier's other products"
        }
        (LotRule::Week, Language::Indonesian) => "untuk seminggu, ongkos pesan belum diisi",
        (LotRule::Week, Language::English) => "for a week: nobody has said what ordering costs",
    }
}

fn quantity_of(quantity: Quantity, line: &SupplyLine, language: Language) -> String {
    let number = figure(&quantity.in_unit(line.item.unit_factor), language);
    format!("{number} {}", line.item.unit)
}

fn amount_of(amount: f64, line: &SupplyLine, language: Language) -> String {
    let in_units = amount / line.item.unit_factor.max(1) as f64;
    let text = format!("{in_units:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{} {}", figure(text, language), line.item.unit)
}
