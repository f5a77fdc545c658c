//! A report that is kept to be compared with: as a JSON file beside the manifest, so that it can be reviewed and committed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{BenchReport, Measured};
use crate::error::Error;
use crate::migration::{Migration, read_text};

/// The version of the format that is written, and the newest that is read.
const FORMAT: u64 = 1;

/// A report that was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// The version of the format.
    bench: u64,
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// The version of Remold.
    pub remold: String,
    /// The most records of a batch.
    pub batch: usize,
    samples: Vec<Kept>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    name: String,
    records: usize,
    microseconds: f64,
    spread: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fuel: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory: Option<u64>,
}

/// The version of a file, whatever else is in it.
#[derive(Deserialize)]
struct Version {
    bench: u64,
}

/// How a sample compares with what it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Time for a record: now divided by then, with the noise of both.
    pub time: Ratio,
    /// Fuel for a record: now divided by then, which is exact.
    pub fuel: Option<f64>,
    /// Memory: now divided by then.
    pub memory: Option<f64>,
}

/// A quotient of two readings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Now divided by then.
    pub ratio: f64,
    /// How far off it may be for no reason, as a share of one.
    pub noise: f64,
}

/// What has grown too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grown {
    /// Fuel.
    Fuel,
    /// Memory.
    Memory,
    /// Time, by more than the noise explains.
    Time,
}

impl Grown {
    /// Returns the word for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Time => "time",
        }
    }
}

impl Comparison {
    /// Says what has grown by more than a share.
    pub fn grown(&self, share: f64) -> Vec<Grown> {
        let over = |ratio: f64| ratio > 1.0 + share + 1e-9;
        let mut grown = Vec::new();
        if self.fuel.is_some_and(over) {
            grown.push(Grown::Fuel);
        }
        if self.memory.is_some_and(over) {
            grown.push(Grown::Memory);
        }
        if over(self.time.ratio - self.time.noise) {
            grown.push(Grown::Time);
        }
        grown
    }
}

impl Baseline {
    /// Makes a baseline of a report.
    pub fn of(report: &BenchReport) -> Self {
        let kept = |measured: &Measured| Kept {
            name: measured.name.clone(),
            records: measured.records,
            microseconds: rounded(measured.microseconds),
            spread: rounded(measured.spread),
            fuel: measured.fuel,
            memory: measured.memory,
        };
        Self {
            bench: FORMAT,
            migration: report.migration.clone(),
            digest: report.digest.clone(),
            remold: env!("CARGO_PKG_VERSION").to_owned(),
            batch: report.batch,
            samples: report.samples.iter().map(kept).collect(),
        }
    }

    /// Returns the file of a name: `bench/NAME.json` beside the manifest. What looks like a path is one.
    pub fn path(migration: &Migration, name: &str) -> PathBuf {
        let is_path = name.contains(['/', '\\'])
            || Path::new(name).extension().is_some_and(|end| end == "json");
        if is_path {
            PathBuf::from(name)
        } else {
            migration
                .folder()
                .join("bench")
                .join(format!("{name}.json"))
        }
    }

    /// Reads a baseline.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = read_text(path)?;
        let shown = path.display();
        let unreadable = |problem: String| Error::NotMeasurable {
            problem: format!("{shown} is no baseline: {problem}"),
            hint: "`remold bench --save NAME` writes one".to_owned(),
        };
        let version: Version =
            serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        if version.bench > FORMAT {
            return Err(Error::NotMeasurable {
                problem: format!(
                    "{shown} has version {} of the format, this version of Remold reads versions up to {FORMAT}",
                    version.bench
                ),
                hint: "use the version of Remold that wrote it, or save it anew".to_owned(),
            });
        }
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))
    }

    /// Writes the baseline, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let failed = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        let text =
            serde_json::to_string_pretty(self).expect("a baseline holds nothing that JSON cannot");
        let mut scratch = tempfile::Builder::new()
            .permissions(readable_by_all())
            .tempfile_in(folder)
            .map_err(failed)?;
        scratch
            .write_all(format!("{text}\n").as_bytes())
            .map_err(failed)?;
        scratch.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Compares a sample with what it was; `None` if it was not there, or had other records.
    pub fn compare(&self, now: &Measured) -> Option<Comparison> {
        let then = self.samples.iter().find(|kept| kept.name == now.name)?;
        let exact = |now: u64, then: u64, records: (usize, usize)| {
            // By records of each, for a batch may have had another size then.
            #[allow(clippy::cast_precision_loss, reason = "a ratio")]
            let per_record = (
                now as f64 / records.0.max(1) as f64,
                then as f64 / records.1.max(1) as f64,
            );
            divided(per_record.0, per_record.1)
        };
        let records = (now.records, then.records);
        Some(Comparison {
            time: Ratio {
                ratio: divided(now.microseconds, then.microseconds),
                noise: now.spread + then.spread,
            },
            fuel: now
                .fuel
                .zip(then.fuel)
                .map(|(now, then)| exact(now, then, records)),
            memory: now
                .memory
                .zip(then.memory)
                .map(|(now, then)| exact(now, then, (1, 1))),
        })
    }
}

/// A baseline holds nothing but figures, and is committed like the manifest.
fn readable_by_all() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

fn divided(now: f64, then: f64) -> f64 {
    if then > 0.0 {
        now / then
    } else if now > 0.0 {
        f64::INFINITY
    } else {
        1.0
    }
}

/// Drops digits that mean nothing, so that a file can be read.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(microseconds: f64, fuel: u64, memory: u64) -> Measured {
        Measured {
            name: "a".to_owned(),
            records: 64,
            rejected: 0,
            microseconds,
            spread: 0.05,
            readings: 20,
            fuel: Some(fuel),
            memory: Some(memory),
        }
    }

    fn report(measured: Measured) -> BenchReport {
        BenchReport {
            migration: "m".to_owned(),
            digest: "d".to_owned(),
            batch: 64,
            samples: vec![measured],
        }
    }

    #[track_caller]
    fn check(now: &Measured, share: f64, grown: &[Grown]) {
        let baseline = Baseline::of(&report(measured(10.0, 6400, 1000)));
        let comparison = baseline.compare(now).expect("it is there");
        assert_eq!(comparison.grown(share), grown, "{comparison:?}");
    }

    #[test]
    fn fuel_is_compared_exactly_and_time_within_its_noise() {
        check(&measured(10.0, 6400, 1000), 0.0, &[]);
        check(&measured(10.0, 6401, 1000), 0.0, &[Grown::Fuel]);
        check(&measured(10.0, 7040, 1000), 0.1, &[]);
        check(&measured(10.9, 6400, 1000), 0.0, &[]);
        check(&measured(11.2, 6400, 1000), 0.0, &[Grown::Time]);
        check(
            &measured(20.0, 6400, 2000),
            0.5,
            &[Grown::Memory, Grown::Time],
        );
        check(&measured(1.0, 1, 1), 0.0, &[]);
    }

    #[test]
    fn fuel_is_compared_by_the_record() {
        let fewer = Measured {
            records: 32,
            ..measured(10.0, 3200, 1000)
        };
        check(&fewer, 0.0, &[]);
    }

    #[test]
    fn a_sample_that_was_not_there_is_not_compared() {
        let baseline = Baseline::of(&report(measured(10.0, 1, 1)));
        let other = Measured {
            name: "b".to_owned(),
            ..measured(10.0, 1, 1)
        };
        assert_eq!(baseline.compare(&other), None);
    }

    #[test]
    fn a_baseline_is_read_back_and_a_newer_one_is_refused_with_both_versions() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bench/main.json");
        let baseline = Baseline::of(&report(measured(1.0 / 3.0, 1, 1)));
        baseline.write(&path).expect("it is written");
        assert_eq!(Baseline::read(&path).expect("it is read"), baseline);
        fs::write(&path, r#"{ "bench": 2, "other": [] }"#).expect("a file");
        let error = Baseline::read(&path).expect_err("it is newer").to_string();
        assert!(
            error.contains("version 2") && error.contains("up to 1"),
            "{error}"
        );
        fs::write(&path, "[]").expect("a file");
        let error = Baseline::read(&path).expect_err("it is none").to_string();
        assert!(error.contains("is no baseline"), "{error}");
    }
}
