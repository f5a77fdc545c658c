//! Reads values by the commands of their types, in parts: where `DUMP` is denied, and where a value is so large that one
//! reply with all of it would hold up the server.
//!
//! A value that is read by several commands could be torn. So the reader has a connection of its own, which watches the
//! keys before it looks at them and runs an empty transaction after the last part: only if that was not aborted did
//! the value exist as it was put together, and only then is it handed out. That does not depend on a commit, and so
//! holds for a dry run and for a key that is found unchanged as well. The session's own guard, on its own
//! connection, is put on before and stays.

mod parts;
mod stream;

use std::sync::Arc;

use remold_engine::port::{Image, StoreError, Unreadable};
use remold_host_api::Bytes;
use remold_rdb::Target;

use self::parts::{Next, Parts};
use super::abilities::Abilities;
use super::connection::Connection;
use super::endpoint::Endpoint;
use super::read::{self, Look, Question};
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

/// How many keys are watched at once: the server walks the list for each of them.
const GROUP: usize = 64;

/// How often a key that changes meanwhile is begun again.
const ATTEMPTS: u32 = 8;

/// A key to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'k> {
    pub(crate) key: &'k Bytes,
    /// Its size in bytes, if it is known.
    pub(crate) size: Option<u64>,
}

/// What was found at a key.
#[derive(Debug)]
pub(crate) enum Typed {
    Absent,
    Found(Image),
    Unreadable(Unreadable),
}

/// Reads values by the commands of their types.
#[derive(Debug)]
pub(crate) struct TypedReader {
    endpoint: Arc<Endpoint>,
    abilities: Abilities,
    target: Target,
    history: Option<String>,
    connection: Option<Connection>,
}

impl TypedReader {
    /// Nothing is opened before it is needed; then it must lead to this history.
    pub(crate) fn new(
        endpoint: Arc<Endpoint>,
        abilities: Abilities,
        target: Target,
        history: Option<String>,
    ) -> Self {
        Self {
            endpoint,
            abilities,
            target,
            history,
            connection: None,
        }
    }

    /// Reads keys; the answers are in their order.
    pub(crate) fn read(
        &mut self,
        doing: &str,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<Typed>, StoreError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.take(doing)?;
        let read = self.read_on(&mut connection, doing, wanted);
        // After an error it may watch keys, or be within a transaction.
        self.connection = read.is_ok().then_some(connection);
        read
    }

    fn take(&mut self, doing: &str) -> Result<Connection, StoreError> {
        if let Some(connection) = self.connection.take().filter(|known| !known.is_dead()) {
            return Ok(connection);
        }
        let connection = self.endpoint.open()?;
        match (&self.history, connection.info().history()) {
            (Some(known), Some(found)) if *known != found => {
                let message = format!("the server's history is {found} and was {known}");
                Err(connection.peer().history_changed(doing, &message))
            }
            _ => Ok(connection),
        }
    }

    fn read_on(
        &self,
        connection: &mut Connection,
        doing: &str,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<Typed>, StoreError> {
        let mut found: Vec<Option<Typed>> = wanted.iter().map(|_| None).collect();
        // A large key takes long, and would take the small ones along when it changes.
        let small: Vec<usize> = (0..wanted.len())
            .filter(|place| wanted[*place].size.is_none_or(parts::is_small))
            .collect();
        for places in small.chunks(GROUP) {
            let group: Vec<Wanted<'_>> = places.iter().map(|place| wanted[*place]).collect();
            if let Some(typed) = self.attempt(connection, doing, &group)? {
                for (place, typed) in places.iter().zip(typed) {
                    found[*place] = Some(typed);
                }
            }
        }
        wanted
            .iter()
            .zip(found)
            .map(|(wanted, found)| match found {
                Some(found) => Ok(found),
                None => self.read_alone(connection, doing, *wanted),
            })
            .collect()
    }

    fn read_alone(
        &self,
        connection: &mut Connection,
        doing: &str,
        wanted: Wanted<'_>,
    ) -> Result<Typed, StoreError> {
        for _ in 0..ATTEMPTS {
            let typed = self.attempt(connection, doing, &[wanted])?;
            if let Some(typed) = typed.and_then(|mut typed| typed.pop()) {
                return Ok(typed);
            }
        }
        Ok(Typed::Unreadable(Unreadable::Restless {
            attempts: ATTEMPTS,
        }))
    }

    /// Reads keys that are watched together; `None` if one of them changed meanwhile.
    fn attempt(
        &self,
        connection: &mut Connection,
        doing: &str,
        wanted: &[Wanted<'_>],
    ) -> Result<Option<Vec<Typed>>, StoreError> {
        let looks = self.look(connection, doing, wanted)?;
        let mut readings: Vec<Option<Reading<'_>>> = looks
            .into_iter()
            .zip(wanted)
            .map(|(look, wanted)| Some(Reading::new(*wanted, look?, &self.abilities)))
            .collect();
        let mut request = Request::default();
        loop {
            request.clear();
            let mut asking: Vec<&mut Reading<'_>> = readings
                .iter_mut()
                .flatten()
                .filter(|reading| reading.write(&mut request))
                .collect();
            if asking.is_empty() {
                break;
            }
            let replies = connection.exchange(doing, &request)?;
            for (reading, reply) in asking.iter_mut().zip(replies) {
                if reading.take(connection, doing, reply)? == Next::Begin {
                    request.clear();
                    request.command(&[b"UNWATCH"]);
                    connection.post(doing, &request)?;
                    return Ok(None);
                }
            }
        }
        if !confirm(connection, doing)? {
            return Ok(None);
        }
        let typed = readings.into_iter().map(|reading| match reading {
            Some(reading) => reading.finish(&self.target),
            None => Typed::Absent,
        });
        Ok(Some(typed.collect()))
    }

    /// Watches the keys, and asks for their types and expiries.
    fn look(
        &self,
        connection: &mut Connection,
        doing: &str,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<Option<Look>>, StoreError> {
        let keys: Vec<&Bytes> = wanted.iter().map(|wanted| wanted.key).collect();
        let mut request = Request::default();
        request.begin(1 + keys.len());
        request.word(b"WATCH");
        keys.iter().for_each(|key| request.word(key));
        read::write(&mut request, &keys, Question::Type, &self.abilities);
        let mut replies = connection.exchange(doing, &request)?.into_iter();
        let watching = replies.next().unwrap_or(Reply::Nil);
        if !reply::is_ok(&watching) {
            return Err(connection.peer().unexpected(doing, "WATCH", &watching));
        }
        read::take(
            connection,
            doing,
            &mut replies,
            &keys,
            Question::Type,
            &self.abilities,
        )
    }
}

/// Whether nothing that is watched has changed: then a transaction of nothing is executed. It ends the watch.
fn confirm(connection: &mut Connection, doing: &str) -> Result<bool, StoreError> {
    let mut request = Request::default();
    request.command(&[b"MULTI"]);
    request.command(&[b"EXEC"]);
    let mut replies = connection.ask(doing, &request)?;
    match replies.pop() {
        Some(Reply::Array(_)) => Ok(true),
        Some(Reply::Nil) => Ok(false),
        other => Err(connection
            .peer()
            .unexpected(doing, "EXEC", &other.unwrap_or(Reply::Nil))),
    }
}

/// A key that is being read.
struct Reading<'k> {
    key: &'k Bytes,
    look: Look,
    parts: Result<Parts, Unreadable>,
}

impl<'k> Reading<'k> {
    fn new(wanted: Wanted<'k>, look: Look, abilities: &Abilities) -> Self {
        let parts = Parts::of(
            &String::from_utf8_lossy(&look.answer),
            wanted.size,
            abilities,
        );
        Self {
            key: wanted.key,
            look,
            parts,
        }
    }

    /// Writes the command for the next part; false if there is none.
    fn write(&self, request: &mut Request) -> bool {
        self.parts
            .as_ref()
            .is_ok_and(|parts| parts.write(request, self.key))
    }

    fn take(
        &mut self,
        connection: &Connection,
        doing: &str,
        answer: Reply,
    ) -> Result<Next, StoreError> {
        if let Some((code, rest)) = reply::refusal(&answer) {
            // It is of another type by now, or gone.
            if code == "WRONGTYPE" || rest.contains("no such key") {
                return Ok(Next::Begin);
            }
            let doing = format!("{doing} ({})", String::from_utf8_lossy(self.key));
            return Err(connection.peer().server(&doing, code, rest));
        }
        let Ok(parts) = &mut self.parts else {
            return Ok(Next::GoOn);
        };
        match parts.take(answer) {
            Ok(()) => Ok(Next::GoOn),
            Err(parts::Odd::Reply(what)) => {
                let doing = format!("{doing} ({})", String::from_utf8_lossy(self.key));
                Err(connection.peer().unexpected(&doing, what, &Reply::Nil))
            }
            Err(parts::Odd::Unfamiliar(what)) => {
                self.parts = Err(Unreadable::Stream { what });
                Ok(Next::GoOn)
            }
        }
    }

    fn finish(self, target: &Target) -> Typed {
        let value = match self.parts {
            Ok(parts) => parts.into_value(),
            Err(why) => return Typed::Unreadable(why),
        };
        // All fields of a hash have expired, which the server has not noticed yet.
        if value.is_empty_aggregate() {
            return Typed::Absent;
        }
        match remold_rdb::encode(&value, target) {
            Ok(payload) => Typed::Found(Image {
                payload,
                expires_at: self.look.expires_at,
                eviction: self.look.eviction,
            }),
            Err(error) => Typed::Unreadable(Unreadable::Unencodable {
                message: error.to_string(),
            }),
        }
    }
}
