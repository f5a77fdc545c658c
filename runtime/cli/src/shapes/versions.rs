//! What a migration between versions does, or did, as JSON.

use remold::schema::{Course, Route, Stage};
use remold::{BrokenRule, Example, RunReport, escape};
use schemars::JsonSchema;
use serde::Serialize;

/// What a migration between versions did.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionsShape {
    /// The subject.
    pub(crate) subject: String,
    /// The version that records come to.
    pub(crate) to: String,
    /// Records that were at it already.
    pub(crate) already: u64,
    /// The ways that records took.
    pub(crate) ways: Vec<WayShape>,
    /// The migrations on these ways, in the order in which records meet them.
    pub(crate) steps: Vec<StepShape>,
    /// What broke the schemas in rejected records.
    pub(crate) violations: Vec<ViolationsShape>,
}

/// A way between versions.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WayShape {
    /// The versions that it leads over, both ends included.
    pub(crate) versions: Vec<String>,
    /// The migrations, in their order.
    pub(crate) steps: Vec<String>,
    /// Changed records that took it; of a plan, records that would.
    pub(crate) records: u64,
}

/// A migration on the way of some records.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepShape {
    /// Its name.
    pub(crate) migration: String,
    /// The versions that records come to it from.
    pub(crate) from: Vec<String>,
    /// The version that it brings them to.
    pub(crate) to: String,
    /// Changed records that were through it; of a plan, records that would be.
    pub(crate) records: u64,
    /// Records that were rejected at it.
    pub(crate) rejected: u64,
}

/// A rule of a schema that rejected records break.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViolationsShape {
    /// `source` if the records were found so, `target` if transforms made them so.
    pub(crate) side: String,
    /// The schema: its subject and version.
    pub(crate) schema: String,
    /// The rule: a JSON Pointer into the schema's `spec`.
    pub(crate) rule: String,
    /// In how many places of values it is broken, of one record perhaps in several.
    pub(crate) count: u64,
    /// The first records that break it, at most 5.
    pub(crate) examples: Vec<ViolationShape>,
}

/// A place that breaks a rule.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViolationShape {
    /// The record's key.
    pub(crate) key: String,
    /// Where in the value, a JSON Pointer; empty for the whole.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) message: String,
}

impl VersionsShape {
    /// Tells what a run did; `None` if its migration names no versions.
    pub(crate) fn of(report: &RunReport) -> Option<Self> {
        let course = report.course.as_ref()?;
        let tally = &report.outcome.tally;
        let taken = |label: &str| tally.ways.get(label).copied().unwrap_or_default();
        let already = tally.skipped.get(&course.already());
        Some(Self::with(
            course,
            report,
            already.copied().unwrap_or_default(),
            taken,
        ))
    }

    /// Tells of a course whose ways were taken, or would be, by so many records each.
    pub(crate) fn with(
        course: &Course,
        report: &RunReport,
        already: u64,
        taken: impl Fn(&str) -> u64,
    ) -> Self {
        let breaches = &report.outcome.breaches;
        let step = |stage: &Stage| {
            let through = |route: &&Route| {
                let mut edges = route.edges.iter();
                edges.any(|edge| edge.migration == *stage.migration)
            };
            let routes = course.routes().values().filter(through);
            StepShape {
                migration: stage.migration.to_string(),
                from: stage.from.iter().map(ToString::to_string).collect(),
                to: stage.to.version().to_string(),
                records: routes.map(|route| taken(&route.to_string())).sum(),
                rejected: breaches
                    .at_steps
                    .get(&*stage.migration)
                    .copied()
                    .unwrap_or_default(),
            }
        };
        Self {
            subject: course.subject().to_owned(),
            to: course.change().to.to_string(),
            already,
            ways: course
                .routes()
                .values()
                .map(|route| WayShape::of(route, taken(&route.to_string())))
                .collect(),
            steps: course.stages().iter().map(step).collect(),
            violations: breaches
                .rules
                .iter()
                .map(|(rule, found)| violations(rule, found.count, &found.examples))
                .collect(),
        }
    }
}

impl WayShape {
    /// Tells of a way that so many records take.
    pub(crate) fn of(route: &Route, records: u64) -> Self {
        let versions = route.versions();
        Self {
            versions: versions.iter().map(ToString::to_string).collect(),
            steps: route
                .edges
                .iter()
                .map(|edge| edge.migration.clone())
                .collect(),
            records,
        }
    }
}

fn violations(rule: &BrokenRule, count: u64, examples: &[Example]) -> ViolationsShape {
    let shown = |example: &Example| ViolationShape {
        key: escape(&example.key),
        pointer: example.pointer.clone(),
        message: example.message.clone(),
    };
    ViolationsShape {
        side: if rule.made { "target" } else { "source" }.to_owned(),
        schema: rule.schema.clone(),
        rule: rule.rule.clone(),
        count,
        examples: examples.iter().map(shown).collect(),
    }
}
