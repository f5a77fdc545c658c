//! The crew of an epoch: carriers that work side by side, a feeder, and a keeper of the lock.

use std::num::NonZero;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::carrier::{Carrier, LOOK_UP, Leftover};
use crate::epoch::{Cause, Epoch};
use crate::feed::Feed;
use crate::lane::Worker;
use crate::migrate::{Direction, Migrate};
use crate::port::{LockAttempt, LockRequest, Session, Shard};
use crate::spec::Action;
use crate::step::Step;
use crate::threads::{self, Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};
use crate::undo::Undo;
use crate::work::Unit;

/// How often latency is probed.
const PROBE: Duration = Duration::from_millis(5);

/// What a crew leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Remains {
    pub(crate) left: Leftover,
    /// The feed was drained and everything in it is done.
    pub(crate) drained: bool,
}

/// Works through the backlog and the feed until both are empty, the run is stopped, or a lane fails.
pub(crate) fn work(
    epoch: &Epoch<'_>,
    shard: &dyn Shard,
    feed: &mut Feed<'_>,
    backlog: Vec<Unit>,
) -> Remains {
    let Shape {
        lanes,
        carriers,
        width,
    } = Shape::of(epoch, feed);
    let sessions = (0..lanes).map(|_| shard.session());
    let sessions = sessions
        .collect::<Result<Vec<Box<dyn Session>>, _>>()
        .map_err(Cause::Store);
    let ready = sessions.and_then(|sessions| Ok((sessions, workers(epoch, carriers)?)));
    let mut remains = Remains::default();
    let (mut sessions, workers) = match ready {
        Ok(ready) => ready,
        Err(cause) => {
            remains.left.causes.push(cause);
            remains.left.units = backlog;
            return remains;
        }
    };
    // Keys soon read again cost the server less: none wait long.
    let (sender, receiver) = bounded::<Vec<Unit>>(carriers);
    let (finished, finish) = bounded::<()>(0);
    threads::scope(|scope| {
        let carriers: Vec<_> = workers
            .into_iter()
            .enumerate()
            .map(|(number, worker)| {
                let receiver = receiver.clone();
                let own = sessions.len().div_ceil(carriers - number);
                let carrier = Carrier::new(epoch, worker, sessions.drain(..own));
                let started = threads::spawn_worker(scope, move || carrier.work(&receiver));
                if started.is_err() {
                    epoch.closing.store(true, Ordering::SeqCst);
                }
                started
            })
            .collect();
        drop(receiver);
        let keeper = scope.spawn(move || keep(epoch, shard, &finish));
        let mut feeder = Feeder {
            epoch,
            width,
            sender,
            rest: Vec::new(),
        };
        match feeder.feed(feed, backlog) {
            Ok(drained) => remains.drained = drained,
            Err(cause) => {
                epoch.closing.store(true, Ordering::SeqCst);
                remains.left.causes.push(cause);
            }
        }
        remains.left.units.append(&mut feeder.rest);
        drop(feeder);
        for carrier in carriers {
            let left =
                carrier.map(|carrier| carrier.join().map_err(|panic| words_of(panic.as_ref())));
            match left.unwrap_or_else(|error| Err(format!("no thread could be started: {error}"))) {
                Ok(leftover) => remains.left.take(leftover),
                Err(words) => remains.left.causes.push(Cause::Defect(words)),
            }
        }
        drop(finished);
        match keeper.join() {
            Ok(cause) => remains.left.causes.extend(cause),
            Err(panic) => remains
                .left
                .causes
                .push(Cause::Defect(words_of(panic.as_ref()))),
        }
    });
    remains.drained &= remains.left.is_nothing();
    remains
}

/// How the work is shared out.
struct Shape {
    /// Batches under way at the same time, each on a session of its own.
    lanes: usize,
    /// Threads that carry them.
    carriers: usize,
    /// Keys in a batch.
    width: usize,
}

impl Shape {
    fn of(epoch: &Epoch<'_>, feed: &Feed<'_>) -> Self {
        if feed.in_order() {
            return Self {
                lanes: 1,
                carriers: 1,
                width: 1,
            };
        }
        let strategy = &epoch.spec.strategy;
        let lanes = strategy.lanes.unwrap_or(epoch.facts.lanes).max(1);
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let carriers = strategy.carriers.unwrap_or_else(processors);
        Self {
            lanes,
            carriers: carriers.clamp(1, lanes),
            width: strategy.batch.unwrap_or(epoch.facts.batch).max(1),
        }
    }
}

fn workers(epoch: &Epoch<'_>, count: usize) -> Result<Vec<Worker>, Cause> {
    let worker = |_| match &epoch.spec.action {
        Action::Migrate(source) | Action::Retry(source) => {
            let transform = source.instantiate()?;
            Ok(Worker::Migrate(Migrate::new(
                transform,
                source.exports(),
                Direction::Migrate,
            )))
        }
        Action::Revert(source) => {
            let transform = source.instantiate()?;
            Ok(Worker::Migrate(Migrate::new(
                transform,
                source.exports(),
                Direction::Revert,
            )))
        }
        Action::Undo { revert, .. } => Ok(Worker::Undo(Undo::new(revert.as_deref())?)),
    };
    (0..count)
        .map(worker)
        .collect::<Result<_, _>>()
        .map_err(Cause::Transform)
}

/// Cuts units into batches and hands them to the lanes.
struct Feeder<'a> {
    epoch: &'a Epoch<'a>,
    width: usize,
    sender: Sender<Vec<Unit>>,
    /// Units that did not make it into a batch any more.
    rest: Vec<Unit>,
}

impl Feeder<'_> {
    /// Returns whether the feed was drained.
    fn feed(&mut self, feed: &mut Feed<'_>, backlog: Vec<Unit>) -> Result<bool, Cause> {
        self.rest = backlog;
        loop {
            while self.rest.iter().map(Unit::width).sum::<usize>() >= self.width {
                if !self.send() {
                    return Ok(false);
                }
            }
            if self.is_closing() {
                return Ok(false);
            }
            let (spec, control) = (self.epoch.spec, self.epoch.control);
            match feed.next_units(spec, self.epoch.claims, control, self.width)? {
                Some(units) => self.rest.extend(units),
                None => break,
            }
        }
        while !self.rest.is_empty() {
            if !self.send() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sends one batch; false if the crew is closing, with the batch kept.
    fn send(&mut self) -> bool {
        let mut width = 0;
        let fits = |unit: &&Unit| {
            width += unit.width();
            width <= self.width
        };
        let count = self.rest.iter().take_while(fits).count().max(1);
        let mut batch: Vec<Unit> = self.rest.drain(..count).collect();
        loop {
            if self.is_closing() {
                self.rest.append(&mut batch);
                return false;
            }
            if self.epoch.control.is_paused() {
                self.epoch
                    .control
                    .set_limit(crate::progress::ActiveLimit::Paused);
                self.epoch.tell_limit();
                threads::sleep(LOOK_UP);
                continue;
            }
            match self.sender.send_timeout(batch, LOOK_UP) {
                Ok(()) => return true,
                Err(SendTimeoutError::Timeout(back) | SendTimeoutError::Disconnected(back)) => {
                    batch = back;
                }
            }
        }
    }

    fn is_closing(&self) -> bool {
        if self.epoch.control.is_stopped() {
            self.epoch.closing.store(true, Ordering::SeqCst);
        }
        self.epoch.closing.load(Ordering::SeqCst)
    }
}

/// Renews the lock and probes latency until the crew is finished.
fn keep(epoch: &Epoch<'_>, shard: &dyn Shard, finish: &Receiver<()>) -> Option<Cause> {
    let renewal = epoch.spec.strategy.lock_ttl / 3;
    let pause = if epoch.pace.probes() { PROBE } else { renewal };
    let mut session = if epoch.pace.probes() {
        shard.session().ok()
    } else {
        None
    };
    let mut ledger = shard.ledger().ok();
    let mut renewed = Instant::now();
    let absent = [remold_host_api::Bytes::from(
        [&epoch.spec.reserved_prefix[..], b"probe"].concat(),
    )];
    loop {
        match finish.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return None,
        }
        if let Some(session) = &mut session {
            let begun = Instant::now();
            if session.read(&absent).is_ok() {
                let latency = begun.elapsed();
                epoch
                    .control
                    .set_latency_us(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
                epoch.pace.observe(latency);
            }
        }
        if renewed.elapsed() < renewal {
            continue;
        }
        renewed = Instant::now();
        if let Err(cause) = epoch.reach(Step::BeforeRenew) {
            epoch.closing.store(true, Ordering::SeqCst);
            return Some(cause);
        }
        let request = LockRequest {
            run: epoch.spec.header.run.clone(),
            owner: epoch.spec.owner.clone(),
            ttl: epoch.spec.strategy.lock_ttl,
            take_over: false,
            again: true,
        };
        // A failure here is no news: the lanes meet it too, and the epoch fences whatever the lock does not.
        let renewal = ledger.as_mut().map(|ledger| ledger.lock(&request));
        let ended = match renewal {
            Some(Ok(LockAttempt::Held(holder))) => Err(Cause::Locked(holder)),
            Some(Ok(LockAttempt::Superseded(by))) => Err(Cause::Superseded(by)),
            _ => epoch.reach(Step::AfterRenew),
        };
        if let Err(cause) = ended {
            epoch.closing.store(true, Ordering::SeqCst);
            return Some(cause);
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a worker panicked".to_owned())
}
