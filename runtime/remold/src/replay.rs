//! Replays recordings: the same or an edited transform over what was given to the one of the run, without a server.
//!
//! A record is replayed by the real run, over a keyspace in memory that holds the record and what the host read beside it. A
//! program is replayed against a host that answers as the one of the run did.

mod host;

use remold_engine::{Fixture, Silent};
use remold_host_api::{Bytes, Context, Entry};
use remold_manifest::cases::Direction;
use remold_manifest::recording::{
    RecordedCall, RecordedOutcome, RecordedProgram, RecordedRecord, RecordedSource, Recording,
};
use remold_rdb::Version;

use self::host::{ReplayHost, Writes};
use crate::error::{Error, describe_end};
use crate::migration::Migration;
use crate::recorder::{RecordedChoice, Recorder, RecordingOptions, kept_sources, outcome_of};
use crate::runner::RunOptions;
use crate::stage::Stage;

/// Replays a recording with a migration.
pub struct Replayer<'a> {
    recording: &'a Recording,
    migration: &'a Migration,
}

/// How a replay came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayVerdict {
    /// As then: the same outcome, the same code, the same keys and values.
    Same,
    /// Otherwise.
    Differs,
    /// It cannot be told: the record was never given to the transform, or the recording was full.
    NotReplayable,
}

/// What came of a record in a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedRecord {
    /// How that compares.
    pub verdict: ReplayVerdict,
    /// What came of it; `None` if the migration does not select the key, or there was nothing to replay.
    pub now: Option<RecordedOutcome>,
    /// Keys that the transform asked for and that the recording does not hold: they were taken as absent.
    pub unknown: Vec<Bytes>,
}

/// What came of a program in a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedProgram {
    /// How that compares.
    pub verdict: ReplayVerdict,
    /// How it ended.
    pub now: RecordedOutcome,
    /// What it wrote then, key by key, the last state of each.
    pub wrote_then: Vec<(Bytes, Option<Entry>)>,
    /// What it wrote now.
    pub wrote_now: Vec<(Bytes, Option<Entry>)>,
    /// How many calls it made then and now.
    pub calls: (usize, usize),
    /// What each of its `apply` wrote.
    pub(crate) applies: Vec<Writes>,
}

/// Makes the migration that a recording holds.
pub fn migration_of_recording(file: &str, recording: &Recording) -> Result<Migration, Error> {
    let mut sources = std::collections::BTreeMap::new();
    for (name, source) in &recording.sources {
        match source {
            RecordedSource::Text(text) => {
                sources.insert(name.clone(), text.clone().into_bytes());
            }
            RecordedSource::Omitted { .. } => {
                return Err(Error::NotReplayable {
                    problem: format!("{file} does not hold the component {name}"),
                    hint: format!(
                        "name the manifest that it belongs to: `remold replay {file} MANIFEST`"
                    ),
                });
            }
        }
    }
    let manifest = recording.manifest.to_string();
    let place = format!("the manifest in {file}");
    Migration::from_parts_granted(&place, &manifest, sources, &recording.grants)
}

impl<'a> Replayer<'a> {
    /// Makes a replayer.
    pub fn new(recording: &'a Recording, migration: &'a Migration) -> Self {
        Self {
            recording,
            migration,
        }
    }

    /// Says what is otherwise than it was in the run, in words for people: `the transform`, `parameters`, `limits`.
    pub fn differences(&self) -> Vec<&'static str> {
        if self.recording.digest == self.migration.digest() {
            return Vec::new();
        }
        let now = self.migration.document().migration.to_json();
        let then = &self.recording.manifest;
        let parts = [
            "parameters",
            "select",
            "capabilities",
            "limits",
            "policy",
            "strategy",
            "schema",
            "backup",
        ];
        let differs = |part: &&str| then["spec"][*part] != now["spec"][*part];
        let mut differences: Vec<&str> = parts.into_iter().filter(differs).collect();
        let sources = self.migration.sources().iter();
        let sources = kept_sources(sources.map(|(name, content)| (name, content.clone())));
        if then["spec"]["transform"] != now["spec"]["transform"]
            || sources != self.recording.sources
            || differences.is_empty()
        {
            differences.insert(0, "the transform");
        }
        differences
    }

    /// Replays a record.
    pub fn record(&self, record: &RecordedRecord) -> Result<ReplayedRecord, Error> {
        let Some(given) = &record.given else {
            return Ok(ReplayedRecord {
                verdict: ReplayVerdict::NotReplayable,
                now: None,
                unknown: Vec::new(),
            });
        };
        if self.migration.transform().exports().run {
            return Err(not_of_this_kind("a record transform", "a program"));
        }
        let beside = record.beside.iter().filter_map(|(_, entry)| entry.clone());
        let entries: Vec<Entry> = beside.chain([given.clone()]).collect();
        let fixture = self.fixture(entries)?.listing([record.key.clone()]);
        let recorder = Recorder::new(&RecordingOptions {
            choice: RecordedChoice::Sample(1),
            most_records: 1,
            most_bytes: u64::MAX,
        });
        let options = RunOptions {
            recorder: Some(recorder.clone()),
            ..RunOptions::default()
        };
        let stage = Stage {
            migration: self.migration,
            parameters: None,
            now_ms: self.recording.now_ms,
            seed: self.recording.seed,
            direction: Direction::Migrate,
        };
        let played = stage.play(fixture, &options, &Silent)?;
        let end = &played.outcome.end;
        if *end != remold_engine::RunEnd::Completed {
            return Err(Error::NotReplayable {
                problem: format!(
                    "{}: {}",
                    remold_engine::text::escape(&record.key),
                    describe_end(end)
                ),
                hint: "mend the transform".to_owned(),
            });
        }
        let now = recorder.only_record();
        let known =
            |key: &Bytes| *key == record.key || record.beside.iter().any(|(name, _)| name == key);
        let unknown = now.iter().flat_map(|now| &now.beside);
        let unknown = unknown
            .map(|(key, _)| key)
            .filter(|key| !known(key))
            .cloned();
        let unknown = unknown.collect();
        let now = now.map(|now| now.outcome);
        let same = now.as_ref().is_some_and(|now| same(&record.outcome, now));
        Ok(ReplayedRecord {
            verdict: if same {
                ReplayVerdict::Same
            } else {
                ReplayVerdict::Differs
            },
            now,
            unknown,
        })
    }

    /// Replays a program.
    pub fn program(&self, program: &RecordedProgram) -> Result<ReplayedProgram, Error> {
        let transform = self.migration.transform();
        if !transform.exports().run {
            return Err(not_of_this_kind("a program", "a record transform"));
        }
        let context = Context {
            parameters: serde_json::Value::Object(self.migration.spec().parameters.clone()),
            now_ms: self.recording.now_ms,
            seed: self.recording.seed,
        };
        let mut host = ReplayHost::new(program, self.migration);
        let ended = transform.instantiate()?.run(&context, &mut host);
        let now = outcome_of(&ended);
        let then = program.calls.iter().filter_map(|call| match call {
            RecordedCall::Apply { writes, .. } => Some(writes.iter().cloned()),
            _ => None,
        });
        let wrote_then = last_of_each(then.flatten());
        let calls = (program.calls.len(), host.calls());
        let applies = host.into_writes();
        let wrote_now = last_of_each(applies.iter().flatten().cloned());
        let verdict = match &program.outcome {
            None => ReplayVerdict::NotReplayable,
            Some(then) if then.same_kind(&now) && same_keys(&wrote_then, &wrote_now) => {
                ReplayVerdict::Same
            }
            Some(_) => ReplayVerdict::Differs,
        };
        Ok(ReplayedProgram {
            verdict,
            now,
            wrote_then,
            wrote_now,
            calls,
            applies,
        })
    }

    /// Makes the keyspace of a replay: as the server was, or newer where it does not hold what that held.
    fn fixture(&self, entries: Vec<Entry>) -> Result<Fixture, Error> {
        let version = Version(self.recording.rdb_version);
        match Fixture::of_version(version, entries.iter().cloned()) {
            Ok(fixture) => Ok(fixture),
            Err(_) => Fixture::new(entries).map_err(|(key, error)| Error::Fixture {
                key: remold_engine::text::escape(&key),
                message: error.to_string(),
            }),
        }
    }
}

fn not_of_this_kind(recorded: &str, found: &str) -> Error {
    Error::NotReplayable {
        problem: format!("the recording is of {recorded}, the migration has {found}"),
        hint: "replay it with the migration that was recorded, or an edit of that".to_owned(),
    }
}

/// Says whether an outcome is the recorded one, as far as that is known.
fn same(then: &RecordedOutcome, now: &RecordedOutcome) -> bool {
    match (then, now) {
        (RecordedOutcome::Changed(Some(then)), RecordedOutcome::Changed(Some(now))) => {
            same_keys(then, now)
        }
        (RecordedOutcome::Skipped(Some(then)), RecordedOutcome::Skipped(Some(now))) => then == now,
        _ => then.same_kind(now),
    }
}

fn same_keys(then: &[(Bytes, Option<Entry>)], now: &[(Bytes, Option<Entry>)]) -> bool {
    let same_entry = |one: &Option<Entry>, other: &Option<Entry>| match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.expires_at == other.expires_at && one.value.same(&other.value)
        }
        _ => false,
    };
    then.len() == now.len()
        && then.iter().all(|(key, entry)| {
            let found = now.iter().find(|(name, _)| name == key);
            found.is_some_and(|(_, found)| same_entry(entry, found))
        })
}

/// Keeps the last state of each key, in order of key.
fn last_of_each(
    writes: impl Iterator<Item = (Bytes, Option<Entry>)>,
) -> Vec<(Bytes, Option<Entry>)> {
    let last: std::collections::BTreeMap<Bytes, Option<Entry>> = writes.collect();
    last.into_iter().collect()
}
