//! What the transform alone costs a record in each language, written in both styles, beside the same change in Rust without
//! a sandbox. Batches are as large as a run's; making the records is not measured, throwing them away neither.

use std::hint::black_box;
use std::time::{Duration, Instant};

use remold::host_api::{Context, Entry, Record, Transform};
use remold_tests::Language;
use serde::Serialize;

use crate::arguments::Arguments;
use crate::change::{self, Style};
use crate::data::{DataSet, Keys};
use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// The languages of components, with their names in tables.
const LANGUAGES: [(&str, &str); 5] = [
    ("rust", "Rust"),
    ("c", "C"),
    ("go", "Go"),
    ("js", "JavaScript"),
    ("python", "Python"),
];

/// How long each is measured in a round.
const TIME: Duration = Duration::from_millis(400);

/// How many records there are, of which batches are made again and again.
const RECORDS: u64 = 4096;

/// What a transform costs.
#[derive(Debug, Serialize)]
pub(crate) struct Cost {
    /// The language; `native` is the change without a sandbox.
    pub(crate) language: &'static str,
    /// `records` or `columns`.
    pub(crate) style: &'static str,
    /// Microseconds a record.
    pub(crate) us: Spread,
}

/// A transform that is measured.
struct Contender {
    language: &'static str,
    style: &'static str,
    transform: Box<dyn Transform>,
    us: Vec<f64>,
}

/// Measures all of them, in turns.
pub(crate) fn measure(arguments: &Arguments) -> Result<Vec<Cost>, Error> {
    let keys = Keys {
        data: DataSet::Hashes,
        count: RECORDS,
        expiry: 4_000_000_000_000,
    };
    let entries: Vec<Entry> = (0..keys.count).map(|number| keys.entry(number)).collect();
    let mut contenders = contenders(arguments)?;
    for round in 0..=arguments.rounds {
        for contender in &mut contenders {
            let us = take(
                contender.transform.as_mut(),
                &entries,
                arguments.shape.batch_size,
            )?;
            // The first round fills caches and counts for nobody.
            if round > 0 {
                contender.us.push(us);
            }
        }
        report::progress(&format!("languages, round {round} of {}", arguments.rounds));
    }
    let cost = |contender: Contender| {
        Some(Cost {
            language: contender.language,
            style: contender.style,
            us: Spread::of(contender.us)?,
        })
    };
    Ok(contenders.into_iter().filter_map(cost).collect())
}

fn contenders(arguments: &Arguments) -> Result<Vec<Contender>, Error> {
    let shape = arguments.shape;
    let rhai = change::migration(DataSet::Hashes, shape, None)?;
    let native = rhai
        .clone()
        .with_transform(std::sync::Arc::new(change::NATIVE));
    let mut migrations = vec![("native", "records", native), ("Rhai", "records", rhai)];
    for (language, label) in LANGUAGES {
        for style in [Style::Records, Style::Columns] {
            report::progress(&format!("languages: {label} by {}", style.name()));
            let component = change::component(Language::named(language), style);
            let migration = change::migration_of_component(&component, shape)?;
            migrations.push((label, style.name(), migration));
        }
    }
    let contender = |(language, style, migration): (_, _, remold::Migration)| {
        let transform = migration
            .transform()
            .instantiate()
            .map_err(remold::Error::from)?;
        Ok(Contender {
            language,
            style,
            transform,
            us: Vec::new(),
        })
    };
    migrations.into_iter().map(contender).collect()
}

/// Measures one for a while, microseconds a record.
fn take(transform: &mut dyn Transform, entries: &[Entry], batch: usize) -> Result<f64, Error> {
    let context = Context {
        parameters: serde_json::Value::Object(serde_json::Map::new()),
        now_ms: 1_700_000_000_000,
        seed: 1,
    };
    let (mut took, mut count) = (Duration::ZERO, 0_u32);
    while took < TIME {
        for part in entries.chunks(batch) {
            let mut records: Vec<Record> = part.iter().cloned().map(Record::new).collect();
            let again = |place: usize| part[place].clone();
            let begun = Instant::now();
            let outcomes = transform.migrate(&context, &mut records, &again);
            took += begun.elapsed();
            if outcomes.len() != records.len() || outcomes.iter().any(Result::is_err) {
                return Err(Error::Unexpected);
            }
            if records.iter().any(|record| !record.is_touched()) {
                return Err(Error::Unexpected);
            }
            count += u32::try_from(black_box(&records).len()).unwrap_or(u32::MAX);
        }
    }
    Ok(took.as_secs_f64() * 1e6 / f64::from(count))
}
