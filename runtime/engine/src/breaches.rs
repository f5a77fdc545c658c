//! What breaks schemas in the records that a run rejects: counted by rule, with examples; and how many were rejected at each step.

use std::collections::BTreeMap;

use remold_host_api::Bytes;

use crate::record::Rejected;

/// So many examples are kept of each.
const EXAMPLES: usize = 5;

/// So many rules are told apart; schemas rarely have as many.
const RULES: usize = 1000;

/// What breaks schemas in the rejected records, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaches {
    /// By schema, side and rule.
    pub rules: BTreeMap<BrokenRule, Breakage>,
    /// Breaches of further rules, which are not told apart.
    pub others: u64,
    /// Records that were rejected at a migration on their way, by its name.
    pub at_steps: BTreeMap<String, u64>,
}

/// A rule of a schema that records break.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenRule {
    /// Whether transforms made the records so; otherwise they were found so.
    pub made: bool,
    /// The schema: its subject and version.
    pub schema: String,
    /// The rule: a JSON Pointer into the schema's `spec`.
    pub rule: String,
}

/// How often a rule is broken, with examples.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breakage {
    /// In so many places of values, of one record perhaps in several.
    pub count: u64,
    /// The first few, of each record one.
    pub examples: Vec<Example>,
}

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The record's key.
    pub key: Bytes,
    /// Where in the value, a JSON Pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Breaches {
    /// Counts a rejected record.
    pub(crate) fn count(&mut self, rejected: &Rejected) {
        if let Some(step) = &rejected.step {
            *self.at_steps.entry(step.clone()).or_default() += 1;
        }
        for breach in &rejected.breaches {
            let rule = BrokenRule {
                made: breach.made,
                schema: breach.schema.clone(),
                rule: breach.rule.clone(),
            };
            if self.rules.len() >= RULES && !self.rules.contains_key(&rule) {
                self.others += 1;
                continue;
            }
            let breakage = self.rules.entry(rule).or_default();
            breakage.count += 1;
            let is_new = breakage
                .examples
                .last()
                .is_none_or(|last| last.key != rejected.key);
            if is_new && breakage.examples.len() < EXAMPLES {
                breakage.examples.push(Example {
                    // The key may be a slice of a whole batch's memory.
                    key: Bytes::copy_from_slice(&rejected.key),
                    pointer: breach.pointer.clone(),
                    message: breach.message.clone(),
                });
            }
        }
    }

    /// Says whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.at_steps.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::reject;
    use crate::record::Breach;

    fn rejected(key: &str, rules: &[&str]) -> Rejected {
        let breach = |rule: &&str| Breach {
            schema: "user 1.0.0".to_owned(),
            made: false,
            pointer: "/a".to_owned(),
            rule: (*rule).to_owned(),
            message: "wrong".to_owned(),
        };
        Rejected {
            step: Some("split".to_owned()),
            breaches: rules.iter().map(breach).collect(),
            ..reject(
                &Bytes::copy_from_slice(key.as_bytes()),
                "invalid-source",
                "",
            )
        }
    }

    #[test]
    fn rules_are_counted_and_a_few_records_of_each_are_examples() {
        let mut breaches = Breaches::default();
        for number in 0..9 {
            breaches.count(&rejected(&format!("user:{number}"), &["/x", "/x", "/y"]));
        }
        let counts: Vec<(&str, u64, usize)> = breaches
            .rules
            .iter()
            .map(|(rule, found)| (rule.rule.as_str(), found.count, found.examples.len()))
            .collect();
        assert_eq!(counts, [("/x", 18, 5), ("/y", 9, 5)]);
        assert_eq!(breaches.at_steps["split"], 9);
    }

    #[test]
    fn rules_without_end_take_no_memory_without_end() {
        let mut breaches = Breaches::default();
        for number in 0..RULES + 7 {
            breaches.count(&rejected("user:1", &[&format!("/{number}")]));
        }
        assert_eq!((breaches.rules.len(), breaches.others), (RULES, 7));
    }
}
