//! The registry on the server: one hash, read by one command, and written with its events in one step.

use std::sync::Arc;

use remold_engine::changes;
use remold_engine::port::{
    Happening, RegisterAnswer, RegisterRequest, Registry, RegistryContents, RegistryEntry,
    StoreError,
};
use remold_engine::registry::{self, Judgement};

use super::super::names::Names;
use super::super::reply::{self, Reply};
use super::super::request::Sink as _;
use super::steps::{Command, Decision, command};
use super::{RedisLedger, changes::append, first};

impl Registry for RedisLedger {
    fn registry(&mut self) -> Result<RegistryContents, StoreError> {
        let key = self.names.registry();
        self.steps.attempt(
            "reading the registry",
            &[],
            |request| request.command(&[b"HGETALL", key.as_bytes()]),
            |_, replies| {
                let mut contents = RegistryContents::default();
                for (name, value) in reply::pairs(first(replies)) {
                    if name == registry::REVISION {
                        contents.revision = registry::revision(&key, Some(value.as_bytes()))?;
                    } else {
                        let entry = registry::open(&place(&key, &name), value.as_bytes())?;
                        contents.entries.insert(name, entry);
                    }
                }
                Ok(Decision::Answer(contents))
            },
        )
    }

    fn registered(&mut self, name: &str) -> Result<Option<RegistryEntry>, StoreError> {
        if name == registry::REVISION {
            return Ok(None);
        }
        let key = self.names.registry();
        self.steps.attempt(
            "reading the registry",
            &[],
            |request| request.command(&[b"HGET", key.as_bytes(), name.as_bytes()]),
            |_, replies| entry(&key, name, first(replies)).map(Decision::Answer),
        )
    }

    fn register(&mut self, request: &RegisterRequest<'_>) -> Result<RegisterAnswer, StoreError> {
        registry::check(request)?;
        let names = Arc::clone(&self.names);
        let key = names.registry();
        let mut question: Vec<&[u8]> =
            vec![b"HMGET", key.as_bytes(), registry::REVISION.as_bytes()];
        question.extend(request.entries.iter().map(|entry| entry.name.as_bytes()));
        self.steps.change(
            "registering",
            &[&key],
            |pipeline| {
                pipeline.command(&[b"TIME"]);
                pipeline.command(&question);
            },
            |connection, replies| {
                let mut replies = replies.into_iter();
                let micros = replies.next().and_then(reply::micros).unwrap_or_default();
                let values = replies.next().unwrap_or(Reply::Nil);
                let Reply::Array(values) = values else {
                    return Err(connection
                        .peer()
                        .unexpected("registering", "HMGET", &values));
                };
                let mut values = values.into_iter();
                let field = values.next().and_then(reply::bytes);
                let revision = registry::revision(&key, field.as_deref())?;
                let found = request
                    .entries
                    .iter()
                    .zip(values)
                    .map(|(registration, value)| entry(&key, &registration.name, value))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(match registry::judge(request, &revision, &found, micros) {
                    Judgement::Answer(answer) => Decision::Answer(answer),
                    Judgement::Write {
                        fresh,
                        revision,
                        answer,
                    } => {
                        let commands =
                            commands_of(&names, request, &fresh, revision.as_str(), micros / 1000);
                        Decision::Write(commands, answer)
                    }
                })
            },
        )
    }
}

/// What writes the entries at these places, the revision and the events.
fn commands_of(
    names: &Names,
    request: &RegisterRequest<'_>,
    fresh: &[usize],
    revision: &str,
    at: u64,
) -> Vec<Command> {
    let mut set = command(&[
        b"HSET",
        names.registry().as_bytes(),
        registry::REVISION.as_bytes(),
        revision.as_bytes(),
    ]);
    let mut commands = Vec::with_capacity(1 + fresh.len());
    for place in fresh {
        let registration = &request.entries[*place];
        let entry = registry::entry(registration, request.by, at);
        set.push(registration.name.clone().into_bytes());
        set.push(registry::seal(&entry).into_bytes());
        let notice = Happening::Registered(changes::notice(registration, &entry));
        commands.push(append(names, &notice, at));
    }
    commands.insert(0, set);
    commands
}

/// What the answer to a question for one name holds.
fn entry(key: &str, name: &str, answer: Reply) -> Result<Option<RegistryEntry>, StoreError> {
    let envelope = reply::bytes(answer);
    let open = |envelope| registry::open(&place(key, name), envelope);
    envelope.as_deref().map(open).transpose()
}

fn place(key: &str, name: &str) -> String {
    format!("{key}, {name}")
}
