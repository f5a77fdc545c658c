//! Waiting for a server before anything is begun on it, as long as the migration says.

use std::time::Duration;

use remold_engine::{Control, Observer};

use crate::error::Error;
use crate::migration::Migration;

/// How long a server is waited for, who may end the wait, and who is told.
pub(crate) struct Wait<'a> {
    patience: Duration,
    control: &'a Control,
    observer: &'a dyn Observer,
}

impl<'a> Wait<'a> {
    /// Waits as a migration says.
    pub(crate) fn of(
        migration: &Migration,
        control: &'a Control,
        observer: &'a dyn Observer,
    ) -> Self {
        let patience = migration.spec().policy.retry.max_elapsed.to_duration();
        Self {
            patience,
            control,
            observer,
        }
    }

    /// Opens something, from the beginning whenever the server says that it will answer later. When it is given up, the
    /// server's last word is the error.
    pub(crate) fn attempt<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        // What is no error of the server's is an answer.
        remold_engine::patiently(
            self.patience,
            self.control,
            self.observer,
            || match attempt() {
                Err(Error::Store(error)) => Err(error),
                answer => Ok(answer),
            },
        )?
    }
}
