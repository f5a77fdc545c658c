//! The overlay's change stream: what the source has, and in memory what happened since. It is not written anywhere.

use std::time::Duration;

use remold_host_api::{Bytes, StreamEntry, StreamId, Value};

use super::ledger::{OverlayLedger, corrupt};
use super::lock;
use crate::port::{ChangePage, ChangeStream, Happening, StoreError};
use crate::{changes, clock};

/// The key's name after the prefix.
const CHANGES: &str = "changes";

impl OverlayLedger {
    /// Returns all entries, and the newest id that there ever was.
    fn entries(&mut self) -> Result<(Vec<StreamEntry>, StreamId), StoreError> {
        let mut newest = StreamId::default();
        let mut entries = match self.below(CHANGES)? {
            None => Vec::new(),
            Some(Value::Stream(stream)) => {
                newest = stream.last_id;
                stream.entries
            }
            Some(other) => {
                let message = format!("the changes are a {}, not a stream", other.kind());
                return Err(corrupt(&self.key(CHANGES), message));
            }
        };
        entries.extend_from_slice(&lock(&self.state).books.events);
        newest = entries.last().map_or(newest, |last| last.id.max(newest));
        Ok((entries, newest))
    }
}

impl ChangeStream for OverlayLedger {
    fn append(&mut self, happening: &Happening) -> Result<(), StoreError> {
        let now = clock::now_ms();
        let field = |(name, text): (&'static str, String)| {
            (Bytes::from_static(name.as_bytes()), Bytes::from(text))
        };
        let fields = changes::write(happening, now);
        let events = &mut lock(&self.state).books.events;
        let last = events.last().map_or(StreamId::default(), |last| last.id);
        let id = if now > last.ms {
            StreamId { ms: now, seq: 0 }
        } else {
            StreamId {
                seq: last.seq + 1,
                ..last
            }
        };
        if events.len() == changes::KEPT {
            events.remove(0);
        }
        events.push(StreamEntry {
            id,
            fields: fields.into_iter().map(field).collect(),
        });
        Ok(())
    }

    fn changes(
        &mut self,
        after: StreamId,
        count: usize,
        _wait: Duration,
    ) -> Result<ChangePage, StoreError> {
        // Nobody else writes here: there is nothing to be waited for.
        let (entries, newest) = self.entries()?;
        let gap = changes::gap(after, entries.first().map(|first| first.id), newest);
        let after = after.min(newest);
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let read = |entry: &StreamEntry| {
            let fields = entry.fields.iter();
            changes::read(
                entry.id,
                fields.map(|(name, value)| (text(name), text(value))),
            )
        };
        let behind = entries.iter().filter(|entry| entry.id > after);
        let events: Vec<_> = behind.take(count).map(read).collect();
        Ok(ChangePage {
            next: events.last().map_or(after, |last| last.id),
            events,
            gap,
        })
    }

    fn newest_change(&mut self) -> Result<StreamId, StoreError> {
        self.entries().map(|(_, newest)| newest)
    }
}
