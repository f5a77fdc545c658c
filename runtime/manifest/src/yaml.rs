//! YAML text as a tree in which every node knows its place.
//!
//! YAML 1.2 with the core schema; what other readers understand differently (tags, merge keys, `.inf`,
//! keys that are no scalars, duplicate keys) is refused. Anchors are copied where they are used, under a
//! bound, so that a small text cannot grow into a large tree.

use std::ops::Range;

use serde_json::{Map, Number, Value};

use crate::error::Problem;

mod build;
mod emit;
mod lines;
mod scalar;
mod syntax;

pub(crate) use build::build;
pub use emit::to_yaml;
pub(crate) use emit::{Yaml, text_scalar};
pub(crate) use lines::Lines;

/// The largest text that is read, in bytes.
pub(crate) const MAX_TEXT: usize = 8 << 20;

/// How deep mappings and lists may be nested, anchors included.
const MAX_DEPTH: usize = 64;

/// A node of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where the node is in the text, in bytes.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) content: Content,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    Mapping(Vec<Pair>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) key: Key,
    pub(crate) value: Node,
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// A scalar: the text between the quotes, or as it was written, and what it means.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) meaning: Meaning,
}

/// What a scalar means under the core schema.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    Null,
    Bool(bool),
    Number(Number),
    /// `.inf`, `-.inf` or `.nan`, which JSON does not have.
    NotFinite(f64),
    Text,
}

impl Node {
    /// Returns the text if the node is a scalar that means text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Scalar {
                text,
                meaning: Meaning::Text,
            }) => Some(text),
            _ => None,
        }
    }

    /// Says in words what the node is, for "found …".
    pub(crate) fn describe(&self) -> String {
        match &self.content {
            Content::Sequence(_) => "a list".to_owned(),
            Content::Mapping(_) => "a mapping".to_owned(),
            Content::Scalar(scalar) => match &scalar.meaning {
                Meaning::Null => "nothing".to_owned(),
                Meaning::Bool(_) => format!("`{}`, true or false", scalar.text),
                Meaning::Number(_) | Meaning::NotFinite(_) => format!("the number {}", scalar.text),
                Meaning::Text => format!("the text {}", quote(&scalar.text)),
            },
        }
    }

    /// Follows a path of field names and positions.
    pub(crate) fn at(&self, segments: &[Segment]) -> Option<&Self> {
        segments
            .iter()
            .try_fold(self, |node, segment| match (&node.content, segment) {
                (Content::Mapping(pairs), Segment::Field(name)) => {
                    let pair = pairs.iter().find(|pair| pair.key.text == *name)?;
                    Some(&pair.value)
                }
                (Content::Sequence(items), Segment::Index(index)) => items.get(*index),
                _ => None,
            })
    }

    /// Finds where a part's name stands: its place without the value. An item of a list has none.
    pub(crate) fn name_at(&self, segments: &[Segment]) -> Option<&Range<usize>> {
        let [around @ .., Segment::Field(name)] = segments else {
            return None;
        };
        let Content::Mapping(pairs) = &self.at(around)?.content else {
            return None;
        };
        let pair = pairs.iter().find(|pair| pair.key.text == *name)?;
        Some(&pair.key.span)
    }

    /// Finds the place at which a problem of a part is shown. What is unknown is shown at its name, what is missing at the name
    /// of what it is missing in, everything else at its value; what is not in the text, at the closest part around it.
    pub(crate) fn place_of(&self, path: &Path, problem: &Problem) -> Range<usize> {
        let by_name = match problem {
            Problem::UnknownField { .. } | Problem::MissingField { .. } => true,
            Problem::Parameter { .. } => self.at(path.segments()).is_none(),
            _ => false,
        };
        let mut segments = path.segments();
        loop {
            if let Some(name) = self.name_at(segments).filter(|_| by_name) {
                return name.clone();
            }
            match (self.at(segments), segments) {
                (Some(node), _) if by_name => return node.span.start..node.span.start,
                (Some(node), _) => return node.span.clone(),
                (None, [around @ .., _]) => segments = around,
                (None, []) => return self.span.clone(),
            }
        }
    }

    /// Returns the node as JSON, or the place of the first part that JSON cannot hold.
    pub(crate) fn to_json(&self) -> Result<Value, Range<usize>> {
        Ok(match &self.content {
            Content::Sequence(items) => {
                Value::Array(items.iter().map(Self::to_json).collect::<Result<_, _>>()?)
            }
            Content::Mapping(pairs) => {
                let mut object = Map::new();
                for pair in pairs {
                    object.insert(pair.key.text.clone(), pair.value.to_json()?);
                }
                Value::Object(object)
            }
            Content::Scalar(scalar) => match &scalar.meaning {
                Meaning::Null => Value::Null,
                Meaning::Bool(value) => Value::Bool(*value),
                Meaning::Number(number) => Value::Number(number.clone()),
                Meaning::NotFinite(_) => return Err(self.span.clone()),
                Meaning::Text => Value::String(scalar.text.clone()),
            },
        })
    }
}

/// Puts a text in double quotes, with control characters escaped, shortened where it is long.
pub(crate) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let shortened: String = text.chars().take(LONGEST).collect();
    format!("{shortened:?}…")
}

/// A step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// To the value of a field.
    Field(String),
    /// To an item of a list, from 0.
    Index(usize),
}

/// Where in a document something is: `spec.select.exclude[1]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(Vec<Segment>);

impl Path {
    /// Makes the path of these fields.
    pub fn of(fields: &[&str]) -> Self {
        let field = |name: &&str| Segment::Field((*name).to_owned());
        Self(fields.iter().map(field).collect())
    }

    /// Returns the steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Says whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the path of a field in this part.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.with(Segment::Field(name.to_owned()))
    }

    /// Returns the path of an item of this part, from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// Returns the path of a part by its path in this part.
    #[must_use]
    pub fn join(&self, inside: &Self) -> Self {
        Self([self.segments(), inside.segments()].concat())
    }

    /// Follows a JSON Pointer (RFC 6901) through the value that it is of, where alone it can be told whether a step is a
    /// name or a place.
    pub fn of_pointer(pointer: &str, value: &Value) -> Self {
        let mut path = Self::default();
        let mut value = value;
        for step in pointer.split('/').skip(1) {
            let name = step.replace("~1", "/").replace("~0", "~");
            let place = step.parse::<usize>().ok().filter(|_| value.is_array());
            match place {
                Some(index) => {
                    path = path.index(index);
                    value = value.get(index).unwrap_or(&Value::Null);
                }
                None => {
                    path = path.field(&name);
                    value = value.get(&name).unwrap_or(&Value::Null);
                }
            }
        }
        path
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Field(name) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let plain = !name.is_empty()
                        && name
                            .chars()
                            .all(|c| c.is_alphanumeric() || c == '_' || c == '-');
                    if plain {
                        f.write_str(name)?;
                    } else {
                        f.write_str(&quote(name))?;
                    }
                }
            }
        }
        Ok(())
    }
}
