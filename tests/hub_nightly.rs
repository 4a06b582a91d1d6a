//! The nightly planning: what it keeps, that it adds up, and who may write it.

use chrono::{Duration, NaiveDate};
use kulakan::hub::store::plan_work::{self, Claim, Lease};
use kulakan::hub::store::plans::{self, ProductDemand, ShopPlan, ShopPlanLine};
use kulakan::hub::store::{self, HubTx};
use kulakan::model::Quantity;
use serde_json::json;

use super::hub_api::Distributor;
use super::hub_sync::{day, receipt, sale, sku};

const DATE: &str = "2026-11-22";

fn date() -> NaiveDate {
    day(DATE)
}

impl Distributor {
    async fn kept(&self, shop_id: &str) -> (ShopPlan, Vec<ShopPlanLine>) {
        let id = shop_id.to_owned();
        store::read(self.daemon.hub.store(), move |tx| {
            let plan = plans::find(tx, &id)?.expect("a plan");
            Ok((plan, plans::lines(tx, &id)?))
        })
        .await
        .unwrap()
    }

    async fn demand_of(&self, code: &str) -> ProductDemand {
        let sku = sku(code);
        store::read(self.daemon.hub.store(), move |tx| {
            Ok(plans::product_demand(tx)?.remove(&sku).unwrap_or_default())
        })
        .await
        .unwrap()
    }

    async fn in_store<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn HubTx) -> kulakan::error::Result<T> + Send + 'static,
    ) -> T {
        store::write(self.daemon.hub.store(), work).await.unwrap()
    }
}

#[tokio::test]
async fn the_night_keeps_the_figures_of_every_shops_plan() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let planned = distributor.daemon.hub.plan_all(date()).await.unwrap();
    assert_eq!((planned.shops, planned.products), (1, 3));
    let (plan, lines) = distributor.kept(&shop.id).await;
    let visit = distributor
        .daemon
        .hub
        .visit(&shop.id, date())
        .await
        .unwrap();
    assert_eq!(
        (
            plan.interval_days,
            plan.interval_source.as_str(),
            plan.due_on
        ),
        (visit.interval.days, "shop", visit.due_on)
    );
    assert_eq!(
        (plan.send_products, plan.send_value),
        (visit.lines.len() as i64, visit.value())
    );
    assert_eq!((plan.products, plan.out_products), (3, 0));
    // Every product was on the shelf on each of the last 28 days.
    assert_eq!((plan.product_days, plan.stocked_days), (84, 84));
    for sent in &visit.lines {
        let kept = lines.iter().find(|line| line.sku == sent.plan.sku).unwrap();
        assert_eq!(kept.quantity, sent.plan.quantity);
        assert_eq!(
            kept.level_micro,
            (sent.plan.order_up_to * 1e6).round() as i64
        );
        assert_eq!(kept.urgency, sent.plan.urgency.as_str());
    }
    let mie = lines.iter().find(|line| line.sku == sku("MIE")).unwrap();
    assert_eq!(
        (mie.forecast_micro, mie.position),
        (10_000_000, Quantity(40))
    );
    assert_eq!(mie.stock_out_millidays, Some(4000));
}

#[tokio::test]
async fn demand_adds_up_over_the_shops_however_they_were_planned() {
    let distributor = Distributor::start().await;
    let first = distributor.shop("Sri").await;
    distributor.shop("Budi").await;
    let hub = &distributor.daemon.hub;
    hub.plan_all(date()).await.unwrap();
    let demand = distributor.demand_of("MIE").await;
    assert_eq!((demand.forecast_per_day, demand.shops), (20.0, 2));
    let needs: i64 = {
        let mut sum = 0;
        for shop in hub.shops().await.unwrap() {
            let (_, lines) = distributor.kept(&shop.shop.id).await;
            let mie = lines.iter().find(|line| line.sku == sku("MIE")).unwrap();
            sum += mie.need.0;
        }
        sum
    };
    assert_eq!(demand.need, Quantity(needs));

    // One shop sells more, and is planned again by itself.
    let mut shop = first;
    let sold_before = shop.log.len();
    shop.record_on(day("2026-11-21"), &receipt("MIE", 100));
    shop.record_on(day("2026-11-21"), &sale("MIE", 90));
    let (status, _) = distributor
        .daemon
        .push(&shop, sold_before..shop.log.len())
        .await;
    assert_eq!(status, 200);
    hub.plan_again(&shop.id).await.unwrap();
    let one = distributor.demand_of("MIE").await;
    assert_eq!(one.forecast_per_day, 23.0);
    // The sums that were changed and those that are made anew are the same.
    hub.plan_all(date()).await.unwrap();
    assert_eq!(distributor.demand_of("MIE").await, one);
}

#[tokio::test]
async fn what_is_offered_no_more_leaves_the_plan_and_the_demand() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let hub = &distributor.daemon.hub;
    hub.plan_all(date()).await.unwrap();
    let off = "sku,name,unit,price,active\nGULA,Gula pasir,kg,16500,no\n";
    distributor
        .import(kulakan::hub::HubImport::Products, off)
        .await
        .unwrap();
    hub.plan_all(date()).await.unwrap();
    let (plan, lines) = distributor.kept(&shop.id).await;
    assert_eq!((plan.products, lines.len()), (2, 2));
    assert_eq!(
        distributor.demand_of("GULA").await,
        ProductDemand::default()
    );
}

async fn claimed(distributor: &Distributor, worker: &'static str) -> Claim {
    let now = distributor.daemon.hub.now();
    distributor
        .in_store(move |tx| plan_work::claim(tx, date(), worker, now, now + Duration::minutes(2)))
        .await
}

#[tokio::test]
async fn a_part_of_a_dead_worker_is_taken_over_and_the_dead_one_writes_nothing() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let now = distributor.daemon.hub.now();
    let begun = distributor
        .in_store(move |tx| plan_work::begin(tx, date(), now, &["m".to_owned()]))
        .await;
    assert!(begun);
    let Claim::Leased(dead) = claimed(&distributor, "dead").await else {
        panic!("no lease");
    };
    let Claim::Leased(other) = claimed(&distributor, "other").await else {
        panic!("no lease");
    };
    assert_ne!(dead.part, other.part, "a part has one worker");
    assert_eq!(
        claimed(&distributor, "third").await,
        Claim::Busy(now + Duration::minutes(2))
    );
    distributor.daemon.clock.set(now + Duration::minutes(3));
    distributor.daemon.hub.plan_all(date()).await.unwrap();
    assert_eq!(claimed(&distributor, "third").await, Claim::Nothing);
    for late in [dead, other] {
        let finish = |lease: Lease| distributor.in_store(move |tx| plan_work::finish(tx, &lease));
        assert!(!finish(late).await, "a lease that ran out still writes");
    }
    assert_eq!(distributor.demand_of("MIE").await.shops, 1);
}

#[tokio::test]
async fn several_processes_plan_a_date_once() {
    let distributor = Distributor::start().await;
    for name in ["Sri", "Budi", "Tuti"] {
        distributor.shop(name).await;
    }
    let hub = &distributor.daemon.hub;
    let together = tokio::join!(hub.plan_all(date()), hub.plan_all(date()),);
    let shops = together.0.unwrap().shops + together.1.unwrap().shops;
    assert_eq!(shops, 3);
    assert_eq!(json!(distributor.demand_of("MIE").await.shops), json!(3));
}
