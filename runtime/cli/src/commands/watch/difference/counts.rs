//! Which counts are different.

use remold::Tally;
use schemars::JsonSchema;
use serde::Serialize;

/// A count, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Count {
    /// What is counted.
    pub(crate) name: String,
    /// How many there were in the last result.
    pub(crate) before: u64,
    /// How many there are.
    pub(crate) after: u64,
}

/// Compares what two dry runs counted. What neither of them met is left out; the records come last.
pub(in crate::commands::watch) fn of_tallies(before: &Tally, after: &Tally) -> Vec<Count> {
    let rows: [(&str, fn(&Tally) -> u64); 8] = [
        ("changed", |tally| tally.changed),
        ("keys written", |tally| tally.keys_written),
        ("unchanged", |tally| tally.unchanged),
        ("skipped", Tally::skipped_total),
        ("rejected", Tally::rejected_total),
        ("vanished", |tally| tally.vanished),
        ("oversized", |tally| tally.oversized),
        ("records", Tally::handled),
    ];
    let count = |(name, of): &(&str, fn(&Tally) -> u64)| Count {
        name: (*name).to_owned(),
        before: of(before),
        after: of(after),
    };
    let met = |count: &Count| count.before > 0 || count.after > 0;
    // Mostly the same as `changed`, and then it tells nothing.
    let says_more = |count: &Count| {
        count.name != "keys written"
            || (before.keys_written, after.keys_written) != (before.changed, after.changed)
    };
    let counts = rows.iter().map(count);
    counts.filter(met).filter(says_more).collect()
}

impl Count {
    /// Says whether it is another one than before.
    pub(crate) fn is_different(&self) -> bool {
        self.before != self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_before_or_after_is_counted() {
        let before = Tally {
            changed: 3,
            keys_written: 3,
            unchanged: 1,
            rejected: [("no-name".to_owned(), 2)].into(),
            ..Tally::default()
        };
        let after = Tally {
            changed: 5,
            keys_written: 5,
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
        let more = Tally {
            keys_written: 9,
            ..after.clone()
        };
        assert_eq!(of_tallies(&after, &more)[1].name, "keys written");
    }
}
