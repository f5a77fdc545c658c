//! The runs of a migration: found by their label, made under names that are the same for the same intent.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use remold_manifest::Reference;

use super::document::Intent;
use super::{KEY, MIGRATION_LABEL, Reconciliation, TOKEN};
use crate::controller::cluster::owner;
use crate::controller::conditions::find;
use crate::controller::error::Error;
use crate::controller::names::{short, word};
use crate::controller::settings::Settings;
use crate::resources::{PlanSummary, RedisMigrationRun, RunAction, RunSpec};
use crate::workers::{INSTANCE_LABEL, MANAGED_LABEL, NAME_LABEL};

/// How many runs that have ended are kept, unless the document says.
const KEPT: u32 = 10;
/// The label that says on which target a run is at work.
const TARGET_LABEL: &str = "remold.dev/target";

impl Reconciliation<'_> {
    /// Returns the runs of the migration, the oldest first.
    pub(super) async fn runs(&self) -> Result<Vec<RedisMigrationRun>, Error> {
        let labels = format!("{MIGRATION_LABEL}={}", self.migration.name_any());
        let mut runs: Vec<RedisMigrationRun> =
            self.context.cluster.list(&self.namespace, &labels).await?;
        // A migration that was deleted and made again does not own the runs of the old one.
        let uid = self.migration.uid();
        runs.retain(|run| {
            let owners = run.owner_references();
            owners.iter().any(|owner| Some(&owner.uid) == uid.as_ref())
        });
        runs.sort_by_key(|run| (run.creation_timestamp(), run.name_any()));
        Ok(runs)
    }

    /// Returns the name of the run of an intent.
    pub(super) fn run_name(&self, intent: &Intent, plan: &str) -> String {
        let uid = self.migration.uid().unwrap_or_default();
        let token = self.spec.run_token.clone().unwrap_or_default();
        let word = word(&[&uid, &intent.key, plan, &token]);
        format!("{}-{word}", short(&self.migration.name_any(), 36))
    }

    /// Returns a run of another migration that is at work on the same target.
    pub(super) async fn busy(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(target) = &self.spec.target_ref else {
            return Ok(None);
        };
        let labels = format!("{TARGET_LABEL}={}", target.name);
        let runs: Vec<RedisMigrationRun> =
            self.context.cluster.list(&self.namespace, &labels).await?;
        let at_work = |run: &&RedisMigrationRun| {
            let status = run.status.as_ref();
            run.name_any() != name && status.is_none_or(|status| status.ended_at.is_none())
        };
        Ok(runs.iter().find(at_work).map(ResourceExt::name_any))
    }

    /// Makes the run of a plan. One that failed is gone on with under its own id.
    pub(super) async fn make_run(
        &self,
        name: &str,
        intent: &Intent,
        plan: &PlanSummary,
        newest: Option<&RedisMigrationRun>,
    ) -> Result<(), Error> {
        let failed = newest.filter(|run| {
            let conditions = run
                .status
                .as_ref()
                .map(|status| status.conditions.as_slice());
            let ready = find(conditions.unwrap_or_default(), "Ready");
            ready.is_some_and(|one| one.reason == "RunFailed")
                && run.spec.migration_digest == plan.migration_digest
        });
        let run = failed.map_or_else(|| name.to_owned(), |run| run.spec.run.clone());
        let target = self.spec.target_ref.clone();
        let job = Settings::job_of(&intent.spec);
        let mut metadata = self.run_metadata(name)?;
        let token = self.spec.run_token.clone();
        let annotations = metadata.annotations.get_or_insert_default();
        annotations.insert(KEY.to_owned(), intent.key.clone());
        annotations.extend(token.map(|token| (TOKEN.to_owned(), token)));
        let run = RedisMigrationRun {
            metadata,
            spec: RunSpec {
                migration_ref: Reference {
                    name: self.migration.name_any(),
                },
                target_ref: target.ok_or(Error::Incomplete { what: "a target" })?,
                action: RunAction::Migrate,
                run,
                plan_digest: Some(plan.digest.clone()),
                migration_digest: plan.migration_digest.clone(),
                workers: job.workers.unwrap_or(1),
                again: newest.is_some(),
                manifest: intent.spec.clone(),
            },
            status: None,
        };
        self.context.cluster.create(&run).await
    }

    /// Makes the way back of a run.
    pub(super) async fn make_rollback(
        &self,
        name: &str,
        run: &RedisMigrationRun,
    ) -> Result<(), Error> {
        let back = RedisMigrationRun {
            metadata: self.run_metadata(name)?,
            spec: RunSpec {
                action: RunAction::RollBack,
                plan_digest: None,
                again: false,
                ..run.spec.clone()
            },
            status: None,
        };
        self.context.cluster.create(&back).await
    }

    /// Removes runs that have ended and are more than are kept.
    pub(super) async fn prune(&self) -> Result<(), Error> {
        let limit = self.spec.history_limit.unwrap_or(KEPT);
        let runs = self.runs().await?;
        let ended: Vec<&RedisMigrationRun> = runs
            .iter()
            .filter(|run| {
                let status = run.status.as_ref();
                status.is_some_and(|status| status.ended_at.is_some())
            })
            .collect();
        let surplus = ended.len().saturating_sub(limit as usize);
        for run in ended.iter().take(surplus) {
            self.context
                .cluster
                .delete::<RedisMigrationRun>(&self.namespace, &run.name_any())
                .await?;
        }
        Ok(())
    }

    fn run_metadata(&self, name: &str) -> Result<ObjectMeta, Error> {
        let migration = self.migration.name_any();
        let target = self.spec.target_ref.as_ref();
        let target = target.map_or("", |target| target.name.as_str());
        let labels = [
            (NAME_LABEL, "remold"),
            (MANAGED_LABEL, "remold"),
            (INSTANCE_LABEL, migration.as_str()),
            (MIGRATION_LABEL, migration.as_str()),
            (TARGET_LABEL, target),
        ];
        Ok(ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(self.namespace.clone()),
            labels: Some(
                labels
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            ),
            owner_references: Some(vec![owner(self.migration)?]),
            ..ObjectMeta::default()
        })
    }
}
