//! As much of XML as it takes to read a drawing back.

use std::collections::BTreeMap;

/// One element: its name, its attributes, and the text directly in it.
#[derive(Debug, Clone, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
}

impl Element {
    pub fn number(&self, name: &str) -> f64 {
        self.attributes[name]
            .parse()
            .unwrap_or_else(|_| panic!("{name} is no number in {self:?}"))
    }
}

/// Every element in the order of its start; panics on what is not well formed.
pub fn elements(document: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        let text = unescaped(&rest[..start]);
        match open.last() {
            Some(&inside) => found[inside].text.push_str(&text),
            None => assert_eq!(text, "", "text outside of the drawing"),
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop().expect("an end tag has a start tag");
            assert_eq!(found[last].name, name);
            continue;
        }
        let (inside, closed) = match tag.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (tag, false),
        };
        if !closed {
            open.push(found.len());
        }
        found.push(element(inside));
    }
    assert_eq!(rest, "");
    assert!(open.is_empty(), "every element is closed");
    found
}

fn element(inside: &str) -> Element {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut element = Element {
        name: name.to_owned(),
        ..Element::default()
    };
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value is quoted");
        let known = element
            .attributes
            .insert(key.trim().to_owned(), unescaped(value));
        assert_eq!(known, None, "{key} twice in {inside}");
        rest = after;
    }
    assert_eq!(rest.trim(), "", "in {inside}");
    element
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';').expect("an entity ends");
        plain.push_str(before);
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => panic!("&{other};"),
        });
        rest = after;
    }
    plain.push_str(rest);
    let forbidden = |sign: char| sign.is_control() || sign == '\u{fffe}' || sign == '\u{ffff}';
    assert!(!plain.contains(forbidden), "{plain:?}");
    plain
}

/// Every coordinate of a drawing is a finite number inside its view box.
pub fn assert_inside(document: &str) {
    let all = elements(document);
    let view: Vec<f64> = all[0].attributes["viewBox"]
        .split(' ')
        .map(|edge| edge.parse().unwrap())
        .collect();
    let (width, height) = (view[2], view[3]);
    assert!(width.is_finite() && height.is_finite());
    let inside = |x: f64, y: f64, element: &Element| {
        assert!(
            (0.0..=width).contains(&x) && (0.0..=height).contains(&y),
            "({x}, {y}) is outside {width} x {height}: {element:?}"
        );
    };
    for element in &all {
        match element.name.as_str() {
            "line" => {
                inside(element.number("x1"), element.number("y1"), element);
                inside(element.number("x2"), element.number("y2"), element);
            }
            "rect" => {
                let (x, y) = (element.number("x"), element.number("y"));
                let (wide, high) = (element.number("width"), element.number("height"));
                assert!(wide >= 0.0 && high >= 0.0, "{element:?}");
                inside(x, y, element);
                inside(x + wide, y + high, element);
            }
            "circle" => inside(element.number("cx"), element.number("cy"), element),
            "text" => inside(element.number("x"), element.number("y"), element),
            "polyline" | "polygon" => {
                for (x, y) in points(element) {
                    inside(x, y, element);
                }
            }
            "path" => {
                for pair in element.attributes["d"].split([' ', 'M', 'L']) {
                    if let Some((x, y)) = pair.split_once(',') {
                        inside(x.parse().unwrap(), y.parse().unwrap(), element);
                    }
                }
            }
            "svg" | "title" | "style" => {}
            other => panic!("nothing checks <{other}>"),
        }
    }
}

/// The corners of a polyline or polygon.
pub fn points(element: &Element) -> Vec<(f64, f64)> {
    element.attributes["points"]
        .split(' ')
        .map(|pair| {
            let (x, y) = pair.split_once(',').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        })
        .collect()
}
