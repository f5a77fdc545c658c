//! The lock of a keyspace, and those of the shares of a run that hold it together.
//!
//! How a share takes both is in [`share`].

mod share;

use remold_engine::ShareOf;
use remold_engine::port::{LockAttempt, LockHolder, LockRequest, StoreError};

pub(super) use self::share::Group;
use super::RedisLedger;
use super::steps::{Command, Decision, command};
use crate::names::Names;
use crate::reply::{self, Reply};
use crate::request::{Request, Sink as _};

/// What a lock is asked, without the server's clock.
fn ask_lock(request: &mut Request, lock: &str) {
    request.command(&[b"HGETALL", lock.as_bytes()]);
    request.command(&[b"PTTL", lock.as_bytes()]);
}

/// The holder out of the replies to [`ask_lock`].
fn holder(replies: &mut impl Iterator<Item = Reply>) -> Option<LockHolder> {
    let fields = replies.next().map(reply::pairs).unwrap_or_default();
    let left = replies.next().as_ref().and_then(reply::integer);
    let left = left.unwrap_or(-2);
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    // An expired lock that is still listed is none; one without an expiry never lapses.
    (left != -2 && !fields.is_empty()).then(|| LockHolder {
        run: field("run").unwrap_or_default(),
        owner: field("owner").unwrap_or_default(),
        since: field("since")
            .and_then(|since| since.parse().ok())
            .unwrap_or_default(),
        expires_in: u64::try_from(left).unwrap_or(u64::MAX),
        shares: field("shares").and_then(|shares| shares.parse().ok()),
    })
}

/// Says whether a lock is held by a run that has no shares.
fn is_whole(holder: &LockHolder, run: &str) -> bool {
    holder.run == run && holder.shares.is_none()
}

/// Says whether a lock is held by the run that this is a share of.
fn is_group(holder: &LockHolder, of: &ShareOf) -> bool {
    holder.run == of.run && holder.shares == Some(of.share.of())
}

/// How a lock is written anew.
struct Taken<'a> {
    lock: &'a str,
    delete: &'static [u8],
    owner: &'a str,
    now: u64,
    ttl: &'a str,
}

impl Taken<'_> {
    fn renewed(&self) -> Command {
        command(&[b"PEXPIRE", self.lock.as_bytes(), self.ttl.as_bytes()])
    }

    fn by(&self, run: &str, shares: Option<u32>) -> Vec<Command> {
        let (lock, since) = (self.lock.as_bytes(), self.now.to_string());
        let shares = shares.map(|shares| shares.to_string());
        let mut words: Vec<&[u8]> = vec![
            b"HSET",
            lock,
            b"run",
            run.as_bytes(),
            b"owner",
            self.owner.as_bytes(),
            b"since",
            since.as_bytes(),
        ];
        if let Some(shares) = &shares {
            words.extend([&b"shares"[..], shares.as_bytes()]);
        }
        vec![
            command(&[self.delete, lock]),
            command(&words),
            self.renewed(),
        ]
    }
}

const TAKING: &str = "taking the lock";

impl RedisLedger {
    /// Takes or renews the lock of a whole run.
    pub(super) fn lock_whole(&mut self, request: &LockRequest) -> Result<LockAttempt, StoreError> {
        let lock = self.names.lock();
        let ttl = milliseconds(request);
        let delete = self.delete;
        self.steps.change(
            TAKING,
            &[&lock],
            |pipeline| {
                ask_lock(pipeline, &lock);
                pipeline.command(&[b"TIME"]);
            },
            |_, replies| {
                let mut replies = replies.into_iter();
                let holder = holder(&mut replies);
                let taken = Taken {
                    lock: &lock,
                    delete,
                    owner: &request.owner,
                    now: replies.next().and_then(reply::time).unwrap_or_default(),
                    ttl: &ttl,
                };
                Ok(match holder {
                    Some(holder) if !is_whole(&holder, &request.run) => {
                        Decision::Answer(LockAttempt::Held(holder))
                    }
                    Some(holder) if holder.owner == request.owner => {
                        Decision::Write(vec![taken.renewed()], LockAttempt::Acquired)
                    }
                    Some(holder) if !request.take_over => {
                        Decision::Answer(LockAttempt::Held(holder))
                    }
                    _ => Decision::Write(taken.by(&request.run, None), LockAttempt::Acquired),
                })
            },
        )
    }

    /// Deletes the lock if `may` says so, with the locks of the shares that hold it together, and returns who had it.
    pub(super) fn delete_lock(
        &mut self,
        doing: &str,
        may: impl Fn(&LockHolder) -> bool,
    ) -> Result<Option<LockHolder>, StoreError> {
        let names = std::sync::Arc::clone(&self.names);
        let lock = names.lock();
        let delete = self.delete;
        self.steps.attempt(
            doing,
            &[&lock],
            |request| ask_lock(request, &lock),
            |_, replies| {
                let found = holder(&mut replies.into_iter());
                let Some(holder) = found.filter(&may) else {
                    return Ok(Decision::Answer(None));
                };
                let mut commands = vec![command(&[delete, lock.as_bytes()])];
                for of in shares_of(&holder) {
                    commands.push(command(&[delete, names.share_lock(&of).as_bytes()]));
                }
                Ok(Decision::Write(commands, Some(holder)))
            },
        )
    }

    /// Returns who holds the lock.
    pub(super) fn read_holder(&mut self) -> Result<Option<LockHolder>, StoreError> {
        let lock = self.names.lock();
        self.steps.attempt(
            "reading the lock",
            &[],
            |request| ask_lock(request, &lock),
            |_, replies| Ok(Decision::Answer(holder(&mut replies.into_iter()))),
        )
    }

    /// Returns who holds the lock although `run`, or the run that this is a share of, is to hold it; an answer to commands
    /// that [`Self::ask_rival`] wrote.
    pub(super) fn rival(
        names: &Names,
        run: &str,
        replies: &mut impl Iterator<Item = Reply>,
    ) -> Rival {
        let Some(holder) = holder(replies) else {
            return Rival::Nobody;
        };
        let ours = match names.share() {
            None => is_whole(&holder, run),
            Some(share) => is_group(&holder, &share.of),
        };
        if ours {
            Rival::Ours
        } else {
            Rival::Other(holder)
        }
    }

    /// Asks what [`Self::rival`] answers.
    pub(super) fn ask_rival(request: &mut Request, lock: &str) {
        ask_lock(request, lock);
    }
}

/// Who holds the keyspace's lock.
pub(super) enum Rival {
    Nobody,
    Ours,
    Other(LockHolder),
}

fn shares_of(holder: &LockHolder) -> Vec<ShareOf> {
    let share = holder.shares.map(|of| remold_engine::Share::new(0, of));
    let Some(Ok(share)) = share else {
        return Vec::new();
    };
    let first = ShareOf {
        run: holder.run.clone(),
        share,
    };
    first.all().collect()
}

fn milliseconds(request: &LockRequest) -> String {
    request.ttl.as_millis().max(1).to_string()
}
