//! The recorded counts, and how new ones compare with them.

use std::fmt::{self, Display, Formatter};
use std::fs;

use serde::{Deserialize, Serialize};

use crate::measure::{Counts, Unit};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts/baseline.json");

const RECORD: &str = "REMOLD_RECORD_COUNTS=1 cargo test -p remold-tests --test counts";

/// One recorded count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    name: String,
    value: f64,
    unit: String,
    /// By how many percent of the value a count may be off.
    tolerance: f64,
}

/// All recorded counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Baseline(Vec<Line>);

/// How a count compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Better,
    Worse,
    /// There is none in the baseline.
    New,
    /// It is in the baseline alone: what it counted is not done any more.
    Gone,
}

/// A count beside its baseline.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    unit: String,
    before: Option<f64>,
    now: Option<f64>,
    verdict: Verdict,
}

/// All counts beside their baselines, as a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison(Vec<Row>);

impl Baseline {
    /// Reads the file; a file that is not there is empty.
    pub(crate) fn load() -> Self {
        let text = fs::read_to_string(PATH).unwrap_or_else(|_| "[]".to_owned());
        Self(serde_json::from_str(&text).expect("the baseline can be read"))
    }

    /// Writes the file, one count a line.
    pub(crate) fn store(&self) {
        let lines = self.0.iter().map(|line| {
            let value = serde_json::to_string(line).expect("a line has nothing strange");
            format!("  {value}")
        });
        let lines: Vec<String> = lines.collect();
        fs::write(PATH, format!("[\n{}\n]\n", lines.join(",\n"))).expect("it can be written");
    }

    /// The baseline that these counts make; what was known keeps its tolerance.
    pub(crate) fn renewed(&self, counts: &Counts) -> Self {
        let lines = counts.iter().map(|(name, unit, value)| {
            let known = self.0.iter().find(|line| line.name == *name);
            Line {
                name: name.clone(),
                value: (value * 1000.0).round() / 1000.0,
                unit: unit.to_string(),
                tolerance: known.map_or(unit.tolerance(), |line| line.tolerance),
            }
        });
        Self(lines.collect())
    }

    /// Holds counts against the recorded ones.
    pub(crate) fn compare(&self, counts: &Counts) -> Comparison {
        let taken = counts.iter().map(|(name, unit, now)| {
            let line = self.0.iter().find(|line| line.name == *name);
            Row {
                name: name.clone(),
                unit: unit.to_string(),
                before: line.map(|line| line.value),
                now: Some(*now),
                verdict: line.map_or(Verdict::New, |line| line.judge(*now)),
            }
        });
        let gone = self.0.iter().filter(|line| {
            let mut names = counts.iter().map(|(name, ..)| name);
            !names.any(|name| *name == line.name)
        });
        let gone = gone.map(|line| Row {
            name: line.name.clone(),
            unit: line.unit.clone(),
            before: Some(line.value),
            now: None,
            verdict: Verdict::Gone,
        });
        Comparison(taken.chain(gone).collect())
    }
}

impl Line {
    fn judge(&self, now: f64) -> Verdict {
        let slack = self.value * self.tolerance / 100.0;
        if now > self.value + slack {
            Verdict::Worse
        } else if now < self.value - slack {
            Verdict::Better
        } else {
            Verdict::Same
        }
    }
}

impl Unit {
    /// By how many keys it is told.
    pub(crate) fn keys(self) -> f64 {
        match self {
            Self::Commands => 1000.0,
            Self::Allocations | Self::Bytes => 1.0,
        }
    }

    /// By how many percent a new line may be off.
    fn tolerance(self) -> f64 {
        match self {
            Self::Allocations | Self::Commands => 2.0,
            Self::Bytes => 3.0,
        }
    }
}

impl Display for Unit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allocations => "allocations/key",
            Self::Bytes => "bytes/key",
            Self::Commands => "commands/1000 keys",
        })
    }
}

impl Comparison {
    /// Whether a count is worse than its baseline, or has none.
    pub(crate) fn is_worse(&self) -> bool {
        let mut rows = self.0.iter();
        rows.any(|row| matches!(row.verdict, Verdict::Worse | Verdict::New))
    }

    /// Whether there is anything to record.
    pub(crate) fn is_out_of_date(&self) -> bool {
        self.0.iter().any(|row| row.verdict != Verdict::Same)
    }
}

impl Display for Comparison {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let figure =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
        writeln!(
            formatter,
            "{:<30} {:>12} {:>12} {:>9}  unit",
            "name", "baseline", "now", "change"
        )?;
        for row in &self.0 {
            let change = row.before.zip(row.now);
            let change = change.map_or(String::new(), |(before, now)| {
                format!("{:+.2} %", (now / before - 1.0) * 100.0)
            });
            let note = match row.verdict {
                Verdict::Same => "",
                Verdict::Better => "  better",
                Verdict::Worse => "  WORSE",
                Verdict::New => "  NEW",
                Verdict::Gone => "  gone",
            };
            writeln!(
                formatter,
                "{:<30} {:>12} {:>12} {change:>9}  {}{note}",
                row.name,
                figure(row.before),
                figure(row.now),
                row.unit
            )?;
        }
        if self.is_out_of_date() {
            write!(formatter, "if that is meant, record it: {RECORD}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> Baseline {
        let line = |name: &str, value, tolerance| Line {
            name: name.to_owned(),
            value,
            unit: Unit::Commands.to_string(),
            tolerance,
        };
        Baseline(vec![line("GET", 100.0, 2.0), line("SET", 10.0, 10.0)])
    }

    /// The verdicts on counts, and whether the test fails.
    fn judged(counts: &[(&str, f64)]) -> (Vec<Verdict>, bool) {
        let counts = counts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Unit::Commands, *value));
        let comparison = baseline().compare(&counts.collect());
        let verdicts = comparison.0.iter().map(|row| row.verdict);
        (verdicts.collect(), comparison.is_worse())
    }

    #[test]
    fn a_count_may_be_off_by_its_tolerance_and_better_by_any() {
        use Verdict::{Better, Gone, New, Same, Worse};
        for (counts, verdicts, fails) in [
            (vec![("GET", 101.9), ("SET", 9.1)], vec![Same, Same], false),
            (vec![("GET", 102.1), ("SET", 10.9)], vec![Worse, Same], true),
            (vec![("GET", 97.0), ("SET", 8.0)], vec![Better; 2], false),
            (vec![("GET", 100.0)], vec![Same, Gone], false),
            (
                vec![("GET", 100.0), ("SET", 10.0), ("DEL", 1.0)],
                vec![Same, Same, New],
                true,
            ),
        ] {
            assert_eq!(judged(&counts), (verdicts, fails), "{counts:?}");
        }
    }

    #[test]
    fn what_is_recorded_anew_keeps_its_tolerance() {
        let counts = vec![
            ("SET".to_owned(), Unit::Commands, 12.345_67),
            ("all".to_owned(), Unit::Bytes, 7.0),
        ];
        let renewed = baseline().renewed(&counts);
        let lines: Vec<_> = renewed
            .0
            .iter()
            .map(|line| (line.name.as_str(), line.value.to_string(), line.tolerance))
            .collect();
        let expected = [
            ("SET", "12.346".to_owned(), 10.0),
            ("all", "7".to_owned(), 3.0),
        ];
        assert_eq!(lines, expected);
        assert!(!renewed.compare(&counts).is_worse());
    }

    #[test]
    fn the_table_says_what_is_worse_and_how_to_record_it() {
        let counts = vec![
            ("GET".to_owned(), Unit::Commands, 150.0),
            ("SET".to_owned(), Unit::Commands, 10.0),
        ];
        let table = baseline().compare(&counts).to_string();
        let line = table.lines().nth(1).expect("there are two counts");
        for part in ["GET", "100.000", "150.000", "+50.00 %", "WORSE"] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(table.ends_with(RECORD), "{table}");
    }
}
