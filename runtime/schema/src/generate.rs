//! The beginning of a migration from one version of a schema to another: the edits that the difference asks for, as far as it
//! can be told, and a script and cases made of them.
//!
//! What cannot be told is a to-do, which rejects the record with a code that begins with `todo-`: nothing is guessed in silence.
//! A member that is gone and one that is new are taken for the same one only if their names are almost alike and their types
//! are the same.

mod apply;
mod edits;
mod go;
mod javascript;
mod manifest;
mod python;
mod rhai;
mod rust;
mod sample;
mod similar;
mod steps;
mod words;

use serde_json::{Value as Json, json};

use self::edits::edits;
use crate::definition::Definition;
use remold_host_api::Kind;
use remold_manifest::redis_schema::Content;

/// What becomes of records from one version to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The edits, in the order in which they are made.
    pub edits: Vec<Edit>,
    /// Files by their names: manifest, script, cases, and the documents of both versions.
    pub files: Vec<(String, String)>,
    /// What is left to a person.
    pub todos: Vec<String>,
    /// The script can undo all of it.
    pub reverts: bool,
}

/// A language that scripts are begun in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptLanguage {
    /// Rhai.
    Rhai,
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, with the SDK.
    JavaScript,
    /// Python, with the SDK.
    Python,
    /// Go, with the SDK.
    Go,
}

/// A type as a schema names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// An object.
    Object,
    /// An array.
    Array,
    /// Several, or none is named.
    Any,
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A member has another name.
    Rename {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
        /// How much alike these are, 0 to 1.
        similarity: f64,
    },
    /// A member has another type.
    Cast {
        /// Its name, the new one.
        name: String,
        /// The old type.
        from: Type,
        /// The new type.
        to: Type,
    },
    /// A member that is required now gets a value where it is not there.
    Default {
        /// Its name.
        name: String,
        /// The value.
        value: Json,
        /// The old version did not declare it.
        is_new: bool,
    },
    /// The member that says the version is set.
    Mark {
        /// Its name.
        name: String,
        /// What it says in the old version, if it says something.
        before: Option<String>,
        /// What it says now.
        after: String,
    },
    /// A member is gone.
    Drop {
        /// Its name.
        name: String,
        /// A new member that may be it, with how much alike their names are.
        perhaps: Option<(String, f64)>,
    },
    /// A member is required and nobody knows its value: a to-do.
    Missing {
        /// Its name.
        name: String,
        /// Members that are gone and may be it.
        perhaps: Vec<(String, f64)>,
        /// The old version did not declare it.
        is_new: bool,
    },
    /// The key gets an expiry where it has none, milliseconds.
    Expire(u64),
    /// The key may live no longer than this, milliseconds.
    Shorten(u64),
    /// The key loses its expiry.
    Persist,
    /// The key has another name.
    Rekey,
    /// A JSON object becomes a hash, its members fields: the last of all edits of members.
    Spread,
    /// A hash becomes a JSON object; these of its fields hold something else than texts. The first of all edits of members.
    Gather(Vec<String>),
    /// Something that has to be done by hand.
    ByHand {
        /// The code of the rejection, without `todo-`.
        code: String,
        /// What.
        what: String,
    },
}

/// How the members of a record are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// As the fields of a hash: all are texts.
    Fields,
    /// As the members of a JSON object.
    Document,
    /// Otherwise: there are no members to be edited.
    Otherwise,
}

impl Held {
    fn of(definition: &Definition) -> Self {
        let encoding = definition.spec().encoding;
        match definition.kind() {
            Kind::Hash => Self::Fields,
            Kind::Text if encoding.compression.is_none() && encoding.content == Content::Json => {
                Self::Document
            }
            _ => Self::Otherwise,
        }
    }
}

/// Begins a migration. `name` is the migration's. What builds a script, and the SDK, is not among the files.
pub fn generate(
    name: &str,
    old: &Definition,
    new: &Definition,
    language: ScriptLanguage,
) -> Generated {
    let edits = edits(old, new);
    let todos: Vec<String> = edits.iter().filter_map(todo).collect();
    let reverts = edits.iter().all(reverts);
    let way = (old, new);
    let (file, script) = match language {
        ScriptLanguage::Rhai => (
            format!("{name}.rhai"),
            rhai::script(old, new, &edits, reverts),
        ),
        ScriptLanguage::Rust => ("src/lib.rs".to_owned(), rust::script(way, &edits, reverts)),
        ScriptLanguage::JavaScript => (
            "src/transform.js".to_owned(),
            javascript::script(way, &edits, reverts),
        ),
        ScriptLanguage::Python => (
            "transform.py".to_owned(),
            python::script(way, &edits, reverts),
        ),
        ScriptLanguage::Go => ("main.go".to_owned(), go::script(way, &edits, reverts)),
    };
    let manifest = manifest::manifest(name, old, new, language);
    let mut files = vec![("migration.yaml".to_owned(), manifest), (file, script)];
    if let Some(cases) = apply::cases(old, new, &edits) {
        files.push(("cases/generated.yaml".to_owned(), cases));
    }
    for one in [old, new] {
        let path = format!("schemas/{}/{}.yaml", one.subject(), one.version());
        files.push((path, one.document().text().to_string()));
    }
    Generated {
        edits,
        files,
        todos,
        reverts,
    }
}

/// Says what a script is, above it.
fn about(old: &Definition, new: &Definition) -> String {
    format!(
        "Brings {} from {} to {}. Begun by what differs between these; what rejects with `todo-` is left to you.",
        new.subject(),
        old.version(),
        new.version()
    )
}

fn todo(edit: &Edit) -> Option<String> {
    match edit {
        Edit::Missing { name, perhaps, .. } => {
            let perhaps: Vec<String> = perhaps
                .iter()
                .map(|(name, similarity)| format!("{name} ({similarity:.2})"))
                .collect();
            let perhaps = match perhaps.len() {
                0 => String::new(),
                _ => format!("; it may be what was {}", perhaps.join(" or ")),
            };
            Some(format!(
                "{name} is required, and its value is not known{perhaps}"
            ))
        }
        Edit::ByHand { what, .. } => Some(what.clone()),
        _ => None,
    }
}

fn reverts(edit: &Edit) -> bool {
    match edit {
        Edit::Rename { .. } | Edit::Mark { .. } | Edit::Rekey => true,
        Edit::Cast { from, to, .. } => casts(*to, *from),
        Edit::Default { is_new, .. } => *is_new,
        _ => false,
    }
}

/// Says whether values of a type can be made those of another.
fn casts(from: Type, to: Type) -> bool {
    use Type::{Boolean, Integer, Number, Text};
    matches!(
        (from, to),
        (Text | Number | Boolean, Integer)
            | (Text | Integer, Number | Boolean)
            | (Integer | Number | Boolean, Text)
    )
}

impl Type {
    fn of(schema: &Json) -> Self {
        let name = match &schema["type"] {
            Json::String(name) => Some(name.as_str()),
            Json::Array(names) => {
                let mut names = names
                    .iter()
                    .filter_map(Json::as_str)
                    .filter(|name| *name != "null");
                names.next().filter(|_| names.next().is_none())
            }
            _ => None,
        };
        match name {
            Some("string") => Self::Text,
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("object") => Self::Object,
            Some("array") => Self::Array,
            _ => Self::Any,
        }
    }

    /// Returns the word for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Object => "an object",
            Self::Array => "an array",
            Self::Any => "anything",
        }
    }
}

/// Writes a value as the field of a hash has it.
fn as_field(value: &Json) -> Json {
    match value {
        Json::String(_) => value.clone(),
        other => json!(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
