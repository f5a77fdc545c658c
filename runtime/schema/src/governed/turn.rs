//! How far one record of a batch is on its way.

use std::sync::Arc;

use remold_host_api::{Breach, Failure, Outcome, Record, Rejection, Remark};
use remold_manifest::Version;

use crate::course::{Course, Standing};
use crate::definition::Seen;

/// How far one record is.
#[derive(Debug)]
pub(super) enum Turn {
    /// It waits for a stage.
    Waits {
        /// The version that it began at, or is to come back to; `None` on the way back of which nobody knows the beginning.
        from: Option<Version>,
        /// The stage.
        stage: usize,
        /// Whether it was through a stage already.
        begun: bool,
    },
    /// It is through, or does not go.
    Ended(Result<Outcome, Failure>, Remark),
}

impl Turn {
    /// Begins the way there.
    pub(super) fn there(course: &Course, record: &Record, now: u64) -> Self {
        match course.standing(seen(record), now) {
            Standing::Goes(from) => {
                let stage = course.stage_at(&from);
                let stage = stage.expect("a record goes only from where a way begins");
                let from = Some(from);
                Self::Waits {
                    from,
                    stage,
                    begun: false,
                }
            }
            other => Self::of(other),
        }
    }

    /// Begins the way back, to the version that the record had before the way there.
    pub(super) fn back(course: &Course, record: &Record, now: u64) -> Self {
        if let Some(standing) = course.standing_back(seen(record), now) {
            return Self::of(standing);
        }
        let origin = record.origin().map(|origin| {
            let seen = Seen {
                key: &origin.key,
                value: &origin.value,
                expires_at: origin.expires_at,
            };
            course.standing(seen, now)
        });
        let last = course.stages().len() - 1;
        let from = match origin {
            Some(Standing::Goes(from)) => Some(from),
            Some(other) => return Self::of(other),
            None if course.routes().len() == 1 => course.routes().keys().next().cloned(),
            // One migration brings them all, and knows itself what it brings back.
            None if last == 0 => None,
            None => {
                let message =
                    "it may have come from several versions, and which it was is not known";
                return Self::rejected("no-way-back", message.to_owned());
            }
        };
        let stage = from.as_ref().map_or(Some(last), |from| {
            let route = course.routes().get(from)?;
            course.stage_at(&route.edges.last()?.from)
        });
        Self::Waits {
            from,
            stage: stage.unwrap_or(last),
            begun: false,
        }
    }

    /// Ends with a rejection.
    pub(super) fn rejected(code: &str, message: String) -> Self {
        Self::broken(code, message, None, Vec::new())
    }

    /// Ends with a rejection at a stage.
    pub(super) fn broken(
        code: &str,
        message: String,
        step: Option<Arc<str>>,
        breaches: Vec<Breach>,
    ) -> Self {
        let rejection = Rejection {
            code: code.to_owned(),
            message,
        };
        let remark = Remark {
            step,
            breaches,
            ..Remark::default()
        };
        Self::Ended(Ok(Outcome::Reject(rejection)), remark)
    }

    fn of(standing: Standing) -> Self {
        match standing {
            Standing::Skipped(reason) => Self::Ended(Ok(Outcome::Skip(reason)), Remark::default()),
            Standing::Rejected(Rejection { code, message }, breaches) => {
                Self::broken(&code, message, None, breaches)
            }
            // Only what does not go is made an end of.
            Standing::Goes(at) => Self::rejected("no-way-back", format!("it was at {at}")),
        }
    }
}

/// Looks at a record as it is after all edits so far, under the key that it will have.
pub(super) fn seen(record: &Record) -> Seen<'_> {
    Seen {
        key: record.renamed().unwrap_or(record.key()),
        value: record.value(),
        expires_at: record.expires_at(),
    }
}
