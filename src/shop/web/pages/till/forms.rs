//! What the till's forms send, and how people write figures in them.

use serde::Deserialize;

use crate::model::{Money, PaymentMethod};
use crate::shop::figure::Figure;
use crate::shop::till::cart::{Change, Discount, Measure};
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
    /// How many rupiah's worth of loose goods.
    #[serde(default)]
    pub seharga: String,
    #[serde(default)]
    pub potongan: String,
    #[serde(default)]
    pub catatan: String,
    /// The owner's, where a cashier lets something go for less.
    #[serde(default)]
    pub pin: String,
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
    /// Who owes the part in `utang`.
    #[serde(default)]
    pub siapa: String,
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
        "sudah" => Ok(Change::Seen {
            code: rest.to_owned(),
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
        "gram" => Ok(Change::Measure {
            key: key(rest)?,
            by: Measure::BaseUnits(figure(&form.jumlah, language).ok_or(Misread::Quantity)?),
        }),
        "seharga" => Ok(Change::Measure {
            key: key(rest)?,
            by: Measure::Worth(rupiah(&form.seharga).ok_or(Misread::Discount)?),
        }),
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

/// Rupiah as people write them.
pub(super) fn rupiah(text: &str) -> Option<Money> {
    Money::typed(text)
}

/// A quantity as people write it.
pub(super) fn figure(text: &str, language: Language) -> Option<Figure> {
    Some(Figure::typed(text, language)).filter(Figure::is_number)
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
    /// All on an account.
    Debt(Whose),
    /// In parts, of which cash is what was handed over; what is owed goes on this account.
    Parts(Vec<(PaymentMethod, Money)>, Whose),
}

/// Whose account a debt goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// A customer's that is known.
    Known(String),
    /// That of whoever has this name.
    Named(String),
    /// That of somebody new, whoever else has a name like it.
    New(String),
}

impl PayForm {
    /// The way of paying that the button means, without what is behind its colon and without its `!`.
    pub fn method(&self) -> &str {
        let way = self.cara.split(':').next().unwrap_or_default();
        // Enter in a field presses no button in particular: the field that is filled in says what is meant.
        match way {
            "ketik" if !self.diterima.trim().is_empty() => "tunai",
            "ketik" if !self.nama.trim().is_empty() && self.utang.trim().is_empty() => "nama",
            "ketik" => "campur",
            way => way.trim_end_matches('!'),
        }
    }

    /// Which part of the pay panel this was sent from.
    pub fn part(&self) -> &str {
        match self.method() {
            "akun" | "baru" => "nama",
            "campurbaru" => "campur",
            method => method,
        }
    }
}

/// What a pay form asks for, and whether beyond a limit. The error is the text of a field.
pub(super) fn way(form: &PayForm) -> Option<(Way, bool)> {
    let (way, rest) = form.cara.split_once(':').unwrap_or((&form.cara, ""));
    let anyway = way.ends_with('!');
    let named = |name: &str| name.trim().to_owned();
    let way = match form.method() {
        "pas" => Way::All(PaymentMethod::Cash),
        "transfer" => Way::All(PaymentMethod::Transfer),
        "qris" => Way::All(PaymentMethod::Qris),
        "tunai" => Way::Cash(rupiah(if rest.is_empty() {
            &form.diterima
        } else {
            rest
        })?),
        "akun" => Way::Debt(Whose::Known(rest.to_owned())),
        "nama" => Way::Debt(Whose::Named(named(&form.nama))),
        "baru" => Way::Debt(Whose::New(named(&form.nama))),
        method @ ("campur" | "campurbaru") => {
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
            let whose = if method == "campurbaru" {
                Whose::New(named(&form.siapa))
            } else if rest.is_empty() {
                Whose::Named(named(&form.siapa))
            } else {
                Whose::Known(rest.to_owned())
            };
            Way::Parts(parts, whose)
        }
        _ => return None,
    };
    Some((way, anyway))
}
