//! An axis: from figures to a place between its ends, and round numbers to write beside it.

use super::{DecimalSign, LARGEST, Scale};

/// A round number on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Where, from 0 at the low end to 1 at the high end.
    pub share: f64,
    /// The number in words.
    pub label: String,
}

/// One axis over a range of figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
    /// Every figure that it was made for is a whole number: ticks between them would mean nothing.
    whole: bool,
    sign: DecimalSign,
}

/// Whether a figure has a place on such an axis.
pub(super) fn drawable(value: f64, scale: Scale) -> bool {
    value.abs() <= LARGEST && (scale == Scale::Linear || value >= 1.0 / LARGEST)
}

impl Axis {
    /// From the least to the greatest drawable figure; from 0 to 1 when there is none, and with room on both sides
    /// when there is only one.
    pub(super) fn over(values: impl Iterator<Item = f64>, scale: Scale) -> Self {
        let mut range: Option<(f64, f64)> = None;
        let mut whole = true;
        for value in values.filter(|value| drawable(*value, scale)) {
            let (low, high) = range.unwrap_or((value, value));
            range = Some((low.min(value), high.max(value)));
            whole &= value.fract() == 0.0;
        }
        let empty = if scale == Scale::Linear {
            (0.0, 1.0)
        } else {
            (1.0, 10.0)
        };
        let (low, high) = range.unwrap_or(empty);
        Self {
            low,
            high,
            scale,
            whole,
            sign: DecimalSign::default(),
        }
        .widened()
    }

    /// The same with its figures written so.
    pub(super) fn written_with(mut self, sign: DecimalSign) -> Self {
        self.sign = sign;
        self
    }

    /// A range too narrow to divide gets room on both sides.
    fn widened(mut self) -> Self {
        let size = self.low.abs().max(self.high.abs());
        match self.scale {
            Scale::Linear if self.high - self.low <= size * 1e-9 => {
                let room = if size < 1e-290 { 1.0 } else { size / 2.0 };
                self.low = (self.low - room).max(-LARGEST);
                self.high = (self.high + room).min(LARGEST);
            }
            Scale::Logarithmic if self.high / self.low < 1.0 + 1e-9 => {
                self.low = (self.low / 2.0).max(1.0 / LARGEST);
                self.high = (self.high * 2.0).min(LARGEST);
            }
            _ => {}
        }
        self
    }

    /// The same with zero in it.
    pub(super) fn with_zero(mut self) -> Self {
        if self.scale == Scale::Linear {
            self.low = self.low.min(0.0);
            self.high = self.high.max(0.0);
        }
        self.widened()
    }

    /// With zero in it where the figures come near enough to zero for it to cost little room.
    pub(super) fn with_near_zero(self) -> Self {
        if self.low > 0.0 && self.low <= self.high / 2.0 {
            self.with_zero()
        } else {
            self
        }
    }

    /// Ends on the round numbers outside the figures, for about `wanted` ticks.
    pub(super) fn ending_on_ticks(mut self, wanted: usize) -> Self {
        let wanted = wanted.max(1);
        match self.scale {
            Scale::Linear => {
                let step = Step::for_span(self.high - self.low, wanted, self.whole);
                let low = step.times((self.low / step.size()).floor());
                let high = step.times((self.high / step.size()).ceil());
                // Near the largest figures the next round number may lie beyond them.
                self.low = low.min(self.low).max(-LARGEST);
                self.high = high.max(self.high).min(LARGEST);
            }
            Scale::Logarithmic => {
                let below = logarithmic(self.low, self.low, 1);
                let above = logarithmic(self.high, self.high, 1);
                self.low = below.first().copied().unwrap_or(self.low).min(self.low);
                self.high = above.last().copied().unwrap_or(self.high).max(self.high);
            }
        }
        self
    }

    /// The place of a figure between the ends, from 0 to 1; `None` for what cannot be drawn. Beyond an end is at it.
    pub(super) fn share(&self, value: f64) -> Option<f64> {
        if !drawable(value, self.scale) {
            return None;
        }
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => libm::log10(value / self.low) / libm::log10(self.high / self.low),
        };
        Some(if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        })
    }

    /// Where the bars stand: at zero, or at the end nearest to it.
    pub(super) fn ground(&self) -> f64 {
        match self.scale {
            Scale::Linear => self.share(0.0).unwrap_or(0.0),
            Scale::Logarithmic => 0.0,
        }
    }

    /// At most about `wanted` round numbers between the ends.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<Tick> {
        let wanted = wanted.max(1);
        let values: Vec<(f64, String)> = match self.scale {
            Scale::Linear => {
                let step = Step::for_span(self.high - self.low, wanted, self.whole);
                let first = (self.low / step.size() - 1e-9).ceil();
                let last = (self.high / step.size() + 1e-9).floor();
                // A step holds at least a wanted part of the span, so that these are few.
                let count = ((last - first).clamp(-1.0, 1000.0) + 1.0) as usize;
                (0..count)
                    .map(|place| step.times(first + place as f64))
                    .map(|value| (value, written(value, step.decimals())))
                    .collect()
            }
            Scale::Logarithmic => logarithmic(self.low, self.high, wanted)
                .into_iter()
                .filter(|value| {
                    (self.low * (1.0 - 1e-9)..=self.high * (1.0 + 1e-9)).contains(value)
                })
                .map(|value| (value, written(value, decimals_of(value))))
                .collect(),
        };
        values
            .into_iter()
            .filter_map(|(value, label)| {
                let share = self.share(value)?;
                let label = self.sign.of(label);
                Some(Tick { share, label })
            })
            .collect()
    }

    /// As many ticks as fit side by side, at most `most`: `room` is the length of the axis in characters.
    pub(super) fn ticks_side_by_side(&self, most: usize, room: usize) -> Vec<Tick> {
        let mut wanted = most.max(1);
        loop {
            let ticks = self.ticks(wanted);
            let longest = ticks.iter().map(|tick| tick.label.chars().count()).max();
            if wanted == 1 || (longest.unwrap_or(0) + 2) * ticks.len() <= room {
                return ticks;
            }
            wanted -= 1;
        }
    }
}

/// A step of 1, 2 or 5 times a power of ten, kept in two parts so that its multiples are exact decimals.
struct Step {
    digit: f64,
    power: i32,
}

impl Step {
    /// The least that divides a span into at most `wanted` parts; at least 1 where fractions mean nothing.
    fn for_span(span: f64, wanted: usize, whole: bool) -> Self {
        let least = (span / wanted as f64).max(1e-299);
        let mut power = libm::log10(least).floor() as i32;
        let mantissa = least / ten_to(power);
        let digit = [1.0, 2.0, 5.0]
            .into_iter()
            .find(|digit| mantissa <= digit * (1.0 + 1e-9));
        let digit = digit.unwrap_or_else(|| {
            power += 1;
            1.0
        });
        if whole && power < 0 {
            return Self {
                digit: 1.0,
                power: 0,
            };
        }
        Self { digit, power }
    }

    fn size(&self) -> f64 {
        self.times(1.0)
    }

    fn times(&self, count: f64) -> f64 {
        let digits = self.digit * count;
        if self.power < 0 {
            digits / ten_to(-self.power)
        } else {
            digits * ten_to(self.power)
        }
    }

    fn decimals(&self) -> usize {
        (-self.power).max(0) as usize
    }
}

fn ten_to(power: i32) -> f64 {
    libm::pow(10.0, f64::from(power))
}

/// Round numbers around a range in equal ratios: 1, 2 and 5 in each decade while those are few, else powers of ten.
fn logarithmic(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let first = libm::log10(low).floor() as i32;
    let last = libm::log10(high).ceil() as i32;
    let decades = (last - first).max(1) as usize;
    let (digits, every): (&[f64], usize) = if 3 * decades <= wanted.max(3) {
        (&[1.0, 2.0, 5.0], 1)
    } else {
        (&[1.0], decades.div_ceil(wanted))
    };
    let values: Vec<f64> = (first..=last)
        .step_by(every)
        .flat_map(|power| digits.iter().map(move |digit| digit * ten_to(power)))
        .filter(|value| drawable(*value, Scale::Logarithmic))
        .collect();
    if low < high {
        return values;
    }
    // Around one figure: the neighbours that hold it.
    let below = values
        .iter()
        .rev()
        .find(|value| **value <= low * (1.0 + 1e-9));
    let above = values.iter().find(|value| **value >= low * (1.0 - 1e-9));
    below.into_iter().chain(above).copied().collect()
}

fn decimals_of(value: f64) -> usize {
    (-libm::log10(value).floor()).clamp(0.0, 400.0) as usize
}

/// A number with a space between thousands and so many decimals; very long ones as a power of ten.
fn written(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() >= 1e15 || decimals > 6 {
        let value = if value == 0.0 { 0.0 } else { value };
        return format!("{value:e}");
    }
    let digits = format!("{:.decimals$}", value.abs());
    let (units, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    // "-0" is nothing that a reader expects.
    if value < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('-');
    }
    for (place, digit) in units.chars().enumerate() {
        if place > 0 && (units.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text + rest
}

/// A figure in about three digits, for a reader who compares.
pub(super) fn rough(value: f64, sign: DecimalSign) -> String {
    sign.of(roughly(value))
}

fn roughly(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && size < 1e-4 {
        return format!("{value:.2e}");
    }
    let decimals = match size {
        size if size >= 100.0 || size == 0.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    written(value, decimals)
}
