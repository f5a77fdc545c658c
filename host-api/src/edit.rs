//! Edits of a record by the kind of its value: what the functions of the contract do, without regard to a sandbox.
//!
//! Each looks at the kind first and changes nothing if it refuses. A record counts as touched only if something
//! changes.

pub mod hash;
pub mod list;
pub mod set;
pub mod sorted_set;
pub mod stream;
pub mod text;

use crate::error::HostError;
use crate::record::Record;
use crate::value::{Kind, Value};

/// Makes the refusal of a function that works on another kind of value.
pub fn wrong_kind(expected: Kind, record: &Record) -> HostError {
    HostError::WrongKind {
        expected,
        found: record.value().kind(),
    }
}

/// Makes the refusal of an argument.
pub fn invalid(what: impl Into<String>, problem: impl Into<String>) -> HostError {
    HostError::InvalidArgument {
        what: what.into(),
        problem: problem.into(),
    }
}

/// Checks an expiry that a transform gave: Unix milliseconds, not zero.
pub fn expiry(at: Option<u64>) -> Result<Option<u64>, HostError> {
    if at == Some(0) {
        let problem = "Unix milliseconds above zero are needed, or nothing for none";
        return Err(invalid("expiry", problem));
    }
    Ok(at)
}

/// Sets the whole value, unless it means the same as the one that is there.
pub fn set_value(record: &mut Record, value: Value) {
    if !record.value().same(&value) {
        *record.value_mut() = value;
    }
}

/// Writes `of` and `of_mut` for a kind: borrow the value, or refuse.
macro_rules! access {
    ($kind:ident, $inner:ty) => {
        /// Borrows the value, or refuses if the record holds another kind.
        pub fn of(record: &crate::record::Record) -> Result<&$inner, crate::error::HostError> {
            match record.value() {
                crate::value::Value::$kind(value) => Ok(value),
                _ => Err(super::wrong_kind(crate::value::Kind::$kind, record)),
            }
        }

        /// Borrows the value for an edit, or refuses if the record holds another kind.
        fn of_mut(
            record: &mut crate::record::Record,
        ) -> Result<&mut $inner, crate::error::HostError> {
            of(record)?;
            match record.value_mut() {
                crate::value::Value::$kind(value) => Ok(value),
                _ => unreachable!("the kind was just checked"),
            }
        }
    };
}
use access;

/// Writes `remove` and `clear` for a kind whose elements have unique names.
macro_rules! removals {
    ($what:literal, $all:literal) => {
        #[doc = concat!("Removes ", $what, ", if it is there.")]
        pub fn remove(
            record: &mut crate::record::Record,
            name: &[u8],
        ) -> Result<(), crate::error::HostError> {
            if let Some(position) = of(record)?.position(name) {
                of_mut(record)?.remove_at(position);
            }
            Ok(())
        }

        #[doc = concat!("Removes all ", $all, ".")]
        pub fn clear(record: &mut crate::record::Record) -> Result<(), crate::error::HostError> {
            if !of(record)?.is_empty() {
                *of_mut(record)? = crate::collection::Collection::default();
            }
            Ok(())
        }
    };
}
use removals;

#[cfg(test)]
mod tests;
