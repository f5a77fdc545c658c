//! Edits of a text.

use bytes::Bytes;

use crate::error::HostError;
use crate::record::Record;

super::access!(Text, Bytes);

/// Sets the value.
pub fn set(record: &mut Record, value: Bytes) -> Result<(), HostError> {
    if *of(record)? != value {
        *of_mut(record)? = value;
    }
    Ok(())
}
