//! The change as a transform in Rust, for Remold.

use bytes::Bytes;
use remold::host_api::{
    Context, Exports, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record, Rejection,
    Transform, TransformSource,
};

/// The transform, which has no state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Native;

impl TransformSource for Native {
    fn exports(&self) -> Exports {
        Exports {
            migrate: true,
            ..Exports::default()
        }
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        Ok(Box::new(*self))
    }
}

impl Transform for Native {
    fn migrate(&mut self, _: &Context, records: &mut [Record]) -> Vec<Result<Outcome, Failure>> {
        let changed = records.iter_mut().map(|record| {
            Ok(match super::apply(record.value_mut()) {
                Ok(true) => Outcome::Done,
                Ok(false) => Outcome::Skip("changed already".to_owned()),
                Err(error) => Outcome::Reject(Rejection {
                    code: "unexpected".to_owned(),
                    message: error.to_string(),
                }),
            })
        });
        changed.collect()
    }

    fn revert(&mut self, _: &Context, records: &mut [Record]) -> Vec<Result<Outcome, Failure>> {
        records.iter().map(|_| Err(not_exported())).collect()
    }

    fn lookups(&mut self, _: &Context, records: &[Record]) -> Vec<Result<Vec<Bytes>, Failure>> {
        records.iter().map(|_| Err(not_exported())).collect()
    }

    fn run(&mut self, _: &Context, _: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        Err(not_exported())
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        Vec::new()
    }
}

/// What was not exported is never called.
fn not_exported() -> Failure {
    Failure::new(FailureReason::Trap, "there is no such function")
}
