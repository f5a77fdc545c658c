//! The same as the system's, under the control of a simulation. Time stands still: a pause lets others go on, and a
//! wait for a message has no end but the message.

use std::collections::VecDeque;
use std::time::Duration;

use shuttle::sync::{Arc, Condvar, Mutex};
pub(crate) use shuttle::thread::scope;
use shuttle::thread::{Scope, ScopedJoinHandle};

/// Starts a thread that calls a transform.
#[allow(
    clippy::unnecessary_wraps,
    reason = "the system's threads may fail to start"
)]
pub(crate) fn spawn_worker<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> std::io::Result<ScopedJoinHandle<'scope, T>> {
    Ok(scope.spawn(work))
}

/// Lets others go on.
pub(crate) fn sleep(_pause: Duration) {
    shuttle::thread::yield_now();
}

/// Why a message was not taken.
pub(crate) enum SendTimeoutError<T> {
    /// There was no room.
    Timeout(T),
    /// Nobody receives any longer.
    #[allow(dead_code, reason = "receivers outlive their sender here")]
    Disconnected(T),
}

/// Why no message came.
pub(crate) enum RecvTimeoutError {
    /// None came in time.
    #[allow(dead_code, reason = "time stands still")]
    Timeout,
    /// None will come.
    Disconnected,
}

struct Queue<T> {
    messages: VecDeque<T>,
    room: usize,
    closed: bool,
}

struct Shared<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

/// The end that messages go into; when it is dropped none will come any more.
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The end that messages come out of, at one of all clones.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

/// Makes a queue with room for so many messages.
pub(crate) fn bounded<T>(room: usize) -> (Sender<T>, Receiver<T>) {
    let queue = Queue {
        messages: VecDeque::new(),
        room,
        closed: false,
    };
    let shared = Arc::new(Shared {
        queue: Mutex::new(queue),
        changed: Condvar::new(),
    });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

fn lock<T>(shared: &Shared<T>) -> shuttle::sync::MutexGuard<'_, Queue<T>> {
    shared
        .queue
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl<T> Sender<T> {
    pub(crate) fn send_timeout(
        &self,
        message: T,
        pause: Duration,
    ) -> Result<(), SendTimeoutError<T>> {
        let mut queue = lock(&self.0);
        if queue.messages.len() < queue.room {
            queue.messages.push_back(message);
            self.0.changed.notify_one();
            return Ok(());
        }
        drop(queue);
        sleep(pause);
        Err(SendTimeoutError::Timeout(message))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            lock(&self.0).closed = true;
            self.0.changed.notify_all();
        }
    }
}

impl<T> Receiver<T> {
    pub(crate) fn recv_timeout(&self, _pause: Duration) -> Result<T, RecvTimeoutError> {
        let mut queue = lock(&self.0);
        loop {
            if let Some(message) = queue.messages.pop_front() {
                return Ok(message);
            }
            if queue.closed {
                return Err(RecvTimeoutError::Disconnected);
            }
            queue = self
                .0
                .changed
                .wait(queue)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Receiver<T> {
    /// Takes a message that is there already.
    pub(crate) fn try_recv(&self) -> Result<T, RecvTimeoutError> {
        let message = lock(&self.0).messages.pop_front();
        message.ok_or(RecvTimeoutError::Timeout)
    }

    /// Waits for a message.
    pub(crate) fn recv(&self) -> Result<T, RecvTimeoutError> {
        self.recv_timeout(Duration::MAX)
    }
}
