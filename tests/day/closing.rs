//! Counting the drawer, closing the day, and what comes after.

use serde_json::json;

use super::desk::{Desk, Shown};

const TODAY: &str = "/hari/2026-11-22";
const CLOSE: &str = "/hari/2026-11-22/tutup";

async fn opened(float: &str) -> Desk {
    let desk = Desk::open().await;
    let form = [("id", "buka"), ("float", float)];
    Desk::taken(&desk.post("/hari/buka", &form).await, "/hari");
    desk
}

/// Looks at the difference and then saves.
async fn close(desk: &Desk, path: &str, id: &str, counted: &str) -> Shown {
    let form = [("id", id), ("counted", counted), ("step", "check")];
    let shown = desk.post(path, &form).await;
    assert_eq!(shown.status, 200, "{}", shown.html);
    let expected = shown.hidden(path, "expected");
    let form = [
        ("id", id),
        ("counted", counted),
        ("expected", &expected),
        ("step", "save"),
    ];
    desk.post(path, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_is_shown_before_anything_is_saved() {
    let desk = opened("100.000").await;
    desk.sell("s1", &[("MIE", 2)], json!({ "method": "cash" }))
        .await;
    let closings = "SELECT count(*) FROM drawer_closings";
    // By notes and coins: 1 of 100.000, 1 of 5.000, 3 of 500.
    let form = [
        ("id", "tutup"),
        ("n100000", "1"),
        ("n5000", "1"),
        ("n500", "3"),
        ("step", "check"),
    ];
    let shown = desk.post(CLOSE, &form).await;
    assert_eq!(shown.beside("Uang di laci"), "Rp106.500");
    assert_eq!(shown.beside("Seharusnya"), "Rp107.000");
    assert_eq!(shown.beside("Selisih"), "Kurang Rp500");
    assert_eq!(desk.number(closings), 0);

    // Something is sold before she presses the button: the figures are shown anew, and nothing is saved.
    desk.sell("s2", &[("MIE", 1)], json!({ "method": "cash" }))
        .await;
    let mut save = form.to_vec();
    save.retain(|(name, _)| *name != "step");
    save.extend([("step", "save"), ("expected", "107000")]);
    let shown = desk.post(CLOSE, &save).await;
    assert!(shown.text().contains("Tadi ada uang masuk atau keluar"));
    assert_eq!(shown.beside("Seharusnya"), "Rp110.500");
    assert_eq!(desk.number(closings), 0);

    save.retain(|(name, _)| *name != "expected");
    save.push(("expected", "110500"));
    Desk::taken(&desk.post(CLOSE, &save).await, TODAY);
    // Sent twice, it is one count; with another sum under the same identity it is none.
    Desk::taken(&desk.post(CLOSE, &save).await, TODAY);
    let other = [
        ("id", "tutup"),
        ("counted", "1.000"),
        ("step", "save"),
        ("expected", "110500"),
    ];
    assert_eq!(desk.post(CLOSE, &other).await.status, 409);
    assert_eq!(desk.number(closings), 1);
    let page = desk.get(TODAY).await;
    assert_eq!(page.beside("Selisih"), "Kurang Rp4.000");
    assert_eq!(page.beside("Rp500 × 3"), "Rp1.500");
    assert_eq!(
        desk.number(
            "SELECT count(*) FROM audit WHERE action = 'day.closed' AND detail LIKE '%-4000%'"
        ),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_count_stands_beside_its_field_and_nothing_is_lost() {
    let desk = opened("0").await;
    for (fields, expected) in [
        (vec![("n1000", "dua")], "Isi dengan angka."),
        (vec![("n1000", "-2")], "Isi dengan angka."),
        (vec![("n1000", "99999999999999999999")], "Isi dengan angka."),
        (
            vec![("counted", "lima puluh")],
            "Isi jumlah uang dengan angka",
        ),
        (vec![("counted", "50.5")], "Isi jumlah uang dengan angka"),
        (
            vec![("counted", "9999999999999")],
            "Isi jumlah uang dengan angka",
        ),
        (vec![("counted", "")], "Hitung uang di laci dulu."),
        (
            vec![("counted", "2.000"), ("n1000", "1")],
            "Total tidak sama",
        ),
    ] {
        let mut form = vec![
            ("id", "x"),
            ("note", "shift <b>pagi</b>"),
            ("step", "check"),
        ];
        form.extend(fields.clone());
        let shown = desk.post(CLOSE, &form).await;
        assert_eq!(shown.status, 422, "{fields:?}");
        assert!(
            shown.text().contains(expected),
            "{fields:?}: {}",
            shown.text()
        );
        assert!(
            shown.html.contains("shift &#60;b&#62;pagi"),
            "{}",
            shown.html
        );
        assert!(shown.html.contains(&format!("value=\"{}\"", fields[0].1)));
    }
    for (path, form) in [
        ("/hari/buka", vec![("id", "b"), ("float", "banyak")]),
        (
            "/hari/uang",
            vec![("id", "u"), ("reason", "goods"), ("amount", "0")],
        ),
        (
            "/hari/uang",
            vec![("id", "u"), ("reason", "sulap"), ("amount", "500")],
        ),
        (
            "/hari/uang",
            vec![("id", "u"), ("reason", "other_out"), ("amount", "500")],
        ),
    ] {
        let shown = desk.post(path, &form).await;
        assert_eq!(shown.status, 422, "{path} {form:?}");
        assert!(shown.html.contains("role=\"alert\""));
    }
    assert_eq!(desk.number("SELECT count(*) FROM drawer_entries"), 1);
    assert_eq!(desk.number("SELECT count(*) FROM drawer_closings"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_acts_once() {
    let desk = opened("50.000").await;
    let form = [
        ("id", "u1"),
        ("reason", "own_use"),
        ("amount", "20.000"),
        ("note", ""),
    ];
    for _ in 0..2 {
        Desk::taken(&desk.post("/hari/uang", &form).await, "/hari");
    }
    let other = [
        ("id", "u1"),
        ("reason", "own_use"),
        ("amount", "30.000"),
        ("note", ""),
    ];
    let shown = desk.post("/hari/uang", &other).await;
    assert_eq!(shown.status, 409);
    assert!(shown.text().contains("sudah terkirim"), "{}", shown.text());
    assert_eq!(
        desk.get("/hari").await.beside("Uang di laci seharusnya"),
        "Rp30.000"
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM audit WHERE action = 'drawer.taken_out'"),
        1
    );
    // A float that was mistyped is replaced, not added.
    let form = [("id", "lagi"), ("float", "60.000")];
    Desk::taken(&desk.post("/hari/buka", &form).await, "/hari");
    assert_eq!(
        desk.get("/hari").await.beside("Uang di laci seharusnya"),
        "Rp40.000"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_after_closing_reopens_nothing_and_a_second_closing_goes_on() {
    let desk = opened("10.000").await;
    Desk::taken(&close(&desk, CLOSE, "t1", "10.000").await, TODAY);
    assert!(
        !desk
            .get("/hari")
            .await
            .text()
            .contains("sesudah kasir ditutup")
    );
    desk.sell("telat", &[("MIE", 1)], json!({ "method": "cash" }))
        .await;
    let date = "SELECT count(*) FROM sales WHERE business_date = '2026-11-22'";
    assert_eq!(desk.number(date), 1);
    let page = desk.get("/hari").await;
    assert!(
        page.text().contains("sesudah kasir ditutup"),
        "{}",
        page.text()
    );
    assert_eq!(page.beside("Selisih"), "Pas");
    Desk::taken(&close(&desk, CLOSE, "t2", "14.000").await, TODAY);
    let page = desk.get(TODAY).await;
    assert_eq!(page.beside("Selisih"), "Lebih Rp500");
    assert!(!page.text().contains("sesudah kasir ditutup"));
    assert_eq!(desk.number("SELECT count(*) FROM drawer_closings"), 2);
    // Past midnight a closed day is over, whatever the hour.
    desk.folder.set("2026-11-22T17:30:00Z");
    desk.sell("malam", &[("MIE", 1)], json!({ "method": "cash" }))
        .await;
    assert_eq!(
        desk.number("SELECT count(*) FROM sales WHERE business_date = '2026-11-23'"),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_day_that_was_not_closed_is_told_and_can_be_closed() {
    let desk = opened("100.000").await;
    desk.folder.set("2026-11-23T02:00:00Z");
    let page = desk.get("/hari").await;
    assert!(
        page.html.contains("href=\"/hari/2026-11-22/tutup\""),
        "{}",
        page.html
    );
    assert!(
        page.text().contains("Belum ditutup: Minggu, 22 Nov 2026"),
        "{}",
        page.text()
    );
    // Nobody counted it: it may be closed without a count, today may not.
    let today = "/hari/2026-11-23/tutup";
    let form = [("id", "t0"), ("step", "check")];
    assert_eq!(desk.post(today, &form).await.status, 422);
    Desk::taken(&close(&desk, CLOSE, "t1", "").await, TODAY);
    assert_eq!(desk.get(TODAY).await.beside("Selisih"), "Tidak dihitung");
    let page = desk.get("/hari").await;
    assert!(!page.text().contains("Belum ditutup"), "{}", page.text());
    // Of days that were never any, none can be closed.
    assert_eq!(desk.get("/hari/2026-11-20/tutup").await.status, 404);

    // The next morning the count of the evening stands in the field.
    Desk::taken(
        &close(&desk, today, "t2", "75.500").await,
        "/hari/2026-11-23",
    );
    desk.folder.set("2026-11-24T02:00:00Z");
    let page = desk.get("/hari").await;
    assert!(page.html.contains("value=\"75.500\""), "{}", page.html);
    let list = desk.get("/hari/daftar").await.text();
    assert!(
        list.contains("Lebih Rp75.500") && list.contains("Tidak dihitung"),
        "{list}"
    );
}
