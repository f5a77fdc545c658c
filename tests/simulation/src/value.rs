//! The value of every key: how often the transform was applied to it, and how often the application wrote it.

use bytes::Bytes;
use remold_host_api::Value;
use remold_rdb::{Target, Version};

/// Both counts; as a text, `1 5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) transform: u64,
    pub(crate) application: u64,
}

/// How the model's server encodes.
pub(crate) fn target() -> Target {
    Target::new(Version(10))
}

impl Counts {
    pub(crate) fn to_value(self) -> Value {
        Value::Text(Bytes::from(format!(
            "{} {}",
            self.transform, self.application
        )))
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        let Value::Text(text) = value else {
            panic!("every value is a text: {value:?}")
        };
        let text = std::str::from_utf8(text).expect("both are numbers");
        let (transform, application) = text.split_once(' ').expect("there are two");
        let number = |text: &str| text.parse().expect("both are numbers");
        Self {
            transform: number(transform),
            application: number(application),
        }
    }

    /// Writes a `DUMP` payload.
    pub(crate) fn to_payload(self) -> Bytes {
        remold_rdb::encode(&self.to_value(), &target()).expect("a text can be encoded")
    }

    /// Reads a `DUMP` payload.
    pub(crate) fn of_payload(payload: &Bytes) -> Self {
        let decoded = remold_rdb::decode(payload).expect("the engine writes payloads");
        Self::of_value(&decoded.value)
    }
}
