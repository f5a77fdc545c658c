//! Backups that a program asks for in the middle of its run: of the run's server, under the run's name, told in its report.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use remold_engine::record::Header;
use remold_engine::{BackupTaker, Control};
use remold_store_redis::Options;

use crate::backups::{BackupOptions, Backups, CreatedBackup};
use crate::error::Error;

/// Where the backups of a run go. Clones share what was taken.
#[derive(Debug, Clone)]
pub struct RunBackups {
    backups: Arc<Backups>,
    taken: Arc<Mutex<Vec<CreatedBackup>>>,
}

impl RunBackups {
    /// Takes backups into a place.
    pub fn new(backups: Backups) -> Self {
        Self {
            backups: Arc::new(backups),
            taken: Arc::default(),
        }
    }

    /// Returns what was taken so far, or found to be there.
    pub(crate) fn taken(&self) -> Vec<CreatedBackup> {
        let taken = self.taken.lock();
        taken.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes what the run calls. A backup is called `RUN.NAME`, so that a program that runs again finds its own.
    pub(crate) fn taker(&self, server: &Options, header: &Header) -> BackupTaker {
        let (this, server, run) = (self.clone(), server.clone(), header.run.clone());
        let options = BackupOptions {
            run: Some(header.run.clone()),
            migration: Some(header.migration.clone()),
        };
        Arc::new(move |name, control| {
            let name = format!("{run}.{name}");
            let created = this.take(&name, &server, &options, control);
            created.map_err(|error| {
                let hints = error.hints().join("; ");
                format!("{error} ({hints})")
            })
        })
    }

    fn take(
        &self,
        name: &str,
        server: &Options,
        options: &BackupOptions,
        control: &Control,
    ) -> Result<String, Error> {
        let created = self.backups.create(name, server, options, &mut |_| {
            if control.is_stopped() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.iter().any(|known| known.manifest.name == name) {
            taken.push(created);
        }
        Ok(format!("rdb:{name}"))
    }
}
