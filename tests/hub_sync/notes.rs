//! Notes: pulled in order, page by page, none twice and none left out.

use kulakan::hub::store::{self, notes};
use kulakan::wire::exchange::NotesPage;
use kulakan::wire::note::Announcement;
use kulakan::wire::{MAX_PAGE_NOTES, NOTES_PATH};

use super::{Daemon, Shop, answer};

async fn announce(daemon: &Daemon, shop: &Shop, count: u32) {
    let (shop_id, now) = (shop.id.clone(), daemon.hub.now());
    store::write(daemon.hub.store(), move |tx| {
        for lead in 1..=count {
            let policy = Announcement::DeliveryPolicy {
                review_days: Some(7),
                lead_time_days: Some(lead),
            };
            notes::append(tx, &shop_id, &policy, now)?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn pull(daemon: &Daemon, shop: &Shop, cursor: Option<&str>) -> NotesPage {
    let path = cursor.map_or_else(
        || NOTES_PATH.to_owned(),
        |cursor| format!("{NOTES_PATH}?cursor={cursor}"),
    );
    let (status, body) = answer(daemon.get(&path, &shop.token)).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn notes_come_in_order_page_by_page_and_each_shop_has_its_own() {
    let daemon = Daemon::start().await;
    let shop = daemon.shop("Warung Bu Sri").await;
    let other = daemon.shop("Toko Jaya").await;
    let empty = pull(&daemon, &shop, None).await;
    assert!(empty.notes.is_empty() && !empty.more);

    announce(&daemon, &shop, 250).await;
    let first = pull(&daemon, &shop, Some(&empty.cursor)).await;
    assert_eq!((first.notes.len(), first.more), (MAX_PAGE_NOTES, true));
    let second = pull(&daemon, &shop, Some(&first.cursor)).await;
    assert_eq!((second.notes.len(), second.more), (50, false));
    let all = || first.notes.iter().chain(&second.notes);
    assert!(all().map(|note| note.position).eq(1..=250));
    for note in all() {
        let announced = Announcement::decode(&note.kind, note.version, &note.payload).unwrap();
        let expected = Announcement::DeliveryPolicy {
            review_days: Some(7),
            lead_time_days: Some(note.position as u32),
        };
        assert_eq!(announced, expected);
    }
    let rest = pull(&daemon, &shop, Some(&second.cursor)).await;
    assert!(rest.notes.is_empty() && rest.cursor == second.cursor);
    assert!(pull(&daemon, &other, None).await.notes.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_life_of_the_hub_begins_anew() {
    let daemon = Daemon::start().await;
    let shop = daemon.shop("Warung Bu Sri").await;
    announce(&daemon, &shop, 3).await;
    let page = pull(&daemon, &shop, None).await;
    let foreign = format!("{}{:016x}", uuid::Uuid::now_v7().simple(), 3);
    let beyond = format!("{}{:016x}", page.incarnation.simple(), 4);
    for cursor in [&foreign, &beyond, "nonsense"] {
        let again = pull(&daemon, &shop, Some(cursor)).await;
        assert_eq!(again.notes, page.notes, "{cursor}");
    }
}
