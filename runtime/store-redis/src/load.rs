//! Loads the records of an RDB file into a server, by `RESTORE`: every database, with expiries and eviction states.
//!
//! While it loads, a mark under the reserved prefix says what is loaded, so that a load that was interrupted can be begun
//! again and no other is laid over it. A value that the server does not read in the file's version is encoded anew for it.

mod payload;

use remold_engine::port::StoreError;
use remold_rdb::{FileEntry, Version};

use self::payload::Payloads;
use super::connection::Connection;
use super::endpoint::Endpoint;
use super::fault::CLUSTER;
use super::options::{Access, Options};
use super::reply;
use super::request::{Request, Sink as _};
use super::write::LONGEST_ARGUMENT;

const DOING: &str = "restoring";

const TOO_LONG: &str = "its value is larger than one command may be (proto-max-bulk-len)";

/// A batch is sent when it has so many bytes,
const BATCH_BYTES: usize = 1 << 20;
/// or so many commands.
const BATCH_COMMANDS: usize = 512;

/// What a server holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Keys in all databases.
    pub keys: u64,
    /// What an interrupted load was of.
    pub unfinished: Option<String>,
}

/// Something that the server did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLoaded {
    /// The database; nothing of a library of functions.
    pub database: Option<u64>,
    /// The key, or the beginning of the library.
    pub name: Vec<u8>,
    /// Why.
    pub message: String,
}

/// Loads into one server. What is queued last is sent by [`Loader::finish`].
pub struct Loader {
    connection: Connection,
    payloads: Option<Payloads>,
    mark: String,
    now_ms: u64,
    request: Request,
    /// What each command in the request is about; the choice of a database is about nothing.
    about: Vec<Option<(u64, Vec<u8>)>>,
    database: u64,
    loaded: u64,
    expired: u64,
    /// The first of what the server did not take.
    not_loaded: Vec<NotLoaded>,
    refused: u64,
}

/// How many of those are named.
const NAMED: usize = 1000;

impl Loader {
    /// Connects. Refused with a hint: a node of a cluster, a replica. Nothing is written.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub fn connect(options: &Options) -> Result<Self, StoreError> {
        let mark = format!("{}restore", options.prefix);
        let endpoint = Endpoint::new(Options {
            database: 0,
            access: Access::ReadWrite,
            ..options.clone()
        })?;
        let connection = endpoint.open()?;
        let peer = connection.peer();
        if connection.info().get("redis_mode") == Some("cluster") {
            return Err(peer.refused(DOING, "it is a node of a cluster", CLUSTER));
        }
        if connection.info().get("role") == Some("slave") {
            let hint = "restore into the primary: its replicas follow";
            return Err(peer.refused(DOING, "it is a replica", hint));
        }
        Ok(Self {
            connection,
            payloads: None,
            mark,
            now_ms: 0,
            request: Request::default(),
            about: Vec::new(),
            database: 0,
            loaded: 0,
            expired: 0,
            not_loaded: Vec::new(),
            refused: 0,
        })
    }

    /// Asks what the server holds.
    ///
    /// # Errors
    /// The server refuses, or is lost.
    pub fn held(&mut self) -> Result<Held, StoreError> {
        let mut request = Request::default();
        request.command(&[b"INFO", b"keyspace"]);
        request.command(&[b"GET", self.mark.as_bytes()]);
        let replies = self.connection.ask(DOING, &request)?;
        let text = replies.first().and_then(reply::text).unwrap_or_default();
        // db0:keys=1,expires=0,avg_ttl=0
        let keys = text.lines().filter_map(|line| {
            let (_, counts) = line.strip_prefix("db")?.split_once(":keys=")?;
            counts.split(',').next()?.parse::<u64>().ok()
        });
        let keys = keys.sum();
        let unfinished = replies.get(1).and_then(reply::text);
        Ok(Held {
            keys: match unfinished {
                Some(_) => u64::saturating_sub(keys, 1),
                None => keys,
            },
            unfinished,
        })
    }

    /// Marks the server as being loaded with `what`, written in `version`. With `flush` everything that it holds is removed in
    /// the same step, functions too.
    ///
    /// # Errors
    /// The server refuses, or is lost.
    pub fn begin(&mut self, what: &str, version: Version, flush: bool) -> Result<(), StoreError> {
        let mut request = Request::default();
        if flush {
            // Servers before Redis 7.0 have no functions.
            request.command(&[b"FUNCTION", b"FLUSH"]);
            self.connection.exchange(DOING, &request)?;
            request.clear();
        }
        request.command(&[b"MULTI"]);
        if flush {
            request.command(&[b"FLUSHALL"]);
        }
        request.command(&[b"SET", self.mark.as_bytes(), what.as_bytes()]);
        request.command(&[b"EXEC"]);
        request.command(&[b"DUMP", self.mark.as_bytes()]);
        request.command(&[b"TIME"]);
        let mut replies = self.connection.ask(DOING, &request)?;
        let (time, dumped) = (replies.pop(), replies.pop());
        self.now_ms = time.and_then(reply::time).unwrap_or_default();
        self.payloads = Some(Payloads::new(version, dumped.and_then(reply::bytes)));
        Ok(())
    }

    /// Queues a key. One that has expired is passed over.
    ///
    /// # Errors
    /// The server fails; a single key that it does not take is noted.
    pub fn load(&mut self, entry: &FileEntry) -> Result<(), StoreError> {
        if entry.key() == self.mark.as_bytes() {
            return Ok(());
        }
        if entry.expires_at().is_some_and(|at| at <= self.now_ms) {
            self.expired += 1;
            return Ok(());
        }
        let payload = self.payloads.as_ref().map(|payloads| payloads.of(entry));
        let payload = match payload {
            Some(Ok(payload)) if payload.len() <= LONGEST_ARGUMENT => payload,
            Some(given) => {
                let message = given.err().unwrap_or_else(|| TOO_LONG.to_owned());
                self.note(NotLoaded {
                    database: Some(entry.db()),
                    name: entry.key().to_vec(),
                    message,
                });
                return Ok(());
            }
            None => return Ok(()),
        };
        self.select(entry.db());
        self.restore(entry, &payload);
        if self.request.bytes().len() >= BATCH_BYTES || self.about.len() >= BATCH_COMMANDS {
            self.send()?;
        }
        Ok(())
    }

    /// Loads a library of functions, in place of one of the same name.
    ///
    /// # Errors
    /// The server fails; a library that it does not take is noted.
    pub fn load_functions(&mut self, code: &[u8]) -> Result<(), StoreError> {
        let mut request = Request::default();
        request.command(&[b"FUNCTION", b"LOAD", b"REPLACE", code]);
        let replies = self.connection.exchange(DOING, &request)?;
        if let Some((code_word, rest)) = replies.first().and_then(reply::refusal) {
            let first_line = code.split(|byte| *byte == b'\n').next().unwrap_or_default();
            self.note(NotLoaded {
                database: None,
                name: first_line.to_vec(),
                message: format!("{code_word} {rest}"),
            });
        }
        Ok(())
    }

    /// Notes something of the file that cannot be loaded by commands.
    pub fn pass_over(&mut self, name: &str, message: &str) {
        self.note(NotLoaded {
            database: None,
            name: name.as_bytes().to_vec(),
            message: message.to_owned(),
        });
    }

    /// Sends what is queued, and takes the mark away: everything is loaded that can be.
    ///
    /// # Errors
    /// The server fails.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        self.send()?;
        let mut request = Request::default();
        request.command(&[b"SELECT", b"0"]);
        request.command(&[b"DEL", self.mark.as_bytes()]);
        self.connection.ask(DOING, &request)?;
        self.database = 0;
        Ok(())
    }

    /// Returns how many keys the server has taken.
    pub const fn loaded(&self) -> u64 {
        self.loaded
    }

    /// Returns how many keys had expired.
    pub const fn expired(&self) -> u64 {
        self.expired
    }

    /// Returns how much the server did not take.
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Returns the first of what the server did not take, at most 1,000.
    pub fn not_loaded(&self) -> &[NotLoaded] {
        &self.not_loaded
    }

    fn note(&mut self, not_loaded: NotLoaded) {
        self.refused += 1;
        if self.not_loaded.len() < NAMED {
            self.not_loaded.push(not_loaded);
        }
    }

    fn select(&mut self, database: u64) {
        if self.database != database {
            self.request.begin(2);
            self.request.word(b"SELECT");
            self.request.number(database);
            self.about.push(None);
            self.database = database;
        }
    }

    fn restore(&mut self, entry: &FileEntry, payload: &[u8]) {
        let eviction: Option<(&[u8], u64)> = match (entry.idle(), entry.frequency()) {
            (Some(idle), _) => Some((b"IDLETIME", idle)),
            (None, Some(frequency)) => Some((b"FREQ", u64::from(frequency))),
            (None, None) => None,
        };
        self.request.begin(if eviction.is_some() { 8 } else { 6 });
        self.request.word(b"RESTORE");
        self.request.word(entry.key());
        self.request.number(entry.expires_at().unwrap_or_default());
        self.request.word(payload);
        self.request.word(b"REPLACE");
        self.request.word(b"ABSTTL");
        if let Some((name, value)) = eviction {
            self.request.word(name);
            self.request.number(value);
        }
        self.about.push(Some((entry.db(), entry.key().to_vec())));
    }

    fn send(&mut self) -> Result<(), StoreError> {
        if self.about.is_empty() {
            return Ok(());
        }
        let replies = self.connection.exchange(DOING, &self.request)?;
        let about = std::mem::take(&mut self.about);
        for (number, (reply, about)) in replies.iter().zip(about).enumerate() {
            match (reply::refusal(reply), about) {
                (None, about) => self.loaded += u64::from(about.is_some()),
                // What is wrong with a value is no reason to leave the others behind.
                (Some((code @ ("ERR" | "BUSYKEY"), rest)), Some((database, name))) => {
                    self.note(NotLoaded {
                        database: Some(database),
                        name,
                        message: format!("{code} {rest}"),
                    });
                }
                (Some((code, rest)), _) => {
                    let doing = format!("{DOING} ({})", self.request.describe(number));
                    return Err(self.connection.peer().server(&doing, code, rest));
                }
            }
        }
        self.request.clear();
        Ok(())
    }
}

impl std::fmt::Debug for Loader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loader")
            .field("connection", &self.connection)
            .field("loaded", &self.loaded)
            .finish_non_exhaustive()
    }
}
