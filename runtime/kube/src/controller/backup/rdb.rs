//! A backup as an RDB file: pulled, stored, proven, restored and removed by workers.

use std::time::Duration;

use kube::ResourceExt;
use remold_manifest::RdbBackupSpec;

use super::Reconciliation;
use crate::clock::now_in_words;
use crate::controller::conditions::{Verdict, holds};
use crate::controller::error::Error;
use crate::controller::finalizer::NAME as FINALIZER;
use crate::controller::jobs::State;
use crate::controller::names::word;
use crate::controller::target::Way;
use crate::resources::{BackupStatus, RestoreRequest};
use crate::workers::{BackupStep, Connection, Storage, Task, Work};

/// How long a backup may take unless its document says.
const TIMEOUT: Duration = Duration::from_hours(1);

impl Reconciliation<'_> {
    /// Takes the backup and proves it.
    pub(super) async fn rdb(
        &self,
        spec: &RdbBackupSpec,
        way: &Way,
        status: &mut BackupStatus,
    ) -> Result<Verdict, Error> {
        if holds(&status.conditions, "Ready") || status.proven_at.is_some() {
            return Ok(Verdict::done(
                "Proven",
                "it was stored, read back and decoded",
            ));
        }
        let step = BackupStep::Create;
        let work = self.backup_work(spec, step, &way.connection, self.job_name("create"))?;
        let state = self.context.cluster.carry_out(&work, None).await?;
        Ok(match state {
            State::Absent | State::Suspended => {
                Verdict::going("BackingUp", "a worker pulls the server's data")
            }
            State::Active { .. } if self.is_late(spec.timeout, TIMEOUT) => Verdict::stuck(
                "BackupTimeout",
                "it takes longer than `timeout` allows; the worker goes on",
            ),
            State::Active { trouble } => Verdict::going(
                "BackingUp",
                trouble.unwrap_or_else(|| "a worker pulls the server's data".to_owned()),
            ),
            State::Complete(outcomes) => {
                match outcomes.into_iter().find_map(|outcome| outcome.backup) {
                    Some(made) => {
                        status.artifacts = made.artifacts;
                        status.bytes = made.bytes;
                        status.taken_at = made.taken_at;
                        status.proven_at = Some(now_in_words());
                        Verdict::done("Proven", "it was stored, read back and decoded")
                    }
                    None => {
                        self.context.cluster.forget(&work).await?;
                        Verdict::going("BackingUp", "the worker said nothing, and is asked again")
                    }
                }
            }
            State::Failed { .. } => {
                Verdict::stuck("BackupFailed", state.failure().unwrap_or_default())
            }
        })
    }

    /// Loads the backup into a server.
    pub(super) async fn restore_rdb(
        &self,
        spec: &RdbBackupSpec,
        way: &Way,
        request: &RestoreRequest,
    ) -> Result<Verdict, Error> {
        let name = self.job_name(&word(&[&request.token]));
        let work = self.backup_work(spec, BackupStep::Restore, &way.connection, name)?;
        let state = self.context.cluster.carry_out(&work, None).await?;
        Ok(match state {
            State::Complete(_) => Verdict::done("Restored", "the server has what the backup holds"),
            State::Failed { .. } => {
                Verdict::stuck("RestoreFailed", state.failure().unwrap_or_default())
            }
            _ => Verdict::going("Restoring", "a worker loads the backup into the server"),
        })
    }

    /// Removes the file.
    pub(super) async fn remove_rdb(&self, spec: &RdbBackupSpec) -> Result<Verdict, Error> {
        let name = self.job_name("remove");
        let work = self.backup_work(spec, BackupStep::Remove, &Connection::default(), name)?;
        let state = self.context.cluster.carry_out(&work, None).await?;
        Ok(match state {
            State::Complete(_) => Verdict::done("Removed", "the file is gone"),
            State::Failed { .. } => {
                let message = state.failure().unwrap_or_default();
                Verdict::stuck(
                    "RemovalFailed",
                    format!(
                        "the file could not be removed: {message}; take the finalizer `{FINALIZER}` away to leave \
                         it where it is"
                    ),
                )
            }
            _ => Verdict::going("Removing", "a worker removes the file"),
        })
    }

    fn backup_work(
        &self,
        spec: &RdbBackupSpec,
        step: BackupStep,
        connection: &Connection,
        name: String,
    ) -> Result<Work, Error> {
        let task = Task::Backup {
            step,
            name: self.backup.name_any(),
        };
        Ok(Work {
            storage: Some(Storage::from(&spec.store)),
            ..self.context.work_for(self.backup, name, task, connection)?
        })
    }
}
