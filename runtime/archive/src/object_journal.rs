//! A run's journal in an object store, open for writing: each group of appends is one object with the next number.
//!
//! ```text
//! RUN/000000000000.journal   the header
//! RUN/000000000001.journal   an epoch: whoever made it owns what follows, up to the next epoch
//! RUN/000000000002.journal   what lanes appended while the object before it was put …
//! ```
//!
//! An object is put under the condition that there is none of its number. So there is one order, no object is ever replaced, and
//! who was superseded learns it by their next put: the number is taken by an epoch that is not theirs. There is no lock:
//! a second owner who opens the journal seals it. A put whose answer was lost is ours if the object has our bytes.
//!
//! A position counts objects.

mod extent;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use remold_engine::port::{Durability, Journal, JournalError, Position, Records};
use remold_engine::record::{Header, JournalRecord};

pub(crate) use self::extent::ObjectExtent;
use crate::frame::Frame;
use crate::objects::Objects;
use crate::place::PlaceError;

/// Frames that nobody waits for are put when they pass this many bytes.
const QUEUE_BYTES: u64 = 4 << 20;

/// A journal that this process writes. Lanes share it behind one `Arc`.
#[derive(Debug)]
pub(crate) struct ObjectJournal {
    objects: Arc<Objects>,
    run: String,
    state: Mutex<State>,
    written: Condvar,
}

#[derive(Debug)]
struct State {
    /// The newest epoch: appends under an older one are refused.
    epoch: u64,
    /// Frames that wait to be put.
    queue: Vec<Frame>,
    /// Whether a thread puts an object.
    putting: bool,
    /// How many objects are durable; the number of the next one.
    durable: u64,
    /// Why nothing more can be put.
    failure: Option<JournalError>,
}

impl ObjectJournal {
    /// Creates the journal of a new run. Its header is durable on return.
    pub(crate) fn create(
        objects: Arc<Objects>,
        run: &str,
        header: &Header,
    ) -> Result<Self, JournalError> {
        let journal = Self::at(objects, run, 0, 0);
        let listed = journal.objects.list(run);
        if !listed
            .map_err(|error| not_writable(run, &error))?
            .is_empty()
        {
            return Err(JournalError::NotWritable {
                path: run.to_owned(),
                message: "there is a journal of that name already".to_owned(),
            });
        }
        let record = JournalRecord::Header(Box::new(header.clone()));
        journal.append(0, &[record], Durability::Durable)?;
        Ok(journal)
    }

    /// Opens a journal to go on with it.
    pub(crate) fn open(objects: Arc<Objects>, run: &str) -> Result<Self, JournalError> {
        let extent = ObjectExtent::load(Arc::clone(&objects), run)?;
        let epoch = extent.newest_epoch(0)?;
        Ok(Self::at(objects, run, extent.objects(), epoch))
    }

    fn at(objects: Arc<Objects>, run: &str, durable: u64, epoch: u64) -> Self {
        Self {
            objects,
            run: run.to_owned(),
            state: Mutex::new(State {
                epoch,
                queue: Vec::new(),
                putting: false,
                durable,
                failure: None,
            }),
            written: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, epoch: u64) -> Result<MutexGuard<'_, State>, JournalError> {
        let state = self.lock();
        if epoch < state.epoch {
            return Err(JournalError::Sealed {
                by: state.epoch,
                ours: epoch,
            });
        }
        match &state.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(state),
        }
    }

    /// Returns when `position` objects are durable, or when that cannot be any more.
    fn put_up_to<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        position: u64,
    ) -> (MutexGuard<'a, State>, Result<(), JournalError>) {
        loop {
            if state.durable >= position {
                return (state, Ok(()));
            }
            if let Some(failure) = state.failure.clone() {
                return (state, Err(failure));
            }
            if state.putting {
                let waited = self.written.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if state.queue.is_empty() {
                // Nothing is there that could make it so: the position is of what was put before.
                return (state, Ok(()));
            }
            state = self.put_queue(state);
        }
    }

    /// Puts what is queued as one object; others queue the next one meanwhile.
    fn put_queue<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.putting = true;
        let frames = std::mem::take(&mut state.queue);
        let (number, epoch) = (state.durable, state.epoch);
        drop(state);
        let put = self.put(frames, number, epoch);
        let mut state = self.lock();
        state.putting = false;
        match put {
            Ok(()) => state.durable = number + 1,
            Err(failure) => state.failure = Some(failure),
        }
        self.written.notify_all();
        state
    }

    fn put(&self, mut frames: Vec<Frame>, number: u64, epoch: u64) -> Result<(), JournalError> {
        let bytes = extent::object(&self.run, number, &mut frames);
        let name = extent::object_name(number);
        let made = self.objects.create(&self.run, &name, &bytes);
        if made.map_err(|error| not_writable(&self.run, &error))? {
            return Ok(());
        }
        let newer = ObjectExtent::load(Arc::clone(&self.objects), &self.run)?;
        Err(JournalError::Sealed {
            by: newer.newest_epoch(number)?,
            ours: epoch,
        })
    }
}

impl Journal for ObjectJournal {
    /// Objects that an older owner put since the journal was opened, before it could know, stand before the seal. A seal of
    /// somebody else since then is final: whoever slept through it does not take the journal back, whatever epoch it asks for.
    fn seal(&self, epoch: u64) -> Result<Position, JournalError> {
        let mut state = self.admit(epoch)?;
        while state.putting {
            let waited = self.written.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let (mut number, known) = (state.durable, state.epoch);
        loop {
            let mut frames = Frame::pack(&[JournalRecord::Epoch(epoch)]);
            match self.put(std::mem::take(&mut frames), number, epoch) {
                Ok(()) => break,
                Err(JournalError::Sealed { by, .. }) if by <= known => {
                    let newer = ObjectExtent::load(Arc::clone(&self.objects), &self.run)?;
                    number = newer.objects();
                }
                Err(failure) => {
                    state.failure = Some(failure.clone());
                    return Err(failure);
                }
            }
        }
        state.epoch = epoch;
        state.durable = number + 1;
        Ok(Position(state.durable))
    }

    fn append(
        &self,
        epoch: u64,
        records: &[JournalRecord],
        durability: Durability,
    ) -> Result<Position, JournalError> {
        let frames = Frame::pack(records);
        let mut state = self.admit(epoch)?;
        if frames.is_empty() {
            return Ok(Position(state.durable));
        }
        state.queue.extend(frames);
        // What is being put took the queue as it was before.
        let position = state.durable + 1 + u64::from(state.putting);
        let queued: u64 = state.queue.iter().map(Frame::len).sum();
        if durability == Durability::Durable || queued > QUEUE_BYTES {
            self.put_up_to(state, position).1?;
        }
        Ok(Position(position))
    }

    fn wait(&self, position: Position) -> Result<(), JournalError> {
        self.put_up_to(self.lock(), position.0).1
    }

    fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    fn durable(&self) -> Position {
        Position(self.lock().durable)
    }

    fn replay(&self) -> Result<Records<'_>, JournalError> {
        Ok(self.extent().forwards())
    }

    fn replay_backwards(&self) -> Result<Records<'_>, JournalError> {
        Ok(self.extent().backwards())
    }
}

impl ObjectJournal {
    /// Returns what can be read, after all that is queued was put. A journal that failed can still be read up to where it
    /// was durable.
    fn extent(&self) -> ObjectExtent {
        let state = self.lock();
        let queued = u64::from(!state.queue.is_empty()) + u64::from(state.putting);
        let position = state.durable + queued;
        let (state, _) = self.put_up_to(state, position);
        ObjectExtent::of(Arc::clone(&self.objects), &self.run, state.durable)
    }
}

impl Drop for ObjectJournal {
    fn drop(&mut self) {
        // Nobody is left to be told; what was reported durable is durable without it.
        let _ = self.extent();
    }
}

/// Makes the port's error of a place that cannot be written.
pub(crate) fn not_writable(run: &str, error: &PlaceError) -> JournalError {
    JournalError::NotWritable {
        path: run.to_owned(),
        message: error.to_string(),
    }
}

/// Makes the port's error of a place that cannot be read.
pub(crate) fn not_readable(run: &str, error: &PlaceError) -> JournalError {
    JournalError::NotFound {
        path: run.to_owned(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
