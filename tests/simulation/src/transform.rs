//! The transform of every story: it counts, and so shows when it was applied twice.

use bytes::Bytes;
use remold_host_api::functions::HostFunction;
use remold_host_api::{
    Again, Context, Exports, Failure, LogLine, Outcome, ProgramHost, Record, Transform,
    TransformSource,
};

use crate::value::Counts;

/// Adds one to the transform's count.
pub(crate) struct Count;

impl TransformSource for Count {
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
        Ok(Box::new(Self))
    }
}

impl Transform for Count {
    fn migrate(
        &mut self,
        _context: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        let count = |record: &mut Record| {
            let mut counts = Counts::of_value(record.value());
            counts.transform += 1;
            *record.value_mut() = counts.to_value();
            Ok(Outcome::Done)
        };
        records.iter_mut().map(count).collect()
    }

    fn revert(
        &mut self,
        _: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        records.iter().map(|_| Ok(Outcome::Done)).collect()
    }

    fn lookups(&mut self, _: &Context, records: &[Record]) -> Vec<Result<Vec<Bytes>, Failure>> {
        records.iter().map(|_| Ok(Vec::new())).collect()
    }

    fn run(&mut self, _: &Context, _: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        Ok(Outcome::Done)
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        Vec::new()
    }
}
