//! `spec.select`: which keys are migrated.

pub use remold_host_api::RESERVED_PREFIX;
use remold_host_api::{Kind, Pattern};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The keys that are migrated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Select {
    /// The pattern that keys match, as in Redis' `SCAN`: `*` any run of bytes, `?` one byte, `[a-z]` one
    /// of a set, `\` takes the next byte literally.
    #[serde(rename = "match")]
    #[schemars(length(min = 1))]
    pub match_: String,
    /// The kind of value that keys hold; all kinds when absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyKind")]
    pub kind: Option<KeyKind>,
    /// The very keys, instead of a pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub keys: Option<Vec<String>>,
    /// Patterns of keys that are left alone although they are selected.
    #[schemars(inner(length(min = 1)))]
    pub exclude: Vec<String>,
}

impl Default for Select {
    fn default() -> Self {
        Self {
            match_: "*".to_owned(),
            kind: None,
            keys: None,
            exclude: Vec::new(),
        }
    }
}

impl Select {
    /// Returns the pattern to scan with: `match`, which is `*` where the keys are listed.
    pub fn pattern(&self) -> Pattern {
        Pattern::new(self.match_.clone())
    }

    /// Returns the patterns that together match every selected key, and with listed keys no other.
    pub fn patterns(&self) -> Vec<Pattern> {
        match &self.keys {
            Some(keys) => keys.iter().map(|key| literal(key)).collect(),
            None => vec![self.pattern()],
        }
    }

    /// Returns the patterns of keys that are left alone, the bookkeeping's own included.
    pub fn excluded(&self) -> Vec<Pattern> {
        let reserved = Pattern::new(format!("{RESERVED_PREFIX}*"));
        let excluded = self.exclude.iter().map(|text| Pattern::new(text.clone()));
        std::iter::once(reserved).chain(excluded).collect()
    }

    /// Returns the kind of value that keys hold; `None` for all.
    pub fn kind(&self) -> Option<Kind> {
        self.kind.map(Kind::from)
    }
}

/// Makes the pattern that matches this key alone.
fn literal(key: &str) -> Pattern {
    let mut pattern = String::with_capacity(key.len());
    for character in key.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    Pattern::new(pattern)
}

/// A kind of value, as in [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// A string.
    Text,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// A module's own type, which a transform can rename or delete but not look into.
    Opaque,
}

impl From<KeyKind> for Kind {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Text => Self::Text,
            KeyKind::List => Self::List,
            KeyKind::Set => Self::Set,
            KeyKind::SortedSet => Self::SortedSet,
            KeyKind::Hash => Self::Hash,
            KeyKind::Stream => Self::Stream,
            KeyKind::Opaque => Self::Opaque,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_keys_become_patterns_that_match_nothing_else() {
        let select = Select {
            keys: Some(vec!["user:*".to_owned(), r"a[b]\?".to_owned()]),
            ..Select::default()
        };
        let patterns = select.patterns();
        assert!(patterns[0].matches(b"user:*"));
        assert!(!patterns[0].matches(b"user:1"));
        assert!(patterns[1].matches(br"a[b]\?"));
        assert!(!patterns[1].matches(b"ab"));
    }

    #[test]
    fn the_bookkeeping_is_always_excluded() {
        let excluded = Select::default().excluded();
        assert!(
            excluded
                .iter()
                .any(|pattern| pattern.matches(b"__remold:lock"))
        );
    }

    #[test]
    fn kinds_have_the_names_of_the_contract() {
        for kind in Kind::ALL {
            let name = serde_json::Value::from(kind.name());
            let read: KeyKind = serde_json::from_value(name).expect("every kind can be selected");
            assert_eq!(Kind::from(read), kind);
        }
    }
}
