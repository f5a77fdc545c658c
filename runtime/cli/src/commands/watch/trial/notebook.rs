//! What is taken down while a dry run goes on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use remold::host_api::{Bytes, LogLevel};
use remold::{Change, Event, Observer};

use crate::commands::watch::Doing;
use crate::commands::watch::difference::keys::hash;
use crate::commands::watch::difference::{Fate, Ledger};
use crate::figures;
use crate::style::{FAINT, NOTE, paint};

/// How many log lines of the transform are kept.
const LOGGED: usize = 20;
/// What a dry run is at.
pub(super) const TRYING: &str = "trying";

/// Takes down what a dry run tells.
pub(super) struct Notebook<'a> {
    before: Option<&'a Ledger>,
    most: usize,
    doing: Doing,
    waits: AtomicBool,
    notes: Mutex<Notes>,
}

struct Notes {
    ledger: Ledger,
    first: BTreeMap<Bytes, Change>,
    new: BTreeMap<Bytes, Change>,
    otherwise: BTreeMap<Bytes, Change>,
    log: Vec<String>,
    logged: usize,
}

/// What was taken down.
pub(super) struct Noted {
    /// All changes, to be compared with.
    pub(super) ledger: Ledger,
    /// The first changes by key.
    pub(super) first: Vec<Change>,
    /// The first changes of keys that were not changed before.
    pub(super) new: Vec<Change>,
    /// The first changes that are others than before.
    pub(super) otherwise: Vec<Change>,
    /// What the transform logged, in whole lines.
    pub(super) log: String,
}

impl<'a> Notebook<'a> {
    /// Begins a notebook. `before`: what is known of the dry run before; `most`: how many changes are shown of a kind;
    /// `remembered`: of how many keys a change is remembered.
    pub(super) fn new(
        before: Option<&'a Ledger>,
        most: usize,
        remembered: usize,
        doing: Doing,
    ) -> Self {
        Self {
            before,
            most,
            doing,
            waits: AtomicBool::new(false),
            notes: Mutex::new(Notes {
                ledger: Ledger::new(remembered),
                first: BTreeMap::new(),
                new: BTreeMap::new(),
                otherwise: BTreeMap::new(),
                log: Vec::new(),
                logged: 0,
            }),
        }
    }

    /// Returns what was taken down.
    pub(super) fn into_noted(self) -> Noted {
        let notes = self.notes.into_inner();
        let mut notes = notes.unwrap_or_else(PoisonError::into_inner);
        let more = notes.logged - notes.log.len();
        if more > 0 {
            let more = format!(
                "log: {} not shown",
                figures::count(more as u64, "more line")
            );
            notes.log.push(paint(FAINT, more));
        }
        Noted {
            ledger: notes.ledger,
            first: notes.first.into_values().collect(),
            new: notes.new.into_values().collect(),
            otherwise: notes.otherwise.into_values().collect(),
            log: notes
                .log
                .iter()
                .flat_map(|line| {
                    [
                        line, "
",
                    ]
                })
                .collect(),
        }
    }

    /// Takes down that the server that was waited for is back.
    fn goes_on(&self) {
        if self.waits.load(Ordering::Relaxed) {
            self.waits.store(false, Ordering::Relaxed);
            self.doing.say(TRYING);
        }
    }

    fn changed(&self, change: Change) {
        let (key, hash) = (change.before.key.clone(), hash(&change));
        let fate = self.before.map(|before| before.fate(&key, hash));
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.ledger.add(key, hash);
        match fate {
            Some(Fate::New) => keep(&mut notes.new, change.clone(), self.most),
            Some(Fate::Otherwise) => keep(&mut notes.otherwise, change.clone(), self.most),
            Some(Fate::Same | Fate::Unknown) | None => {}
        }
        keep(&mut notes.first, change, self.most);
    }
}

/// Keeps the first changes by key.
fn keep(kept: &mut BTreeMap<Bytes, Change>, change: Change, most: usize) {
    kept.insert(change.before.key.clone(), change);
    if kept.len() > most {
        kept.pop_last();
    }
}

impl Observer for Notebook<'_> {
    fn event(&self, event: Event) {
        match event {
            Event::Changed(change) => {
                self.goes_on();
                self.changed(*change);
            }
            Event::Waiting { error, delay_ms } => {
                let next = figures::span(Duration::from_millis(delay_ms));
                self.doing
                    .say(format!("waiting: {error}; next attempt in {next}"));
                self.waits.store(true, Ordering::Relaxed);
            }
            Event::Probed(_) | Event::EpochEntered { .. } | Event::Left { .. } => self.goes_on(),
            Event::Log(line) => {
                let level = match line.level {
                    LogLevel::Debug => paint(FAINT, "debug"),
                    LogLevel::Info => paint(FAINT, "log"),
                    LogLevel::Warn => paint(NOTE, "warning"),
                };
                let message = remold::escape(line.message.as_bytes());
                let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
                notes.logged += 1;
                if notes.log.len() < LOGGED {
                    notes.log.push(format!("{level}: {message}"));
                }
            }
            _ => {}
        }
    }
}
