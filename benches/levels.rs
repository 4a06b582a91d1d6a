//! Sales histories to order-up-to levels: from a CSV file and from a shop's database, as whole processes, beside the
//! same job in Python; and how planning grows with the number of products.
//!
//! `cargo bench --bench levels` prints this program's own figures. With `KULAKAN_PEERS_PYTHON` naming a Python that has
//! what `benches/peers/requirements.txt` says, the scripts of `benches/peers/` run in the same run.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use kulakan::history::{History, Series};
use kulakan::model::Sku;
use kulakan::plan::{Planner, Policy};
use kulakan::shop::store::plans;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kulakan");
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");
const PRODUCTS: usize = 10_000;
const DAYS: usize = 365;
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let at = |name: &str| folder.path().join(name);
    let history = generated(PRODUCTS);
    write_csv(&history, &at("sales.csv"), false);
    write_csv(&history, &at("by-date.csv"), true);
    let array: Vec<u8> = history
        .series
        .iter()
        .flat_map(|series| &series.demand)
        .flat_map(|sold| sold.to_le_bytes())
        .collect();
    std::fs::write(at("sales.i32"), array).unwrap();
    let bytes = std::fs::metadata(at("sales.csv")).unwrap().len() as f64;
    println!(
        "{PRODUCTS} products, {DAYS} days, CSV of {:.1} MB; best of {RUNS} runs of whole processes\n",
        bytes / 1e6
    );
    let python = std::env::var("KULAKAN_PEERS_PYTHON").ok();
    from_csv(folder.path(), python.as_deref());
    from_database(folder.path(), python.as_deref());
    println!("\nplanning alone, {} threads", threads());
    for products in [1_000, 10_000, 100_000] {
        planning(products);
    }
}

fn from_csv(folder: &Path, python: Option<&str>) {
    let at = |name: &str| folder.join(name);
    let (sales, by_date) = (at("sales.csv"), at("by-date.csv"));
    let own = kulakan(&["levels", text(&sales), "--csv"]);
    let ours = report("kulakan levels", None, &own, &at("kulakan.csv"));
    let own = kulakan(&["levels", text(&by_date), "--csv"]);
    report(
        "kulakan levels, sorted by date",
        Some(ours),
        &own,
        &at("by-date.out"),
    );
    assert!(
        std::fs::read(at("kulakan.csv")).unwrap() == std::fs::read(at("by-date.out")).unwrap(),
        "the order of the rows changed the levels"
    );
    let Some(python) = python else {
        println!("(KULAKAN_PEERS_PYTHON is not set: no peers)");
        return;
    };
    for (name, script) in [
        ("pandas", "levels_pandas.py"),
        ("statsforecast", "levels_statsforecast.py"),
    ] {
        let out = at(script);
        let peer = peer(python, script, &[text(&sales), text(&out)]);
        report(name, Some(ours), &peer, &at("nothing"));
        compare(name, &at("kulakan.csv"), &out);
    }
    let out = at("numpy.csv");
    let products = PRODUCTS.to_string();
    let peer = peer(
        python,
        "levels_numpy.py",
        &[text(&at("sales.i32")), &products, text(&out)],
    );
    report(
        "numpy, from a binary array",
        Some(ours),
        &peer,
        &at("nothing"),
    );
    compare("numpy", &at("kulakan.csv"), &out);
}

/// The nightly plan of a shop with that history: all lines with their reasons, printed and kept.
fn from_database(folder: &Path, python: Option<&str>) {
    let shop = folder.join("shop");
    let own = |arguments: &[&str]| kulakan(&[&["--data", text(&shop)], arguments].concat());
    let quietly = |command: Vec<String>| {
        let done = Command::new(&command[0])
            .args(&command[1..])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
    };
    quietly(own(&["shop", "init", "--name", "Bench"]));
    let sales = folder.join("sales.csv");
    let import = ["shop", "import", "sales", text(&sales), "--create-missing"];
    quietly(own(&import));
    println!();
    let date = (last_day() + Days::new(1)).to_string();
    let plan = own(&["shop", "plan", "--json", "--date", &date]);
    let ours = report("kulakan shop plan", None, &plan, &folder.join("plan.json"));
    let database = shop.join("shop.db");
    read_and_planned(&database, last_day() + Days::new(1));
    if let Some(python) = python {
        let out = folder.join("database.csv");
        let peer = peer(
            python,
            "levels_numpy_database.py",
            &[text(&database), text(&out)],
        );
        report(
            "numpy, from its database",
            Some(ours),
            &peer,
            &folder.join("nothing"),
        );
        compare("numpy", &folder.join("kulakan.csv"), &out);
    }
}

/// The same without start, language, printing and keeping: the rows of the database as planned products.
fn read_and_planned(database: &Path, date: NaiveDate) {
    let connection = rusqlite::Connection::open(database).unwrap();
    let planner = Planner::new(date, &Policy::default());
    let best = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let mut lines = 0;
            plans::for_each_input(&connection, date, |_, input| {
                divan::black_box(planner.product(&input));
                lines += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(lines, PRODUCTS);
            started.elapsed()
        })
        .min()
        .unwrap();
    println!(
        "  of which its rows read and planned {:.3} s",
        best.as_secs_f64()
    );
}

fn planning(products: usize) {
    let history = generated(products);
    let policy = Policy::default();
    let best = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let levels = history.levels(history.next_day(), &policy, threads());
            assert_eq!(divan::black_box(levels).len(), products);
            started.elapsed()
        })
        .min()
        .unwrap();
    println!(
        "{products:>8} products {:>10.1} ms {:>8.2} ns for each product and day",
        best.as_secs_f64() * 1e3,
        best.as_secs_f64() * 1e9 / (products * DAYS) as f64
    );
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn kulakan(arguments: &[&str]) -> Vec<String> {
    let program = [PROGRAM].into_iter().chain(arguments.iter().copied());
    program.map(ToOwned::to_owned).collect()
}

fn peer(python: &str, script: &str, arguments: &[&str]) -> Vec<String> {
    let script = PathBuf::from(PEERS).join(script);
    let command = [python, "-B", text(&script)].into_iter();
    command
        .chain(arguments.iter().copied())
        .map(ToOwned::to_owned)
        .collect()
}

/// Runs a command some times, prints its best time and its memory, and gives the time.
fn report(name: &str, against: Option<Duration>, command: &[String], output: &Path) -> Duration {
    let runs: Vec<(Duration, u64)> = (0..RUNS).map(|_| run(command, output)).collect();
    let time = runs.iter().map(|(time, _)| *time).min().unwrap();
    let memory = runs.iter().map(|(_, memory)| *memory).max().unwrap();
    let ratio = against.map_or(String::new(), |ours| {
        format!("{:>6.1} times", time.as_secs_f64() / ours.as_secs_f64())
    });
    println!(
        "{name:<32} {:>8.3} s {:>7.1} MiB {ratio}",
        time.as_secs_f64(),
        memory as f64 / 1024.0
    );
    time
}

/// Wall time from start to end, and peak resident memory in KiB as `/proc` told it within the last millisecond.
fn run(command: &[String], output: &Path) -> (Duration, u64) {
    let output = std::fs::File::create(output).unwrap();
    let started = Instant::now();
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .stdout(output)
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(done) = child.try_wait().unwrap() {
            assert!(done.success(), "{command:?}");
            return (started.elapsed(), peak);
        }
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let most = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(most.unwrap_or(0));
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// Says how far a peer's forecasts and errors are from ours: the same job is meant to have the same figures.
fn compare(name: &str, ours: &Path, theirs: &Path) {
    let columns = ["sku", "forecast_per_day", "sigma_protection"];
    let figures = |path: &Path| -> Vec<(String, f64, f64)> {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        let places = columns.map(|name| header.iter().position(|column| column == name).unwrap());
        let mut rows: Vec<_> = reader
            .records()
            .map(|row| {
                let row = row.unwrap();
                let [sku, mean, sigma] = places.map(|place| row[place].to_owned());
                (sku, mean.parse().unwrap(), sigma.parse().unwrap())
            })
            .collect();
        rows.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        rows
    };
    let (ours, theirs) = (figures(ours), figures(theirs));
    assert_eq!(ours.len(), theirs.len());
    let most = |pick: fn(&(String, f64, f64)) -> f64| {
        let pairs = ours.iter().zip(&theirs);
        pairs
            .map(|(one, other)| (pick(one) - pick(other)).abs() / pick(one).abs().max(1e-9))
            .fold(0.0, f64::max)
    };
    println!(
        "  {name}'s f differs by at most {:.0e} of it, its sigma_H by {:.0e}",
        most(|row| row.1),
        most(|row| row.2)
    );
}

fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

/// Products from hardly any to hundreds sold a day, the same in every run.
fn generated(products: usize) -> History {
    let first = last_day() - Days::new(DAYS as u64 - 1);
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 33
    };
    let series = (0..products)
        .map(|number| {
            let volume = 2 + random() % (1 << (number % 10));
            Series {
                shop: String::new(),
                sku: Sku::parse(&format!("SKU-{number:05}")).unwrap(),
                first,
                demand: (0..DAYS).map(|_| (random() % volume) as u32).collect(),
                shelf_life_days: None,
            }
        })
        .collect();
    History {
        first,
        last: last_day(),
        series,
    }
}

/// Every day of every product, those without a sale too: product by product, or day by day.
fn write_csv(history: &History, path: &Path, by_date: bool) {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut dates = Vec::new();
    for date in history.first.iter_days().take(DAYS) {
        let mut text = String::new();
        write!(text, "{date}").unwrap();
        dates.push(text);
    }
    writeln!(out, "date,sku,quantity").unwrap();
    let mut row = |series: &Series, day: usize| {
        writeln!(out, "{},{},{}", dates[day], series.sku, series.demand[day]).unwrap();
    };
    if by_date {
        for day in 0..DAYS {
            history.series.iter().for_each(|series| row(series, day));
        }
    } else {
        for series in &history.series {
            (0..DAYS).for_each(|day| row(series, day));
        }
    }
    out.flush().unwrap();
}
