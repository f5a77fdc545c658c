//! A transform between versions of a subject: the user's own transforms, with each record held against its version before and
//! after.
//!
//! To the engine it is a transform like any other. A record that is at the target is skipped; one whose version cannot be told,
//! or that is not valid, is rejected and no transform sees it. The others go through the stages of their way, one after the other in
//! memory, each stage a batch at a time. What a transform makes of a record has to be valid under the version that it brings
//! it to; otherwise the record is rejected and nothing of it is written. A transform that skips or rejects a record in the
//! middle of its way skips or rejects it as a whole.
//!
//! On the way back everything is mirrored: the record has to be valid at the target, and what comes of each stage under the
//! version that the record had before it. Which that is, is told by what the record was before the way there.

use std::sync::Arc;

use remold_host_api::functions::HostFunction;
use remold_host_api::{Context, Entry, Exports, Failure, Transform, TransformSource, Ways};
use serde_json::Value;

use crate::course::{Course, Standing};
use crate::definition::Seen;

#[cfg(test)]
pub(crate) mod fixtures;
mod instance;
mod pass;
mod survey;
mod turn;

use instance::Instance;
pub use survey::Survey;

/// The transform of one stage.
#[derive(Clone)]
pub struct Step {
    /// The transform.
    pub transform: Arc<dyn TransformSource>,
    /// Its own parameters, a JSON object; those of the run if absent.
    pub parameters: Option<Value>,
}

/// A transform between versions of a subject.
pub struct Governed {
    course: Arc<Course>,
    steps: Vec<Step>,
    overwrite: bool,
}

impl Governed {
    /// Puts transforms to the stages of a course, in their order. `overwrite` says whether a key may be written that exists,
    /// and so whether a stage may write one that an earlier one wrote.
    pub fn new(course: Arc<Course>, steps: Vec<Step>, overwrite: bool) -> Self {
        assert_eq!(
            course.stages().len(),
            steps.len(),
            "each stage has one transform"
        );
        Self {
            course,
            steps,
            overwrite,
        }
    }

    /// Returns the course.
    pub fn course(&self) -> &Arc<Course> {
        &self.course
    }

    fn all(&self, exports: impl Fn(Exports) -> bool) -> bool {
        self.steps
            .iter()
            .all(|step| exports(step.transform.exports()))
    }
}

impl TransformSource for Governed {
    fn exports(&self) -> Exports {
        let is_alone = self.steps.len() == 1;
        Exports {
            migrate: self.all(|exports| exports.migrate),
            revert: self.all(|exports| exports.revert),
            // What they ask for is read once, for the record as it was found.
            lookups: is_alone && self.all(|exports| exports.lookups),
            run: false,
        }
    }

    fn calls(&self) -> Vec<&'static HostFunction> {
        let mut calls: Vec<&'static HostFunction> = Vec::new();
        for call in self.steps.iter().flat_map(|step| step.transform.calls()) {
            if !calls.iter().any(|known| known.name == call.name) {
                calls.push(call);
            }
        }
        calls
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        let parts = self.steps.iter().map(|step| {
            let transform = step.transform.instantiate()?;
            Ok((transform, step.parameters.clone()))
        });
        let parts = parts.collect::<Result<_, Failure>>()?;
        let course = Arc::clone(&self.course);
        Ok(Box::new(Instance::new(course, parts, self.overwrite)))
    }

    fn ways(&self) -> Option<&dyn Ways> {
        Some(self)
    }
}

impl Ways for Governed {
    fn way_of(&self, context: &Context, entry: &Entry) -> Option<Arc<str>> {
        match self.course.standing(seen(entry), context.now_ms) {
            Standing::Goes(from) => self.course.label(&from).cloned(),
            Standing::Skipped(_) | Standing::Rejected(..) => None,
        }
    }
}

fn seen(entry: &Entry) -> Seen<'_> {
    Seen {
        key: &entry.key,
        value: &entry.value,
        expires_at: entry.expires_at,
    }
}

#[cfg(test)]
mod tests;
