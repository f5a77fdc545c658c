//! What all processes of one story share: the server, the disk, chance, and what may still go wrong.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use remold_engine::port::{Fault, StoreError};

use crate::disk::Disk;
use crate::rules::Rules;
use crate::server::{Server, Transaction};

/// How much may go wrong in one story.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// Processes that die.
    pub crashes: u32,
    /// Processes that are taken for dead while they go on.
    pub takeovers: u32,
    /// Connections that are cut, or answers that are lost.
    pub cuts: u32,
    /// Times that the server loses its newest writes.
    pub backs: u32,
    /// Times that a replica which still has them is promoted.
    pub promotions: u32,
    /// Writes of the application.
    pub writes: u32,
}

/// What all processes of one story share.
pub(crate) struct World {
    pub(crate) rules: Rules,
    state: Mutex<State>,
}

/// The world at one moment. Only one thread runs at a time, so it is never waited for.
pub(crate) struct State {
    pub(crate) server: Server,
    pub(crate) chance: fastrand::Rng,
    pub(crate) left: Faults,
    pub(crate) story: Vec<String>,
    /// No more goes wrong: what is on its way still arrives.
    pub(crate) calm: bool,
    /// Something is still to come after the end of a run.
    pub(crate) goes_on: bool,
    turns: u32,
}

/// No story takes so many turns, unless somebody goes round in circles.
const ENDLESS: u32 = 20_000;

/// One process of the run, as the world sees it.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) name: u32,
    dead: Arc<AtomicBool>,
}

impl World {
    pub(crate) fn new(rules: Rules, seed: u64, keys: usize, faults: Faults) -> Arc<Self> {
        Arc::new(Self {
            rules,
            state: Mutex::new(State {
                server: Server::new(rules, keys),
                chance: fastrand::Rng::with_seed(seed),
                left: faults,
                story: Vec::new(),
                calm: false,
                goes_on: false,
                turns: 0,
            }),
        })
    }

    pub(crate) fn now(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets others go on, and the rest of the world happen; then it is the caller's turn.
    pub(crate) fn turn(&self) -> MutexGuard<'_, State> {
        shuttle::thread::yield_now();
        let mut state = self.now();
        state.happen();
        state
    }
}

impl State {
    pub(crate) fn tell(&mut self, what: impl FnOnce() -> String) {
        self.story.push(what());
    }

    pub(crate) fn one_in(&mut self, number: u32) -> bool {
        self.chance.u32(..number) == 0
    }

    /// Whether something of a kind goes wrong now: about one time in `number`, as long as there are any `left`.
    pub(crate) fn strikes(&mut self, number: u32, left: fn(&mut Faults) -> &mut u32) -> bool {
        if self.calm || *left(&mut self.left) == 0 || !self.one_in(number) {
            return false;
        }
        *left(&mut self.left) -= 1;
        true
    }

    /// Somebody goes round in circles: the server refuses everything from now on.
    pub(crate) fn is_endless(&self) -> bool {
        self.turns > ENDLESS
    }

    /// What nobody of the run does.
    fn happen(&mut self) {
        self.turns += 1;
        if !self.server.late.is_empty() && self.one_in(6) {
            self.deliver();
        }
        if self.strikes(5, |left| &mut left.writes) {
            let key = Bytes::from(format!("key:{}", self.chance.u32(..8)));
            if self.one_in(6) {
                self.server.application_deletes(&key);
                self.tell(|| format!("the application deletes {key:?}"));
            } else {
                self.server.application_writes(&key);
                self.tell(|| format!("the application writes {key:?}"));
            }
        }
        if self.server.depth() > 0 && self.strikes(40, |left| &mut left.backs) {
            let lost = self.chance.usize(1..=self.server.depth());
            self.server.go_back(lost);
            self.tell(|| format!("the server restarts without its newest {lost} writes"));
        } else if self.strikes(40, |left| &mut left.promotions) && self.server.promote() {
            self.tell(|| "the replica with the newer writes is promoted".to_owned());
        }
    }

    /// A transaction of a connection that is gone arrives after all.
    pub(crate) fn deliver(&mut self) {
        let which = self.chance.usize(..self.server.late.len());
        let transaction = self.server.late.swap_remove(which);
        let applied = self.server.execute(&transaction);
        self.tell(|| told("late", &transaction, applied));
    }
}

/// A line of the story.
pub(crate) fn told(when: &str, transaction: &Transaction, applied: bool) -> String {
    let answer = if applied { "applied" } else { "refused" };
    let Transaction {
        batch,
        watched,
        watermark,
        ..
    } = transaction;
    format!("{when}: batch {batch} of {watched:?} is {answer} (watermark {watermark:?})")
}

impl Process {
    pub(crate) fn new(name: u32) -> Self {
        Self {
            name,
            dead: Arc::new(AtomicBool::new(false)),
        }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// It is gone, at once, with all its threads. What it had not synced may be lost.
    pub(crate) fn die(&self, disk: &Disk) {
        self.dead.store(true, Ordering::SeqCst);
        disk.lose(self.name);
    }
}

/// The connection is gone.
pub(crate) fn lost() -> StoreError {
    failed(Fault::Lost, "the connection was cut")
}

/// The story has gone on for too long.
pub(crate) fn refused() -> StoreError {
    failed(Fault::Refused, "the story does not end")
}

/// The server is another than it was.
pub(crate) fn another_history() -> StoreError {
    failed(Fault::HistoryChanged, "the server restarted")
}

fn failed(fault: Fault, message: &str) -> StoreError {
    StoreError::Server {
        fault,
        doing: "asking the model".to_owned(),
        message: message.to_owned(),
        hint: None,
        retry_after: None,
    }
}
