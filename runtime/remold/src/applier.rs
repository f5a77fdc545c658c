//! A migration's transform for records in memory.

use remold_engine::{Action, Apply};
use remold_host_api::Entry;

pub use remold_engine::Applied;

use crate::error::Error;
use crate::migration::Migration;
use crate::open;
use crate::runner::{RunOptions, wrong};
use crate::target::{FileTarget, Target};

/// Applies a migration's transform to records that an application has read, so that it can migrate on read.
/// One thread at a time; make one for each.
///
/// The clock that the transform sees is frozen when the applier is made.
pub struct Applier {
    apply: Apply,
}

impl Applier {
    /// Compiles nothing anew: starts an instance of the migration's transform.
    pub fn new(migration: &Migration) -> Result<Self, Error> {
        let transform = migration.transform();
        let exports = transform.exports();
        if !exports.migrate {
            return Err(wrong(
                migration.name(),
                "its transform is a program",
                "only record transforms can be applied in memory",
            ));
        }
        if exports.lookups {
            return Err(wrong(
                migration.name(),
                "its transform looks up other keys",
                "only transforms without `lookups` can be applied in memory",
            ));
        }
        let nowhere = Target::File(FileTarget {
            input: "memory".into(),
            output: None,
            database: 0,
        });
        let header = open::header_of(migration, &nowhere);
        let action = Action::Migrate(migration.transform());
        let spec = open::spec_of(&nowhere, migration, header, action, &RunOptions::default());
        Ok(Self {
            apply: Apply::new(spec, transform.as_ref())?,
        })
    }

    /// Transforms records; one answer for each, in order.
    pub fn migrate(&mut self, entries: Vec<Entry>) -> Vec<Applied> {
        self.apply.migrate(entries)
    }

    /// Transforms records back; all are rejected if the transform has no way back.
    pub fn revert(&mut self, entries: Vec<Entry>) -> Vec<Applied> {
        self.apply.revert(entries)
    }
}
