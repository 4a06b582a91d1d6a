//! Titip jual: who leaves goods, and how those stand.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::people::actor;
use super::super::stockroom::{Fields, field, frame, sees_costs, spoken, when};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::ConsignmentTexts;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/consignors.html")]
struct List {
    frame: Frame,
    words: &'static ConsignmentTexts,
    consignors: Vec<(String, String, i64, String)>,
    name: String,
    phone: String,
    wrong: bool,
}

pub(super) async fn list(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match list_view(&pages, &visitor, &Fields::new(), false).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn list_view(pages: &Pages, visitor: &Visitor, fields: &Fields, wrong: bool) -> Result<List> {
    let language = visitor.language;
    let owed = |balance: Money| {
        if sees_costs(visitor) && balance > Money::ZERO {
            money(balance, language)
        } else {
            String::new()
        }
    };
    let consignors = pages.shop.consignors().await?;
    Ok(List {
        frame: frame(
            pages,
            visitor,
            Texts::of(language).consignment,
            "/titip-jual",
            "/titip-jual",
        ),
        words: ConsignmentTexts::of(language),
        consignors: consignors
            .into_iter()
            .map(|row| (row.id, row.name, row.goods, owed(row.balance)))
            .collect(),
        name: field(fields, "name").to_owned(),
        phone: field(fields, "phone").to_owned(),
        wrong,
    })
}

pub(super) async fn add(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Response {
    let (name, phone) = (field(&fields, "name"), field(&fields, "phone"));
    match pages
        .shop
        .add_consignor(name, phone, &visitor.person.name)
        .await
    {
        Ok(id) => Redirect::to(&format!("/titip-jual/{id}")).into_response(),
        Err(Error::Invalid(_)) => match list_view(&pages, &visitor, &fields, true).await {
            Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
            Err(error) => pages.message(&visitor, error, "/titip-jual"),
        },
        Err(error) => pages.message(&visitor, error, "/titip-jual"),
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/consignor.html")]
struct One {
    frame: Frame,
    words: &'static ConsignmentTexts,
    texts: &'static Texts,
    id: String,
    phone: String,
    owner: bool,
    owed: String,
    goods: Vec<Good>,
    history: Vec<Past>,
}

struct Good {
    sku: String,
    name: String,
    figures: Vec<(&'static str, String)>,
    cost: String,
}

struct Past {
    link: String,
    settled: bool,
    when: String,
    by: String,
    total: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match show_view(&pages, &visitor, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/titip-jual"),
    }
}

async fn show_view(pages: &Pages, visitor: &Visitor, id: &str) -> Result<One> {
    let language = visitor.language;
    let words = ConsignmentTexts::of(language);
    let account = pages.shop.consignment(id).await?;
    let owner = sees_costs(visitor);
    let priced = |amount: Money| {
        if owner {
            money(amount, language)
        } else {
            String::new()
        }
    };
    let goods = account.goods.iter().map(|row| {
        let told = |quantity: Quantity| spoken(quantity, &row.unit, language);
        Good {
            sku: row.sku.to_string(),
            name: row.name.clone(),
            figures: vec![
                (words.opening, told(row.opening)),
                (words.came, told(row.came)),
                (words.returned, told(row.returned)),
                (words.remaining, told(row.remaining())),
                (words.sold, told(row.sold(Quantity::ZERO, row.remaining()))),
            ],
            cost: if owner {
                format!("{} / {}", money(row.cost, language), row.unit.0)
            } else {
                String::new()
            },
        }
    });
    let history = account.history.iter().map(|row| {
        let settled = row.kind == "settled";
        let link = match (settled, owner) {
            (false, _) => format!("/barang-masuk/{}", row.id),
            (true, true) => format!("/titip-jual/nota/{}", row.id),
            (true, false) => String::new(),
        };
        Past {
            link,
            settled,
            when: when(pages, &row.at, language),
            by: actor(&row.by, language),
            total: if settled {
                priced(row.total)
            } else {
                String::new()
            },
        }
    });
    let path = format!("/titip-jual/{id}");
    Ok(One {
        frame: frame(
            pages,
            visitor,
            &account.consignor.name,
            "/titip-jual",
            &path,
        ),
        id: id.to_owned(),
        phone: account.consignor.phone.clone(),
        owner,
        owed: if account.consignor.balance > Money::ZERO {
            priced(account.consignor.balance)
        } else {
            String::new()
        },
        goods: goods.collect(),
        history: history.collect(),
        texts: Texts::of(language),
        words,
    })
}

pub(super) async fn leave(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages
        .shop
        .open_purchase(&visitor.person.name, Some(id))
        .await
    {
        Ok(draft) => Redirect::to(&format!("/barang-masuk/daftar/{draft}")).into_response(),
        Err(error) => pages.message(&visitor, error, "/titip-jual"),
    }
}
