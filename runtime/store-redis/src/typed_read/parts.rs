//! A value that is put together of parts: which command asks for the next, and what its reply adds.

use remold_engine::port::Unreadable;
use remold_host_api::{Bytes, Collection, HashField, Named, Scored, Value as Whole};

use super::stream::StreamParts;
use crate::abilities::Abilities;
use crate::reply::{self, Reply};
use crate::request::{Decimal, Request, Sink as _};

/// How many bytes a reply is to have, about.
const PART: usize = 256 << 10;

/// How many names one command carries.
const NAMES: usize = 512;

/// Whether a value of this size fits into one reply.
pub(super) fn is_small(size: u64) -> bool {
    size <= PART as u64
}

/// What follows a reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    /// The key has become another one.
    Begin,
}

/// What was not expected.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// The reply to this command has another shape.
    Reply(&'static str),
    /// The server tells something of a stream that is not known here.
    Unfamiliar(String),
}

/// How many elements are asked for at once: as many as make a part, judged by the last reply.
#[derive(Debug)]
pub(super) struct Pace(u64);

impl Pace {
    const FIRST: u64 = 16;
    const MOST: u64 = 2048;

    fn new(size: Option<u64>) -> Self {
        Self(if size.is_some_and(is_small) {
            Self::MOST
        } else {
            Self::FIRST
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.0
    }

    pub(super) fn learn(&mut self, bytes: usize) {
        self.0 = match bytes {
            _ if bytes > PART => self.0 / 2,
            _ if bytes < PART / 4 => self.0 * 4,
            _ => self.0,
        }
        .clamp(1, Self::MOST);
    }
}

/// What was read of a key.
#[derive(Debug)]
pub(super) struct Parts {
    pace: Pace,
    kind: KindParts,
}

#[derive(Debug)]
enum KindParts {
    Text { bytes: Vec<u8>, done: bool },
    List { items: Vec<Bytes>, done: bool },
    Set(Cursor, Vec<Bytes>),
    SortedSet(Cursor, Vec<Scored>),
    Hash(Cursor, Vec<HashField>, Expiries),
    Stream(Box<StreamParts>),
}

/// Where `HSCAN` and its like are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    At(u64),
    End,
}

/// How far the expiries of fields are known.
#[derive(Debug)]
enum Expiries {
    /// The server has none.
    None,
    /// Up to this field.
    Known(usize),
}

impl Parts {
    /// Begins a value of the type that `TYPE` says.
    pub(super) fn of(
        kind: &str,
        size: Option<u64>,
        abilities: &Abilities,
    ) -> Result<Self, Unreadable> {
        let start = Cursor::At(0);
        let kind = match kind {
            "string" => KindParts::Text {
                bytes: Vec::new(),
                done: false,
            },
            "list" => KindParts::List {
                items: Vec::new(),
                done: false,
            },
            "set" => KindParts::Set(start, Vec::new()),
            "zset" => KindParts::SortedSet(start, Vec::new()),
            "hash" if abilities.field_expiry => {
                KindParts::Hash(start, Vec::new(), Expiries::Known(0))
            }
            "hash" => KindParts::Hash(start, Vec::new(), Expiries::None),
            "stream" => KindParts::Stream(Box::default()),
            other => {
                return Err(Unreadable::Kind {
                    kind: other.to_owned(),
                });
            }
        };
        Ok(Self {
            pace: Pace::new(size),
            kind,
        })
    }

    /// Writes the command for the next part; false if there is none.
    pub(super) fn write(&self, request: &mut Request, key: &[u8]) -> bool {
        let count = Decimal::new(self.pace.count());
        let mut scan = |name: &[u8], cursor: Cursor| match cursor {
            Cursor::At(cursor) => {
                let cursor = Decimal::new(cursor);
                request.command(&[name, key, cursor.as_bytes(), b"COUNT", count.as_bytes()]);
                true
            }
            Cursor::End => false,
        };
        match &self.kind {
            KindParts::Text { done: true, .. }
            | KindParts::List { done: true, .. }
            | KindParts::Hash(Cursor::End, _, Expiries::None) => false,
            KindParts::Text { bytes, .. } => {
                let (from, to) = (bytes.len() as u64, (bytes.len() + PART - 1) as u64);
                let (from, to) = (Decimal::new(from), Decimal::new(to));
                request.command(&[b"GETRANGE", key, from.as_bytes(), to.as_bytes()]);
                true
            }
            KindParts::List { items, .. } => {
                let from = items.len() as u64;
                let (from, to) = (
                    Decimal::new(from),
                    Decimal::new(from + self.pace.count() - 1),
                );
                request.command(&[b"LRANGE", key, from.as_bytes(), to.as_bytes()]);
                true
            }
            KindParts::Set(cursor, _) => scan(b"SSCAN", *cursor),
            KindParts::SortedSet(cursor, _) => scan(b"ZSCAN", *cursor),
            KindParts::Hash(cursor @ Cursor::At(_), ..) => scan(b"HSCAN", *cursor),
            KindParts::Hash(Cursor::End, fields, Expiries::Known(from)) => {
                write_expiries(request, key, &fields[*from..])
            }
            KindParts::Stream(stream) => stream.write(request, key, &self.pace),
        }
    }

    /// Adds what was answered.
    pub(super) fn take(&mut self, answer: Reply) -> Result<(), Odd> {
        let pace = &mut self.pace;
        match &mut self.kind {
            KindParts::Text { bytes, done } => {
                let part = reply::bytes(answer).ok_or(Odd::Reply("GETRANGE"))?;
                bytes.extend_from_slice(&part);
                *done = part.len() < PART;
            }
            KindParts::List { items, done } => {
                let part = elements(answer, "LRANGE")?;
                *done = (part.len() as u64) < pace.count();
                pace.learn(part.iter().map(Bytes::len).sum());
                items.extend(part);
            }
            KindParts::Set(cursor, members) => {
                let part = scanned(cursor, answer, "SSCAN")?;
                pace.learn(part.iter().map(Bytes::len).sum());
                members.extend(part);
                once(*cursor, members);
            }
            KindParts::SortedSet(cursor, members) => {
                let part = scanned(cursor, answer, "ZSCAN")?;
                pace.learn(part.iter().map(Bytes::len).sum());
                for pair in pairs(part, "ZSCAN")? {
                    let (member, score) = pair;
                    let text = std::str::from_utf8(&score).ok();
                    let score = text.and_then(|text| text.parse().ok());
                    members.push(Scored {
                        member,
                        score: score.ok_or(Odd::Reply("ZSCAN"))?,
                    });
                }
                once(*cursor, members);
            }
            KindParts::Hash(cursor @ Cursor::At(_), fields, _) => {
                let part = scanned(cursor, answer, "HSCAN")?;
                pace.learn(part.iter().map(Bytes::len).sum());
                let part = pairs(part, "HSCAN")?;
                fields.extend(part.into_iter().map(|(name, value)| HashField {
                    name,
                    value,
                    expires_at: None,
                }));
                once(*cursor, fields);
            }
            KindParts::Hash(Cursor::End, fields, Expiries::Known(known)) => {
                take_expiries(fields, known, answer)?;
            }
            KindParts::Hash(Cursor::End, _, Expiries::None) => {}
            KindParts::Stream(stream) => stream.take(answer, pace)?,
        }
        Ok(())
    }

    /// Returns the value, which is complete.
    pub(super) fn into_value(self) -> Whole {
        match self.kind {
            KindParts::Text { bytes, .. } => Whole::Text(Bytes::from(bytes)),
            KindParts::List { items, .. } => Whole::List(items),
            KindParts::Set(_, members) => Whole::Set(collection(members)),
            KindParts::SortedSet(_, members) => Whole::SortedSet(collection(members)),
            KindParts::Hash(_, fields, _) => Whole::Hash(collection(fields)),
            KindParts::Stream(stream) => Whole::Stream(Box::new(stream.into_value())),
        }
    }
}

fn elements(answer: Reply, command: &'static str) -> Result<Vec<Bytes>, Odd> {
    let values = reply::array(answer).ok_or(Odd::Reply(command))?;
    let bytes = values
        .into_iter()
        .map(|value| reply::bytes(value).ok_or(Odd::Reply(command)));
    bytes.collect()
}

/// Takes cursor and elements of a reply to `SSCAN` and its like.
fn scanned(cursor: &mut Cursor, answer: Reply, command: &'static str) -> Result<Vec<Bytes>, Odd> {
    let mut values = reply::array(answer).unwrap_or_default().into_iter();
    let (Some(next), Some(part)) = (values.next(), values.next()) else {
        return Err(Odd::Reply(command));
    };
    // A cursor is a number of 64 bits without a sign.
    let next = reply::text(&next).and_then(|next| next.parse().ok());
    *cursor = match next.ok_or(Odd::Reply(command))? {
        0 => Cursor::End,
        next => Cursor::At(next),
    };
    elements(part, command)
}

fn pairs(elements: Vec<Bytes>, command: &'static str) -> Result<Vec<(Bytes, Bytes)>, Odd> {
    let mut pairs = Vec::with_capacity(elements.len() / 2);
    let mut elements = elements.into_iter();
    while let Some(name) = elements.next() {
        pairs.push((name, elements.next().ok_or(Odd::Reply(command))?));
    }
    Ok(pairs)
}

/// A table that grows or shrinks while it is listed is listed in part twice; the key did not change, so the
/// elements are the same.
fn once<T: Named>(cursor: Cursor, items: &mut Vec<T>) {
    if cursor == Cursor::End {
        let mut seen = std::collections::HashSet::with_capacity(items.len());
        items.retain(|item| seen.insert(item.name().clone()));
    }
}

fn collection<T: Named>(items: Vec<T>) -> Collection<T> {
    Collection::try_from_items(items).expect("every name was let in once")
}

fn write_expiries(request: &mut Request, key: &[u8], fields: &[HashField]) -> bool {
    let some = &fields[..fields.len().min(NAMES)];
    if some.is_empty() {
        return false;
    }
    request.begin(4 + some.len());
    request.word(b"HPEXPIRETIME");
    request.word(key);
    request.word(b"FIELDS");
    request.number(some.len() as u64);
    some.iter().for_each(|field| request.word(&field.name));
    true
}

/// `HPEXPIRETIME`: -1 for no expiry, -2 for a field that has expired since it was listed, which is taken out.
fn take_expiries(fields: &mut Vec<HashField>, known: &mut usize, answer: Reply) -> Result<(), Odd> {
    let odd = || Odd::Reply("HPEXPIRETIME");
    let times = reply::array(answer).ok_or_else(odd)?;
    if times.is_empty() || times.len() > fields.len() - *known {
        return Err(odd());
    }
    let rest = fields.split_off(*known);
    let mut rest = rest.into_iter();
    for (time, field) in times.iter().zip(rest.by_ref()) {
        match reply::integer(time).ok_or_else(odd)? {
            -2 => {}
            time => fields.push(HashField {
                expires_at: u64::try_from(time).ok(),
                ..field
            }),
        }
    }
    *known = fields.len();
    fields.extend(rest);
    Ok(())
}
