//! The backups that a program had taken in the middle of its run: each becomes an object, by which it is proven, restored, kept for its
//! time and removed as any other.

use std::collections::BTreeSet;

use remold_manifest::is_object_name;

use super::Reconciliation;
use crate::controller::backup::{AskedBy, Whose, object};
use crate::controller::error::Error;
use crate::controller::settings::Settings;
use crate::resources::BackupProvider;
use crate::workers::Outcome;

impl Reconciliation<'_> {
    /// Makes the objects of the backups that workers have left behind, and returns the names of all backups. One whose name no object
    /// can have is there, and has none.
    pub(super) async fn take_over_backups(
        &self,
        outcomes: &[Outcome],
    ) -> Result<Vec<String>, Error> {
        let spec = &self.run.spec;
        let Some(rdb) = Settings::program_backups_of(&spec.manifest) else {
            return Ok(Vec::new());
        };
        let names: BTreeSet<&String> = outcomes.iter().flat_map(|one| &one.backups).collect();
        let whose = Whose {
            namespace: &self.namespace,
            migration: &spec.migration_ref.name,
            target: &spec.target_ref.name,
            asked_by: AskedBy::Program,
        };
        for name in names.iter().filter(|name| is_object_name(name)) {
            let provider = BackupProvider::Rdb(rdb.clone());
            let backup = object(whose, name, provider);
            self.context.cluster.create(&backup).await?;
        }
        Ok(names.into_iter().cloned().collect())
    }
}
