//! Lists keys by `SCAN` and hands them out in an order that spreads them over the server's tables.
//!
//! Their sizes are looked up at the last moment, in the same round trip as the next listing: what the server had to
//! fetch from memory for that is then still at hand when the keys are read.
//!
//! A step that was not answered is asked again: cursor and keys change only when an answer is complete.

mod listing;
mod spread;
mod walk;

use std::collections::VecDeque;
use std::sync::Arc;

use remold_engine::port::{Candidate, Guard, Scanner, Selection, ShardFacts, StoreError};
use remold_host_api::{Bytes, Kind, Pattern};

use self::listing::{Listing, Step};
use self::walk::Ask;
use super::abilities::Abilities;
use super::connection::Connection;
use super::endpoint::{Endpoint, reopen};
use super::info::Info;
use super::names::Names;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

const DOING: &str = "listing keys";

/// How many steps are made at most before a page is handed out, be it empty.
const STEPS: usize = 64;

/// How many steps are under way.
const AHEAD: usize = 4;

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
    listing: Listing,
    /// What was asked and not yet taken, the first step first: some are always under way while keys of earlier ones are
    /// worked on.
    asked: VecDeque<(Step, Request)>,
    handed_out: u64,
    ended: bool,
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
        let count = usize::try_from(endpoint.options().scan_count.max(1)).unwrap_or(usize::MAX);
        let listing = match &selection.keys {
            Some(keys) => {
                let selected = keys
                    .iter()
                    .filter(|key| selects(&names, &selection.exclude, key));
                Listing::given(selected.cloned().collect())
            }
            None if spreads => Listing::spread(facts.keys, count),
            None => Listing::in_order(count),
        };
        Ok(Self {
            pattern: selection.pattern.clone(),
            exclude: selection.exclude.clone(),
            kind: selection.kind.and_then(type_name),
            sizes: abilities.memory_usage && selection.max_bytes < u64::MAX,
            listing,
            asked: VecDeque::new(),
            handed_out: 0,
            ended: false,
            history: found,
            connection: Some(connection),
            endpoint,
            names,
        })
    }

    /// Asks for the next step; false if there is none before something is answered.
    fn ask(&mut self, connection: &mut Connection) -> Result<bool, StoreError> {
        let Some(step) = self.listing.step() else {
            return Ok(false);
        };
        let mut request = Request::default();
        for ask in &step.asks {
            self.write_scan(&mut request, ask);
        }
        if self.sizes {
            for key in &step.page {
                request.command(&[b"MEMORY", b"USAGE", key]);
            }
        }
        let sent = if self.asked.is_empty() {
            connection.send(DOING, &request)
        } else {
            connection.send_next(DOING, &request)
        };
        self.asked.push_back((step, request));
        sent.map(|()| true)
    }

    /// Forgets what was asked: it will be asked again.
    fn ask_again(&mut self) {
        self.listing
            .give_back(self.asked.drain(..).map(|(step, _)| step));
    }

    /// Takes what was asked first and returns its page. Nothing is changed unless all was answered.
    fn take(&mut self, connection: &mut Connection) -> Result<Vec<Candidate>, StoreError> {
        let Some((step, request)) = self.asked.front() else {
            return Ok(Vec::new());
        };
        let mut replies = connection.receive_good(DOING, request)?.into_iter();
        let answers = replies.by_ref().take(step.asks.len());
        let mut pages = answers
            .map(|reply| read_page(connection, reply))
            .collect::<Result<Vec<(u64, Vec<Bytes>)>, StoreError>>()?;
        for (_, keys) in &mut pages {
            keys.retain(|key| selects(&self.names, &self.exclude, key));
        }
        let Some((step, _)) = self.asked.pop_front() else {
            return Ok(Vec::new());
        };
        if self.listing.answer(pages).is_err() {
            self.ask_again();
        }
        let mut size = || u64::try_from(reply::integer(&replies.next()?)?).ok();
        let page = step.page.into_iter().map(|key| Candidate {
            size: size(),
            ..Candidate::new(key)
        });
        Ok(page.collect())
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

    fn is_through(&self) -> bool {
        self.listing.is_through() && self.asked.is_empty()
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

    /// Returns the next page, empty if nothing was found for long.
    fn fill(&mut self, connection: &mut Connection) -> Result<Vec<Candidate>, StoreError> {
        for _ in 0..STEPS {
            while self.asked.len() < AHEAD && self.ask(connection)? {}
            let page = self.take(connection)?;
            if !page.is_empty() || self.asked.is_empty() {
                return Ok(page);
            }
        }
        Ok(Vec::new())
    }
}

impl Scanner for RedisScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.is_dead() => connection,
            _ => reopen(&self.endpoint, self.history.as_deref(), DOING)?,
        };
        let page = self.fill(&mut connection);
        if page.is_err() {
            self.ask_again();
        }
        let ends = page.as_ref().is_ok_and(Vec::is_empty) && self.is_through();
        let checked = if ends {
            self.check_end(&mut connection)
        } else {
            Ok(())
        };
        self.connection = Some(connection);
        let page = page?;
        checked?;
        if ends {
            self.ended = true;
            self.connection = None;
            return Ok(None);
        }
        self.handed_out += page.len() as u64;
        Ok(Some(page))
    }

    fn fraction(&self) -> Option<f64> {
        if self.ended {
            return Some(1.0);
        }
        let asked: usize = self.asked.iter().map(|(step, _)| step.page.len()).sum();
        let waiting = (self.listing.waiting() + asked) as u64;
        Some(self.listing.fraction() * ratio(self.handed_out, self.handed_out + waiting))
    }
}

/// Whether a key is to be migrated: bookkeeping never is, and the server has matched the pattern only in `SCAN`.
fn selects(names: &Names, exclude: &[Pattern], key: &[u8]) -> bool {
    !names.reserves(key) && !exclude.iter().any(|pattern| pattern.matches(key))
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
