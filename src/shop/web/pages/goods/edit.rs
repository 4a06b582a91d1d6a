//! Adding a product in one screen, and changing one.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::form::{Field, Form, UnitRow};
use super::texts::Goods;
use super::{address, frame};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money};
use crate::shop::outcome::Outcome;
use crate::shop::products::{Foreseen, KnownNames, Product, ProductUnit};
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, money};
use crate::web::encoded;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/goods/form.html")]
struct FormPage {
    frame: Frame,
    texts: &'static Goods,
    /// The product that is changed; none where one is added.
    product: Option<Shown>,
    /// The product that was added just now.
    added: Option<Shown>,
    /// What stands above the form.
    notice: &'static str,
    /// The notice says that something is wrong.
    alarm: bool,
    id: String,
    seen: String,
    fields: Fields,
    units: Vec<UnitRow>,
    /// Fields that tell which others are in base units.
    in_base: Vec<String>,
    known: KnownNames,
    /// Yes or no: field, words, whether it is ticked.
    boxes: [(&'static str, &'static str, bool); 4],
    /// The part behind "Lainnya" is open.
    open: bool,
    content_label: &'static str,
}

struct Fields {
    name: Field,
    sku: Field,
    cost: Field,
    category: Field,
    supplier: Field,
    shelf_life: Field,
    minimum_order: Field,
}

/// A product in short.
pub(super) struct Shown {
    pub sku: String,
    pub name: String,
    pub address: String,
    pub price: String,
    pub photo: Option<String>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/cost.html")]
struct CostPage {
    frame: Frame,
    texts: &'static Goods,
    action: String,
    hidden: Vec<(String, String)>,
    cost: Field,
    rows: Vec<CostRow>,
}

/// What a unit costs the shop, before a change and after it.
struct CostRow {
    name: String,
    before: String,
    after: String,
    price: String,
    margin: String,
    rounded: bool,
}

#[derive(Deserialize)]
pub(super) struct Sought {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tersimpan: String,
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(sought): Query<Sought>,
) -> Response {
    let form = Form::new(&sought.q, visitor.language);
    let added = match sought.tersimpan.as_str() {
        "" => None,
        sku => pages.shop.product(sku).await.ok(),
    };
    let id = Uuid::now_v7().to_string();
    let found = show(&pages, &visitor, form, None, added, id, None).await;
    found.unwrap_or_else(|error| pages.message(&visitor, error, "/barang"))
}

pub(super) async fn add(
    State(pages): State<Pages>,
    visitor: Visitor,
    axum::Form(values): axum::Form<BTreeMap<String, String>>,
) -> Response {
    let mut form = Form::sent(values, visitor.language);
    let id = form.value("id").to_owned();
    let texts = Goods::of(visitor.language);
    let mut notice = texts.not_saved;
    if let Some(new) = form.new_product() {
        match pages.shop.add_product(&id, new, &visitor.person.name).await {
            Ok(Outcome::Recorded(product) | Outcome::Already(product)) => {
                let to = format!("/barang/baru?tersimpan={}", encoded(product.sku.as_str()));
                return Redirect::to(&to).into_response();
            }
            Ok(Outcome::Conflict(_)) => notice = texts.form_used,
            Err(Error::Invalid(faults)) => form.blame(&faults, None),
            Err(Error::Conflict(message)) => form.blame_conflict(&message),
            Err(error) => return pages.message(&visitor, error, "/barang"),
        }
    }
    // An id that was used, or none at all, must not stand in the way of the next attempt.
    let id = match notice == texts.form_used || id.is_empty() {
        true => Uuid::now_v7().to_string(),
        false => id,
    };
    let shown = show(&pages, &visitor, form, None, None, id, Some(notice)).await;
    refused(shown, &pages, &visitor)
}

/// The page again, as the answer to a form that could not be taken.
fn refused(shown: Result<Response>, pages: &Pages, visitor: &Visitor) -> Response {
    match shown {
        Ok(shown) => (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response(),
        Err(error) => pages.message(visitor, error, "/barang"),
    }
}

/// The form of a product that the owner may change.
pub(super) async fn change(
    pages: &Pages,
    visitor: &Visitor,
    product: Product,
    saved: bool,
) -> Result<Response> {
    let form = Form::of(&product, visitor.language);
    let notice = saved.then_some(Goods::of(visitor.language).changed);
    show(
        pages,
        visitor,
        form,
        Some(product),
        None,
        String::new(),
        notice,
    )
    .await
}

pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    axum::Form(values): axum::Form<BTreeMap<String, String>>,
) -> Response {
    let old = match pages.shop.product(&sku).await {
        Ok(product) => product,
        Err(error) => return pages.message(&visitor, error, "/barang"),
    };
    let mut form = Form::sent(values, visitor.language);
    let mut notice = Goods::of(visitor.language).not_saved;
    if let Some(patch) = form.patch(&old) {
        let outcome = async {
            let foreseen = pages.shop.foresee_change(&sku, patch.clone()).await?;
            if foreseen.converts() && !form.ticked("cost_seen") {
                return Ok(Some(foreseen));
            }
            let (seen, by) = (form.value("seen"), &visitor.person.name);
            pages.shop.edit_product(&sku, seen, patch, by).await?;
            Ok(None)
        };
        match outcome.await {
            Ok(None) => {
                return Redirect::to(&format!("{}?tersimpan=1", address(&sku))).into_response();
            }
            Ok(Some(foreseen)) => return confirm(&pages, &visitor, &form, &foreseen),
            Err(Error::Invalid(faults)) => form.blame(&faults, Some(old.base_unit)),
            Err(Error::Conflict(message)) if message.contains("meanwhile") => {
                notice = Goods::of(visitor.language).meanwhile;
                form.set("seen", &old.mark().unwrap_or_default());
            }
            Err(Error::Conflict(message)) => form.blame_conflict(&message),
            Err(error) => return pages.message(&visitor, error, "/barang"),
        }
    }
    let shown = show(
        &pages,
        &visitor,
        form,
        Some(old),
        None,
        String::new(),
        Some(notice),
    )
    .await;
    refused(shown, &pages, &visitor)
}

async fn show(
    pages: &Pages,
    visitor: &Visitor,
    form: Form,
    product: Option<Product>,
    added: Option<Product>,
    id: String,
    notice: Option<&'static str>,
) -> Result<Response> {
    let language = visitor.language;
    let texts = Goods::of(language);
    let (title, path) = match &product {
        Some(product) => (product.name.as_str(), address(product.sku.as_str())),
        None => (texts.add, "/barang/baru".to_owned()),
    };
    let frame = frame(pages, visitor, title, &path);
    let plain = |name: &str, label: &str, hint, mode| form.field(name, label, hint, mode);
    let cost_label = match &product {
        Some(product) => format!("{} {}", texts.cost_per, product.unit),
        None => texts.cost.to_owned(),
    };
    let counted = product
        .as_ref()
        .is_none_or(|product| product.base_unit == BaseUnit::Piece);
    let alarm = notice.is_some_and(|notice| notice != texts.changed);
    Ok(page(&FormPage {
        fields: Fields {
            name: plain("name", texts.name, "", ""),
            sku: plain("sku", texts.sku, texts.sku_hint, ""),
            cost: plain("cost", &cost_label, texts.cost_hint, "numeric"),
            category: plain("category", texts.category, "", ""),
            supplier: plain("supplier", texts.supplier, "", ""),
            shelf_life: plain("shelf_life_days", texts.shelf_life, "", "numeric"),
            minimum_order: plain(
                "minimum_order",
                texts.minimum_order,
                match form.is_in_base("minimum_order") {
                    true => texts.in_smallest_unit,
                    false => texts.in_main_unit,
                },
                "decimal",
            ),
        },
        units: form.unit_rows(),
        in_base: form.in_base(),
        known: pages.shop.known_names().await?,
        boxes: [
            ("favourite", texts.star),
            ("open_price", texts.open_price),
            ("consignment", texts.is_consignment),
            ("active", texts.is_active),
        ]
        .map(|(name, words)| (name, words, form.ticked(name))),
        open: form.has_further_errors(),
        seen: form.value("seen").to_owned(),
        content_label: if counted {
            texts.content_pieces
        } else {
            texts.content_measure
        },
        product: match product {
            Some(product) => Some(shown(pages, &product, language).await?),
            None => None,
        },
        added: match added {
            Some(product) => Some(shown(pages, &product, language).await?),
            None => None,
        },
        notice: notice.unwrap_or_default(),
        alarm,
        frame,
        texts,
        id,
    }))
}

/// A product in short, as the owner and the cashier may see it.
pub(super) async fn shown(
    pages: &Pages,
    product: &Product,
    language: crate::web::Language,
) -> Result<Shown> {
    let sku = product.sku.as_str();
    let photo = pages.shop.photo_version(sku).await?;
    let price = product.units.first().map_or(Money::ZERO, |unit| unit.price);
    Ok(Shown {
        sku: sku.to_owned(),
        name: product.name.clone(),
        address: address(sku),
        price: format!("{} / {}", money(price, language), product.unit),
        photo: photo.map(|version| format!("{}/foto?v={version}", address(sku))),
    })
}

/// The page that shows what a change of units does to the cost, before it is made.
fn confirm(pages: &Pages, visitor: &Visitor, form: &Form, foreseen: &Foreseen) -> Response {
    let texts = Goods::of(visitor.language);
    let (old, new) = (&foreseen.old, &foreseen.new);
    let language = visitor.language;
    let cost_of = |product: &Product, unit: &ProductUnit| {
        Money::for_quantity(product.cost, product.main_factor(), unit.factor)
    };
    let rows = new
        .units
        .iter()
        .map(|unit| {
            let before = old.units.iter().find(|before| before.name == unit.name);
            let cost = cost_of(new, unit);
            let exact = i128::from(new.cost.0) * i128::from(unit.factor);
            CostRow {
                name: unit.name.clone(),
                before: before.map_or_else(String::new, |unit| money(cost_of(old, unit), language)),
                after: money(cost, language),
                price: money(unit.price, language),
                margin: money(unit.price - cost, language),
                rounded: exact % i128::from(new.main_factor().max(1)) != 0,
            }
        })
        .collect();
    let mut cost = form.field("cost", texts.cost, "", "numeric");
    cost.label = format!("{} {}", texts.cost_per, new.unit);
    cost.value = new.cost.0.to_string();
    page(&CostPage {
        frame: frame(pages, visitor, texts.check_cost, &address(old.sku.as_str())),
        texts,
        action: address(old.sku.as_str()),
        hidden: form.hidden(&["cost", "cost_seen"]),
        cost,
        rows,
    })
}
