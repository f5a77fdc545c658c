//! Takes down what a transform is given in a run, and what comes of it, for a replay.
//!
//! A run pays for the records that are kept and for nothing else. What is kept is bounded, in number and in bytes; what had
//! no room is counted.

mod collected;
mod program;
mod redacted;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remold_engine::record::Header;
use remold_engine::{Event, Finding, Observer, Testimony, Witness};
use remold_host_api::Pattern;
use remold_manifest::recording::{RecordedRecord, RecordedSource, Recording, Redaction};

use self::collected::Collected;
use self::program::Conversation;
pub(crate) use self::program::{edits_of, outcome_of};
use crate::error::Error;
use crate::narrowed::Narrowing;
use crate::open;

/// What is recorded, and how much of it.
#[derive(Debug, Clone)]
pub struct RecordingOptions {
    /// Which records.
    pub choice: RecordedChoice,
    /// The most records, of those that are not a sample.
    pub most_records: usize,
    /// The most bytes of keys and values.
    pub most_bytes: u64,
}

impl Default for RecordingOptions {
    fn default() -> Self {
        Self {
            choice: RecordedChoice::Rejected,
            most_records: 100,
            most_bytes: 4 << 20,
        }
    }
}

/// Which records are recorded. Of a program everything is that it asks.
#[derive(Debug, Clone)]
pub enum RecordedChoice {
    /// Those that are rejected.
    Rejected,
    /// So many, picked at random, whatever comes of them.
    Sample(usize),
    /// Those whose keys match one of these patterns, whatever comes of them.
    Keys(Vec<Pattern>),
}

/// Records a run: it is given to the run in its options, and asked for the recording afterwards. Clones share one recording.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    choice: RecordedChoice,
    /// Whether there is a record that a later testimony could take back.
    any: AtomicBool,
    state: Mutex<State>,
}

struct State {
    header: Option<(Header, bool)>,
    server: String,
    rdb_version: u16,
    collected: Collected,
    conversation: Option<Conversation>,
    most_bytes: u64,
    notes: Vec<String>,
}

impl Recorder {
    /// Makes a recorder for one run.
    pub fn new(options: &RecordingOptions) -> Self {
        Self(Arc::new(Inner {
            choice: options.choice.clone(),
            any: AtomicBool::new(false),
            state: Mutex::new(State {
                header: None,
                server: String::new(),
                rdb_version: 0,
                collected: Collected::new(options),
                conversation: None,
                most_bytes: options.most_bytes,
                notes: Vec::new(),
            }),
        }))
    }

    /// Returns how many records, or calls of a program, were kept so far.
    pub fn kept(&self) -> usize {
        let state = self.state();
        let calls = state.conversation.as_ref().map(Conversation::calls);
        calls.unwrap_or_else(|| state.collected.kept())
    }

    /// Returns the recording of the run, with placeholders for what is to be redacted. Whether a redacted record still has
    /// the outcome that it had is tried here and now, and noted beside it.
    pub fn recording(&self, redactions: &[Redaction]) -> Result<Recording, Error> {
        let (recording, header) = {
            let state = self.state();
            let Some((header, is_dry)) = &state.header else {
                return Err(Error::NotReplayable {
                    problem: "nothing was recorded: the run had not begun".to_owned(),
                    hint: "look at why the run ended".to_owned(),
                });
            };
            let program = state.conversation.as_ref().map(Conversation::program);
            let (records, omitted) = match &program {
                Some(_) => (Vec::new(), 0),
                None => state.collected.records(),
            };
            let recording = Recording {
                migration: header.migration.clone(),
                digest: header.digest.clone(),
                run: (!is_dry).then(|| header.run.clone()),
                target: header.target.clone(),
                server: state.server.clone(),
                rdb_version: state.rdb_version,
                remold: header.remold.clone(),
                now_ms: header.now_ms,
                seed: header.seed,
                redacted: Vec::new(),
                notes: state.notes.clone(),
                omitted,
                grants: header.grants.clone(),
                manifest: header.manifest.clone(),
                sources: kept_sources(
                    header
                        .sources
                        .iter()
                        .map(|(name, file)| (name, file.content().unwrap_or_default())),
                ),
                records,
                program,
            };
            (recording, header.clone())
        };
        if redactions.is_empty() {
            return Ok(recording);
        }
        redacted::redact(recording, redactions, &open::migration_of(&header)?)
    }

    /// Begins with a run.
    pub(crate) fn begin(&self, header: &Header, is_dry: bool) {
        self.state().header = Some((header.clone(), is_dry));
    }

    /// Adds what a reader of the recording should know.
    pub(crate) fn add_note(&self, note: &str) {
        self.state().notes.push(note.to_owned());
    }

    /// Returns the record, of a run over one.
    pub(crate) fn only_record(&self) -> Option<RecordedRecord> {
        self.state().collected.records().0.pop()
    }

    /// Returns which keys have to be listed for what is recorded; `None` for all.
    pub(crate) fn narrowing(&self) -> Option<Narrowing> {
        match &self.0.choice {
            RecordedChoice::Keys(patterns) => Some(Narrowing {
                patterns: patterns.clone(),
                ..Narrowing::default()
            }),
            RecordedChoice::Rejected | RecordedChoice::Sample(_) => None,
        }
    }

    pub(crate) fn choice(&self) -> &RecordedChoice {
        &self.0.choice
    }

    pub(crate) fn witness(&self) -> Witness {
        let recorder = self.clone();
        Arc::new(move |testimony| recorder.hear(testimony))
    }

    fn hear(&self, testimony: &Testimony<'_>) {
        if self.is_unwanted(testimony) {
            return;
        }
        let mut state = self.state();
        match testimony {
            // What a program applies is planned too; it is in what the program asked.
            Testimony::Record(_) if state.conversation.is_some() => {}
            Testimony::Record(record) => {
                self.0.any.store(true, Ordering::Relaxed);
                state.collected.hear(record);
            }
            Testimony::Begun => state.conversation = Some(Conversation::new(state.most_bytes)),
            Testimony::Answered(request, reply) => {
                if let Some(conversation) = &mut state.conversation {
                    conversation.hear(request, reply);
                }
            }
            Testimony::Ended(ended) => {
                if let Some(conversation) = &mut state.conversation {
                    conversation.end(ended);
                }
            }
        }
    }

    /// Says whether a testimony is one of the many that a run goes on without, before anything is locked.
    fn is_unwanted(&self, testimony: &Testimony<'_>) -> bool {
        let Testimony::Record(record) = testimony else {
            return false;
        };
        matches!(self.0.choice, RecordedChoice::Rejected)
            && !matches!(record.finding, Finding::Rejected(_))
            && !self.0.any.load(Ordering::Relaxed)
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Probed(facts) => {
                let mut state = self.state();
                state.server = format!("{} {}", facts.product, facts.version);
                state.rdb_version = facts.target.version.0;
            }
            Event::Rejected(rejected) => self.state().collected.reject(rejected),
            _ => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A recording is whole from record to record, whatever a panicking thread was doing.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An observer, and the recorder that is to know what it is told.
pub(crate) struct Overheard<'a> {
    pub(crate) recorder: Option<&'a Recorder>,
    pub(crate) observer: &'a dyn Observer,
}

impl Observer for Overheard<'_> {
    fn event(&self, event: Event) {
        if let Some(recorder) = self.recorder {
            recorder.note(&event);
        }
        self.observer.event(event);
    }
}

/// Takes the transform's files over, but for components, which are long and found by the digest.
pub(crate) fn kept_sources<'a>(
    files: impl Iterator<Item = (&'a String, Vec<u8>)>,
) -> Vec<(String, RecordedSource)> {
    let source = files.map(|(name, content)| {
        let bytes = content.len() as u64;
        let source = match String::from_utf8(content) {
            // A small component may be text by accident.
            Ok(text) if !text.contains('\0') => RecordedSource::Text(text),
            _ => RecordedSource::Omitted { bytes },
        };
        (name.clone(), source)
    });
    source.collect()
}
