//! When and how fast a shop is delivered to: shown and changed on its page.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Pages, weekdays};
use crate::error::{Error, Result};
use crate::hub::account::Account;
use crate::hub::delivery_days::DeliveryDays;
use crate::web::Language;
use crate::web::texts;

texts! {
    /// Every fixed text on when a shop is delivered to.
    DeliveryTexts {
        heading: "Jadwal kirim" = "Delivery schedule";
        route: "Rute" = "Route";
        no_route: "Toko ini belum ada di rute mana pun." = "This shop is on no route yet.";
        stop: "perhentian ke-" = "stop ";
        own_days: "Hari kirim toko ini" = "The shop's own delivery days";
        of_route: "menurut rute" = "the route's";
        any_day: "hari apa saja" = "any day";
        days_note: "Tidak dipilih: hari-hari rutenya, atau hari apa saja." = "None chosen: the route's days, or any day.";
        interval: "Kirim setiap (hari)" = "Deliver every (days)";
        interval_note: "Kosong: selang yang paling murah." = "Empty: the interval of least cost.";
        lead: "Lama di jalan (hari)" = "Days on the road";
        lead_note: "Kosong: menurut toko." = "Empty: as the shop says.";
        save: "Simpan jadwal" = "Save the schedule";
        set_routes: "Atur rute" = "Set routes";
    }
}

/// The section as the page shows it.
pub(super) struct DeliveryView {
    pub words: &'static DeliveryTexts,
    pub route: Option<String>,
    /// Value, label, chosen.
    pub days: Vec<(&'static str, &'static str, bool)>,
    pub interval: String,
    pub lead: String,
}

/// Weekdays as people write them; any day where none is named.
fn spelt(days: DeliveryDays, language: Language) -> String {
    if days.is_any_day() {
        return DeliveryTexts::of(language).any_day.to_owned();
    }
    weekdays::spelt(days, language)
}

/// On which days the shop is delivered to, and whether they are its route's.
pub(super) fn days_of(account: &Account, language: Language) -> String {
    let words = DeliveryTexts::of(language);
    let read = |text: Option<&String>| -> Option<DeliveryDays> { text?.parse().ok() };
    if let Some(own) = read(account.shop.delivery_weekdays.as_ref()) {
        return spelt(own, language);
    }
    let route = account.route.as_ref().map(|(route, _)| route);
    let of_route = route
        .filter(|route| route.active)
        .and_then(|route| read(route.weekdays.as_ref()));
    match of_route {
        Some(days) => format!("{} ({})", spelt(days, language), words.of_route),
        None => words.any_day.to_owned(),
    }
}

pub(super) fn view(account: &Account, language: Language) -> DeliveryView {
    let words = DeliveryTexts::of(language);
    let own = account.shop.delivery_weekdays.as_deref();
    let chosen: DeliveryDays = own.unwrap_or_default().parse().unwrap_or_default();
    let number = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    DeliveryView {
        words,
        route: account
            .route
            .as_ref()
            .map(|(route, stop)| format!("{}, {}{stop}", route.name, words.stop)),
        days: weekdays::choices(chosen, language),
        interval: number(account.shop.review_days),
        lead: number(account.shop.lead_time_days),
    }
}

/// What is sent in: numbers as they were typed, and each weekday that is chosen.
type Fields = BTreeMap<String, String>;

fn sent<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |text| text.trim())
}

fn days_typed(field: &str, text: &str) -> Result<Option<u32>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| Error::invalid(field, "must be a whole number of days");
    text.parse().map(Some).map_err(wrong)
}

/// Sets when the shop is delivered to, and plans it again so that its page shows what follows.
pub(super) async fn set(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let set = async {
        let interval = days_typed("review_days", sent(&fields, "selang"))?;
        let lead = days_typed("lead_time_days", sent(&fields, "tempuh"))?;
        let weekdays = weekdays::chosen(|day| !sent(&fields, day).is_empty());
        let actor = pages.actor();
        pages
            .hub
            .set_delivery_policy(&actor, &id, interval, lead, weekdays)
            .await?;
        pages.hub.plan_again(&id).await
    };
    match set.await {
        Ok(()) => Redirect::to(&format!("/toko/{id}")).into_response(),
        Err(error) => pages.message(language, error, &format!("/toko/{id}")),
    }
}
