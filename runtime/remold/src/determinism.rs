//! Whether a transform makes the same of a record whatever it was given before: a sample is transformed twice by one
//! instance, the second time in another order and in other batches.

use remold_engine::{Applied, Apply};
use remold_host_api::{Bytes, Entry};
use remold_manifest::cases::{Case, Direction};

use crate::error::Error;
use crate::migration::Migration;
use crate::runner::RunOptions;
use crate::stage::Stage;

/// A record of which a transform makes two things.
#[derive(Debug, Clone, PartialEq)]
pub struct Wavering {
    /// The record's key.
    pub key: Bytes,
    /// What became of it in its batch, in order.
    pub first: Applied,
    /// What became of it alone, after the others in reverse order.
    pub second: Applied,
}

/// Transforms the records of a case twice. Empty for a program and for a transform that looks up other keys, which the
/// sample does not hold.
pub fn wavering(migration: &Migration, case: &Case) -> Result<Vec<Wavering>, Error> {
    let transform = migration.transform();
    let exports = transform.exports();
    if exports.run || exports.lookups {
        return Ok(Vec::new());
    }
    let entries: Vec<Entry> = case
        .given
        .iter()
        .map(|record| record.entry.clone())
        .collect();
    let spec = Stage::of(migration, case).spec(&RunOptions::default());
    let mut instance = Apply::new(spec, transform.as_ref())?;
    let mut apply = |entries: Vec<Entry>| match case.direction {
        Direction::Migrate => instance.migrate(entries),
        Direction::Revert => instance.revert(entries),
    };
    let first = apply(entries.clone());
    let alone = entries.iter().rev().cloned();
    let mut second: Vec<Applied> = alone.flat_map(|entry| apply(vec![entry])).collect();
    second.reverse();
    let pairs = entries.into_iter().zip(first.into_iter().zip(second));
    let differing = pairs.filter(|(_, (first, second))| first != second);
    let wavering = differing.map(|(entry, (first, second))| Wavering {
        key: entry.key,
        first,
        second,
    });
    Ok(wavering.collect())
}
