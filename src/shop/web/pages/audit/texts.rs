//! Words about what was done by whom.

use crate::web::texts;

texts! {
    /// What the page of the audit log says.
    AuditTexts {
        title: "Catatan kejadian" = "Audit log";
        about: "Semua yang diubah, oleh siapa dan kapan. Catatan ini tidak bisa dihapus." = "Everything that was changed, by whom and when. Nothing can be removed from it.";
        whole: "Catatan utuh: tidak ada yang diubah atau dihapus." = "The log is whole: nothing in it was changed or removed.";
        broken: "Catatan tidak utuh mulai nomor" = "The log is not whole from entry";
        broken_about: "Ada yang mengubah file data di luar program. Hubungi yang memasang program ini." = "Somebody changed the data file outside the program. Ask whoever installed it.";
        day: "Hari" = "Day";
        who: "Siapa" = "Who";
        what: "Apa" = "What";
        everybody: "Semua" = "Everybody";
        everything: "Semua" = "Everything";
        show: "Lihat" = "Show";
        nothing: "Tidak ada catatan yang cocok." = "No entries match.";
        earlier: "Catatan sebelumnya" = "Earlier entries";
        receipt: "Struk" = "Receipt";
        cash: "tunai" = "cash";
        transfer: "transfer" = "transfer";
        qris: "QRIS" = "QRIS";
        debt: "utang" = "debt";
    }
}
