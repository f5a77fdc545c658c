//! The log: many threads append, one at a time writes for all.
//!
//! Appending threads pack their frames before they take the lock, queue them in order, and then wait until
//! they are durable. The first one that finds nobody writing takes everything that is queued, writes it with
//! one write and one sync, and wakes those who waited for it; what came in the meantime is the next group, and
//! one of those who wait for that is woken to write it. After a failed write or sync nothing is known of the
//! file's end, so nothing more is written: the log has failed for good.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use remold_engine::port::{JournalError, JournalFigures, Position};

use crate::error::not_writable;
use crate::extent::Extent;
use crate::frame::Frame;
use crate::tail::Tail;

/// Frames that nobody waits for are written when they pass this many bytes.
const QUEUE_BYTES: u64 = 4 << 20;

/// A log that is open for writing.
#[derive(Debug)]
pub(crate) struct Log {
    state: Mutex<State>,
    /// Where the threads wait for even groups, and where for odd ones: what is done for one group wakes nobody of the
    /// next.
    written: [Condvar; 2],
    /// Where what is written is counted.
    figures: OnceLock<Arc<JournalFigures>>,
}

#[derive(Debug)]
struct State {
    /// The newest epoch: appends under an older one are refused.
    epoch: u64,
    /// Frames that wait to be written.
    queue: VecDeque<Frame>,
    /// How many groups were begun. What is in the queue is the next one.
    groups: usize,
    /// The position behind the last queued frame.
    queued: u64,
    /// The position behind the last frame that a group took.
    taken: u64,
    /// The position behind the last durable frame.
    durable: u64,
    /// Where to write; absent while a thread writes, and after a failure.
    tail: Option<Tail>,
    /// Why nothing more can be written.
    failure: Option<JournalError>,
    /// What is durable.
    extent: Extent,
    /// Whether anything was written since the log was opened.
    written: bool,
}

impl Log {
    /// Goes on behind what `tail` ends with.
    pub(crate) fn new(tail: Tail, extent: Extent, epoch: u64) -> Self {
        let end = tail.position();
        Self {
            state: Mutex::new(State {
                epoch,
                queue: VecDeque::new(),
                groups: 0,
                queued: end,
                taken: end,
                durable: end,
                tail: Some(tail),
                failure: None,
                extent,
                written: false,
            }),
            written: [Condvar::new(), Condvar::new()],
            figures: OnceLock::new(),
        }
    }

    /// Counts what is written from now on. Whoever asked first keeps it.
    pub(crate) fn measure(&self, figures: &Arc<JournalFigures>) {
        self.figures.get_or_init(|| Arc::clone(figures));
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

    /// Returns when everything up to `position` is durable, or when that cannot be any more.
    pub(crate) fn wait(&self, position: Position) -> Result<(), JournalError> {
        self.write_up_to(self.lock(), position.0).1
    }

    /// Raises the epoch and appends the frames that say so, durable.
    pub(crate) fn seal(&self, epoch: u64, frames: Vec<Frame>) -> Result<Position, JournalError> {
        let mut state = self.admit(epoch)?;
        state.epoch = epoch;
        self.queue(state, frames, true)
    }

    /// Returns up to where the log is durable.
    pub(crate) fn durable(&self) -> Position {
        Position(self.lock().durable)
    }

    /// Returns the newest epoch.
    pub(crate) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// Returns what can be read, after all that is queued was written. A log that failed can still be read
    /// up to where it was durable.
    pub(crate) fn extent(&self) -> Extent {
        let state = self.lock();
        let queued = state.queued;
        let (state, _) = self.write_up_to(state, queued);
        state.extent.clone()
    }

    /// Writes what is queued and, if anything was written, a last frame which proves that all before it was
    /// durable. After that, no damage to the log can be taken for a torn tail.
    pub(crate) fn close(&self) -> Result<(), JournalError> {
        let state = self.lock();
        if !state.written && state.queue.is_empty() {
            return Ok(());
        }
        let queued = state.queued;
        let (state, written) = self.write_up_to(state, queued);
        written?;
        self.queue(state, vec![Frame::closing()], true)?;
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn replace_tail(&self, tail: Tail) {
        self.lock().tail = Some(tail);
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

    fn queue(
        &self,
        mut state: MutexGuard<'_, State>,
        frames: Vec<Frame>,
        wait: bool,
    ) -> Result<Position, JournalError> {
        state.queued += frames.iter().map(Frame::len).sum::<u64>();
        state.queue.extend(frames);
        let end = state.queued;
        if wait || end - state.durable > QUEUE_BYTES {
            self.write_up_to(state, end).1?;
        }
        Ok(Position(end))
    }

    /// Returns when everything before `end` is durable, or when that cannot be any more.
    fn write_up_to<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        end: u64,
    ) -> (MutexGuard<'a, State>, Result<(), JournalError>) {
        // Whoever writes next takes everything that is queued, and so what is waited for here.
        let group = if end > state.taken {
            state.groups + 1
        } else {
            state.groups
        };
        loop {
            if state.durable >= end {
                return (state, Ok(()));
            }
            if let Some(failure) = &state.failure {
                let failure = failure.clone();
                return (state, Err(failure));
            }
            let Some(tail) = state.tail.take() else {
                state = self
                    .of_group(group)
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state = self.write_group(state, tail);
        }
    }

    /// Writes what is queued and wakes those who waited for it, and one of those who wait for what comes next.
    fn write_group<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        mut tail: Tail,
    ) -> MutexGuard<'a, State> {
        // Who is about to append comes into the same group: a sync costs more than the moment that this takes.
        drop(state);
        std::thread::yield_now();
        let mut state = self.lock();
        state.groups += 1;
        state.taken = state.queued;
        state.written = true;
        let group = state.groups;
        let mut frames = std::mem::take(&mut state.queue);
        drop(state);
        let (begun, from) = (Instant::now(), tail.position());
        let written = tail.write(frames.make_contiguous());
        if let (Some(figures), true) = (self.figures.get(), written.is_ok()) {
            figures.count(tail.position() - from, begun.elapsed());
        }
        drop(frames);
        let mut state = self.lock();
        match written {
            Ok(rotated) => {
                state.durable = tail.position();
                if rotated {
                    state.extent.segments.push(tail.segment().clone());
                } else if let Some(last) = state.extent.segments.last_mut() {
                    last.end = tail.position();
                }
                state.tail = Some(tail);
                self.of_group(group + 1).notify_one();
            }
            Err((path, error)) => {
                state.failure = Some(not_writable(&path, &error));
                self.of_group(group + 1).notify_all();
            }
        }
        self.of_group(group).notify_all();
        state
    }

    fn of_group(&self, group: usize) -> &Condvar {
        &self.written[group % 2]
    }
}
