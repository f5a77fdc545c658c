//! `remold bench`: what a transform needs for a record, and whether that has grown.

use std::path::Path;

use remold::{
    Baseline, Bench, BenchOptions, BenchReport, Comparison, Grown, Measured, Sample, read_recording,
};

use super::Answer;
use crate::arguments::BenchArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::screen;
use crate::shapes::bench::{BenchShape, ComparisonShape, SampleShape};
use crate::style::{BAD, BOLD, FAINT, GOOD, NAME, NOTE, paint};

/// Measures a transform.
pub(super) fn bench(arguments: &BenchArguments) -> Result<Answer, Report> {
    let migration = super::load(&arguments.manifest)?;
    let bench = Bench::new(&migration)?;
    let samples = samples(&bench, arguments)?;
    let baseline = match &arguments.baseline {
        Some(name) => {
            let path = Baseline::path(&migration, name);
            Some((Baseline::read(&path)?, path))
        }
        None => None,
    };
    let options = BenchOptions {
        time: arguments.time.to_duration(),
    };
    let mut tell = |name: &str| {
        if screen::can_draw() {
            screen::err(&paint(
                FAINT,
                format!("measuring {}\n", remold::escape(name.as_bytes())),
            ));
        }
    };
    let report = bench.measure(&samples, &options, &mut tell)?;
    let share = arguments
        .fail_above
        .map(|percent| f64::from(percent.parts_per_million()) / 1e6);
    let compared: Vec<Compared<'_>> = report
        .samples
        .iter()
        .map(|measured| {
            let comparison = baseline
                .as_ref()
                .and_then(|(baseline, _)| baseline.compare(measured));
            let grown = comparison
                .zip(share)
                .map(|(comparison, share)| comparison.grown(share));
            Compared {
                measured,
                comparison,
                grown: grown.unwrap_or_default(),
            }
        })
        .collect();
    let mut text = table(&report, &compared);
    if let Some((baseline, path)) = &baseline {
        text.push_str(&verdict(&compared, baseline, path, &report, arguments));
    }
    let wrote = match &arguments.save {
        Some(name) => {
            let path = Baseline::path(&migration, name);
            Baseline::of(&report).write(&path)?;
            text.line(format_args!(
                "{:<12}{}",
                "saved",
                paint(NAME, path.display())
            ));
            Some(path)
        }
        None => None,
    };
    if cfg!(debug_assertions) {
        let note = "this Remold was built for debugging: a release is many times faster";
        text.line(format_args!("{}: {note}", paint(NOTE, "note")));
    }
    let shape = BenchShape {
        migration: report.migration.clone(),
        digest: report.digest.clone(),
        batch: report.batch,
        samples: compared.iter().map(SampleShape::from).collect(),
        baseline: baseline
            .as_ref()
            .map(|(_, path)| path.display().to_string()),
        wrote: wrote.map(|path| path.display().to_string()),
    };
    let failed = compared.iter().any(|compared| !compared.grown.is_empty());
    let exit = if failed { Exit::Failed } else { Exit::Success };
    Ok(Answer::new(exit, text, &shape))
}

/// A sample beside what it was.
struct Compared<'a> {
    measured: &'a Measured,
    comparison: Option<Comparison>,
    grown: Vec<Grown>,
}

fn samples(bench: &Bench<'_>, arguments: &BenchArguments) -> Result<Vec<Sample>, Report> {
    let samples = match &arguments.from {
        None => bench.cases(arguments.case.as_deref())?,
        Some(path) if path.to_string_lossy().contains("://") => {
            return Err(Report::usage(
                "a server is not measured over",
                &[
                    "`remold record MANIFEST --sample 256 --target URL --into sample.yaml` takes a sample of it; --from sample.yaml measures that",
                ],
            ));
        }
        Some(path) if is_yaml(path) => {
            vec![bench.recording(&path.display().to_string(), &read_recording(path)?)]
        }
        Some(path) => vec![bench.rdb_file(path, arguments.sample.get())?],
    };
    let samples: Vec<Sample> = samples
        .into_iter()
        .filter(|sample| !sample.records.is_empty())
        .collect();
    if samples.is_empty() {
        let message = match (&arguments.from, &arguments.case) {
            (Some(path), _) => format!(
                "{} holds no record that the migration selects",
                path.display()
            ),
            (None, Some(part)) => {
                format!("no case with a selected record has {part:?} in its name")
            }
            (None, None) => {
                "there are no cases with selected records beside the manifest".to_owned()
            }
        };
        return Err(Report::new(Exit::Failed, "no-cases", message)
            .hint("--from FILE measures over a recording or an RDB file"));
    }
    Ok(samples)
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn table(report: &BenchReport, compared: &[Compared<'_>]) -> String {
    let mut text = String::new();
    let width = report
        .samples
        .iter()
        .map(|sample| sample.name.chars().count())
        .max();
    let width = width.unwrap_or(0).clamp(6, 48);
    text.line(format_args!(
        "{} in batches of {} at most",
        paint(BOLD, &report.migration),
        figures::count(report.batch as u64, "record")
    ));
    text.line(format_args!(
        "{}",
        paint(
            FAINT,
            format!(
                "{:width$}  {:>10} {:>7} {:>12} {:>12}",
                "SAMPLE", "µs/RECORD", "NOISE", "FUEL/RECORD", "MEMORY"
            )
        )
    ));
    for Compared {
        measured,
        comparison,
        grown,
    } in compared
    {
        let fuel = measured
            .fuel_per_record()
            .map_or_else(|| "-".to_owned(), |fuel| format!("{fuel:.1}"));
        let memory = measured
            .memory
            .map_or_else(|| "-".to_owned(), figures::bytes);
        let mut name: String = measured.name.chars().take(width).collect();
        if name.len() < measured.name.len() {
            name.pop();
            name.push('…');
        }
        text.line(format_args!(
            "{:width$}  {:>10.3} {:>7} {fuel:>12} {memory:>12}",
            remold::escape(name.as_bytes()),
            measured.microseconds,
            format!("±{:.1}%", measured.spread * 100.0)
        ));
        if measured.rejected > 0 {
            let words = format!(
                "{} of {} are rejected",
                figures::number(measured.rejected as u64),
                figures::number(measured.records as u64)
            );
            text.line(format_args!("{:width$}  {}", "", paint(NOTE, words)));
        }
        if let Some(comparison) = comparison {
            let style = if grown.is_empty() { FAINT } else { BAD };
            text.line(format_args!(
                "{:width$}  {}",
                "",
                paint(style, ratios(comparison))
            ));
        }
    }
    text.push_str(&sum(report, width));
    text
}

/// Writes what a record of all samples needs, each sample weighed alike.
fn sum(report: &BenchReport, width: usize) -> String {
    if report.samples.len() < 2 {
        return String::new();
    }
    #[allow(clippy::cast_precision_loss, reason = "there are few samples")]
    let samples = report.samples.len() as f64;
    let time: f64 = report
        .samples
        .iter()
        .map(|sample| sample.microseconds)
        .sum();
    let fuel: Option<f64> = report.samples.iter().map(Measured::fuel_per_record).sum();
    let fuel = fuel.map_or_else(|| "-".to_owned(), |fuel| format!("{:.1}", fuel / samples));
    let memory = report
        .samples
        .iter()
        .filter_map(|sample| sample.memory)
        .max();
    let memory = memory.map_or_else(|| "-".to_owned(), figures::bytes);
    let line = format!(
        "{:width$}  {:>10.3} {:>7} {fuel:>12} {memory:>12}",
        "all",
        time / samples,
        ""
    );
    format!("{}\n", paint(BOLD, line))
}

fn ratios(comparison: &Comparison) -> String {
    let exact = |name: &str, ratio: Option<f64>| ratio.map(|ratio| format!("{name} ×{ratio:.3}"));
    let time = format!(
        "time ×{:.2} ±{:.2}",
        comparison.time.ratio, comparison.time.noise
    );
    let fuel = exact("fuel", comparison.fuel);
    let memory = exact("memory", comparison.memory);
    [Some(time), fuel, memory]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

fn verdict(
    compared: &[Compared<'_>],
    baseline: &Baseline,
    path: &Path,
    report: &BenchReport,
    arguments: &BenchArguments,
) -> String {
    let mut text = String::new();
    let same = if baseline.digest == report.digest {
        ", of the same transform"
    } else {
        ""
    };
    text.line(format_args!(
        "\ncompared with {}{same}",
        paint(NAME, path.display())
    ));
    let new = compared
        .iter()
        .filter(|compared| compared.comparison.is_none())
        .count();
    if new > 0 {
        text.line(format_args!(
            "{}",
            paint(
                NOTE,
                format!("{} not in it", figures::count(new as u64, "sample"))
            )
        ));
    }
    text.line(format_args!(
        "{}",
        paint(
            FAINT,
            "fuel is exact; time is of this machine and means nothing within its noise"
        )
    ));
    let Some(limit) = arguments.fail_above else {
        return text;
    };
    let limit = f64::from(limit.parts_per_million()) / 1e4;
    let grown: Vec<&Compared<'_>> = compared
        .iter()
        .filter(|compared| !compared.grown.is_empty())
        .collect();
    if grown.is_empty() {
        text.line(format_args!(
            "{}",
            paint(GOOD, format!("nothing has grown by more than {limit}%"))
        ));
    }
    for compared in grown {
        let what: Vec<&str> = compared.grown.iter().map(|grown| grown.name()).collect();
        let words = format!(
            "{} has grown by more than {limit}%: {}",
            what.join(", "),
            remold::escape(compared.measured.name.as_bytes())
        );
        text.line(format_args!("{}", paint(BAD, words)));
    }
    text
}

impl From<&Compared<'_>> for SampleShape {
    fn from(compared: &Compared<'_>) -> Self {
        let measured = compared.measured;
        let comparison = compared.comparison.map(|comparison| ComparisonShape {
            time: comparison.time.ratio,
            noise: comparison.time.noise,
            fuel: comparison.fuel,
            memory: comparison.memory,
            grown: compared
                .grown
                .iter()
                .map(|grown| grown.name().to_owned())
                .collect(),
        });
        Self {
            name: measured.name.clone(),
            records: measured.records,
            rejected: measured.rejected,
            microseconds: measured.microseconds,
            spread: measured.spread,
            readings: measured.readings,
            fuel: measured.fuel_per_record(),
            memory: measured.memory,
            comparison,
        }
    }
}
