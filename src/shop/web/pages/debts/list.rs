//! Everybody who owes something, and what it comes to.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::DebtTexts;
use super::{Row, ageing_rows, path_of};
use crate::model::Money;
use crate::shop::access::Role;
use crate::shop::debts::{Customer, DebtsSummary};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

#[derive(Template)]
#[template(path = "shop/web/templates/debts/list.html")]
struct ListPage {
    frame: Frame,
    texts: &'static DebtTexts,
    is_owner: bool,
    query: String,
    /// Everybody, and not only those who owe.
    all: bool,
    who: Listed,
    any_customers: bool,
    figures: Vec<Row>,
    ageing: Vec<Row>,
    customers: Vec<CustomerView>,
}

/// Of whom a list is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// Those who buy here.
    Present,
    /// Those who do no longer.
    Retired,
}

impl ListPage {
    fn is_of_retired(&self) -> bool {
        self.who == Listed::Retired
    }
}

struct CustomerView {
    path: String,
    name: String,
    owed: String,
    state: &'static str,
    class: &'static str,
    about: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    q: String,
    /// Those who owe nothing, too.
    #[serde(default)]
    semua: Option<String>,
    /// Those who buy here no longer, in place of the others.
    #[serde(default)]
    lama: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Response {
    let language = visitor.language;
    let texts = DebtTexts::of(language);
    let retired = which.lama.is_some();
    let found = if retired {
        pages.shop.retired_customers().await
    } else {
        pages.shop.customers().await
    };
    let mut customers = match found {
        Ok(customers) => customers,
        Err(error) => return pages.message(&visitor, error, "/"),
    };
    let summary = DebtsSummary::of(&customers);
    let any_customers = !customers.is_empty();
    let query = which.q.trim().to_lowercase();
    // Whoever looks for somebody by name finds them, debt or not.
    let all = retired || which.semua.is_some() || !query.is_empty();
    customers.retain(|customer| {
        let owes = customer.open.balance != Money::ZERO;
        (all || owes) && customer.row.name.to_lowercase().contains(&query)
    });
    if !all {
        customers.sort_by_key(|customer| {
            let late = customer.open.overdue > Money::ZERO;
            (!late, customer.open.oldest.is_none(), customer.open.oldest)
        });
    }
    page(&ListPage {
        frame: pages.debts_frame(&visitor, Texts::of(language).debts, "/kasbon"),
        texts,
        is_owner: visitor.person.role == Role::Owner,
        figures: figures(&summary, language),
        ageing: ageing_rows(&summary.ageing, language),
        customers: customers
            .iter()
            .map(|customer| view(customer, language))
            .collect(),
        query: which.q,
        all,
        who: if retired {
            Listed::Retired
        } else {
            Listed::Present
        },
        any_customers,
    })
}

fn figures(summary: &DebtsSummary, language: Language) -> Vec<Row> {
    let texts = DebtTexts::of(language);
    let mut figures = vec![
        (texts.total, money(summary.total, language)),
        (
            texts.customers,
            figure(&summary.customers.to_string(), language),
        ),
        (texts.overdue, money(summary.overdue, language)),
    ];
    if let Some(oldest) = summary.oldest {
        figures.push((texts.oldest, date(oldest, language)));
    }
    figures
}

/// What somebody's debt is called, and the class that colours it.
pub(super) fn state(customer: &Customer, language: Language) -> (&'static str, &'static str) {
    let texts = DebtTexts::of(language);
    let open = &customer.open;
    if open.overdue > Money::ZERO {
        (texts.overdue, "due")
    } else if customer.row.limit.is_some_and(|limit| open.balance > limit) {
        (texts.over_limit, "along")
    } else if open.balance > Money::ZERO {
        (texts.unpaid, "along")
    } else if open.balance < Money::ZERO {
        (texts.paid_ahead, "good")
    } else {
        (texts.settled, "good")
    }
}

fn view(customer: &Customer, language: Language) -> CustomerView {
    let texts = DebtTexts::of(language);
    let (state, class) = state(customer, language);
    let oldest = customer.open.oldest;
    CustomerView {
        path: path_of(&customer.row.id),
        name: customer.row.name.clone(),
        owed: money(customer.open.balance, language),
        state,
        class,
        about: oldest
            .map(|oldest| format!("{} {}", texts.since, date(oldest, language)))
            .unwrap_or_default(),
    }
}
