//! The words on the hub's pages, in both languages. A text missing in one does not compile.

#![allow(
    missing_docs,
    reason = "each field is named by what it says on the screen"
)]

use crate::hub::store::alarms::AlarmKind;
use crate::web::Language;

/// Every fixed text of the hub's pages.
#[derive(Debug)]
pub struct Texts {
    pub today: &'static str,
    pub goods: &'static str,
    pub shops: &'static str,
    pub shipments: &'static str,
    pub no_shops: &'static str,
    pub how_to_add: &'static str,
    pub product: &'static str,
    pub due_heading: &'static str,
    pub confirm: &'static str,
    pub dispatch: &'static str,
    pub cancel: &'static str,
    pub expected: &'static str,
    pub recommended: &'static str,
    pub confirmed: &'static str,
    pub dispatched: &'static str,
    pub received: &'static str,
    pub short: &'static str,
    pub cancelled: &'static str,
    pub came: &'static str,
    pub damaged: &'static str,
    pub schedule: &'static str,
    pub last_contact: &'static str,
    pub never: &'static str,
    pub silent: &'static str,
    pub set_aside: &'static str,
    pub on_order: &'static str,
    pub in_transit: &'static str,
    pub position: &'static str,
    pub only_here: &'static str,
    pub back: &'static str,
    pub not_done: &'static str,
    pub another_copy: &'static str,
    pub copied_image: &'static str,
}

/// Every text of the pages that keep theirs as (key, Indonesian, English).
#[must_use]
pub fn every() -> Vec<(&'static str, &'static str, &'static str)> {
    [
        super::access::AccessTexts::ALL,
        super::people::texts::PeopleTexts::ALL,
        super::devices::texts::DeviceTexts::ALL,
        super::settings::texts::SettingsTexts::ALL,
        super::audit::texts::AuditTexts::ALL,
        super::audit::texts::ACTIONS,
        super::today::texts::TodayTexts::ALL,
        super::toko::texts::ShopTexts::ALL,
        super::toko::ways::WayTexts::ALL,
        super::toko::delivery::DeliveryTexts::ALL,
        super::production::buying::BuyingTexts::ALL,
        super::barang::texts::GoodsTexts::ALL,
        super::biaya::texts::CostTexts::ALL,
    ]
    .concat()
}

impl Texts {
    /// What an alarm says.
    #[must_use]
    pub fn alarm(&self, kind: AlarmKind) -> &'static str {
        match kind {
            AlarmKind::AnotherCopy => self.another_copy,
            AlarmKind::CopiedImage => self.copied_image,
        }
    }

    /// The texts of a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }
}

static INDONESIAN: Texts = Texts {
    today: "Hari ini",
    goods: "Barang",
    shops: "Toko",
    shipments: "Kiriman",
    no_shops: "Belum ada toko.",
    how_to_add: "Tambahkan warung dan berikan kodenya kepada pemiliknya:",
    product: "Barang",
    due_heading: "Waktunya dikirim",
    confirm: "Setujui",
    dispatch: "Berangkatkan",
    cancel: "Batalkan",
    expected: "Perkiraan tiba",
    recommended: "Disarankan",
    confirmed: "Disetujui",
    dispatched: "Di jalan",
    received: "Diterima",
    short: "Diterima kurang",
    cancelled: "Dibatalkan",
    came: "Datang",
    damaged: "Rusak",
    schedule: "Jadwal",
    last_contact: "Terakhir tersambung",
    never: "belum pernah",
    silent: "Lama tidak terdengar",
    set_aside: "Catatan belum terbaca",
    on_order: "Dipesan",
    in_transit: "Di jalan",
    position: "Posisi",
    only_here: "Halaman ini hanya bisa dibuka di komputer hub sendiri, karena PIN belum dipasang.",
    back: "Kembali",
    not_done: "Tidak jadi",
    another_copy: "Data warung ini dipakai bergantian di dua perangkat. Semua penjualan tetap tercatat, tetapi minta \
        pemiliknya memakai satu perangkat saja.",
    copied_image: "Salinan disk warung ini dipasang lebih dari sekali, atau dipakai di dua perangkat. Tanyakan kepada \
        pemiliknya perangkat mana yang dipakai.",
};

static ENGLISH: Texts = Texts {
    today: "Today",
    goods: "Goods",
    shops: "Shops",
    shipments: "Shipments",
    no_shops: "No shops yet.",
    how_to_add: "Add a shop and give its owner the code:",
    product: "Product",
    due_heading: "Due for delivery",
    confirm: "Confirm",
    dispatch: "Dispatch",
    cancel: "Cancel",
    expected: "Expected",
    recommended: "Recommended",
    confirmed: "Confirmed",
    dispatched: "In transit",
    received: "Received",
    short: "Received short",
    cancelled: "Cancelled",
    came: "Came",
    damaged: "Damaged",
    schedule: "Schedule",
    last_contact: "Last connected",
    never: "never",
    silent: "Silent for long",
    set_aside: "Records set aside",
    on_order: "On order",
    in_transit: "In transit",
    position: "Position",
    only_here: "This page opens only on the hub's own computer, because no PIN is set.",
    back: "Back",
    not_done: "Not done",
    another_copy: "Two devices use copies of this shop's data in turns. Every sale of both is kept, but ask the owner to \
        use one of them only.",
    copied_image: "An image of this shop's disk was put back more than once, or runs on two devices. Ask the owner which \
        one is in use.",
};
