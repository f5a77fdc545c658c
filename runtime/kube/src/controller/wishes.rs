//! What the author of a migration wants of a run that is going on.

use kube::ResourceExt;

use crate::resources::{RedisMigration, RedisMigrationRun, RunAction};

/// What is wanted of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// Its workers stop after their batches, and it can be gone on with.
    pub(crate) suspend: bool,
    /// It is ended as it stands.
    pub(crate) abort: bool,
}

impl Wishes {
    /// Reads what the migration says. One that is gone, or being deleted, wants its run stopped.
    pub(crate) fn of(migration: Option<&RedisMigration>, run: &RedisMigrationRun) -> Self {
        let Some(migration) = migration else {
            return Self {
                suspend: true,
                abort: false,
            };
        };
        let status = migration.status.clone().unwrap_or_default();
        let newest = status.last_run.is_none_or(|name| name == run.name_any());
        let spec = &migration.spec;
        let (suspend, abort) = (spec.is_set("/suspend"), spec.is_set("/abort"));
        let undone = spec.is_set("/rollback/requested");
        match run.spec.action {
            RunAction::Migrate => Self {
                suspend: suspend || undone || migration.metadata.deletion_timestamp.is_some(),
                abort: abort && newest,
            },
            // The way back goes on though it is no longer asked for: half of it would be neither the one nor the other.
            RunAction::RollBack => Self {
                suspend: suspend || migration.metadata.deletion_timestamp.is_some(),
                abort: false,
            },
        }
    }

    /// Says whether workers have to stop.
    pub(crate) const fn stops(self) -> bool {
        self.suspend || self.abort
    }
}
