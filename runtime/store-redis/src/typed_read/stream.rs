//! A stream in parts: its counters and groups by `XINFO STREAM FULL`, its entries by `XRANGE`.
//!
//! The groups come in one reply, which is as large as their lists of pending entries are long: no other command tells
//! exactly when an entry was delivered. A server that tells more than is known here keeps more than these commands
//! can bring over, and the stream is not read this way.

use remold_host_api::{
    Bytes, Consumer, ConsumerGroup, Pending, StreamEntry, StreamId, StreamValue,
};

use super::parts::{Odd, Pace};
use crate::reply::{self, Reply};
use crate::request::{Decimal, Request, Sink as _};

const INFO: Odd = Odd::Reply("XINFO STREAM");
const RANGE: Odd = Odd::Reply("XRANGE");

/// What was read of a stream.
#[derive(Debug, Default)]
pub(super) struct StreamParts {
    value: StreamValue,
    /// Whether the server counts, which it does since Redis 7.0.
    counted: bool,
    at: At,
}

#[derive(Debug)]
enum At {
    /// Counters and groups, with so many pending entries each.
    Groups(u64),
    /// Entries.
    Entries,
    End,
}

impl Default for At {
    fn default() -> Self {
        Self::Groups(16)
    }
}

impl StreamParts {
    pub(super) fn write(&self, request: &mut Request, key: &[u8], pace: &Pace) -> bool {
        match self.at {
            At::Groups(count) => {
                let count = Decimal::new(count);
                request.command(&[
                    b"XINFO",
                    b"STREAM",
                    key,
                    b"FULL",
                    b"COUNT",
                    count.as_bytes(),
                ]);
                true
            }
            At::Entries => {
                let last = self.value.entries.last().map(|entry| entry.id);
                let from = last.map_or_else(|| "-".to_owned(), |last| format!("({last}"));
                let count = Decimal::new(pace.count());
                let words: [&[u8]; 6] = [
                    b"XRANGE",
                    key,
                    from.as_bytes(),
                    b"+",
                    b"COUNT",
                    count.as_bytes(),
                ];
                request.command(&words);
                true
            }
            At::End => false,
        }
    }

    pub(super) fn take(&mut self, answer: Reply, pace: &mut Pace) -> Result<(), Odd> {
        match self.at {
            At::Groups(count) => {
                let longest = self.take_info(answer)?;
                self.at = if longest > count {
                    At::Groups(longest)
                } else {
                    At::Entries
                };
            }
            At::Entries => {
                let part = reply::array(answer).ok_or(RANGE)?;
                if (part.len() as u64) < pace.count() {
                    self.at = At::End;
                }
                let mut bytes = 0;
                for value in part {
                    let entry = entry(value)?;
                    let fields = entry.fields.iter();
                    bytes += fields
                        .map(|(name, value)| name.len() + value.len())
                        .sum::<usize>();
                    self.value.entries.push(entry);
                }
                pace.learn(bytes);
            }
            At::End => {}
        }
        Ok(())
    }

    pub(super) fn into_value(mut self) -> StreamValue {
        if !self.counted {
            self.value.entries_added = self.value.entries.len() as u64;
        }
        self.value
    }

    /// Takes counters and groups, and returns how long the longest list of pending entries is.
    fn take_info(&mut self, answer: Reply) -> Result<u64, Odd> {
        let mut longest = 0;
        self.value = StreamValue::default();
        for (name, value) in named(answer)? {
            match name.as_str() {
                "last-generated-id" => self.value.last_id = id(&value)?,
                "max-deleted-entry-id" => self.value.max_deleted_id = id(&value)?,
                "entries-added" => {
                    self.value.entries_added = number(&value)?;
                    self.counted = true;
                }
                "groups" => {
                    for value in reply::array(value).ok_or(INFO)? {
                        let (group, pending) = group(value)?;
                        self.value.groups.push(group);
                        longest = longest.max(pending);
                    }
                }
                "length"
                | "radix-tree-keys"
                | "radix-tree-nodes"
                | "recorded-first-entry-id"
                | "entries" => {}
                _ => return Err(Odd::Unfamiliar(name)),
            }
        }
        Ok(longest)
    }
}

/// Returns a group, and how many pending entries it has in all.
fn group(value: Reply) -> Result<(ConsumerGroup, u64), Odd> {
    let mut count = 0;
    let mut group = ConsumerGroup {
        name: Bytes::new(),
        last_id: StreamId::default(),
        entries_read: None,
        pending: Vec::new(),
        consumers: Vec::new(),
    };
    for (name, value) in named(value)? {
        match name.as_str() {
            "name" => group.name = reply::bytes(value).ok_or(INFO)?,
            "last-delivered-id" => group.last_id = id(&value)?,
            "entries-read" => {
                group.entries_read = match value {
                    Reply::Nil => None,
                    value => Some(number(&value)?),
                }
            }
            "pel-count" => count = number(&value)?,
            "pending" => {
                for value in reply::array(value).ok_or(INFO)? {
                    let [pending, _, delivered_at, deliveries] = parts(value)?;
                    group.pending.push(Pending {
                        id: id(&pending)?,
                        delivered_at: number(&delivered_at)?,
                        deliveries: number(&deliveries)?,
                    });
                }
            }
            "consumers" => {
                for value in reply::array(value).ok_or(INFO)? {
                    group.consumers.push(consumer(value)?);
                }
            }
            "lag" => {}
            _ => return Err(Odd::Unfamiliar(name)),
        }
    }
    Ok((group, count))
}

fn consumer(value: Reply) -> Result<Consumer, Odd> {
    let mut consumer = Consumer {
        name: Bytes::new(),
        seen_at: 0,
        active_at: None,
        pending: Vec::new(),
    };
    for (name, value) in named(value)? {
        match name.as_str() {
            "name" => consumer.name = reply::bytes(value).ok_or(INFO)?,
            "seen-time" => consumer.seen_at = number(&value)?,
            // -1 for never.
            "active-time" => {
                consumer.active_at = u64::try_from(reply::integer(&value).ok_or(INFO)?).ok();
            }
            "pending" => {
                for value in reply::array(value).ok_or(INFO)? {
                    let [pending, _, _] = parts(value)?;
                    consumer.pending.push(id(&pending)?);
                }
            }
            "pel-count" => {}
            _ => return Err(Odd::Unfamiliar(name)),
        }
    }
    Ok(consumer)
}

fn entry(value: Reply) -> Result<StreamEntry, Odd> {
    let [entry, fields] = parts(value).map_err(|_| RANGE)?;
    let mut words = reply::array(fields).ok_or(RANGE)?.into_iter();
    let mut fields = Vec::with_capacity(words.len() / 2);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        let name = reply::bytes(name).ok_or(RANGE)?;
        fields.push((name, reply::bytes(value).ok_or(RANGE)?));
    }
    Ok(StreamEntry {
        id: id(&entry).map_err(|_| RANGE)?,
        fields,
    })
}

fn named(value: Reply) -> Result<Vec<(String, Reply)>, Odd> {
    let mut values = reply::array(value).ok_or(INFO)?.into_iter();
    let mut named = Vec::with_capacity(values.len() / 2);
    while let (Some(name), Some(value)) = (values.next(), values.next()) {
        named.push((reply::text(&name).ok_or(INFO)?, value));
    }
    Ok(named)
}

fn parts<const COUNT: usize>(value: Reply) -> Result<[Reply; COUNT], Odd> {
    let values = reply::array(value).ok_or(INFO)?;
    values.try_into().map_err(|_| INFO)
}

fn id(value: &Reply) -> Result<StreamId, Odd> {
    reply::text(value)
        .and_then(|text| text.parse().ok())
        .ok_or(INFO)
}

fn number(value: &Reply) -> Result<u64, Odd> {
    reply::integer(value)
        .and_then(|number| u64::try_from(number).ok())
        .ok_or(INFO)
}
