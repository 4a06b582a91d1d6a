//! Every page and call of the hub, read from its source and its own description, so that none can be forgotten.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::tidy::files;

/// The paths of the hub's pages, as they are written where they are routed.
pub fn pages() -> BTreeSet<String> {
    routed(|_| true)
}

/// Those of them that can be opened; the others only take a form.
pub fn readable() -> BTreeSet<String> {
    routed(|call| call.contains("get("))
}

/// The paths of the pages for whose `.route(...)` this holds.
fn routed(wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, source) in files("src/hub/web/pages", "rs") {
        for after in source.split(".route(").skip(1) {
            let after = after.trim_start();
            let mut depth = 1;
            let call = after.split_inclusive(['(', ')']).take_while(|part| {
                let open = depth > 0;
                depth += if part.ends_with('(') { 1 } else { -1 };
                open
            });
            let call: String = call.collect();
            // A file that everybody may have is routed by the name of its constant.
            if let Some(path) = after.strip_prefix('"') {
                if wanted(&call) {
                    found.insert(path.split('"').next().unwrap().to_owned());
                }
            } else {
                let name = after.split(',').next().unwrap().trim();
                let is_constant = name
                    .rsplit("::")
                    .next()
                    .unwrap()
                    .chars()
                    .all(|sign| sign.is_ascii_uppercase() || sign == '_');
                assert!(
                    is_constant,
                    "a page is routed by {name}, which is not read here"
                );
            }
        }
    }
    found
}

/// A call of the API: method, path with its parameters, and a body that it can read.
#[derive(Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub body: Option<Value>,
}

/// Every call that the hub's own description names.
pub fn calls(description: &Value) -> Vec<Call> {
    let mut found = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, call) in methods.as_object().unwrap() {
            let content = &call["requestBody"]["content"]["application/json"]["schema"];
            let body = content
                .is_object()
                .then(|| example(description, content, 0));
            found.push(Call {
                method: method.to_uppercase(),
                path: path.clone(),
                body,
            });
        }
    }
    found
}

/// A value that a schema allows.
fn example(description: &Value, schema: &Value, depth: usize) -> Value {
    if depth > 8 {
        return Value::Null;
    }
    let deeper = |schema: &Value| example(description, schema, depth + 1);
    if let Some(name) = schema["$ref"].as_str() {
        return deeper(description.pointer(name.trim_start_matches('#')).unwrap());
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let real = choices.iter().find(|choice| choice["type"] != "null");
            return real.map_or(Value::Null, deeper);
        }
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    match (kind, schema["format"].as_str()) {
        ("object", _) => {
            let properties = schema["properties"].as_object();
            let pairs = properties.into_iter().flatten();
            // An identity that was made up for this very request is left to the hub.
            Value::Object(
                pairs
                    .filter(|(name, _)| *name != "id")
                    .map(|(name, schema)| match name.as_str() {
                        "weekdays" => (name.clone(), json!("mon")),
                        _ => (name.clone(), deeper(schema)),
                    })
                    .collect(),
            )
        }
        ("array", _) => json!([deeper(&schema["items"])]),
        ("integer" | "number", _) => json!(1),
        ("boolean", _) => json!(true),
        (_, Some("date")) => json!("2026-11-24"),
        (_, Some("date-time")) => json!("2026-11-24T02:00:00Z"),
        (_, Some("uuid")) => json!("0199aaaa-0000-7000-8000-000000000001"),
        ("string", _) => json!("MIE"),
        _ => Value::Null,
    }
}

/// A path with each of these identities in its places, and with codes and names that are in use.
pub fn filled(path: &str, ids: &[String]) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (_, after) = rest.split_once('}').unwrap();
    let more = ["MIE".to_owned(), "Pabrik%20Sama".to_owned()];
    ids.iter()
        .chain(&more)
        .flat_map(|id| {
            filled(after, std::slice::from_ref(id))
                .into_iter()
                .map(move |end| format!("{before}{id}{end}"))
        })
        .collect()
}

#[test]
fn pages_are_found_where_they_are_routed() {
    let pages = pages();
    for known in ["/", "/toko/{id}", "/kiriman", "/masuk"] {
        assert!(pages.contains(known), "{known}: {pages:?}");
    }
    let readable = readable();
    assert!(
        readable.contains("/toko/{id}") && !readable.contains("/keluar"),
        "{readable:?}"
    );
}
