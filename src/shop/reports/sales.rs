//! Sales and profit by day, hour, product and category.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rusqlite::Connection;

use super::Period;
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity, Sku};
use crate::shop::Shop;
use crate::shop::store::reports::{self as rows, Counted, ReportedProduct, SoldLine};

/// Money in, and what the goods for it had cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Sales; not counted for a product or a category, which is on many.
    pub sales: i64,
    /// What customers paid or owe for it.
    pub revenue: Money,
    /// What the goods had cost.
    pub cost: Money,
}

impl Sum {
    /// What is left of the revenue after the cost of the goods.
    #[must_use]
    pub fn profit(&self) -> Money {
        self.revenue - self.cost
    }

    fn add(&mut self, times: i64, revenue: Money, cost: Money) {
        self.revenue += Money(times * revenue.0);
        self.cost += Money(times * cost.0);
    }

    fn count(&mut self, sale: &Counted) {
        self.sales += sale.sales;
        self.add(sale.times, sale.total, sale.cost);
    }
}

/// What was sold of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSales {
    /// The product.
    pub sku: Sku,
    /// Its name now.
    pub name: String,
    /// Its category now, or ''.
    pub category: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// Base units sold.
    pub quantity: Quantity,
    /// Its money: line totals less their share of discounts on whole sales.
    pub sum: Sum,
}

/// Sales and profit of some days.
///
/// A sale counts on its day, and what came back of it is taken off on the day on which it did, so that a day that is
/// over never changes; of the hours it is taken off that of the sale. Rounding to coins is in the sums of days and
/// hours, and in no product's: revenue of all products + rounding = revenue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesReport {
    /// The days.
    pub period: Period,
    /// All together.
    pub total: Sum,
    /// What rounding to coins added, or took off.
    pub rounding: Money,
    /// Products that sold and have no cost: profit is told too large by theirs.
    pub without_cost: i64,
    /// Every day, those without sales too.
    pub days: Vec<(NaiveDate, Sum)>,
    /// By the hour of the shop's wall, 0 to 23.
    pub hours: [Sum; 24],
    /// By way to pay, most first; together the revenue.
    pub payments: Vec<(PaymentMethod, Money)>,
}

/// What was sold on some days, product by product; what came back is taken off as in a [`SalesReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductsReport {
    /// The days.
    pub period: Period,
    /// By product, most revenue first.
    pub products: Vec<ProductSales>,
    /// By category, most revenue first; '' for none.
    pub categories: Vec<(String, Sum)>,
}

impl Shop {
    /// Sales and profit of a period.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sales_report(&self, period: Period) -> Result<SalesReport> {
        self.db
            .read(move |connection| report(connection, period))
            .await
    }
}

/// All together, without telling days apart.
pub(super) fn total(connection: &Connection, period: Period) -> Result<Sum> {
    let mut total = Sum::default();
    rows::for_each_counted(connection, period.from, period.to, |sale| {
        total.count(&sale);
    })?;
    Ok(total)
}

fn report(connection: &Connection, period: Period) -> Result<SalesReport> {
    let mut days: BTreeMap<NaiveDate, Sum> =
        period.days().map(|day| (day, Sum::default())).collect();
    let mut hours = [Sum::default(); 24];
    let (mut total, mut rounding) = (Sum::default(), Money::ZERO);
    rows::for_each_counted(connection, period.from, period.to, |sale| {
        rounding += Money(sale.times * sale.rounding.0);
        let of_day = days.entry(sale.date).or_default();
        for sum in [&mut total, of_day, &mut hours[sale.hour % 24]] {
            sum.count(&sale);
        }
    })?;
    Ok(SalesReport {
        period,
        total,
        rounding,
        without_cost: rows::sold_without_cost(connection, period.from, period.to)?,
        days: days.into_iter().collect(),
        hours,
        payments: rows::payments(connection, period.from, period.to)?,
    })
}

#[derive(Default)]
struct OfProduct {
    quantity: i64,
    sum: Sum,
}

/// What sold of the products that are `known`.
pub(super) fn products(
    connection: &Connection,
    period: Period,
    known: &HashMap<i64, ReportedProduct>,
) -> Result<ProductsReport> {
    let mut of_products: HashMap<i64, OfProduct> = HashMap::new();
    rows::for_each_lines(
        connection,
        period.from,
        period.to,
        |times, discount, lines| {
            for (line, revenue) in lines.iter().zip(shares(discount, lines)) {
                let product = of_products.entry(line.product_id).or_default();
                product.quantity += times * line.quantity.0;
                product.sum.add(times, revenue, line.cost);
            }
        },
    )?;
    let mut products: Vec<ProductSales> = of_products
        .into_iter()
        .filter(|(_, of)| of.quantity != 0 || of.sum != Sum::default())
        .filter_map(|(id, of)| Some(product_sales(known.get(&id)?, &of)))
        .collect();
    products.sort_by(|one, other| {
        let by_revenue = other.sum.revenue.cmp(&one.sum.revenue);
        by_revenue.then_with(|| one.sku.cmp(&other.sku))
    });
    Ok(ProductsReport {
        period,
        categories: categories(&products),
        products,
    })
}

/// What each line brought after its share of the discount on the whole sale, in whole rupiah: together exactly the
/// lines less the discount.
fn shares(discount: Money, lines: &[SoldLine]) -> impl Iterator<Item = Money> {
    let discount = i128::from(discount.0);
    let all: i128 = lines.iter().map(|line| i128::from(line.total.0)).sum();
    let mut before: i128 = 0;
    lines.iter().map(move |line| {
        if discount == 0 || all == 0 {
            return line.total;
        }
        let after = before + i128::from(line.total.0);
        // Differences of a rounded running share lose no rupiah.
        let share = discount * after / all - discount * before / all;
        before = after;
        Money((i128::from(line.total.0) - share) as i64)
    })
}

fn product_sales(product: &ReportedProduct, of: &OfProduct) -> ProductSales {
    ProductSales {
        sku: product.sku.clone(),
        name: product.name.clone(),
        category: product.category.clone(),
        unit: product.unit.clone(),
        unit_factor: product.unit_factor,
        quantity: Quantity(of.quantity),
        sum: of.sum,
    }
}

fn categories(products: &[ProductSales]) -> Vec<(String, Sum)> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for product in products {
        let sum = sums.entry(&product.category).or_default();
        sum.add(1, product.sum.revenue, product.sum.cost);
    }
    let mut sums: Vec<(String, Sum)> = sums
        .into_iter()
        .map(|(name, sum)| (name.to_owned(), sum))
        .collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.revenue));
    sums
}
