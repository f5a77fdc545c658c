//! A transform in Rust, of one function and without state.

use remold_host_api::functions::HostFunction;
use remold_host_api::{
    Again, Bytes, Context, Exports, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record,
    Transform, TransformSource,
};

/// A transform that exports `migrate` alone: this function, for each record.
#[derive(Debug, Clone, Copy)]
pub struct Native(pub fn(&mut Record) -> Result<Outcome, Failure>);

impl TransformSource for Native {
    fn exports(&self) -> Exports {
        Exports {
            migrate: true,
            ..Exports::default()
        }
    }

    fn calls(&self) -> Vec<&'static HostFunction> {
        Vec::new()
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        Ok(Box::new(*self))
    }
}

impl Transform for Native {
    fn migrate(
        &mut self,
        _: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        records.iter_mut().map(self.0).collect()
    }

    fn revert(
        &mut self,
        _: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
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
