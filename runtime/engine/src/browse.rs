//! Looking at keys without touching them: all of a source, or a sample, read by several threads at once.
//!
//! Nothing is written, nothing guarded, and what is looked at is not a picture of one moment: keys come, go and change
//! meanwhile. A key is shown once. Memory is bounded: a few batches for each thread, values above a limit are counted and not
//! read, and of a keyspace only hashes of its keys are kept.

mod feed;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use remold_host_api::{Bytes, Entry, Pattern};
use xxhash_rust::xxh3::xxh3_64;

use crate::done_set::DoneSet;
use crate::port::{
    Candidate, Fault, Fetched, Scanner, Selection, Source, SourceReader, StoreError,
};
use crate::progress::Control;
use crate::report::Observer;
use crate::text::escape;
use crate::threads::{self, Receiver};
use crate::{clock, patiently};
use feed::Feed;

/// So many keys are read in one round trip, if they are small.
const BATCH: usize = 128;

/// A batch ends with the key that brings it to so many bytes.
const BATCH_BYTES: u64 = 8 << 20;

/// So many threads read a server: while it answers one, the others decode.
const READERS: usize = 4;

/// How many keys are named of those that could not be looked at.
const EXAMPLES: usize = 5;

/// How long is waited for room before it is looked whether to stop.
const LOOK_UP: Duration = Duration::from_millis(50);

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Browse {
    /// Keys that match.
    pub pattern: Pattern,
    /// Keys that begin with it are bookkeeping and left out.
    pub reserved_prefix: Bytes,
    /// Look at so many keys only: those with the smallest hashes, so that of the same keys the same are drawn each time.
    pub sample: Option<u64>,
    /// Values of more bytes are not read.
    pub max_bytes: u64,
    /// For so long it is tried again when the server does not answer.
    pub patience: Duration,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Browsed {
    /// Keys that match, as far as they were listed.
    pub listed: u64,
    /// Keys that were shown.
    pub seen: u64,
    /// Keys that were gone when they were to be read.
    pub gone: u64,
    /// Keys whose values are too large.
    pub too_large: Passed,
    /// Keys whose values cannot be had or decoded.
    pub unreadable: Passed,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// Keys that were not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passed {
    /// How many.
    pub count: u64,
    /// Some of them, as [`escape`] writes them.
    pub examples: Vec<String>,
}

impl Passed {
    fn add(&mut self, key: &[u8]) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(escape(key));
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

impl Browsed {
    fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.gone += other.gone;
        self.too_large.merge(other.too_large);
        self.unreadable.merge(other.unreadable);
    }
}

/// Shows keys: each to one of the viewers that `make` makes, of which each thread has one. Returns them with what became of
/// it. `control` stops it, and tells how far it is.
pub fn browse<V: Send>(
    source: &dyn Source,
    what: &Browse,
    control: &Control,
    observer: &dyn Observer,
    make: impl Fn() -> V,
    view: impl Fn(&mut V, &Entry) + Sync,
) -> Result<(Vec<V>, Browsed), StoreError> {
    let facts = source.facts()?;
    let look = Looking {
        source,
        what,
        control,
        observer,
        is_file: facts.product.ends_with("file"),
        failed: AtomicBool::new(false),
    };
    if let Some(keys) = facts.keys {
        control.set_total(what.sample.map_or(keys, |sample| sample.min(keys)));
    }
    let mut browsed = Browsed::default();
    let keys = match what.sample {
        Some(most) => Some(look.draw(most, &mut browsed)?),
        None => None,
    };
    let is_drawn = keys.is_some();
    let selection = look.selection(keys, what.max_bytes);
    let mut scanner = look.begin(&selection)?;
    let wanted = selection.keys.as_ref().map(Vec::len);
    let readers = if look.is_file {
        facts.lanes.max(1)
    } else {
        READERS
    };
    let (sender, receiver) = threads::bounded::<Vec<Candidate>>(readers * 2);
    let mut viewers: Vec<V> = Vec::new();
    let result = threads::scope(|scope| {
        let mut working = Vec::new();
        for _ in 0..readers {
            let (receiver, viewer) = (receiver.clone(), make());
            let (look, view) = (&look, &view);
            let started = threads::spawn_worker(scope, move || look.work(&receiver, viewer, view));
            // With fewer threads it takes longer.
            working.extend(started.ok());
        }
        drop(receiver);
        let feed = Feed {
            look: &look,
            sender,
            is_drawn,
            wanted,
        };
        let fed = if working.is_empty() {
            Err(StoreError::File {
                path: facts.name.clone(),
                message: "no thread can be started".to_owned(),
            })
        } else {
            feed.all(scanner.as_mut(), &mut browsed)
        };
        drop(feed);
        let mut failed = fed.err();
        for worker in working {
            match worker.join() {
                Ok((viewer, found, error)) => {
                    viewers.push(viewer);
                    browsed.merge(found);
                    failed = failed.take().or(error);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        failed.map_or(Ok(()), Err)
    });
    browsed.stopped = control.is_stopped();
    match result {
        Err(error) if !browsed.stopped => Err(error),
        _ => Ok((viewers, browsed)),
    }
}

struct Looking<'a> {
    source: &'a dyn Source,
    what: &'a Browse,
    control: &'a Control,
    observer: &'a dyn Observer,
    is_file: bool,
    /// A thread has given up.
    failed: AtomicBool,
}

/// What a thread comes back with.
type Worked<V> = (V, Browsed, Option<StoreError>);

impl Looking<'_> {
    fn selection(&self, keys: Option<Vec<Bytes>>, max_bytes: u64) -> Selection {
        Selection {
            pattern: self.what.pattern.clone(),
            exclude: Vec::new(),
            kind: None,
            keys,
            max_bytes,
        }
    }

    fn begin(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        self.patiently(|| self.source.scan(selection))
    }

    /// Tries again what a server does not answer; after its data went back, what was listed before may be gone.
    fn patiently<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let attempt = || match attempt() {
            Err(error) if error.fault() == Some(Fault::HistoryChanged) => Ok(Err(error)),
            result => result.map(Ok),
        };
        patiently(self.what.patience, self.control, self.observer, attempt)?
    }

    fn is_bookkeeping(&self, key: &[u8]) -> bool {
        key.starts_with(&self.what.reserved_prefix)
    }

    /// Lists the keys once, without their values, and draws the sample.
    fn draw(&self, most: u64, browsed: &mut Browsed) -> Result<Vec<Bytes>, StoreError> {
        // What a server would have to look up for a size, and a file to copy for a value, is not asked for.
        let names = if self.is_file { 0 } else { u64::MAX };
        let mut scanner = self.begin(&self.selection(None, names))?;
        let mut drawn: BTreeSet<(u64, Bytes)> = BTreeSet::new();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let known = DoneSet::new(0);
        while !self.control.is_stopped()
            && let Some(page) = self.patiently(|| scanner.next_page())?
        {
            for candidate in page {
                // A file has each key once.
                let is_known = !self.is_file && !known.insert(&candidate.key);
                if is_known || self.is_bookkeeping(&candidate.key) {
                    continue;
                }
                browsed.listed += 1;
                let hash = xxh3_64(&candidate.key);
                let is_full = drawn.len() >= most;
                if is_full && drawn.last().is_none_or(|(last, _)| *last <= hash) {
                    continue;
                }
                // A key is part of a page, which is not to be kept for its sake.
                let is_new = drawn.insert((hash, Bytes::copy_from_slice(&candidate.key)));
                if is_new && is_full {
                    drawn.pop_last();
                }
            }
            if let Some(fraction) = scanner.fraction() {
                self.control.set_fraction(fraction / 2.0);
            }
        }
        Ok(drawn.into_iter().map(|(_, key)| key).collect())
    }

    /// Says whether nothing more is to be done.
    fn is_over(&self) -> bool {
        self.control.is_stopped() || self.failed.load(Ordering::Relaxed)
    }

    fn work<V>(
        &self,
        batches: &Receiver<Vec<Candidate>>,
        mut viewer: V,
        view: &(impl Fn(&mut V, &Entry) + Sync),
    ) -> Worked<V> {
        let mut found = Browsed::default();
        let mut reader = None;
        while let Ok(batch) = batches.recv() {
            // What is under way when it is stopped is left.
            if self.is_over() {
                continue;
            }
            let before = found.clone();
            let fetched = match self.read(&mut reader, &batch) {
                Ok(fetched) => fetched,
                Err(error) => {
                    self.failed.store(true, Ordering::Relaxed);
                    return (viewer, found, Some(error));
                }
            };
            for (candidate, fetched) in batch.into_iter().zip(fetched) {
                self.show(candidate.key, fetched, &mut viewer, view, &mut found);
            }
            self.control.count(|tally| {
                tally.unchanged += found.seen - before.seen;
                tally.vanished += found.gone - before.gone;
                tally.oversized += found.too_large.count - before.too_large.count;
            });
        }
        (viewer, found, None)
    }

    fn read(
        &self,
        reader: &mut Option<Box<dyn SourceReader>>,
        batch: &[Candidate],
    ) -> Result<Vec<Fetched>, StoreError> {
        let most = self.what.max_bytes;
        // What listing a key yields anyway needs no reader.
        let known = |candidate: &Candidate| match (&candidate.image, candidate.size) {
            (Some(image), _) => Some(Fetched::Found(image.clone())),
            (None, Some(bytes)) if bytes > most => Some(Fetched::TooLarge { bytes }),
            _ => None,
        };
        let to_read: Vec<Candidate> = batch
            .iter()
            .filter(|candidate| known(candidate).is_none())
            .cloned()
            .collect();
        let read = if to_read.is_empty() {
            Vec::new()
        } else {
            self.patiently(|| {
                let open = match reader.take() {
                    Some(open) => open,
                    None => self.source.reader()?,
                };
                reader.insert(open).read(&to_read, most)
            })?
        };
        let mut read = read.into_iter();
        let fetched = batch.iter().map(|candidate| {
            known(candidate).unwrap_or_else(|| read.next().unwrap_or(Fetched::Absent))
        });
        Ok(fetched.collect())
    }

    fn show<V>(
        &self,
        key: Bytes,
        fetched: Fetched,
        viewer: &mut V,
        view: &(impl Fn(&mut V, &Entry) + Sync),
        found: &mut Browsed,
    ) {
        let image = match fetched {
            Fetched::Found(image) => image,
            Fetched::Absent => return found.gone += 1,
            Fetched::TooLarge { .. } => return found.too_large.add(&key),
            Fetched::Unreadable(_) => return found.unreadable.add(&key),
        };
        // Without a size beforehand it is read, and too large all the same.
        if image.payload.len() as u64 > self.what.max_bytes {
            return found.too_large.add(&key);
        }
        match remold_rdb::decode(&image.payload) {
            Ok(decoded) => {
                let entry = Entry {
                    key,
                    value: decoded.value,
                    expires_at: image.expires_at,
                };
                found.seen += 1;
                view(viewer, &entry);
            }
            Err(_) => found.unreadable.add(&key),
        }
    }
}

/// Returns Unix milliseconds, for what is left of a time to live.
pub fn now_ms() -> u64 {
    clock::now_ms()
}

#[cfg(test)]
mod tests;
