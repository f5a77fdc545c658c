//! A part of a document as somebody wrote it, read if it can be read.
//!
//! The API server checks shapes, not meaning: a document may be there that cannot be read. It must not keep the others from being
//! seen, so that reading it is no error of the list that it is in, but of the document.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A part of a document as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<T> {
    raw: Value,
    read: Result<T, String>,
}

impl<T> Written<T> {
    /// Returns it as it was written.
    pub const fn raw(&self) -> &Value {
        &self.raw
    }

    /// Returns what it says, or why that cannot be told.
    pub fn read(&self) -> Result<&T, &str> {
        self.read.as_ref().map_err(String::as_str)
    }

    /// Returns a text of it, whether or not the whole can be read.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.raw.pointer(pointer)?.as_str()
    }

    /// Says whether a field of it is `true`, whether or not the whole can be read.
    pub fn is_set(&self, pointer: &str) -> bool {
        self.raw.pointer(pointer) == Some(&Value::Bool(true))
    }
}

impl<T: Serialize> From<T> for Written<T> {
    fn from(value: T) -> Self {
        let raw = serde_json::to_value(&value).unwrap_or_default();
        Self {
            raw,
            read: Ok(value),
        }
    }
}

impl<T> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let read = serde_json::from_value(raw.clone()).map_err(|error| error.to_string());
        Ok(Self { raw, read })
    }
}

#[cfg(test)]
mod tests {
    use crate::resources::RedisMigration;

    #[test]
    fn a_document_that_cannot_be_read_does_not_hide_the_others() {
        let list = r#"[
            { "metadata": { "name": "one" }, "spec": { "transform": { "uses": "redact" }, "limits": { "timeout": "99999999999999999999d" } } },
            { "metadata": { "name": "two" }, "spec": { "transform": { "uses": "redact" }, "suspend": true } }
        ]"#;
        let list: Vec<RedisMigration> = serde_json::from_str(list).expect("both are there");
        assert!(list[0].spec.read().is_err());
        assert_eq!(list[0].spec.text("/transform/uses"), Some("redact"));
        assert!(list[1].spec.read().expect("it is one").suspend);
    }
}
