//! A program's host that answers as the one of a recorded run did.

use std::collections::{HashMap, HashSet, VecDeque};

use remold_host_api::{
    Applied, Bytes, Capabilities, Capability, Entry, HostError, Kind, Pattern, ProgramHost, Record,
    ScanQuery,
};
use remold_manifest::recording::{RecordedCall, RecordedProgram};

use crate::migration::Migration;
use crate::recorder::edits_of;

/// Keys with what they hold; `None` for those that were deleted.
pub(super) type Writes = Vec<(Bytes, Option<Entry>)>;

/// Answers out of a recording. What the recording does not hold is an error that says so, which ends the program where it
/// does not catch it.
pub(super) struct ReplayHost {
    capabilities: Capabilities,
    selected: Pattern,
    pages: HashMap<(Bytes, Option<Kind>), VecDeque<Vec<Bytes>>>,
    /// What the keys hold: as they were read then, with what was written now.
    keys: HashMap<Bytes, VecDeque<Option<Entry>>>,
    answers: HashMap<Bytes, VecDeque<Option<String>>>,
    /// What the program was given last.
    given: HashMap<Bytes, Entry>,
    resumed_from: Option<Bytes>,
    full: bool,
    /// What each `apply` wrote.
    writes: Vec<Writes>,
    calls: usize,
}

impl ReplayHost {
    pub(super) fn new(program: &RecordedProgram, migration: &Migration) -> Self {
        let mut host = Self {
            capabilities: migration.capabilities(),
            selected: migration.spec().select.pattern(),
            pages: HashMap::new(),
            keys: HashMap::new(),
            answers: HashMap::new(),
            given: HashMap::new(),
            resumed_from: None,
            full: program.full,
            writes: Vec::new(),
            calls: 0,
        };
        for call in &program.calls {
            host.remember(call);
        }
        host
    }

    pub(super) fn calls(&self) -> usize {
        self.calls
    }

    pub(super) fn into_writes(self) -> Vec<Writes> {
        self.writes
    }

    fn remember(&mut self, call: &RecordedCall) {
        match call {
            RecordedCall::Scan {
                pattern,
                kind,
                page: Ok(page),
            } => {
                let pages = self.pages.entry((pattern.clone(), *kind)).or_default();
                pages.push_back(page.clone());
            }
            RecordedCall::Get {
                found,
                refused: None,
            } => {
                for (key, entry) in found {
                    self.keys
                        .entry(key.clone())
                        .or_default()
                        .push_back(entry.clone());
                }
            }
            RecordedCall::Apply { answers, .. } => {
                for (key, word) in answers {
                    self.answers
                        .entry(key.clone())
                        .or_default()
                        .push_back(word.clone());
                }
            }
            RecordedCall::ResumedFrom(Some(state)) => self.resumed_from = Some(state.clone()),
            _ => {}
        }
    }

    fn check(&self, capabilities: [Capability; 2], key: &[u8]) -> Result<(), HostError> {
        let granted = capabilities
            .iter()
            .any(|capability| self.capabilities.allow(*capability, key));
        if granted || self.selected.matches(key) {
            return Ok(());
        }
        self.capabilities.check(capabilities[0], key)
    }

    /// Says whether a record is otherwise than it was given, as the run would.
    fn is_changed(&self, record: &Record) -> bool {
        let beside = record.is_deleted()
            || record.renamed().is_some()
            || !record.emitted().is_empty()
            || !record.removed().is_empty();
        let is_given = self.given.get(record.key()).is_some_and(|given| {
            given.expires_at == record.expires_at() && given.value.same(record.value())
        });
        beside || !is_given
    }

    fn unknown(&self, what: &str) -> HostError {
        let why = if self.full { ", which was full" } else { "" };
        HostError::Keyspace {
            problem: format!("the recording{why} holds no {what}"),
        }
    }
}

impl ProgramHost for ReplayHost {
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError> {
        self.calls += 1;
        let pattern = query.pattern.as_bytes();
        if self.selected != query.pattern {
            self.capabilities.check_listing(&query.pattern)?;
        }
        let name = remold_engine::text::escape(pattern);
        let unknown = self.unknown(&format!("scan of {name}"));
        let pages = self
            .pages
            .get_mut(&(pattern.clone(), query.kind))
            .ok_or(unknown)?;
        match pages.pop_front() {
            Some(page) => Ok(page),
            // The last page that was recorded need not be the end.
            None if self.full => Err(self.unknown(&format!("more of the scan of {name}"))),
            None => Ok(Vec::new()),
        }
    }

    fn get(&mut self, keys: &[Bytes]) -> Result<Vec<Option<Entry>>, HostError> {
        self.calls += 1;
        let mut found: Vec<Option<Entry>> = Vec::with_capacity(keys.len());
        for (place, key) in keys.iter().enumerate() {
            // A key that is asked for twice in one call is in the recording once.
            if let Some(earlier) = keys[..place].iter().position(|earlier| earlier == key) {
                found.push(found[earlier].clone());
                continue;
            }
            self.check([Capability::Read, Capability::Write], key)?;
            let unknown = self.unknown(&format!("record of {}", remold_engine::text::escape(key)));
            let states = self.keys.get_mut(key).ok_or(unknown)?;
            // Read again, it is what it was then; the last state stays.
            let state = if states.len() > 1 {
                states.pop_front()
            } else {
                states.front().cloned()
            };
            let state = state.flatten();
            if let Some(entry) = &state {
                self.given.insert(key.clone(), entry.clone());
            }
            found.push(state);
        }
        Ok(found)
    }

    fn apply(&mut self, records: Vec<Record>) -> Result<Vec<Applied>, HostError> {
        self.calls += 1;
        let mut applied = Vec::with_capacity(records.len());
        let mut writes = Vec::new();
        let mut seen = HashSet::new();
        for record in records {
            let key = record.key();
            self.check([Capability::Write, Capability::Write], key)?;
            // A key that is applied twice in one call is in the recording once.
            let answer = if seen.insert(key.clone()) {
                let answers = self.answers.get_mut(key);
                answers.and_then(VecDeque::pop_front).flatten()
            } else {
                Some(Applied::Already.name().to_owned())
            };
            let word = match answer.as_deref() {
                Some("conflict") => Applied::Conflict,
                Some("already") => Applied::Already,
                // What was unchanged then may be changed now, and the other way round.
                _ if self.is_changed(&record) => Applied::Applied,
                _ => Applied::Unchanged,
            };
            if word == Applied::Applied {
                writes.extend(edits_of(&record));
            }
            applied.push(word);
        }
        self.writes.push(writes);
        Ok(applied)
    }

    fn backup(&mut self, _name: &str) -> Result<String, HostError> {
        self.calls += 1;
        self.capabilities.check(Capability::Backup, b"")?;
        Ok("journal:replay".to_owned())
    }

    fn progress(&mut self, _done: u64, _total: Option<u64>) {}

    fn checkpoint(&mut self, _state: &[u8]) -> Result<(), HostError> {
        self.calls += 1;
        Ok(())
    }

    fn resumed_from(&self) -> Option<Bytes> {
        self.resumed_from.clone()
    }
}
