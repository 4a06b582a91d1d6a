//! A barcode as bars: EAN-13 and EAN-8 for codes that are such, Code 128 for any other.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;

/// More modules than this are too fine for a label and the cheap printers of shops.
const MOST_MODULES: usize = 230;

/// Empty modules to the left and right, without which scanners do not find the code; EAN-13 asks for the most.
const QUIET: usize = 11;

/// Bars as a path in a picture that is one unit high.
pub(super) struct Bars {
    /// Modules across, the quiet zones included.
    pub width: usize,
    /// The `d` of an SVG path.
    pub path: String,
}

/// The bars of a code; none for one that is too long to be printed so that it can be read.
pub(super) fn bars(code: &str) -> Option<Bars> {
    let modules = modules(code)?;
    if modules.len() > MOST_MODULES {
        return None;
    }
    let mut path = String::new();
    let mut at = 0;
    for run in modules.chunk_by(|left, right| left == right) {
        if run.first() == Some(&1) {
            let (left, width) = (at + QUIET, run.len());
            path.push_str(&format!("M{left} 0h{width}v1h-{width}z"));
        }
        at += run.len();
    }
    Some(Bars {
        width: modules.len() + 2 * QUIET,
        path,
    })
}

fn modules(code: &str) -> Option<Vec<u8>> {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    let known = match (digits, code.len()) {
        (true, 13) => EAN13::new(code).ok().map(|code| code.encode()),
        // A UPC-A is the EAN-13 that begins with 0.
        (true, 12) => EAN13::new(format!("0{code}"))
            .ok()
            .map(|code| code.encode()),
        (true, 8) => EAN8::new(code).ok().map(|code| code.encode()),
        _ => None,
    };
    known.or_else(|| {
        // Set C packs two digits into what takes one letter of set B.
        let set = if digits && code.len().is_multiple_of(2) {
            '\u{0106}'
        } else {
            '\u{0181}'
        };
        let code = Code128::new(format!("{set}{code}")).ok()?;
        Some(code.encode())
    })
}
