//! `RedisMigration`: plan, approval, backups, run, validation, and the way back when it is asked for.
//!
//! The steps are gone through from the first at every reconciliation; each one is found done in the objects, or is done, or says
//! what is missing. Which run is the newest is found by its labels, not remembered.

mod back;
mod backups;
mod document;
mod plan;
mod runs;
mod workloads;

use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use remold_manifest::{Approval, OnFailure, Spec};

use super::Context;
use super::cluster::namespace;
use super::conditions::{Conditions, Verdict, find};
use super::error::Error;
use super::finalizer;
use super::settle::{Settlement, as_json};
use super::target::Way;
use crate::resources::{MigrationStatus, RedisMigration, RedisMigrationRun, RunAction};
use back::undone;
use document::Intent;

/// The label by which the objects of a migration are found.
pub(crate) const MIGRATION_LABEL: &str = "remold.dev/migration";
/// The annotation that says what a run was made of.
const KEY: &str = "remold.dev/document";
/// The annotation that says which `runToken` a run was begun for.
const TOKEN: &str = "remold.dev/run-token";

/// Brings a migration forward.
pub(super) async fn reconcile(
    migration: Arc<RedisMigration>,
    context: Arc<Context>,
) -> Result<Action, Error> {
    let namespace = namespace(migration.as_ref())?;
    let migration = finalizer::ensure(&context.cluster, migration).await?;
    let spec = match migration.spec.read() {
        Ok(spec) => spec,
        Err(error) => return unreadable(&migration, error, &context).await,
    };
    let reconciliation = Reconciliation {
        namespace,
        migration: &migration,
        spec,
        context: &context,
    };
    reconciliation.go().await
}

/// Says that a document cannot be read. What it began goes on and ends by what can be read of it.
async fn unreadable(
    migration: &RedisMigration,
    error: &str,
    context: &Context,
) -> Result<Action, Error> {
    if migration.metadata.deletion_timestamp.is_some() {
        finalizer::remove(&context.cluster, migration).await?;
        return Ok(Action::await_change());
    }
    let before = migration.status.clone().unwrap_or_default();
    let generation = migration.metadata.generation.unwrap_or_default();
    let conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
    let message = document::complaint(migration).unwrap_or_else(|| error.to_owned());
    let verdict = Verdict::stuck("InvalidDocument", message);
    let mut status = before.clone();
    status.phase = Some(verdict.words().0.to_owned());
    let settlement = Settlement {
        object: migration,
        before: &before.conditions,
        status_before: as_json(&before),
    };
    settlement
        .settle(context, conditions, as_json(&status), &verdict)
        .await
}

struct Reconciliation<'a> {
    namespace: String,
    migration: &'a RedisMigration,
    spec: &'a Spec,
    context: &'a Context,
}

/// The status while it is made.
struct Draft {
    conditions: Conditions,
    status: MigrationStatus,
}

impl Reconciliation<'_> {
    async fn go(&self) -> Result<Action, Error> {
        if self.migration.metadata.deletion_timestamp.is_some() {
            return self.tear_down().await;
        }
        let before = self.migration.status.clone().unwrap_or_default();
        let generation = self.migration.metadata.generation.unwrap_or_default();
        let mut draft = Draft {
            conditions: Conditions::of(&before.conditions, generation, Timestamp::now()),
            status: before.clone(),
        };
        let verdict = self.steps(&mut draft).await?;
        draft.status.phase = Some(verdict.words().0.to_owned());
        let Draft { conditions, status } = draft;
        let settlement = Settlement {
            object: self.migration,
            before: &before.conditions,
            status_before: as_json(&before),
        };
        settlement
            .settle(self.context, conditions, as_json(&status), &verdict)
            .await
    }

    async fn steps(&self, draft: &mut Draft) -> Result<Verdict, Error> {
        let runs = self.runs().await?;
        let newest = runs
            .iter()
            .rfind(|run| run.spec.action == RunAction::Migrate);
        Self::note(newest, draft);
        let spec = self.spec;
        if spec.rollback.is_some_and(|rollback| rollback.requested) {
            return self
                .roll_back(newest, &runs, "it was asked for", draft)
                .await;
        }
        if let Some(run) = newest {
            if let Some(message) = undone(run, &runs)
                && !self.asks_for_more_than(run)
            {
                return Ok(match failure(run) {
                    Some((_, why)) => {
                        let message = format!("{why}; the run was undone: {message}");
                        Verdict::stuck("RolledBack", message)
                    }
                    None => Verdict::done("RolledBack", message),
                });
            }
            if let Some(verdict) = self.follow(run, &runs, draft).await? {
                return Ok(verdict);
            }
        }
        let intent = match self.intent().await? {
            Ok(intent) => intent,
            Err(verdict) => return Ok(verdict),
        };
        if let Some(run) = newest
            && let Some(verdict) = self.compare(run, &intent, draft)
        {
            return Ok(verdict);
        }
        self.begin(&intent, newest, draft).await
    }

    /// What a run that is going on, or has failed, makes of the migration; `None` when it has ended and the document decides.
    async fn follow(
        &self,
        run: &RedisMigrationRun,
        runs: &[RedisMigrationRun],
        draft: &mut Draft,
    ) -> Result<Option<Verdict>, Error> {
        let status = run.status.clone().unwrap_or_default();
        let said = find(&status.conditions, "Ready");
        let (reason, message) = said.map_or(("Starting", "the run is begun"), |said| {
            (said.reason.as_str(), said.message.as_str())
        });
        for kind in ["Migrated", "Validated"] {
            if let Some(one) = find(&status.conditions, kind) {
                draft
                    .conditions
                    .set(kind, one.status == "True", &one.reason, &one.message);
            }
        }
        let policy = self.spec.rollback.unwrap_or_default();
        if failure(run).is_some() && policy.on_failure == OnFailure::RollBack {
            return self
                .roll_back(Some(run), runs, message, draft)
                .await
                .map(Some);
        }
        let is_new_token = self.asks_for_more_than(run);
        if let Some((reason, message)) = failure(run) {
            return Ok((!is_new_token).then(|| Verdict::stuck(reason, message)));
        }
        Ok(match reason {
            "Completed" => {
                self.resume_workloads(draft).await?;
                let missing = self.awaited(true).await?;
                missing.map(|message| Verdict::going("AwaitingCondition", message))
            }
            "Aborted" if is_new_token => None,
            "Aborted" => {
                self.resume_workloads(draft).await?;
                Some(Verdict::asking("Aborted", message))
            }
            "Suspended" => Some(Verdict::asking("Suspended", message)),
            "Validating" => Some(Verdict::going("Validating", message)),
            _ => Some(Verdict::going("Running", message)),
        })
    }

    /// What a run that has ended means for the document as it is now; `None` if another run is asked for.
    fn compare(&self, run: &RedisMigrationRun, intent: &Intent, draft: &Draft) -> Option<Verdict> {
        if self.asks_for_more_than(run) {
            return None;
        }
        let same = run.annotations().get(KEY) == Some(&intent.key);
        if same {
            let migrated = draft.conditions.get("Migrated");
            let message = migrated.map(|one| one.message.clone());
            return Some(Verdict::done("Completed", message.unwrap_or_default()));
        }
        Some(Verdict::asking(
            "ChangedAfterRun",
            format!(
                "what the document or its files say has changed since run {} applied it, and is not run: apply it under \
                 another name, or set another `runToken` to run it again",
                run.spec.run
            ),
        ))
    }

    /// From the plan to the run.
    async fn begin(
        &self,
        intent: &Intent,
        newest: Option<&RedisMigrationRun>,
        draft: &mut Draft,
    ) -> Result<Verdict, Error> {
        if self.spec.suspend {
            return Ok(Verdict::asking(
                "Suspended",
                "nothing is begun while it is suspended",
            ));
        }
        let plan = match self.plan(intent, draft).await? {
            Ok(plan) => plan,
            Err(verdict) => return Ok(verdict),
        };
        let conditions = &mut draft.conditions;
        if self.needs_approval(&intent.way)
            && self.spec.approved_plan.as_ref() != Some(&plan.digest)
        {
            let message = format!(
                "the plan {} waits for approval: {} keys; approve it by `spec.approvedPlan`",
                plan.digest,
                plan.keys
                    .map_or("unknown".to_owned(), |keys| keys.to_string())
            );
            conditions.set("Approved", false, "AwaitingApproval", &message);
            return Ok(Verdict::asking("AwaitingApproval", message));
        }
        conditions.set("Approved", true, "Approved", "the plan may be carried out");
        if let Some(message) = self.awaited(false).await? {
            return Ok(Verdict::going("AwaitingCondition", message));
        }
        let name = self.run_name(intent, &plan.digest);
        if let Some(verdict) = self.backups(&name, intent, draft).await? {
            return Ok(verdict);
        }
        if let Some(busy) = self.busy(&name).await? {
            let message = format!("run {busy} is at work on the same target");
            return Ok(Verdict::going("TargetBusy", message));
        }
        if let Some(verdict) = self.pause_workloads(draft).await? {
            return Ok(verdict);
        }
        // What was decided is written down before it is done, so that it is known whatever happens in between.
        let noted = self.migration.status.as_ref();
        if noted.and_then(|noted| noted.last_run.as_ref()) != Some(&name) {
            draft.status.last_run = Some(name.clone());
            return Ok(Verdict::going(
                "Starting",
                format!("run {name} is to be begun"),
            ));
        }
        self.make_run(&name, intent, &plan, newest).await?;
        draft.status.last_run = Some(name.clone());
        self.prune().await?;
        Ok(Verdict::going("Starting", format!("run {name} is begun")))
    }

    fn needs_approval(&self, way: &Way) -> bool {
        let policy = way.spec.policy.as_ref().and_then(|policy| policy.approval);
        self.spec.policy.approval == Approval::Manual || policy == Some(Approval::Manual)
    }

    /// Whether the document's token is another one than that of a run.
    fn asks_for_more_than(&self, run: &RedisMigrationRun) -> bool {
        let token = self.spec.run_token.as_ref();
        token.is_some() && token != run.annotations().get(TOKEN)
    }

    /// Takes over what the newest run says.
    fn note(newest: Option<&RedisMigrationRun>, draft: &mut Draft) {
        let status = &mut draft.status;
        let Some(run) = newest else {
            status.progress_percent = None;
            return;
        };
        status.last_run = Some(run.name_any());
        status.last_run_token = run.annotations().get(TOKEN).cloned();
        status.applied_digest = Some(run.spec.migration_digest.clone());
        status.progress_percent = run.status.as_ref().and_then(|run| run.progress_percent);
    }

    /// Lets the runs end before the migration goes; journals and backups stay.
    async fn tear_down(&self) -> Result<Action, Error> {
        let cluster = &self.context.cluster;
        let runs = self.runs().await?;
        for run in &runs {
            if run.metadata.deletion_timestamp.is_none() {
                cluster
                    .delete::<RedisMigrationRun>(&self.namespace, &run.name_any())
                    .await?;
            }
        }
        if !runs.is_empty() {
            return Ok(Action::requeue(std::time::Duration::from_secs(2)));
        }
        let status = self.migration.status.clone().unwrap_or_default();
        for workload in &status.paused {
            self.resume_workload(workload).await?;
        }
        finalizer::remove(cluster, self.migration).await?;
        Ok(Action::await_change())
    }
}

/// Says how a run failed, and why.
fn failure(run: &RedisMigrationRun) -> Option<(&'static str, &str)> {
    let ready = find(&run.status.as_ref()?.conditions, "Ready")?;
    let failures = ["RunFailed", "ValidationFailed", "AbortFailed"];
    let reason = failures.into_iter().find(|known| *known == ready.reason)?;
    Some((reason, ready.message.as_str()))
}
