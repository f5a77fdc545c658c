//! What an attribute holds.

use opentelemetry::Value as Inner;

/// What an attribute holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(Inner);

impl Value {
    pub(crate) fn into_inner(self) -> Inner {
        self.0
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(text.to_owned().into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<u64> for Value {
    /// A count. OTLP has signed ones; nothing that is counted here comes near to the last.
    fn from(count: u64) -> Self {
        Self(i64::try_from(count).unwrap_or(i64::MAX).into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self(number.into())
    }
}
