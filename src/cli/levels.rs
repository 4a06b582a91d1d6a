//! `kulakan levels`: types only.

use std::path::PathBuf;

use clap::Args;

/// Whose levels, and by which settings; those not given come from `KULAKAN_PLAN_*`, the data folder's config.toml, or
/// their defaults.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct LevelsArgs {
    /// Sales histories, CSV: date,sku,quantity and optionally shop; they are added up
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The date to plan for, YYYY-MM-DD; sales on it and after it are not looked at [default: the day after the last sale]
    #[arg(long)]
    pub date: Option<chrono::NaiveDate>,
    /// Which column of the files is which, where the names differ: shop=store,sku=item
    #[arg(long, value_name = "OURS=THEIRS,...")]
    pub columns: Option<String>,
    /// Print CSV instead of a table
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// How demand is forecast: moving_average, ses, blend, croston, sba, tsb, weekday, calendar, auto
    #[arg(long)]
    pub method: Option<String>,
    /// Periods that the moving average looks back over
    #[arg(long)]
    pub periods: Option<i64>,
    /// Days in a period
    #[arg(long, value_name = "DAYS")]
    pub period_days: Option<i64>,
    /// Days from one chance to order to the next
    #[arg(long, value_name = "DAYS")]
    pub review_days: Option<i64>,
    /// Days from ordering to having the goods
    #[arg(long, value_name = "DAYS")]
    pub lead_time_days: Option<i64>,
    /// Standard deviation of the lead time in days
    #[arg(long, value_name = "DAYS")]
    pub lead_time_sd_days: Option<f64>,
    /// Wanted probability of no shortage until the next order has come
    #[arg(long, value_name = "SHARE")]
    pub service_level: Option<f64>,
    /// Wanted share of demand met from the shelf, in place of the service level
    #[arg(long, value_name = "SHARE")]
    pub fill_rate: Option<f64>,
    /// Distribution of demand: negative_binomial, poisson, normal
    #[arg(long)]
    pub distribution: Option<String>,
    /// Stock beyond the expected demand: quantile, none
    #[arg(long)]
    pub safety: Option<String>,
}
