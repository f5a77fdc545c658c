//! Measures a transform alone, over records in memory: time, fuel and memory for each record.
//!
//! Fuel is counted and is the same on every machine. Time is measured, over and over until it is stable or its budget is
//! used up, and is given with how far its readings lie apart.

mod baseline;
mod samples;
mod statistics;

use std::time::{Duration, Instant};

use remold_host_api::{
    Bytes, Context, Entry, Exports, Failure, Outcome, Record, Transform, TransformSource, Usage,
};
use remold_manifest::cases::Direction;

pub use self::baseline::{Baseline, Comparison, Grown, Ratio};
pub use self::samples::Sample;
use self::statistics::Readings;
use crate::error::Error;
use crate::migration::Migration;

/// How long one reading of the clock spans at least.
const READING: Duration = Duration::from_millis(1);
/// The fewest readings.
const FEWEST: usize = 15;
/// The share of a sample's time that goes into warming up.
const WARM_UP: u32 = 10;
/// The most fuel of a record that is repeated until it fills a batch.
const CHEAP: u64 = 50_000;
/// The least time for a sample.
const LEAST: Duration = Duration::from_millis(40);

/// Measures a migration's transform.
pub struct Bench<'a> {
    migration: &'a Migration,
}

/// How it is measured.
#[derive(Debug, Clone, Copy)]
pub struct BenchOptions {
    /// For how long altogether, about.
    pub time: Duration,
}

/// What a sample needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The sample's name.
    pub name: String,
    /// How many records one round of it has.
    pub records: usize,
    /// How many of them were rejected, or failed.
    pub rejected: usize,
    /// Microseconds for a record: the median of the readings.
    pub microseconds: f64,
    /// How far half of the readings lie from the median, as a share of it.
    pub spread: f64,
    /// How many readings there were.
    pub readings: usize,
    /// Fuel of one round; `None` if the sandbox does not count it.
    pub fuel: Option<u64>,
    /// Bytes of memory at most; `None` if nobody measures it.
    pub memory: Option<u64>,
}

impl Measured {
    /// Returns the fuel for a record.
    pub fn fuel_per_record(&self) -> Option<f64> {
        #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
        let per_record = |fuel: u64| fuel as f64 / self.records.max(1) as f64;
        self.fuel.map(per_record)
    }
}

/// What all samples needed.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchReport {
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// The most records of a batch.
    pub batch: usize,
    /// The samples, in order.
    pub samples: Vec<Measured>,
}

impl<'a> Bench<'a> {
    /// Makes a bench for a migration. A program cannot be measured without a keyspace, and is refused.
    pub fn new(migration: &'a Migration) -> Result<Self, Error> {
        if migration.transform().exports().run {
            return Err(Error::NotMeasurable {
                problem: format!("the transform of {} is a program", migration.name()),
                hint:
                    "only record transforms are measured; `dry-run` tells how long a program takes"
                        .to_owned(),
            });
        }
        Ok(Self { migration })
    }

    /// Measures samples one after the other; `tell` is told of each before it begins.
    pub fn measure(
        &self,
        samples: &[Sample],
        options: &BenchOptions,
        tell: &mut dyn FnMut(&str),
    ) -> Result<BenchReport, Error> {
        let share = u32::try_from(samples.len()).unwrap_or(u32::MAX).max(1);
        let time = (options.time / share).max(LEAST);
        let mut measured = Vec::with_capacity(samples.len());
        for sample in samples {
            tell(&sample.name);
            measured.push(self.measure_one(sample, time)?);
        }
        Ok(BenchReport {
            migration: self.migration.name().to_owned(),
            digest: self.migration.digest().to_owned(),
            batch: self.batch(),
            samples: measured,
        })
    }

    /// Returns how many records a batch of a run has at most.
    fn batch(&self) -> usize {
        self.migration.spec().strategy.batch_size.max(1) as usize
    }

    fn measure_one(&self, sample: &Sample, time: Duration) -> Result<Measured, Error> {
        let source = self.migration.transform();
        let exports = source.exports();
        if sample.direction == Direction::Revert && !exports.revert {
            return Err(Error::NotMeasurable {
                problem: format!("{}: the transform has no way back", sample.name),
                hint: "measure other cases: --case takes a part of their names".to_owned(),
            });
        }
        let mut round = Round {
            sample,
            context: self.context(sample),
            exports,
            batches: sample.batches(self.batch(), false),
        };
        let mut counted = Counted::of(source.as_ref(), &round)?;
        if counted.is_cheap(round.records()) {
            round.batches = sample.batches(self.batch(), true);
            counted = Counted::of(source.as_ref(), &round)?;
        }
        let mut transform = source.instantiate()?;
        let begun = Instant::now();
        while begun.elapsed() < time / WARM_UP {
            round.carry_out(transform.as_mut());
        }
        let mut readings = Readings::default();
        while readings.count() < FEWEST || (begun.elapsed() < time && !readings.is_stable()) {
            let (mut elapsed, mut rounds) = (Duration::ZERO, 0_u32);
            while elapsed < READING {
                elapsed += round.carry_out(transform.as_mut()).elapsed;
                rounds += 1;
            }
            let records = f64::from(rounds) * count(round.records());
            readings.add(elapsed.as_secs_f64() * 1e6 / records);
            // A transform that takes seconds for a record is measured few times.
            if begun.elapsed() > time * 4 && readings.count() >= 3 {
                break;
            }
        }
        Ok(Measured {
            name: sample.name.clone(),
            records: round.records(),
            rejected: counted.rejected,
            microseconds: readings.median(),
            spread: readings.spread(),
            readings: readings.count(),
            fuel: counted.used.map(|used| used.fuel),
            memory: counted.used.and_then(|used| used.memory),
        })
    }

    fn context(&self, sample: &Sample) -> Context {
        let parameters = sample.parameters.clone();
        let parameters = parameters.unwrap_or_else(|| self.migration.spec().parameters.clone());
        Context {
            parameters: serde_json::Value::Object(parameters),
            now_ms: sample.now_ms,
            seed: sample.seed,
        }
    }
}

/// What a round needed, as far as that is counted.
struct Counted {
    used: Option<Usage>,
    rejected: usize,
}

impl Counted {
    /// Counts a round on an instance of its own: counting slows down, and what is counted is not what is timed.
    fn of(source: &dyn TransformSource, round: &Round<'_>) -> Result<Self, Error> {
        let mut transform = source.instantiate()?;
        transform.take_usage();
        let rejected = round.carry_out(transform.as_mut()).rejected;
        // What is done once, at the start, is in the first round.
        transform.take_usage();
        round.carry_out(transform.as_mut());
        Ok(Self {
            used: transform.take_usage(),
            rejected,
        })
    }

    /// Says whether there is time for a whole batch of it. It goes by the fuel, so that all machines say the same.
    fn is_cheap(&self, records: usize) -> bool {
        self.used
            .is_none_or(|used| used.fuel / records.max(1) as u64 <= CHEAP)
    }
}

/// All batches of a sample, once.
struct Round<'a> {
    sample: &'a Sample,
    context: Context,
    exports: Exports,
    batches: Vec<Vec<&'a Entry>>,
}

/// What a round took.
struct Took {
    elapsed: Duration,
    rejected: usize,
}

impl Round<'_> {
    fn records(&self) -> usize {
        self.batches.iter().map(Vec::len).sum()
    }

    fn carry_out(&self, transform: &mut dyn Transform) -> Took {
        let mut took = Took {
            elapsed: Duration::ZERO,
            rejected: 0,
        };
        for batch in &self.batches {
            // Reading is the host's: the records are there before the clock runs.
            let mut records: Vec<Record> = batch
                .iter()
                .map(|entry| Record::new((*entry).clone()))
                .collect();
            if self.exports.lookups {
                let begun = Instant::now();
                let asked = transform.lookups(&self.context, &records);
                took.elapsed += begun.elapsed();
                self.give(&mut records, asked);
            }
            let again = |place: usize| batch[place].clone();
            let begun = Instant::now();
            let outcomes = match self.sample.direction {
                Direction::Migrate => transform.migrate(&self.context, &mut records, &again),
                Direction::Revert => transform.revert(&self.context, &mut records, &again),
            };
            took.elapsed += begun.elapsed();
            let is_rejected = |outcome: &&Result<Outcome, Failure>| {
                matches!(outcome, Err(_) | Ok(Outcome::Reject(_)))
            };
            took.rejected += outcomes.iter().filter(is_rejected).count();
            drop(transform.take_log());
        }
        took
    }

    /// Gives the records what they asked for, out of the sample.
    fn give(&self, records: &mut [Record], asked: Vec<Result<Vec<Bytes>, Failure>>) {
        for (record, asked) in records.iter_mut().zip(asked) {
            let found = asked.unwrap_or_default().into_iter().map(|key| {
                let entry = self.sample.beside.get(&key).cloned();
                (key, entry)
            });
            record.set_lookups(found.collect());
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a batch has few records")]
fn count(number: usize) -> f64 {
    number as f64
}
