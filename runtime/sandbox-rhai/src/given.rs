//! Values on their way from one direct call to the next, which need not be a script's yet.
//!
//! A text in a script's hands costs two allocations, a decimal one; many are read only to be written elsewhere.

use remold_host_api::Bytes;
use rhai::{Dynamic, Identifier, ImmutableString};
use rust_decimal::Decimal;

use crate::bytes::to_bytes;
use crate::meter::Fallible;
use crate::session::Session;

/// A text that the script's source says.
#[derive(Debug, Clone)]
pub(crate) struct Constant {
    text: Box<str>,
    /// The same for the script.
    value: ImmutableString,
    /// The same for a record, which takes it without a copy.
    bytes: Bytes,
}

impl Constant {
    pub(crate) fn new(value: ImmutableString) -> Self {
        Self {
            text: value.as_str().into(),
            bytes: Bytes::copy_from_slice(value.as_bytes()),
            value,
        }
    }
}

/// A value that a direct call was given, or returns.
#[derive(Debug)]
pub(crate) enum Given<'a> {
    /// What the source says.
    Constant(&'a Constant),
    /// A text of the script.
    Text(ImmutableString),
    /// A text that was just read.
    Read(Identifier),
    /// An integer.
    Integer(i64),
    /// A decimal.
    Decimal(Decimal),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Unit,
    /// Everything else.
    Other(Dynamic),
}

/// A function with its arguments; nothing if they are of other types than it takes.
pub(crate) type Function = for<'a> fn(&Session, &mut [Given<'a>]) -> Option<Fallible<Given<'a>>>;

impl Given<'_> {
    /// Returns the text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Constant(constant) => Some(&constant.text),
            Self::Text(text) => Some(text),
            Self::Read(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the bytes of a text; of anything else none.
    pub(crate) fn text_bytes(&self) -> Bytes {
        match self {
            Self::Constant(constant) => constant.bytes.clone(),
            _ => Bytes::copy_from_slice(self.text().unwrap_or_default().as_bytes()),
        }
    }

    /// Returns the integer, if it is one.
    pub(crate) const fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// Turns it into the bytes that are written.
    pub(crate) fn bytes(&self, what: &str) -> Fallible<Bytes> {
        Ok(match self {
            Self::Constant(_) | Self::Text(_) | Self::Read(_) => self.text_bytes(),
            Self::Integer(integer) => crate::bytes::digits(*integer),
            Self::Decimal(decimal) => Bytes::from(decimal.to_string()),
            Self::Bool(value) => return to_bytes(&(*value).into(), what),
            Self::Unit => return to_bytes(&Dynamic::UNIT, what),
            Self::Other(value) => return to_bytes(value, what),
        })
    }

    /// Takes the value, and leaves nothing.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Unit)
    }

    /// Hands it to the script.
    pub(crate) fn into_value(self) -> Dynamic {
        match self {
            Self::Constant(constant) => constant.value.clone().into(),
            Self::Text(text) => text.into(),
            Self::Read(text) => ImmutableString::from(text).into(),
            Self::Integer(integer) => integer.into(),
            Self::Decimal(decimal) => decimal.into(),
            Self::Bool(value) => value.into(),
            Self::Unit => Dynamic::UNIT,
            Self::Other(value) => value,
        }
    }
}

/// Takes a value of the script, which no closure shares.
impl From<Dynamic> for Given<'_> {
    fn from(value: Dynamic) -> Self {
        if value.is_string() {
            return value.into_immutable_string().map_or(Self::Unit, Self::Text);
        }
        if let Ok(integer) = value.as_int() {
            return Self::Integer(integer);
        }
        if let Ok(decimal) = value.as_decimal() {
            return Self::Decimal(decimal);
        }
        value
            .as_bool()
            .map_or_else(|_| Self::Other(value), Self::Bool)
    }
}
