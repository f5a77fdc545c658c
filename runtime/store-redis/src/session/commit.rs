//! The commit of a batch: its operations and its receipt in one atomic step, under what was read.

use remold_engine::port::{Commit, CommitBatch, Fault, StoreError};

use super::{Guarding, RedisSession};
use crate::abilities::Abilities;
use crate::atomic::{self, Outcome, Step};
use crate::connection::Connection;
use crate::request::{Decimal, Sink};
use crate::write;

impl RedisSession {
    pub(super) fn apply(
        &mut self,
        connection: &mut Connection,
        guarding: &Guarding,
        batch: &CommitBatch<'_>,
    ) -> Result<Commit, StoreError> {
        let doing = format!(
            "writing batch {} of run {}, epoch {}",
            batch.batch, batch.run, guarding.epoch
        );
        let (receipts, progress) = (
            self.names.receipts(batch.run),
            self.names.progress(batch.run),
        );
        let mut keys: Vec<&[u8]> = vec![receipts.as_bytes(), progress.as_bytes()];
        for write in batch.writes {
            if let Err(why) = write::check(write, &self.abilities) {
                let doing = format!(
                    "{doing} ({})",
                    String::from_utf8_lossy(write::keys(write).0)
                );
                return Err(connection.peer().error(Fault::Refused, &doing, why, None));
            }
            let (key, other) = write::keys(write);
            keys.push(key);
            keys.extend(other.map(AsRef::as_ref));
        }
        let abilities = &self.abilities;
        let commands = |sink: &mut dyn Sink| {
            for write in batch.writes {
                write::write(sink, write, abilities);
            }
            write_receipt(sink, batch, receipts.as_bytes(), progress.as_bytes());
        };
        let step = Step {
            doing: &doing,
            conditions: &guarding.conditions,
            keys: &keys,
            commands: &commands,
        };
        let outcome = atomic::apply(connection, &self.abilities, &mut self.request, &step)
            .map_err(|error| by_write(error, batch, abilities))?;
        Ok(match outcome {
            Outcome::Applied(_) => Commit::Applied,
            Outcome::Changed(numbers) => {
                // The first condition is the epoch: its change is no conflict of a key.
                let changed = numbers.into_iter().filter(|number| *number > 0);
                let key = |number: usize| Some(guarding.conditions.get(number)?.key.clone());
                Commit::Conflict {
                    keys: changed.filter_map(key).collect(),
                }
            }
        })
    }
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
