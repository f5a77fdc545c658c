//! How a host function answers a guest that it refuses, or stops.

use remold_host_api::{FailureReason, HostError};

use crate::bindings::types;

/// What a host function returns in place of a result.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A refusal, which the guest is told and may handle.
    Refused(HostError),
    /// The end of the call.
    Ended(wasmtime::Error),
}

/// The result of a host function.
pub(crate) type Answer<T> = Result<T, Fault>;

impl From<HostError> for Fault {
    fn from(error: HostError) -> Self {
        Self::Refused(error)
    }
}

impl From<wasmtime::Error> for Fault {
    fn from(error: wasmtime::Error) -> Self {
        Self::Ended(error)
    }
}

/// Returns the code that a guest is told.
pub(crate) const fn code(error: &HostError) -> types::ErrorCode {
    match error {
        HostError::Denied { .. } | HostError::NotGranted { .. } | HostError::Reserved { .. } => {
            types::ErrorCode::Denied
        }
        HostError::WrongKind { .. } => types::ErrorCode::WrongKind,
        HostError::OutOfRange { .. } => types::ErrorCode::OutOfRange,
        HostError::NotText { .. } => types::ErrorCode::NotText,
        HostError::InvalidArgument { .. } => types::ErrorCode::InvalidArgument,
        HostError::OverLimit { .. } => types::ErrorCode::OverLimit,
        HostError::NotLookedUp { .. } => types::ErrorCode::NotLookedUp,
        HostError::Keyspace { .. } => types::ErrorCode::Keyspace,
    }
}

/// Returns the typed reason of a refusal that was not handled.
pub(crate) const fn reason_of(error: &HostError) -> FailureReason {
    match error {
        HostError::Denied { .. } | HostError::NotGranted { .. } | HostError::Reserved { .. } => {
            FailureReason::Denied
        }
        _ => FailureReason::Exception,
    }
}
