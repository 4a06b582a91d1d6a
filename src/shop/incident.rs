//! What happened to the shop's database, in words for its owner.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::store::copies::Incident;
use crate::web::Language;

/// An incident as it is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Told {
    /// What, when, and its figures.
    #[serde(flatten)]
    pub incident: Incident,
    /// In plain words.
    pub text: String,
}

impl Told {
    /// In a language.
    #[must_use]
    pub fn new(incident: Incident, language: Language) -> Self {
        let text = text(&incident, language);
        Self { incident, text }
    }
}

fn text(incident: &Incident, language: Language) -> String {
    let figure = |name: &str| incident.detail[name].as_i64().unwrap_or(0);
    let indonesian = language == Language::Indonesian;
    match (incident.kind.as_str(), indonesian) {
        ("copy", _) => copy(&incident.detail, indonesian),
        ("epoch_entered", true) => format!(
            "Distributor sudah punya catatan yang tidak ada di sini. {} catatan dikirim lagi; tidak ada yang hilang dan \
             tidak ada yang dihitung dua kali.",
            figure("events")
        ),
        ("epoch_entered", false) => format!(
            "The hub had records that this copy did not. {} records were sent again; none was lost and none counts twice.",
            figure("events")
        ),
        ("recovered", true) => format!(
            "Dari distributor kembali {} catatan warung ini yang tidak ada di sini, {} di antaranya penjualan. Stoknya \
             sudah dihitung; uang dan struknya tidak ikut kembali.",
            figure("events"),
            figure("sales")
        ),
        ("recovered", false) => format!(
            "{} records of this shop that this copy did not have came back from the hub, {} of them sales. Their goods are \
             counted; their money and receipts are not here.",
            figure("events"),
            figure("sales")
        ),
        ("hub_restored", true) => format!(
            "Komputer distributor dipulihkan dari cadangan. {} catatan dikirim lagi.",
            figure("events") + figure("given_back")
        ),
        ("hub_restored", false) => format!(
            "The distributor's computer was restored from a backup. {} records were sent again.",
            figure("events") + figure("given_back")
        ),
        ("another_copy", true) => {
            "Perangkat lain memakai salinan data warung ini. Semua penjualan tetap tercatat, tetapi pakailah satu perangkat \
             saja."
                .to_owned()
        }
        ("another_copy", false) => {
            "Another device uses a copy of this shop's data. Every sale of both is kept, but use one device only.".to_owned()
        }
        (kind, _) => format!("{kind} {}", incident.detail),
    }
}

fn copy(detail: &Value, indonesian: bool) -> String {
    let what = match (detail["why"].as_str(), indonesian) {
        (Some("restored"), true) => "Warung ini dipulihkan dari cadangan.",
        (Some("restored"), false) => "This shop was restored from a backup.",
        (Some("rolled_back"), true) => {
            "Salinan lama data warung ini dipasang menggantikan yang lebih baru."
        }
        (Some("rolled_back"), false) => {
            "An older copy of this shop's data was put in place of a newer one."
        }
        (Some("shown_by_hub"), true) => {
            "Distributor punya catatan yang ditulis salinan lain dari data warung ini."
        }
        (Some("shown_by_hub"), false) => {
            "The hub has records that another copy of this shop's data wrote."
        }
        (_, true) => "Data warung ini dipindahkan atau disalin.",
        (_, false) => "This shop's data was moved or copied.",
    };
    let receipts = detail["receipts_from"].as_i64().map(|first| {
        if indonesian {
            format!(" Nomor struk dilanjutkan dari {first}, supaya tidak sama dengan salinan lain.")
        } else {
            format!(
                " Receipts go on from number {first}, so that no other copy gives out the same."
            )
        }
    });
    format!("{what}{}", receipts.unwrap_or_default())
}
