//! Which counts are different.

use std::collections::{BTreeMap, BTreeSet};

use remold::Tally;
use schemars::JsonSchema;
use serde::Serialize;

/// A count, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Count {
    /// What is counted: a name as in `tally`, or a reason.
    pub(crate) name: String,
    /// How many there were in the last result.
    pub(crate) before: u64,
    /// How many there are.
    pub(crate) after: u64,
    /// Of skipped and rejected records: how many for each reason.
    pub(crate) reasons: Vec<Self>,
}

/// Compares what two dry runs counted. What neither of them met is left out; the records come last.
pub(in crate::commands::watch) fn of_tallies(before: &Tally, after: &Tally) -> Vec<Count> {
    let row = |name: &str, of: fn(&Tally) -> u64| Count {
        name: name.to_owned(),
        before: of(before),
        after: of(after),
        reasons: Vec::new(),
    };
    let mut counts = vec![
        row("changed", |tally| tally.changed),
        row("keysWritten", |tally| tally.keys_written),
        row("unchanged", |tally| tally.unchanged),
        Count {
            reasons: of_reasons(&before.skipped, &after.skipped),
            ..row("skipped", Tally::skipped_total)
        },
        Count {
            reasons: of_reasons(&before.rejected, &after.rejected),
            ..row("rejected", Tally::rejected_total)
        },
        row("vanished", |tally| tally.vanished),
        row("oversized", |tally| tally.oversized),
        row("records", Tally::handled),
    ];
    counts.retain(|count| count.before > 0 || count.after > 0 || count.name == "records");
    counts
}

fn of_reasons(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<Count> {
    let reasons: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let count = |reason: &String| Count {
        name: reason.clone(),
        before: before.get(reason).copied().unwrap_or_default(),
        after: after.get(reason).copied().unwrap_or_default(),
        reasons: Vec::new(),
    };
    reasons.into_iter().map(count).collect()
}

impl Count {
    /// Says whether it is another one than before, or is made up of others.
    pub(crate) fn is_different(&self) -> bool {
        self.before != self.after || self.reasons.iter().any(Self::is_different)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_before_or_after_is_counted() {
        let before = Tally {
            changed: 3,
            unchanged: 1,
            rejected: [("no-name".to_owned(), 2)].into(),
            ..Tally::default()
        };
        let after = Tally {
            changed: 5,
            unchanged: 1,
            skipped: [("done".to_owned(), 1)].into(),
            ..Tally::default()
        };
        let counts = of_tallies(&before, &after);
        let shown: Vec<(&str, u64, u64)> = counts
            .iter()
            .map(|count| (count.name.as_str(), count.before, count.after))
            .collect();
        assert_eq!(
            shown,
            [
                ("changed", 3, 5),
                ("unchanged", 1, 1),
                ("skipped", 0, 1),
                ("rejected", 2, 0),
                ("records", 6, 7)
            ]
        );
        assert!(counts[0].is_different() && !counts[1].is_different());
        let none = of_tallies(&Tally::default(), &Tally::default());
        assert!(matches!(&none[..], [records] if records.name == "records"));
        assert_eq!(counts[3].reasons[0].name, "no-name");
    }

    #[test]
    fn another_reason_is_a_difference() {
        let tally = |reason: &str| Tally {
            skipped: [(reason.to_owned(), 4)].into(),
            ..Tally::default()
        };
        let counts = of_tallies(&tally("done"), &tally("empty"));
        assert!(counts[0].is_different());
        let reasons: Vec<(&str, u64, u64)> = counts[0]
            .reasons
            .iter()
            .map(|count| (count.name.as_str(), count.before, count.after))
            .collect();
        assert_eq!(reasons, [("done", 4, 0), ("empty", 0, 4)]);
        assert!(!counts[1].is_different());
    }
}
