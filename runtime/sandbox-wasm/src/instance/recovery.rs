//! What is done about a batch whose call ended for all of it.

use std::collections::VecDeque;

use remold_host_api::{Again, Context, Failure, FailureReason, Record};

use super::{Instance, Stop};
use crate::instance::live::Export;
use crate::session::Slot;

/// After so many time-outs in one batch the rest of it is not tried any more.
const TIMEOUTS: u32 = 2;

impl Instance {
    /// Sends a batch through an export, and gives one answer for each record. A failure that ended the call concerns
    /// those records alone that fail by themselves.
    pub(super) fn each<T>(
        &mut self,
        export: Export,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
        answer: impl Fn(Slot) -> Result<T, Failure>,
    ) -> Vec<Result<T, Failure>> {
        let all: Vec<usize> = (0..records.len()).collect();
        if all.is_empty() {
            return Vec::new();
        }
        let stop = match self.call(export, context, records, &all) {
            Ok(slots) => return slots.into_iter().map(answer).collect(),
            Err(stop) => stop,
        };
        let mut answers: Vec<Option<Result<T, Failure>>> = all.iter().map(|_| None).collect();
        let mut recovery = Recovery::default();
        recovery.take(all, stop, &mut answers);
        while let Some(group) = recovery.groups.pop_front() {
            for place in &group {
                records[*place].restore(again(*place));
            }
            if recovery.timeouts >= TIMEOUTS {
                for place in group {
                    answers[place] = Some(Err(not_tried()));
                }
                continue;
            }
            match self.call(export, context, records, &group) {
                Ok(slots) => {
                    for (place, slot) in group.into_iter().zip(slots) {
                        answers[place] = Some(answer(slot));
                    }
                }
                Err(stop) => recovery.take(group, stop, &mut answers),
            }
        }
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.unwrap_or_else(|| Err(not_tried())))
            .collect()
    }
}

/// What has to be tried again.
#[derive(Default)]
struct Recovery {
    groups: VecDeque<Vec<usize>>,
    timeouts: u32,
}

impl Recovery {
    /// Decides what is done about a group whose call ended.
    fn take<T>(
        &mut self,
        group: Vec<usize>,
        stop: Stop,
        answers: &mut [Option<Result<T, Failure>>],
    ) {
        let timed_out = stop.failure.reason == FailureReason::Timeout;
        if timed_out {
            self.timeouts += 1;
        }
        if let [alone] = group.as_slice() {
            answers[*alone] = Some(Err(stop.failure));
            return;
        }
        match stop.last.filter(|_| timed_out) {
            // Trying it again would cost the same time again.
            Some(suspect) => {
                answers[suspect] = Some(Err(stop.failure));
                let rest = group.into_iter().filter(|place| *place != suspect);
                self.groups.push_back(rest.collect());
            }
            None => self
                .groups
                .extend(group.into_iter().map(|place| vec![place])),
        }
    }
}

fn not_tried() -> Failure {
    Failure::new(
        FailureReason::Timeout,
        "other records of its batch used up the time of two batches; it was not tried alone",
    )
}
