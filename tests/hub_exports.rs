//! Everything as files: by the API and the page.

use calamine::{Data, Reader, Xlsx};
use kulakan::hub::export;
use rstest::rstest;

use crate::hub_api::Distributor;

async fn file(distributor: &Distributor, path: &str) -> (u16, String, Vec<u8>) {
    let url = distributor.daemon.url(path);
    let request = distributor.daemon.client.get(url);
    let response = request
        .bearer_auth(&distributor.token)
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (status, kind, response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn every_table_is_there_as_csv_and_as_excel() {
    let distributor = Distributor::start().await;
    distributor.shop("=1+1").await;
    let hub = &distributor.daemon.hub;
    hub.plan_all(hub.today()).await.unwrap();
    for name in export::names() {
        let (status, kind, csv) = file(&distributor, &format!("/api/v1/exports/{name}")).await;
        assert_eq!(
            (status, kind.as_str()),
            (200, "text/csv; charset=utf-8"),
            "{name}"
        );
        let mut reader = csv::Reader::from_reader(&*csv);
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let (status, _, excel) =
            file(&distributor, &format!("/api/v1/exports/{name}?format=xlsx")).await;
        assert_eq!(status, 200, "{name}");
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(excel)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(sheet.width(), header.len(), "{name}");
        assert_eq!(sheet.height(), rows.len() + 1, "{name}");
        // The page gives the same.
        let (status, _, page) = file(&distributor, &format!("/ekspor/{name}.csv")).await;
        assert_eq!(status, 200, "{name}");
        assert_eq!(page.strip_prefix(b"\xef\xbb\xbf").unwrap(), csv, "{name}");
        if name == "shops" {
            assert_eq!(
                rows[0].get(1),
                Some("'=1+1"),
                "no formula for a spreadsheet"
            );
            assert_eq!(
                sheet.get_value((1, 1)),
                Some(&Data::String("=1+1".to_owned()))
            );
        }
        if matches!(name, "shops" | "products" | "positions" | "demand" | "plan") {
            assert!(!rows.is_empty(), "{name}");
        }
        for secret in ["token", "pin", "password", "secret"] {
            assert!(
                header.iter().all(|column| !column.contains(secret)),
                "{name}: {secret}"
            );
        }
    }
}

#[tokio::test]
async fn demand_is_narrowed_by_dates() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let (_, _, csv) = file(
        &distributor,
        "/api/v1/exports/demand?from=2026-11-01&to=2026-11-03",
    )
    .await;
    let mut reader = csv::Reader::from_reader(&*csv);
    let dates: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[2].to_owned())
        .collect();
    assert_eq!(dates.len(), 9);
    assert!(
        dates
            .iter()
            .all(|date| ("2026-11-01"..="2026-11-03").contains(&date.as_str()))
    );
}

#[rstest]
#[case::no_such_table("/api/v1/exports/users", 404)]
#[case::no_such_form("/api/v1/exports/shops?format=pdf", 422)]
#[case::no_dates("/api/v1/exports/shops?from=2026-01-01", 422)]
#[case::wrong_order("/api/v1/exports/demand?from=2026-02-01&to=2026-01-01", 422)]
#[case::no_date("/api/v1/exports/demand?from=kemarin", 422)]
#[case::page_of_nothing("/ekspor/shops.pdf", 404)]
#[tokio::test]
async fn what_cannot_be_is_refused(#[case] path: &str, #[case] wanted: u16) {
    let distributor = Distributor::start().await;
    let (status, _, body) = file(&distributor, path).await;
    let told = String::from_utf8_lossy(&body);
    assert!(
        status == wanted || (wanted == 422 && status == 400),
        "{status} {told}"
    );
}
