//! The run's bookkeeping on the server: lock, epoch, receipts and history; with it, the registry and the changes.
//!
//! Every change reads, decides, and writes only if what it read is still so; who loses the race reads again.

mod changes;
mod history;
mod lock;
mod registry;
mod steps;

use std::sync::Arc;

use remold_engine::port::{
    Fault, HistoryEntry, Ledger, LockAttempt, LockHolder, LockRequest, Progress, Raise, RunEvent,
    StoreError, Terms,
};

use self::lock::{Group, Rival};
use self::steps::{Command, Decision, Steps, command};
use super::abilities::Abilities;
use super::endpoint::Endpoint;
use super::fence;
use super::names::Names;
use super::reply::{self, Reply};
use super::request::Sink as _;

/// The bookkeeping on one server.
#[derive(Debug)]
pub(crate) struct RedisLedger {
    names: Arc<Names>,
    delete: &'static [u8],
    steps: Steps,
}

impl RedisLedger {
    /// Opens a connection for it.
    pub(crate) fn open(
        endpoint: Arc<Endpoint>,
        names: Arc<Names>,
        abilities: Abilities,
    ) -> Result<Self, StoreError> {
        let delete = abilities.delete();
        Ok(Self {
            names,
            delete,
            steps: Steps::open(endpoint, abilities)?,
        })
    }
}

impl Ledger for RedisLedger {
    fn lock(&mut self, request: &LockRequest) -> Result<LockAttempt, StoreError> {
        let names = Arc::clone(&self.names);
        match names.share() {
            None => self.lock_whole(request),
            Some(share) => self.lock_share(share, request),
        }
    }

    fn unlock(&mut self, run: &str, owner: &str) -> Result<(), StoreError> {
        const DOING: &str = "giving up the lock";
        self.steps.check_writable(DOING)?;
        let names = Arc::clone(&self.names);
        if let Some(share) = names.share() {
            return self.unlock_share(share, owner);
        }
        let ours = |holder: &LockHolder| {
            holder.run == run && holder.owner == owner && holder.shares.is_none()
        };
        self.delete_lock(DOING, ours).map(drop)
    }

    fn lock_holder(&mut self) -> Result<Option<LockHolder>, StoreError> {
        self.read_holder()
    }

    fn break_lock(&mut self) -> Result<Option<LockHolder>, StoreError> {
        self.steps.check_writable("breaking the lock")?;
        self.delete_lock("breaking the lock", |_| true)
    }

    fn epoch(&mut self) -> Result<u64, StoreError> {
        const DOING: &str = "reading the epoch";
        let names = Arc::clone(&self.names);
        self.steps.attempt(
            DOING,
            &[],
            |request| request.command(&[b"GET", names.epoch().as_bytes()]),
            |connection, replies| {
                fence::read_own(connection, &names, DOING, &first(replies)).map(Decision::Answer)
            },
        )
    }

    fn raise_epoch(&mut self, run: &str, to: u64) -> Result<Raise, StoreError> {
        const DOING: &str = "raising the epoch";
        let names = Arc::clone(&self.names);
        let (lock, share) = (names.lock(), names.share());
        let mut watched: Vec<&str> = names.fences().collect();
        watched.push(&lock);
        watched.extend(share.map(|share| share.group.as_str()));
        self.steps.change(
            DOING,
            &watched,
            |request| {
                Self::ask_rival(request, &lock);
                request.command(&[b"GET", names.epoch().as_bytes()]);
                if let Some(share) = share {
                    request.command(&[b"GET", names.keyspace_epoch().as_bytes()]);
                    request.command(&[b"HGETALL", share.group.as_bytes()]);
                }
            },
            |connection, replies| {
                let mut replies = replies.into_iter();
                let rival = Self::rival(&names, run, &mut replies);
                if let Rival::Other(holder) = rival {
                    return Ok(Decision::Answer(Raise::Locked(holder)));
                }
                let mut next = || replies.next().unwrap_or(Reply::Nil);
                let found = fence::read_own(connection, &names, DOING, &next())?;
                if found >= to {
                    return Ok(Decision::Answer(Raise::Stale(found)));
                }
                let mut text = to.to_string();
                if share.is_some() {
                    let keyspace = names.keyspace_epoch();
                    let keyspace = fence::number(connection, keyspace, DOING, &next())?;
                    let group = Group::read(replies.next());
                    if !matches!(rival, Rival::Ours) || !group.has(keyspace) {
                        let message = "the lock has lapsed since it was taken";
                        let peer = connection.peer();
                        return Err(peer.error(Fault::Unavailable, DOING, message, None));
                    }
                    text = fence::written(to, keyspace);
                }
                let set = command(&[b"SET", names.epoch().as_bytes(), text.as_bytes()]);
                Ok(Decision::Write(vec![set], Raise::Raised))
            },
        )
    }

    fn progress(&mut self, run: &str) -> Result<Progress, StoreError> {
        let (receipts, progress) = (self.names.receipts(run), self.names.progress(run));
        let replies = self
            .steps
            .read_atomically("reading what was applied", &questions(&receipts, &progress))?;
        answers(replies.into_iter(), &receipts, &progress)
    }

    fn settle(&mut self, run: &str, epoch: u64, watermark: u64) -> Result<(), StoreError> {
        const DOING: &str = "settling the epoch";
        let names = Arc::clone(&self.names);
        let progress = names.progress(run);
        let (base, watermark) = (epoch.to_string(), watermark.to_string());
        let watched: Vec<&str> = names.fences().collect();
        self.steps.change(
            DOING,
            &watched,
            |request| {
                for epoch in names.fences() {
                    request.command(&[b"GET", epoch.as_bytes()]);
                }
            },
            |connection, replies| {
                let found = fence::read(connection, &names, DOING, &mut replies.into_iter())?;
                if found.epoch != epoch {
                    return Err(connection.peer().epoch(DOING, epoch, found.epoch));
                }
                let key = progress.as_bytes();
                let commands = vec![
                    command(&[b"ZADD", key, base.as_bytes(), b"base"]),
                    command(&[b"ZADD", key, b"GT", watermark.as_bytes(), b"watermark"]),
                ];
                Ok(Decision::Write(commands, ()))
            },
        )
    }

    fn record(&mut self, entry: &HistoryEntry, event: RunEvent) -> Result<(), StoreError> {
        self.note(entry, event)
    }

    fn complete(
        &mut self,
        entry: &HistoryEntry,
        history: &str,
        expected: &Progress,
    ) -> Result<(), StoreError> {
        self.note_end(entry, history, expected)
    }

    fn agree(&mut self, terms: &Terms) -> Result<Terms, StoreError> {
        self.agree_on(terms)
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        self.entries()
    }

    fn forget(&mut self, run: &str) -> Result<(), StoreError> {
        let (receipts, progress) = (self.names.receipts(run), self.names.progress(run));
        let delete: Vec<Command> = [&receipts, &progress]
            .map(|key| command(&[self.delete, key.as_bytes()]))
            .into();
        self.steps.change(
            "dropping the receipts of a run",
            &[],
            |_| {},
            |_, _| Ok(Decision::Write(delete.clone(), ())),
        )
    }
}

/// What is asked of a run's batches.
fn questions(receipts: &str, progress: &str) -> [Command; 3] {
    [
        command(&[b"ZSCORE", progress.as_bytes(), b"base"]),
        command(&[b"ZSCORE", progress.as_bytes(), b"watermark"]),
        command(&[b"ZRANGE", receipts.as_bytes(), b"0", b"-1"]),
    ]
}

/// The answers to [`questions`].
fn answers(
    mut replies: impl Iterator<Item = Reply>,
    receipts: &str,
    progress: &str,
) -> Result<Progress, StoreError> {
    let mut score = |place: &str| match replies.next() {
        None | Some(Reply::Nil) => Ok(0),
        Some(value) => reply::whole_score(&value).ok_or_else(|| corrupt(progress, place)),
    };
    let (base, watermark) = (score("base")?, score("watermark")?);
    let members = replies.next().and_then(reply::array).unwrap_or_default();
    let receipts = members
        .iter()
        .map(|member| reply::text(member)?.parse().ok())
        .collect::<Option<Vec<u64>>>()
        .ok_or_else(|| corrupt(receipts, "a receipt"))?;
    Ok(Progress {
        base,
        watermark,
        receipts,
    })
}

fn first(replies: Vec<Reply>) -> Reply {
    replies.into_iter().next().unwrap_or(Reply::Nil)
}

fn corrupt(place: &str, what: &str) -> StoreError {
    StoreError::Corrupt {
        place: place.to_owned(),
        message: format!("{what} is not a whole number"),
    }
}
