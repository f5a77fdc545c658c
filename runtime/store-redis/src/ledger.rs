//! The run's bookkeeping on the server: lock, epoch, receipts and history; with it, the registry and the changes.
//!
//! Every change reads, decides, and writes only if what it read is still so; who loses the race reads again.

mod changes;
mod registry;
mod steps;

use std::sync::Arc;

use remold_engine::port::{
    Fault, Happening, HistoryEntry, Ledger, LockAttempt, LockHolder, LockRequest, Progress, Raise,
    RunChange, RunEvent, StoreError,
};

use self::steps::{Command, Decision, Steps, command};
use super::abilities::Abilities;
use super::endpoint::Endpoint;
use super::names::{Names, read_epoch};
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

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

    fn read_lock(request: &mut Request, lock: &str) {
        request.command(&[b"HGETALL", lock.as_bytes()]);
        request.command(&[b"PTTL", lock.as_bytes()]);
        request.command(&[b"TIME"]);
    }

    /// Deletes the lock if `may` says so, and returns who had it.
    fn delete_lock(
        &mut self,
        doing: &str,
        may: impl Fn(&LockHolder) -> bool,
    ) -> Result<Option<LockHolder>, StoreError> {
        let lock = self.names.lock();
        let delete = self.delete;
        self.steps.attempt(
            doing,
            &[&lock],
            |request| Self::read_lock(request, &lock),
            |_, replies| {
                let (holder, _) = lock_state(replies);
                Ok(match holder {
                    Some(holder) if may(&holder) => {
                        Decision::Write(vec![command(&[delete, lock.as_bytes()])], Some(holder))
                    }
                    other => Decision::Answer(other),
                })
            },
        )
    }
}

/// The holder and the server's clock out of the replies to what [`RedisLedger::read_lock`] wrote.
fn lock_state(replies: Vec<Reply>) -> (Option<LockHolder>, u64) {
    let mut replies = replies.into_iter();
    let fields = replies.next().map(reply::pairs).unwrap_or_default();
    let left = replies
        .next()
        .as_ref()
        .and_then(reply::integer)
        .unwrap_or(-2);
    let now = replies.next().and_then(reply::time).unwrap_or_default();
    let field = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    // An expired lock that is still listed is none; one without an expiry never lapses.
    let holder = (left != -2 && !fields.is_empty()).then(|| LockHolder {
        run: field("run").unwrap_or_default(),
        owner: field("owner").unwrap_or_default(),
        since: field("since")
            .and_then(|since| since.parse().ok())
            .unwrap_or_default(),
        expires_in: u64::try_from(left).unwrap_or(u64::MAX),
    });
    (holder, now)
}

impl Ledger for RedisLedger {
    fn lock(&mut self, request: &LockRequest) -> Result<LockAttempt, StoreError> {
        let lock = self.names.lock();
        let ttl = request.ttl.as_millis().max(1).to_string();
        let delete = self.delete;
        self.steps.change(
            "taking the lock",
            &[&lock],
            |pipeline| Self::read_lock(pipeline, &lock),
            |_, replies| {
                let (holder, now) = lock_state(replies);
                let renew = command(&[b"PEXPIRE", lock.as_bytes(), ttl.as_bytes()]);
                Ok(match holder {
                    Some(holder) if holder.run == request.run && holder.owner == request.owner => {
                        Decision::Write(vec![renew], LockAttempt::Acquired)
                    }
                    Some(holder) if holder.run != request.run || !request.take_over => {
                        Decision::Answer(LockAttempt::Held(holder))
                    }
                    _ => {
                        let since = now.to_string();
                        let fields: [&[u8]; 8] = [
                            b"HSET",
                            lock.as_bytes(),
                            b"run",
                            request.run.as_bytes(),
                            b"owner",
                            request.owner.as_bytes(),
                            b"since",
                            since.as_bytes(),
                        ];
                        let clear = command(&[delete, lock.as_bytes()]);
                        Decision::Write(vec![clear, command(&fields), renew], LockAttempt::Acquired)
                    }
                })
            },
        )
    }

    fn unlock(&mut self, run: &str, owner: &str) -> Result<(), StoreError> {
        self.steps.check_writable("giving up the lock")?;
        let ours = |holder: &LockHolder| holder.run == run && holder.owner == owner;
        self.delete_lock("giving up the lock", ours).map(drop)
    }

    fn lock_holder(&mut self) -> Result<Option<LockHolder>, StoreError> {
        self.delete_lock("reading the lock", |_| false)
    }

    fn break_lock(&mut self) -> Result<Option<LockHolder>, StoreError> {
        self.steps.check_writable("breaking the lock")?;
        self.delete_lock("breaking the lock", |_| true)
    }

    fn epoch(&mut self) -> Result<u64, StoreError> {
        let names = Arc::clone(&self.names);
        self.steps.attempt(
            "reading the epoch",
            &[],
            |request| request.command(&[b"GET", names.epoch().as_bytes()]),
            |connection, replies| {
                read_epoch(connection, &names, "reading the epoch", &first(replies))
                    .map(Decision::Answer)
            },
        )
    }

    fn raise_epoch(&mut self, to: u64) -> Result<Raise, StoreError> {
        const DOING: &str = "raising the epoch";
        let names = Arc::clone(&self.names);
        let key = names.epoch();
        self.steps.change(
            DOING,
            &[key],
            |request| request.command(&[b"GET", key.as_bytes()]),
            |connection, replies| {
                let found = read_epoch(connection, &names, DOING, &first(replies))?;
                if found >= to {
                    return Ok(Decision::Answer(Raise::Stale(found)));
                }
                let set = command(&[b"SET", key.as_bytes(), to.to_string().as_bytes()]);
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
        self.steps.change(
            DOING,
            &[names.epoch()],
            |request| request.command(&[b"GET", names.epoch().as_bytes()]),
            |connection, replies| {
                let found = read_epoch(connection, &names, DOING, &first(replies))?;
                if found != epoch {
                    return Err(connection.peer().epoch(DOING, epoch, found));
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
        let names = Arc::clone(&self.names);
        self.steps.change(
            "recording the run",
            &[],
            |request| request.command(&[b"TIME"]),
            |_, replies| {
                let commands = commands_of(&names, entry, event, first(replies));
                Ok(Decision::Write(commands, ()))
            },
        )
    }

    fn complete(
        &mut self,
        entry: &HistoryEntry,
        history: &str,
        expected: &Progress,
    ) -> Result<(), StoreError> {
        const DOING: &str = "recording the end of the run";
        let names = Arc::clone(&self.names);
        let (receipts, progress) = (names.receipts(&entry.run), names.progress(&entry.run));
        self.steps.change(
            DOING,
            &[names.epoch(), &receipts, &progress],
            |request| {
                request.command(&[b"TIME"]);
                request.command(&[b"GET", names.epoch().as_bytes()]);
                for command in questions(&receipts, &progress) {
                    let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
                    request.command(&words);
                }
            },
            |connection, replies| {
                // The connection may be a new one.
                if let Some(now) = connection.info().history().filter(|now| now != history) {
                    let message = format!("the server's history is {now} and was {history}");
                    return Err(connection.peer().history_changed(DOING, &message));
                }
                let mut replies = replies.into_iter();
                let time = replies.next().unwrap_or(Reply::Nil);
                let epoch = replies.next().unwrap_or(Reply::Nil);
                let found = read_epoch(connection, &names, DOING, &epoch)?;
                if found != expected.base {
                    return Err(connection.peer().epoch(DOING, expected.base, found));
                }
                if !answers(replies, &receipts, &progress)?.holds(expected) {
                    let message = "batches that it had taken are not in it any more";
                    return Err(connection.peer().error(
                        Fault::HistoryChanged,
                        DOING,
                        message,
                        None,
                    ));
                }
                let commands = commands_of(&names, entry, RunEvent::Completed, time);
                Ok(Decision::Write(commands, ()))
            },
        )
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let history = self.names.history();
        self.steps.attempt(
            "reading the history",
            &[],
            |request| request.command(&[b"HGETALL", history.as_bytes()]),
            |_, replies| {
                let entries = reply::pairs(first(replies)).into_iter().map(|(run, text)| {
                    serde_json::from_str::<HistoryEntry>(&text).map_err(|error| {
                        StoreError::Corrupt {
                            place: format!("{history}, run {run}"),
                            message: error.to_string(),
                        }
                    })
                });
                let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
                entries.sort_by(|a, b| (a.started_at, &a.run).cmp(&(b.started_at, &b.run)));
                Ok(Decision::Answer(entries))
            },
        )
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

/// What writes an entry of the history and an event of the changes; `time` is the server's answer to `TIME`.
fn commands_of(names: &Names, entry: &HistoryEntry, event: RunEvent, time: Reply) -> Vec<Command> {
    let text = serde_json::to_string(entry).expect("an entry has only names and numbers");
    let set = command(&[
        b"HSET",
        names.history().as_bytes(),
        entry.run.as_bytes(),
        text.as_bytes(),
    ]);
    let happening = Happening::Run(Box::new(RunChange {
        event,
        entry: entry.clone(),
        reason: None,
    }));
    let at = reply::time(time).unwrap_or_default();
    vec![set, changes::append(names, &happening, at)]
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
