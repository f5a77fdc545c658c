//! The history of runs, and what is told of it in the changes in the same step.

use std::sync::Arc;

use remold_engine::port::{
    Happening, HistoryEntry, Progress, RunChange, RunEvent, StoreError, Terms,
};
use remold_engine::share::announced;

use super::steps::{Command, Decision, command};
use super::{RedisLedger, answers, changes, first, questions};
use crate::fence;
use crate::names::Names;
use crate::reply::{self, Reply};
use crate::request::{Request, Sink as _};
use remold_engine::port::Fault;

impl RedisLedger {
    pub(super) fn note(&mut self, entry: &HistoryEntry, event: RunEvent) -> Result<(), StoreError> {
        let names = Arc::clone(&self.names);
        let history = names.history();
        // What a share tells depends on the others.
        let watched: &[&str] = if entry.share.is_some() {
            &[&history]
        } else {
            &[]
        };
        self.steps.change(
            "recording the run",
            watched,
            |request| {
                request.command(&[b"TIME"]);
                ask_others(request, entry, &history);
            },
            |_, replies| {
                let mut replies = replies.into_iter();
                let time = replies.next().unwrap_or(Reply::Nil);
                let commands = commands_of(&names, entry, event, time, replies.next())?;
                Ok(Decision::Write(commands, ()))
            },
        )
    }

    pub(super) fn note_end(
        &mut self,
        entry: &HistoryEntry,
        history_id: &str,
        expected: &Progress,
    ) -> Result<(), StoreError> {
        const DOING: &str = "recording the end of the run";
        let names = Arc::clone(&self.names);
        let (receipts, progress) = (names.receipts(&entry.run), names.progress(&entry.run));
        let history = names.history();
        let mut watched: Vec<&str> = names.fences().collect();
        watched.extend([receipts.as_str(), &progress]);
        if entry.share.is_some() {
            watched.push(&history);
        }
        self.steps.change(
            DOING,
            &watched,
            |request| {
                request.command(&[b"TIME"]);
                for epoch in names.fences() {
                    request.command(&[b"GET", epoch.as_bytes()]);
                }
                for command in questions(&receipts, &progress) {
                    let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
                    request.command(&words);
                }
                ask_others(request, entry, &history);
            },
            |connection, replies| {
                // The connection may be a new one.
                if let Some(now) = connection.info().history().filter(|now| now != history_id) {
                    let message = format!("the server's history is {now} and was {history_id}");
                    return Err(connection.peer().history_changed(DOING, &message));
                }
                let mut replies = replies.into_iter();
                let time = replies.next().unwrap_or(Reply::Nil);
                let found = fence::read(connection, &names, DOING, &mut replies)?.epoch;
                if found != expected.base {
                    return Err(connection.peer().epoch(DOING, expected.base, found));
                }
                if !answers(&mut replies, &receipts, &progress)?.holds(expected) {
                    let message = "batches that it had taken are not in it any more";
                    return Err(connection.peer().error(
                        Fault::HistoryChanged,
                        DOING,
                        message,
                        None,
                    ));
                }
                let event = RunEvent::Completed;
                let commands = commands_of(&names, entry, event, time, replies.next())?;
                Ok(Decision::Write(commands, ()))
            },
        )
    }

    pub(super) fn entries(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let history = self.names.history();
        self.steps.attempt(
            "reading the history",
            &[],
            |request| request.command(&[b"HGETALL", history.as_bytes()]),
            |_, replies| {
                let mut entries = read(&history, first(replies))?;
                entries.sort_by(|a, b| (a.started_at, &a.run).cmp(&(b.started_at, &b.run)));
                Ok(Decision::Answer(entries))
            },
        )
    }

    pub(super) fn agree_on(&mut self, terms: &Terms) -> Result<Terms, StoreError> {
        let group = self.names.group(&terms.run);
        self.steps.change(
            "agreeing with the other shares of the run",
            &[&group],
            |request| request.command(&[b"HGETALL", group.as_bytes()]),
            |_, replies| {
                let fields = reply::pairs(first(replies));
                let field = |name: &str| {
                    let found = fields.iter().find(|(known, _)| known == name);
                    found.map(|(_, value)| value.clone())
                };
                let corrupt = || StoreError::Corrupt {
                    place: group.clone(),
                    message: "it does not say what the shares of a run have in common".to_owned(),
                };
                if field("digest").is_some() {
                    let number = |name| field(name).and_then(|text| text.parse::<u64>().ok());
                    return Ok(Decision::Answer(Terms {
                        run: terms.run.clone(),
                        shares: number("shares")
                            .and_then(|shares| u32::try_from(shares).ok())
                            .ok_or_else(corrupt)?,
                        digest: field("digest").ok_or_else(corrupt)?,
                        now_ms: number("now").ok_or_else(corrupt)?,
                        seed: number("seed").ok_or_else(corrupt)?,
                    }));
                }
                let (shares, now) = (terms.shares.to_string(), terms.now_ms.to_string());
                let set = command(&[
                    b"HSET",
                    group.as_bytes(),
                    b"shares",
                    shares.as_bytes(),
                    b"digest",
                    terms.digest.as_bytes(),
                    b"now",
                    now.as_bytes(),
                    b"seed",
                    terms.seed.to_string().as_bytes(),
                ]);
                Ok(Decision::Write(vec![set], terms.clone()))
            },
        )
    }
}

/// Asks for the entries of a share's run, if it is one's.
fn ask_others(request: &mut Request, entry: &HistoryEntry, history: &str) {
    if entry.share.is_some() {
        request.command(&[b"HGETALL", history.as_bytes()]);
    }
}

/// What writes an entry of the history and what is told of it; `time` is the server's answer to `TIME`, `others` the one to
/// [`ask_others`].
fn commands_of(
    names: &Names,
    entry: &HistoryEntry,
    event: RunEvent,
    time: Reply,
    others: Option<Reply>,
) -> Result<Vec<Command>, StoreError> {
    let history = names.history();
    let text = serde_json::to_string(entry).expect("an entry has only names and numbers");
    let set = command(&[
        b"HSET",
        history.as_bytes(),
        entry.run.as_bytes(),
        text.as_bytes(),
    ]);
    let others = others.map_or_else(|| Ok(Vec::new()), |others| read(&history, others))?;
    let at = reply::time(time).unwrap_or_default();
    let mut commands = vec![set];
    if let Some((event, entry)) = announced(entry, event, others) {
        let change = RunChange {
            event,
            entry,
            reason: None,
        };
        commands.push(changes::append(
            names,
            &Happening::Run(Box::new(change)),
            at,
        ));
    }
    Ok(commands)
}

/// Reads the history out of the reply to `HGETALL`.
fn read(history: &str, reply: Reply) -> Result<Vec<HistoryEntry>, StoreError> {
    let entries = reply::pairs(reply).into_iter().map(|(run, text)| {
        serde_json::from_str::<HistoryEntry>(&text).map_err(|error| StoreError::Corrupt {
            place: format!("{history}, run {run}"),
            message: error.to_string(),
        })
    });
    entries.collect()
}
