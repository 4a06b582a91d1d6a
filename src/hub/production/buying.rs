//! Raw material for a planned run: what of it is missing, and the orders to suppliers that bring it.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::super::Hub;
use super::super::store::production_plans::{self as rows, PlanState, ProductionPlan};
use super::super::store::supplier_orders::SupplierOrder;
use super::super::store::warehouse::{self, Availability};
use super::super::store::{self, HubTx};
use super::super::supplier_orders::{NewSupplierOrder, OrderMade};
use super::super::supply::{SupplyPlan, planned};
use super::materials::material_use;
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// A material of a run, and whether it will be there. Base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialSupply {
    /// The material.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What the run takes.
    pub planned: Quantity,
    /// What all runs take that are planned and not booked in, this one among them.
    pub for_runs: Quantity,
    /// What is there and not promised; absent where no count is kept.
    pub available: Option<Quantity>,
    /// What suppliers are still to bring.
    pub on_order: Quantity,
    /// What is missing for all of these runs; absent where no count is kept.
    pub missing: Option<Quantity>,
}

/// What became of asking for a run's material.
#[derive(Debug, Clone, PartialEq)]
pub struct MaterialOrders {
    /// The recommended orders, one for each supplier.
    pub orders: Vec<SupplierOrder>,
    /// Materials of the run that are missing and have no supplier who can deliver.
    pub unsupplied: Vec<Sku>,
    /// Materials of the run that no count is kept of: nobody can say what is missing.
    pub uncounted: Vec<Sku>,
}

impl Hub {
    /// Whether the material of a planned run will be there.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a run.
    pub async fn material_supply(&self, plan_id: &str) -> Result<Vec<MaterialSupply>> {
        let (id, today) = (plan_id.to_owned(), self.today());
        store::read(self.store(), move |tx| {
            let plan = rows::get(tx, &id)?;
            supplies(tx, &plan, today)
        })
        .await
    }

    /// Recommends orders to the suppliers of what is missing for a run, in place of earlier recommendations for them. They
    /// hold what the plan of the day would order there anyway. With the same `request` the same orders again.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a run, [`Error::Refused`] when it is over or nothing is missing.
    pub async fn order_materials(
        &self,
        actor: &str,
        request: Uuid,
        plan_id: &str,
    ) -> Result<MaterialOrders> {
        let policy = self.supply_policy()?;
        let (id, today) = (plan_id.to_owned(), self.today());
        let (plan, supply, supplies) = store::read(self.store(), move |tx| {
            let plan = rows::get(tx, &id)?;
            let supplies = supplies(tx, &plan, today)?;
            Ok((plan, planned(tx, today, &policy)?, supplies))
        })
        .await?;
        if matches!(plan.state, PlanState::Done | PlanState::Cancelled) {
            let why = format!("{} is {}: it takes nothing more", plan.number, plan.state);
            return Err(Error::Refused(why));
        }
        let mut found = MaterialOrders {
            orders: Vec::new(),
            unsupplied: unsupplied(&plan, &supply),
            uncounted: supplies
                .into_iter()
                .filter(|supply| supply.missing.is_none())
                .map(|supply| supply.sku)
                .collect(),
        };
        for supplier in suppliers(&plan, &supply) {
            let new = NewSupplierOrder {
                id: Some(of_both(request, &supplier)),
                supplier,
                date: None,
                note: plan.number.clone(),
                lines: None,
            };
            let (OrderMade::Created(order) | OrderMade::Repeated(order)) =
                self.create_supplier_order(actor, new).await?;
            found.orders.push(order);
        }
        if found.orders.is_empty() && found.unsupplied.is_empty() && found.uncounted.is_empty() {
            let why = format!("all that {} takes is there or ordered", plan.number);
            return Err(Error::Refused(why));
        }
        Ok(found)
    }
}

fn supplies(
    tx: &mut dyn HubTx,
    plan: &ProductionPlan,
    today: chrono::NaiveDate,
) -> Result<Vec<MaterialSupply>> {
    let used = material_use(tx)?;
    let there = warehouse::availability(tx, today)?;
    let materials = plan.materials.iter();
    Ok(materials
        .map(|material| {
            let known = there.get(&material.sku);
            let for_runs = used
                .get(&material.sku)
                .map_or(Quantity::ZERO, |used| used.for_runs);
            let on_order = known.map_or(Quantity::ZERO, |known| known.on_order);
            let comes = known.map(|known| known.balance() + on_order);
            MaterialSupply {
                sku: material.sku.clone(),
                name: material.name.clone(),
                planned: material.planned,
                for_runs,
                available: known.map(Availability::available),
                on_order,
                missing: comes.map(|comes| (for_runs - comes).max(Quantity::ZERO)),
            }
        })
        .collect())
}

fn is_of(plan: &ProductionPlan, sku: &Sku) -> bool {
    plan.materials.iter().any(|material| material.sku == *sku)
}

/// Those from whom something is to be ordered that the run takes.
fn suppliers(plan: &ProductionPlan, supply: &SupplyPlan) -> Vec<String> {
    let needed = supply
        .suppliers
        .iter()
        .filter(|supplier| supplier.ordered().any(|line| is_of(plan, &line.item.sku)));
    needed.map(|supplier| supplier.supplier.clone()).collect()
}

fn unsupplied(plan: &ProductionPlan, supply: &SupplyPlan) -> Vec<Sku> {
    let nobody = supply.unsupplied.iter().map(|nobody| &nobody.item);
    nobody
        .filter(|item| is_of(plan, &item.sku) && item.stock.position() < Quantity::ZERO)
        .map(|item| item.sku.clone())
        .collect()
}

/// The identity of the order to one supplier that a request leads to: always the same.
fn of_both(request: Uuid, supplier: &str) -> Uuid {
    let digest = Sha256::new()
        .chain_update(request.as_bytes())
        .chain_update(supplier)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}
