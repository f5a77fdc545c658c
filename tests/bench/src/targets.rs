//! What the project aims at, and whether the figures of this run get there.
//!
//! Ratios are of rivals in the same round on the same machine. What was not measured is not judged.

use serde::Serialize;

use crate::contest::{Contest, Round, Standing};
use crate::contestants::Contestant;
use crate::files::Files;
use crate::growth::Size;
use crate::languages::Cost;
use crate::start::Start;
use crate::statistics::Spread;
use crate::validation::Validation;

/// One aim and what was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Target {
    /// What is measured.
    pub(crate) measure: &'static str,
    /// What is aimed at.
    pub(crate) aim: String,
    /// What it was.
    pub(crate) figure: String,
    /// Whether that is good enough.
    pub(crate) met: bool,
}

/// How much slower a key may be among more keys before that counts as growth; rounds differ by as much.
const GROWTH: f64 = 1.1;

/// Judges the contest.
pub(crate) fn of_contest(contest: &Contest) -> Vec<Target> {
    use Contestant::{A, B, BSized, Component, Gentle, GoRedis, Lua, Native, RedisPy, Rhai};
    let speed = |round: &Round| round.keys_per_second;
    let p99 = |round: &Round| round.busy.p99_ms;
    let pair = |one, other| contest.standing(one).zip(contest.standing(other));
    let mut targets = Vec::new();
    for (measure, one, other, least) in [
        (
            "native transform, against B with the same commands",
            Native,
            BSized,
            0.95,
        ),
        ("native transform, against B", Native, B, 0.95),
        ("Rust component, against B", Component, B, 0.95),
        ("Rhai transform, against B", Rhai, B, 0.75),
        ("native transform, against A", Native, A, 0.85),
        ("native transform, against redis-py", Native, RedisPy, 4.5),
        ("native transform, against go-redis", Native, GoRedis, 1.0),
        (
            "native transform, against Lua in the server",
            Native,
            Lua,
            0.95,
        ),
    ] {
        if let Some(ratio) = pair(one, other).and_then(|(one, other)| one.ratio(other, speed)) {
            targets.push(Target {
                measure,
                aim: format!("≥ {least:.2} × its keys/s"),
                figure: times(ratio),
                met: ratio.median >= least,
            });
        }
    }
    if let Some(ratio) = pair(Native, Lua).and_then(|(one, other)| one.ratio(other, p99)) {
        targets.push(Target {
            measure: "another client's p99, against Lua in the server",
            aim: "≤ 0.50 × its p99".to_owned(),
            figure: times(ratio),
            met: ratio.median <= 0.5,
        });
    }
    targets.extend(contest.standing(Gentle).and_then(of_gentle));
    targets
}

fn of_gentle(gentle: &Standing) -> Option<Target> {
    let added = gentle.spread(|round| round.busy.p99_ms - round.idle.p99_ms)?;
    Some(Target {
        measure: "another client's p99 with maxLatency 2ms",
        aim: "≤ 2 ms over the idle server's".to_owned(),
        figure: format!(
            "{:.2} ms over ({:.2} to {:.2})",
            added.median, added.least, added.most
        ),
        met: added.median <= 2.0,
    })
}

/// Judges the codec and the dry run.
pub(crate) fn of_files(files: &Files) -> Vec<Target> {
    let per_core = files.dry_run_per_core.median / files.codec.median;
    let by_clock = files.dry_run.median / files.codec.median;
    vec![
        Target {
            measure: "codec on an RDB file, decoding and encoding every value",
            aim: "≥ 300 MB/s on a core".to_owned(),
            figure: format!("{:.0} MB/s", files.codec.median),
            met: files.codec.median >= 300.0,
        },
        Target {
            measure: "dry run of an RDB file, for the same processor time",
            aim: "≥ 0.80 × the codec's MB/s".to_owned(),
            figure: format!("{per_core:.2} ×"),
            met: per_core >= 0.8,
        },
        Target {
            measure: "dry run of an RDB file, by the clock",
            aim: "≥ 0.80 × the codec's MB/s on one core".to_owned(),
            figure: format!("{by_clock:.2} ×"),
            met: by_clock >= 0.8,
        },
    ]
}

/// Judges memory and growth.
pub(crate) fn of_growth(sizes: &[Size]) -> Vec<Target> {
    let mut targets = Vec::new();
    for size in sizes {
        let most = (64 << 20) + 24 * size.keys;
        targets.push(Target {
            measure: "most memory of a run",
            aim: format!("≤ {} MiB for {} keys", most >> 20, size.keys),
            figure: format!("{} MiB", size.peak_bytes >> 20),
            met: size.peak_bytes <= most,
        });
    }
    if let (Some(first), Some(last)) = (sizes.first(), sizes.last())
        && first.keys < last.keys
    {
        let ratio = last.us_per_key.median / first.us_per_key.median;
        targets.push(Target {
            measure: "time per key as keys grow",
            aim: format!("≤ {GROWTH:.2} × from {} to {} keys", first.keys, last.keys),
            figure: format!("{ratio:.2} ×"),
            met: ratio <= GROWTH,
        });
    }
    targets
}

/// Judges the transform alone, language by language.
pub(crate) fn of_languages(costs: &[Cost]) -> Vec<Target> {
    let cost = |language: &str, style: &str| {
        let found = costs
            .iter()
            .find(|cost| cost.language == language && cost.style == style);
        found.map(|cost| cost.us.median)
    };
    let native = cost("native", "records").unwrap_or(f64::NAN);
    let compiled = 1.5 * native + 1.5;
    let aims = [
        ("transform in Rust, by columns", "Rust", "columns", compiled),
        ("transform in C, by columns", "C", "columns", compiled),
        ("transform in Go, by columns", "Go", "columns", 7.0),
        ("transform in Go, by records", "Go", "records", 7.0),
        (
            "transform in JavaScript, by columns",
            "JavaScript",
            "columns",
            6.0,
        ),
        ("transform in Python, by columns", "Python", "columns", 6.0),
        ("transform in Rhai", "Rhai", "records", 4.0),
    ];
    let target = |(measure, language, style, most): (_, _, _, f64)| {
        let us = cost(language, style)?;
        Some(Target {
            measure,
            aim: format!("≤ {most:.2} µs a record"),
            figure: format!("{us:.2} µs"),
            met: us <= most,
        })
    };
    aims.into_iter().filter_map(target).collect()
}

/// Judges a start.
pub(crate) fn of_start(start: &Start) -> Target {
    Target {
        measure: start.measure,
        aim: format!("≤ {:.0} ms", start.most_ms),
        figure: format!("{:.0} ms", start.ms.median),
        met: start.ms.median <= start.most_ms,
    }
}

/// Judges what validation costs.
pub(crate) fn of_validation(validation: &Validation) -> Target {
    let us = validation.us.median;
    Target {
        measure: "a hash of 8 typed fields held against its schema",
        aim: "≤ 1.50 µs a record".to_owned(),
        figure: format!("{us:.2} µs"),
        met: us <= 1.5,
    }
}

fn times(ratio: Spread) -> String {
    format!(
        "{:.2} × ({:.2} to {:.2})",
        ratio.median, ratio.least, ratio.most
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(keys: u64, us: f64, peak_bytes: u64) -> Size {
        Size {
            keys,
            us_per_key: Spread::of([us]).expect("there is a figure"),
            peak_bytes,
        }
    }

    #[test]
    fn memory_may_grow_with_the_keys_and_time_per_key_may_not() {
        let good = of_growth(&[size(1000, 5.0, 64 << 20), size(1_000_000, 5.4, 80 << 20)]);
        assert!(good.iter().all(|target| target.met), "{good:?}");
        let bad = of_growth(&[size(1000, 5.0, 65 << 20), size(1_000_000, 6.0, 90 << 20)]);
        assert!(bad.iter().all(|target| !target.met), "{bad:?}");
        assert_eq!((good.len(), bad.len()), (3, 3));
    }

    #[test]
    fn slow_validation_misses() {
        let of = |us| {
            of_validation(&Validation {
                us: Spread::of([us]).expect("there is a figure"),
            })
        };
        assert!(of(1.5).met && !of(1.6).met);
    }

    #[test]
    fn a_slow_start_misses() {
        let start = |ms| {
            of_start(&Start {
                measure: "a start",
                most_ms: 50.0,
                ms: Spread::of([ms]).expect("there is a figure"),
            })
        };
        assert!(start(50.0).met && !start(51.0).met);
    }

    #[test]
    fn a_language_is_judged_beside_the_native_change() {
        let cost = |language, us| Cost {
            language,
            style: if language == "native" {
                "records"
            } else {
                "columns"
            },
            us: Spread::of([us]).expect("there is a figure"),
        };
        let judged = of_languages(&[cost("native", 1.0), cost("Rust", 3.0), cost("C", 3.1)]);
        let met: Vec<bool> = judged.iter().map(|target| target.met).collect();
        assert_eq!(met, [true, false], "{judged:?}");
    }
}
