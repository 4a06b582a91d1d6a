//! Power cuts. A recorder under the program (`recorder.c`) writes down what reaches the system and when; from that come
//! thousands of folders as a power cut would have left them, and each must hold every sale that had been answered.
//!
//! A write without a later sync may be there, or not, or in part; the size of a file and the names in the folder are
//! as unsure until they are synced.

mod disk;
mod log;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use super::answers::Answers;
use super::load;
use super::program::{self, Running, binary, folder};
use super::{Dice, doctor, number, reader};
use disk::{Disk, Image};
use log::{Recording, Step};

/// Tills that sell at the same time while it is recorded.
const TILLS: usize = 3;

/// What each till does between two starts of the program: enough for the log to be brought into the database file
/// each time.
const DEEDS: usize = 25;

/// The doctor looks at this many images, spread over all of them: it is a process of its own each time.
const DOCTORED: u64 = 100;

/// Where the library that records is built.
fn recorder(folder: &Path) -> PathBuf {
    let library = folder.join("recorder.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/power/recorder.c");
    let built = Command::new("cc")
        .args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .output()
        .expect("a C compiler");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    library
}

/// The folder in which a shop is recorded, and the logs of its processes so far.
struct Recorder {
    place: tempfile::TempDir,
    library: PathBuf,
    logs: Vec<PathBuf>,
}

impl Recorder {
    fn new() -> Self {
        let place = folder();
        fs::create_dir(place.path().join("shop")).unwrap();
        let library = recorder(place.path());
        Self {
            place,
            library,
            logs: Vec::new(),
        }
    }

    fn shop(&self) -> PathBuf {
        self.place.path().join("shop")
    }

    /// The program with the recorder under it.
    fn command(&mut self, arguments: &[&str]) -> Command {
        self.under(program::command(arguments))
    }

    /// A command with the recorder under it.
    fn under(&mut self, mut command: Command) -> Command {
        let log = self.place.path().join(format!("log-{}", self.logs.len()));
        command
            .env("LD_PRELOAD", &self.library)
            .env("KULAKAN_RECORD_FOLDER", self.shop())
            .env("KULAKAN_RECORD_LOG", &log);
        self.logs.push(log);
        command
    }

    fn run(&mut self, arguments: &[&str]) -> String {
        let shop = self.shop();
        let output = self
            .command(arguments)
            .arg("--data")
            .arg(shop)
            .output()
            .unwrap();
        crate::harness::program::done(&output)
    }

    /// A shop's founding, and three times a day of trade, the ends of which are a stop and a kill.
    fn record(&mut self, dice: &mut Dice) {
        self.run(&["shop", "init", "--name", "Warung Contoh"]);
        let products = self.place.path().join("products.csv");
        fs::write(&products, program::PRODUCTS).unwrap();
        self.run(&["shop", "import", "products", products.to_str().unwrap()]);
        let token = self.run(&["shop", "token", "create", "--label", "till"]);
        for start in 0..3 {
            let shop = self.shop();
            if start == 2 {
                // It takes itself for a copy now, and notes beside the database that it has become another one.
                let mut remove = self.under(Command::new("rm"));
                assert!(
                    remove
                        .arg(shop.join("shop.mark"))
                        .status()
                        .unwrap()
                        .success()
                );
            }
            let running = Running::start_as(self.command(&[]), &shop);
            let answered = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for till in 0..TILLS {
                    let (client, dice) = (running.client(token.trim()), Dice(dice.next()));
                    let (name, answered) = (format!("p{start}-t{till}"), &answered);
                    scope.spawn(move || load::trade(client, dice, &name, DEEDS, answered));
                }
            });
            if start == 0 {
                running.terminate();
            } else {
                running.kill();
            }
        }
    }
}

/// Where in the recording an image is cut: anywhere, or where a cut matters most, right after an answer.
fn moment(recording: &Recording, answered: &[usize], dice: &mut Dice) -> usize {
    if dice.percent(40) {
        answered[dice.below(answered.len())] + 1
    } else {
        dice.below(recording.steps.len() + 1)
    }
}

#[test]
fn no_answered_sale_is_lost_to_a_power_cut() {
    let mut dice = Dice::announced("power cuts");
    let seed = dice.0;
    let images = number("KULAKAN_IMAGES", 2000);
    let mut recorder = Recorder::new();
    let earlier = std::env::var_os("KULAKAN_RECORDING").map(PathBuf::from);
    match &earlier {
        Some(earlier) => recorder.logs = logs_in(earlier),
        None => recorder.record(&mut dice),
    }
    let recording = Recording::read(&recorder.logs);
    let answered: Vec<usize> = (0..recording.steps.len())
        .filter(|at| matches!(recording.steps[*at], Step::Answered(_)))
        .collect();
    assert!(
        answered.len() > TILLS * DEEDS,
        "only {} answers were recorded",
        answered.len()
    );
    let started = Instant::now();
    let done = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    let faults = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| {
                let (recording, answered, done) = (&recording, &answered, &done);
                scope.spawn(move || {
                    let share = (worker..images).step_by(workers as usize);
                    try_images(recording, answered, share, (seed, images), done)
                })
            })
            .collect();
        workers
            .into_iter()
            .find_map(|worker| worker.join().unwrap())
    });
    if let Some(faults) = faults {
        let kept = earlier.unwrap_or_else(|| recorder.place.keep());
        panic!(
            "KULAKAN_SEED={seed} KULAKAN_IMAGES={images} KULAKAN_RECORDING={} has it again; {faults}",
            kept.display()
        );
    }
    println!(
        "{} images in {:?} of {} steps with {} answers, by {}",
        done.into_inner(),
        started.elapsed(),
        recording.steps.len(),
        answered.len(),
        binary().display()
    );
}

/// The logs of a recording that was kept.
fn logs_in(folder: &Path) -> Vec<PathBuf> {
    (0..i32::MAX)
        .map(|number| folder.join(format!("log-{number}")))
        .take_while(|log| log.exists())
        .collect()
}

/// Builds the images of these numbers and has each read; the first fault, if any.
fn try_images(
    recording: &Recording,
    answered: &[usize],
    numbers: impl Iterator<Item = u64>,
    (seed, images): (u64, u64),
    done: &AtomicU64,
) -> Option<String> {
    // The recording is walked once, so the images are made in the order of their moments.
    let mut cuts: Vec<(usize, u64, Dice)> = numbers
        .map(|number| {
            let mut dice = Dice(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
            (moment(recording, answered, &mut dice), number, dice)
        })
        .collect();
    cuts.sort_unstable_by_key(|(moment, number, _)| (*moment, *number));
    let place = folder();
    let (mut disk, mut answers, mut at) = (Disk::default(), Answers::default(), 0);
    // Whether the process under way has answered: what it does before that is then done for good.
    let mut trading = false;
    for (moment, number, mut dice) in cuts {
        while at < moment {
            let step = &recording.steps[at];
            disk.advance(at, step, recording);
            match step {
                Step::Begun => trading = false,
                Step::Answered(body) => {
                    trading = true;
                    answers.add(body);
                }
                _ => {}
            }
            at += 1;
        }
        let image = disk.image(recording, &mut dice);
        let doctored = number % (images / DOCTORED).max(1) == 0;
        let mut faults = look(place.path(), &image, &answers, doctored);
        if trading {
            faults.extend(reader::mark_faults(&place.path().join("shop.db")));
        }
        if !faults.is_empty() {
            let kept = folder().keep();
            write(&kept, &image);
            return Some(format!(
                "image {number}, cut after step {moment} of {}, kept in {}: {faults:#?}",
                recording.steps.len(),
                kept.display()
            ));
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    None
}

/// Reads an image, and has the doctor look at it.
fn look(place: &Path, image: &Image, answers: &Answers, doctored: bool) -> Vec<String> {
    write(place, image);
    let database = place.join("shop.db");
    if answers.count() == 0 {
        match reader::is_founded(&database) {
            Ok(true) => {}
            // Cut off in the middle of its founding; nothing was promised yet.
            Ok(false) => return Vec::new(),
            Err(damage) => return vec![damage],
        }
    }
    if doctored {
        let faults = doctor::faults(place);
        if !faults.is_empty() {
            return faults;
        }
        write(place, image);
    }
    reader::faults(&database, answers)
}

/// Puts the files of an image into a folder, and nothing else.
fn write(place: &Path, image: &Image) {
    for entry in fs::read_dir(place).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, content) in image {
        fs::write(place.join(name), content).unwrap();
    }
}
