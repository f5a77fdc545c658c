//! Without a live server: how fast the codec is on an RDB file, and a dry run beside it.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use remold::host_api::Value;
use remold::{Control, FileTarget, JournalDirectory, RunEnd, RunOptions, Runner, Silent, Target};
use remold_rdb::{Item, Reader, Version, decode_object, encode_object};
use serde::Serialize;

use crate::arguments::Arguments;
use crate::change;
use crate::child::cpu_seconds;
use crate::contest::Arena;
use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// How many values are held at a time: a batch of a run.
const AT_A_TIME: usize = 64;

/// Megabytes of the file that are gone through in a second, 10⁶ bytes each.
#[derive(Debug, Serialize)]
pub(crate) struct Files {
    /// How large the file is, bytes.
    pub(crate) file_bytes: u64,
    /// Reading the file and decoding every value, on one core.
    pub(crate) decode: Spread,
    /// Encoding every value, on one core.
    pub(crate) encode: Spread,
    /// Both, one after the other: what a transform that changes every key needs at least.
    pub(crate) codec: Spread,
    /// A dry run with the transform in Rust, by the clock.
    pub(crate) dry_run: Spread,
    /// The same for a second of processor time, whatever the number of cores.
    pub(crate) dry_run_per_core: Spread,
}

/// One round.
struct Rates {
    decode: f64,
    encode: f64,
    codec: f64,
    dry_run: f64,
    dry_run_per_core: f64,
}

/// Lets a server write a file, and goes through it.
pub(crate) fn measure(arguments: &Arguments) -> Result<Files, Error> {
    let arena = Arena::open(arguments.data, arguments.keys)?;
    arena.fill()?.save()?;
    let path = arena.server.folder().join("dump.rdb");
    let file = fs::read(&path).map_err(Error::io("reading the server's file"))?;
    #[allow(clippy::cast_precision_loss, reason = "no file has 2^52 bytes")]
    let megabytes = file.len() as f64 / 1e6;
    let mut rounds = Vec::new();
    for round in 0..arguments.rounds {
        let rates = take_round(arguments, &path, &file, megabytes)?;
        report::progress(&format!(
            "file, round {} of {}: codec {:.0} MB/s, dry run {:.0} MB/s",
            round + 1,
            arguments.rounds,
            rates.codec,
            rates.dry_run
        ));
        rounds.push(rates);
    }
    let spread =
        |figure: fn(&Rates) -> f64| Spread::of(rounds.iter().map(figure)).ok_or(Error::Unexpected);
    Ok(Files {
        file_bytes: file.len() as u64,
        decode: spread(|rates| rates.decode)?,
        encode: spread(|rates| rates.encode)?,
        codec: spread(|rates| rates.codec)?,
        dry_run: spread(|rates| rates.dry_run)?,
        dry_run_per_core: spread(|rates| rates.dry_run_per_core)?,
    })
}

fn take_round(
    arguments: &Arguments,
    path: &Path,
    file: &[u8],
    megabytes: f64,
) -> Result<Rates, Error> {
    let Codec { decode, encode } = codec(file)?;
    let cpu = cpu_seconds();
    let dry_run = timed(|| dry_run(arguments, path))?;
    let cpu = cpu_seconds() - cpu;
    Ok(Rates {
        decode: megabytes / decode,
        encode: megabytes / encode,
        codec: megabytes / (decode + encode),
        dry_run: megabytes / dry_run,
        dry_run_per_core: megabytes / cpu,
    })
}

/// Returns the seconds that something takes.
fn timed(work: impl FnOnce() -> Result<(), Error>) -> Result<f64, Error> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Seconds that the codec takes for a whole file.
struct Codec {
    decode: f64,
    encode: f64,
}

/// Goes through a file as a run does: a few values at a time.
fn codec(file: &[u8]) -> Result<Codec, Error> {
    let mut reader = Reader::new(file)?;
    let version = reader.header().version;
    let target = remold_rdb::Target::new(version);
    let (mut values, mut out) = (Vec::with_capacity(AT_A_TIME), Vec::new());
    let mut codec = Codec {
        decode: 0.0,
        encode: 0.0,
    };
    loop {
        codec.decode += timed(|| {
            values.clear();
            decode_some(&mut reader, version, &mut values)
        })?;
        if values.is_empty() {
            return Ok(codec);
        }
        codec.encode += timed(|| {
            for value in &values {
                out.clear();
                encode_object(value, &target, &mut out)?;
                black_box(&out);
            }
            Ok(())
        })?;
    }
}

/// Decodes the next values; none at the end of the file.
fn decode_some(
    reader: &mut Reader<&[u8]>,
    version: Version,
    values: &mut Vec<Value>,
) -> Result<(), Error> {
    while values.len() < AT_A_TIME
        && let Some(item) = reader.next_item()?
    {
        if let Item::Entry(entry) = item {
            values.push(decode_object(entry.type_id(), entry.object(), version)?);
        }
    }
    Ok(())
}

fn dry_run(arguments: &Arguments, path: &Path) -> Result<(), Error> {
    let migration = change::migration(arguments.data, arguments.shape, None)?
        .with_transform(Arc::new(change::NATIVE));
    let target = Target::File(FileTarget {
        input: path.to_owned(),
        output: None,
        database: 0,
    });
    let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
    let runner = Runner::new(target, JournalDirectory::new(folder.path()));
    let report = runner.dry_run(&migration, &RunOptions::default(), &Control::new(), &Silent)?;
    match report.outcome.end {
        RunEnd::Completed if report.outcome.tally.changed == arguments.keys => Ok(()),
        end => Err(Error::Ended {
            end: format!("{end:?} and {} keys changed", report.outcome.tally.changed),
        }),
    }
}
