//! The object of a backup that belongs to a migration. Nobody owns it: it outlives the migration that it was made for.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use remold_manifest::Reference;

use crate::controller::migration::MIGRATION_LABEL;
use crate::resources::{BackupProvider, BackupSpec, RedisBackup, Written};
use crate::workers::{INSTANCE_LABEL, MANAGED_LABEL, NAME_LABEL};

/// The label that says who asked for a backup of a migration. Backups that were asked for by others are counted apart.
pub(super) const ASKED_BY_LABEL: &str = "remold.dev/asked-by";

/// Who asks for a backup of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::controller) enum AskedBy {
    /// The document, before the run begins.
    Document,
    /// The program, in the middle of its run.
    Program,
}

/// Whose backup it is.
#[derive(Debug, Clone, Copy)]
pub(in crate::controller) struct Whose<'a> {
    pub(in crate::controller) namespace: &'a str,
    pub(in crate::controller) migration: &'a str,
    pub(in crate::controller) target: &'a str,
    pub(in crate::controller) asked_by: AskedBy,
}

/// Makes the object of a backup.
pub(in crate::controller) fn object(
    whose: Whose<'_>,
    name: &str,
    provider: BackupProvider,
) -> RedisBackup {
    let asked_by = match whose.asked_by {
        AskedBy::Document => "document",
        AskedBy::Program => "program",
    };
    let labels = [
        (NAME_LABEL, "remold"),
        (MANAGED_LABEL, "remold"),
        (INSTANCE_LABEL, whose.migration),
        (MIGRATION_LABEL, whose.migration),
        (ASKED_BY_LABEL, asked_by),
    ];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reference = |name: &str| Reference {
        name: name.to_owned(),
    };
    RedisBackup {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(whose.namespace.to_owned()),
            labels: Some(labels.into()),
            ..ObjectMeta::default()
        },
        spec: Written::from(BackupSpec {
            target_ref: reference(whose.target),
            provider,
            migration_ref: Some(reference(whose.migration)),
            restore: None,
        }),
        status: None,
    }
}
