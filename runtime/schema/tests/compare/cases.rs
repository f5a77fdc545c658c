//! The table of cases in `cases/*.json`, a file for each group of keywords.
//!
//! A case names two schemas, the verdicts in lenient and in strict mode, backward first, the kinds of the changes in their order,
//! and the reason. Add one by writing it down; nothing has to be registered but a new file, in [`FILES`].

use std::collections::{BTreeMap, HashSet};

use remold_schema::compare::{Mode, Options, Verdict, compare};
use serde_json::Value;

use crate::agreement::validator;

/// The files, by name.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("annotations", include_str!("cases/annotations.json")),
    ("arrays", include_str!("cases/arrays.json")),
    ("combinations", include_str!("cases/combinations.json")),
    ("drafts", include_str!("cases/drafts.json")),
    ("formats", include_str!("cases/formats.json")),
    ("numbers", include_str!("cases/numbers.json")),
    ("objects", include_str!("cases/objects.json")),
    ("references", include_str!("cases/references.json")),
    ("strings", include_str!("cases/strings.json")),
    ("types", include_str!("cases/types.json")),
    ("values", include_str!("cases/values.json")),
];

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The file and the name.
    pub(crate) name: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
    references: BTreeMap<String, Value>,
    lenient: [String; 2],
    pub(crate) strict: [String; 2],
    kinds: Vec<String>,
    reason: String,
}

/// Reads all cases.
pub(crate) fn all() -> Vec<Case> {
    FILES
        .iter()
        .flat_map(|(file, text)| read(file, text))
        .collect()
}

fn read(file: &str, text: &str) -> Vec<Case> {
    let cases: Vec<Value> =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{file}.json: {error}"));
    let words = |value: &Value| -> Vec<String> {
        let words = value.as_array().into_iter().flatten();
        words
            .map(|word| word.as_str().unwrap_or_default().to_owned())
            .collect()
    };
    cases
        .into_iter()
        .map(|case| {
            let pair = |mode: &str| {
                words(&case[mode])
                    .try_into()
                    .unwrap_or_else(|_| panic!("{file}: {case} has two verdicts in {mode}"))
            };
            Case {
                name: format!("{file}: {}", case["name"].as_str().unwrap_or_default()),
                old: case["old"].clone(),
                new: case["new"].clone(),
                references: case["references"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(uri, text)| (uri.clone(), text.clone()))
                    .collect(),
                lenient: pair("lenient"),
                strict: pair("strict"),
                kinds: words(&case["kinds"]),
                reason: case["reason"].as_str().unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

impl Case {
    /// Compares the two schemas.
    pub(crate) fn compare(&self, mode: Mode) -> remold_schema::compare::Comparison {
        let options = Options {
            references: self.references.clone(),
            ..Options::of(mode)
        };
        compare(&self.old, &self.new, &options)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

#[test]
fn every_case_comes_out_as_it_is_written_down() {
    let mut wrong = Vec::new();
    for case in all() {
        for (mode, expected) in [(Mode::Lenient, &case.lenient), (Mode::Strict, &case.strict)] {
            let comparison = case.compare(mode);
            let verdicts = [comparison.backward.word(), comparison.forward.word()];
            if verdicts != [expected[0].as_str(), expected[1].as_str()] {
                wrong.push(format!(
                    "{} in {mode:?}: {expected:?} expected, for {}\n  {:?}\n  {:?}",
                    case.name, case.reason, comparison.backward, comparison.forward
                ));
            }
            let kinds: Vec<String> = comparison
                .changes
                .iter()
                .map(|change| {
                    let kind = serde_json::to_value(change.kind).expect("a kind is a word");
                    kind.as_str().expect("a kind is a word").to_owned()
                })
                .collect();
            if kinds != case.kinds && mode == Mode::Lenient {
                wrong.push(format!(
                    "{}: the changes are {kinds:?}, not {:?}",
                    case.name, case.kinds
                ));
            }
            for (way, verdict) in [("old", &comparison.backward), ("new", &comparison.forward)] {
                let blamed = comparison.changes.iter().any(|change| {
                    let answer = if way == "old" {
                        change.breaks.old_data
                    } else {
                        change.breaks.old_readers
                    };
                    !answer.is_no()
                });
                if blamed == verdict.holds() {
                    wrong.push(format!(
                        "{} in {mode:?}: {way} data {}, and the changes say otherwise",
                        case.name,
                        verdict.word()
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn there_are_enough_decided_cases_each_with_a_reason_and_a_name_of_its_own() {
    let cases = all();
    let decided = cases
        .iter()
        .filter(|case| {
            !case
                .strict
                .iter()
                .chain(&case.lenient)
                .any(|word| word == "unknown")
        })
        .count();
    assert!(decided >= 130, "{decided}");
    let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
    for case in &cases {
        assert!(!case.reason.is_empty(), "{}", case.name);
    }
}

/// The witnesses are checked once more, with the schemas as they are written, whatever their draft.
#[test]
fn every_witness_is_valid_under_the_one_schema_and_not_under_the_other() {
    let mut shown = 0;
    for case in all().into_iter().filter(|case| case.references.is_empty()) {
        let comparison = case.compare(Mode::Strict);
        let native = |schema: &Value| match schema.get("$schema") {
            None => validator(schema),
            Some(_) => jsonschema::options()
                .should_validate_formats(true)
                .build(schema)
                .expect("a case holds schemas"),
        };
        let (old, new) = (native(&case.old), native(&case.new));
        for (verdict, data, reader) in [
            (&comparison.backward, &old, &new),
            (&comparison.forward, &new, &old),
        ] {
            if let Verdict::Broken { witness, reason } = verdict {
                assert!(
                    data.is_valid(witness) && !reader.is_valid(witness),
                    "{}: {witness}",
                    case.name
                );
                assert!(!reason.is_empty(), "{}", case.name);
                shown += 1;
            }
        }
    }
    assert!(shown > 80, "{shown}");
}
