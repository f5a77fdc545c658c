//! A program in a run: its reads are remembered, its writes go through journal and guard like any other.

mod witnessed;

use std::collections::{HashMap, HashSet};

use remold_host_api::{
    Applied, Bytes, Capability, Entry, HostError, Outcome, ProgramHost, Record, ScanQuery,
    TransformSource,
};

use super::Stopped;
use crate::derive::{Original, named_keys, reject};
use crate::epoch::{Cause, Epoch, Writing};
use crate::lane::Lane;
use crate::migrate::Migrate;
use crate::port::{Candidate, Durability, Fetched, Scanner, Selection, Shard, StoreError};
use crate::record::{JournalRecord, Mark};
use crate::report::Event;
use crate::text::escape;
use crate::work::{Left, Plan, Unit, Work};

/// Runs a program to its end within one epoch. After a recovery it runs again, with its last checkpoint at hand, and
/// meets `already` where it had been.
pub(super) fn work(
    epoch: &Epoch<'_>,
    shard: &dyn Shard,
    source: &dyn TransformSource,
) -> Result<(), Stopped> {
    let stop = |cause| Err(Stopped::For(cause));
    let mut transform = match source.instantiate() {
        Ok(transform) => transform,
        Err(failure) => return stop(Cause::Transform(failure)),
    };
    let session = match shard.session() {
        Ok(session) => session,
        Err(error) => return stop(Cause::Store(error)),
    };
    let mut host = Host {
        epoch,
        shard,
        lane: Lane::new(epoch, session),
        scan: None,
        seen: HashMap::new(),
        absent: HashSet::new(),
        failed: None,
    };
    let witness = epoch.spec.witness.as_ref();
    let context = &epoch.spec.context;
    let outcome = witnessed::run(transform.as_mut(), context, &mut host, witness);
    for line in transform.take_log() {
        epoch.observer.event(Event::Log(line));
    }
    if let Some(cause) = host.failed.take() {
        return stop(cause);
    }
    if epoch.control.is_stopped() {
        return Err(Stopped::ByOperator);
    }
    match outcome {
        Ok(Outcome::Done | Outcome::Skip(_)) => Ok(()),
        Ok(Outcome::Reject(rejection)) => stop(Cause::Program(rejection.to_string())),
        Err(failure) => {
            let place = failure.location.as_ref();
            let place = place.map_or_else(String::new, |at| format!("{at}: "));
            stop(Cause::Program(format!("{place}{failure}")))
        }
    }
}

/// What was read for a program.
struct Seen {
    original: Original,
    shown: Option<Entry>,
}

struct Host<'a> {
    epoch: &'a Epoch<'a>,
    shard: &'a dyn Shard,
    lane: Lane<'a>,
    scan: Option<(ScanQuery, Box<dyn Scanner>)>,
    seen: HashMap<Bytes, Seen>,
    /// The keys that were looked for and not there.
    absent: HashSet<Bytes>,
    failed: Option<Cause>,
}

impl Host<'_> {
    fn fail(&mut self, cause: Cause) -> HostError {
        let problem = match &cause {
            Cause::Store(error) => error.to_string(),
            Cause::Journal(error) => error.to_string(),
            _ => "the run is stopping".to_owned(),
        };
        self.failed.get_or_insert(cause);
        HostError::Keyspace { problem }
    }

    fn store(&mut self, error: StoreError) -> HostError {
        self.fail(Cause::Store(error))
    }

    fn check_running(&self) -> Result<(), HostError> {
        if self.failed.is_some() || self.epoch.control.is_stopped() {
            return Err(HostError::Keyspace {
                problem: "the run is stopping".to_owned(),
            });
        }
        Ok(())
    }

    fn check_key(&self, capabilities: &[Capability], key: &[u8]) -> Result<(), HostError> {
        let spec = self.epoch.spec;
        if let Some(reserved) = spec.reserves(key) {
            return Err(reserved);
        }
        if spec.lends(key) {
            return Ok(());
        }
        spec.capabilities.check_any(capabilities, key)
    }

    fn apply_one(&mut self, record: Record) -> Result<Applied, HostError> {
        self.check_running()?;
        let key = record.key().clone();
        self.check_key(&[Capability::Write], &key)?;
        if self.epoch.claims.contains(&key) {
            return Ok(Applied::Already);
        }
        let Some(seen) = self.seen.remove(&key) else {
            let problem = "a record can be applied once, after it was got".to_owned();
            return Err(HostError::InvalidArgument {
                what: crate::text::escape(&key),
                problem,
            });
        };
        // What the program made of other keys, it made of them as it had seen them. A name that is not permitted is refused below.
        let mut others = named_keys(self.epoch.spec, &record).unwrap_or_default();
        others.retain(|name| self.seen.contains_key(name) || self.absent.contains(name));
        let names = std::iter::once(&key).chain(&others);
        let candidates: Vec<Candidate> = names.cloned().map(Candidate::new).collect();
        let read = self
            .lane
            .session()
            .read_guarded(self.epoch.number, &candidates, u64::MAX);
        let mut now = match read {
            Ok(fetched) => fetched.into_iter(),
            Err(error) => return Err(self.store(error)),
        };
        let unchanged = is_as_seen(now.next(), Some(&seen))
            && others
                .iter()
                .all(|name| is_as_seen(now.next(), self.seen.get(name)));
        // Whatever comes of it: the next look at them is a new one.
        for name in &others {
            self.seen.remove(name);
            self.absent.remove(name);
        }
        if !unchanged {
            self.release()?;
            return Ok(Applied::Conflict);
        }
        let around = self.epoch.around();
        let plan = Migrate::plan_edited(
            around,
            self.lane.session(),
            record,
            seen.original,
            seen.shown,
        );
        match plan {
            Err(error) => Err(self.store(error)),
            Ok(Plan::Write {
                planned, change, ..
            }) => {
                let unit = Unit::new(Work::Migrate(Candidate::new(key.clone())));
                self.commit(&key, Writing::new(unit, planned).showing(change))
            }
            Ok(Plan::Left(Left::Rejected(rejected))) => {
                self.release()?;
                let records = [JournalRecord::Rejected(rejected.clone())];
                let noted =
                    self.epoch
                        .journal
                        .append(self.epoch.number, &records, Durability::Eventual);
                if let Err(error) = noted {
                    return Err(self.fail(Cause::Journal(error)));
                }
                self.epoch.control.reject(&rejected);
                Err(HostError::InvalidArgument {
                    what: crate::text::escape(&key),
                    problem: rejected.message,
                })
            }
            Ok(Plan::Left(_) | Plan::Defer) => {
                self.release()?;
                self.epoch.control.count(|tally| tally.unchanged += 1);
                Ok(Applied::Unchanged)
            }
        }
    }

    fn commit(&mut self, key: &Bytes, writing: Writing) -> Result<Applied, HostError> {
        match self.lane.commit_one(writing) {
            Ok(true) => {
                self.epoch.claims.insert(key);
                Ok(Applied::Applied)
            }
            Ok(false) => Ok(Applied::Conflict),
            Err(cause) => {
                // Recovery settles it; the program runs again and meets `already` if it was applied.
                Err(self.fail(cause))
            }
        }
    }

    fn release(&mut self) -> Result<(), HostError> {
        let released = self.lane.session().release();
        released.map_err(|error| self.store(error))
    }
}

/// Says whether a key is what the program has seen; nothing stands for a key that it has seen not to be there.
fn is_as_seen(now: Option<Fetched>, seen: Option<&Seen>) -> bool {
    let Some(seen) = seen else {
        return matches!(now, Some(Fetched::Absent));
    };
    let Some(Fetched::Found(now)) = now else {
        return false;
    };
    if now.expires_at != seen.original.image.expires_at {
        return false;
    }
    now.payload == seen.original.image.payload
        || remold_rdb::decode(&now.payload).is_ok_and(|decoded| seen.original.is(&decoded.value))
}

impl ProgramHost for Host<'_> {
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError> {
        self.check_running()?;
        let spec = self.epoch.spec;
        if spec.selection.pattern != query.pattern {
            spec.capabilities.check_listing(&query.pattern)?;
        }
        if self
            .scan
            .as_ref()
            .is_none_or(|(current, _)| current != query)
        {
            let selection = Selection {
                pattern: query.pattern.clone(),
                exclude: spec.selection.exclude.clone(),
                kind: query.kind,
                keys: None,
                max_bytes: spec.selection.max_bytes,
            };
            let scanner = self
                .shard
                .scan(&selection)
                .map_err(|error| self.store(error))?;
            self.scan = Some((query.clone(), scanner));
        }
        loop {
            let Some((_, scanner)) = &mut self.scan else {
                return Ok(Vec::new());
            };
            let page = match scanner.next_page() {
                Ok(page) => page,
                Err(error) => return Err(self.store(error)),
            };
            let Some(page) = page else {
                self.scan = None;
                return Ok(Vec::new());
            };
            let reserved = &self.epoch.spec.reserved_prefix;
            let keys: Vec<Bytes> = page
                .into_iter()
                .map(|candidate| candidate.key)
                .filter(|key| !key.starts_with(reserved))
                .collect();
            self.epoch
                .control
                .count(|tally| tally.scanned += keys.len() as u64);
            if !keys.is_empty() {
                return Ok(keys);
            }
        }
    }

    fn get(&mut self, keys: &[Bytes]) -> Result<Vec<Option<Entry>>, HostError> {
        self.check_running()?;
        for key in keys {
            self.check_key(&[Capability::Read, Capability::Write], key)?;
        }
        let fetched = match self.lane.session().read(keys) {
            Ok(fetched) => fetched,
            Err(error) => return Err(self.store(error)),
        };
        let mut entries = Vec::with_capacity(keys.len());
        for (key, fetched) in keys.iter().zip(fetched) {
            let image = match fetched {
                Fetched::Found(image) => image,
                Fetched::Absent | Fetched::TooLarge { .. } => {
                    self.seen.remove(key);
                    self.absent.insert(key.clone());
                    entries.push(None);
                    continue;
                }
                Fetched::Unreadable(why) => {
                    return Err(HostError::Keyspace {
                        problem: format!("{}: {why}", escape(key)),
                    });
                }
            };
            let decoded = remold_rdb::decode(&image.payload).map_err(|error| {
                let rejected = reject(key, "undecodable", error.to_string());
                HostError::Keyspace {
                    problem: rejected.message,
                }
            })?;
            let original = Original::new(image, &decoded.value);
            let entry = Entry {
                key: key.clone(),
                value: decoded.value,
                expires_at: original.image.expires_at,
            };
            let shown = self.epoch.spec.show_changes.then(|| entry.clone());
            self.absent.remove(key);
            self.seen.insert(key.clone(), Seen { original, shown });
            entries.push(Some(entry));
        }
        Ok(entries)
    }

    fn apply(&mut self, records: Vec<Record>) -> Result<Vec<Applied>, HostError> {
        records
            .into_iter()
            .map(|record| self.apply_one(record))
            .collect()
    }

    fn backup(&mut self, name: &str) -> Result<String, HostError> {
        let spec = self.epoch.spec;
        spec.capabilities.check(Capability::Backup, b"")?;
        let Some(take) = &spec.backup else {
            // The journal holds the image of every key that this run writes: it is the backup.
            return Ok(format!("journal:{}", spec.header.run));
        };
        self.check_running()?;
        // A program that goes on without the backup that it has asked for does what nobody wanted.
        take(name, self.epoch.control).map_err(|problem| {
            self.fail(Cause::Program(format!(
                "the backup {name:?} could not be taken: {problem}"
            )))
        })
    }

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.epoch.observer.event(Event::Program { done, total });
    }

    fn checkpoint(&mut self, state: &[u8]) -> Result<(), HostError> {
        self.check_running()?;
        let mark = [JournalRecord::Mark(Mark::Checkpoint(
            Bytes::copy_from_slice(state),
        ))];
        let journal = self.epoch.journal;
        let noted = journal.append(self.epoch.number, &mark, Durability::Durable);
        noted
            .map(drop)
            .map_err(|error| self.fail(Cause::Journal(error)))
    }

    fn resumed_from(&self) -> Option<Bytes> {
        self.epoch.checkpoint.clone()
    }
}
