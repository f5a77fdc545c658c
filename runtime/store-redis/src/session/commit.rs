//! The commit of a batch: its operations and its receipt in one atomic step, under what was read.

use remold_engine::port::{Commit, CommitBatch, Fault, StoreError};

use super::{Guarding, RedisSession};
use crate::abilities::{Abilities, Mechanism};
use crate::atomic::{self, Condition, Outcome, Step};
use crate::connection::Connection;
use crate::names::Names;
use crate::request::{Decimal, Sink};
use crate::write;

impl RedisSession {
    /// Sends a batch.
    pub(super) fn send_batch(
        &mut self,
        connection: &mut Connection,
        batch: &CommitBatch<'_>,
    ) -> Result<(), StoreError> {
        for write in batch.writes {
            if let Err(why) = write::check(write, &self.abilities) {
                let key = String::from_utf8_lossy(write::keys(write).0);
                let doing = format!("{} ({key})", doing(self.guarding.as_ref(), batch));
                return Err(connection.peer().error(Fault::Refused, &doing, why, None));
            }
        }
        let (abilities, names, request) = (&self.abilities, &self.names, &mut self.request);
        with_step(abilities, names, self.guarding.as_ref(), batch, |step| {
            atomic::begin(connection, abilities, request, step)
        })
    }

    /// Takes what became of a batch that was sent.
    pub(super) fn take_outcome(
        &mut self,
        connection: &mut Connection,
        batch: &CommitBatch<'_>,
    ) -> Result<Commit, StoreError> {
        let (abilities, names, request) = (&self.abilities, &self.names, &mut self.request);
        let outcome = with_step(abilities, names, self.guarding.as_ref(), batch, |step| {
            atomic::finish(connection, abilities, request, step)
        });
        let outcome = outcome.map_err(|error| by_write(error, batch, abilities))?;
        let conditions = conditions(self.guarding.as_ref());
        Ok(match outcome {
            Outcome::Applied(_) => Commit::Applied,
            Outcome::Changed(numbers) => {
                // The first conditions are epochs: their change is no conflict of a key.
                let fences = names.fences().count();
                let changed = numbers.into_iter().filter(|number| *number >= fences);
                let key = |number: usize| Some(conditions.get(number)?.key.clone());
                Commit::Conflict {
                    keys: changed.filter_map(key).collect(),
                }
            }
        })
    }
}

fn doing(guarding: Option<&Guarding>, batch: &CommitBatch<'_>) -> String {
    let epoch = guarding.map_or(0, |guarding| guarding.epoch);
    let (number, run) = (batch.batch, batch.run);
    format!("writing batch {number} of run {run}, epoch {epoch}")
}

fn conditions(guarding: Option<&Guarding>) -> &[Condition] {
    guarding.map_or(&[], |guarding| &guarding.conditions)
}

/// Lends the step that a batch is.
fn with_step<T>(
    abilities: &Abilities,
    names: &Names,
    guarding: Option<&Guarding>,
    batch: &CommitBatch<'_>,
    then: impl FnOnce(&Step<'_>) -> T,
) -> T {
    let (receipts, progress) = (names.receipts(batch.run), names.progress(batch.run));
    let mut keys: Vec<&[u8]> = Vec::new();
    if abilities.mechanism != Mechanism::Watch {
        keys.extend([receipts.as_bytes(), progress.as_bytes()]);
        for (key, other) in batch.writes.iter().map(write::keys) {
            keys.push(key);
            keys.extend(other.map(AsRef::as_ref));
        }
    }
    let commands = |sink: &mut dyn Sink| {
        for write in batch.writes {
            write::write(sink, write, abilities);
        }
        write_receipt(sink, batch, receipts.as_bytes(), progress.as_bytes());
    };
    then(&Step {
        doing: &doing(guarding, batch),
        conditions: conditions(guarding),
        keys: &keys,
        commands: &commands,
    })
}

/// Counts commands.
#[derive(Default)]
struct Count(usize);

impl Sink for Count {
    fn begin(&mut self, _words: usize) {
        self.0 += 1;
    }

    fn word(&mut self, _word: &[u8]) {}
}

/// Names refused commands by the writes that they belong to. Without its receipt a batch is not applied in the eyes of
/// a recovery, and any of its writes may have been: then it is all of them.
fn by_write(mut error: StoreError, batch: &CommitBatch<'_>, abilities: &Abilities) -> StoreError {
    if let StoreError::PartiallyApplied { refused, .. } = &mut error {
        let mut count = Count::default();
        let ends: Vec<usize> = batch
            .writes
            .iter()
            .map(|one| {
                write::write(&mut count, one, abilities);
                count.0
            })
            .collect();
        let place = |number: &usize| ends.iter().position(|end| number < end);
        *refused = match refused.iter().map(place).collect::<Option<Vec<usize>>>() {
            Some(mut places) => {
                places.dedup();
                places
            }
            None => Vec::new(),
        };
    }
    error
}

/// The receipt, and the clean-up of those that the watermark makes needless.
fn write_receipt(sink: &mut dyn Sink, batch: &CommitBatch<'_>, receipts: &[u8], progress: &[u8]) {
    let batch_id = Decimal::new(batch.batch);
    sink.command(&[b"ZADD", receipts, batch_id.as_bytes(), batch_id.as_bytes()]);
    if let Some(watermark) = batch.watermark {
        let watermark = Decimal::new(watermark);
        // GT: lanes commit in any order.
        sink.command(&[b"ZADD", progress, b"GT", watermark.as_bytes(), b"watermark"]);
        sink.command(&[b"ZREMRANGEBYSCORE", receipts, b"-inf", watermark.as_bytes()]);
    }
}
