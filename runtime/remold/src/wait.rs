//! Waiting before anything is begun: for a server, as long as the migration says, and for another process that works on the
//! same run or keyspace, as long as the caller says.

use std::time::Duration;

use remold_engine::port::{Fault, JournalError, StoreError};
use remold_engine::{Control, Observer, RunEnd};

use crate::error::{Error, describe_end};
use crate::migration::Migration;
use crate::runner::{RunOptions, ended_with};

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
        let (control, observer) = (self.control, self.observer);
        let waited =
            remold_engine::patiently(self.patience, control, observer, || match attempt() {
                Err(Error::Store(error)) => Err(error),
                answer => Ok(answer),
            });
        match waited {
            Ok(answer) => answer,
            Err(error) if is_passing(&error) && control.is_stopped() => {
                Err(ended_with(RunEnd::Interrupted))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn is_passing(error: &StoreError) -> bool {
    matches!(
        error.fault(),
        Some(Fault::Lost | Fault::Unavailable | Fault::HistoryChanged)
    )
}

/// Attempts something, and again while another process is in the way, for as long as the options say. `end` tells how an
/// attempt that was made has ended.
///
/// An attempt that another process is in the way of has done nothing, so that the next one begins at the beginning.
pub(crate) fn until_free<T>(
    options: &RunOptions,
    control: &Control,
    observer: &dyn Observer,
    end: impl Fn(&T) -> Option<&RunEnd>,
    mut attempt: impl FnMut() -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(period) = options.wait else {
        return attempt();
    };
    let waited = remold_engine::patiently(period, control, observer, || {
        let result = attempt();
        let problem = match &result {
            Ok(done) => end(done).and_then(in_the_way),
            Err(Error::Ended(end)) => in_the_way(end),
            Err(error @ (Error::Locked(_) | Error::Journal(JournalError::InUse { .. }))) => {
                Some(error.to_string())
            }
            Err(_) => None,
        };
        match problem {
            None => Ok(result),
            Some(message) => Err(StoreError::Server {
                fault: Fault::Unavailable,
                doing: "another process is in the way".to_owned(),
                message,
                hint: None,
                retry_after: None,
            }),
        }
    });
    match waited {
        Ok(result) => result,
        Err(_) if control.is_stopped() => Err(ended_with(RunEnd::Interrupted)),
        Err(StoreError::Server { message, .. }) => Err(Error::StillInUse {
            waited: period,
            problem: message,
        }),
        Err(error) => Err(error.into()),
    }
}

/// Says who is in the way of a run that has ended so.
fn in_the_way(end: &RunEnd) -> Option<String> {
    let somebody = matches!(
        end,
        RunEnd::Locked(_) | RunEnd::Journal(JournalError::InUse { .. })
    );
    somebody.then(|| describe_end(end))
}
