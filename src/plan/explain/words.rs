//! Each step to a quantity in the shopkeeper's language.

use super::super::Distribution;
use super::super::forecast::auto::{Candidate, Comparison, Verdict};
use super::super::forecast::{DemandClass, Effect, Method, Model, SigmaRule};
use super::super::order_up_to::Target;
use super::super::reason::{Reason, Step};
use super::super::rounding::half_up;
use super::super::sentence::{Measures, PlanLanguage, Text, sentence, weekday};
use super::super::{PlanLine, Urgency};

/// What a kind of demand is called.
#[must_use]
pub fn demand_class(class: DemandClass, language: PlanLanguage) -> &'static str {
    let (indonesian, english) = match class {
        DemandClass::Smooth => ("lancar", "smooth"),
        DemandClass::Intermittent => ("sesekali", "intermittent"),
        DemandClass::Erratic => ("naik-turun", "erratic"),
        DemandClass::Lumpy => ("sesekali dan naik-turun", "lumpy"),
    };
    match language {
        PlanLanguage::Indonesian => indonesian,
        PlanLanguage::English => english,
    }
}

/// What a method is called.
#[must_use]
pub fn method(method: Method, language: PlanLanguage) -> &'static str {
    let (indonesian, english) = match method {
        Method::MovingAverage => ("rata-rata bergerak", "moving average"),
        Method::Ses => ("pemulusan eksponensial", "simple exponential smoothing"),
        Method::Croston => ("Croston", "Croston"),
        Method::Sba => ("Syntetos-Boylan", "Syntetos-Boylan"),
        Method::Blend => ("gabungan pemulusan", "blend of smoothings"),
        Method::Tsb => ("Teunter-Syntetos-Babai", "Teunter-Syntetos-Babai"),
        Method::Weekday => ("pola hari dalam seminggu", "weekday profile"),
        Method::Calendar => ("pola kalender", "calendar effects"),
        Method::TooLittleHistory => ("catatan masih kurang", "too little history"),
    };
    match language {
        PlanLanguage::Indonesian => indonesian,
        PlanLanguage::English => english,
    }
}

/// The way from the history to the quantity, one sentence a step.
#[must_use]
pub fn steps<'w>(
    line: &PlanLine,
    language: PlanLanguage,
    measures: impl Into<Measures<'w>>,
) -> Vec<String> {
    let measures = measures.into();
    if line.method == Method::TooLittleHistory {
        return vec![sentence(line, language, measures)];
    }
    let words = Words {
        text: Text { language, measures },
        line,
        reason: &line.reason,
    };
    let mut told = vec![words.window(), words.forecast()];
    told.extend(words.effects());
    if let Some(comparison) = &line.reason.comparison {
        told.extend(words.comparison(comparison));
    }
    told.push(words.error());
    told.extend(words.spread());
    told.extend([words.level(), words.position(), words.need()]);
    told.extend(line.reason.steps.iter().map(|step| words.step(*step)));
    told.push(words.quantity());
    told
}

struct Words<'w> {
    text: Text<'w>,
    line: &'w PlanLine,
    reason: &'w Reason,
}

impl Words<'_> {
    fn pick(&self, indonesian: String, english: String) -> String {
        self.text.pick(indonesian, english)
    }

    fn window(&self) -> String {
        let reason = self.reason;
        let days = self.text.whole(i64::from(reason.window_days));
        let sold = self.text.goods(reason.window_demand.0);
        let first = reason
            .first_day
            .map_or_else(String::new, |day| day.to_string());
        let passed = self.text.whole(i64::from(reason.censored_days));
        let class = self.line.demand_class.map_or_else(
            || {
                self.pick(
                    "tidak ada permintaan".to_owned(),
                    "no demand at all".to_owned(),
                )
            },
            |class| {
                let word = demand_class(class, self.text.language);
                self.pick(format!("permintaan {word}"), format!("{word} demand"))
            },
        );
        self.pick(
            format!("Catatan: {sold} laku dalam {days} hari sejak {first} ({passed} hari kosong dilewati); {class}."),
            format!("History: {sold} sold on {days} days since {first} ({passed} days without stock passed over); {class}."),
        )
    }

    fn forecast(&self) -> String {
        let name = self.model(self.reason.model);
        let per_day = self.measured(self.line.forecast_per_day);
        self.pick(
            format!("Ramalan: {per_day} per hari ({name})."),
            format!("Forecast: {per_day} a day ({name})."),
        )
    }

    /// A model with its parameters.
    fn model(&self, model: Option<Model>) -> String {
        let Some(model) = model else {
            return String::new();
        };
        let name = method(model.method(), self.text.language);
        match model {
            Model::MovingAverage => name.to_owned(),
            Model::Ses { alpha } | Model::Croston { alpha } | Model::Sba { alpha } => {
                format!("{name}, alpha {}", self.fine(alpha))
            }
            Model::Blend { slow, fast } => {
                format!("{name}, alpha {} / {}", self.fine(slow), self.fine(fast))
            }
            Model::Tsb {
                alpha_demand,
                alpha_probability,
            } => format!(
                "{name}, alpha {} / {}",
                self.fine(alpha_demand),
                self.fine(alpha_probability)
            ),
            Model::Seasonal(effects) => {
                let kinds = [
                    (effects.weekday, "hari", "weekday"),
                    (effects.payday, "gajian", "payday"),
                    (effects.lebaran, "Lebaran", "Lebaran"),
                ];
                let kinds: Vec<String> = kinds
                    .into_iter()
                    .filter(|(there, _, _)| *there)
                    .map(|(_, indonesian, english)| {
                        self.pick(indonesian.to_owned(), english.to_owned())
                    })
                    .collect();
                format!("{name}: {}", kinds.join(" + "))
            }
        }
    }

    fn effects(&self) -> Vec<String> {
        let tell = |effect: &Effect| match *effect {
            Effect::Weekday { day, factor } => {
                let ((indonesian, english), times) = (weekday(day), self.fine(factor));
                self.pick(
                    format!("Hari paling ramai: {indonesian}, {times}x hari biasa."),
                    format!("The best day: {english}, {times} times an average day."),
                )
            }
            Effect::Payday { factor } => {
                let times = self.fine(factor);
                self.pick(
                    format!("Letak terhadap hari gajian: {times}x hari biasa."),
                    format!("Where the days stand to payday: {times} times an average day."),
                )
            }
            Effect::Lebaran { days, factor, .. } => {
                let (days, times) = (self.text.whole(i64::from(days)), self.fine(factor));
                self.pick(
                    format!("Musim Lebaran: {days} hari, {times}x hari biasa."),
                    format!("Season of Lebaran: {days} days, {times} times an average day."),
                )
            }
        };
        self.reason.effects.iter().map(tell).collect()
    }

    fn comparison(&self, comparison: &Comparison) -> Vec<String> {
        let mornings = self.text.whole(i64::from(comparison.origins));
        let verdict = match comparison.verdict {
            Verdict::TooFewDays => (
                "catatan belum cukup untuk membandingkan",
                "too few days to compare",
            ),
            Verdict::NothingCheaper => (
                "tidak ada yang cukup lebih murah",
                "nothing else is cheaper by enough",
            ),
            Verdict::NotProven => (
                "yang lebih murah belum terbukti",
                "what was cheaper may have been luck",
            ),
            Verdict::Proven => (
                "yang termurah dan terbukti dipakai",
                "the cheapest that is proved is used",
            ),
        };
        let mut told = vec![self.pick(
            format!(
                "Metode dibandingkan dari {mornings} pagi yang lalu (biaya dalam harga modal satu satuan): {}.",
                verdict.0
            ),
            format!(
                "Methods compared from {mornings} past mornings (costs in purchase prices of one unit): {}.",
                verdict.1
            ),
        )];
        told.extend(comparison.candidates.iter().map(|one| self.candidate(one)));
        told
    }

    fn candidate(&self, candidate: &Candidate) -> String {
        let name = self.model(Some(candidate.model));
        let cost = self.fine(candidate.cost);
        let saving = candidate.saving.map_or_else(String::new, |saving| {
            let percent = self.text.decimal(saving.share * 100.0);
            let proof = self.text.decimal(saving.proof);
            // Lebaran is tested on its own season alone: over the whole year its saving would not show.
            let season = match candidate.model {
                Model::Seasonal(effects) if effects.lebaran => {
                    self.pick(" di musimnya".to_owned(), " in its season".to_owned())
                }
                _ => String::new(),
            };
            self.pick(
                format!(", hemat {percent}%{season} ({proof} galat baku)"),
                format!(", saves {percent}%{season} ({proof} standard errors)"),
            )
        });
        self.pick(
            format!("- {name}: biaya {cost} per masa{saving}"),
            format!("- {name}: cost {cost} an interval{saving}"),
        )
    }

    fn error(&self) -> String {
        let reason = self.reason;
        let sigma = self.measured(self.line.sigma_protection);
        let days = self.text.whole(i64::from(self.line.protection_days));
        let (review, lead) = (reason.review_days, reason.lead_time_days);
        let mean = self.measured(reason.mean);
        let origins = self.text.whole(i64::from(reason.origins));
        let source = match reason.sigma_rule {
            Some(SigmaRule::Origins) => self.pick(
                format!("dari {origins} ramalan yang lalu"),
                format!("from {origins} past forecasts"),
            ),
            _ => self.pick(
                "dari sebaran hari-hari itu".to_owned(),
                "from the spread of those days".to_owned(),
            ),
        };
        self.pick(
            format!("Satu belanja harus cukup {review} + {lead} = {days} hari: rata-rata {mean}, biasanya meleset {sigma} ({source})."),
            format!("One order has to last {review} + {lead} = {days} days: {mean} on average, usually off by {sigma} ({source})."),
        )
    }

    /// Where the level is of another spread than the errors of past forecasts have.
    fn spread(&self) -> Option<String> {
        let (reason, sigma) = (self.reason, self.line.sigma_protection);
        let used = reason.variance.max(0.0).sqrt();
        if matches!(reason.target, None | Some(Target::Expected))
            || (used - sigma).abs() <= 1e-9 * used
        {
            return None;
        }
        let spread = self.measured(used);
        Some(if reason.lead_time_sd_days > 0.0 {
            let days = self.fine(reason.lead_time_sd_days);
            self.pick(
                format!(
                    "Barang bisa datang ±{days} hari dari jadwal: bersama itu meleset {spread}."
                ),
                format!("Goods may come {days} days early or late: with that, off by {spread}."),
            )
        } else if reason.distribution == Distribution::Poisson {
            self.pick(
                format!("Dihitung sebagai permintaan Poisson: meleset {spread}."),
                format!("Taken as Poisson demand: off by {spread}."),
            )
        } else {
            self.pick(
                format!("Pembeli datang tak tentu, jadi dihitung meleset paling sedikit {spread}."),
                format!(
                    "Customers come by chance, so reckoned with being off by {spread} at least."
                ),
            )
        })
    }

    fn level(&self) -> String {
        let level = self.measured(self.line.order_up_to);
        let mean = self.measured(self.reason.mean);
        let safety = self.measured(self.line.safety_stock);
        let target = match self.reason.target {
            Some(Target::CycleService { probability }) => {
                let percent = self.text.decimal(probability * 100.0);
                self.pick(
                    format!("tidak kehabisan dalam {percent}% masa"),
                    format!("no shortage in {percent}% of intervals"),
                )
            }
            Some(Target::FillRate { rate, .. }) => {
                let percent = self.text.decimal(rate * 100.0);
                self.pick(
                    format!("{percent}% permintaan terlayani"),
                    format!("{percent}% of demand served"),
                )
            }
            _ => self.pick(
                "tanpa stok pengaman".to_owned(),
                "no safety stock".to_owned(),
            ),
        };
        self.pick(
            format!("Sasaran {target}: stok sampai {level} = {mean} + pengaman {safety}."),
            format!("The aim is {target}: stock up to {level} = {mean} + safety {safety}."),
        )
    }

    fn position(&self) -> String {
        let line = self.line;
        let goods = |quantity: crate::model::Quantity| self.text.goods(quantity.0);
        let (on_hand, expiring) = (goods(line.on_hand), goods(line.expiring));
        let (ordered, transit) = (goods(line.on_order), goods(line.in_transit));
        let (owed, position) = (goods(line.backordered), goods(line.position));
        self.pick(
            format!("Posisi stok: {on_hand} di toko - {expiring} keburu kedaluwarsa + {ordered} dipesan + {transit} di jalan - {owed} pesanan pelanggan = {position}."),
            format!("Stock position: {on_hand} in the shop - {expiring} expiring unsold + {ordered} on order + {transit} on the way - {owed} owed = {position}."),
        )
    }

    fn need(&self) -> String {
        let need = self.text.goods(self.line.need.0);
        let level = self.measured(self.line.order_up_to);
        let position = self.text.goods(self.line.position.0);
        self.pick(
            format!("Kurangnya: {level} - {position}, jadi {need}."),
            format!("Missing: {level} - {position}, so {need}."),
        )
    }

    fn step(&self, step: Step) -> String {
        let goods = |quantity: crate::model::Quantity| self.text.goods(quantity.0);
        match step {
            Step::TooLittleHistory { days } => {
                let days = self.text.whole(i64::from(days));
                self.pick(format!("Baru {days} hari."), format!("Only {days} days."))
            }
            Step::NothingNeeded => self.pick(
                "Stok sudah cukup.".to_owned(),
                "The stock is enough.".to_owned(),
            ),
            Step::RaisedToMinimum { from, to } => {
                let (from, to) = (goods(from), goods(to));
                self.pick(
                    format!("Pesanan minimal: {from} menjadi {to}."),
                    format!("Minimum order: {from} becomes {to}."),
                )
            }
            Step::RoundedToPacks { from, to } => {
                let (from, to) = (goods(from), goods(to));
                let pack = self.text.goods(self.line.pack_size.0);
                self.pick(
                    format!("Kemasan utuh isi {pack}: {from} menjadi {to}."),
                    format!("Whole packs of {pack}: {from} becomes {to}."),
                )
            }
            Step::CappedByShelfLife { cap, to } => {
                let (cap, to) = (goods(cap), goods(to));
                self.pick(
                    format!("Yang laku sebelum kedaluwarsa paling banyak {cap}: menjadi {to}."),
                    format!("No more than {cap} sells before it expires: becomes {to}."),
                )
            }
            Step::CutToBudget { from, to, .. } => {
                let (from, to) = (goods(from), goods(to));
                self.pick(
                    format!("Uang belanja terbatas: {from} menjadi {to}."),
                    format!("The money for buying is short: {from} becomes {to}."),
                )
            }
            Step::BelowMinimum { from, minimum } => {
                let (from, minimum) = (goods(from), goods(minimum));
                self.pick(
                    format!("Sisanya {from} di bawah pesanan minimal {minimum}: tidak beli."),
                    format!("The {from} left are below the minimum order of {minimum}: none."),
                )
            }
        }
    }

    fn quantity(&self) -> String {
        let line = self.line;
        let packs = self.text.whole(line.packs);
        let pack = self.text.measures.pack;
        let quantity = self.text.goods(line.quantity.0);
        let when = match line.urgency {
            Urgency::Due => ("sekarang", "now"),
            Urgency::Along => ("sekalian kalau belanja", "on the same trip"),
            Urgency::Later => ("bisa nanti", "another time"),
        };
        self.pick(
            format!("Beli: {packs} {pack} ({quantity}), {}.", when.0),
            format!("Buy: {packs} {pack} ({quantity}), {}.", when.1),
        )
    }

    /// An average quantity of goods, in base units.
    fn measured(&self, base_units: f64) -> String {
        let Measures {
            unit, unit_factor, ..
        } = self.text.measures;
        if unit_factor <= 1 {
            return self.fine(base_units);
        }
        format!("{} {unit}", self.fine(base_units / unit_factor as f64))
    }

    /// A figure to three digits or so: whoever recomputes a step must come out where it does.
    fn fine(&self, value: f64) -> String {
        if value < 0.0 {
            return format!("-{}", self.fine(-value));
        }
        let (decimals, scale) = match value {
            100.0.. => (0, 1.0),
            10.0.. => (1, 10.0),
            1.0.. => (2, 100.0),
            _ => (4, 10_000.0),
        };
        let scaled = half_up(value * scale);
        let (units, rest) = (scaled / scale as i64, scaled % scale as i64);
        let whole = self.text.whole(units);
        if rest == 0 {
            return whole;
        }
        let digits = format!("{rest:0decimals$}");
        let digits = digits.trim_end_matches('0');
        self.pick(format!("{whole},{digits}"), format!("{whole}.{digits}"))
    }
}
