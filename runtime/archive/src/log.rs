//! The log: many threads append, one thread writes for all.
//!
//! Appending threads pack their frames before they take the lock, queue them in order, and sleep until they
//! are durable. The writer takes everything that is queued, writes it with one write and one sync, and wakes
//! those who waited for it; what came in the meantime is the next group. A thread of its own does that: a
//! lane that wrote for the others would have to be woken first, which on a busy machine takes longer than
//! the sync.
//!
//! After a failed write or sync nothing is known of the file's end, so nothing more is written: the log has
//! failed for good.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use remold_engine::port::{JournalError, Position};

use crate::error::not_writable;
use crate::extent::Extent;
use crate::frame::Frame;
use crate::tail::Tail;

/// Frames that nobody waits for are written when they pass this many bytes.
const QUEUE_BYTES: u64 = 4 << 20;

/// A log that is open for writing.
#[derive(Debug)]
pub(crate) struct Log {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Tells the writer that there is something to do.
    work: Condvar,
    /// The position behind the last durable frame.
    durable: AtomicU64,
    /// Why nothing more can be written. Set under the lock, read without.
    failure: OnceLock<JournalError>,
}

#[derive(Debug)]
struct State {
    /// The newest epoch: appends under an older one are refused.
    epoch: u64,
    /// Frames that wait to be written.
    queue: Vec<Frame>,
    /// The threads that wait for what is queued or being written.
    waiting: Vec<Thread>,
    /// The position where the log was opened.
    opened_at: u64,
    /// The position behind the last queued frame.
    queued: u64,
    /// What is durable.
    extent: Extent,
    /// Whether the writer is to end when all is written.
    closing: bool,
}

impl Log {
    /// Goes on behind what `tail` ends with.
    pub(crate) fn start(tail: Tail, extent: Extent, epoch: u64) -> Result<Self, JournalError> {
        let end = tail.position();
        let path = tail.segment().path.clone();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                epoch,
                queue: Vec::new(),
                waiting: Vec::new(),
                opened_at: end,
                queued: end,
                extent,
                closing: false,
            }),
            work: Condvar::new(),
            durable: AtomicU64::new(end),
            failure: OnceLock::new(),
        });
        let writer = Writer {
            shared: Arc::clone(&shared),
            tail,
            told: Vec::new(),
        };
        let writer = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| not_writable(&path, &error))?;
        Ok(Self {
            shared,
            writer: Some(writer),
        })
    }

    /// Queues frames under `epoch` and, with `wait`, returns when they and all before them are durable.
    pub(crate) fn append(
        &self,
        epoch: u64,
        frames: Vec<Frame>,
        wait: bool,
    ) -> Result<Position, JournalError> {
        let state = self.admit(epoch)?;
        self.queue(state, frames, wait)
    }

    /// Raises the epoch and appends the frames that say so, durable.
    pub(crate) fn seal(&self, epoch: u64, frames: Vec<Frame>) -> Result<Position, JournalError> {
        let mut state = self.admit(epoch)?;
        state.epoch = epoch;
        self.queue(state, frames, true)
    }

    /// Returns up to where the log is durable.
    pub(crate) fn durable(&self) -> Position {
        Position(self.shared.durable.load(Ordering::Acquire))
    }

    /// Returns the newest epoch.
    pub(crate) fn epoch(&self) -> u64 {
        self.shared.lock().epoch
    }

    /// Returns what can be read, after all that is queued was written. A log that failed can still be read
    /// up to where it was durable.
    pub(crate) fn extent(&self) -> Extent {
        let state = self.shared.lock();
        let queued = state.queued;
        // If that fails, what is durable is all that there is.
        let _ = self.wait(state, queued);
        self.shared.lock().extent.clone()
    }

    /// Writes what is queued and ends the writer. If anything was appended, a last frame proves that all of it
    /// was durable: no damage to the log can then be taken for a torn tail.
    pub(crate) fn close(&mut self) {
        self.end(|_| {});
    }

    /// Ends the writer as a crash would.
    #[cfg(test)]
    pub(crate) fn abandon(&mut self) {
        self.end(|state| {
            state.queue.clear();
            state.opened_at = state.queued;
        });
    }

    fn end(&mut self, prepare: impl FnOnce(&mut State)) {
        let Some(writer) = self.writer.take() else {
            return;
        };
        let mut state = self.shared.lock();
        prepare(&mut state);
        state.closing = true;
        drop(state);
        self.shared.work.notify_one();
        // A writer that panicked has said so to those who waited.
        let _ = writer.join();
    }

    fn admit(&self, epoch: u64) -> Result<MutexGuard<'_, State>, JournalError> {
        let state = self.shared.lock();
        if epoch < state.epoch {
            return Err(JournalError::Sealed {
                by: state.epoch,
                ours: epoch,
            });
        }
        match self.shared.failure.get() {
            Some(failure) => Err(failure.clone()),
            None => Ok(state),
        }
    }

    fn queue(
        &self,
        mut state: MutexGuard<'_, State>,
        frames: Vec<Frame>,
        wait: bool,
    ) -> Result<Position, JournalError> {
        state.queued += frames.iter().map(Frame::len).sum::<u64>();
        state.queue.extend(frames);
        let end = state.queued;
        if wait || end - self.durable().0 > QUEUE_BYTES {
            self.wait(state, end)?;
        }
        Ok(Position(end))
    }

    /// Returns when everything before `end` is durable, or when that cannot be any more.
    fn wait(&self, mut state: MutexGuard<'_, State>, end: u64) -> Result<(), JournalError> {
        if self.durable().0 < end && self.shared.failure.get().is_none() {
            state.waiting.push(thread::current());
            self.shared.work.notify_one();
        }
        drop(state);
        loop {
            if self.durable().0 >= end {
                return Ok(());
            }
            if let Some(failure) = self.shared.failure.get() {
                return Err(failure.clone());
            }
            thread::park();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a log, on a thread of its own.
struct Writer {
    shared: Arc<Shared>,
    tail: Tail,
    /// The threads that wait for what is being written.
    told: Vec<Thread>,
}

impl Writer {
    fn run(mut self) {
        while let Some(mut group) = self.next_group() {
            if !group.is_empty() {
                match self.tail.write(&mut group) {
                    Ok(rotated) => self.written(rotated),
                    Err((path, error)) => {
                        self.fail(not_writable(&path, &error));
                        return;
                    }
                }
            }
            self.told.drain(..).for_each(|thread| thread.unpark());
        }
        self.prove();
    }

    /// Writes a frame of its own group, which proves that everything before it was durable.
    fn prove(&mut self) {
        let state = self.shared.lock();
        let appended = state.queued != state.opened_at;
        drop(state);
        if appended {
            // Nobody is left to be told; what was reported durable is durable without it.
            let _ = self.tail.write(&mut [Frame::closing()]);
        }
    }

    /// Waits until somebody waits, and takes all that is queued; `None` when the log is closed.
    fn next_group(&mut self) -> Option<Vec<Frame>> {
        let mut state = self.shared.lock();
        while state.waiting.is_empty() && !state.closing {
            let woken = self.shared.work.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        if state.waiting.is_empty() && state.queue.is_empty() {
            return None;
        }
        std::mem::swap(&mut self.told, &mut state.waiting);
        Some(std::mem::take(&mut state.queue))
    }

    fn written(&self, rotated: bool) {
        let mut state = self.shared.lock();
        let end = self.tail.position();
        match state.extent.segments.last_mut() {
            Some(last) if !rotated => last.end = end,
            _ => state.extent.segments.push(self.tail.segment().clone()),
        }
        self.shared.durable.store(end, Ordering::Release);
    }

    fn fail(&mut self, failure: JournalError) {
        let mut state = self.shared.lock();
        // Only the writer sets it, and only once: it ends here.
        let _ = self.shared.failure.set(failure);
        self.told.append(&mut state.waiting);
        drop(state);
        self.told.drain(..).for_each(|thread| thread.unpark());
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if thread::panicking() {
            let path = self.tail.segment().path.display().to_string();
            let message = "the journal's writer panicked".to_owned();
            self.fail(JournalError::NotWritable { path, message });
        }
    }
}
