//! The plan: made by a worker of its own, which reads the server and writes nothing.

use kube::ResourceExt;

use super::document::Intent;
use super::{Draft, Reconciliation};
use crate::clock::now_in_words;
use crate::controller::conditions::Verdict;
use crate::controller::documents;
use crate::controller::error::Error;
use crate::controller::jobs::State;
use crate::controller::names::short;
use crate::controller::settings::Settings;
use crate::resources::{PlanSummary, RedisMigration};
use crate::workers::{Manifest, Outcome, Task, Work};

impl Reconciliation<'_> {
    /// Returns the plan of what is asked for; a verdict while there is none.
    pub(super) async fn plan(
        &self,
        intent: &Intent,
        draft: &mut Draft,
    ) -> Result<Result<PlanSummary, Verdict>, Error> {
        if let Some(plan) = draft.status.plan.clone()
            && plan.key == intent.key
        {
            return Ok(Ok(plan));
        }
        let cluster = &self.context.cluster;
        let work = self.planner(intent)?;
        let name = self.migration.name_any();
        let text = documents::text(RedisMigration::KIND, &name, &intent.spec);
        let document = documents::config_map(&work, &work.name, text);
        let state = cluster.carry_out(&work, Some(document)).await?;
        let verdict = match state {
            State::Absent => Verdict::going("Planning", "a worker looks what would be done"),
            State::Active { trouble } => {
                let message =
                    trouble.unwrap_or_else(|| "a worker looks what would be done".to_owned());
                Verdict::going("Planning", message)
            }
            State::Suspended => Verdict::going("Planning", "the planner's job is suspended"),
            State::Complete(outcomes) => match outcomes.into_iter().find_map(summary(intent)) {
                Some(plan) => {
                    let message = format!("plan {}", plan.digest);
                    draft.conditions.set("Planned", true, "Planned", &message);
                    draft.conditions.remove("Migrated");
                    draft.conditions.remove("Validated");
                    draft.conditions.remove("RolledBack");
                    draft.status.plan = Some(plan.clone());
                    return Ok(Ok(plan));
                }
                None => {
                    cluster.forget(&work).await?;
                    Verdict::going("Planning", "the planner said nothing, and is asked again")
                }
            },
            State::Failed { .. } => {
                let message = state.failure().unwrap_or_default();
                cluster.retire(&work).await?;
                Verdict::stuck("PlanFailed", message)
            }
        };
        let (reason, message) = verdict.words();
        draft.conditions.set("Planned", false, reason, message);
        Ok(Err(verdict))
    }

    fn planner(&self, intent: &Intent) -> Result<Work, Error> {
        let settings = Settings::job_of(&intent.spec);
        let name = format!(
            "{}-plan-{}",
            short(&self.migration.name_any(), 40),
            &intent.key[..8]
        );
        let files = intent.migration.spec.files_from.as_ref();
        let connection = &intent.way.connection;
        Ok(Work {
            image: self.context.settings.image_of(&settings),
            manifest: Some(Manifest {
                config_map: name.clone(),
                files: files.map(|files| files.config_map.name.clone()),
            }),
            settings,
            ..self
                .context
                .work_for(self.migration, name, Task::Plan, connection)?
        })
    }
}

fn summary(intent: &Intent) -> impl Fn(Outcome) -> Option<PlanSummary> + '_ {
    |outcome| {
        let plan = outcome.plan?;
        let server = outcome
            .server
            .as_ref()
            .map(|server| format!("{} {}", server.product, server.version));
        Some(PlanSummary {
            digest: plan.digest,
            migration_digest: plan.migration_digest,
            key: intent.key.clone(),
            keys: plan.keys,
            server,
            notes: plan.notes,
            made_at: Some(now_in_words()),
        })
    }
}
