//! What follows for a record that was through a stage: it is held against the version that the stage brings it to, and goes on, or
//! ends.

use std::sync::Arc;

use remold_host_api::{Breach, Failure, Outcome, Record, Remark};

use super::turn::{Turn, seen};
use crate::course::{Course, Stage, told};
use crate::definition::Definition;
use crate::route::Edge;

/// In which direction a batch goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    There,
    Back,
}

/// A stage with what is known of the batch.
pub(super) struct Pass<'a> {
    pub(super) course: &'a Course,
    pub(super) index: usize,
    pub(super) stage: &'a Stage,
    pub(super) way: Way,
    pub(super) now: u64,
    pub(super) overwrite: bool,
}

impl Pass<'_> {
    /// Finds out what follows for a record that was through the stage.
    pub(super) fn settle(
        &self,
        record: &Record,
        turn: &mut Turn,
        outcome: Result<Outcome, Failure>,
    ) {
        let Turn::Waits { from, .. } = turn else {
            return;
        };
        let from = from.take();
        let route = from
            .as_ref()
            .and_then(|from| self.course.routes().get(from));
        let is_long = route.is_some_and(|route| route.edges.len() > 1);
        let step = is_long.then(|| Arc::clone(&self.stage.migration));
        let label = match self.way {
            Way::There => from.as_ref().and_then(|from| self.course.label(from)),
            Way::Back => None,
        };
        let done = |outcome| {
            let remark = Remark {
                way: label.cloned(),
                ..Remark::default()
            };
            Turn::Ended(outcome, remark)
        };
        *turn = match outcome {
            Ok(Outcome::Done) if is_gone(record, self.now) => done(Ok(Outcome::Done)),
            Ok(Outcome::Done) => {
                let place = route.and_then(|route| {
                    let of_stage =
                        |edge: &Edge| self.course.stage_at(&edge.from) == Some(self.index);
                    route.edges.iter().position(of_stage)
                });
                let edges = route.map_or(&[][..], |route| &route.edges);
                let (to, next) = match (self.way, place) {
                    (Way::There, Some(place)) => (None, edges.get(place + 1)),
                    (Way::Back, Some(place)) => {
                        let before = place.checked_sub(1);
                        (
                            Some(&edges[place].from),
                            before.map(|before| &edges[before]),
                        )
                    }
                    (_, None) => (None, None),
                };
                let to = to.and_then(|to| self.course.versions().get(to));
                if let Some((what, breaches)) = self.broken(record, to, next.is_none()) {
                    let what = in_step(step.as_deref(), what);
                    let step = Some(Arc::clone(&self.stage.migration));
                    Turn::broken("invalid-target", told(&what, &breaches), step, breaches)
                } else {
                    match next.and_then(|edge| self.course.stage_at(&edge.from)) {
                        Some(stage) => Turn::Waits {
                            from,
                            stage,
                            begun: true,
                        },
                        None => done(Ok(Outcome::Done)),
                    }
                }
            }
            Ok(Outcome::Skip(reason)) => {
                let reason = in_step(step.as_deref(), reason);
                Turn::Ended(Ok(Outcome::Skip(reason)), Remark::default())
            }
            Ok(Outcome::Reject(mut rejection)) => {
                rejection.message = in_step(step.as_deref(), rejection.message);
                let remark = self.at_step();
                Turn::Ended(Ok(Outcome::Reject(rejection)), remark)
            }
            Err(mut failure) => {
                failure.message = in_step(step.as_deref(), failure.message);
                Turn::Ended(Err(failure), self.at_step())
            }
        };
    }

    fn at_step(&self) -> Remark {
        Remark {
            step: Some(Arc::clone(&self.stage.migration)),
            ..Remark::default()
        }
    }

    /// Finds what is not valid of what the stage made of a record: of the record, and at the end of what was written beside it under
    /// keys of the same subject.
    fn broken(
        &self,
        record: &Record,
        back_to: Option<&Arc<Definition>>,
        is_end: bool,
    ) -> Option<(String, Vec<Breach>)> {
        let mut breaches = match (self.way, back_to) {
            (Way::There, _) => self.course.broken(&self.stage.to, seen(record), self.now),
            (Way::Back, Some(to)) => self.course.broken(to, seen(record), self.now),
            // It comes back to one of several versions, the newest of which is told of.
            (Way::Back, None) => {
                let versions = self.stage.from.iter().rev();
                let known = versions.filter_map(|version| self.course.versions().get(version));
                let mut all = known.map(|to| self.course.broken(to, seen(record), self.now));
                let newest = all.next().unwrap_or_default();
                if newest.is_empty() || all.any(|breaches| breaches.is_empty()) {
                    Vec::new()
                } else {
                    newest
                }
            }
        };
        if !breaches.is_empty() {
            return Some((
                "what it makes of the record is not valid".to_owned(),
                breaches,
            ));
        }
        if !is_end || self.way == Way::Back {
            return None;
        }
        for entry in record.emitted() {
            if !self.course.versions().owns(&entry.key) {
                continue;
            }
            breaches = self
                .course
                .broken(self.course.target(), super::seen(entry), self.now);
            if !breaches.is_empty() {
                let key = String::from_utf8_lossy(&entry.key);
                return Some((
                    format!("{key}, which it writes too, is not valid"),
                    breaches,
                ));
            }
        }
        None
    }
}

/// Says whether nothing of a record is left to be held against a schema.
fn is_gone(record: &Record, now: u64) -> bool {
    record.is_deleted()
        || record.value().is_empty_aggregate()
        || record.expiry_touched() && record.expires_at().is_some_and(|at| at <= now)
}

/// Names the stage before what is said of a record, if its way has several.
fn in_step(step: Option<&str>, text: String) -> String {
    match step {
        Some(step) => format!("in {step}: {text}"),
        None => text,
    }
}
