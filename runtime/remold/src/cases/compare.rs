//! What came of a case beside what was expected.

use std::collections::BTreeMap;

use remold_host_api::{Bytes, Entry, FailureReason, Value};
use remold_manifest::cases::{
    Case, Expectation, Expected, ExpectedOutcome, ExpectedRecord, ExpectedValue,
    expectation_to_yaml,
};

use super::{CaseProblem, Word};

/// Finds what is not as expected.
pub(crate) fn problems(
    case: &Case,
    given: &[Bytes],
    entries: &[Entry],
    said: &BTreeMap<Bytes, Word>,
) -> Vec<CaseProblem> {
    let scene = Scene {
        case,
        entries,
        said,
    };
    let keys = match &case.expect {
        Expectation::All(expected) => {
            return given
                .iter()
                .filter_map(|key| scene.outcome(key, expected))
                .collect();
        }
        Expectation::Keys(keys) => keys,
    };
    let expected = keys
        .iter()
        .filter_map(|(key, expected)| scene.key(key, expected));
    let more = entries
        .iter()
        .filter(|entry| !keys.iter().any(|(key, _)| *key == entry.key));
    let unexpected = more.map(|entry| CaseProblem {
        key: Some(entry.key.clone()),
        message: "exists and is not expected".to_owned(),
        expected: String::new(),
        found: scene.found(&entry.key),
        records: None,
    });
    expected.chain(unexpected).collect()
}

/// Makes the expectation that the case would meet, in its author's words where those are met already.
pub(crate) fn observed(
    case: &Case,
    given: &[Bytes],
    entries: &[Entry],
    said: &BTreeMap<Bytes, Word>,
) -> Expectation {
    let scene = Scene {
        case,
        entries,
        said,
    };
    if let Expectation::All(_) = &case.expect {
        let mut outcomes = given.iter().map(|key| said.get(key).map(outcome_of));
        if let Some(Some(first)) = outcomes.next()
            && outcomes.all(|outcome| outcome.as_ref() == Some(&first))
        {
            return Expectation::All(first);
        }
    }
    let stated = |key: &Bytes| match &case.expect {
        Expectation::Keys(keys) => keys
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, expected)| expected),
        Expectation::All(_) => None,
    };
    let Expectation::Keys(records) = case.observed(entries) else {
        return case.expect.clone();
    };
    let keys = records.into_iter().map(|(key, record)| {
        let met = stated(&key).filter(|expected| scene.key(&key, expected).is_none());
        let expected = match (met, said.get(&key)) {
            (Some(met), _) => met.clone(),
            (None, Some(word @ (Word::Skipped(_) | Word::Rejected(_)))) => {
                Expected::Outcome(outcome_of(word))
            }
            (None, _) => record,
        };
        (key, expected)
    });
    Expectation::Keys(keys.collect())
}

/// A case after its run.
struct Scene<'a> {
    case: &'a Case,
    entries: &'a [Entry],
    said: &'a BTreeMap<Bytes, Word>,
}

impl Scene<'_> {
    fn key(&self, key: &Bytes, expected: &Expected) -> Option<CaseProblem> {
        let record = match expected {
            Expected::Outcome(outcome) => return self.outcome(key, outcome),
            Expected::Record(record) => record,
        };
        let found = self.entries.iter().find(|entry| entry.key == *key);
        let message = match (self.said.get(key), found) {
            (Some(word @ Word::Rejected(_)), _) => format!("was {}", describe(word)),
            (_, Some(found)) if record.matches(found) => return None,
            (Some(word @ Word::Skipped(_)), Some(_)) => format!("was {}", describe(word)),
            (_, Some(_)) => "is another record than expected".to_owned(),
            (_, None) => "does not exist".to_owned(),
        };
        let expected = Expectation::Keys(vec![(key.clone(), expected.clone())]);
        Some(CaseProblem {
            key: Some(key.clone()),
            message,
            expected: expectation_to_yaml(&expected),
            found: self.found(key),
            records: found.map(|found| Box::new((as_entry(key, record), found.clone()))),
        })
    }

    fn outcome(&self, key: &Bytes, expected: &ExpectedOutcome) -> Option<CaseProblem> {
        let word = self.said.get(key);
        let met = match (expected, word) {
            (ExpectedOutcome::Unchanged, Some(Word::Unchanged))
            | (ExpectedOutcome::Skip(None), Some(Word::Skipped(_))) => true,
            (ExpectedOutcome::Skip(Some(reason)), Some(Word::Skipped(found))) => found == reason,
            (ExpectedOutcome::Reject(code), Some(Word::Rejected(rejected))) => {
                rejected.code == *code
            }
            (ExpectedOutcome::Failure(reason), Some(Word::Rejected(rejected))) => {
                rejected.code == reason.code()
            }
            _ => false,
        };
        if met {
            return None;
        }
        let was = word.map_or_else(|| "changed, or not selected".to_owned(), describe);
        let stated = Expectation::Keys(vec![(key.clone(), Expected::Outcome(expected.clone()))]);
        Some(CaseProblem {
            key: Some(key.clone()),
            message: format!("was {was}"),
            expected: expectation_to_yaml(&stated),
            found: match word {
                Some(word) => expectation_to_yaml(&Expectation::Keys(vec![(
                    key.clone(),
                    Expected::Outcome(outcome_of(word)),
                )])),
                None => self.found(key),
            },
            records: None,
        })
    }

    /// Writes the key's record as it is now; nothing if there is none.
    fn found(&self, key: &Bytes) -> String {
        let found = self.entries.iter().find(|entry| entry.key == *key);
        found.map_or_else(String::new, |entry| {
            expectation_to_yaml(&self.case.observed(std::slice::from_ref(entry)))
        })
    }
}

/// Writes an expected record as a record; structured JSON becomes its text.
fn as_entry(key: &Bytes, record: &ExpectedRecord) -> Entry {
    let value = match &record.value {
        ExpectedValue::Exact(value) => value.clone(),
        ExpectedValue::Json(json) => Value::Text(json.to_string().into()),
    };
    Entry {
        key: key.clone(),
        value,
        expires_at: record.expires_at,
    }
}

fn outcome_of(word: &Word) -> ExpectedOutcome {
    match word {
        Word::Unchanged => ExpectedOutcome::Unchanged,
        Word::Skipped(reason) => ExpectedOutcome::Skip(Some(reason.clone())),
        Word::Rejected(rejected) => match FailureReason::ALL
            .into_iter()
            .find(|reason| reason.code() == rejected.code)
        {
            Some(reason) => ExpectedOutcome::Failure(reason),
            None => ExpectedOutcome::Reject(rejected.code.clone()),
        },
    }
}

fn describe(word: &Word) -> String {
    match word {
        Word::Unchanged => "unchanged".to_owned(),
        Word::Skipped(reason) => format!("skipped: {reason}"),
        Word::Rejected(rejected) => {
            let place = rejected
                .location
                .as_ref()
                .map_or_else(String::new, |place| format!(" ({place})"));
            format!(
                "rejected with {}: {}{place}",
                rejected.code, rejected.message
            )
        }
    }
}
