//! A shop's off-site backups with a hub on a server: they come back whole, and a shop's parts make room for newer ones.

use crate::harness::backend::Backend;
use crate::offsite::{Case, NEVER, PASSPHRASE, new_folder, passphrase, restore, sales_of, sell};

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_was_lost_comes_back_from_a_hub_on_a_server() {
    let case = Case::founded_on(Backend::Postgres, "2026-11-23T02:00:00Z", NEVER).await;
    case.shop.offsite_on(passphrase(), false).await.unwrap();
    sell(&case.shop, "monday", 30).await;
    case.night("2026-11-23T19:00:00Z").await;
    let first = case.hub.number("SELECT count(*) FROM backup_parts");
    assert!(first > 0);
    // A night on which little happened sends little, and the night before is still there.
    sell(&case.shop, "tuesday", 5).await;
    case.night("2026-11-24T19:00:00Z").await;
    case.night("2026-11-25T19:00:00Z").await;
    assert_eq!(case.hub.number("SELECT count(*) FROM backup_sets"), 3);
    let lengths = "SELECT count(*) FROM backup_parts WHERE octet_length(content) = 0";
    assert_eq!(case.hub.number(lengths), 0);

    let (code, new) = (case.code().await, new_folder());
    let restored = restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    assert_eq!(restored.restored.sales, 35);
    assert_eq!(sales_of(new.path()), sales_of(&case.folder.path));
    let (code, elsewhere) = (case.code().await, new_folder());
    let wrong = restore(elsewhere.path(), &case, &code, "salah", false);
    assert!(wrong.await.is_err());
    case.daemon.stop().await;
}
