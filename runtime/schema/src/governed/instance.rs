//! One worker's instances of the transforms of all stages, and how a batch goes through them.

use std::sync::Arc;

use remold_host_api::{
    Again, Bytes, Context, Entry, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record,
    Remark, Transform, Usage,
};
use serde_json::Value;

use super::pass::{Pass, Way};
use super::turn::Turn;
use crate::course::{Course, Stage};

/// One worker's instances of all transforms.
pub(super) struct Instance {
    course: Arc<Course>,
    parts: Vec<Part>,
    overwrite: bool,
    remarks: Vec<Remark>,
}

/// The transform of one stage, with the context that it is given.
struct Part {
    transform: Box<dyn Transform>,
    parameters: Option<Value>,
    context: Option<Context>,
}

impl Instance {
    pub(super) fn new(
        course: Arc<Course>,
        parts: Vec<(Box<dyn Transform>, Option<Value>)>,
        overwrite: bool,
    ) -> Self {
        let part = |(transform, parameters)| Part {
            transform,
            parameters,
            context: None,
        };
        Self {
            course,
            parts: parts.into_iter().map(part).collect(),
            overwrite,
            remarks: Vec::new(),
        }
    }

    /// Sends a batch through the stages.
    fn go(
        &mut self,
        way: Way,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        let course = Arc::clone(&self.course);
        let now = context.now_ms;
        let begin = |record: &Record| match way {
            Way::There => Turn::there(&course, record, now),
            Way::Back => Turn::back(&course, record, now),
        };
        let mut turns: Vec<Turn> = records.iter().map(begin).collect();
        let count = course.stages().len();
        for step in 0..count {
            let index = if way == Way::There {
                step
            } else {
                count - 1 - step
            };
            let pass = Pass {
                course: &course,
                index,
                stage: &course.stages()[index],
                way,
                now,
                overwrite: self.overwrite,
            };
            let part = &mut self.parts[index];
            part.pass(&pass, context, records, &mut turns, again);
        }
        let mut outcomes = Vec::with_capacity(turns.len());
        self.remarks.clear();
        for turn in turns {
            let (outcome, remark) = match turn {
                Turn::Ended(outcome, remark) => (outcome, remark),
                Turn::Waits { .. } => (Err(lost()), Remark::default()),
            };
            outcomes.push(outcome);
            self.remarks.push(remark);
        }
        outcomes
    }
}

impl Part {
    /// Makes the context of this stage's calls. Each stage has a random sequence of its own: two of them that make an
    /// identifier shall not make the same one.
    fn prepare(&mut self, run: &Context, stage: &Stage) {
        let parameters = self.parameters.as_ref();
        let is_same = |own: &Context| {
            own.now_ms == run.now_ms
                && own.seed == seed(run, stage, parameters.is_some())
                && own.parameters == *parameters.unwrap_or(&run.parameters)
        };
        if !self.context.as_ref().is_some_and(is_same) {
            self.context = Some(Context {
                parameters: parameters.unwrap_or(&run.parameters).clone(),
                now_ms: run.now_ms,
                seed: seed(run, stage, parameters.is_some()),
            });
        }
    }

    fn call(
        &mut self,
        pass: &Pass<'_>,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.prepare(context, pass.stage);
        let context = self.context.as_ref().unwrap_or(context);
        match pass.way {
            Way::There => self.transform.migrate(context, records, again),
            Way::Back => self.transform.revert(context, records, again),
        }
    }

    /// Sends those of a batch through the stage that wait for it.
    fn pass(
        &mut self,
        pass: &Pass<'_>,
        context: &Context,
        records: &mut [Record],
        turns: &mut [Turn],
        again: Again<'_>,
    ) {
        // Each place in the batch, and whether the record was through a stage before.
        let places: Vec<(usize, bool)> = turns
            .iter()
            .enumerate()
            .filter_map(|(place, turn)| match turn {
                Turn::Waits { stage, begun, .. } if *stage == pass.index => Some((place, *begun)),
                _ => None,
            })
            .collect();
        if places.is_empty() {
            return;
        }
        let is_whole = places.len() == records.len() && places.iter().all(|(_, begun)| !begun);
        let outcomes = if is_whole {
            self.call(pass, context, records, again)
        } else {
            self.call_some(pass, context, records, &places, again)
        };
        let mut outcomes = outcomes.into_iter();
        for (place, _) in places {
            let outcome = outcomes.next().unwrap_or_else(|| Err(lost()));
            pass.settle(&records[place], &mut turns[place], outcome);
        }
    }

    /// Calls the transform for some of a batch. What was through a stage before comes as a record without edits.
    fn call_some(
        &mut self,
        pass: &Pass<'_>,
        context: &Context,
        records: &mut [Record],
        places: &[(usize, bool)],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        let fails_together = self.transform.fails_together();
        let mut working = Vec::with_capacity(places.len());
        let mut given: Vec<Option<Entry>> = Vec::with_capacity(places.len());
        for &(place, begun) in places {
            let record = if begun {
                records[place].onward()
            } else {
                std::mem::replace(&mut records[place], Record::vacant())
            };
            given.push((begun && fails_together).then(|| entry_of(&record)));
            working.push(record);
        }
        let once_more = |place: usize| match &given[place] {
            Some(entry) => entry.clone(),
            None => again(places[place].0),
        };
        let mut outcomes = self.call(pass, context, &mut working, &once_more);
        for (index, (record, &(place, begun))) in working.into_iter().zip(places).enumerate() {
            if !begun {
                records[place] = record;
            } else if let Err(key) = records[place].absorb(record, pass.overwrite)
                && let Some(outcome) = outcomes.get_mut(index)
                && matches!(outcome, Ok(Outcome::Done))
            {
                *outcome = Err(written_twice(&key));
            }
        }
        outcomes
    }
}

impl Transform for Instance {
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.go(Way::There, context, records, again)
    }

    fn revert(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.go(Way::Back, context, records, again)
    }

    /// Asks only for records that go: what is skipped or rejected for where it stands costs no read.
    fn lookups(
        &mut self,
        context: &Context,
        records: &[Record],
    ) -> Vec<Result<Vec<Bytes>, Failure>> {
        let course = &self.course;
        let goes: Vec<bool> = records
            .iter()
            .map(|record| {
                let turn = Turn::there(course, record, context.now_ms);
                matches!(turn, Turn::Waits { .. }) || record.origin().is_some()
            })
            .collect();
        let going = records.iter().zip(&goes).filter(|(_, goes)| **goes);
        let going: Vec<Record> = going.map(|(record, _)| record.clone()).collect();
        let stage = &self.course.stages()[0];
        let part = &mut self.parts[0];
        part.prepare(context, stage);
        let context = part.context.as_ref().unwrap_or(context);
        let asked = if going.is_empty() {
            Vec::new()
        } else {
            part.transform.lookups(context, &going)
        };
        let mut asked = asked.into_iter();
        let answer = |goes: bool| {
            if goes {
                asked.next().unwrap_or_else(|| Err(lost()))
            } else {
                Ok(Vec::new())
            }
        };
        goes.into_iter().map(answer).collect()
    }

    fn run(&mut self, _: &Context, _: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        let message = "a program is not held against schemas";
        Err(Failure::new(FailureReason::Abi, message))
    }

    fn fails_together(&self) -> bool {
        self.parts
            .iter()
            .any(|part| part.transform.fails_together())
    }

    fn take_remarks(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.remarks)
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        let logs = self.parts.iter_mut();
        logs.flat_map(|part| part.transform.take_log()).collect()
    }

    fn take_usage(&mut self) -> Option<Usage> {
        let mut used: Option<Usage> = None;
        for part in &mut self.parts {
            let Some(usage) = part.transform.take_usage() else {
                continue;
            };
            let sum = used.get_or_insert_default();
            sum.fuel += usage.fuel;
            sum.memory = sum.memory.max(usage.memory);
        }
        used
    }
}

/// Returns the seed of a stage: the run's own for a transform that is alone, with the run's parameters.
fn seed(run: &Context, stage: &Stage, is_step: bool) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    if !is_step {
        return run.seed;
    }
    // FNV-1a.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    run.seed ^ stage.migration.bytes().fold(OFFSET, mix)
}

fn entry_of(record: &Record) -> Entry {
    Entry {
        key: record.key().clone(),
        value: record.value().clone(),
        expires_at: record.expires_at(),
    }
}

fn written_twice(key: &[u8]) -> Failure {
    let message = format!(
        "it writes {}, which a migration before it wrote; set spec.policy.overwrite to true to let the later one replace it",
        String::from_utf8_lossy(key)
    );
    Failure::new(FailureReason::BadOutput, message)
}

fn lost() -> Failure {
    let message = "the transform gave fewer answers than it was given records";
    Failure::new(FailureReason::Abi, message)
}
