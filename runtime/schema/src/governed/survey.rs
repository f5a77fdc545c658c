//! A look at which versions there are: where each record stands, and nothing done with it.

use std::sync::Arc;

use remold_host_api::functions::HostFunction;
use remold_host_api::{
    Again, Bytes, Context, Exports, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record,
    Remark, Transform, TransformSource,
};

use super::turn::seen;
use crate::course::{Course, Standing};

/// A transform that skips every record that would go, with the name of its way as the reason, and one that has no way with what is
/// missing; it says of all others what a run would say before their transform.
pub struct Survey {
    course: Arc<Course>,
}

struct Instance {
    course: Arc<Course>,
    remarks: Vec<Remark>,
}

impl Survey {
    /// Makes a look at a course.
    pub fn new(course: Arc<Course>) -> Self {
        Self { course }
    }
}

impl TransformSource for Survey {
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
        Ok(Box::new(Instance {
            course: Arc::clone(&self.course),
            remarks: Vec::new(),
        }))
    }
}

impl Transform for Instance {
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.remarks.clear();
        let mut outcomes = Vec::with_capacity(records.len());
        for record in records {
            let mut remark = Remark::default();
            outcomes.push(Ok(
                match self.course.standing(seen(record), context.now_ms) {
                    Standing::Goes(from) => {
                        let label = self.course.label(&from).map(ToString::to_string);
                        Outcome::Skip(label.unwrap_or_default())
                    }
                    Standing::Skipped(reason) => Outcome::Skip(reason),
                    Standing::Rejected(rejection, _) if rejection.code == Course::NO_ROUTE => {
                        Outcome::Skip(rejection.message)
                    }
                    Standing::Rejected(rejection, breaches) => {
                        remark.breaches = breaches;
                        Outcome::Reject(rejection)
                    }
                },
            ));
            self.remarks.push(remark);
        }
        outcomes
    }

    fn revert(
        &mut self,
        _: &Context,
        records: &mut [Record],
        _: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        records.iter().map(|_| Err(only_looks())).collect()
    }

    fn lookups(&mut self, _: &Context, records: &[Record]) -> Vec<Result<Vec<Bytes>, Failure>> {
        records.iter().map(|_| Err(only_looks())).collect()
    }

    fn run(&mut self, _: &Context, _: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        Err(only_looks())
    }

    fn take_remarks(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.remarks)
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        Vec::new()
    }
}

fn only_looks() -> Failure {
    Failure::new(FailureReason::Abi, "this only looks at where records stand")
}
