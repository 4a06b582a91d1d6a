//! An order is entered by a person.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Texts, field, frame, typed_quantity};
use crate::error::{Error, Faults, Result};
use crate::hub::orders::people::NewCustomer;
use crate::hub::orders::{Made, NewLine, NewOrder};
use crate::hub::store::catalogue::Product;
use crate::hub::store::orders::LineKind;
use crate::hub::web::pages::Pages;
use crate::model::Money;
use crate::web::Language;
use crate::web::layout::{Frame, page};

/// Lines that the form has.
const LINES: usize = 8;

/// As many of them as most orders have; the others are folded away.
const SHOWN: usize = 3;

/// Products that are suggested while somebody types; the code of any other can be typed in full.
const SUGGESTED: usize = 1000;

#[derive(Template)]
#[template(path = "hub/web/templates/orders/entry.html")]
struct Entry {
    frame: Frame,
    texts: &'static Texts,
    id: String,
    error: String,
    values: Values,
    lines: Vec<LineValues>,
    /// So many of them are not folded away at first.
    shown: usize,
    /// There is something in the others.
    many: bool,
    products: Vec<Suggestion>,
    customers: Vec<String>,
}

/// What was typed before, to be shown again beside what is wrong with it.
#[derive(Default)]
struct Values {
    customer: String,
    phone: String,
    email: String,
    address: String,
    english: bool,
    channel: String,
    wanted_on: String,
    reference: String,
    note: String,
    accept: bool,
}

#[derive(Default)]
struct LineValues {
    number: usize,
    product: String,
    quantity: String,
    price: String,
    kind: String,
}

struct Suggestion {
    sku: String,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pelanggan: String,
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    let fields = vec![
        ("id".to_owned(), Uuid::now_v7().to_string()),
        ("pelanggan".to_owned(), asked.pelanggan),
        ("setujui".to_owned(), "1".to_owned()),
    ];
    form(&pages, language, &fields, String::new()).await
}

async fn form(
    pages: &Pages,
    language: Language,
    fields: &[(String, String)],
    error: String,
) -> Response {
    let shown = async {
        let (products, customers) = suggestions(pages).await?;
        let lines = line_values(fields);
        let filled = |line: &LineValues| !line.product.is_empty() || !line.quantity.is_empty();
        Ok::<Entry, Error>(Entry {
            texts: Texts::of(language),
            frame: frame(
                pages,
                language,
                Texts::of(language).new_order,
                "/pesanan/baru",
            ),
            id: field(fields, "id").to_owned(),
            values: values(fields),
            shown: SHOWN,
            many: lines.iter().skip(SHOWN).any(filled),
            lines,
            products,
            customers,
            error: error.clone(),
        })
    };
    match shown.await {
        Ok(view) if error.is_empty() => page(&view),
        Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
        Err(fault) => pages.message(language, fault, "/pesanan"),
    }
}

async fn suggestions(pages: &Pages) -> Result<(Vec<Suggestion>, Vec<String>)> {
    let products = pages
        .hub
        .orderable()
        .await?
        .into_iter()
        .take(SUGGESTED)
        .map(|product| Suggestion {
            sku: product.entry.sku.to_string(),
            name: product.entry.name,
        })
        .collect();
    let customers = pages
        .hub
        .customers("")
        .await?
        .into_iter()
        .map(|customer| customer.name)
        .collect();
    Ok((products, customers))
}

fn values(fields: &[(String, String)]) -> Values {
    let text = |name| field(fields, name).to_owned();
    Values {
        customer: text("pelanggan"),
        phone: text("telepon"),
        email: text("email"),
        address: text("alamat"),
        english: field(fields, "bahasa") == "en",
        channel: text("lewat"),
        wanted_on: text("diminta"),
        reference: text("nomor"),
        note: text("catatan"),
        accept: field(fields, "setujui") == "1",
    }
}

fn line_values(fields: &[(String, String)]) -> Vec<LineValues> {
    let all = |name: &str| -> Vec<String> {
        fields
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    };
    let (products, quantities) = (all("barang"), all("jumlah"));
    let (prices, kinds) = (all("harga"), all("asal"));
    let given = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
    (0..LINES.max(products.len().min(crate::hub::orders::MOST_LINES)))
        .map(|at| LineValues {
            number: at + 1,
            product: given(&products, at),
            quantity: given(&quantities, at),
            price: given(&prices, at),
            kind: given(&kinds, at),
        })
        .collect()
}

pub(super) async fn enter(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let entered = async {
        let new = meaning(&pages, &fields).await?;
        pages.hub.create_order(&pages.actor(), new).await
    };
    match entered.await {
        Ok(Made::Created(order) | Made::Repeated(order)) => {
            Redirect::to(&format!("/pesanan/{}", order.id)).into_response()
        }
        Err(error @ (Error::Invalid(_) | Error::NotFound(_))) => {
            form(&pages, language, &fields, error.to_string()).await
        }
        Err(error) => pages.message(language, error, "/pesanan/baru"),
    }
}

async fn meaning(pages: &Pages, fields: &[(String, String)]) -> Result<NewOrder> {
    let products = pages.hub.orderable().await?;
    let mut faults = Faults::default();
    let mut lines = Vec::new();
    for line in line_values(fields) {
        if line.product.is_empty() && line.quantity.is_empty() {
            continue;
        }
        let at = |name: &str| format!("{name} {}", line.number);
        let Some(product) = find(&products, &line.product) else {
            faults.add(at("barang"), format!("{:?}: tidak ada", line.product));
            continue;
        };
        let Some(quantity) = typed_quantity(&line.quantity, product.entry.unit_factor) else {
            faults.add(at("jumlah"), format!("{:?}: bukan jumlah", line.quantity));
            continue;
        };
        let price = match line.price.as_str() {
            "" => None,
            text => match Money::typed(text) {
                Some(price) => Some(price),
                None => {
                    faults.add(at("harga"), format!("{text:?}: bukan harga"));
                    None
                }
            },
        };
        lines.push(NewLine {
            sku: product.entry.sku.clone(),
            quantity,
            price,
            kind: LineKind::parse(&line.kind),
            supplier: None,
        });
    }
    let values = values(fields);
    let wanted_on = match values.wanted_on.as_str() {
        "" => None,
        text => faults.note(
            "diminta",
            text.parse().map_err(|_| format!("{text:?}: bukan tanggal")),
        ),
    };
    let id = faults.note(
        "id",
        field(fields, "id")
            .parse::<Uuid>()
            .map_err(|_| "muat ulang halaman ini".to_owned()),
    );
    faults.into_result()?;
    let told = NewCustomer {
        name: values.customer,
        phone: values.phone,
        email: values.email,
        address: values.address,
        language: if values.english { "en" } else { "id" }.to_owned(),
        channel: values.channel,
    };
    let orderer = pages.hub.orderer_named(told).await?;
    Ok(NewOrder {
        id,
        orderer,
        wanted_on,
        reference: values.reference,
        note: values.note,
        lines,
        confirm: values.accept,
        source: "page",
    })
}

/// A product by its code or its very name, as somebody types or picks it.
fn find<'p>(products: &'p [Product], typed: &str) -> Option<&'p Product> {
    let code = products
        .iter()
        .find(|product| product.entry.sku.as_str().eq_ignore_ascii_case(typed));
    code.or_else(|| {
        let mut named = products
            .iter()
            .filter(|product| product.entry.name.eq_ignore_ascii_case(typed));
        named.next().filter(|_| named.next().is_none())
    })
}
