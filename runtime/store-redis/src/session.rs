//! A session: reads keys under guard and commits a batch atomically, on a connection of its own.
//!
//! A connection that fails is replaced at the next read, never between a read under guard and its commit, and never by
//! one to another history.

mod commit;
mod fetch;

use std::sync::Arc;

use remold_engine::port::{
    Candidate, Commit, CommitBatch, Fault, Fetched, Guard, Session, StoreError,
};
use remold_host_api::Bytes;
use remold_rdb::Target;

use self::fetch::{Fetch, Ways};
use super::abilities::{Abilities, Mechanism};
use super::atomic::{Condition, Expected, Expiry};
use super::connection::Connection;
use super::endpoint::{Endpoint, read_only, reopen};
use super::fence;
use super::names::Names;
use super::reply::{self, Reply};
use super::request::{Request, Sink};
use super::typed_read::TypedReader;

/// What a commit does, for messages.
const COMMITTING: &str = "writing a batch";

/// A session on one server.
#[derive(Debug)]
pub(crate) struct RedisSession {
    endpoint: Arc<Endpoint>,
    names: Arc<Names>,
    abilities: Abilities,
    history: Option<String>,
    connection: Option<Connection>,
    request: Request,
    guarding: Option<Guarding>,
    typed: TypedReader,
}

/// What is under guard between a read and its commit.
#[derive(Debug)]
struct Guarding {
    epoch: u64,
    /// What a script will compare; the epochs come first. Empty where the connection watches.
    conditions: Vec<Condition>,
    /// In which ways the keys are read whose replies are still to come.
    asked: Ways,
}

impl RedisSession {
    /// Opens it, on the history that was probed.
    pub(crate) fn open(
        endpoint: Arc<Endpoint>,
        names: Arc<Names>,
        abilities: Abilities,
        target: Target,
        history: &str,
    ) -> Result<Self, StoreError> {
        let connection = endpoint.open()?;
        let found = connection.info().history();
        if let Some(found) = found.as_deref().filter(|found| *found != history) {
            let message = format!("the server's history is {found} and was {history}");
            return Err(connection
                .peer()
                .history_changed("opening a session", &message));
        }
        let typed = TypedReader::new(
            Arc::clone(&endpoint),
            abilities.clone(),
            target,
            found.clone(),
        );
        Ok(Self {
            typed,
            endpoint,
            names,
            abilities,
            history: found,
            connection: Some(connection),
            request: Request::default(),
            guarding: None,
        })
    }

    /// Lets go of a dead connection, and with it of the guard.
    fn settle<T>(
        &mut self,
        connection: Connection,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if connection.is_dead() {
            self.guarding = None;
        } else {
            self.connection = Some(connection);
        }
        result
    }

    /// Takes the connection, a new one if the old one was lost.
    fn take(&mut self, doing: &str) -> Result<Connection, StoreError> {
        match self.connection.take() {
            Some(connection) if !connection.is_dead() => Ok(connection),
            _ => reopen(&self.endpoint, self.history.as_deref(), doing),
        }
    }

    /// Takes the connection that guards; there is none other that would do.
    fn take_guarding(&mut self, doing: &str) -> Result<Connection, StoreError> {
        let lost = |message: &str| {
            self.endpoint
                .peer()
                .error(Fault::Lost, doing, message, None)
        };
        if self.guarding.is_none() {
            return Err(lost(
                "nothing is under guard: the connection that guarded it was lost or has let go",
            ));
        }
        self.connection
            .take()
            .ok_or_else(|| lost("the connection that guarded the keys was lost"))
    }

    fn watches(&self) -> bool {
        self.abilities.mechanism == Mechanism::Watch
    }

    /// Writes the command that puts keys under guard, if a command does that.
    fn write_watch(&mut self, with_epoch: bool, keys: &[&Bytes]) -> usize {
        let keys: &[&Bytes] = if self.abilities.guard == Guard::Watch {
            keys
        } else {
            &[]
        };
        let fences = if with_epoch {
            self.names.fences().count()
        } else {
            0
        };
        let words = fences + keys.len();
        if !self.watches() || words == 0 {
            return 0;
        }
        self.request.begin(1 + words);
        self.request.word(b"WATCH");
        for epoch in self.names.fences().take(fences) {
            self.request.word(epoch.as_bytes());
        }
        for key in keys {
            self.request.word(key);
        }
        1
    }

    fn send_question(
        &mut self,
        connection: &mut Connection,
        epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<(), StoreError> {
        let keys: Vec<(&Bytes, Option<u64>)> = candidates
            .iter()
            .map(|candidate| (&candidate.key, candidate.size))
            .collect();
        let fetch = self.choose(connection, &keys, max_bytes)?;
        self.request.clear();
        self.write_watch(true, &fetch.keys());
        for epoch in self.names.fences() {
            self.request.command(&[b"GET", epoch.as_bytes()]);
        }
        fetch.write(&mut self.request, &self.abilities);
        connection.send(&under_guard(candidates), &self.request)?;
        self.guarding = Some(Guarding {
            epoch,
            conditions: Vec::new(),
            asked: fetch.ways(),
        });
        Ok(())
    }

    fn take_answer(
        &mut self,
        connection: &mut Connection,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let doing = under_guard(candidates);
        let mut replies = connection.receive(&doing)?.into_iter();
        let (epoch, ways) = self
            .guarding
            .as_mut()
            .map_or_else(Default::default, |guarding| {
                (guarding.epoch, std::mem::take(&mut guarding.asked))
            });
        let keys = || candidates.iter().map(|candidate| &candidate.key);
        let fetch = Fetch::chosen(keys(), &ways, max_bytes);
        check_watch(
            connection,
            &doing,
            replies.by_ref().take(usize::from(self.watches())),
        )?;
        let found = fence::read(connection, &self.names, &doing, &mut replies)?;
        if found.epoch != epoch {
            return Err(connection.peer().epoch(&doing, epoch, found.epoch));
        }
        let fetched = self.fetch(connection, &doing, &fetch, &mut replies)?;
        if !self.watches() {
            let names = Arc::clone(&self.names);
            let condition = |(key, text): (&str, String)| Condition {
                key: Bytes::copy_from_slice(key.as_bytes()),
                expected: Expected::Text(text),
            };
            self.remember(names.fences().zip(found.texts()).map(condition));
        }
        self.remember_images(keys(), &fetched);
        Ok(fetched)
    }

    fn remember(&mut self, conditions: impl IntoIterator<Item = Condition>) {
        if let Some(guarding) = &mut self.guarding {
            guarding.conditions.extend(conditions);
        }
    }

    /// Remembers what a script has to find; what was not read is not written.
    fn remember_images<'k>(&mut self, keys: impl Iterator<Item = &'k Bytes>, fetched: &[Fetched]) {
        if self.abilities.guard != Guard::Lua {
            return;
        }
        let condition = |(key, fetched): (&Bytes, &Fetched)| {
            let image = match fetched {
                Fetched::Found(image) => Some(image),
                Fetched::Absent => None,
                Fetched::TooLarge { .. } | Fetched::Unreadable(_) => return None,
            };
            let payload = image.map(|image| image.payload.as_ref());
            let expires_at = image.and_then(|image| image.expires_at);
            Some(Condition::unchanged(
                key.clone(),
                payload,
                Expiry::Exactly(expires_at),
            ))
        };
        let conditions: Vec<Condition> = keys.zip(fetched).filter_map(condition).collect();
        self.remember(conditions);
    }

    fn extend(
        &mut self,
        connection: &mut Connection,
        keys: &[Bytes],
    ) -> Result<Vec<Fetched>, StoreError> {
        let doing = format!("putting {} more keys under guard", keys.len());
        let sized: Vec<(&Bytes, Option<u64>)> = keys.iter().map(|key| (key, None)).collect();
        let fetch = self.choose(connection, &sized, u64::MAX)?;
        self.request.clear();
        let watched = self.write_watch(false, &fetch.keys());
        fetch.write(&mut self.request, &self.abilities);
        let mut replies = connection.exchange(&doing, &self.request)?.into_iter();
        check_watch(connection, &doing, replies.by_ref().take(watched))?;
        let fetched = self.fetch(connection, &doing, &fetch, &mut replies)?;
        self.remember_images(keys.iter(), &fetched);
        Ok(fetched)
    }

    fn read_plainly(
        &mut self,
        connection: &mut Connection,
        keys: &[Bytes],
    ) -> Result<Vec<Fetched>, StoreError> {
        let doing = format!("reading {} keys", keys.len());
        let keys: Vec<(&Bytes, Option<u64>)> = keys.iter().map(|key| (key, None)).collect();
        let fetch = self.choose(connection, &keys, u64::MAX)?;
        self.request.clear();
        fetch.write(&mut self.request, &self.abilities);
        let mut replies = connection.exchange(&doing, &self.request)?.into_iter();
        self.fetch(connection, &doing, &fetch, &mut replies)
    }
}

fn under_guard(candidates: &[Candidate]) -> String {
    format!("reading {} keys under guard", candidates.len())
}

fn check_watch(
    connection: &Connection,
    doing: &str,
    replies: impl Iterator<Item = Reply>,
) -> Result<(), StoreError> {
    for value in replies {
        if !reply::is_ok(&value) {
            return Err(connection.peer().unexpected(doing, "WATCH", &value));
        }
    }
    Ok(())
}

impl Session for RedisSession {
    fn ask_guarded(
        &mut self,
        epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<(), StoreError> {
        self.release()?;
        let mut connection = self.take("reading keys under guard")?;
        let asked = self.send_question(&mut connection, epoch, candidates, max_bytes);
        self.settle(connection, asked)
    }

    fn take_guarded(
        &mut self,
        _epoch: u64,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let mut connection = self.take_guarding("reading keys under guard")?;
        let read = self.take_answer(&mut connection, candidates, max_bytes);
        let read = self.settle(connection, read);
        if read.is_err() {
            // What was read is worth nothing; a connection that is dead has let go by itself.
            drop(self.release());
        }
        read
    }

    fn extend_guard(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        let mut connection = self.take_guarding("putting more keys under guard")?;
        let read = self.extend(&mut connection, keys);
        self.settle(connection, read)
    }

    fn read(&mut self, keys: &[Bytes]) -> Result<Vec<Fetched>, StoreError> {
        let mut connection = if self.guarding.is_some() {
            self.take_guarding("reading keys")?
        } else {
            self.take("reading keys")?
        };
        let read = self.read_plainly(&mut connection, keys);
        self.settle(connection, read)
    }

    fn submit(&mut self, batch: &CommitBatch<'_>) -> Result<(), StoreError> {
        if self.abilities.read_only {
            drop(self.release());
            return Err(read_only(&self.endpoint, COMMITTING));
        }
        let mut connection = self.take_guarding(COMMITTING)?;
        let sent = self.send_batch(&mut connection, batch);
        let sent = self.settle(connection, sent);
        if sent.is_err() {
            // A batch that was not even sent leaves the guard on the connection.
            drop(self.release());
        }
        sent
    }

    fn outcome(&mut self, batch: &CommitBatch<'_>) -> Result<Commit, StoreError> {
        let mut connection = self.take_guarding(COMMITTING)?;
        let applied = self.take_outcome(&mut connection, batch);
        let applied = self.settle(connection, applied);
        if applied.is_err() {
            drop(self.release());
        }
        self.guarding = None;
        applied
    }

    fn release(&mut self) -> Result<(), StoreError> {
        if self.guarding.take().is_none() || !self.watches() {
            return Ok(());
        }
        let Some(mut connection) = self.connection.take() else {
            return Ok(());
        };
        self.request.clear();
        self.request.command(&[b"UNWATCH"]);
        let posted = connection.post("letting go of keys", &self.request);
        self.settle(connection, posted)
    }
}
