//! A slip as the bytes that receipt printers understand (ESC/POS).

use std::cell::RefCell;

use escpos::driver::Driver;
use escpos::errors::{PrinterError, Result as EscPosResult};
use escpos::printer::Printer;
use escpos::utils::Protocol;

use super::layout::{Line, Style};
use crate::error::{Error, Result};

/// Opens the drawer at pin 2: on for 50 ms, off for 500 ms.
const OPEN_DRAWER: &[u8] = &[0x1B, b'p', 0, 25, 250];

/// Lines of nothing that bring what was printed past the edge where it is torn off.
const TEAR_OFF: u8 = 4;

/// What the printer does besides printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finish {
    /// Cuts the paper, where it has a knife.
    pub cut: bool,
    /// Opens the drawer at it.
    pub drawer: bool,
}

/// Keeps what would go to a printer.
#[derive(Default)]
struct Collected(RefCell<Vec<u8>>);

impl Driver for Collected {
    fn name(&self) -> String {
        "bytes".to_owned()
    }

    fn write(&self, data: &[u8]) -> EscPosResult<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> EscPosResult<usize> {
        Ok(0)
    }

    fn flush(&self) -> EscPosResult<()> {
        Ok(())
    }
}

/// The bytes that print `lines`; with no lines, only what `finish` says.
///
/// # Errors
/// [`Error::Internal`] for a command that cannot be; there is none among those used.
pub fn of(lines: &[Line], finish: Finish) -> Result<Vec<u8>> {
    let mut printer = Printer::new(Collected::default(), Protocol::default(), None);
    print(&mut printer, lines, finish)
        .map_err(|error| Error::Internal(format!("making a receipt's bytes: {error}")))?;
    Ok(printer.driver().0.into_inner())
}

fn print(
    printer: &mut Printer<Collected>,
    lines: &[Line],
    finish: Finish,
) -> Result<(), PrinterError> {
    printer.init()?;
    if finish.drawer {
        printer.custom(OPEN_DRAWER)?;
    }
    let mut before = Style::Plain;
    for line in lines {
        if line.style != before {
            printer.bold(line.style != Style::Plain)?;
            printer.size(1, if line.style == Style::Tall { 2 } else { 1 })?;
            before = line.style;
        }
        printer.write(&format!("{}\n", plain(&line.text)))?;
    }
    if !lines.is_empty() {
        if before != Style::Plain {
            printer.bold(false)?.size(1, 1)?;
        }
        printer.feeds(TEAR_OFF)?;
        if finish.cut {
            printer.cut()?;
        }
    }
    printer.print()?;
    Ok(())
}

/// `text` in letters that every printer has. What lies beyond ASCII depends on a code page that printers are sold
/// with in many ways, Chinese ones among them; one character stays one, so that columns hold.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(plain_sign).collect()
}

fn plain_sign(sign: char) -> char {
    match sign {
        ' '..='~' => sign,
        '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\t' => ' ',
        'À'..='Å' | 'Ā' | 'Ă' => 'A',
        'à'..='å' | 'ā' | 'ă' => 'a',
        'Ç' | 'Ć' | 'Č' => 'C',
        'ç' | 'ć' | 'č' => 'c',
        'È'..='Ë' | 'Ē' | 'Ĕ' => 'E',
        'è'..='ë' | 'ē' | 'ĕ' => 'e',
        'Ì'..='Ï' | 'Ī' => 'I',
        'ì'..='ï' | 'ī' => 'i',
        'Ñ' => 'N',
        'ñ' => 'n',
        'Ò'..='Ö' | 'Ø' | 'Ō' => 'O',
        'ò'..='ö' | 'ø' | 'ō' => 'o',
        'Ù'..='Ü' | 'Ū' => 'U',
        'ù'..='ü' | 'ū' => 'u',
        'Ý' => 'Y',
        'ý' | 'ÿ' => 'y',
        '‘' | '’' | '‚' | 'ʼ' | '´' => '\'',
        '“' | '”' | '„' => '"',
        '‐'..='―' | '−' => '-',
        '×' | '✕' => 'x',
        '•' | '·' => '*',
        _ => '?',
    }
}
