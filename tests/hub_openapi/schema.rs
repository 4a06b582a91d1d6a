//! As much of JSON Schema 2020-12 as the schema of OpenAPI 3.1 is written in. A keyword or a pattern that is not known
//! here ends the test, so that nothing passes by not being looked at.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What is wrong with a value under a schema; nothing where it fits.
pub fn faults(root: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Checker { root }.check(root, value, "", &mut faults);
    faults
}

struct Checker<'s> {
    root: &'s Value,
}

/// Keywords that say nothing about whether a value fits.
const WORDS: &[&str] = &[
    "$id",
    "$schema",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$anchor",
    "description",
    "default",
    "format",
    "title",
];

impl Checker<'_> {
    /// Adds what is wrong; returns the properties that the schema has looked at.
    fn check(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        faults: &mut Vec<String>,
    ) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let schema = match schema {
            Value::Bool(true) => return seen,
            Value::Bool(false) => {
                faults.push(format!("{at} must not be there"));
                return seen;
            }
            Value::Object(schema) => schema,
            other => panic!("{other} is no schema"),
        };
        for (keyword, rule) in schema {
            match keyword.as_str() {
                word if WORDS.contains(&word) => {}
                "$ref" => {
                    let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    let target = self.root.pointer(path).unwrap_or_else(|| panic!("{path}"));
                    seen.extend(self.check(target, value, at, faults));
                }
                // A schema of the described API: an object or a flag, as the official schema itself has it.
                "$dynamicRef" => {
                    if !(value.is_object() || value.is_boolean()) {
                        faults.push(format!("{at} is no schema"));
                    }
                    if let Value::Object(members) = value {
                        seen.extend(members.keys().cloned());
                    }
                }
                "type" => {
                    let fits = match rule {
                        Value::Array(kinds) => kinds.iter().any(|kind| is(value, kind)),
                        kind => is(value, kind),
                    };
                    if !fits {
                        faults.push(format!("{at} is no {rule}"));
                    }
                }
                "const" if value != rule => faults.push(format!("{at} is not {rule}")),
                "enum" if !rule.as_array().unwrap().contains(value) => {
                    faults.push(format!("{at} is none of {rule}"));
                }
                "pattern" => {
                    if let Value::String(text) = value
                        && !matches(rule.as_str().unwrap(), text)
                    {
                        faults.push(format!("{at}: {text} does not fit {rule}"));
                    }
                }
                "required" => {
                    for name in rule.as_array().unwrap().iter().filter_map(Value::as_str) {
                        if value.is_object() && value.get(name).is_none() {
                            faults.push(format!("{at} has no {name}"));
                        }
                    }
                }
                "minItems" | "minProperties" | "maxProperties" => {
                    let size = value
                        .as_array()
                        .map(Vec::len)
                        .filter(|_| keyword == "minItems");
                    let size = size.or(value.as_object().map(Map::len));
                    let bound = rule.as_u64().unwrap() as usize;
                    let fits = |size| {
                        if keyword.starts_with("min") {
                            size >= bound
                        } else {
                            size <= bound
                        }
                    };
                    if size.is_some_and(|size| !fits(size)) {
                        faults.push(format!("{at} breaks {keyword} {bound}"));
                    }
                }
                "uniqueItems" => {
                    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                    for (index, item) in items.iter().enumerate() {
                        if items[..index].contains(item) {
                            faults.push(format!("{at} has {item} twice"));
                        }
                    }
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{index}"), faults);
                    }
                }
                "propertyNames" => {
                    for name in value.as_object().into_iter().flat_map(Map::keys) {
                        self.check(rule, &name.as_str().into(), &format!("{at}/{name}"), faults);
                    }
                }
                "allOf" => {
                    for part in rule.as_array().unwrap() {
                        seen.extend(self.check(part, value, at, faults));
                    }
                }
                "anyOf" | "oneOf" => {
                    let mut fit = 0;
                    let mut told = Vec::new();
                    for part in rule.as_array().unwrap() {
                        let mut inner = Vec::new();
                        let looked = self.check(part, value, at, &mut inner);
                        if inner.is_empty() {
                            fit += 1;
                            seen.extend(looked);
                        }
                        told.extend(inner);
                    }
                    if fit == 0 || (keyword == "oneOf" && fit > 1) {
                        faults.push(format!("{at} fits {fit} of {keyword}: {told:?}"));
                    }
                }
                "not" => {
                    let mut inner = Vec::new();
                    self.check(rule, value, at, &mut inner);
                    if inner.is_empty() {
                        faults.push(format!("{at} fits what it must not"));
                    }
                }
                "if" => {
                    let mut inner = Vec::new();
                    let looked = self.check(rule, value, at, &mut inner);
                    let branch = if inner.is_empty() {
                        seen.extend(looked);
                        "then"
                    } else {
                        "else"
                    };
                    if let Some(branch) = schema.get(branch) {
                        seen.extend(self.check(branch, value, at, faults));
                    }
                }
                "dependentSchemas" => {
                    for (name, part) in rule.as_object().unwrap() {
                        if value.get(name).is_some() {
                            seen.extend(self.check(part, value, at, faults));
                        }
                    }
                }
                "const"
                | "enum"
                | "then"
                | "else"
                | "properties"
                | "patternProperties"
                | "additionalProperties"
                | "unevaluatedProperties" => {}
                unknown => panic!("{unknown} is not known here"),
            }
        }
        self.members(schema, value, at, &mut seen, faults);
        seen
    }

    fn members(
        &self,
        schema: &Map<String, Value>,
        value: &Value,
        at: &str,
        seen: &mut BTreeSet<String>,
        faults: &mut Vec<String>,
    ) {
        let Value::Object(members) = value else {
            return;
        };
        let mut here = BTreeSet::new();
        for (name, member) in members {
            let place = format!("{at}/{name}");
            if let Some(part) = schema.get("properties").and_then(|all| all.get(name)) {
                self.check(part, member, &place, faults);
                here.insert(name.clone());
            }
            let patterns = schema.get("patternProperties").and_then(Value::as_object);
            for (pattern, part) in patterns.into_iter().flatten() {
                if matches(pattern, name) {
                    self.check(part, member, &place, faults);
                    here.insert(name.clone());
                }
            }
        }
        if let Some(part) = schema.get("additionalProperties") {
            for (name, member) in members.iter().filter(|(name, _)| !here.contains(*name)) {
                self.check(part, member, &format!("{at}/{name}"), faults);
            }
            here.extend(members.keys().cloned());
        }
        seen.extend(here);
        if let Some(part) = schema.get("unevaluatedProperties") {
            for (name, member) in members.iter().filter(|(name, _)| !seen.contains(*name)) {
                self.check(part, member, &format!("{at}/{name}"), faults);
            }
            seen.extend(members.keys().cloned());
        }
    }
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    }
}

/// The patterns of the official schema, each by hand.
fn matches(pattern: &str, text: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    match pattern {
        "^/" => text.starts_with('/'),
        "^x-" => text.starts_with("x-"),
        "[^/#?]+$" => text
            .chars()
            .last()
            .is_some_and(|sign| !"/#?".contains(sign)),
        "^[a-zA-Z0-9._-]+$" => !text.is_empty() && text.chars().all(plain),
        "^[Bb][Ee][Aa][Rr][Ee][Rr]$" => text.eq_ignore_ascii_case("bearer"),
        r"^3\.1\.\d+(-.+)?$" => text.strip_prefix("3.1.").is_some_and(|rest| {
            let number = rest.split('-').next().unwrap_or_default();
            !number.is_empty() && number.bytes().all(|sign| sign.is_ascii_digit())
        }),
        "^[1-5](?:[0-9]{2}|XX)$" => {
            let (first, rest) = text.split_at(text.len().min(1));
            matches!(first, "1" | "2" | "3" | "4" | "5")
                && (rest == "XX"
                    || (rest.len() == 2 && rest.bytes().all(|sign| sign.is_ascii_digit())))
        }
        "^(schemas|responses|parameters|examples|requestBodies|headers|securitySchemes|links|callbacks|pathItems)$" => {
            [
                "schemas",
                "responses",
                "parameters",
                "examples",
                "requestBodies",
                "headers",
                "securitySchemes",
                "links",
                "callbacks",
                "pathItems",
            ]
            .contains(&text)
        }
        other => panic!("{other} is not known here"),
    }
}
