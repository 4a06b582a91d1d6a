//! XML: written from the inside out, and read into a tree of bounded size.

use quick_xml::NsReader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::error::{Error, Result};

/// The most elements that are read of one document.
const MOST_ELEMENTS: usize = 50_000;

/// The deepest that they may stand in each other.
const DEEPEST: usize = 40;

/// A document being written.
pub(super) struct Document {
    text: String,
    root: &'static str,
}

impl Document {
    /// A UBL document of this kind.
    pub fn new(root: &'static str) -> Self {
        let namespace = "urn:oasis:names:specification:ubl:schema:xsd";
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{namespace}:{root}-2\" \
             xmlns:cac=\"{namespace}:CommonAggregateComponents-2\" \
             xmlns:cbc=\"{namespace}:CommonBasicComponents-2\">\n"
        );
        Self { text, root }
    }

    /// An element and what is inside it.
    pub fn inside(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.text.push_str(&format!("<{name}>"));
        write(self);
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// An element of text.
    pub fn leaf(&mut self, name: &str, text: &str) {
        let text = allowed(text);
        self.text
            .push_str(&format!("<{name}>{}</{name}>", escape(text)));
    }

    /// An element of text with an attribute.
    pub fn leaf_with(&mut self, name: &str, attribute: &str, value: &str, text: &str) {
        let (value, text) = (allowed(value), allowed(text));
        self.text.push_str(&format!(
            "<{name} {attribute}=\"{}\">{}</{name}>",
            escape(value),
            escape(text)
        ));
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.text.push_str(&format!("</{}>\n", self.root));
        self.text
    }
}

/// What XML 1.0 has a place for: a control character cannot even be escaped.
fn allowed(text: &str) -> String {
    let fits = |sign: &char| !sign.is_control() && !matches!(sign, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

/// An element that was read.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// The last part of its namespace, without the version: `CommonBasicComponents`.
    pub space: String,
    /// Its name in that.
    pub name: String,
    /// Its attribute `unitCode`.
    pub unit_code: Option<String>,
    /// The text right inside it.
    pub text: String,
    /// The elements right inside it.
    pub children: Vec<Element>,
}

impl Element {
    /// The first element of this name inside.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the element at the end of a path of names.
    pub fn at(&self, path: &[&str]) -> Option<&str> {
        let mut here = self;
        for name in path {
            here = here.child(name)?;
        }
        Some(here.text.trim()).filter(|text| !text.is_empty())
    }
}

/// Reads a document into a tree.
///
/// A document type is refused and with it every entity that a document could define, so nothing grows beyond what was
/// sent and nothing is looked up elsewhere.
///
/// # Errors
/// [`Error::Invalid`] says what is wrong with it.
pub(super) fn read(document: &[u8]) -> Result<Element> {
    let wrong = |message: String| Error::invalid("document", message);
    let text = std::str::from_utf8(document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document))
        .map_err(|_| wrong("is not UTF-8".to_owned()))?;
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut elements = 0_usize;
    loop {
        let (space, event) = reader
            .read_resolved_event()
            .map_err(|error| wrong(format!("is no XML: {error}")))?;
        let (start, empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                close(&mut open, &mut root);
                continue;
            }
            Event::Text(text) => {
                push(&mut open, &text.xml10_content());
                continue;
            }
            Event::CData(text) => {
                push(&mut open, &text.xml10_content());
                continue;
            }
            Event::GeneralRef(reference) => {
                let sign = match reference.resolve_char_ref() {
                    Ok(Some(sign)) => Some(sign),
                    Ok(None) => predefined(&reference.xml10_content()),
                    Err(_) => None,
                };
                let sign = sign.ok_or_else(|| wrong("uses an entity of its own".to_owned()))?;
                push(&mut open, &sign.to_string());
                continue;
            }
            Event::DocType(_) => {
                return Err(wrong("has a document type, which is not taken".to_owned()));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
            Event::Eof => break,
        };
        elements += 1;
        if elements > MOST_ELEMENTS || open.len() >= DEEPEST || (open.is_empty() && root.is_some())
        {
            return Err(wrong(
                "has too many elements, or they stand too deep in each other".to_owned(),
            ));
        }
        let element = element(&space, &start).map_err(wrong)?;
        open.push(element);
        if empty {
            close(&mut open, &mut root);
        }
    }
    if open.is_empty() {
        root.ok_or_else(|| wrong("is empty".to_owned()))
    } else {
        Err(wrong("ends before its elements do".to_owned()))
    }
}

fn element(space: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, String> {
    let space = match space {
        ResolveResult::Bound(space) => {
            let name: &str = space.0;
            let last = name.rsplit(':').next().unwrap_or_default();
            last.rsplit_once('-')
                .map_or(last, |(name, _)| name)
                .to_owned()
        }
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err("uses an undeclared prefix".to_owned()),
    };
    let mut unit_code = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("is no XML: {error}"))?;
        let name: &str = attribute.key.0;
        if name == "unitCode" {
            let value: &str = &attribute.value;
            unit_code = Some(value.to_owned());
        }
    }
    let name: &str = start.local_name().into_inner();
    Ok(Element {
        space,
        name: name.to_owned(),
        unit_code,
        ..Element::default()
    })
}

fn close(open: &mut Vec<Element>, root: &mut Option<Element>) {
    if let Some(done) = open.pop() {
        match open.last_mut() {
            Some(parent) => parent.children.push(done),
            None => *root = Some(done),
        }
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(inner) = open.last_mut() {
        inner.text.push_str(text);
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}
