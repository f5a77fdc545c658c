//! The change stream on the server: `XADD` with a bounded length, `XREAD` with a bounded wait.

use std::time::Duration;

use remold_engine::changes;
use remold_engine::port::{ChangeEvent, ChangePage, ChangeStream, Gap, Happening, StoreError};
use remold_host_api::StreamId;

use super::super::fault::Peer;
use super::super::names::Names;
use super::super::reply::{self, Reply};
use super::super::request::{Request, Sink as _};
use super::steps::{Command, Decision, command};
use super::{RedisLedger, first};

/// The most entries that are read in one step.
const MOST: usize = 1000;

const READING: &str = "reading the changes";

/// What appends an event. Its id is the server's.
pub(super) fn append(names: &Names, happening: &Happening, at: u64) -> Command {
    let key = names.changes();
    let kept = changes::KEPT.to_string();
    let fields = changes::write(happening, at);
    let head: [&[u8]; 6] = [
        b"XADD",
        key.as_bytes(),
        b"MAXLEN",
        b"~",
        kept.as_bytes(),
        b"*",
    ];
    let words: Vec<&[u8]> = head
        .into_iter()
        .chain(
            fields
                .iter()
                .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]),
        )
        .collect();
    command(&words)
}

impl ChangeStream for RedisLedger {
    fn append(&mut self, happening: &Happening) -> Result<(), StoreError> {
        let names = std::sync::Arc::clone(&self.names);
        self.steps.change(
            "appending to the changes",
            &[],
            |request| request.command(&[b"TIME"]),
            |_, replies| {
                let at = reply::time(first(replies)).unwrap_or_default();
                Ok(Decision::Write(vec![append(&names, happening, at)], ()))
            },
        )
    }

    fn changes(
        &mut self,
        after: StreamId,
        count: usize,
        wait: Duration,
    ) -> Result<ChangePage, StoreError> {
        let key = self.names.changes();
        // A wait of nothing would be one without end.
        let wait = wait.min(self.steps.patience()).as_millis();
        let (wait, count) = (wait.to_string(), count.clamp(1, MOST).to_string());
        let position = after.to_string();
        let mut words: Vec<&[u8]> = vec![b"XREAD", b"COUNT", count.as_bytes()];
        if wait != "0" {
            words.extend([&b"BLOCK"[..], wait.as_bytes()]);
        }
        words.extend([&b"STREAMS"[..], key.as_bytes(), position.as_bytes()]);
        let mut request = Request::default();
        request.command(&words);
        // After the entries: what was dropped before they were read is seen then.
        ask_extent(&mut request, &key);
        let (peer, replies) = self.steps.exchange(READING, &request)?;
        let mut replies = replies.into_iter();
        let read = replies.next().unwrap_or(Reply::Nil);
        let events = match &read {
            Reply::Nil => Vec::new(),
            _ => events(&read).ok_or_else(|| peer.unexpected(READING, "XREAD", &read))?,
        };
        let (oldest, newest) = extent(&peer, replies.next())?;
        // Without an event it was dropped between the two commands, and is missed the next time.
        let gap = changes::gap(after, oldest, newest)
            .filter(|gap| !events.is_empty() || !matches!(gap, Gap::Trimmed(_)));
        Ok(ChangePage {
            next: events.last().map_or(after.min(newest), |last| last.id),
            events,
            gap,
        })
    }

    fn newest_change(&mut self) -> Result<StreamId, StoreError> {
        let mut request = Request::default();
        ask_extent(&mut request, &self.names.changes());
        let (peer, replies) = self.steps.exchange(READING, &request)?;
        extent(&peer, replies.into_iter().next()).map(|(_, newest)| newest)
    }
}

/// Asks for the oldest entry and the newest id that there ever was.
fn ask_extent(request: &mut Request, key: &str) {
    request.command(&[b"XINFO", b"STREAM", key.as_bytes()]);
}

/// The answer to [`ask_extent`].
fn extent(peer: &Peer, answer: Option<Reply>) -> Result<(Option<StreamId>, StreamId), StoreError> {
    let answer = answer.unwrap_or(Reply::Nil);
    if let Some((code, rest)) = reply::refusal(&answer) {
        return if code == "ERR" && rest.contains("no such key") {
            Ok((None, StreamId::default()))
        } else {
            Err(peer.server(READING, code, rest))
        };
    }
    let known = known_extent(&answer);
    known.ok_or_else(|| peer.unexpected(READING, "XINFO STREAM", &answer))
}

fn known_extent(answer: &Reply) -> Option<(Option<StreamId>, StreamId)> {
    let Reply::Array(parts) = answer else {
        return None;
    };
    let part = |name: &str| {
        let mut pairs = parts.chunks_exact(2);
        let found = pairs.find(|pair| reply::text(&pair[0]).as_deref() == Some(name))?;
        Some(&found[1])
    };
    let oldest = match part("first-entry")? {
        Reply::Array(entry) => Some(id(entry.first()?)?),
        _ => None,
    };
    Some((oldest, id(part("last-generated-id")?)?))
}

/// The events out of the answer to `XREAD` of one stream.
fn events(answer: &Reply) -> Option<Vec<ChangeEvent>> {
    let streams = slice(answer)?;
    let entries = slice(slice(streams.first()?)?.get(1)?)?;
    entries
        .iter()
        .map(|entry| {
            let parts = slice(entry)?;
            let fields = slice(parts.get(1)?)?.chunks_exact(2);
            let fields = fields.map(|pair| Some((reply::text(&pair[0])?, reply::text(&pair[1])?)));
            let fields = fields.collect::<Option<Vec<_>>>()?;
            Some(changes::read(id(parts.first()?)?, fields))
        })
        .collect()
}

fn slice(answer: &Reply) -> Option<&[Reply]> {
    match answer {
        Reply::Array(parts) => Some(parts),
        _ => None,
    }
}

fn id(answer: &Reply) -> Option<StreamId> {
    reply::text(answer)?.parse().ok()
}
