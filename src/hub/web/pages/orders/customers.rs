//! Customers: who orders, how they are told, and who is on hold.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Tab, Texts, frame, phase_class, rupiah, tabs};
use crate::error::Result;
use crate::hub::orders::people::NewCustomer;
use crate::hub::store::customers::{Customer, NoticeChannel};
use crate::hub::store::orders::OrderFilter;
use crate::hub::web::pages::Pages;
use crate::web::layout::{Frame, page};
use crate::web::{Language, encoded};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/customers.html")]
struct List {
    frame: Frame,
    texts: &'static Texts,
    tabs: Vec<Tab>,
    query: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    told_by: &'static str,
    contact: String,
    is_shop: bool,
    held: bool,
}

pub(super) async fn list(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    let texts = Texts::of(language);
    match pages.hub.customers(&asked.q).await {
        Ok(found) => page(&List {
            frame: frame(&pages, language, texts.customers, "/pelanggan"),
            texts,
            tabs: tabs(texts, "/pelanggan"),
            query: asked.q,
            rows: found
                .into_iter()
                .map(|customer| Row {
                    told_by: texts.channel(customer.channel),
                    contact: [customer.phone.clone(), customer.email.clone()]
                        .into_iter()
                        .filter(|text| !text.is_empty())
                        .collect::<Vec<_>>()
                        .join(" · "),
                    is_shop: customer.shop_id.is_some(),
                    held: !customer.hold.is_empty(),
                    id: customer.id,
                    name: customer.name,
                })
                .collect(),
        }),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/customer.html")]
struct Edit {
    frame: Frame,
    texts: &'static Texts,
    customer: Customer,
    channels: Vec<(&'static str, &'static str, bool)>,
    orders: Vec<(String, String, &'static str, &'static str, String)>,
    link_name: String,
}

pub(super) async fn edit(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pelanggan"),
    }
}

async fn view(pages: &Pages, language: Language, id: &str) -> Result<Edit> {
    let texts = Texts::of(language);
    let customer = pages.hub.customer(id).await?;
    let filter = OrderFilter {
        customer_id: Some(id.to_owned()),
        ..OrderFilter::default()
    };
    let orders = pages
        .hub
        .orders(filter)
        .await?
        .into_iter()
        .take(20)
        .map(|(order, _)| {
            let value = rupiah(order.value(), language);
            let (phase, class) = (texts.phase(order.phase), phase_class(order.phase));
            (order.id, order.number, phase, class, value)
        })
        .collect();
    Ok(Edit {
        frame: frame(
            pages,
            language,
            &customer.name,
            &format!("/pelanggan/{}", customer.id),
        ),
        texts,
        channels: NoticeChannel::ALL
            .into_iter()
            .map(|channel| {
                let chosen = channel == customer.channel;
                (channel.as_str(), texts.channel(channel), chosen)
            })
            .collect(),
        orders,
        link_name: encoded(&customer.name),
        customer,
    })
}

#[derive(Deserialize)]
pub(super) struct Changed {
    version: i64,
    nama: String,
    #[serde(default)]
    telepon: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    alamat: String,
    #[serde(default)]
    bahasa: String,
    #[serde(default)]
    lewat: String,
    #[serde(default)]
    tahan: String,
}

pub(super) async fn change(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(form): Form<Changed>,
) -> Response {
    let told = NewCustomer {
        name: form.nama,
        phone: form.telepon,
        email: form.email,
        address: form.alamat,
        language: form.bahasa,
        channel: form.lewat,
    };
    let back = format!("/pelanggan/{id}");
    match pages
        .hub
        .change_customer(&pages.actor(), &id, form.version, told, &form.tahan)
        .await
    {
        Ok(_) => Redirect::to(&back).into_response(),
        Err(error) => pages.message(language, error, &back),
    }
}
