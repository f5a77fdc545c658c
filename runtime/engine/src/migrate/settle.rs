//! The one place where a record gets its plan, and where whoever records the run is told of it.

use std::collections::HashMap;

use remold_host_api::{Bytes, Record};

use super::drafts::Beside;
use crate::derive::Original;
use crate::port::Fetched;
use crate::surroundings::Surroundings;
use crate::witness::{Finding, RecordTestimony, Testimony};
use crate::work::{Left, Plan};

/// Settles what is planned for a record that did not come as far as its transform.
pub(super) fn unread(around: Surroundings<'_>, key: &Bytes, left: Left, plan: &mut Option<Plan>) {
    let plan = plan.insert(Plan::Left(left));
    tell(around, key, plan, None, None);
}

/// Settles what is planned for a record; `others` holds what is at the other keys that it names.
pub(super) fn settle(
    around: Surroundings<'_>,
    record: &Record,
    beside: &Beside,
    others: Option<&HashMap<Bytes, Fetched>>,
    plan: Plan,
    plans: &mut [Option<Plan>],
) {
    let plan = plans[beside.place].insert(plan);
    let given = Some((record, &beside.original));
    tell(around, record.key(), plan, given, others);
}

fn tell(
    around: Surroundings<'_>,
    key: &Bytes,
    plan: &Plan,
    given: Option<(&Record, &Original)>,
    others: Option<&HashMap<Bytes, Fetched>>,
) {
    let Some(witness) = &around.spec.witness else {
        return;
    };
    let finding = match plan {
        Plan::Write { .. } => Finding::Changed,
        Plan::Left(Left::Unchanged) => Finding::Unchanged,
        Plan::Left(Left::Skipped(reason)) => Finding::Skipped(reason),
        Plan::Left(Left::Rejected(rejected)) => Finding::Rejected(rejected),
        // It comes again, or was not there.
        Plan::Left(_) | Plan::Defer => return,
    };
    witness(&Testimony::Record(RecordTestimony {
        key,
        finding,
        given,
        others,
    }));
}
