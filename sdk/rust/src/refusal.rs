//! What the host answers if it does not do what was asked.

use std::fmt;

/// Why the host refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// No capability of the manifest grants this.
    Denied,
    /// The record holds a value of another kind than the function works on.
    WrongKind,
    /// An index names no element.
    OutOfRange,
    /// The bytes are no UTF-8 text.
    NotText,
    /// An argument makes no sense.
    InvalidArgument,
    /// A limit would be passed.
    OverLimit,
    /// The key was not asked for in `lookups`.
    NotLookedUp,
    /// The keyspace could not be read or written while a program ran.
    Keyspace,
}

impl Code {
    /// Returns the stable word, as in reports: `wrong-kind`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::WrongKind => "wrong-kind",
            Self::OutOfRange => "out-of-range",
            Self::NotText => "not-text",
            Self::InvalidArgument => "invalid-argument",
            Self::OverLimit => "over-limit",
            Self::NotLookedUp => "not-looked-up",
            Self::Keyspace => "keyspace",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A refusal of the host. Nothing was changed.
///
/// It may be handled: `record.hash().get_text("name")` of a record that is no hash is an `Err` with
/// [`Code::WrongKind`]. With `?` it ends the transform of this record alone, which then counts as failed, with the place
/// of the `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, for a program.
    pub code: Code,
    /// Why, for a person.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
