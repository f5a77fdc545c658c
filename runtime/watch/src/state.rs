//! What is known of the files, and what has changed that nobody has taken notice of yet.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::ears::{Deaf, Ears, Heard};
use crate::origin::Origin;
use crate::quiet::Quiet;
use crate::scope::Scope;
use crate::snapshot::{Measure, Snapshot, What};
use crate::watcher::{Notice, Signal};

/// How often a tree is walked again at most because folders came while the watches were set.
const WALKS: u32 = 4;

/// What is known of the files in a scope.
pub(crate) struct State {
    scope: Scope,
    known: Snapshot,
    pending: BTreeSet<PathBuf>,
    origin: Origin,
    pub(crate) quiet: Quiet,
    ears: Option<Ears>,
    is_building: bool,
    notices: Vec<Notice>,
}

impl State {
    /// Looks for the first time. `told`: where the system's notifications go; it is not asked for any without.
    pub(crate) fn new(scope: Scope, told: Option<Sender<Signal>>) -> Self {
        let mut state = Self {
            known: Snapshot::default(),
            scope,
            pending: BTreeSet::new(),
            origin: Origin::default(),
            quiet: Quiet::default(),
            ears: None,
            is_building: false,
            notices: Vec::new(),
        };
        if let Some(told) = told {
            match Ears::new(told) {
                Ok(ears) => state.ears = Some(ears),
                Err(deaf) => state.notices.push(Notice::Polling(deaf)),
            }
        }
        state.known = state.look();
        state
    }

    /// Says whether the system tells of changes.
    pub(crate) fn hears(&self) -> bool {
        self.ears.is_some()
    }

    /// Says how many files there are.
    pub(crate) fn count(&self) -> usize {
        self.known.count()
    }

    /// Takes what has changed since it was last asked.
    pub(crate) fn take(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.pending).into_iter().collect()
    }

    /// Takes what is to be told.
    pub(crate) fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Does without notifications from now on.
    pub(crate) fn is_deaf(&mut self, deaf: Deaf) {
        if self.ears.take().is_some() {
            self.notices.push(Notice::Polling(deaf));
        }
    }

    /// Takes down what the system told, if it concerns the scope.
    pub(crate) fn heard(&mut self, heard: &Heard, now: Instant) {
        if let (true, Some(ears)) = (heard.moved, &mut self.ears) {
            heard.paths.iter().for_each(|path| ears.forget(path));
        }
        let concerns = |path: &PathBuf| self.scope.concerns(path, heard.moved);
        if heard.paths.is_empty() || heard.paths.iter().any(concerns) {
            self.quiet.note(now);
        }
    }

    /// Looks whether anything is different, where nobody tells.
    pub(crate) fn glance(&mut self, now: Instant) {
        let found = Snapshot::take(&self.scope, &self.known);
        if !self.is_building && !self.known.changes(&found, Measure::Saved).is_empty() {
            self.quiet.note(now);
        }
    }

    /// Looks what has changed since the last look.
    pub(crate) fn settle(&mut self, now: Instant) {
        // The end of the build looks.
        if self.is_building {
            self.quiet.looked(now, false);
            return;
        }
        let found = self.look();
        let changes = self.known.changes(&found, Measure::Saved);
        let gone = changes.iter().any(|change| change.what == What::Gone);
        if !self.quiet.looked(now, gone) {
            return;
        }
        self.known = found;
        if !changes.is_empty() {
            self.origin.outside();
            self.edited(changes.into_iter().map(|change| change.path));
        }
    }

    /// Watches something else from now on. What has changed in files that are in both scopes is not lost.
    pub(crate) fn rescope(&mut self, scope: Scope) {
        if scope == self.scope {
            return;
        }
        self.scope = scope;
        let found = self.look();
        let both = found.clone().restricted_to(&self.known);
        let before = std::mem::take(&mut self.known).restricted_to(&found);
        let changes = before.changes(&both, Measure::Saved);
        self.known = found;
        self.edited(changes.into_iter().map(|change| change.path));
    }

    /// Begins a build: it reads what is there now.
    pub(crate) fn begin_build(&mut self) {
        let found = self.look();
        if !self.known.changes(&found, Measure::Saved).is_empty() {
            self.origin.outside();
        }
        self.known = found;
        self.is_building = true;
    }

    /// Ends a build: what changed meanwhile and was not its own work has changed.
    pub(crate) fn end_build(&mut self, went_well: bool) {
        self.is_building = false;
        let found = self.look();
        let changes = self.known.changes(&found, Measure::Content);
        self.known = found;
        let (edited, learnt) = self.origin.while_building(changes, went_well, &self.scope);
        self.notices
            .extend(learnt.into_iter().map(Notice::Rewritten));
        self.edited(edited.into_iter().map(|change| change.path));
    }

    fn edited(&mut self, paths: impl Iterator<Item = PathBuf>) {
        let before = self.pending.len();
        self.pending.extend(paths);
        if self.pending.len() > before {
            self.notices.push(Notice::Changed);
        }
    }

    /// Looks at the files, with a watch on every folder before its files are looked at.
    fn look(&mut self) -> Snapshot {
        let mut found = Snapshot::take(&self.scope, &self.known);
        for _ in 0..WALKS {
            let Some(ears) = &mut self.ears else {
                break;
            };
            if let Err(deaf) = ears.listen(found.folders()) {
                self.is_deaf(deaf);
                break;
            }
            let again = Snapshot::take(&self.scope, &found);
            let settled = again.folders() == found.folders();
            found = again;
            if settled {
                break;
            }
        }
        found
    }
}
