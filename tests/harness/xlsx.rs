//! An Excel file with one sheet, written as plainly as its format allows: an uncompressed ZIP of five XML parts.

use std::fmt::Write as _;

/// A cell of a sheet.
pub enum Cell {
    Text(&'static str),
    Number(f64),
    /// Days since 1899-12-30, shown as a date.
    Day(u32),
    Empty,
}

/// The file's bytes; `skipped` rows lie empty above the first.
pub fn workbook(skipped: usize, rows: &[Vec<Cell>]) -> Vec<u8> {
    zip(&parts(skipped, rows))
}

/// The parts of the file, by name.
pub fn parts(skipped: usize, rows: &[Vec<Cell>]) -> Vec<(&'static str, String)> {
    let mut sheet = String::new();
    for (row, cells) in rows.iter().enumerate() {
        let row = row + skipped + 1;
        write!(sheet, "<row r=\"{row}\">").expect("text");
        for (column, cell) in (b'A'..).zip(cells) {
            let place = format!("r=\"{}{row}\"", char::from(column));
            match cell {
                Cell::Text(text) => write!(
                    sheet,
                    "<c {place} t=\"inlineStr\"><is><t>{text}</t></is></c>"
                ),
                Cell::Number(number) => write!(sheet, "<c {place}><v>{number}</v></c>"),
                Cell::Day(day) => write!(sheet, "<c {place} s=\"1\"><v>{day}</v></c>"),
                Cell::Empty => Ok(()),
            }
            .expect("text");
        }
        sheet.push_str("</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>");
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let of_book = format!(
        "<Relationships xmlns=\"{relations}\">\
         <Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let of_file = format!(
        "<Relationships xmlns=\"{relations}\">\
         <Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    // Format 14 is the short date.
    let styles = format!(
        "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    );
    vec![
        ("_rels/.rels", of_file),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", of_book),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", sheet),
    ]
}

/// The parts as one file.
pub fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let offset = file.len() as u32;
        let size = (content.len() as u32).to_le_bytes();
        // Version 2.0, no flags, stored, no time; then the sum, the two sizes and the length of the name.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(content.as_bytes()).to_le_bytes());
        common.extend([size, size].concat());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(name.as_bytes());
        file.extend(content.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (file.len() as u32, directory.len() as u32);
    let count = (parts.len() as u16).to_le_bytes();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend(length.to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0, 0]);
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    !sum
}
