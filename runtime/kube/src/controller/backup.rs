//! `RedisBackup`: made by its provider, proven, kept for its time, restored when that is asked for and confirmed, and removed by its
//! provider's own way.

mod claims;
mod object;
mod rdb;
mod retention;
mod snapshot;
mod velero;

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use remold_manifest::Period;

pub(super) use object::{AskedBy, Whose, object};

use super::Context;
use super::age::is_older;
use super::cluster::namespace;
use super::conditions::{Conditions, Verdict};
use super::error::Error;
use super::finalizer;
use super::names::job_name;
use super::settle::{Settlement, as_json};
use super::target::Way;
use crate::resources::{
    Artifact, BackupProvider, BackupSpec, BackupStatus, RedisBackup, RestoreRequest,
};

/// How soon a backup that others keep is looked at again, in case they lose it.
const LOOK: Duration = Duration::from_mins(5);

/// Brings a backup forward.
pub(super) async fn reconcile(
    backup: Arc<RedisBackup>,
    context: Arc<Context>,
) -> Result<Action, Error> {
    let namespace = namespace(backup.as_ref())?;
    let backup = finalizer::ensure(&context.cluster, backup).await?;
    let spec = match backup.spec.read() {
        Ok(spec) => spec,
        Err(error) => return unreadable(&backup, error, &context).await,
    };
    let reconciliation = Reconciliation {
        namespace,
        backup: &backup,
        spec,
        context: &context,
    };
    reconciliation.go().await
}

struct Reconciliation<'a> {
    namespace: String,
    backup: &'a RedisBackup,
    spec: &'a BackupSpec,
    context: &'a Context,
}

impl Reconciliation<'_> {
    async fn go(&self) -> Result<Action, Error> {
        if self.backup.metadata.deletion_timestamp.is_some() {
            return self.tear_down().await;
        }
        let before = self.backup.status.clone().unwrap_or_default();
        let generation = self.backup.metadata.generation.unwrap_or_default();
        let mut conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
        let mut status = before.clone();
        let verdict = self.steps(&mut status, &mut conditions).await?;
        let again = self.again(&verdict, &status);
        let action = self.settle(&before, status, conditions, &verdict).await?;
        Ok(again.map_or(action, Action::requeue))
    }

    /// Names the Job of something that is done with it.
    fn job_name(&self, what: &str) -> String {
        format!("{}-{what}", job_name(&self.backup.name_any(), 50))
    }

    async fn settle(
        &self,
        before: &BackupStatus,
        mut status: BackupStatus,
        conditions: Conditions,
        verdict: &Verdict,
    ) -> Result<Action, Error> {
        status.phase = Some(verdict.words().0.to_owned());
        let settlement = Settlement {
            object: self.backup,
            before: &before.conditions,
            status_before: as_json(before),
        };
        settlement
            .settle(self.context, conditions, as_json(&status), verdict)
            .await
    }

    /// Says how soon to look again at what others make, keep and remove: nothing of it is watched.
    fn again(&self, verdict: &Verdict, status: &BackupStatus) -> Option<Duration> {
        let is_foreign = matches!(
            self.spec.provider,
            BackupProvider::Velero(_) | BackupProvider::VolumeSnapshot(_)
        );
        let resync = self.context.settings.resync;
        match verdict {
            _ if !is_foreign => None,
            // What stands in the way is mended over there.
            Verdict::Stuck { .. } => Some(resync),
            Verdict::Done { .. } => {
                let expiry = status.expires_at.as_ref();
                let expiry = expiry.and_then(|at| at.parse::<Timestamp>().ok());
                let left = expiry.map(|at| at.as_second() - Timestamp::now().as_second());
                let left = left.map(|left| u64::try_from(left).unwrap_or_default());
                // What has expired goes some time later.
                Some(left.map_or(LOOK, |left| LOOK.min(Duration::from_secs(left) + resync)))
            }
            Verdict::Going { .. } | Verdict::Asking { .. } => None,
        }
    }

    async fn steps(
        &self,
        status: &mut BackupStatus,
        conditions: &mut Conditions,
    ) -> Result<Verdict, Error> {
        let target = &self.spec.target_ref.name;
        let way = match self.context.cluster.way_to(&self.namespace, target).await? {
            Ok(way) => way,
            Err(obstacle) => return Ok(Verdict::going(obstacle.reason, obstacle.message)),
        };
        let made = match &self.spec.provider {
            BackupProvider::Journal(spec) => {
                status.artifacts = vec![Artifact {
                    kind: "Journal".to_owned(),
                    name: spec.run.clone(),
                    sha256: None,
                    proven: true,
                }];
                Verdict::done(
                    "JournalKept",
                    format!(
                        "run {} is undone by `spec.rollback` of its migration",
                        spec.run
                    ),
                )
            }
            BackupProvider::Rdb(spec) => self.rdb(spec, &way, status).await?,
            BackupProvider::Velero(spec) => self.velero(spec, status).await?,
            BackupProvider::VolumeSnapshot(spec) => self.snapshots(spec, &way, status).await?,
        };
        if !matches!(made, Verdict::Done { .. }) {
            return Ok(made);
        }
        self.keep_only_some().await?;
        match &self.spec.restore {
            Some(request) if status.last_restore.as_ref() != Some(&request.token) => {
                self.restore(request, &way, status, conditions).await
            }
            // What came of it stays said.
            Some(_) => Ok(match conditions.get("Restored") {
                Some(restored) => Verdict::done("Restored", &restored.message),
                None => made,
            }),
            None => Ok(made),
        }
    }

    async fn restore(
        &self,
        request: &RestoreRequest,
        way: &Way,
        status: &mut BackupStatus,
        conditions: &mut Conditions,
    ) -> Result<Verdict, Error> {
        let other;
        let to = match &request.target_ref {
            None => way,
            Some(target) => {
                match self
                    .context
                    .cluster
                    .way_to(&self.namespace, &target.name)
                    .await?
                {
                    Ok(found) => {
                        other = found;
                        &other
                    }
                    Err(obstacle) => return Ok(Verdict::going(obstacle.reason, obstacle.message)),
                }
            }
        };
        let verdict = match &self.spec.provider {
            BackupProvider::Journal(spec) => Verdict::stuck(
                "RestoredByRollback",
                format!(
                    "run {} is undone by `spec.rollback` of its migration, key by key",
                    spec.run
                ),
            ),
            BackupProvider::Rdb(spec) => self.restore_rdb(spec, to, request).await?,
            BackupProvider::Velero(spec) => self.restore_velero(spec, request, status).await?,
            BackupProvider::VolumeSnapshot(spec) => {
                self.restore_snapshots(spec, request, status).await?
            }
        };
        let (reason, message) = verdict.words();
        let is_done = matches!(verdict, Verdict::Done { .. });
        conditions.set("Restored", is_done, reason, message);
        if is_done {
            status.last_restore = Some(request.token.clone());
        }
        Ok(verdict)
    }

    /// Removes what the provider keeps, before the object goes.
    async fn tear_down(&self) -> Result<Action, Error> {
        let verdict = match &self.spec.provider {
            BackupProvider::Journal(_) => Verdict::done("Removed", "the journal stays"),
            BackupProvider::Rdb(spec) => self.remove_rdb(spec).await?,
            BackupProvider::Velero(spec) => self.remove_velero(spec).await?,
            BackupProvider::VolumeSnapshot(spec) => self.remove_snapshots(spec).await?,
        };
        if matches!(verdict, Verdict::Done { .. }) {
            finalizer::remove(&self.context.cluster, self.backup).await?;
            return Ok(Action::await_change());
        }
        let before = self.backup.status.clone().unwrap_or_default();
        // It is tried again and again; what went wrong stays said.
        let is_retry = matches!(verdict, Verdict::Going { .. })
            && before.phase.as_deref() == Some("RemovalFailed");
        if !is_retry {
            let generation = self.backup.metadata.generation.unwrap_or_default();
            let conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
            self.settle(&before, before.clone(), conditions, &verdict)
                .await?;
        }
        Ok(Action::requeue(self.context.settings.resync))
    }

    /// Says whether a backup has taken longer than it may.
    fn is_late(&self, timeout: Option<Period>, otherwise: Duration) -> bool {
        has_passed(self.backup.creation_timestamp(), timeout, otherwise)
    }
}

/// Says whether something that has begun has taken longer than it may.
fn has_passed(begun: Option<Time>, timeout: Option<Period>, otherwise: Duration) -> bool {
    let limit = timeout.map_or(otherwise, Period::to_duration);
    begun.is_some_and(|begun| is_older(begun.0, Timestamp::now(), limit))
}

/// Says that a document cannot be read.
async fn unreadable(backup: &RedisBackup, error: &str, context: &Context) -> Result<Action, Error> {
    if backup.metadata.deletion_timestamp.is_some() {
        finalizer::remove(&context.cluster, backup).await?;
        return Ok(Action::await_change());
    }
    let before = backup.status.clone().unwrap_or_default();
    let generation = backup.metadata.generation.unwrap_or_default();
    let conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
    let verdict = Verdict::stuck("InvalidDocument", error);
    let settlement = Settlement {
        object: backup,
        before: &before.conditions,
        status_before: as_json(&before),
    };
    settlement
        .settle(context, conditions, as_json(&before), &verdict)
        .await
}
