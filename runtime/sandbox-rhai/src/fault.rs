//! How a native function refuses: an exception that the script may catch and look at.
//!
//! `try { … } catch (e) { e.code … e.message }`: the code is the stable word of [`HostError`].

use remold_host_api::{FailureReason, HostError};
use rhai::{Dynamic, EvalAltResult, Position};

/// A refusal, as a script sees it.
#[derive(Debug, Clone)]
pub(crate) struct Fault(pub(crate) HostError);

impl Fault {
    pub(crate) fn reason(&self) -> FailureReason {
        match self.0 {
            HostError::Denied { .. }
            | HostError::NotGranted { .. }
            | HostError::Reserved { .. } => FailureReason::Denied,
            _ => FailureReason::Exception,
        }
    }
}

/// Makes an exception of a refusal; the engine adds the place of the call.
pub(crate) fn refuse(error: HostError) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(
        Dynamic::from(Fault(error)),
        Position::NONE,
    ))
}

/// Makes an exception that says what is wrong with an argument or an input.
pub(crate) fn invalid(what: impl Into<String>, problem: impl Into<String>) -> Box<EvalAltResult> {
    refuse(HostError::InvalidArgument {
        what: what.into(),
        problem: problem.into(),
    })
}
