//! What queries ask for. What is absent does not narrow.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which product.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfProduct {
    /// The product.
    pub sku: String,
}

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDate {
    /// The date of the plan; today at the hub if absent.
    pub date: Option<NaiveDate>,
}

/// Which days; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DemandQuery {
    /// Of this shop, by its identity.
    pub shop: Option<String>,
    /// Of this product.
    pub sku: Option<String>,
    /// On this date or later.
    pub from: Option<NaiveDate>,
    /// On this date or earlier.
    pub to: Option<NaiveDate>,
}

/// Which day, and in which words.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScheduleQuery {
    /// The day; today at the hub if absent.
    pub date: Option<NaiveDate>,
    /// `id` or `en`: the language of the sentences.
    pub lang: Option<String>,
}

/// Which shipments; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShipmentQuery {
    /// To this shop, by its identity.
    pub shop: Option<String>,
    /// In this state.
    pub state: Option<String>,
}

/// Which runs; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductionPlanQuery {
    /// On this line.
    pub line: Option<String>,
    /// In this state.
    pub state: Option<String>,
}

/// Which documents of the warehouse.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StockDocumentQuery {
    /// `receipt`, `count` or `adjustment`; all if absent.
    pub kind: Option<String>,
}

/// Which moves of a product's ledger.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StockMovesQuery {
    /// Those before this position.
    pub before: Option<i64>,
}

/// Which shipments of a day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    /// The day on which they leave; today if absent.
    pub date: Option<NaiveDate>,
    /// Only of this route; empty for shops without one.
    pub route: Option<String>,
    /// Only in this state.
    pub state: Option<String>,
    /// From 0, 50 shipments each.
    pub page: Option<i64>,
}

/// Which returns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReturnQuery {
    /// `collected`, `taken_in` or `cancelled`; all if absent.
    pub state: Option<String>,
}

/// Which differences.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DifferenceQuery {
    /// Those that were settled, in place of the open ones.
    #[serde(default)]
    pub settled: bool,
    /// Only of this shipment.
    pub shipment: Option<String>,
}

/// Whose stock a report is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InventoryQuery {
    /// The shop, by its identity; the distributor's own warehouse if absent.
    pub shop: Option<String>,
}

/// Which orders; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    /// In this phase.
    pub phase: Option<String>,
    /// Of this customer, by its identity.
    pub customer: Option<String>,
    /// Of this shop, by its identity.
    pub shop: Option<String>,
    /// With this number.
    pub number: Option<String>,
    /// Older than the order with this identity: the last of an answer gives the next one.
    pub before: Option<String>,
}

/// Which messages; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// `waiting`, `sending`, `by_hand`, `sent`, `stuck` or `dropped`.
    pub state: Option<String>,
    /// About this order, by its identity.
    pub order: Option<String>,
}

/// Which rows of a table, and as which file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `csv` or `xlsx`; CSV if absent.
    pub format: Option<String>,
    /// Of this date or later, where the table has dates.
    pub from: Option<NaiveDate>,
    /// Of this date or earlier.
    pub to: Option<NaiveDate>,
}
