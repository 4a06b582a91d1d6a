//! Demand of every shop for every product on every day, the same for every policy.

use std::collections::BTreeMap;

use super::distribution::DemandTable;
use super::error::SimulationError;
use super::network::{DemandDistribution, DemandKind, Network};
use super::random::{Purpose, Stream};

/// Most entries of all tables together: half a gigabyte.
const MAX_ENTRIES: usize = 1 << 26;

/// How demand comes everywhere, worked out once for all replications. Pairs are numbered shop times products plus
/// product.
#[derive(Debug, Clone)]
pub struct DemandModel {
    kind: Kind,
    /// True mean per day of each pair.
    means: Vec<f64>,
    /// True variance per day of each pair, over all weekdays together.
    variances: Vec<f64>,
}

#[derive(Debug, Clone)]
enum Kind {
    Random {
        tables: Vec<DemandTable>,
        /// Of each pair on each weekday.
        of_pair: Vec<[u32; 7]>,
        products: usize,
    },
    Constant,
    Replayed(Vec<Vec<u32>>),
}

impl DemandModel {
    /// Works out the tables; replayed days are counted from `from` on for the true means.
    ///
    /// # Errors
    /// [`SimulationError::Field`] when the distributions are so wide that their tables do not fit.
    pub fn new(network: &Network, from: u32) -> Result<Self, SimulationError> {
        match &network.demand {
            DemandKind::Random {
                distribution: DemandDistribution::Constant,
                ..
            } => {
                let means = pairs(network, |shop, product| {
                    network.shops[shop].mean_per_day[product]
                });
                Ok(Self {
                    kind: Kind::Constant,
                    variances: vec![0.0; means.len()],
                    means,
                })
            }
            DemandKind::Random {
                distribution,
                weekday_factors,
            } => Self::random(network, *distribution, weekday_factors),
            DemandKind::Replayed(sales) => {
                let days: Vec<Vec<u32>> = sales.days.clone();
                let counted = |days: &Vec<u32>| days.get(from as usize..).unwrap_or(&[]).to_vec();
                let moments: Vec<(f64, f64)> =
                    days.iter().map(|days| moments(&counted(days))).collect();
                Ok(Self {
                    kind: Kind::Replayed(days),
                    means: moments.iter().map(|moment| moment.0).collect(),
                    variances: moments.iter().map(|moment| moment.1).collect(),
                })
            }
        }
    }

    fn random(
        network: &Network,
        distribution: DemandDistribution,
        weekday_factors: &[f64; 7],
    ) -> Result<Self, SimulationError> {
        let mut tables: Vec<DemandTable> = Vec::new();
        let mut known: BTreeMap<(u64, u64), u32> = BTreeMap::new();
        let mut entries = 0;
        let (mut of_pair, mut means, mut variances) = (Vec::new(), Vec::new(), Vec::new());
        for shop in &network.shops {
            for (mean, variance) in shop.mean_per_day.iter().zip(&shop.variance_per_day) {
                let mut weekdays = [0; 7];
                for (weekday, factor) in weekdays.iter_mut().zip(weekday_factors) {
                    // The ratio of variance to mean stays what it is: a busy day is more customers of the same kind.
                    let scaled = match distribution {
                        DemandDistribution::Normal => variance * factor * factor,
                        _ => variance * factor,
                    };
                    let mean = mean * factor;
                    *weekday = *known
                        .entry((mean.to_bits(), scaled.to_bits()))
                        .or_insert_with(|| {
                            let table = DemandTable::new(distribution, mean, scaled);
                            entries += table.entries();
                            tables.push(table);
                            tables.len() as u32 - 1
                        });
                    if entries > MAX_ENTRIES {
                        return Err(SimulationError::field(
                            "demand: all distributions together",
                            entries,
                            format!(
                                "their tables must have at most {MAX_ENTRIES} entries: fewer different means, or smaller variances"
                            ),
                        ));
                    }
                }
                let table = |weekday: &u32| &tables[*weekday as usize];
                let mean = weekdays.iter().map(|w| table(w).mean()).sum::<f64>() / 7.0;
                let square = |w: &u32| {
                    let off = table(w).mean() - mean;
                    table(w).variance() + off * off
                };
                variances.push(weekdays.iter().map(square).sum::<f64>() / 7.0);
                means.push(mean);
                of_pair.push(weekdays);
            }
        }
        Ok(Self {
            kind: Kind::Random {
                tables,
                of_pair,
                products: network.products.len(),
            },
            means,
            variances,
        })
    }

    /// True mean of a pair, base units per day.
    #[must_use]
    pub fn mean_per_day(&self, pair: usize) -> f64 {
        self.means[pair]
    }

    /// True variance of a pair, base units squared, of one day taken at random.
    #[must_use]
    pub fn variance_per_day(&self, pair: usize) -> f64 {
        self.variances[pair]
    }

    /// Whether every replication has the same demand.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        !matches!(self.kind, Kind::Random { .. })
    }

    /// The demand of one replication, from its first day on.
    #[must_use]
    pub fn begin(&self, seed: u64, replication: u32) -> DemandStreams<'_> {
        let streams = match &self.kind {
            Kind::Random { products, .. } => (0..self.means.len())
                .map(|pair| {
                    let (shop, product) = (pair / products, pair % products);
                    Stream::new(seed, replication, Purpose::Demand, shop, product)
                })
                .collect(),
            _ => Vec::new(),
        };
        DemandStreams {
            model: self,
            streams,
            day: 0,
        }
    }
}

/// The demand of one replication, day after day.
#[derive(Debug, Clone)]
pub struct DemandStreams<'model> {
    model: &'model DemandModel,
    streams: Vec<Stream>,
    day: u32,
}

impl DemandStreams<'_> {
    /// Demand of the next day in base units, one for each pair; day 0 is a Monday. Random demand takes one number a day
    /// from the pair's own stream, so that it depends on seed, replication, shop, product and day alone.
    pub fn next_day(&mut self, demand: &mut Vec<i64>) {
        let day = self.day;
        self.day += 1;
        demand.clear();
        match &self.model.kind {
            Kind::Random {
                tables, of_pair, ..
            } => demand.extend(
                self.streams
                    .iter_mut()
                    .zip(of_pair)
                    .map(|(stream, weekdays)| {
                        tables[weekdays[day as usize % 7] as usize].draw(stream.uniform())
                    }),
            ),
            Kind::Constant => {
                let until = |mean: f64, days: f64| (mean * days + CARRY).floor() as i64;
                demand.extend(
                    self.model.means.iter().map(|&mean| {
                        until(mean, f64::from(day) + 1.0) - until(mean, f64::from(day))
                    }),
                );
            }
            Kind::Replayed(days) => demand.extend(
                days.iter()
                    .map(|days| days.get(day as usize).map_or(0, |&sold| i64::from(sold))),
            ),
        }
    }
}

/// Thirty days of a thirtieth are one unit, although the sum in doubles falls short of it.
const CARRY: f64 = 1e-6;

fn pairs(network: &Network, of: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let products = 0..network.products.len();
    (0..network.shops.len())
        .flat_map(|shop| products.clone().map(move |product| (shop, product)))
        .map(|(shop, product)| of(shop, product))
        .collect()
}

fn moments(days: &[u32]) -> (f64, f64) {
    let count = days.len().max(1) as f64;
    let mean = days.iter().map(|&day| f64::from(day)).sum::<f64>() / count;
    let square = |day: &u32| (f64::from(*day) - mean) * (f64::from(*day) - mean);
    let squares: f64 = days.iter().map(square).sum();
    (mean, squares / count)
}
