//! The registry and the change stream over the model of a server: what other systems see of a keyspace. They live in the
//! server's one log, and go back with it.

use std::time::Duration;

use remold_engine::changes;
use remold_engine::port::{
    ChangePage, ChangeStream, Happening, RegisterAnswer, RegisterRequest, Registry,
    RegistryContents, RegistryEntry, StoreError,
};
use remold_engine::registry::{self, Judgement};
use remold_host_api::StreamId;

use crate::books::Bookkeeper;
use crate::server::Data;

impl Data {
    /// Appends an event at a time of the server.
    pub(crate) fn announce(&mut self, happening: &Happening, at: u64) {
        let seq = self.changes.last().map_or(1, |last| last.id.seq + 1);
        let fields = changes::write(happening, at).into_iter();
        let fields = fields.map(|(name, text)| (name.to_owned(), text));
        let id = StreamId { ms: 0, seq };
        self.changes.push(changes::read(id, fields));
    }
}

impl Registry for Bookkeeper {
    fn registry(&mut self) -> Result<RegistryContents, StoreError> {
        Ok(self.ask()?.server.data.registry.clone())
    }

    fn registered(&mut self, name: &str) -> Result<Option<RegistryEntry>, StoreError> {
        Ok(self.ask()?.server.data.registry.entries.get(name).cloned())
    }

    fn register(&mut self, request: &RegisterRequest<'_>) -> Result<RegisterAnswer, StoreError> {
        registry::check(request)?;
        let mut state = self.ask()?;
        let at = state.server.now();
        let known = &state.server.data.registry;
        let names = request.entries.iter().map(|entry| &entry.name);
        let found: Vec<_> = names.map(|name| known.entries.get(name).cloned()).collect();
        match registry::judge(request, &known.revision, &found, at) {
            Judgement::Answer(answer) => Ok(answer),
            Judgement::Write {
                fresh,
                revision,
                answer,
            } => {
                state.server.keep_books(|data| {
                    for place in fresh {
                        let registration = &request.entries[place];
                        let entry = registry::entry(registration, request.by, at);
                        let notice = changes::notice(registration, &entry);
                        data.registry
                            .entries
                            .insert(registration.name.clone(), entry);
                        data.announce(&Happening::Registered(notice), at);
                    }
                    data.registry.revision = revision;
                });
                Ok(answer)
            }
        }
    }
}

impl ChangeStream for Bookkeeper {
    fn append(&mut self, happening: &Happening) -> Result<(), StoreError> {
        let name = self.0.process.name;
        let mut state = self.ask()?;
        let at = state.server.now();
        state.server.keep_books(|data| data.announce(happening, at));
        state.tell(|| format!("P{name} tells: {}", happening.name()));
        Ok(())
    }

    fn changes(
        &mut self,
        after: StreamId,
        count: usize,
        _wait: Duration,
    ) -> Result<ChangePage, StoreError> {
        let state = self.ask()?;
        let known = &state.server.data.changes;
        let newest = known.last().map_or(StreamId::default(), |last| last.id);
        let behind = known.iter().filter(|event| event.id > after);
        let events: Vec<_> = behind.take(count).cloned().collect();
        Ok(ChangePage {
            next: events.last().map_or(after.min(newest), |last| last.id),
            events,
            gap: changes::gap(after, known.first().map(|first| first.id), newest),
        })
    }

    fn newest_change(&mut self) -> Result<StreamId, StoreError> {
        let state = self.ask()?;
        let last = state.server.data.changes.last();
        Ok(last.map_or(StreamId::default(), |last| last.id))
    }
}
