//! A line's reason in one sentence that a shopkeeper understands.

use chrono::{Datelike, NaiveDate, Weekday};

use super::forecast::{Effect, MIN_DAYS};
use super::perishable::LostGoods;
use super::reason::Step;
use super::{Method, PlanLine};
use crate::model::Quantity;

/// An effect of the calendar is told from this factor on, or below one over it: less would not change what to buy.
const TOLD_FROM: f64 = 1.15;

/// One weekday among the days that an order lasts is told from this factor on.
const WEEKDAY_TOLD_FROM: f64 = 1.25;

/// Language of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanLanguage {
    /// Decimal comma, dot between thousands.
    Indonesian,
    /// Decimal point, comma between thousands.
    English,
}

/// What a shop calls the measures of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures<'w> {
    /// The pack it buys ("dus", "renceng", "karung").
    pub pack: &'w str,
    /// The unit that goods sold by weight or volume are spoken of in ("kg", "liter"); goods that are counted need none.
    pub unit: &'w str,
    /// Base units in that unit: 1000 for kilograms of goods kept in grams, 1 for goods that are counted.
    pub unit_factor: i64,
}

impl<'w> From<&'w str> for Measures<'w> {
    /// Counted goods, bought in packs of this name.
    fn from(pack: &'w str) -> Self {
        Self {
            pack,
            unit: "",
            unit_factor: 1,
        }
    }
}

/// Why the line says what it says, with figures in the measures that the shop speaks in.
#[must_use]
pub fn sentence<'w>(
    line: &PlanLine,
    language: PlanLanguage,
    measures: impl Into<Measures<'w>>,
) -> String {
    let text = Text {
        language,
        measures: measures.into(),
    };
    if line.method == Method::TooLittleHistory {
        let days = text.whole(i64::from(line.reason.window_days));
        return match language {
            PlanLanguage::Indonesian => {
                format!("Baru {days} hari tercatat; saran muncul setelah {MIN_DAYS} hari.")
            }
            PlanLanguage::English => {
                format!("Only {days} days on record; suggestions start after {MIN_DAYS} days.")
            }
        };
    }
    let stock = text.stock(line);
    let verdict = text.verdict(line);
    let demand = text.demand(line);
    format!("{demand}; {stock}, {verdict}.")
}

/// A weekday in Indonesian and in English.
pub(super) fn weekday(day: Weekday) -> (&'static str, &'static str) {
    match day {
        Weekday::Mon => ("Senin", "Monday"),
        Weekday::Tue => ("Selasa", "Tuesday"),
        Weekday::Wed => ("Rabu", "Wednesday"),
        Weekday::Thu => ("Kamis", "Thursday"),
        Weekday::Fri => ("Jumat", "Friday"),
        Weekday::Sat => ("Sabtu", "Saturday"),
        Weekday::Sun => ("Minggu", "Sunday"),
    }
}

/// Words and figures of one language.
pub(super) struct Text<'w> {
    pub language: PlanLanguage,
    pub measures: Measures<'w>,
}

impl Text<'_> {
    /// A quantity of goods.
    pub fn goods(&self, base_units: i64) -> String {
        if self.measures.unit_factor <= 1 {
            return self.whole(base_units);
        }
        self.measured(base_units as f64)
    }

    /// An average quantity of goods, in base units.
    pub fn measured(&self, base_units: f64) -> String {
        let Measures {
            unit, unit_factor, ..
        } = self.measures;
        if unit_factor <= 1 {
            return self.decimal(base_units);
        }
        format!("{} {unit}", self.decimal(base_units / unit_factor as f64))
    }

    pub fn pick(&self, indonesian: String, english: String) -> String {
        match self.language {
            PlanLanguage::Indonesian => indonesian,
            PlanLanguage::English => english,
        }
    }

    fn demand(&self, line: &PlanLine) -> String {
        let per_day = line.forecast_per_day;
        if per_day <= 0.0 {
            let days = self.whole(i64::from(line.reason.window_days));
            return self.pick(
                format!("Tidak ada yang laku dalam {days} hari"),
                format!("None sold in {days} days"),
            );
        }
        // Figures below one are hard to picture: the slower the product, the longer the time it is told for.
        let spoken = per_day / self.measures.unit_factor.max(1) as f64;
        let (indonesian, english, days) = if spoken >= 1.0 {
            ("per hari", "a day", 1.0)
        } else if spoken * 7.0 >= 1.0 {
            ("per minggu", "a week", 7.0)
        } else {
            ("per bulan", "a month", 30.0)
        };
        let figure = self.measured(per_day * days);
        let (sold, sells_about) = match line.method {
            Method::Ses | Method::Blend => ("Belakangan laku", "Lately sells about"),
            Method::Croston | Method::Sba | Method::Tsb => {
                ("Laku sesekali,", "Sells now and then, about")
            }
            _ => ("Laku", "Sells about"),
        };
        let effects = self.effects(line);
        self.pick(
            format!("{sold} ±{figure} {indonesian}{effects}"),
            format!("{sells_about} {figure} {english}{effects}"),
        )
    }

    /// What the calendar does to the days that an order lasts, where it matters.
    fn effects(&self, line: &PlanLine) -> String {
        let told = line.reason.effects.iter().filter_map(|effect| {
            let (factor, indonesian, english) = match *effect {
                Effect::Weekday { day, factor } => {
                    if factor < WEEKDAY_TOLD_FROM {
                        return None;
                    }
                    let (indonesian, english) = weekday(day);
                    (factor, indonesian, format!("on {english}"))
                }
                Effect::Payday { factor } if factor > 1.0 => (
                    factor,
                    "sekitar gajian biasanya",
                    "around payday".to_owned(),
                ),
                Effect::Payday { factor } => {
                    (factor, "tanggal tua biasanya", "far from payday".to_owned())
                }
                Effect::Lebaran {
                    before: true,
                    factor,
                    ..
                } => (
                    factor,
                    "menjelang Lebaran biasanya",
                    "before Lebaran".to_owned(),
                ),
                Effect::Lebaran { factor, .. } => (
                    factor,
                    "sehabis Lebaran biasanya",
                    "after Lebaran".to_owned(),
                ),
            };
            if factor < TOLD_FROM && factor * TOLD_FROM > 1.0 {
                return None;
            }
            let times = self.decimal(factor);
            Some(self.pick(
                format!(", {indonesian} {times}x"),
                format!(", {english} {times} times as much"),
            ))
        });
        told.collect()
    }

    fn stock(&self, line: &PlanLine) -> String {
        let on_hand = self.goods(line.on_hand.0);
        let mut parts = Vec::new();
        if line.on_hand.0 < 0 {
            parts.push(self.pick(
                format!("stok di catatan {on_hand}, tolong dihitung lagi"),
                format!("the book says {on_hand} in stock, please count"),
            ));
        } else if line.on_hand.0 == 0 {
            parts.push(self.pick("stok habis".to_owned(), "out of stock".to_owned()));
        } else if let Some(days) = line.days_to_stock_out {
            let days = self.decimal(days);
            parts.push(self.pick(
                format!("stok {on_hand} cukup {days} hari"),
                format!("{on_hand} in stock last {days} days"),
            ));
        } else {
            parts.push(self.pick(format!("stok {on_hand}"), format!("{on_hand} in stock")));
        }
        parts.extend(self.losses(line));
        let coming = (line.on_order + line.in_transit).0;
        if coming > 0 {
            let coming = self.goods(coming);
            parts.push(self.pick(
                format!("{coming} akan datang"),
                format!("{coming} on the way"),
            ));
        }
        if line.backordered.0 > 0 {
            let owed = self.goods(line.backordered.0);
            parts.push(self.pick(
                format!("{owed} pesanan pelanggan"),
                format!("{owed} owed to customers"),
            ));
        }
        parts.join(", ")
    }

    /// What is past its date, and what will be before it sells, with the first date of the latter.
    fn losses(&self, line: &PlanLine) -> Vec<String> {
        let of = |expired: bool| {
            let losses = line.reason.losses.iter();
            losses.filter(move |loss| (loss.goods == LostGoods::Expired) == expired)
        };
        let sum = |expired: bool| of(expired).map(|loss| loss.quantity).sum::<Quantity>().0;
        let (past, future) = (sum(true), sum(false));
        let mut parts = Vec::new();
        if past > 0 {
            let past = self.goods(past);
            parts.push(self.pick(
                format!("{past} sudah kedaluwarsa"),
                format!("{past} past their date"),
            ));
        }
        if let Some(first) = of(false).map(|loss| loss.expires).min() {
            let several = of(false).any(|loss| loss.expires > first);
            let (future, date) = (self.goods(future), self.date(first));
            parts.push(match several {
                true => self.pick(
                    format!("{future} keburu kedaluwarsa mulai {date}"),
                    format!("{future} will expire unsold from {date} on"),
                ),
                false => self.pick(
                    format!("{future} keburu kedaluwarsa {date}"),
                    format!("{future} will expire unsold on {date}"),
                ),
            });
        }
        parts
    }

    /// Day and month; what expires is never far off.
    fn date(&self, date: NaiveDate) -> String {
        let months = match self.language {
            PlanLanguage::Indonesian => [
                "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
            ],
            PlanLanguage::English => [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ],
        };
        format!("{} {}", date.day(), months[date.month0() as usize])
    }

    fn verdict(&self, line: &PlanLine) -> String {
        let steps = &line.reason.steps;
        let unit_word = self.measures.pack;
        if line.quantity.0 > 0 {
            return self.purchase(line);
        }
        let last = steps.last().copied().unwrap_or(Step::NothingNeeded);
        match last {
            Step::BelowMinimum { minimum, .. } => {
                let minimum = self.goods(minimum.0);
                self.pick(
                    format!(
                        "tetapi pesanan minimal {minimum} tidak akan habis sebelum kedaluwarsa, jadi jangan beli dulu"
                    ),
                    format!(
                        "but the minimum order of {minimum} would expire unsold, so do not buy now"
                    ),
                )
            }
            Step::CappedByShelfLife { .. } => {
                let pack = self.goods(line.pack_size.0);
                self.pick(
                    format!(
                        "tetapi 1 {unit_word} ({pack}) tidak akan habis sebelum kedaluwarsa, jadi jangan beli dulu"
                    ),
                    format!(
                        "but 1 {unit_word} ({pack}) would not sell before it expires, so do not buy now"
                    ),
                )
            }
            Step::CutToBudget { from, .. } => {
                let packs = self.whole(from.0 / line.pack_size.0.max(1));
                self.pick(
                    format!(
                        "perlu {packs} {unit_word} tetapi dipotong anggaran, jadi tidak dibeli dulu"
                    ),
                    format!(
                        "{packs} {unit_word} are needed but cut by the budget, so not bought now"
                    ),
                )
            }
            Step::RoundedToPacks { .. } => self.pick(
                format!("kurangnya belum sampai setengah {unit_word}, jadi belum perlu beli"),
                format!("less than half a {unit_word} is missing, so no need to buy yet"),
            ),
            _ => self.pick(
                "belum perlu beli".to_owned(),
                "no need to buy yet".to_owned(),
            ),
        }
    }

    fn purchase(&self, line: &PlanLine) -> String {
        let wanted = self.goods(super::rounding::half_up(line.order_up_to));
        let packs = self.whole(line.packs);
        let unit_word = self.measures.pack;
        // "5 kg (5 kg)" would say it twice.
        let order = if line.pack_size.0 > 1 && unit_word != self.measures.unit {
            format!("{packs} {unit_word} ({})", self.goods(line.quantity.0))
        } else {
            format!("{packs} {unit_word}")
        };
        let note = line.reason.steps.iter().rev().find_map(|step| match *step {
            Step::CutToBudget { from, .. } => {
                let before = self.whole(from.0 / line.pack_size.0.max(1));
                Some(self.pick(
                    format!(", dipotong anggaran dari {before}"),
                    format!(", cut from {before} by the budget"),
                ))
            }
            Step::CappedByShelfLife { .. } => Some(self.pick(
                " saja, supaya habis sebelum kedaluwarsa".to_owned(),
                " only, so that it sells before it expires".to_owned(),
            )),
            Step::RaisedToMinimum { to, .. } => {
                let minimum = self.goods(to.0);
                Some(self.pick(
                    format!(", pesanan minimal {minimum}"),
                    format!(", the minimum order being {minimum}"),
                ))
            }
            _ => None,
        });
        let note = note.unwrap_or_default();
        if line.forecast_per_day <= 0.0 {
            return self.pick(
                format!("jadi beli {order}{note}"),
                format!("so buy {order}{note}"),
            );
        }
        self.pick(
            format!("sampai kulakan berikutnya perlu {wanted}, jadi beli {order}{note}"),
            format!("{wanted} are needed until the next trip, so buy {order}{note}"),
        )
    }

    /// One decimal below ten, whole above: nobody counts tenths of a hundred.
    pub fn decimal(&self, value: f64) -> String {
        if value < 0.0 {
            return format!("-{}", self.decimal(-value));
        }
        let tenths = super::rounding::half_up(value * 10.0);
        if tenths >= 100 {
            return self.whole(super::rounding::half_up(value));
        }
        let (units, rest) = (tenths / 10, tenths % 10);
        if rest == 0 {
            return self.whole(units);
        }
        match self.language {
            PlanLanguage::Indonesian => format!("{units},{rest}"),
            PlanLanguage::English => format!("{units}.{rest}"),
        }
    }

    pub fn whole(&self, value: i64) -> String {
        let separator = match self.language {
            PlanLanguage::Indonesian => '.',
            PlanLanguage::English => ',',
        };
        let digits = value.unsigned_abs().to_string();
        let mut text = String::new();
        if value < 0 {
            text.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }
}
