//! Which versions there are in a keyspace, before a run: every key is read, or a number of them, and nothing is written.

use std::sync::Arc;

use remold_engine::{Control, Observer, RunEnd, Step, Verdict};
use remold_schema::{Course, MissingEdge, Route};

use crate::error::Error;
use crate::migration::Migration;
use crate::runner::{RunOptions, RunReport, Runner};

/// Which versions there are in a keyspace, and what a run would do with them.
#[derive(Debug, Clone)]
pub struct VersionSurvey {
    /// What a run would do with each record.
    pub course: Arc<Course>,
    /// Each way with how many records would take it.
    pub ways: Vec<(Route, u64)>,
    /// The versions without a way, with how many records are at each.
    pub missing: Vec<(MissingEdge, u64)>,
    /// Records that are at the target already.
    pub already: u64,
    /// Other records that would be skipped, by reason.
    pub skipped: Vec<(String, u64)>,
    /// Whether all selected keys were looked at.
    pub is_complete: bool,
    /// The reading, as a dry run: what would be rejected is in it.
    pub report: RunReport,
}

impl Runner {
    /// Looks at which versions the selected keys are at: all, or about so many of those that are listed first. No transform is run
    /// and nothing is written.
    pub fn survey(
        &self,
        migration: &Migration,
        sample: Option<u64>,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<VersionSurvey, Error> {
        let (course, looking) = migration.surveying().ok_or_else(|| Error::Target {
            problem: format!("{} names no versions", migration.name()),
            hint: "a plan by versions is made of `schema: { subject: …, to: … }` in the manifest; `remold dry-run` shows what \
                   any migration would change"
                .to_owned(),
        })?;
        let watched = control.clone();
        let options = RunOptions {
            steps: sample.map(|sample| {
                let watch = move |step| {
                    if step == Step::BeforeRead && watched.tally().handled() >= sample {
                        watched.stop();
                    }
                    Verdict::Continue
                };
                Arc::new(watch) as _
            }),
            ..RunOptions::default()
        };
        let report = self.dry_run(&looking, &options, control, observer)?;
        let mut skipped = report.outcome.tally.skipped.clone();
        let mut take = |reason: &str| skipped.remove(reason).unwrap_or_default();
        let ways = course.routes().values();
        let ways = ways
            .map(|route| (route.clone(), take(&route.to_string())))
            .collect();
        let missing = course.missing().iter();
        let missing = missing
            .map(|gap| (gap.clone(), take(&gap.to_string())))
            .collect();
        let already = take(&course.already());
        let end = &report.outcome.end;
        Ok(VersionSurvey {
            ways,
            missing,
            already,
            skipped: skipped.into_iter().collect(),
            is_complete: matches!(end, RunEnd::Completed | RunEnd::TooManyRejected),
            course,
            report,
        })
    }
}
