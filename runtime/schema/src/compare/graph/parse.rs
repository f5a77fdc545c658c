//! From the text of a schema to the nodes of the graph.
//!
//! The text is in the form of [`super::super::document`]: draft 2020-12, every reference a pointer into the text itself.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    ANY, ARRAY, BOOLEAN, FRACTION, Graph, INTEGER, Id, Members, NULL, Node, OBJECT, STRING, Types,
    canonical,
};
use crate::compare::document::{child, decoded};
use crate::compare::number;

/// How deep subschemas and references may lead into each other.
pub(crate) const DEEPEST: usize = 160;

/// Why a text cannot be read.
#[derive(Debug)]
pub(crate) enum ParseError {
    /// Subschemas and references lead into each other too deeply.
    Deep,
    /// References lead back to where they came from without a step into the value.
    Loop(String),
    /// A reference that leads nowhere: where it is, and what it says.
    Nowhere(String, String),
}

struct Parser<'a> {
    graph: &'a mut Graph,
    root: &'a Value,
    is_format: &'a dyn Fn(&str) -> bool,
    done: HashMap<String, Id>,
    /// Being read, with the number of its target once something refers to it.
    open: HashMap<String, Option<u32>>,
    /// How many of the open ones are reached without a step into the value, newest last.
    here: Vec<String>,
    depth: usize,
}

/// Reads a schema into the graph. `is_format` tells which formats the validator checks.
pub(crate) fn parse(
    graph: &mut Graph,
    root: &Value,
    is_format: &dyn Fn(&str) -> bool,
) -> Result<Id, ParseError> {
    let mut parser = Parser {
        graph,
        root,
        is_format,
        done: HashMap::new(),
        open: HashMap::new(),
        here: Vec::new(),
        depth: 0,
    };
    parser.at("", root)
}

impl<'a> Parser<'a> {
    /// Reads the subschema at a pointer, on the same value as the one around it.
    fn at(&mut self, pointer: &str, schema: &'a Value) -> Result<Id, ParseError> {
        if let Some(id) = self.done.get(pointer) {
            return Ok(*id);
        }
        if let Some(target) = self.open.get(pointer).copied() {
            if self.here.iter().any(|open| open == pointer) {
                return Err(ParseError::Loop(pointer.to_owned()));
            }
            let number = target.unwrap_or_else(|| {
                let placeholder = self.graph.nothing();
                self.graph.targets.push(placeholder);
                u32::try_from(self.graph.targets.len() - 1).expect("the size of schemas is bounded")
            });
            self.open.insert(pointer.to_owned(), Some(number));
            return Ok(self.graph.add(Node::Reference(number)));
        }
        if self.depth >= DEEPEST {
            return Err(ParseError::Deep);
        }
        self.depth += 1;
        self.open.insert(pointer.to_owned(), None);
        self.here.push(pointer.to_owned());
        let id = match schema {
            Value::Object(keywords) => self.object(pointer, keywords)?,
            Value::Bool(false) => self.graph.nothing(),
            _ => self.graph.everything(),
        };
        self.here.pop();
        self.depth -= 1;
        if let Some(Some(number)) = self.open.remove(pointer) {
            self.graph.targets[number as usize] = id;
        }
        self.done.insert(pointer.to_owned(), id);
        Ok(id)
    }

    /// Reads a subschema about a part of the value.
    fn inside(&mut self, pointer: &str, schema: &'a Value) -> Result<Id, ParseError> {
        let here = std::mem::take(&mut self.here);
        let id = self.at(pointer, schema);
        self.here = here;
        id
    }

    fn list(
        &mut self,
        pointer: &str,
        schemas: &'a Value,
        inside: bool,
    ) -> Result<Vec<Id>, ParseError> {
        let mut ids = Vec::new();
        for (index, schema) in schemas.as_array().into_iter().flatten().enumerate() {
            let pointer = child(pointer, &index.to_string());
            ids.push(if inside {
                self.inside(&pointer, schema)?
            } else {
                self.at(&pointer, schema)?
            });
        }
        Ok(ids)
    }

    fn object(
        &mut self,
        pointer: &str,
        keywords: &'a Map<String, Value>,
    ) -> Result<Id, ParseError> {
        let mut parts = Vec::new();
        for (keyword, value) in keywords {
            let below = child(pointer, keyword);
            if let Some(node) = self.simple(keyword, value) {
                parts.push(self.graph.add(node));
                continue;
            }
            match keyword.as_str() {
                "$ref" => parts.push(self.reference(pointer, value)?),
                "enum" => parts.push(self.graph.values(value.as_array().into_iter().flatten())),
                "const" => parts.push(self.graph.values([value])),
                "required" => {
                    for name in value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                    {
                        parts.push(self.graph.add(Node::Required(name.to_owned())));
                    }
                }
                "allOf" => parts.extend(self.list(&below, value, false)?),
                "anyOf" => {
                    let mut branches = self.list(&below, value, false)?;
                    branches.sort_unstable();
                    branches.dedup();
                    parts.push(match branches.as_slice() {
                        [only] => *only,
                        _ => self.graph.add(Node::AnyOf(branches)),
                    });
                }
                "oneOf" => {
                    let mut branches = self.list(&below, value, false)?;
                    branches.sort_unstable();
                    parts.push(match branches.as_slice() {
                        [only] => *only,
                        _ => self.graph.add(Node::OneOf(branches)),
                    });
                }
                "not" => {
                    let inner = self.at(&below, value)?;
                    parts.push(self.graph.add(Node::Not(inner)));
                }
                "if" => {
                    let condition = self.at(&below, value)?;
                    let [then, otherwise] = ["then", "else"]
                        .map(|keyword| keywords.get(keyword).map(|schema| (keyword, schema)));
                    let then = self.optional(pointer, then)?;
                    let otherwise = self.optional(pointer, otherwise)?;
                    parts.push(self.graph.add(Node::If(condition, then, otherwise)));
                }
                "contains" => {
                    let inner = self.inside(&below, value)?;
                    let least = keywords.get("minContains").map_or(1, count);
                    let most = keywords.get("maxContains").map(count);
                    parts.push(self.graph.add(Node::Contains(inner, least, most)));
                }
                "propertyNames" => {
                    let inner = self.inside(&below, value)?;
                    parts.push(self.graph.add(Node::Names(inner)));
                }
                "dependentSchemas" => {
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        let inner = self.at(&child(&below, name), schema)?;
                        parts.push(self.graph.add(Node::Dependent(name.clone(), inner)));
                    }
                }
                "dependentRequired" => {
                    for (name, names) in value.as_object().into_iter().flatten() {
                        let mut all = Vec::new();
                        for needed in names
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter_map(Value::as_str)
                        {
                            all.push(self.graph.add(Node::Required(needed.to_owned())));
                        }
                        let inner = self.graph.all(all);
                        parts.push(self.graph.add(Node::Dependent(name.clone(), inner)));
                    }
                }
                _ => {}
            }
        }
        parts.extend(self.members(pointer, keywords)?);
        parts.extend(self.items(pointer, keywords)?);
        // What is left to evaluate depends on all the rest, so it is compared together with all of it.
        for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
            if let Some(value) = keywords.get(keyword) {
                let inner = self.inside(&child(pointer, keyword), value)?;
                let mut rest = parts.clone();
                rest.push(inner);
                parts.push(self.graph.add(Node::Opaque(keyword.to_owned(), rest)));
            }
        }
        Ok(self.graph.all(parts))
    }

    fn optional(
        &mut self,
        pointer: &str,
        schema: Option<(&str, &'a Value)>,
    ) -> Result<Id, ParseError> {
        match schema {
            Some((keyword, schema)) => self.at(&child(pointer, keyword), schema),
            None => Ok(self.graph.everything()),
        }
    }

    /// Keywords that hold no subschema.
    fn simple(&self, keyword: &str, value: &Value) -> Option<Node> {
        let opaque = || Node::Opaque(format!("{keyword} {}", canonical(value)), Vec::new());
        let exact = |node: fn(num_rational::BigRational) -> Node| match value {
            Value::Number(number) => number::read(number).map_or_else(opaque, node),
            _ => opaque(),
        };
        Some(match keyword {
            "type" => Node::Types(types(value)),
            "minimum" => exact(|bound| Node::Minimum(bound, false)),
            "exclusiveMinimum" => exact(|bound| Node::Minimum(bound, true)),
            "maximum" => exact(|bound| Node::Maximum(bound, false)),
            "exclusiveMaximum" => exact(|bound| Node::Maximum(bound, true)),
            "multipleOf" => exact(Node::MultipleOf),
            "minLength" if count(value) > 0 => Node::MinLength(count(value)),
            "maxLength" => Node::MaxLength(count(value)),
            "pattern" => Node::Pattern(value.as_str()?.to_owned()),
            "format" if (self.is_format)(value.as_str()?) => {
                Node::Format(value.as_str()?.to_owned())
            }
            "minItems" if count(value) > 0 => Node::MinItems(count(value)),
            "maxItems" => Node::MaxItems(count(value)),
            "uniqueItems" if *value == Value::Bool(true) => Node::Unique,
            "minProperties" if count(value) > 0 => Node::MinProperties(count(value)),
            "maxProperties" => Node::MaxProperties(count(value)),
            _ => return None,
        })
    }

    fn reference(&mut self, pointer: &str, value: &Value) -> Result<Id, ParseError> {
        let target = value
            .as_str()
            .and_then(|text| text.strip_prefix('#'))
            .map(decoded)
            .unwrap_or_default();
        match self.root.pointer(&target) {
            Some(schema) => self.at(&target, schema),
            None => Err(ParseError::Nowhere(
                pointer.to_owned(),
                value.as_str().unwrap_or_default().to_owned(),
            )),
        }
    }

    fn members(
        &mut self,
        pointer: &str,
        keywords: &'a Map<String, Value>,
    ) -> Result<Option<Id>, ParseError> {
        let mut lists: [Vec<(String, Id)>; 2] = Default::default();
        for (list, keyword) in lists.iter_mut().zip(["properties", "patternProperties"]) {
            let below = child(pointer, keyword);
            for (name, schema) in keywords
                .get(keyword)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                list.push((name.clone(), self.inside(&child(&below, name), schema)?));
            }
            list.sort();
        }
        let [named, patterns] = lists;
        let others = match keywords.get("additionalProperties") {
            Some(schema) => self.inside(&child(pointer, "additionalProperties"), schema)?,
            None => self.graph.everything(),
        };
        let closed = !self.graph.is_everything(others);
        if named.is_empty() && patterns.is_empty() && !closed {
            return Ok(None);
        }
        let members = Members {
            named,
            patterns,
            others,
            closed,
        };
        Ok(Some(self.graph.add(Node::Members(members))))
    }

    fn items(
        &mut self,
        pointer: &str,
        keywords: &'a Map<String, Value>,
    ) -> Result<Option<Id>, ParseError> {
        let first = match keywords.get("prefixItems") {
            Some(schemas) => self.list(&child(pointer, "prefixItems"), schemas, true)?,
            None => Vec::new(),
        };
        let others = match keywords.get("items") {
            Some(schema) => self.inside(&child(pointer, "items"), schema)?,
            None => self.graph.everything(),
        };
        if first.is_empty() && self.graph.is_everything(others) {
            return Ok(None);
        }
        Ok(Some(self.graph.add(Node::Items(first, others))))
    }
}

/// Reads a count; one that is too great for 64 bits is as good as the greatest.
fn count(value: &Value) -> u64 {
    let Value::Number(number) = value else {
        return 0;
    };
    match number::read(number) {
        Some(exact) => u64::try_from(exact.to_integer()).unwrap_or(u64::MAX),
        None => u64::MAX,
    }
}

fn types(value: &Value) -> Types {
    let one = |name: &Value| match name.as_str() {
        Some("null") => NULL,
        Some("boolean") => BOOLEAN,
        Some("integer") => INTEGER,
        Some("number") => INTEGER | FRACTION,
        Some("string") => STRING,
        Some("array") => ARRAY,
        Some("object") => OBJECT,
        _ => ANY,
    };
    match value {
        Value::Array(names) => names.iter().map(one).fold(0, |all, bit| all | bit),
        name => one(name),
    }
}
