//! The printer's queue: no sale waits for it, nothing in it is lost, what may have come out twice says so.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use kulakan::shop::Shop;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use super::printer::PATIENCE;
use super::{Counter, FakePrinter};

const AUTOMATIC: (&str, &str) = ("automatic", "1");

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_printer_that_is_off_outlives_the_program_and_comes_out_when_it_is_on() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let address = printer.address();
    drop(printer);
    counter.set_up_network(address, &[AUTOMATIC]).await;
    counter.sell_noodles("s1").await;
    counter.sell_noodles("s2").await;
    let told = counter
        .until("/cetak", "Printer mati atau tidak tersambung")
        .await;
    assert!(told.contains("Struk no. 1"), "{told}");
    counter.until("/cetak", "Struk no. 2").await;
    counter.until("/struk/s2", "Struk menunggu printer").await;

    let counter = counter.restarted().await;
    counter.until("/cetak", "Struk no. 2").await;
    let printer = FakePrinter::at(address);
    // Either the wait is over by now, or this ends it.
    counter.shop.set("2026-11-23T02:45:00Z");
    for number in ["No. 1\n", "No. 2\n"] {
        let slip = printer.text().await;
        assert!(slip.contains(number) && !slip.contains("SALINAN"), "{slip}");
    }
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    counter.until("/struk/s1", "Struk sudah tercetak").await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_dies_in_the_middle_gets_it_again_as_a_copy() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    counter
        .set_up_network(printer.address(), &[AUTOMATIC])
        .await;
    counter.sell_noodles("s1").await;
    let dying = printer.connected().await;
    // Something has arrived and nobody reads it: the connection is torn, not closed.
    dying.peek(&mut [0]).expect("the beginning of a slip");
    drop(dying);
    counter.until("/cetak", "putus di tengah jalan").await;
    counter.shop.set("2026-11-23T02:45:00Z");
    let slip = printer.text().await;
    assert!(slip.contains("SALINAN"), "{slip}");
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    counter.daemon.stop().await;
}

/// A printer on a cable: a pipe whose other end is here. Full, it is a printer out of paper.
struct Cable {
    path: PathBuf,
    out: File,
    /// What came and was not asked for yet: slips come as they please, two at a time.
    came: Vec<u8>,
}

impl Cable {
    fn lay(folder: &Path) -> Self {
        let path = folder.join("lp0");
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo runs").success());
        let out = Self::open(&path, |options| options.read(true));
        Self {
            path,
            out,
            came: Vec::new(),
        }
    }

    fn open(
        path: &Path,
        how: impl Fn(&mut std::fs::OpenOptions) -> &mut std::fs::OpenOptions,
    ) -> File {
        let mut options = std::fs::OpenOptions::new();
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
        how(&mut options).open(path).expect("the pipe")
    }

    /// Until it takes nothing more.
    fn fill(&self) {
        let mut end = Self::open(&self.path, |options| options.write(true));
        while end.write(&[0; 4096]).is_ok() {}
        while end.write(&[0]).is_ok() {}
    }

    /// Reads on until `end` has come, and gives what came up to it without what the pipe was filled with.
    async fn until(&mut self, end: &[u8]) -> String {
        let started = Instant::now();
        let ended = |came: &[u8]| came.windows(end.len()).position(|part| part == end);
        let place = loop {
            if let Some(place) = ended(&self.came) {
                break place + end.len();
            }
            assert!(started.elapsed() < PATIENCE, "nothing more comes");
            let mut some = [0; 4096];
            match self.out.read(&mut some) {
                Ok(count) => self.came.extend_from_slice(&some[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => panic!("{error}"),
            }
            tokio::task::yield_now().await;
        };
        let came: Vec<u8> = self.came.drain(..place).filter(|byte| *byte != 0).collect();
        String::from_utf8_lossy(&came).into_owned()
    }
}

/// The end of a slip that is not cut.
const END: &[u8] = b"\x1Bd\x04";

fn state_of(counter: &Counter, sale: &str) -> String {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(Shop::file(&counter.shop.path), flags);
    let sql = "SELECT coalesce(max(state), '') FROM print_jobs WHERE sale_id = ?1";
    let state = database
        .expect("the database")
        .query_row(sql, [sale], |row| row.get(0));
    state.expect("a state")
}

async fn until_state(counter: &Counter, sale: &str, expected: &str) {
    let started = Instant::now();
    while state_of(counter, sale) != expected {
        assert!(started.elapsed() < PATIENCE, "{}", state_of(counter, sale));
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_answered_while_the_printer_is_out_of_paper() {
    let counter = Counter::open().await;
    let mut cable = Cable::lay(&counter.shop.path);
    cable.fill();
    let device = cable.path.to_string_lossy().into_owned();
    counter
        .set_up(&[("kind", "device"), ("device", &device), AUTOMATIC])
        .await;
    counter.sell_noodles("s1").await;
    until_state(&counter, "s1", "printing").await;
    let sold = counter.sell_noodles("s2").await;
    assert_eq!(sold["number"], 2);
    let came = cable.until(END).await;
    assert!(came.contains("No. 1\n"), "{came}");
    let came = cable.until(END).await;
    assert!(
        came.contains("No. 2\n") && !came.contains("SALINAN"),
        "{came}"
    );
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_hand_when_the_program_ended_comes_out_as_a_copy() {
    let counter = Counter::open().await;
    let mut cable = Cable::lay(&counter.shop.path);
    cable.fill();
    let device = cable.path.to_string_lossy().into_owned();
    counter
        .set_up(&[("kind", "device"), ("device", &device), AUTOMATIC])
        .await;
    counter.sell_noodles("s1").await;
    until_state(&counter, "s1", "printing").await;
    // The program ends although the printer holds on to it.
    let stopping = Instant::now();
    let shop = {
        counter.daemon.stop().await;
        counter.shop
    };
    assert!(stopping.elapsed() < PATIENCE);
    // Its thread would go with its process; here it may still write once there is room.
    let daemon = shop.run().await;
    let came = cable.until(END).await;
    let came = if came.contains("SALINAN") {
        came
    } else {
        cable.until(END).await
    };
    assert!(
        came.contains("SALINAN") && came.contains("No. 1\n"),
        "{came}"
    );
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_prints_once_and_a_second_print_is_a_copy() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    counter.set_up_network(printer.address(), &[]).await;
    counter.sell_noodles("s1").await;
    for _ in 0..2 {
        let page = counter.post("/struk/s1/cetak", &[("id", "form-1")]).await;
        assert_eq!((page.status, &*page.to), (303, "/struk/s1"));
    }
    let first = printer.text().await;
    assert!(!first.contains("SALINAN"), "{first}");
    counter.until("/struk/s1", "Struk sudah tercetak").await;
    counter.post("/struk/s1/cetak", &[("id", "form-2")]).await;
    let second = printer.text().await;
    assert!(second.contains("SALINAN"), "{second}");
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    let page = counter
        .post("/struk/s1/cetak", &[("id", "a form's identity?")])
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(
        counter
            .post("/struk/none/cetak", &[("id", "form-3")])
            .await
            .status,
        404
    );
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_can_be_dropped() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let address = printer.address();
    drop(printer);
    counter.set_up_network(address, &[]).await;
    for number in 1..=3 {
        let sale = format!("s{number}");
        counter.sell_noodles(&sale).await;
        let form = format!("form-{number}");
        counter
            .post(&format!("/struk/{sale}/cetak"), &[("id", &form)])
            .await;
    }
    counter.until("/cetak", "Printer mati").await;
    assert_eq!(counter.post("/cetak/form-2/buang", &[]).await.status, 303);
    let left = counter.get("/cetak").await.text();
    assert!(
        left.contains("Struk no. 3") && !left.contains("Struk no. 2"),
        "{left}"
    );
    let printer = FakePrinter::at(address);
    counter.post("/cetak/sekarang", &[]).await;
    let slips = [printer.text().await, printer.text().await].concat();
    assert!(
        slips.contains("No. 1\n") && slips.contains("No. 3\n"),
        "{slips}"
    );

    counter.until("/cetak", "Tidak ada yang menunggu").await;
    drop(printer);
    counter.post("/struk/s1/cetak", &[("id", "form-4")]).await;
    counter.post("/cetak/buang", &[]).await;
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_opens_for_cash_also_where_nothing_is_printed() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    counter
        .set_up_network(printer.address(), &[("drawer", "1")])
        .await;
    let lines = json!([{ "sku": "MIE", "quantity": 1 }]);
    let sale = json!({ "id": "q", "lines": lines, "payment": { "method": "qris" } });
    counter.sell(&sale).await;
    counter.sell_noodles("c").await;
    assert_eq!(printer.slip().await, b"\x1B@\x1Bp\x00\x19\xFA");
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    // Printed later, the receipt leaves the drawer shut.
    counter.post("/struk/c/cetak", &[("id", "form-1")]).await;
    let slip = printer.slip().await;
    assert!(!slip.windows(3).any(|bytes| bytes == b"\x1Bp\x00"));
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_that_would_open_too_late_stays_shut() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let address = printer.address();
    drop(printer);
    counter.set_up_network(address, &[("drawer", "1")]).await;
    counter.sell_noodles("c").await;
    counter.until("/cetak", "Printer mati").await;
    let printer = FakePrinter::at(address);
    counter.shop.set("2026-11-23T02:45:00Z");
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    counter.post("/struk/c/cetak", &[("id", "form-1")]).await;
    let slip = printer.text().await;
    assert!(slip.contains("No. 1\n"), "{slip}");
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voided_sale_says_so_on_its_receipt() {
    let counter = Counter::open().await;
    counter.sell_noodles("s1").await;
    let shop = counter.shop.open().await;
    shop.void_sale("s1", "salah hitung").await.expect("a void");
    let shown = counter.get("/struk/s1").await.text();
    assert!(
        shown.contains("DIBATALKAN") && shown.contains("salah hitung"),
        "{shown}"
    );
    counter.daemon.stop().await;
}
