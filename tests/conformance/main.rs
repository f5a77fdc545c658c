//! Every function of the host, called by every language's SDK in the real sandbox: the same cases, with the same results.
//!
//! `records/`, `columns/` and `program/` have a manifest and cases each; `guests/LANGUAGE/` has a transform for each of
//! the three. A guest checks what comes back from each function and edits its record; what then stands there is the
//! same in all languages. And each language has to reach every function of the contract (`reach.rs`).

mod reach;
mod stage;

use std::collections::BTreeSet;

use remold_tests::{Language, case_problems};

use reach::{Observed, UNREACHED, contract};
use stage::{Stage, end_of_a_program};

/// The transforms that each language has.
const TRANSFORMS: [&str; 3] = ["records", "columns", "program"];

/// Runs all cases in one language, and compares the functions that it reaches with the contract.
#[track_caller]
fn conforms(language: &str, panics: &str, observed: Observed) {
    let known = Language::named(language);
    let mut problems = Vec::new();
    let mut reached = BTreeSet::new();
    for transform in TRANSFORMS {
        let guest = stage::guests().join(language).join(transform);
        let component = known.component(&guest);
        let stage = Stage::new(transform, &component, panics);
        problems.extend(case_problems(&stage.migration()));
        reached.extend(match observed {
            Observed::Imported => reach::imported(&component),
            Observed::Called => reach::called(&stage.migration_that_counts()),
        });
        if transform == "program" {
            for (end, said) in [("reject", "as-asked"), ("fail", "as asked for")] {
                let came = end_of_a_program(&stage.migration(), end);
                if !came.contains(said) {
                    problems.push(format!("a program that is to {end} ends with: {came}"));
                }
            }
            // A guest cannot tell of the call that it ends with, but its end did.
            if matches!(observed, Observed::Called) {
                let ends = ["keyspace.skip", "keyspace.reject", "keyspace.fail"];
                reached.extend(ends.map(str::to_owned));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "in {language}:\n{}",
        problems.join("\n")
    );

    let listed = UNREACHED.iter().find(|(of, _)| *of == language);
    let excused: BTreeSet<String> = listed
        .map_or(&[][..], |(_, excused)| excused)
        .iter()
        .flat_map(|(functions, _reason)| functions.iter())
        .map(|function| (*function).to_owned())
        .collect();
    let unreached: BTreeSet<String> = contract().difference(&reached).cloned().collect();
    let missed: Vec<&String> = unreached.difference(&excused).collect();
    assert!(
        missed.is_empty(),
        "no case in {language} reaches {missed:#?}"
    );
    let needless: Vec<&String> = excused.difference(&unreached).collect();
    assert!(
        needless.is_empty(),
        "{language} is excused from {needless:#?}, which its cases reach"
    );
}

#[test]
fn what_the_guests_in_python_share_is_the_same() {
    // A link out of its folder is not followed where componentize-py loads a project.
    for module in ["calls.py", "check.py"] {
        let read = |transform| {
            let path = stage::guests().join("python").join(transform).join(module);
            std::fs::read_to_string(path).expect("it is there")
        };
        for transform in TRANSFORMS {
            assert_eq!(read("records"), read(transform), "{transform}/{module}");
        }
    }
}

#[test]
fn in_rust() {
    conforms("rust", "trap", Observed::Imported);
}

#[test]
fn in_c() {
    conforms("c", "trap", Observed::Imported);
}

#[test]
fn in_go() {
    conforms("go", "exception", Observed::Imported);
}

#[test]
fn in_javascript() {
    conforms("js", "exception", Observed::Called);
}

#[test]
fn in_python() {
    conforms("python", "exception", Observed::Called);
}
