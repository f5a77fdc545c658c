//! Verdicts held against documents: what holds is never contradicted, what is broken is shown.

use std::cell::RefCell;
use std::collections::HashMap;

use fastrand::Rng;
use remold_schema::compare::{Comparison, Mode, Options, Verdict, compare};
use serde_json::Value;

use crate::generate;
use crate::written;

/// What a number of pairs has shown.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// How many pairs were compared.
    pub(crate) pairs: u64,
    /// Verdicts in both directions and modes: holds, broken, unknown.
    pub(crate) verdicts: [u64; 3],
    /// Documents that were valid under the schema they were tried for.
    pub(crate) documents: u64,
    /// Documents that were valid under the one schema and not under the other.
    pub(crate) telling: u64,
    /// Why verdicts were unknown, and how often.
    pub(crate) unknown: HashMap<String, u64>,
    /// What was wrong.
    pub(crate) disagreements: Vec<String>,
}

impl Figures {
    fn count(&mut self, verdict: &Verdict) {
        let place = match verdict {
            Verdict::Holds => 0,
            Verdict::Broken { .. } => 1,
            Verdict::Unknown { reason } => {
                *self.unknown.entry(reason.clone()).or_default() += 1;
                2
            }
        };
        self.verdicts[place] += 1;
    }
}

/// Compiles a schema as the registry does.
pub(crate) fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(schema)
        .expect("a schema that was drawn is one")
}

/// Draws pairs and holds their verdicts against documents.
pub(crate) fn check(seed: u64, pairs: u64, documents: usize) -> Figures {
    let mut figures = Figures::default();
    for number in 0..pairs {
        let mut random = Rng::with_seed(seed.wrapping_add(number));
        pair(
            &mut random,
            seed.wrapping_add(number),
            documents,
            &mut figures,
        );
    }
    figures
}

fn pair(random: &mut Rng, seed: u64, documents: usize, figures: &mut Figures) {
    let old = generate::schema(random);
    // Mostly a small change; sometimes two that have nothing to do with each other.
    let new = if random.u8(0..12) == 0 {
        generate::schema(random)
    } else {
        generate::changed(random, &old)
    };
    figures.pairs += 1;
    let [strict, lenient] =
        [Mode::Strict, Mode::Lenient].map(|mode| compare(&old, &new, &Options::of(mode)));
    let (strict, lenient) = match (strict, lenient) {
        (Ok(strict), Ok(lenient)) => (strict, lenient),
        // A definition that is nothing but a reference to itself.
        (Err(error), Err(_)) if error.code() == "schema-reference-loop" => return,
        (strict, lenient) => {
            figures.disagreements.push(format!(
                "seed {seed}: not compared: {:?} {:?}\n{old}\n{new}",
                strict.err(),
                lenient.err()
            ));
            return;
        }
    };
    for comparison in [&strict, &lenient] {
        figures.count(&comparison.backward);
        figures.count(&comparison.forward);
    }
    let mut complaints = Vec::new();
    let mut complain = |what: String| complaints.push(what);
    let (old_validator, new_validator) = (validator(&old), validator(&new));
    let ways = [
        (
            "backward",
            &old,
            &old_validator,
            &new_validator,
            &strict.backward,
            &lenient.backward,
        ),
        (
            "forward",
            &new,
            &new_validator,
            &old_validator,
            &strict.forward,
            &lenient.forward,
        ),
    ];
    for (way, data, data_validator, reader_validator, strict, lenient) in ways {
        for (mode, verdict) in [(Mode::Strict, strict), (Mode::Lenient, lenient)] {
            if let Some(witness) = verdict.witness() {
                if !data_validator.is_valid(witness) || reader_validator.is_valid(witness) {
                    complain(format!("{way} {mode:?}: {witness} shows nothing"));
                }
                if mode == Mode::Lenient && !declares(data, witness, true) {
                    complain(format!("{way}: {witness} holds what is not declared"));
                }
            }
        }
        if strict.holds() && !lenient.holds() || lenient.is_broken() && !strict.is_broken() {
            complain(format!(
                "{way}: strict {} and lenient {}",
                strict.word(),
                lenient.word()
            ));
        }
    }
    for comparison in [&strict, &lenient] {
        if let Some(what) = inconsistent(comparison) {
            complain(what);
        }
    }
    for (way, data, data_validator, reader_validator, strict, lenient) in ways {
        for _ in 0..documents {
            let document = generate::document(random, data, data, 5);
            if !data_validator.is_valid(&document) {
                continue;
            }
            figures.documents += 1;
            if reader_validator.is_valid(&document) {
                continue;
            }
            figures.telling += 1;
            if strict.holds() {
                complain(format!("{way} Strict holds, and {document} breaks it"));
            }
            if lenient.holds() && declares(data, &document, false) {
                complain(format!("{way} Lenient holds, and {document} breaks it"));
            }
        }
    }
    let told = complaints
        .into_iter()
        .map(|what| format!("seed {seed}: {what}\nold {old}\nnew {new}"));
    figures.disagreements.extend(told);
}

/// Whether the changes of a comparison say something else than its verdicts.
fn inconsistent(comparison: &Comparison) -> Option<String> {
    for (way, verdict) in [
        ("backward", &comparison.backward),
        ("forward", &comparison.forward),
    ] {
        let answers: Vec<_> = comparison
            .changes
            .iter()
            .map(|change| {
                if way == "backward" {
                    change.breaks.old_data
                } else {
                    change.breaks.old_readers
                }
            })
            .collect();
        let some = answers.iter().any(|answer| !answer.is_no());
        if some == verdict.holds() {
            return Some(format!(
                "{:?} {way} is {}, and of the changes: {answers:?}",
                comparison.mode,
                verdict.word()
            ));
        }
    }
    None
}

fn declares(root: &Value, document: &Value, generous: bool) -> bool {
    let built: RefCell<HashMap<String, jsonschema::Validator>> = RefCell::default();
    let valid = |schema: &Value, document: &Value| {
        let mut built = built.borrow_mut();
        let validator = built.entry(schema.to_string()).or_insert_with(|| {
            // A part of a schema refers to the definitions of the whole.
            let mut schema = schema.clone();
            if let (Value::Object(keywords), Some(definitions)) = (&mut schema, root.get("$defs")) {
                keywords.insert("$defs".to_owned(), definitions.clone());
            }
            validator(&schema)
        });
        validator.is_valid(document)
    };
    written::declares(root, root, document, &valid, generous)
}

/// Only to be sure that the drawing draws what can be told apart.
#[test]
fn what_is_drawn_is_of_all_kinds() {
    let figures = check(1, 400, 4);
    let [holds, broken, unknown] = figures.verdicts;
    assert!(
        holds > 100 && broken > 100 && unknown > 0,
        "{:?}",
        figures.verdicts
    );
    assert!(figures.telling > 50, "{}", figures.telling);
}

#[test]
fn verdicts_agree_with_documents() {
    let figures = check(1_000_000, 2500, 6);
    assert!(
        figures.disagreements.is_empty(),
        "{} disagreements, the first:\n{}",
        figures.disagreements.len(),
        figures.disagreements[0]
    );
}
