//! The model of a server: keys, bookkeeping, transactions on their way, a history that can go back.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use remold_engine::port::{ChangeEvent, HistoryEntry, RegistryContents, Write};

use crate::rules::{Rule, Rules};
use crate::value::Counts;

/// How many versions of the past the server may fall back to.
const PAST: usize = 10;

/// What lives in one log of the server, and so goes back, or forward, together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub(crate) keys: BTreeMap<Bytes, Key>,
    pub(crate) epoch: u64,
    /// The run that has raised the epoch last: nobody else may write.
    pub(crate) owner: String,
    /// By run of shares, the epoch that it has raised.
    pub(crate) groups: BTreeMap<String, u64>,
    /// By share, its own epoch and the keyspace's in which that holds.
    pub(crate) shares: BTreeMap<String, (u64, u64)>,
    pub(crate) books: BTreeMap<String, Books>,
    pub(crate) history: BTreeMap<String, HistoryEntry>,
    pub(crate) registry: RegistryContents,
    pub(crate) changes: Vec<ChangeEvent>,
}

/// A key, and what really happened to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) counts: Counts,
    /// How often the application wrote it.
    pub(crate) written: u64,
    /// It was there from the start and all the time.
    pub(crate) whole: bool,
}

/// A run's bookkeeping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) base: u64,
    pub(crate) watermark: u64,
    pub(crate) receipts: BTreeSet<u64>,
}

/// A transaction that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) run: String,
    /// The run that it is a share of.
    pub(crate) share_of: Option<String>,
    pub(crate) batch: u64,
    pub(crate) writes: Vec<Write>,
    pub(crate) watermark: Option<u64>,
    pub(crate) watched: Vec<Bytes>,
    /// When its connection began to watch.
    pub(crate) since: u64,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    rules: Rules,
    pub(crate) data: Data,
    /// Another number after each restart or promotion: connections and histories of before are gone.
    pub(crate) history: u64,
    past: Vec<Data>,
    /// What a replica still has that the server lost.
    replica: Option<Data>,
    /// Transactions of connections that were cut, still on their way.
    pub(crate) late: Vec<Transaction>,
    /// Counts writes; when each key, and the epoch, was written last.
    clock: u64,
    touched: BTreeMap<Bytes, u64>,
    epoch_touched: u64,
    shares_touched: BTreeMap<String, u64>,
    /// A run has written while the keyspace was another's.
    pub(crate) trespass: Option<String>,
}

impl Server {
    /// Starts with so many keys.
    pub(crate) fn new(rules: Rules, keys: usize) -> Self {
        let key = |number| {
            let state = Key {
                counts: Counts::default(),
                written: 0,
                whole: true,
            };
            (Bytes::from(format!("key:{number}")), state)
        };
        Self {
            rules,
            data: Data {
                keys: (0..keys).map(key).collect(),
                ..Data::default()
            },
            history: 1,
            past: Vec::new(),
            replica: None,
            late: Vec::new(),
            clock: 0,
            touched: BTreeMap::new(),
            epoch_touched: 0,
            shares_touched: BTreeMap::new(),
            trespass: None,
        }
    }

    /// The time of the newest write: who watches from now on sees what comes later.
    pub(crate) fn now(&self) -> u64 {
        self.clock
    }

    /// Remembers the present before it changes.
    fn change(&mut self) -> &mut Data {
        self.clock += 1;
        if self.past.len() == PAST {
            self.past.remove(0);
        }
        self.past.push(self.data.clone());
        &mut self.data
    }

    /// The application adds one to its count in a key, which it creates if it is not there.
    pub(crate) fn application_writes(&mut self, key: &Bytes) {
        let fresh = Key {
            counts: Counts::default(),
            written: 0,
            whole: false,
        };
        let state = self.change().keys.entry(key.clone()).or_insert(fresh);
        state.counts.application += 1;
        state.written += 1;
        self.touched.insert(key.clone(), self.clock);
    }

    /// The application deletes a key.
    pub(crate) fn application_deletes(&mut self, key: &Bytes) {
        self.change().keys.remove(key);
        self.touched.insert(key.clone(), self.clock);
    }

    /// Changes bookkeeping other than the epoch.
    pub(crate) fn keep_books(&mut self, edit: impl FnOnce(&mut Data)) {
        edit(self.change());
    }

    /// Raises the epoch for a run.
    pub(crate) fn raise(&mut self, to: u64, run: &str) {
        let data = self.change();
        data.epoch = to;
        run.clone_into(&mut data.owner);
        self.epoch_touched = self.clock;
    }

    /// Raises the keyspace's epoch for a run of shares, unless that has raised it last.
    pub(crate) fn raise_for_shares(&mut self, run: &str) {
        let to = self.data.epoch + 1;
        self.raise(to, run);
        self.data.groups.insert(run.to_owned(), to);
    }

    /// Raises the epoch of a share.
    pub(crate) fn raise_share(&mut self, id: &str, to: u64) {
        let data = self.change();
        data.shares.insert(id.to_owned(), (to, data.epoch));
        self.shares_touched.insert(id.to_owned(), self.clock);
    }

    /// Executes a transaction; false if something that it watches has changed.
    pub(crate) fn execute(&mut self, transaction: &Transaction) -> bool {
        let changed = |key: &Bytes| {
            self.touched
                .get(key)
                .is_some_and(|at| *at > transaction.since)
        };
        let guarded = self.rules.hold(Rule::Guard) && transaction.watched.iter().any(changed);
        let keyspace_changed = self.epoch_touched > transaction.since;
        let own = self.shares_touched.get(&transaction.run);
        let own_changed = own.is_some_and(|at| *at > transaction.since);
        let keyspace_rule = match transaction.share_of {
            None => Rule::Fence,
            Some(_) => Rule::KeyspaceFence,
        };
        let fenced = (own_changed && self.rules.hold(Rule::Fence))
            || (keyspace_changed && self.rules.hold(keyspace_rule));
        if guarded || fenced {
            return false;
        }
        let run = transaction.share_of.as_ref().unwrap_or(&transaction.run);
        if *run != self.data.owner {
            let owner = &self.data.owner;
            self.trespass = Some(format!("{run} wrote while the keyspace was {owner}'s"));
        }
        let receipt = self.rules.hold(Rule::AtomicReceipt);
        let data = self.change();
        for write in &transaction.writes {
            apply(data, write);
        }
        let books = data.books.entry(transaction.run.clone()).or_default();
        if receipt {
            books.receipts.insert(transaction.batch);
        }
        if let Some(watermark) = transaction.watermark {
            books.watermark = books.watermark.max(watermark);
            books.receipts.retain(|batch| *batch > watermark);
        }
        for write in &transaction.writes {
            self.touched.insert(key_of(write).clone(), self.clock);
        }
        true
    }

    /// Says how many versions back the server could fall.
    pub(crate) fn depth(&self) -> usize {
        self.past.len()
    }

    /// Restarts without its newest `lost` versions; a replica keeps them.
    pub(crate) fn go_back(&mut self, lost: usize) {
        let before = self.past.len() - lost;
        let then = self.past[before].clone();
        self.past.truncate(before);
        self.replica = Some(std::mem::replace(&mut self.data, then));
        self.restart();
    }

    /// Promotes the replica that still has what was lost; false if there is none.
    pub(crate) fn promote(&mut self) -> bool {
        let Some(data) = self.replica.take() else {
            return false;
        };
        self.data = data;
        self.past.clear();
        self.restart();
        true
    }

    /// Connections, and what was on its way in them, are gone.
    fn restart(&mut self) {
        self.history += 1;
        self.late.clear();
        self.clock += 1;
        self.touched.clear();
        self.shares_touched.clear();
    }
}

fn key_of(write: &Write) -> &Bytes {
    match write {
        Write::Put { key, .. }
        | Write::Edit { key, .. }
        | Write::Expire { key, .. }
        | Write::Delete { key } => key,
        Write::Rename { from, .. } => from,
    }
}

fn apply(data: &mut Data, write: &Write) {
    match write {
        Write::Put { key, image } => {
            let counts = Counts::of_payload(&image.payload);
            let state = data.keys.entry(key.clone()).or_insert(Key {
                counts,
                written: counts.application,
                whole: false,
            });
            state.counts = counts;
        }
        Write::Delete { key } => drop(data.keys.remove(key)),
        other => panic!("no transform of the simulation makes {other:?}"),
    }
}
