//! The two locks of a share: the keyspace's, which the shares of a run hold together, and its own.
//!
//! Both are taken, renewed and given up in one step. Who takes the keyspace's lock for a run of shares when another run was
//! the last to raise the keyspace's epoch raises it in the same step: whatever that run has still on its way fails. As long as
//! no other run raises it, it stays, however often the lock lapses: the shares of a run do not fence one another by it.

use std::sync::Arc;

use remold_engine::port::{Fault, LockAttempt, LockHolder, LockRequest, StoreError};

use super::super::RedisLedger;
use super::super::steps::{Decision, command};
use super::{TAKING, Taken, ask_lock, holder, is_group, milliseconds};
use crate::connection::Connection;
use crate::fence;
use crate::names::{Names, ShareNames};
use crate::reply::{self, Reply};
use crate::request::Sink as _;

/// What the shares of a run have in common, as far as the lock is concerned.
#[derive(Debug, Default)]
pub(in super::super) struct Group {
    /// How many they are; nothing if they have not agreed yet.
    shares: Option<u32>,
    /// The keyspace's epoch that the run has raised; 0 if it has raised none.
    epoch: u64,
}

impl Group {
    /// Reads it out of the reply to `HGETALL`.
    pub(in super::super) fn read(reply: Option<Reply>) -> Self {
        let fields = reply.map(reply::pairs).unwrap_or_default();
        let number = |name: &str| {
            let found = fields.iter().find(|(known, _)| known == name);
            found.and_then(|(_, value)| value.parse::<u64>().ok())
        };
        Self {
            shares: number("shares").and_then(|shares| u32::try_from(shares).ok()),
            epoch: number("epoch").unwrap_or_default(),
        }
    }

    /// Says whether no other run has raised the keyspace's epoch since this one has.
    pub(in super::super) const fn has(&self, keyspace: u64) -> bool {
        self.epoch != 0 && self.epoch == keyspace
    }
}

impl RedisLedger {
    /// Takes or renews the lock of a share, and with it the keyspace's.
    pub(in super::super) fn lock_share(
        &mut self,
        share: &ShareNames,
        request: &LockRequest,
    ) -> Result<LockAttempt, StoreError> {
        let names = Arc::clone(&self.names);
        let (lock, ttl, delete) = (names.lock(), milliseconds(request), self.delete);
        let watched = [
            lock.as_str(),
            &share.lock,
            &share.group,
            names.keyspace_epoch(),
        ];
        self.steps.change(
            TAKING,
            &watched,
            |pipeline| {
                ask_lock(pipeline, &lock);
                ask_lock(pipeline, &share.lock);
                pipeline.command(&[b"HGETALL", share.group.as_bytes()]);
                pipeline.command(&[b"GET", names.keyspace_epoch().as_bytes()]);
                pipeline.command(&[b"TIME"]);
            },
            |connection, replies| {
                let found = Found::read(connection, &names, replies)?;
                let taken = |lock| Taken {
                    lock,
                    delete,
                    owner: &request.owner,
                    now: found.now,
                    ttl: &ttl,
                };
                decide(
                    connection,
                    share,
                    request,
                    &found,
                    &taken(&lock),
                    &taken(&share.lock),
                )
            },
        )
    }

    /// Gives up the lock of a share, and the keyspace's if no other share of the run holds one.
    pub(in super::super) fn unlock_share(
        &mut self,
        share: &ShareNames,
        owner: &str,
    ) -> Result<(), StoreError> {
        const DOING: &str = "giving up the lock";
        let (lock, delete) = (self.names.lock(), self.delete);
        let others: Vec<String> = share
            .of
            .all()
            .filter(|other| *other != share.of)
            .map(|other| self.names.share_lock(&other))
            .collect();
        let watched: Vec<&str> = [lock.as_str(), &share.lock]
            .into_iter()
            .chain(others.iter().map(String::as_str))
            .collect();
        self.steps.change(
            DOING,
            &watched,
            |request| {
                ask_lock(request, &lock);
                ask_lock(request, &share.lock);
                for other in &others {
                    request.command(&[b"PTTL", other.as_bytes()]);
                }
            },
            |_, replies| {
                let mut replies = replies.into_iter();
                let (of_keyspace, own) = (holder(&mut replies), holder(&mut replies));
                if own.is_none_or(|own| own.owner != owner) {
                    return Ok(Decision::Answer(()));
                }
                let is_last = replies.all(|left| reply::integer(&left) == Some(-2));
                let ours = of_keyspace.is_some_and(|holder| is_group(&holder, &share.of));
                let mut commands = vec![command(&[delete, share.lock.as_bytes()])];
                if is_last && ours {
                    commands.push(command(&[delete, lock.as_bytes()]));
                }
                Ok(Decision::Write(commands, ()))
            },
        )
    }
}

/// What is found before a share's locks are taken.
struct Found {
    keyspace: Option<LockHolder>,
    own: Option<LockHolder>,
    group: Group,
    epoch: u64,
    now: u64,
}

impl Found {
    fn read(
        connection: &Connection,
        names: &Names,
        replies: Vec<Reply>,
    ) -> Result<Self, StoreError> {
        let mut replies = replies.into_iter();
        let (keyspace, own) = (holder(&mut replies), holder(&mut replies));
        let group = Group::read(replies.next());
        let epoch = replies.next().unwrap_or(Reply::Nil);
        Ok(Self {
            keyspace,
            own,
            group,
            epoch: fence::number(connection, names.keyspace_epoch(), TAKING, &epoch)?,
            now: replies.next().and_then(reply::time).unwrap_or_default(),
        })
    }
}

/// Decides on the two locks of a share.
fn decide(
    connection: &Connection,
    share: &ShareNames,
    request: &LockRequest,
    found: &Found,
    keyspace: &Taken<'_>,
    own: &Taken<'_>,
) -> Result<Decision<LockAttempt>, StoreError> {
    let of = &share.of;
    let held = |holder: &LockHolder| Ok(Decision::Answer(LockAttempt::Held(holder.clone())));
    if let Some(holder) = found.keyspace.as_ref().filter(|one| !is_group(one, of)) {
        return held(holder);
    }
    let own_is_ours = match &found.own {
        Some(holder) if holder.owner == request.owner => true,
        Some(holder) if !request.take_over => return held(holder),
        _ => false,
    };
    let agreed = found.group.shares;
    if let Some(shares) = agreed.filter(|shares| *shares != of.share.of()) {
        let message = format!("run {} has {shares} shares", of.run);
        return Err(connection.peer().error(
            Fault::Refused,
            TAKING,
            message,
            Some("give every worker the same number of shares".to_owned()),
        ));
    }
    let has_epoch = found.group.has(found.epoch);
    let was_raised = found.group.epoch != 0 && found.epoch > found.group.epoch;
    if !has_epoch && was_raised && request.again {
        return Ok(Decision::Answer(LockAttempt::Superseded(found.epoch)));
    }
    if !has_epoch && !request.take_over {
        // To renew a lock is not to begin anew; the batches find out in the same way.
        return Err(connection
            .peer()
            .epoch(TAKING, found.group.epoch, found.epoch));
    }
    let mut commands = Vec::new();
    match &found.keyspace {
        Some(_) => commands.push(keyspace.renewed()),
        None => commands.extend(keyspace.by(&of.run, Some(of.share.of()))),
    }
    if own_is_ours {
        commands.push(own.renewed());
    } else {
        commands.extend(own.by(&of.id(), None));
    }
    if !has_epoch {
        let epoch = (found.epoch + 1).to_string();
        let (key, group) = (share.keyspace_epoch.as_bytes(), share.group.as_bytes());
        commands.push(command(&[b"SET", key, epoch.as_bytes()]));
        let shares = of.share.of().to_string();
        commands.push(command(&[
            b"HSET",
            group,
            b"epoch",
            epoch.as_bytes(),
            b"shares",
            shares.as_bytes(),
        ]));
    }
    Ok(Decision::Write(commands, LockAttempt::Acquired))
}
