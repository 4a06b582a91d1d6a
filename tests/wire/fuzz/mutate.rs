//! How inputs are spoilt.

use serde_json::{Map, Value, json};

/// Seeded chance (SplitMix64).
pub struct Chance(u64);

impl Chance {
    /// The chance of one case, whatever came before it.
    pub fn of_case(seed: u64, case: u64) -> Self {
        let mut chance = Self(seed ^ case.wrapping_mul(0xd129_0e51_6b37_c1e3));
        chance.next();
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 {
            return 0;
        }
        (self.next() % bound as u64) as usize
    }

    /// Once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Numbers at the edges of what programs hold.
const EDGES: [i64; 20] = [
    0,
    1,
    -1,
    2,
    255,
    65_536,
    i32::MAX as i64,
    i32::MIN as i64,
    u32::MAX as i64,
    1_000_000_000,
    1_000_000_001,
    -1_000_000_000,
    1_000_000_000_000,
    -1_000_000_000_001,
    1 << 53,
    i64::MAX,
    i64::MAX - 1,
    i64::MIN,
    i64::MIN + 1,
    i64::MAX - 500,
];

const TEXTS: [&str; 31] = [
    "",
    " ",
    "MIE",
    "ROTI",
    "a/b",
    "\u{0}",
    "\u{202e}\u{feff}",
    "\u{10ffff}",
    "💥",
    "'; DROP TABLE events; --",
    "0001-01-01",
    "9999-12-31",
    "-0001-01-01",
    "+99999-12-31",
    "+262142-12-31",
    "2026-02-30",
    "2026-11-23",
    "1970-01-01T00:00:00.000Z",
    "+262142-12-31T23:59:59.999Z",
    "2026-11-23T02:00:00.000+24:00",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "sale.recorded",
    "stock.counted",
    "delivery.dispatched",
    "catalogue.product",
    "policy.set",
    "1e999",
    "NaN",
    "%s%n../../../etc/passwd",
];

const SCRAPS: [&[u8]; 28] = [
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-",
    b"1e308",
    b"1e-400",
    b"99999999999999999999",
    b"0.1",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc0\x80",
    b"\xef\xbb\xbf",
    b";",
    b"\t",
    b"--",
    b"9999-12-31",
];

/// A value in place of another.
fn odd_value(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => json!(chance.once_in(2)),
        2..=4 => json!(chance.pick(&EDGES)),
        5 => json!(f64::from_bits(chance.next())),
        6 => json!(u64::MAX),
        7 => json!([]),
        8 => json!({}),
        _ => json!(chance.pick(&TEXTS)),
    }
}

fn long_text(chance: &mut Chance) -> String {
    let length = *chance.pick(&[63, 64, 65, 100, 101, 1000, 70_000]);
    chance.pick(&["x", "é", "\u{1}", "💥"]).repeat(length)
}

/// Changes one node of a tree, wherever it lies.
pub fn spoil_json(value: &mut Value, chance: &mut Chance) {
    let here = match value {
        Value::Array(items) => items.is_empty() || chance.once_in(4),
        Value::Object(members) => members.is_empty() || chance.once_in(5),
        _ => true,
    };
    if !here {
        match value {
            Value::Array(items) => {
                let index = chance.below(items.len());
                spoil_json(&mut items[index], chance);
            }
            Value::Object(members) => {
                let index = chance.below(members.len());
                if let Some((_, inner)) = members.iter_mut().nth(index) {
                    spoil_json(inner, chance);
                }
            }
            _ => {}
        }
        return;
    }
    match value {
        Value::Object(members) if !members.is_empty() && !chance.once_in(4) => {
            spoil_members(members, chance);
        }
        Value::Array(items) if !items.is_empty() && !chance.once_in(4) => {
            let index = chance.below(items.len());
            match chance.below(4) {
                0 => drop(items.remove(index)),
                1 => items.push(items[index].clone()),
                2 => items.reverse(),
                _ => {
                    let item = items[index].clone();
                    let times = *chance.pick(&[2, 16, 200, 600]);
                    items.extend(std::iter::repeat_n(item, times));
                }
            }
        }
        Value::Number(number) if chance.once_in(2) => {
            let near = number.as_i64().unwrap_or_default();
            *value = json!(near.wrapping_add(chance.below(7) as i64 - 3));
        }
        Value::String(text) if chance.once_in(3) => {
            *text = String::from_utf8_lossy(&spoil_bytes(text.clone().into_bytes(), chance))
                .into_owned();
        }
        Value::String(text) if chance.once_in(6) => *text = long_text(chance),
        _ if chance.once_in(40) => {
            let depth = *chance.pick(&[10, 127, 128, 129, 5000]);
            let inner = value.take();
            // Deeper than any parser goes; taken apart again by hand, because dropping it would recurse as deep.
            *value = (0..depth.min(120)).fold(inner, |inner, _| json!([inner]));
        }
        _ => *value = odd_value(chance),
    }
}

fn spoil_members(members: &mut Map<String, Value>, chance: &mut Chance) {
    let index = chance.below(members.len());
    let Some(key) = members.keys().nth(index).cloned() else {
        return;
    };
    match chance.below(4) {
        0 => drop(members.remove(&key)),
        1 => {
            let value = odd_value(chance);
            members.insert(key, value);
        }
        2 => {
            let value = members.remove(&key).unwrap_or_default();
            members.insert(format!("{key}_"), value);
        }
        _ => {
            let other = members.keys().nth(chance.below(members.len())).cloned();
            let value = members[&key].clone();
            members.insert(other.unwrap_or_default(), value);
        }
    }
}

/// Changes some bytes.
pub fn spoil_bytes(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let length = chance.below((bytes.len() - at).min(64) + 1);
        match chance.below(9) {
            0 if !bytes.is_empty() => {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
            }
            1 if !bytes.is_empty() => {
                let at = chance.below(bytes.len());
                bytes[at] = chance.next() as u8;
            }
            2 => drop(bytes.drain(at..at + length)),
            3 => bytes.truncate(at),
            4 => {
                let part = bytes[at..at + length].to_vec();
                let to = chance.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            5 => drop(bytes.splice(at..at + length, chance.pick(&SCRAPS).to_vec())),
            6 => {
                let part = bytes[at..at + length].to_vec();
                let times = *chance.pick(&[3, 40, 500]);
                bytes.splice(at..at, part.repeat(times));
            }
            7 => {
                let text = chance.pick(&TEXTS).as_bytes().to_vec();
                bytes.splice(at..at, text);
            }
            _ => {
                let number = chance.pick(&EDGES).to_string().into_bytes();
                bytes.splice(at..at + length.min(20), number);
            }
        }
    }
    bytes
}

/// A text of JSON that is spoilt in its nodes, in its bytes, or not at all.
pub fn spoilt(text: &str, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    if !chance.once_in(4)
        && let Ok(mut value) = serde_json::from_str::<Value>(text)
    {
        for _ in 0..=chance.below(3) {
            spoil_json(&mut value, chance);
        }
        bytes = value.to_string().into_bytes();
    }
    if chance.once_in(3) {
        bytes = spoil_bytes(bytes, chance);
    }
    if chance.once_in(200) {
        // Deep nesting, which ends a parser that recurses without counting.
        let deep = *chance.pick(&[200, 20_000, 500_000]);
        bytes = [
            "[".repeat(deep).into_bytes(),
            bytes,
            "]".repeat(deep).into_bytes(),
        ]
        .concat();
    }
    bytes
}
