//! Whether a document holds only members that its schema declares, said once more and in another way than the comparison does.
//!
//! A document is taken to be written for one branch of each `anyOf`: there has to be a way through the branches under which
//! each member of each object is declared.

use serde_json::{Map, Value};

/// Whether a way through the branches declares everything in a document. `valid` says whether a subschema holds.
///
/// Whether `additionalProperties` says something is told by trying values; where none is refused, it is not sure. What is not sure counts as
/// declared if `generous`, and as not declared if not.
pub(crate) fn declares(
    root: &Value,
    schema: &Value,
    document: &Value,
    valid: &dyn Fn(&Value, &Value) -> bool,
    generous: bool,
) -> bool {
    let reading = Reading {
        root,
        valid,
        generous,
    };
    reading.written(vec![schema], Vec::new(), document, 0)
}

struct Reading<'a> {
    root: &'a Value,
    valid: &'a dyn Fn(&Value, &Value) -> bool,
    generous: bool,
}

impl<'a> Reading<'a> {
    /// Takes schemas of one value apart, `open` ones first, until only those without a choice are left.
    fn written(
        &self,
        mut open: Vec<&'a Value>,
        mut done: Vec<&'a Map<String, Value>>,
        document: &Value,
        depth: usize,
    ) -> bool {
        if depth > 60 {
            return false;
        }
        let Some(schema) = open.pop() else {
            return self.parts(&done, document, depth);
        };
        let Value::Object(keywords) = schema else {
            return self.written(open, done, document, depth + 1);
        };
        if done.iter().any(|known| std::ptr::eq(*known, keywords)) {
            return self.written(open, done, document, depth);
        }
        done.push(keywords);
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            open.extend(self.root.pointer(&reference[1..]));
        }
        open.extend(
            keywords
                .get("allOf")
                .and_then(Value::as_array)
                .into_iter()
                .flatten(),
        );
        if let Some(condition) = keywords.get("if") {
            let holds = (self.valid)(condition, document);
            if holds {
                open.push(condition);
            }
            open.extend(keywords.get(if holds { "then" } else { "else" }));
        }
        if let Some(dependent) = keywords.get("dependentSchemas").and_then(Value::as_object) {
            open.extend(
                dependent
                    .iter()
                    .filter(|(name, _)| document.get(name.as_str()).is_some())
                    .map(|(_, schema)| schema),
            );
        }
        let mut ways = vec![open];
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = keywords.get(keyword).and_then(Value::as_array) else {
                continue;
            };
            let good: Vec<&Value> = branches
                .iter()
                .filter(|branch| (self.valid)(branch, document))
                .collect();
            ways = ways
                .into_iter()
                .flat_map(|way| {
                    good.iter()
                        .map(move |branch| way.iter().copied().chain([*branch]).collect())
                        .collect::<Vec<Vec<&Value>>>()
                })
                .collect();
        }
        ways.into_iter()
            .any(|way| self.written(way, done.clone(), document, depth + 1))
    }

    /// Whether a schema refuses anything.
    fn says_something(&self, schema: &Value) -> bool {
        let tried = serde_json::json!([
            null, true, false, 0, 1, -1, 0.5, 1000, "", "a", "zz", "0", [], [null, null], ["a"], {}, {"a": null}, {"b": 0, "zz": []}
        ]);
        let refuses = tried
            .as_array()
            .into_iter()
            .flatten()
            .any(|value| !(self.valid)(schema, value));
        let trivial = *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty);
        refuses || (self.generous && !trivial)
    }

    /// Whether there are enough items that are written for each `contains`.
    fn contained(&self, schemas: &[&'a Map<String, Value>], items: &[Value], depth: usize) -> bool {
        schemas.iter().all(|keywords| {
            let Some(wanted) = keywords.get("contains") else {
                return true;
            };
            let least = keywords
                .get("minContains")
                .and_then(Value::as_u64)
                .unwrap_or(1);
            let written = items.iter().enumerate().filter(|(place, item)| {
                let mut inner = of_item(schemas, *place);
                inner.push(wanted);
                (self.valid)(wanted, item) && self.written(inner, Vec::new(), item, depth + 1)
            });
            written.count() as u64 >= least
        })
    }

    fn parts(&self, schemas: &[&'a Map<String, Value>], document: &Value, depth: usize) -> bool {
        match document {
            Value::Array(items) if !self.generous && !self.contained(schemas, items, depth) => {
                false
            }
            Value::Array(items) => items.iter().enumerate().all(|(place, item)| {
                let inner = of_item(schemas, place);
                // An item may be there for the sake of a `contains`.
                let contained = schemas
                    .iter()
                    .filter_map(|keywords| keywords.get("contains"));
                let contained: Vec<&Value> = contained
                    .filter(|schema| (self.valid)(schema, item))
                    .collect();
                let mut ways = vec![inner];
                for schema in contained {
                    let more: Vec<Vec<&Value>> = ways
                        .iter()
                        .map(|way| way.iter().copied().chain([schema]).collect())
                        .collect();
                    ways.extend(more);
                }
                ways.into_iter()
                    .any(|way| self.written(way, Vec::new(), item, depth + 1))
            }),
            Value::Object(members) => {
                let is_map = !schemas.iter().any(|keywords| {
                    ["properties", "patternProperties"].iter().any(|keyword| {
                        keywords
                            .get(*keyword)
                            .and_then(Value::as_object)
                            .is_some_and(|named| !named.is_empty())
                    })
                });
                members.iter().all(|(name, member)| {
                    let mut declared = is_map;
                    let mut inner = Vec::new();
                    for keywords in schemas {
                        let count = inner.len();
                        inner.extend(keywords.get("properties").and_then(|named| named.get(name)));
                        let patterns = keywords
                            .get("patternProperties")
                            .and_then(Value::as_object)
                            .into_iter()
                            .flatten();
                        for (pattern, schema) in patterns {
                            let matches = serde_json::json!({ "pattern": pattern });
                            if (self.valid)(&matches, &Value::String(name.clone())) {
                                inner.push(schema);
                            }
                        }
                        declared |= inner.len() > count;
                        if let Some(others) = keywords.get("additionalProperties") {
                            declared |= self.says_something(others);
                            if inner.len() == count {
                                inner.push(others);
                            }
                        }
                        let required = keywords.get("required").and_then(Value::as_array);
                        declared |=
                            required.is_some_and(|names| names.iter().any(|known| known == name));
                        let dependent = keywords
                            .get("dependentRequired")
                            .and_then(Value::as_object)
                            .into_iter()
                            .flatten();
                        declared |= dependent
                            .filter(|(trigger, _)| members.contains_key(*trigger))
                            .any(|(_, names)| {
                                names
                                    .as_array()
                                    .is_some_and(|names| names.iter().any(|known| known == name))
                            });
                    }
                    declared && self.written(inner, Vec::new(), member, depth + 1)
                })
            }
            _ => true,
        }
    }
}

/// What an array's schemas say of the item at a place.
fn of_item<'a>(schemas: &[&'a Map<String, Value>], place: usize) -> Vec<&'a Value> {
    let rule = |keywords: &&'a Map<String, Value>| {
        let first = keywords
            .get("prefixItems")
            .and_then(|first| first.get(place));
        first.or_else(|| keywords.get("items"))
    };
    schemas.iter().filter_map(rule).collect()
}
