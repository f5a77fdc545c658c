//! Holds a tree against the JSON Schema that is made from the types, and finds everything that is wrong.
//!
//! It knows the part of JSON Schema that the types make: objects, lists, scalars with bounds, closed sets
//! of words, unions of objects with one field each, and fields of which exactly one is given.

use std::ops::Range;

use serde_json::Value;

use crate::error::{Finding, MAX_FINDINGS, Problem, guess};
use crate::yaml::{Content, Meaning, Node, Pair, Path, Scalar};

mod scalar;
mod unsupported;

/// Checks `root` and returns everything that is wrong with its shape.
pub(crate) fn check(root: &Node, schema: &Value) -> Vec<Finding> {
    let mut checker = Checker {
        findings: Vec::new(),
    };
    checker.node(root, schema, &beginning(root), &Path::default());
    checker.findings
}

struct Checker {
    findings: Vec<Finding>,
}

impl Checker {
    /// Checks a node. `here` is where its name stands, for what is missing in it.
    fn node(&mut self, node: &Node, schema: &Value, here: &Range<usize>, path: &Path) {
        if let Some(words) = words(schema) {
            self.word(node, &words, path);
            return;
        }
        // With fields of its own, `oneOf` says which of them exclude one another.
        if let Some(variants) = schema["oneOf"].as_array()
            && schema["properties"].is_null()
        {
            self.union(node, variants, here, path);
            return;
        }
        match schema["type"].as_str() {
            Some("object") => self.object(node, schema, here, path),
            Some("array") => self.list(node, schema, path),
            _ => self.scalar(node, schema, path),
        }
    }

    fn object(&mut self, node: &Node, schema: &Value, here: &Range<usize>, path: &Path) {
        let Some(pairs) = self.mapping(node, path) else {
            return;
        };
        let known = schema["properties"].as_object();
        for pair in pairs {
            if self.findings.len() > MAX_FINDINGS {
                return;
            }
            let name = &pair.key.text;
            let inside = path.field(name);
            if let Some(schema) = known.and_then(|known| known.get(name)) {
                self.node(&pair.value, schema, &pair.key.span, &inside);
                continue;
            }
            match &schema["additionalProperties"] {
                Value::Object(_) => self.node(
                    &pair.value,
                    &schema["additionalProperties"],
                    &pair.key.span,
                    &inside,
                ),
                Value::Bool(true) => self.json(&pair.value, &inside),
                _ => {
                    let accepted = known.iter().flat_map(|known| known.keys());
                    self.unknown_field(pair, accepted.cloned().collect(), path);
                }
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if !pairs.iter().any(|pair| pair.key.text == name) {
                let meaning = known.and_then(|known| known[name]["description"].as_str());
                let problem = Problem::MissingField {
                    name: name.to_owned(),
                    meaning: meaning.map(str::to_owned),
                };
                self.report(here.clone(), path, problem);
            }
        }
        self.alternatives(pairs, schema, here, path);
    }

    /// Checks that exactly one of the fields is given of which an object needs one.
    fn alternatives(&mut self, pairs: &[Pair], schema: &Value, here: &Range<usize>, path: &Path) {
        let alternatives = schema["oneOf"].as_array().into_iter().flatten();
        let names: Vec<&str> = alternatives
            .filter_map(|alternative| alternative["required"][0].as_str())
            .collect();
        let mut given = pairs
            .iter()
            .filter(|pair| names.contains(&pair.key.text.as_str()));
        let Some(first) = given.next() else {
            if !names.is_empty() {
                let accepted = names.iter().map(|&name| name.to_owned()).collect();
                self.report(here.clone(), path, Problem::NoneOf { accepted });
            }
            return;
        };
        for pair in given {
            let problem = Problem::Exclusive {
                name: pair.key.text.clone(),
                other: first.key.text.clone(),
            };
            let inside = path.field(&pair.key.text);
            self.report(pair.key.span.clone(), &inside, problem);
        }
    }

    /// Checks a union of objects with one field each.
    fn union(&mut self, node: &Node, variants: &[Value], here: &Range<usize>, path: &Path) {
        let fields = || {
            let properties = variants
                .iter()
                .filter_map(|variant| variant["properties"].as_object());
            properties.flatten()
        };
        let names: Vec<String> = fields().map(|(name, _)| name.clone()).collect();
        let Some(pairs) = self.mapping(node, path) else {
            return;
        };
        let mut given: Option<&str> = None;
        let mut unknown = false;
        for pair in pairs {
            let name = &pair.key.text;
            let Some((_, schema)) = fields().find(|(known, _)| *known == name) else {
                unknown = true;
                self.unknown_field(pair, names.clone(), path);
                continue;
            };
            if let Some(other) = given {
                let problem = Problem::Exclusive {
                    name: name.clone(),
                    other: other.to_owned(),
                };
                self.report(pair.key.span.clone(), &path.field(name), problem);
            }
            given = Some(name);
            self.node(&pair.value, schema, &pair.key.span, &path.field(name));
        }
        if given.is_none() && !unknown {
            self.report(here.clone(), path, Problem::NoneOf { accepted: names });
        }
    }

    fn list(&mut self, node: &Node, schema: &Value, path: &Path) {
        let Content::Sequence(items) = &node.content else {
            let advice = match &node.content {
                Content::Scalar(scalar) if scalar.meaning != Meaning::Null => {
                    Some("write a list: [\"…\", \"…\"]")
                }
                _ => nothing_advice(node),
            };
            self.wrong_type(node, "a list", advice, path);
            return;
        };
        if items.is_empty() && schema["minItems"].as_u64() > Some(0) {
            self.report(node.span.clone(), path, Problem::EmptyValue);
        }
        for (index, item) in items.iter().enumerate() {
            if self.findings.len() > MAX_FINDINGS {
                return;
            }
            self.node(item, &schema["items"], &beginning(item), &path.index(index));
        }
    }

    /// Checks that JSON can hold a value of any shape.
    fn json(&mut self, node: &Node, path: &Path) {
        match &node.content {
            Content::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.json(item, &path.index(index));
                }
            }
            Content::Mapping(pairs) => {
                for pair in pairs {
                    self.json(&pair.value, &path.field(&pair.key.text));
                }
            }
            Content::Scalar(Scalar {
                meaning: Meaning::NotFinite(_),
                ..
            }) => self.wrong_type(node, "a number that JSON can hold", None, path),
            Content::Scalar(_) => {}
        }
    }

    fn word(&mut self, node: &Node, words: &[&str], path: &Path) {
        let found = match &node.content {
            Content::Scalar(scalar) if scalar.meaning != Meaning::Null => &scalar.text,
            _ => {
                self.wrong_type(node, &one_of(words), nothing_advice(node), path);
                return;
            }
        };
        if words.contains(&found.as_str()) {
            return;
        }
        let problem = Problem::UnknownValue {
            found: found.clone(),
            accepted: words.iter().map(|&word| word.to_owned()).collect(),
            guess: guess(found, words.iter().copied()),
        };
        self.report(node.span.clone(), path, problem);
    }

    fn unknown_field(&mut self, pair: &Pair, accepted: Vec<String>, path: &Path) {
        let name = &pair.key.text;
        let path = path.field(name);
        let problem = unsupported::field(&path).unwrap_or_else(|| Problem::UnknownField {
            name: name.clone(),
            guess: guess(name, accepted.iter().map(String::as_str)),
            accepted,
        });
        self.report(pair.key.span.clone(), &path, problem);
    }

    fn mapping<'a>(&mut self, node: &'a Node, path: &Path) -> Option<&'a [Pair]> {
        if let Content::Mapping(pairs) = &node.content {
            return Some(pairs);
        }
        self.wrong_type(node, "a mapping", nothing_advice(node), path);
        None
    }

    fn wrong_type(
        &mut self,
        node: &Node,
        expected: &str,
        advice: Option<&'static str>,
        path: &Path,
    ) {
        let problem = Problem::WrongType {
            expected: expected.to_owned(),
            found: node.describe(),
            advice,
        };
        self.report(node.span.clone(), path, problem);
    }

    fn report(&mut self, span: Range<usize>, path: &Path, problem: Problem) {
        self.findings
            .push(Finding::new(span, path.clone(), problem));
    }
}

/// Returns the place right before a node.
fn beginning(node: &Node) -> Range<usize> {
    node.span.start..node.span.start
}

/// Returns the words of a closed set, if the schema is one.
fn words(schema: &Value) -> Option<Vec<&str>> {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(Value::as_str).collect();
    }
    if let Some(word) = schema["const"].as_str() {
        return Some(vec![word]);
    }
    let variants = schema["oneOf"].as_array()?;
    variants
        .iter()
        .map(|variant| variant["const"].as_str())
        .collect()
}

fn one_of(words: &[&str]) -> String {
    match words {
        [only] => format!("`{only}`"),
        words => format!("one of `{}`", words.join("`, `")),
    }
}

/// Says what to do about a field that was left empty.
pub(crate) fn nothing_advice(node: &Node) -> Option<&'static str> {
    let empty = matches!(&node.content, Content::Scalar(scalar) if scalar.meaning == Meaning::Null);
    empty.then_some("give it a value, or remove the field")
}
