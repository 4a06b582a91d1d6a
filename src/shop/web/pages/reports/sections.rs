//! The tables of the reports, which the pages show and the downloads write.

use super::super::{Pages, money};
use super::texts::ReportTexts;
use super::{Part, Section};
use crate::chart::{BarGroup, Bars};
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity};
use crate::shop::reports::{
    Accuracy, Period, ProductSales, ProductsReport, SalesReport, SlowLine, StockReport, Sum,
};
use crate::table::{Cell, Table};
use crate::web::Language;
use crate::web::layout::figure;

type Figures = Vec<(&'static str, String)>;

/// The page on which a table of this name stands.
pub(super) fn part_of(id: &str) -> Option<Part> {
    match id {
        "per-hari" | "per-jam" | "cara-bayar" => Some(Part::Sales),
        "paling-laku" | "per-kategori" | "kurang-laku" => Some(Part::Goods),
        "nilai-stok" | "rusak-hilang" => Some(Part::Stock),
        "perkiraan" => Some(Part::Forecast),
        _ => None,
    }
}

/// The figures and tables of a page.
pub(super) async fn of(
    pages: &Pages,
    part: Part,
    period: Period,
    language: Language,
) -> Result<(Figures, Vec<Section>)> {
    let shop = &pages.shop;
    Ok(match part {
        Part::Sales => sales(&shop.sales_report(period).await?, language),
        Part::Goods => {
            let (sales, slow) = shop.goods_report(period).await?;
            (Vec::new(), goods(&sales, &slow, language))
        }
        Part::Stock => stock(&shop.stock_report(period).await?, language),
        Part::Forecast => forecast(&shop.accuracy(period).await?, language),
    })
}

fn table<const N: usize>(id: &str, columns: [&str; N], rows: Vec<[Cell; N]>) -> Table {
    Table {
        name: id.to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(Vec::from).collect(),
    }
}

/// Cost and profit one on the other, in thousands: together what customers paid.
fn bars(title: &str, groups: impl Iterator<Item = (String, Sum)>, language: Language) -> String {
    let texts = ReportTexts::of(language);
    let thousands = |amount: Money| (amount.0 as f64 / 1000.0).max(0.0);
    let groups = groups
        .map(|(label, sum)| BarGroup {
            label,
            segments: vec![
                // Sold below cost, the bar is what came in.
                (texts.cost.to_owned(), thousands(sum.cost.min(sum.revenue))),
                (texts.profit.to_owned(), thousands(sum.profit())),
            ],
            error: None,
        })
        .collect();
    let bars = Bars {
        title: title.to_owned(),
        y_axis: texts.thousands.to_owned(),
        groups,
        decimal_sign: language.decimal_sign(),
    };
    bars.picture()
}

fn sales(report: &SalesReport, language: Language) -> (Figures, Vec<Section>) {
    let texts = ReportTexts::of(language);
    let shown = |amount| money(amount, language);
    let mut figures = vec![
        (texts.revenue, shown(report.total.revenue)),
        (texts.profit, shown(report.total.profit())),
        (
            texts.receipts,
            figure(&report.total.sales.to_string(), language),
        ),
    ];
    if report.total.sales > 0 {
        let mean = Money(report.total.revenue.0 / report.total.sales);
        figures.push((texts.average, shown(mean)));
    }
    if report.without_cost > 0 {
        let count = figure(&report.without_cost.to_string(), language);
        figures.push((texts.without_cost, count));
    }
    if report.rounding != Money::ZERO {
        figures.push((texts.rounding, shown(report.rounding)));
    }
    if report.total.sales == 0 {
        return (figures, vec![empty("per-hari", texts.by_day, texts)]);
    }
    (
        figures,
        vec![
            by_day(report, language),
            by_hour(report, language),
            by_payment(report, language),
        ],
    )
}

fn empty(id: &'static str, heading: &'static str, texts: &'static ReportTexts) -> Section {
    Section {
        id,
        heading,
        note: texts.nothing.to_owned(),
        picture: String::new(),
        table: table::<0>(id, [], Vec::new()),
    }
}

fn by_day(report: &SalesReport, language: Language) -> Section {
    let texts = ReportTexts::of(language);
    let columns = [
        texts.date,
        texts.receipts,
        texts.revenue,
        texts.cost,
        texts.profit,
    ];
    let rows = report.days.iter().rev().map(|(day, sum)| {
        [
            Cell::Date(*day),
            Cell::Number(sum.sales),
            sum.revenue.into(),
            sum.cost.into(),
            sum.profit().into(),
        ]
    });
    // More days than this stand closer than a line is wide.
    let drawn = report.days.len() <= 120;
    let groups = report
        .days
        .iter()
        .map(|(day, sum)| (day.format("%-d/%-m").to_string(), *sum));
    Section {
        id: "per-hari",
        heading: texts.by_day,
        note: String::new(),
        picture: if drawn && report.days.len() > 1 {
            bars(texts.by_day, groups, language)
        } else {
            String::new()
        },
        table: table("per-hari", columns, rows.collect()),
    }
}

fn by_hour(report: &SalesReport, language: Language) -> Section {
    let texts = ReportTexts::of(language);
    let columns = [
        texts.hour,
        texts.receipts,
        texts.revenue,
        texts.cost,
        texts.profit,
    ];
    let busy = |hour: &usize| report.hours[*hour].sales > 0;
    let first = (0..24).find(busy).unwrap_or(0);
    let last = (0..24).rev().find(busy).unwrap_or(0);
    let hours = first..=last;
    let rows = hours.clone().map(|hour| {
        let sum = report.hours[hour];
        [
            Cell::Text(format!("{hour:02}")),
            Cell::Number(sum.sales),
            sum.revenue.into(),
            sum.cost.into(),
            sum.profit().into(),
        ]
    });
    let groups = hours
        .clone()
        .map(|hour| (format!("{hour:02}"), report.hours[hour]));
    Section {
        id: "per-jam",
        heading: texts.by_hour,
        note: String::new(),
        picture: bars(texts.by_hour, groups, language),
        table: table("per-jam", columns, rows.collect()),
    }
}

fn by_payment(report: &SalesReport, language: Language) -> Section {
    let texts = ReportTexts::of(language);
    let name = |method: PaymentMethod| match method {
        PaymentMethod::Cash => texts.cash,
        PaymentMethod::Qris => texts.qris,
        PaymentMethod::Transfer => texts.transfer,
        PaymentMethod::Debt => texts.debt,
    };
    let rows = report
        .payments
        .iter()
        .map(|(method, amount)| [name(*method).into(), (*amount).into()]);
    Section {
        id: "cara-bayar",
        heading: texts.by_payment,
        note: String::new(),
        picture: String::new(),
        table: table("cara-bayar", [texts.method, texts.amount], rows.collect()),
    }
}

fn category(name: &str, texts: &'static ReportTexts) -> Cell {
    if name.is_empty() {
        texts.no_category.into()
    } else {
        name.into()
    }
}

fn goods(sales: &ProductsReport, slow: &[SlowLine], language: Language) -> Vec<Section> {
    let texts = ReportTexts::of(language);
    if sales.products.is_empty() && slow.is_empty() {
        return vec![empty("paling-laku", texts.best, texts)];
    }
    let best = |product: &ProductSales| {
        [
            product.name.as_str().into(),
            product.sku.as_str().into(),
            category(&product.category, texts),
            Cell::Quantity(product.quantity, product.unit_factor),
            product.unit.as_str().into(),
            product.sum.revenue.into(),
            product.sum.profit().into(),
        ]
    };
    let columns = [
        texts.product,
        texts.code,
        texts.category,
        texts.quantity,
        texts.unit,
        texts.revenue,
        texts.profit,
    ];
    let best = Section {
        id: "paling-laku",
        heading: texts.best,
        note: String::new(),
        picture: String::new(),
        table: table(
            "paling-laku",
            columns,
            sales.products.iter().map(best).collect(),
        ),
    };
    let of_category = |(name, sum): &(String, Sum)| {
        [
            category(name, texts),
            sum.revenue.into(),
            sum.cost.into(),
            sum.profit().into(),
        ]
    };
    let columns = [texts.category, texts.revenue, texts.cost, texts.profit];
    let groups = sales.categories.iter().take(7).map(|(name, sum)| {
        let name = if name.is_empty() {
            texts.no_category
        } else {
            name
        };
        (name.to_owned(), *sum)
    });
    let categories = Section {
        id: "per-kategori",
        heading: texts.by_category,
        note: String::new(),
        picture: if sales.categories.len() > 1 {
            bars(texts.by_category, groups, language)
        } else {
            String::new()
        },
        table: table(
            "per-kategori",
            columns,
            sales.categories.iter().map(of_category).collect(),
        ),
    };
    vec![best, categories, slow_sellers(slow, sales.period, texts)]
}

fn slow_sellers(slow: &[SlowLine], period: Period, texts: &'static ReportTexts) -> Section {
    let columns = [
        texts.product,
        texts.code,
        texts.quantity,
        texts.on_hand,
        texts.unit,
        texts.lasts,
        texts.cost,
    ];
    let rows = slow.iter().map(|line| {
        let lasts = line.lasts_days(period);
        [
            line.name.as_str().into(),
            line.sku.as_str().into(),
            Cell::Quantity(line.sold, line.unit_factor),
            Cell::Quantity(line.on_hand, line.unit_factor),
            line.unit.as_str().into(),
            lasts.map_or(Cell::Empty, Cell::Number),
            line.cost.into(),
        ]
    });
    Section {
        id: "kurang-laku",
        heading: texts.slow,
        note: texts.slow_note.to_owned(),
        picture: String::new(),
        table: table("kurang-laku", columns, rows.collect()),
    }
}

fn stock(report: &StockReport, language: Language) -> (Figures, Vec<Section>) {
    let texts = ReportTexts::of(language);
    let figures = vec![
        (texts.value, money(report.cost, language)),
        (texts.price_value, money(report.price, language)),
        (texts.losses, money(report.lost, language)),
    ];
    let columns = [
        texts.category,
        texts.products,
        texts.cost,
        texts.price_value,
    ];
    let values = report.values.iter().map(|line| {
        [
            category(&line.category, texts),
            Cell::Number(line.products),
            line.cost.into(),
            line.price.into(),
        ]
    });
    let value = Section {
        id: "nilai-stok",
        heading: texts.value,
        note: texts.value_note.to_owned(),
        picture: String::new(),
        table: table("nilai-stok", columns, values.collect()),
    };
    let why = |why: &str| match why {
        "waste" => texts.waste,
        "expired" => texts.expired,
        "own_use" => texts.own_use,
        _ => texts.counted,
    };
    let rows = report.losses.iter().map(|line| {
        [
            line.name.as_str().into(),
            line.sku.as_str().into(),
            why(&line.why).into(),
            Cell::Quantity(line.quantity, line.unit_factor),
            line.unit.as_str().into(),
            line.cost.into(),
        ]
    });
    let columns = [
        texts.product,
        texts.code,
        texts.why,
        texts.amount,
        texts.unit,
        texts.cost,
    ];
    let losses = Section {
        id: "rusak-hilang",
        heading: texts.losses,
        note: if report.losses.is_empty() {
            texts.nothing.to_owned()
        } else {
            String::new()
        },
        picture: String::new(),
        table: table("rusak-hilang", columns, rows.collect()),
    };
    (figures, vec![value, losses])
}

/// Tenths of a percent of a share; far more than a hundredfold says nothing more.
fn per_mille(share: f64) -> i64 {
    (share * 1000.0).round().clamp(-1e9, 1e9) as i64
}

fn percent(share: f64, language: Language) -> String {
    let text = Quantity(per_mille(share.abs())).in_unit(10);
    format!("{}%", figure(&text, language))
}

fn forecast(report: &Accuracy, language: Language) -> (Figures, Vec<Section>) {
    let texts = ReportTexts::of(language);
    let said = match (report.error, report.bias) {
        (Some(error), Some(bias)) => {
            let leaning = if bias.abs() < 0.01 {
                texts.even.to_owned()
            } else if bias > 0.0 {
                format!("{} {}", texts.too_much, percent(bias, language))
            } else {
                format!("{} {}", texts.too_little, percent(bias, language))
            };
            format!("{} {}; {leaning}.", texts.off_by, percent(error, language))
        }
        _ => texts.accuracy_none.to_owned(),
    };
    let columns = [
        texts.product,
        texts.code,
        texts.nights,
        texts.foreseen,
        texts.actual,
        texts.missed_by,
        texts.unit,
        texts.bias,
        texts.suggested,
    ];
    let rows = report.products.iter().map(|line| {
        let units = |mean: f64| {
            // Tenths of a base unit would be noise in a mean of days.
            Cell::Quantity(Quantity(mean.round() as i64), line.unit_factor)
        };
        let bias = line.bias().map(per_mille);
        [
            line.name.as_str().into(),
            line.sku.as_str().into(),
            Cell::Number(line.nights),
            units(line.foreseen),
            units(line.actual),
            units(line.missed_by),
            line.unit.as_str().into(),
            bias.map_or(Cell::Empty, Cell::PerMille),
            Cell::Quantity(line.suggested, line.unit_factor),
        ]
    });
    let section = Section {
        id: "perkiraan",
        heading: texts.accuracy,
        note: format!("{said} {}", texts.accuracy_note),
        picture: String::new(),
        table: table("perkiraan", columns, rows.collect()),
    };
    let nights = figure(&report.nights.to_string(), language);
    (vec![(texts.nights, nights)], vec![section])
}
