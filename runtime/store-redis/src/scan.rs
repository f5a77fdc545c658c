//! Lists keys by `SCAN`, with their sizes looked up in the same round trip as the next page, and hands them out in an
//! order that spreads them over the server's tables.
//!
//! A page that was not answered is asked for again: cursor and keys change only when an answer is complete.

mod spread;
mod walk;

use std::sync::Arc;

use remold_engine::port::{Candidate, Guard, Scanner, Selection, ShardFacts, StoreError};
use remold_host_api::{Bytes, Kind, Pattern};

use self::spread::{DRAWN_FROM, Window};
use self::walk::{Ask, Walk};
use super::abilities::Abilities;
use super::connection::Connection;
use super::endpoint::{Endpoint, reopen};
use super::info::Info;
use super::names::Names;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

const DOING: &str = "listing keys";

/// How many steps are made at most before a page is handed out, be it empty: so that a pattern that matches little
/// does not hold up whoever waits.
const STEPS: usize = 64;

/// Lists the keys of one server.
#[derive(Debug)]
pub(crate) struct RedisScanner {
    endpoint: Arc<Endpoint>,
    names: Arc<Names>,
    history: Option<String>,
    connection: Option<Connection>,
    pattern: Pattern,
    exclude: Vec<Pattern>,
    kind: Option<&'static str>,
    /// Whether sizes are looked up.
    sizes: bool,
    count: usize,
    source: Source,
    /// Found, in this part of the table, and their sizes not yet known.
    unsized_keys: Vec<(usize, Bytes)>,
    /// What was asked and not yet taken: one step is always under way while keys of earlier ones are worked on.
    asked: Option<Asked>,
    window: Window,
    handed_out: u64,
    ended: bool,
}

/// A step whose answer is still to come.
#[derive(Debug)]
struct Asked {
    asks: Vec<Ask>,
    request: Request,
}

/// Where keys come from.
#[derive(Debug)]
enum Source {
    /// `SCAN`.
    Table(Walk),
    /// Explicit keys, from this one on.
    Keys(Vec<Bytes>, usize),
}

impl RedisScanner {
    /// Begins to list, on the history that was probed.
    pub(crate) fn open(
        endpoint: Arc<Endpoint>,
        names: Arc<Names>,
        abilities: &Abilities,
        facts: &ShardFacts,
        selection: &Selection,
    ) -> Result<Self, StoreError> {
        let history = facts.history.as_str();
        let connection = endpoint.open()?;
        let found = connection.info().history();
        if let Some(found) = found.as_deref().filter(|found| *found != history) {
            let message = format!("the server's history is {found} and was {history}");
            return Err(connection.peer().history_changed(DOING, &message));
        }
        // Only WATCH minds keys that lie close together.
        let spreads = abilities.guard == Guard::Watch;
        let large = facts.keys.is_some_and(|keys| keys > DRAWN_FROM as u64);
        let (source, window) = match &selection.keys {
            Some(keys) => (Source::Keys(keys.clone(), 0), Window::passing()),
            None if !spreads => (Source::Table(Walk::whole()), Window::passing()),
            None if large => (Source::Table(Walk::in_parts()), Window::dealing()),
            None => (Source::Table(Walk::whole()), Window::drawing()),
        };
        Ok(Self {
            pattern: selection.pattern.clone(),
            exclude: selection.exclude.clone(),
            kind: selection.kind.and_then(type_name),
            sizes: abilities.memory_usage && selection.max_bytes < u64::MAX,
            count: usize::try_from(endpoint.options().scan_count.max(1)).unwrap_or(usize::MAX),
            source,
            unsized_keys: Vec::new(),
            asked: None,
            window,
            handed_out: 0,
            ended: false,
            history: found,
            connection: Some(connection),
            endpoint,
            names,
        })
    }

    /// Whether a key is to be migrated: bookkeeping never is, and the server has matched the pattern only in `SCAN`.
    fn selects(&self, key: &[u8]) -> bool {
        !self.names.reserves(key) && !self.exclude.iter().any(|pattern| pattern.matches(key))
    }

    /// Asks for the next keys, and for the sizes of those before.
    fn ask(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let mut request = Request::default();
        let asks: Vec<Ask> = match &self.source {
            Source::Table(walk) => walk.asks(self.count).collect(),
            Source::Keys(..) => Vec::new(),
        };
        for ask in &asks {
            self.write_scan(&mut request, ask);
        }
        for (_, key) in &self.unsized_keys {
            request.command(&[b"MEMORY", b"USAGE", key]);
        }
        connection.send(DOING, &request)?;
        self.asked = Some(Asked { asks, request });
        Ok(())
    }

    /// Takes what was asked. Nothing is changed unless all was answered.
    fn take(&mut self, connection: &mut Connection, asked: &Asked) -> Result<(), StoreError> {
        let Asked { asks, request } = asked;
        let mut replies = connection.receive_good(DOING, request)?.into_iter();
        let pages = replies
            .by_ref()
            .take(asks.len())
            .map(|reply| read_page(connection, reply));
        let pages = pages.collect::<Result<Vec<(u64, Vec<Bytes>)>, StoreError>>()?;
        for (part, key) in std::mem::take(&mut self.unsized_keys) {
            let size = replies
                .next()
                .as_ref()
                .and_then(reply::integer)
                .and_then(|size| u64::try_from(size).ok());
            let candidate = Candidate {
                size,
                ..Candidate::new(key)
            };
            self.window.put(part, candidate);
        }
        self.advance(asks, pages);
        Ok(())
    }

    /// Goes on by one step.
    fn advance(&mut self, asks: &[Ask], pages: Vec<(u64, Vec<Bytes>)>) {
        match &mut self.source {
            Source::Table(walk) => {
                let cursors: Vec<u64> = pages.iter().map(|(cursor, _)| *cursor).collect();
                if walk.advance(&cursors).is_err() {
                    *walk = Walk::whole();
                    let waiting = self.window.take(usize::MAX);
                    self.window = Window::drawing();
                    for candidate in waiting {
                        self.window.put(0, candidate);
                    }
                }
                for (ask, (_, keys)) in asks.iter().zip(pages) {
                    self.found(ask.part, keys);
                }
            }
            Source::Keys(keys, next) => {
                let some = keys[*next..keys.len().min(*next + self.count)].to_vec();
                *next += some.len();
                self.found(0, some);
            }
        }
    }

    fn write_scan(&self, request: &mut Request, ask: &Ask) {
        let all = self.pattern.is_all();
        request.begin(4 + if all { 0 } else { 2 } + if self.kind.is_some() { 2 } else { 0 });
        request.word(b"SCAN");
        request.number(ask.cursor);
        if !all {
            request.word(b"MATCH");
            request.word(self.pattern.as_bytes());
        }
        request.word(b"COUNT");
        request.number(ask.count as u64);
        if let Some(kind) = self.kind {
            request.word(b"TYPE");
            request.word(kind.as_bytes());
        }
    }

    fn found(&mut self, part: usize, keys: Vec<Bytes>) {
        for key in keys {
            if !self.selects(&key) {
                continue;
            }
            if self.sizes {
                self.unsized_keys.push((part, key));
            } else {
                self.window.put(part, Candidate::new(key));
            }
        }
    }

    fn is_through(&self) -> bool {
        let listed = match &self.source {
            Source::Table(walk) => walk.is_through(),
            Source::Keys(keys, next) => *next >= keys.len(),
        };
        listed && self.unsized_keys.is_empty()
    }

    /// The end counts only if the data is still the history that was begun: a server that was made a replica and back
    /// keeps its connections.
    fn check_end(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let Some(history) = &self.history else {
            return Ok(());
        };
        let mut request = Request::default();
        request.command(&[b"INFO", b"server"]);
        request.command(&[b"INFO", b"replication"]);
        let mut info = Info::default();
        for text in connection
            .ask(DOING, &request)?
            .iter()
            .filter_map(reply::text)
        {
            info.add(&text);
        }
        if info.history().as_ref() != Some(history) {
            return Err(connection
                .peer()
                .history_changed(DOING, "the server was replaced while its keys were listed"));
        }
        Ok(())
    }

    fn fill(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        for _ in 0..STEPS {
            if self.asked.is_none() && !self.is_through() {
                self.ask(connection)?;
            }
            if self.window.is_full() {
                return Ok(());
            }
            let Some(asked) = self.asked.take() else {
                return Ok(());
            };
            self.take(connection, &asked)?;
        }
        Ok(())
    }
}

impl Scanner for RedisScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.is_dead() => connection,
            _ => {
                self.asked = None;
                reopen(&self.endpoint, self.history.as_deref(), DOING)?
            }
        };
        let filled = self.fill(&mut connection);
        let ends = filled.is_ok() && self.is_through() && self.window.is_empty();
        let filled = filled.and_then(|()| {
            if ends {
                self.check_end(&mut connection)
            } else {
                Ok(())
            }
        });
        self.connection = Some(connection);
        filled?;
        if ends {
            self.ended = true;
            self.connection = None;
            return Ok(None);
        }
        let page = self.window.take(self.count);
        self.handed_out += page.len() as u64;
        Ok(Some(page))
    }

    fn fraction(&self) -> Option<f64> {
        if self.ended {
            return Some(1.0);
        }
        let listed = match &self.source {
            Source::Table(walk) => walk.fraction(),
            Source::Keys(keys, next) => ratio(*next as u64, keys.len() as u64),
        };
        let waiting = (self.window.len() + self.unsized_keys.len()) as u64;
        Some(listed * ratio(self.handed_out, self.handed_out + waiting))
    }
}

#[allow(clippy::cast_precision_loss, reason = "a share of a whole, for people")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Cursor and keys.
fn read_page(connection: &Connection, reply: Reply) -> Result<(u64, Vec<Bytes>), StoreError> {
    let unexpected = |value: &Reply| connection.peer().unexpected(DOING, "SCAN", value);
    let Reply::Array(mut parts) = reply else {
        return Err(unexpected(&reply));
    };
    let keys = parts.pop().and_then(reply::array);
    let cursor = parts
        .pop()
        .as_ref()
        .and_then(reply::text)
        .and_then(|text| text.parse().ok());
    match (cursor, keys) {
        (Some(cursor), Some(keys)) => {
            // A key keeps what it was received with in memory. A window either holds a small table whole or passes a
            // large one on in order, so that this is not for long.
            Ok((cursor, keys.into_iter().filter_map(reply::bytes).collect()))
        }
        _ => Err(unexpected(&Reply::Nil)),
    }
}

/// What `SCAN … TYPE` calls a kind; modules' types have names of their own.
fn type_name(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Text => Some("string"),
        Kind::List => Some("list"),
        Kind::Set => Some("set"),
        Kind::SortedSet => Some("zset"),
        Kind::Hash => Some("hash"),
        Kind::Stream => Some("stream"),
        Kind::Opaque => None,
    }
}
