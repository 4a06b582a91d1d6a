//! Runs of seeds, and what the tests ask of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::log::{Tally, Violation, digest};
use super::settle::settle;
use super::world::World;
use super::{audit, founding};

/// How a run of one seed ended.
struct Ended {
    failure: Option<Violation>,
    trace: Vec<String>,
    tally: Tally,
}

/// Steps between two points at which everything comes to rest.
const STEPS: u64 = 30;

/// Lives through the story of a seed.
fn live(seed: u64) -> Ended {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let mut world = match World::found(seed).await {
                Ok(world) => world,
                Err(failure) => {
                    return Ended {
                        failure: Some(failure),
                        trace: Vec::new(),
                        tally: Tally::new(),
                    };
                }
            };
            let result = story(&mut world).await;
            audit::tally(&world);
            let (trace, tally) = world.log.finish();
            Ended {
                failure: result.err(),
                trace,
                tally,
            }
        })
}

async fn story(world: &mut World) -> Result<(), Violation> {
    for _ in 0..world.log.dice(|dice| dice.between(1, 3)) {
        let permille = world.log.dice(|dice| *dice.pick(&[0, 100, 300, 600]));
        world.network.set_roughness(permille);
        for _ in 0..world.log.dice(|dice| dice.between(5, 2 * STEPS as i64)) {
            world.step().await?;
        }
        audit::always(world)?;
        settle(world).await?;
    }
    Ok(())
}

/// As [`live`]; a panic is a failure of its seed.
fn lived(seed: u64) -> Ended {
    catch_unwind(AssertUnwindSafe(|| live(seed))).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default();
        Ended {
            failure: Some(Violation {
                invariant: 0,
                what: format!("panic: {text}"),
            }),
            trace: Vec::new(),
            tally: Tally::new(),
        }
    })
}

/// What many seeds came to.
#[derive(Default)]
struct Runs {
    failures: Vec<(u64, Violation)>,
    tally: Tally,
}

fn run_all(from: u64, count: u64) -> Runs {
    founding::founding();
    let next = AtomicU64::new(from);
    let runs = Mutex::new(Runs::default());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count {
                        return;
                    }
                    let ended = lived(seed);
                    let mut runs = runs.lock().unwrap_or_else(PoisonError::into_inner);
                    for (name, times) in ended.tally {
                        *runs.tally.entry(name).or_default() += times;
                    }
                    if let Some(failure) = ended.failure {
                        if std::env::var_os("KULAKAN_TRACE").is_some() {
                            eprintln!("{}", ended.trace.join("\n"));
                        }
                        eprintln!("seed {seed} failed: {failure}");
                        runs.failures.push((seed, failure));
                    }
                }
            });
        }
    });
    runs.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// The seeds that the environment asks for, by default the first thousand, run once for all tests here.
fn the_runs() -> &'static (Runs, u64) {
    static RUNS: OnceLock<(Runs, u64)> = OnceLock::new();
    RUNS.get_or_init(|| {
        let (from, count) = (setting("KULAKAN_SEED", 1), setting("KULAKAN_SEEDS", 1000));
        let runs = run_all(from, count);
        eprintln!("{count} seeds from {from}, {} failed", runs.failures.len());
        for (name, times) in &runs.tally {
            eprintln!("{times:>9} {name}");
        }
        (runs, count)
    })
}

#[test]
fn every_invariant_holds_in_every_seed() {
    let (runs, count) = the_runs();
    let mut failures: Vec<String> = runs
        .failures
        .iter()
        .map(|(seed, failure)| {
            format!("seed {seed} failed: {failure}\n    replay: tests/soak {seed} 1")
        })
        .collect();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {count} seeds failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What a thousand seeds must have met, each at least once.
const MET: &[&str] = &[
    "catalogue changed",
    "clock jump",
    "clone lost",
    "count against an earlier place",
    "delivery policy set",
    "delivery received",
    "delivery received again",
    "disk filled",
    "disk freed",
    "epoch granted",
    "event quarantined at the hub",
    "event sent in two epochs",
    "fault answer cut",
    "fault answer lost",
    "fault busy",
    "fault duplicated",
    "fault garbage",
    "fault late",
    "fault partition",
    "fault request cut",
    "fault request lost",
    "fault slow",
    "fault too large",
    "hub clock jump",
    "hub died",
    "hub died after a call",
    "hub died before a call",
    "hub restored",
    "import",
    "note quarantined at a shop",
    "oversold line",
    "plan",
    "poison event",
    "poison note",
    "product changed",
    "receipt series begun",
    "recovered event",
    "request again",
    "restore not noticed at once",
    "restore noticed at once",
    "sale again",
    "sale under a wrong clock",
    "shipment cancelled",
    "shipment dispatched",
    "shop cloned",
    "shop died",
    "shop died after a call",
    "shop died after a sale",
    "shop died before a call",
    "shop restored",
    "tenant probed",
    "torn log",
    "turned away by a full disk",
    "void",
    "void again",
];

#[test]
fn the_seeds_reach_everything_that_they_are_meant_to() {
    let (runs, count) = the_runs();
    if *count < 1000 {
        return;
    }
    let never: Vec<_> = MET
        .iter()
        .filter(|name| runs.tally.get(**name).copied().unwrap_or_default() == 0)
        .collect();
    assert!(never.is_empty(), "in {count} seeds these never happened: {never:?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [7, 11, 42, 1001] {
        let (one, two) = (lived(seed), lived(seed));
        assert_eq!(one.trace, two.trace, "seed {seed}");
        assert_eq!(digest(&one.trace), digest(&two.trace));
        assert_eq!(one.failure, two.failure);
        assert_ne!(digest(&one.trace), digest(&lived(seed + 1).trace));
    }
}
