//! The plan: made by a worker of its own, which reads the server and writes nothing.

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use serde_json::json;

use super::document::Intent;
use super::{Draft, Reconciliation};
use crate::controller::cluster::owner;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::controller::jobs::State;
use crate::controller::names::short;
use crate::controller::settings::Settings;
use crate::resources::{PlanSummary, RedisMigration};
use crate::workers::{MANIFEST_KEY, Manifest, Outcome, Task, Work, job, service_account};

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
        let state = cluster.job_state(&self.namespace, &work.name).await?;
        let verdict = match state {
            State::Absent => {
                cluster.apply(&service_account(&work)).await?;
                cluster.create(&self.config_map(&work, intent)).await?;
                cluster.create(&job(&work)).await?;
                Verdict::going("Planning", "a worker looks what would be done")
            }
            State::Active { trouble, .. } => {
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
                    self.forget(&work).await?;
                    Verdict::going("Planning", "the planner said nothing, and is asked again")
                }
            },
            State::Failed { .. } => {
                let message = state.failure().unwrap_or_default();
                cluster.retire(&self.namespace, &work.name).await?;
                Verdict::stuck("PlanFailed", message)
            }
        };
        let (reason, message) = verdict.words();
        draft.conditions.set("Planned", false, reason, message);
        Ok(Err(verdict))
    }

    async fn forget(&self, work: &Work) -> Result<(), Error> {
        let cluster = &self.context.cluster;
        cluster
            .delete::<k8s_openapi::api::batch::v1::Job>(&self.namespace, &work.name)
            .await
    }

    fn planner(&self, intent: &Intent) -> Result<Work, Error> {
        let settings = Settings::job_of(&intent.spec);
        let name = format!(
            "{}-plan-{}",
            short(&self.migration.name_any(), 40),
            &intent.key[..8]
        );
        Ok(Work {
            namespace: Some(self.namespace.clone()),
            instance: self.migration.name_any(),
            owner: Some(owner(self.migration)?),
            image: self.context.settings.image_of(&settings),
            pull_policy: self.context.settings.pull_policy.clone(),
            task: Task::Plan,
            connection: intent.way.connection.clone(),
            storage: None,
            manifest: Some(Manifest {
                config_map: name.clone(),
                files: intent
                    .migration
                    .spec
                    .files_from
                    .as_ref()
                    .map(|files| files.config_map.name.clone()),
            }),
            service_account: name.clone(),
            settings,
            report_to: None,
            suspend: false,
            name,
        })
    }

    fn config_map(&self, work: &Work, intent: &Intent) -> ConfigMap {
        let document = json!({
            "apiVersion": "remold.dev/v1alpha1",
            "kind": RedisMigration::KIND,
            "metadata": { "name": self.migration.name_any() },
            "spec": intent.spec,
        });
        ConfigMap {
            metadata: work.metadata(&work.name),
            data: Some([(MANIFEST_KEY.to_owned(), remold_manifest::to_yaml(&document))].into()),
            ..ConfigMap::default()
        }
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
            made_at: Some(Timestamp::now().to_string()),
        })
    }
}
