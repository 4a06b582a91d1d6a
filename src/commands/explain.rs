//! Why a product's line of the plan is what it is.

use anyhow::Result;
use comfy_table::{Cell, CellAlignment};
use kulakan::shop::Language;
use kulakan::shop::explain::Explained;
use kulakan::shop::web::api::plans::ExplainedBody;

use super::{Output, table};
use crate::cli::TableLanguage;

/// Size of the plot in characters.
const COLUMNS: usize = 100;
const ROWS: usize = 10;

/// Days to come that are listed; the plot has all of them.
const DAYS_LISTED: usize = 14;

impl From<TableLanguage> for Language {
    fn from(language: TableLanguage) -> Self {
        match language {
            TableLanguage::Id => Self::Indonesian,
            TableLanguage::En => Self::English,
        }
    }
}

/// Prints history, forecast and each step to the quantity.
pub(super) fn print(explained: Explained, language: TableLanguage, output: Output) -> Result<()> {
    let spoken = Language::from(language);
    let body = ExplainedBody::new(&explained, spoken)?;
    output.print(&body, || {
        let mut text = explained.chart(spoken).terminal(COLUMNS, ROWS);
        text.push_str(&format!("\n{}\n", body.line.sentence));
        if !explained.forecast.is_empty() {
            text.push_str(&format!("\n{}\n", days(&explained, language)));
        }
        // Of too little history there is nothing to say but the sentence itself.
        let steps = body
            .steps
            .iter()
            .filter(|step| **step != body.line.sentence);
        let steps: String = steps.map(|step| format!("{step}\n")).collect();
        if !steps.is_empty() {
            text.push_str(&format!("\n{steps}"));
        }
        text
    })
}

/// The days to come, each with its band.
fn days(explained: &Explained, language: TableLanguage) -> String {
    let mut table = table();
    table.set_header(match language {
        TableLanguage::Id => ["Tanggal", "Ramalan", "10%", "90%"],
        TableLanguage::En => ["Date", "Forecast", "10%", "90%"],
    });
    let unit = explained.line.unit_factor.max(1) as f64;
    for day in explained.forecast.iter().take(DAYS_LISTED) {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let figure = |value: f64| match language {
            TableLanguage::Id => format!("{:.1}", value / unit).replace('.', ","),
            TableLanguage::En => format!("{:.1}", value / unit),
        };
        table.add_row([
            Cell::new(day.date),
            right(figure(day.mean)),
            right(figure(day.low as f64)),
            right(figure(day.high as f64)),
        ]);
    }
    table.to_string()
}
