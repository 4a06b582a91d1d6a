//! Sales out of all proportion: the evidence, and one button for each decision.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::{Pages, spoken};
use super::texts::ShopTexts;
use crate::error::{Error, Result};
use crate::hub::store::flags::{Flag, FlagKey};
use crate::model::{Quantity, Sku};
use crate::plan::oddity::{OddVerdict, counted};
use crate::web::Language;
use crate::web::layout::{Frame, date, moment, page};

#[derive(Template)]
#[template(path = "hub/web/templates/aneh.html")]
struct View {
    frame: Frame,
    words: &'static ShopTexts,
    flags: Vec<FlagView>,
}

struct FlagView {
    shop_id: String,
    shop: String,
    sku: String,
    product: String,
    /// As a form sends it, and as it is told.
    day: (String, String),
    reported: String,
    usual: String,
    counts: String,
    state: &'static str,
    open: bool,
    decided: Option<String>,
}

pub(super) async fn show(State(pages): State<Pages>, language: Language) -> Response {
    let words = ShopTexts::of(language);
    match pages.hub.flags().await {
        Ok(flags) => page(&View {
            frame: Frame {
                styles: vec!["/assets/hub-plan.css"],
                path: "/toko/aneh".to_owned(),
                ..pages.frame(language, words.odd_title, "/toko")
            },
            words,
            flags: flags
                .iter()
                .map(|flag| view(&pages, flag, language))
                .collect(),
        }),
        Err(error) => pages.message(language, error, "/toko"),
    }
}

fn view(pages: &Pages, flag: &Flag, language: Language) -> FlagView {
    let words = ShopTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let told = |quantity: Quantity| spoken(quantity, Some(&flag.unit), language);
    let state = match flag.verdict {
        OddVerdict::Open => words.odd_open,
        OddVerdict::Accepted => words.odd_accepted,
        OddVerdict::LeftOut => words.odd_left_out,
    };
    FlagView {
        shop_id: flag.shop_id.clone(),
        shop: flag.shop_name.clone(),
        sku: flag.sku.to_string(),
        product: flag.product.clone(),
        day: (flag.day.date.to_string(), date(flag.day.date, language)),
        reported: told(flag.day.reported),
        usual: told(flag.day.usual),
        counts: told(counted(&flag.day, flag.verdict)),
        state,
        open: flag.verdict == OddVerdict::Open,
        decided: flag.decided.as_ref().map(|(by, at)| {
            let at = moment(at.with_timezone(&zone).naive_local(), language);
            format!("{by}, {at}")
        }),
    }
}

#[derive(Deserialize)]
pub(super) struct Decision {
    toko: String,
    barang: String,
    tanggal: String,
    putusan: String,
}

impl Decision {
    fn read(self) -> Result<(FlagKey, OddVerdict)> {
        let sku = Sku::parse(&self.barang)
            .map_err(|error| Error::invalid("barang", error.to_string()))?;
        let date = self
            .tanggal
            .parse()
            .map_err(|_| Error::invalid("tanggal", "is no date such as 2026-11-22"))?;
        let verdict = Flag::verdict_of(&self.putusan)
            .ok_or_else(|| Error::invalid("putusan", "is neither open, accepted nor left_out"))?;
        Ok(((self.toko, sku, date), verdict))
    }
}

/// Decides on a day, or takes the decision back.
pub(super) async fn decide(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<Decision>,
) -> Response {
    let decided = async {
        let (key, verdict) = form.read()?;
        pages.hub.decide_flag(&pages.actor(), key, verdict).await
    };
    match decided.await {
        Ok(()) => Redirect::to("/toko/aneh").into_response(),
        Err(error) => pages.message(language, error, "/toko/aneh"),
    }
}
