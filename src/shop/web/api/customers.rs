//! `/customers`

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::error::Error;
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::access::Person;
use crate::shop::debts::{
    Account, Ageing, Customer, CustomerQuery, CustomerRequest, DebtPayment, DebtPaymentRequest,
    DebtsSummary,
};
use crate::shop::outcome::{Outcome, Page};
use crate::shop::store::debts::LedgerRow;
use crate::web::Problem;
use crate::web::problem::{Json, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get))
        .routes(routes!(pay))
        .routes(routes!(debts))
}

/// A customer and what they owe.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerBody {
    /// Their identity.
    id: String,
    /// Their name.
    name: String,
    /// Their telephone number, or ''.
    phone: String,
    /// In somebody's own words.
    note: String,
    /// Rupiah they may owe at most; absent for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    limit: Option<Money>,
    /// Days until a debt of theirs is due.
    due_days: i64,
    /// What they owe, rupiah; negative when they have paid ahead.
    #[schema(value_type = i64)]
    owed: Money,
    /// What of it should have been paid by now.
    #[schema(value_type = i64)]
    overdue: Money,
    /// The date of the oldest open debt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    oldest: Option<NaiveDate>,
    /// What is owed by age; payments clear the oldest first.
    ageing: Ageing,
}

/// A customer with everything that made their debt.
#[derive(Debug, Serialize, ToSchema)]
struct AccountBody {
    #[serde(flatten)]
    customer: CustomerBody,
    /// Every entry, as they came.
    statement: Vec<EntryBody>,
}

/// An entry of a customer's ledger.
#[derive(Debug, Serialize, ToSchema)]
struct EntryBody {
    /// `sale`, `void`, `return`, `payment`, `opening` or `write_off`.
    kind: String,
    /// Rupiah; positive: owes more.
    #[schema(value_type = i64)]
    amount: Money,
    /// What was owed after it.
    #[schema(value_type = i64)]
    balance: Money,
    /// How a payment was made, or ''.
    method: String,
    /// The sale, return or payment.
    reference: String,
    /// The receipt that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<i64>,
    /// In somebody's own words.
    note: String,
    /// Who recorded it.
    by: String,
    /// The trading day.
    #[schema(value_type = String, format = Date)]
    business_date: NaiveDate,
}

impl From<Customer> for CustomerBody {
    fn from(customer: Customer) -> Self {
        let (row, open) = (customer.row, customer.open);
        Self {
            id: row.id,
            name: row.name,
            phone: row.phone,
            note: row.note,
            limit: row.limit,
            due_days: customer.due_days,
            owed: open.balance,
            overdue: open.overdue,
            oldest: open.oldest,
            ageing: open.ageing,
        }
    }
}

impl From<(LedgerRow, Money)> for EntryBody {
    fn from((entry, balance): (LedgerRow, Money)) -> Self {
        Self {
            kind: entry.kind,
            amount: entry.amount,
            balance,
            method: entry.method,
            reference: entry.reference,
            receipt: entry.receipt,
            note: entry.note,
            by: entry.by,
            business_date: entry.business_date,
        }
    }
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> Self {
        Self {
            customer: account.customer.into(),
            statement: account.statement.into_iter().map(Into::into).collect(),
        }
    }
}

/// Customers with what they owe, in the order of their identities.
#[utoipa::path(get, path = "/customers", tag = "customers", params(CustomerQuery),
    responses((status = OK, body = Page<CustomerBody>)))]
async fn list(
    State(shop): State<Shop>,
    Query(query): Query<CustomerQuery>,
) -> Result<axum::Json<Page<CustomerBody>>, Problem> {
    let page = shop.list_customers(query).await?;
    Ok(axum::Json(Page {
        items: page.items.into_iter().map(Into::into).collect(),
        next_cursor: page.next_cursor,
    }))
}

/// Adds a customer.
#[utoipa::path(post, path = "/customers", tag = "customers", request_body = CustomerRequest,
    responses(
        (status = CREATED, body = AccountBody),
        (status = OK, body = AccountBody, description = "Added before; the same customer"),
        (status = CONFLICT, body = Problem, description = "The id is another customer's"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn add(
    State(shop): State<Shop>,
    Json(request): Json<CustomerRequest>,
) -> Result<Response, Problem> {
    let added = shop.add_customer(&request, &script()).await?;
    recorded(match added {
        Outcome::Recorded(id) => Outcome::Recorded(body(&shop, &id).await?),
        Outcome::Already(id) => Outcome::Already(body(&shop, &id).await?),
        Outcome::Conflict(why) => Outcome::Conflict(why),
    })
}

async fn body(shop: &Shop, id: &str) -> Result<AccountBody, Error> {
    Ok(shop.customer(id).await?.into())
}

/// Whoever holds a token acts with the owner's right.
fn script() -> Person {
    Person {
        name: "api".to_owned(),
        ..Person::owner()
    }
}

/// A customer with their statement.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", params(("id" = String, Path)),
    responses((status = OK, body = AccountBody), (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<axum::Json<AccountBody>, Problem> {
    Ok(axum::Json(body(&shop, &id).await?))
}

/// Records that a customer paid some of what they owe; cash goes into the drawer.
#[utoipa::path(post, path = "/customers/{id}/payments", tag = "customers", params(("id" = String, Path)),
    request_body = DebtPaymentRequest,
    responses(
        (status = CREATED, body = DebtPayment),
        (status = OK, body = DebtPayment, description = "Recorded before; the same body"),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "The id was used for something else"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, description = "Among others: more than is owed"),
    ))]
async fn pay(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Json(request): Json<DebtPaymentRequest>,
) -> Result<Response, Problem> {
    recorded(shop.pay_debt(&id, request, &script().name).await?)
}

/// What the shop is owed altogether.
#[utoipa::path(get, path = "/debts", tag = "customers", responses((status = OK, body = DebtsSummary)))]
async fn debts(State(shop): State<Shop>) -> Result<axum::Json<DebtsSummary>, Problem> {
    Ok(axum::Json(shop.debts_summary().await?))
}
