//! Reads, decides, and writes only if what was read is still so.

use std::sync::Arc;
use std::time::Duration;

use remold_engine::port::{Fault, StoreError};
use remold_host_api::Bytes;

use super::super::abilities::{Abilities, Mechanism};
use super::super::atomic::{self, Condition, Expiry, Outcome, Step};
use super::super::connection::Connection;
use super::super::endpoint::{Endpoint, read_only};
use super::super::fault::Peer;
use super::super::reply::{self, Reply};
use super::super::request::{Request, Sink};

/// A command's words.
pub(super) type Command = Vec<Vec<u8>>;

pub(super) fn command(words: &[&[u8]]) -> Command {
    words.iter().map(|word| word.to_vec()).collect()
}

/// What follows from what was read.
pub(super) enum Decision<T> {
    /// Nothing is to be written.
    Answer(T),
    /// These commands, and then the answer.
    Write(Vec<Command>, T),
}

/// How often a race is lost before it is called hopeless.
const ATTEMPTS: usize = 100;

/// A connection that makes such steps; a lost one is replaced at the next step.
#[derive(Debug)]
pub(super) struct Steps {
    endpoint: Arc<Endpoint>,
    abilities: Abilities,
    connection: Option<Connection>,
}

impl Steps {
    pub(super) fn open(endpoint: Arc<Endpoint>, abilities: Abilities) -> Result<Self, StoreError> {
        let connection = Some(endpoint.open()?);
        Ok(Self {
            endpoint,
            abilities,
            connection,
        })
    }

    /// How long an answer may be waited for without calling the connection lost.
    pub(super) fn patience(&self) -> Duration {
        self.endpoint.options().response_timeout / 2
    }

    pub(super) fn check_writable(&self, doing: &str) -> Result<(), StoreError> {
        if self.abilities.read_only {
            Err(read_only(&self.endpoint, doing))
        } else {
            Ok(())
        }
    }

    /// Makes a step that may write.
    pub(super) fn change<T>(
        &mut self,
        doing: &str,
        watched: &[&str],
        read: impl Fn(&mut Request),
        decide: impl Fn(&Connection, Vec<Reply>) -> Result<Decision<T>, StoreError>,
    ) -> Result<T, StoreError> {
        self.check_writable(doing)?;
        self.attempt(doing, watched, read, decide)
    }

    /// Makes a step: `read` writes the questions, `decide` takes their answers.
    pub(super) fn attempt<T>(
        &mut self,
        doing: &str,
        watched: &[&str],
        read: impl Fn(&mut Request),
        decide: impl Fn(&Connection, Vec<Reply>) -> Result<Decision<T>, StoreError>,
    ) -> Result<T, StoreError> {
        for _ in 0..ATTEMPTS {
            let (conditions, replies) = self.read(doing, watched, &read)?;
            let connection = self.connection()?;
            match decide(connection, replies) {
                Ok(Decision::Write(commands, answer)) => {
                    match self.apply(doing, &conditions, &commands)? {
                        Outcome::Applied(_) => return Ok(answer),
                        Outcome::Changed(_) => {}
                    }
                }
                Ok(Decision::Answer(answer)) => {
                    self.release(doing, watched)?;
                    return Ok(answer);
                }
                Err(error) => {
                    self.release(doing, watched)?;
                    return Err(error);
                }
            }
        }
        let message = "somebody else changes the bookkeeping all the time";
        Err(self
            .endpoint
            .peer()
            .error(Fault::Unavailable, doing, message, None))
    }

    /// Reads by several commands what was true at one moment.
    pub(super) fn read_atomically(
        &mut self,
        doing: &str,
        commands: &[Command],
    ) -> Result<Vec<Reply>, StoreError> {
        self.connection()?;
        match self.apply(doing, &[], commands)? {
            Outcome::Applied(replies) => Ok(replies),
            // Nothing is watched, so nothing can have changed.
            Outcome::Changed(_) => Ok(Vec::new()),
        }
    }

    /// Asks something outside of any step, refusals among the answers, and says who answered.
    pub(super) fn exchange(
        &mut self,
        doing: &str,
        request: &Request,
    ) -> Result<(Peer, Vec<Reply>), StoreError> {
        let connection = self.connection()?;
        let replies = connection.exchange(doing, request)?;
        Ok((connection.peer().clone(), replies))
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) if !connection.is_dead() => connection,
            _ => self.endpoint.open()?,
        };
        Ok(self.connection.insert(connection))
    }

    fn watches(&self, watched: &[&str]) -> bool {
        self.abilities.mechanism == Mechanism::Watch && !watched.is_empty()
    }

    fn read(
        &mut self,
        doing: &str,
        watched: &[&str],
        read: &impl Fn(&mut Request),
    ) -> Result<(Vec<Condition>, Vec<Reply>), StoreError> {
        let mut request = Request::default();
        let by_watch = self.watches(watched);
        if by_watch {
            request.begin(1 + watched.len());
            request.word(b"WATCH");
            for key in watched {
                request.word(key.as_bytes());
            }
        } else {
            for key in watched {
                request.command(&[b"DUMP", key.as_bytes()]);
            }
        }
        read(&mut request);
        let mut replies = self.connection()?.ask(doing, &request)?.into_iter();
        if by_watch {
            replies.next();
            return Ok((Vec::new(), replies.collect()));
        }
        let condition = |key: &&str| {
            let payload = replies.next().and_then(reply::bytes);
            Condition::unchanged(
                Bytes::copy_from_slice(key.as_bytes()),
                payload.as_deref(),
                Expiry::Any,
            )
        };
        let conditions = watched.iter().map(condition).collect();
        Ok((conditions, replies.collect()))
    }

    fn apply(
        &mut self,
        doing: &str,
        conditions: &[Condition],
        commands: &[Command],
    ) -> Result<Outcome, StoreError> {
        let keys: Vec<&[u8]> = commands
            .iter()
            .filter_map(|words| words.get(1).map(Vec::as_slice))
            .collect();
        let write = |sink: &mut dyn Sink| {
            for words in commands {
                sink.begin(words.len());
                for word in words {
                    sink.word(word);
                }
            }
        };
        let step = Step {
            doing,
            conditions,
            keys: &keys,
            commands: &write,
        };
        let abilities = self.abilities.clone();
        // A transaction is only good on the connection that watches: a lost one is not replaced here.
        let Some(connection) = &mut self.connection else {
            let message = "the connection was lost before";
            return Err(self
                .endpoint
                .peer()
                .error(Fault::Lost, doing, message, None));
        };
        atomic::apply(connection, &abilities, &mut Request::default(), &step)
    }

    fn release(&mut self, doing: &str, watched: &[&str]) -> Result<(), StoreError> {
        if !self.watches(watched) {
            return Ok(());
        }
        let mut request = Request::default();
        request.command(&[b"UNWATCH"]);
        self.connection()?.post(doing, &request)
    }
}
