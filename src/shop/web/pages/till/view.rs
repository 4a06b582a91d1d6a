//! A cart as its page shows it.

use super::texts::TillTexts;
use crate::model::{BaseUnit, Money, PaymentMethod, Quantity};
use crate::shop::access::Role;
use crate::shop::till::Sale;
use crate::shop::till::cart::{Buyer, Cart, CartLine, LineProblem, Offer, Standing};
use crate::shop::web::pages::stockroom::fresh_id;
use crate::shop::web::pages::{in_unit, money, with_mark};
use crate::web::Language;
use crate::web::layout::figure;

/// Notes and coins that a customer hands over in one piece.
const NOTES: [i64; 7] = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/// Ways to hand over more than asked that are offered as buttons.
const NOTES_OFFERED: usize = 4;

/// Nobody counts out smaller notes beside larger ones to get change.
const LEAST_OF_SEVERAL: i64 = 5_000;

/// The part of the page that changes with the cart.
pub(super) struct Panel {
    pub texts: &'static TillTexts,
    pub shown: Shown,
    pub notice: Option<Notice>,
    /// The shop's QRIS code can be shown with the amount.
    pub qris: bool,
    /// Who is looking.
    pub role: Role,
    /// Carts that wait to be taken back.
    pub waiting: usize,
    /// Chosen anew for each page, so that the same button on two pages is two changes.
    pub page: String,
    /// The pay panel is open.
    pub paying: bool,
    /// What was typed in the pay panel, to be corrected.
    pub typed: super::forms::PayForm,
    /// Several people may be meant by the name.
    pub question: Option<Question>,
    /// What was refused may be done all the same: by a button of this value and label.
    pub anyway: Option<(String, String)>,
    /// Several products match what was typed.
    pub hits: Vec<Hit>,
    /// The identity of what is recorded when a customer asked for what nothing was found by.
    pub wish: String,
    /// What was just scanned is no product: somebody is to hear it.
    pub alarm: bool,
}

impl Panel {
    pub fn is_owner(&self) -> bool {
        self.role == Role::Owner
    }
}

/// Whom a name means.
pub(super) struct Question {
    /// The button of somebody known is this, a colon and their identity.
    pub way: &'static str,
    /// The button of somebody new.
    pub newcomer: &'static str,
    /// As it was typed.
    pub name: String,
    pub known: Vec<BuyerView>,
}

/// What there is to say before everything else.
pub(super) struct Notice {
    pub text: String,
    /// A code that no product has.
    pub unknown: Option<String>,
}

pub(super) enum Shown {
    Cart(Box<CartView>),
    Sold(Box<SoldView>),
    Dropped,
}

pub(super) struct CartView {
    pub id: String,
    pub version: i64,
    pub held: bool,
    /// Codes that were scanned and that no product has.
    pub unknown: Vec<String>,
    pub lines: Vec<LineView>,
    pub lines_total: String,
    pub discount: Option<String>,
    pub discount_value: String,
    pub note: String,
    pub due: i64,
    pub due_text: String,
    pub cash_text: String,
    pub rounding: Option<String>,
    /// Rupiah and text of the notes offered.
    pub notes: Vec<(i64, String)>,
    pub buyers: Vec<BuyerView>,
}

pub(super) struct LineView {
    pub key: u32,
    pub name: String,
    pub summary: String,
    pub total: String,
    pub discount: Option<String>,
    pub note: String,
    pub tag: Option<&'static str>,
    pub problem: Option<&'static str>,
    pub selected: bool,
    pub quantity: String,
    pub unit: String,
    pub quick: Vec<Choice>,
    pub units: Vec<Choice>,
    pub price_value: String,
    pub usual_price: String,
    pub discount_value: String,
    pub asks_price: bool,
    /// Weighed or poured: it can be asked for by what it is to cost.
    pub loose: bool,
    /// A key for grams or millilitres beside that of the unit.
    pub base_key: Option<&'static str>,
    pub worth: Option<String>,
    pub worth_value: String,
}

/// A button that chooses.
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub current: bool,
}

pub(super) struct BuyerView {
    pub id: String,
    pub name: String,
    pub owes: Option<String>,
}

pub(super) struct SoldView {
    pub id: String,
    pub number: i64,
    pub title: &'static str,
    /// What the goods came to and what rounding made of it, where cash was rounded.
    pub rounded: Option<(String, String)>,
    pub total: String,
    pub change: Option<String>,
    pub parts: Vec<(&'static str, String)>,
    pub voided: bool,
}

/// A product that can be put into the cart.
pub(super) struct Hit {
    pub sku: String,
    pub name: String,
    pub price: String,
    pub left: String,
    /// The book says that none is left.
    pub gone: bool,
    /// The identity of what its button records when a customer asked for it in vain: one tap, once.
    pub miss: String,
}

impl Shown {
    pub fn of(
        standing: Standing,
        selected: Option<u32>,
        buyers: Vec<Buyer>,
        language: Language,
    ) -> Self {
        match standing {
            Standing::Unpaid(cart) => {
                Self::Cart(Box::new(CartView::of(cart, selected, buyers, language)))
            }
            Standing::Sold(sale) => Self::Sold(Box::new(SoldView::of(sale, language))),
            Standing::Dropped => Self::Dropped,
        }
    }
}

impl CartView {
    fn of(cart: Cart, selected: Option<u32>, buyers: Vec<Buyer>, language: Language) -> Self {
        let rounding = cart.due_in_cash - cart.due;
        let selected = selected.or(cart.touched);
        Self {
            version: cart.version,
            held: cart.held,
            unknown: cart.unknown,
            lines_total: money(cart.lines_total, language),
            discount: some_money(cart.discount, language),
            discount_value: field(cart.discount),
            note: cart.note.clone(),
            due: cart.due.0,
            due_text: money(cart.due, language),
            cash_text: money(cart.due_in_cash, language),
            rounding: (rounding != Money::ZERO).then(|| money(rounding, language)),
            notes: notes(cart.due_in_cash)
                .into_iter()
                .map(|note| (note, money(Money(note), language)))
                .collect(),
            buyers: buyers
                .into_iter()
                .map(|buyer| BuyerView::of(buyer, language))
                .collect(),
            lines: cart
                .lines
                .into_iter()
                .map(|line| LineView::of(line, selected, language))
                .collect(),
            id: cart.id,
        }
    }
}

/// What a customer would hand over for `due`, the least first: one note that is more than it, and where there are few of
/// those, several of one note.
fn notes(due: Money) -> Vec<i64> {
    let mut amounts: Vec<i64> = NOTES
        .into_iter()
        .filter(|note| *note > due.0)
        .take(NOTES_OFFERED)
        .collect();
    let several = NOTES
        .iter()
        .filter(|note| **note >= LEAST_OF_SEVERAL)
        .map(|note| due.0.saturating_add(note - 1) / note * note);
    for amount in several.rev() {
        if amounts.len() < NOTES_OFFERED && amount > due.0 && !amounts.contains(&amount) {
            amounts.push(amount);
        }
    }
    amounts.sort_unstable();
    amounts
}

impl BuyerView {
    pub fn of(buyer: Buyer, language: Language) -> Self {
        Self {
            owes: (buyer.owed > Money::ZERO).then(|| money(buyer.owed, language)),
            id: buyer.id,
            name: buyer.name,
        }
    }
}

impl LineView {
    fn of(line: CartLine, selected: Option<u32>, language: Language) -> Self {
        let texts = TillTexts::of(language);
        let quantity = figure(line.quantity.as_str(), language);
        let price = money(line.price, language);
        let asks_price = line.problem == Some(LineProblem::PriceNeeded);
        let usual = line.units.iter().find(|(name, _)| *name == line.unit);
        Self {
            summary: if asks_price {
                format!("{quantity} {}", line.unit)
            } else {
                format!("{quantity} {} × {price}", line.unit)
            },
            total: money(line.total, language),
            loose: line.base_unit != BaseUnit::Piece && line.price > Money::ZERO,
            base_key: (by_weight(&line)).then_some(match line.base_unit {
                BaseUnit::Millilitre => "ml",
                _ => "gram",
            }),
            worth: line.worth.map(|worth| money(worth, language)),
            worth_value: line.worth.map(field).unwrap_or_default(),
            discount: some_money(line.discount, language).filter(|_| line.worth.is_none()),
            tag: if line.tier {
                Some(texts.cheaper)
            } else if line.own_price && !line.open_price {
                Some(texts.agreed)
            } else {
                None
            },
            problem: line.problem.map(|problem| match problem {
                LineProblem::Gone => texts.gone,
                LineProblem::PriceNeeded => texts.price_needed,
                LineProblem::Quantity => texts.wrong_quantity,
            }),
            selected: selected == Some(line.key),
            quick: quick(&line, language),
            units: line
                .units
                .iter()
                .map(|(name, price)| Choice {
                    value: name.clone(),
                    label: format!("{name} {}", money(*price, language)),
                    current: *name == line.unit,
                })
                .collect(),
            price_value: if line.own_price {
                line.price.0.to_string()
            } else {
                String::new()
            },
            usual_price: usual
                .filter(|_| !line.open_price)
                .map(|(_, price)| money(*price, language))
                .unwrap_or_default(),
            discount_value: if line.worth.is_none() {
                field(line.discount)
            } else {
                String::new()
            },
            asks_price,
            key: line.key,
            name: line.name,
            unit: line.unit,
            quantity: with_mark(line.quantity.as_str(), language),
            note: line.note,
        }
    }
}

/// Sold by the kilogram or the litre.
fn by_weight(line: &CartLine) -> bool {
    BaseUnit::of_unit_name(&line.unit).1 >= 1000 && line.base_unit != BaseUnit::Piece
}

/// Quantities that are one tap: by the piece, or what people ask for of weighed goods.
fn quick(line: &CartLine, language: Language) -> Vec<Choice> {
    let offered: &[(&str, &str)] = if by_weight(line) {
        &[
            ("0.25", "¼"),
            ("0.5", "½"),
            ("0.75", "¾"),
            ("1", "1"),
            ("2", "2"),
            ("5", "5"),
        ]
    } else {
        &[
            ("2", "2"),
            ("3", "3"),
            ("5", "5"),
            ("6", "6"),
            ("10", "10"),
            ("12", "12"),
        ]
    };
    offered
        .iter()
        .map(|(value, label)| Choice {
            value: (*value).to_owned(),
            label: figure(label, language),
            current: line.quantity.as_str() == *value,
        })
        .collect()
}

fn some_money(amount: Money, language: Language) -> Option<String> {
    (amount > Money::ZERO).then(|| money(amount, language))
}

fn field(amount: Money) -> String {
    if amount == Money::ZERO {
        String::new()
    } else {
        amount.0.to_string()
    }
}

impl SoldView {
    fn of(sale: Sale, language: Language) -> Self {
        let texts = TillTexts::of(language);
        let receipt = sale.receipt;
        let named = |method| match method {
            PaymentMethod::Cash => texts.cash,
            PaymentMethod::Qris => texts.qris,
            PaymentMethod::Transfer => texts.transfer,
            PaymentMethod::Debt => texts.debt,
        };
        let payment = &receipt.payment;
        let mut parts: Vec<_> = payment
            .parts
            .iter()
            .map(|part| (named(part.method), money(part.amount, language)))
            .collect();
        if let Some(tendered) = payment.tendered {
            parts.push((texts.tendered, money(tendered, language)));
        } else if parts.is_empty() {
            parts.push((named(payment.method), money(receipt.total, language)));
        }
        Self {
            title: if payment.method == PaymentMethod::Debt {
                texts.debt_written
            } else {
                texts.paid
            },
            number: receipt.number,
            rounded: (receipt.rounding != Money::ZERO).then(|| {
                let before = receipt.total - receipt.rounding;
                (money(before, language), money(receipt.rounding, language))
            }),
            total: money(receipt.total, language),
            change: payment.tendered.map(|_| money(receipt.change, language)),
            parts,
            voided: sale.voided.is_some(),
            id: receipt.id,
        }
    }
}

impl Hit {
    pub fn of(offer: Offer, language: Language) -> Self {
        let texts = TillTexts::of(language);
        let left = in_unit(offer.on_hand.max(Quantity::ZERO), offer.factor, language);
        Self {
            price: if offer.open_price {
                texts.open_price.to_owned()
            } else {
                format!("{} / {}", money(offer.price, language), offer.unit)
            },
            left: format!("{} {left}", texts.left),
            gone: offer.on_hand <= Quantity::ZERO,
            miss: fresh_id(),
            sku: offer.sku,
            name: offer.name,
        }
    }
}
