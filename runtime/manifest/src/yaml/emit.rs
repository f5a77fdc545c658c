//! Writing YAML that this crate reads back: in braces where it fits on a line, in lines where not.

use std::fmt::Write as _;

use super::Meaning;
use super::scalar::resolve;

/// The longest line that is written in braces, in characters.
const WIDTH: usize = 100;

/// YAML to be written. Names and scalars are in their written form.
#[derive(Debug, Clone)]
pub(crate) enum Yaml {
    Scalar(String),
    /// A text that is written line by line where it stands behind a name and that is possible, and otherwise in quotes.
    Block(String),
    Sequence(Vec<Self>),
    Mapping(Vec<(String, Self)>),
}

impl Yaml {
    /// Makes the scalar that means this text.
    pub(crate) fn text(text: &str) -> Self {
        Self::Scalar(text_scalar(text))
    }

    /// Makes the mapping of one field.
    pub(crate) fn field(name: &str, value: Self) -> Self {
        Self::Mapping(vec![(name.to_owned(), value)])
    }

    /// Makes the YAML of a JSON value.
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => {
                Self::Sequence(items.iter().map(Self::json).collect())
            }
            serde_json::Value::Object(object) => {
                let field = |(name, value): (&String, _)| (text_scalar(name), Self::json(value));
                Self::Mapping(object.iter().map(field).collect())
            }
            other => Self::Scalar(other.to_string()),
        }
    }

    /// Writes everything in braces, on one line.
    pub(crate) fn in_braces(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::Block(text) => text_scalar(text),
            Self::Sequence(items) => {
                let items: Vec<String> = items.iter().map(Self::in_braces).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Mapping(fields) if fields.is_empty() => "{}".to_owned(),
            Self::Mapping(fields) => {
                let field =
                    |(name, value): &(String, Self)| format!("{name}: {}", value.in_braces());
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("{{ {} }}", fields.join(", "))
            }
        }
    }

    /// Writes a field or item per line, each indented by this many spaces and ended by a line feed.
    pub(crate) fn in_lines(&self, indent: usize) -> String {
        let mut text = String::new();
        self.write_lines(indent, &mut text);
        text
    }

    fn write_lines(&self, indent: usize, text: &mut String) {
        let empty = "";
        match self {
            Self::Sequence(items) if !items.is_empty() => {
                for item in items {
                    let _ = write!(text, "{empty:indent$}-");
                    let begin = text.len();
                    item.write_behind(indent + 1, indent, text);
                    // A mapping begins behind its hyphen.
                    if matches!(item, Self::Mapping(_)) && text[begin..].starts_with('\n') {
                        text.replace_range(begin..begin + indent + 2, "");
                    }
                }
            }
            Self::Mapping(fields) if !fields.is_empty() => {
                for (name, value) in fields {
                    let _ = write!(text, "{empty:indent$}{name}:");
                    value.write_behind(indent + name.chars().count() + 1, indent, text);
                }
            }
            short => {
                let _ = writeln!(text, "{empty:indent$}{}", short.in_braces());
            }
        }
    }

    /// Says whether there is a text in it that is to be written line by line.
    fn has_block(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::Block(block) => is_plain_block(block),
            Self::Sequence(items) => items.iter().any(Self::has_block),
            Self::Mapping(fields) => fields.iter().any(|(_, value)| value.has_block()),
        }
    }

    /// Writes behind a name or hyphen that ends at `column`: on the same line where it fits.
    fn write_behind(&self, column: usize, indent: usize, text: &mut String) {
        if let Self::Block(block) = self
            && is_plain_block(block)
        {
            text.push_str(" |\n");
            for line in block.lines() {
                let indent = if line.is_empty() { 0 } else { indent + 2 };
                let _ = writeln!(text, "{:indent$}{line}", "");
            }
            return;
        }
        let line = self.in_braces();
        let scalar = matches!(self, Self::Scalar(_) | Self::Block(_));
        if scalar || !self.has_block() && line.chars().count() + column < WIDTH {
            let _ = writeln!(text, " {line}");
        } else {
            text.push('\n');
            self.write_lines(indent + 2, text);
        }
    }
}

/// Writes a JSON object as a document that this crate reads back: a field on each line, what is inside of it in braces where it
/// is short.
pub fn to_yaml(value: &serde_json::Value) -> String {
    Yaml::json(value).in_lines(0)
}

/// Writes a text as a scalar: plain where it is a word that means nothing else, otherwise in double quotes.
pub(crate) fn text_scalar(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(word)
        && resolve(text) == Meaning::Text;
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Not printable for YAML, a line break for some of its readers, or invisible.
            special if is_special(special) => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(special));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Says whether a text can be written line by line and be read back: one line feed at its end, no white space at its
/// beginning, nothing that is not printed.
fn is_plain_block(text: &str) -> bool {
    let ends = text.ends_with('\n') && !text.ends_with("\n\n");
    let begins = text.starts_with(|c: char| !c.is_whitespace());
    let printed = |c: char| c == '\n' || c == '\t' || !is_special(c);
    let blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    ends && begins && text.chars().all(printed) && !text.lines().any(blank)
}

fn is_special(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::yaml::build;

    proptest! {
        #[test]
        fn any_text_is_read_back(text: String) {
            for written in [
                Yaml::Sequence(vec![Yaml::text(&text)]).in_braces(),
                Yaml::Sequence(vec![Yaml::text(&text)]).in_lines(2),
            ] {
                let (root, findings) = build(&written);
                prop_assert!(findings.is_empty(), "{written:?}: {findings:?}");
                let json = root.expect("it has no findings").to_json().expect("it is text");
                prop_assert_eq!(json, serde_json::json!([text]), "{}", written);
            }
        }

        #[test]
        fn any_block_is_read_back(text in "(  |\t|[a-z:#|'\"-]|\n){0,30}\n?") {
            let written = Yaml::field("at", Yaml::Block(text.clone())).in_lines(2);
            let (root, findings) = build(&written);
            prop_assert!(findings.is_empty(), "{written:?}: {findings:?}");
            let json = root.expect("it has no findings").to_json().expect("it is text");
            prop_assert_eq!(json, serde_json::json!({ "at": text }), "{}", written);
        }

        #[test]
        fn any_json_is_read_back(value in json_value()) {
            for written in [Yaml::json(&value).in_braces(), Yaml::json(&value).in_lines(4)] {
                let (root, findings) = build(&written);
                prop_assert!(findings.is_empty(), "{written}: {findings:?}");
                let json = root.expect("it has no findings").to_json().expect("it came from JSON");
                prop_assert_eq!(&json, &value, "{}", written);
            }
        }
    }

    fn json_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            ".{0,40}".prop_map(serde_json::Value::from),
        ];
        let value = leaf.prop_recursive(4, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::btree_map(".{1,12}", inner, 0..6)
                    .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        });
        value.prop_filter("an empty document is no document", |value| !value.is_null())
    }
}
