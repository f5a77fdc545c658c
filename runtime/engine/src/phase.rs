//! What a command on keys is about at the moment, and on which run: for whoever watches it.

use crate::record::Header;
use crate::report::{Event, Observer};
use crate::share::Share;

/// What a command is about. One follows the other; a recovery goes back to [`Phase::Enter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It finds out how a run stands.
    Look,
    /// It probes the server for what a run needs.
    Plan,
    /// It counts the selected keys.
    Count,
    /// It opens connections and the journal.
    Open,
    /// It settles the batches of a run that has not ended, before that is undone.
    Settle,
    /// It takes the lock, seals the journal and asks the server which batches it has.
    Enter,
    /// It migrates keys.
    Migrate {
        /// The canary's share of the keys, in 1/10000; 10000 for all of them.
        share: u32,
    },
    /// It tries the keys in quarantine again.
    Retry,
    /// It takes keys back to what they were.
    Undo,
    /// It verifies a canary's share.
    Check {
        /// The share of the keys, in 1/10000.
        share: u32,
    },
    /// It notes the end.
    Record,
    /// It writes the file that it made.
    Write,
    /// It verifies a run.
    Verify,
}

impl Phase {
    /// Tells that it begins.
    pub fn tell(self, observer: &dyn Observer) {
        observer.event(Event::Phase(self));
    }
}

/// Which run a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The run's id; of a share, that of the whole.
    pub run: String,
    /// The share, if the command is about one of several.
    pub share: Option<Share>,
    /// The run that this one undoes; of a share, the whole.
    pub undoes: Option<String>,
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// Where the run works: the shards' names.
    pub target: String,
    /// What all who work on the run have in common, verify or undo it, in whichever process: its id, its beginning and its seed.
    /// No other run has the same.
    pub common: String,
}

impl Identity {
    /// Returns the identity of a run.
    pub fn of(header: &Header) -> Self {
        let share = header.share.as_ref();
        let run = share.map_or(&header.run, |of| &of.run);
        Self {
            run: run.clone(),
            share: share.map(|of| of.share),
            undoes: None,
            migration: header.migration.clone(),
            digest: header.digest.clone(),
            target: header.target.clone(),
            common: format!("{run}/{}/{:016x}", header.now_ms, header.seed),
        }
    }

    /// Tells that it is known.
    pub fn tell(self, observer: &dyn Observer) {
        observer.event(Event::Identified(Box::new(self)));
    }

    /// Returns the identity of a run that undoes another: the two have the same in common.
    pub fn of_undoing(header: &Header, undone: &Header) -> Self {
        let undone = Self::of(undone);
        Self {
            undoes: Some(undone.run),
            common: undone.common,
            ..Self::of(header)
        }
    }
}
