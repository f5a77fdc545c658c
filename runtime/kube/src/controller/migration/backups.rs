//! The backups that must be proven before a run: one object for each provider that the document names, and another one when it
//! has become too old before the run could begin.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use remold_manifest::Period;

use super::document::Intent;
use super::{Draft, Reconciliation};
use crate::controller::age::is_older;
use crate::controller::backup::{AskedBy, Whose, object};
use crate::controller::conditions::{Verdict, find, holds};
use crate::controller::error::Error;
use crate::resources::{BackupProvider, BackupStatus, RedisBackup};

/// How long ago a backup may have been proven when the run begins, unless the document says.
const MAX_AGE: Duration = Duration::from_hours(24);

impl Reconciliation<'_> {
    /// Sees to the backups of a run; a verdict while one is missing.
    pub(super) async fn backups(
        &self,
        run: &str,
        intent: &Intent,
        draft: &mut Draft,
    ) -> Result<Option<Verdict>, Error> {
        let providers = providers(intent);
        if providers.is_empty() {
            let policy = intent.way.spec.policy.as_ref();
            if policy.is_some_and(|policy| policy.require_backup) {
                let message = "the target's policy asks for a backup beside the journal, and the document names none: \
                               add `spec.backup.rdb`, `velero` or `volumeSnapshot`";
                draft
                    .conditions
                    .set("BackupReady", false, "BackupRequired", message);
                return Ok(Some(Verdict::stuck("BackupRequired", message)));
            }
            draft.status.backups.clear();
            draft.conditions.set(
                "BackupReady",
                true,
                "JournalOnly",
                "the journal is kept, and no other backup is asked for",
            );
            return Ok(None);
        }
        let limit = intent.migration.spec.backup.max_age;
        let limit = limit.map_or(MAX_AGE, Period::to_duration);
        let mut names = Vec::new();
        let mut missing = None;
        for provider in providers {
            let (name, status) = self.fresh(run, &provider, intent, limit).await?;
            if !holds(&status.conditions, "Ready") && missing.is_none() {
                let said = find(&status.conditions, "Ready");
                let message = said.map_or("it is made", |said| said.message.as_str());
                let message = format!("backup {name}: {message}");
                missing = Some(if holds(&status.conditions, "Stalled") {
                    Verdict::stuck("BackupFailed", message)
                } else {
                    Verdict::going("BackingUp", message)
                });
            }
            names.push(name);
        }
        draft.status.backups = names;
        match &missing {
            Some(verdict) => {
                let (reason, message) = verdict.words();
                draft.conditions.set("BackupReady", false, reason, message);
            }
            None => draft.conditions.set(
                "BackupReady",
                true,
                "BackupReady",
                "every backup is there and was proven",
            ),
        }
        Ok(missing)
    }

    /// Finds the backup of a provider that is not too old, proven or not; it is begun if there is none. Returns its name with what
    /// is said of it.
    async fn fresh(
        &self,
        run: &str,
        provider: &BackupProvider,
        intent: &Intent,
        limit: Duration,
    ) -> Result<(String, BackupStatus), Error> {
        let cluster = &self.context.cluster;
        let first = format!("{run}-{}", provider.name().to_lowercase());
        let mut name = first.clone();
        for number in 2_u32.. {
            let found: Option<RedisBackup> = cluster.get(&self.namespace, &name).await?;
            let Some(found) = found else {
                break;
            };
            let status = found.status.unwrap_or_default();
            if !(holds(&status.conditions, "Ready") && has_aged(&status, limit)) {
                return Ok((name, status));
            }
            name = format!("{first}-{number}");
        }
        let whose = Whose {
            namespace: &self.namespace,
            migration: &self.migration.name_any(),
            target: &intent.way.target.name_any(),
            asked_by: AskedBy::Document,
        };
        let backup = object(whose, &name, provider.clone());
        cluster.create(&backup).await?;
        Ok((name, BackupStatus::default()))
    }
}

/// Says whether a backup was proven longer ago than it may be. The time that it took to make does not count, or one that takes
/// longer than that would be made again and again.
fn has_aged(status: &BackupStatus, limit: Duration) -> bool {
    let since = status.proven_at.as_ref();
    let since: Option<Timestamp> = since.and_then(|text| text.parse().ok());
    since.is_some_and(|since| is_older(since, Timestamp::now(), limit))
}

/// Returns the providers that a document names beside the journal.
fn providers(intent: &Intent) -> Vec<BackupProvider> {
    let backup = &intent.migration.spec.backup;
    let rdb = backup.rdb.clone().map(BackupProvider::Rdb);
    let velero = backup.velero.clone().map(BackupProvider::Velero);
    let snapshot = backup
        .volume_snapshot
        .clone()
        .map(BackupProvider::VolumeSnapshot);
    [rdb, velero, snapshot].into_iter().flatten().collect()
}
