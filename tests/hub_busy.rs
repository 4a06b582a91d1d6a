//! More pushes at once than a hub takes in: the others are told when to come back, and nothing of theirs is half there.

use std::sync::mpsc;

use kulakan::hub::intake::PUSHES_AT_ONCE;
use kulakan::hub::store;
use reqwest::StatusCode;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use crate::hub_sync::{Daemon, Shop, known, receipt};

const TOO_MANY: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_push_too_many_is_told_when_to_come_back() {
    let daemon = Daemon::start().await;
    let mut shops = Vec::new();
    for number in 0..PUSHES_AT_ONCE + TOO_MANY {
        let mut shop = daemon.shop(&format!("Warung {number}")).await;
        shop.record(&receipt("A", 10));
        shops.push(shop);
    }

    // Whoever holds the writer, nobody is done before it is let go.
    let (held, mut is_held) = unbounded_channel();
    let (let_go, is_let_go) = mpsc::channel::<()>();
    let writer = daemon.hub.store().clone();
    let holder = tokio::spawn(async move {
        store::write(&writer, move |tx| {
            tx.execute(
                "UPDATE devices SET epoch = epoch WHERE tenant_id = tenant()",
                &[],
            )?;
            let _ = held.send(());
            let _ = is_let_go.recv();
            Ok(())
        })
        .await
    });
    is_held.recv().await.unwrap();

    let mut under_way = JoinSet::new();
    for (index, shop) in shops.iter().enumerate() {
        let request = daemon.pushed(shop, 0..1);
        under_way.spawn(async move { (index, request.send().await.unwrap()) });
    }
    let mut turned_away = Vec::new();
    while turned_away.len() < TOO_MANY {
        let (index, answer) = under_way.join_next().await.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()["retry-after"], "10");
        turned_away.push(index);
    }
    let_go.send(()).unwrap();
    holder.await.unwrap().unwrap();
    while let Some(ended) = under_way.join_next().await {
        assert_eq!(ended.unwrap().1.status(), StatusCode::OK);
    }

    let stock = async |shop: &Shop| {
        let (lots, _) = known(&daemon.hub, &shop.id).await;
        lots.iter().map(|lot| lot.quantity.0).sum::<i64>()
    };
    for index in turned_away {
        assert_eq!(stock(&shops[index]).await, 0);
        assert_eq!(daemon.push(&shops[index], 0..1).await.0, 200);
    }
    for shop in &shops {
        assert_eq!(stock(shop).await, 10);
    }
}
