//! What the till's forms send, and how people write figures in them.

use serde::Deserialize;

use crate::model::{Money, PaymentMethod};
use crate::shop::figure::Figure;
use crate::shop::till::cart::{Change, Discount};
use crate::web::Language;

/// A form of the cart: a button says in `aksi` what to do, fields beside it with what.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CartForm {
    pub versi: i64,
    #[serde(default)]
    pub halaman: String,
    pub aksi: String,
    #[serde(default)]
    pub kode: String,
    #[serde(default)]
    pub jumlah: String,
    #[serde(default)]
    pub harga: String,
    #[serde(default)]
    pub potongan: String,
    #[serde(default)]
    pub catatan: String,
}

/// The form that pays: the button pressed is in `cara`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PayForm {
    pub versi: i64,
    pub jumlah: i64,
    pub cara: String,
    #[serde(default)]
    pub diterima: String,
    #[serde(default)]
    pub nama: String,
    #[serde(default)]
    pub tunai: String,
    #[serde(default)]
    pub transfer: String,
    #[serde(default)]
    pub qris: String,
    /// The part of a split payment for which the code was shown, rupiah.
    #[serde(default)]
    pub qris_dipindai: String,
    #[serde(default)]
    pub utang: String,
}

/// Which figure of a form is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misread {
    Quantity,
    Price,
    Discount,
    /// The form is none of ours.
    Form,
}

/// What a cart form asks for.
pub(super) fn change(form: &CartForm, language: Language) -> Result<Change, Misread> {
    let (action, rest) = form.aksi.split_once(':').unwrap_or((&form.aksi, ""));
    let key = |text: &str| text.parse::<u32>().map_err(|_| Misread::Form);
    match action {
        "tambah" => Ok(added(
            if rest.is_empty() { &form.kode } else { rest },
            language,
        )),
        "naik" => Ok(Change::Step {
            key: key(rest)?,
            up: true,
        }),
        "turun" => Ok(Change::Step {
            key: key(rest)?,
            up: false,
        }),
        "hapus" => Ok(Change::Remove { key: key(rest)? }),
        "satuan" => {
            let (line, unit) = rest.split_once(':').ok_or(Misread::Form)?;
            Ok(line_change(key(line)?, None, Some(unit.to_owned())))
        }
        "cepat" => {
            let (line, quantity) = rest.split_once(':').ok_or(Misread::Form)?;
            let quantity = Figure::from_text(quantity);
            Ok(line_change(key(line)?, Some(quantity), None))
        }
        "jumlah" => {
            let quantity = figure(&form.jumlah, language).ok_or(Misread::Quantity)?;
            Ok(line_change(key(rest)?, Some(quantity), None))
        }
        "rinci" => Ok(Change::Line {
            key: key(rest)?,
            quantity: None,
            unit: None,
            price: Some(match form.harga.trim() {
                "" => None,
                text => Some(rupiah(text).ok_or(Misread::Price)?),
            }),
            discount: Some(discount(&form.potongan)?),
            note: Some(form.catatan.clone()),
        }),
        "belanja" => Ok(Change::Sale {
            discount: Some(discount(&form.potongan)?),
            note: Some(form.catatan.clone()),
        }),
        _ => Err(Misread::Form),
    }
}

fn line_change(key: u32, quantity: Option<Figure>, unit: Option<String>) -> Change {
    Change::Line {
        key,
        quantity,
        unit,
        price: None,
        discount: None,
        note: None,
    }
}

/// A code, or `3*CODE` for three.
fn added(text: &str, language: Language) -> Change {
    let (quantity, code) = times(text, language);
    Change::Add {
        code: code.to_owned(),
        unit: None,
        quantity,
    }
}

/// `3*kopi`: how many, and of what.
pub(super) fn times(text: &str, language: Language) -> (Option<Figure>, &str) {
    match text.split_once('*') {
        Some((many, rest)) if !rest.trim().is_empty() => match figure(many, language) {
            Some(quantity) => (Some(quantity), rest.trim()),
            None => (None, text.trim()),
        },
        _ => (None, text.trim()),
    }
}

/// Rupiah as people write them: `27500`, `27.500`, `Rp 27,500`. Marks stand between thousands only, because rupiah have
/// no decimals.
pub(super) fn rupiah(text: &str) -> Option<Money> {
    let text = text.trim();
    let digits = match text.get(..2) {
        Some(sign) if sign.eq_ignore_ascii_case("rp") => text[2..].trim_start_matches(['.', ' ']),
        _ => text,
    };
    let plain = ungrouped(digits, '.').or_else(|| ungrouped(digits, ','))?;
    plain.parse().ok().map(Money)
}

/// A whole number without the marks between its thousands; nothing when they stand elsewhere.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next()?;
    let number = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    if !number(first) {
        return None;
    }
    let mut plain = first.to_owned();
    for group in groups {
        if group.len() != 3 || !number(group) || first.len() > 3 {
            return None;
        }
        plain.push_str(group);
    }
    Some(plain)
}

/// A quantity as people write it. The language's mark between thousands followed by exactly three digits is just that:
/// whoever writes 1.500 in Indonesian means one thousand five hundred, and is not sold one and a half.
pub(super) fn figure(text: &str, language: Language) -> Option<Figure> {
    let text = text.trim();
    let thousands = if language == Language::Indonesian {
        '.'
    } else {
        ','
    };
    let text = ungrouped(text, thousands).unwrap_or_else(|| text.to_owned());
    let mut marks = 0;
    let readable = !text.is_empty()
        && text.chars().all(|character| {
            marks += u32::from(matches!(character, '.' | ','));
            character.is_ascii_digit() || matches!(character, '.' | ',')
        });
    (readable && marks <= 1).then(|| Figure::from_text(&text))
}

fn discount(text: &str) -> Result<Discount, Misread> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Discount::Amount(Money::ZERO));
    }
    if let Some(percent) = text.strip_suffix('%') {
        let percent = percent
            .trim()
            .parse::<u8>()
            .map_err(|_| Misread::Discount)?;
        return if percent <= 100 {
            Ok(Discount::Percent(percent))
        } else {
            Err(Misread::Discount)
        };
    }
    rupiah(text).map(Discount::Amount).ok_or(Misread::Discount)
}

/// What a pay form says about how to pay.
pub(super) enum Way {
    /// All in this way.
    All(PaymentMethod),
    /// In cash, of which so much was handed over.
    Cash(Money),
    /// On the account of a customer that is known.
    Account(String),
    /// On the account of whoever has this name.
    Named(String),
    /// In parts, of which cash is what was handed over.
    Parts(Vec<(PaymentMethod, Money)>),
}

/// What a pay form asks for, and whether beyond a limit. The error is the text of a field.
pub(super) fn way(form: &PayForm) -> Option<(Way, bool)> {
    let (way, rest) = form.cara.split_once(':').unwrap_or((&form.cara, ""));
    // Enter in a field presses no button in particular: the field that is filled in says what is meant.
    let way = match way {
        "ketik" if !form.diterima.trim().is_empty() => "tunai",
        "ketik" if !form.nama.trim().is_empty() && form.utang.trim().is_empty() => "nama",
        "ketik" => "campur",
        way => way,
    };
    let anyway = way.ends_with('!');
    let way = match way.trim_end_matches('!') {
        "pas" => Way::All(PaymentMethod::Cash),
        "transfer" => Way::All(PaymentMethod::Transfer),
        "qris" => Way::All(PaymentMethod::Qris),
        "tunai" => Way::Cash(rupiah(if rest.is_empty() {
            &form.diterima
        } else {
            rest
        })?),
        "akun" => Way::Account(rest.to_owned()),
        "nama" => Way::Named(form.nama.trim().to_owned()),
        "campur" => {
            let mut parts = Vec::new();
            for (method, text) in [
                (PaymentMethod::Cash, &form.tunai),
                (PaymentMethod::Transfer, &form.transfer),
                (PaymentMethod::Qris, &form.qris),
                (PaymentMethod::Debt, &form.utang),
            ] {
                if !text.trim().is_empty() {
                    let amount = rupiah(text)?;
                    if amount > Money::ZERO {
                        parts.push((method, amount));
                    }
                }
            }
            Way::Parts(parts)
        }
        _ => return None,
    };
    Some((way, anyway))
}
