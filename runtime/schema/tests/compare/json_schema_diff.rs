//! What the package `json-schema-diff` calls breaking in the same cases.
//!
//! It lists changes by their place and has no question but whether a change is breaking for old data, strictly; so it is held against our strict
//! verdict backward. `json-schema-diff.json` lists where it is silent though old data break, where it warns though none does, and what it
//! does not read; the test fails if the lists are not these. On schemas that refer to themselves it overflows the stack, so those
//! are told apart by hand and not run.

use std::collections::BTreeMap;

use remold_schema::compare::Mode;

use crate::cases;

const LISTS: &str = include_str!("json-schema-diff.json");

#[test]
fn where_json_schema_diff_is_wrong_is_listed() {
    let listed: BTreeMap<String, Vec<String>> =
        serde_json::from_str(LISTS).expect("the lists are JSON");
    let mut found: BTreeMap<String, Vec<String>> = ["refuses", "silent", "warns", "overflows"]
        .map(|list| (list.to_owned(), Vec::new()))
        .into();
    let overflows = &listed["overflows"];
    for case in cases::all() {
        let ours = case.compare(Mode::Strict).backward;
        if overflows.contains(&case.name) {
            found
                .entry("overflows".to_owned())
                .or_default()
                .push(case.name.clone());
            continue;
        }
        let list = match ::json_schema_diff::diff(case.old.clone(), case.new.clone()) {
            Err(_) => "refuses",
            Ok(changes) => match (
                changes.iter().any(|change| change.change.is_breaking()),
                ours.word(),
            ) {
                (false, "broken") => "silent",
                (true, "holds") => "warns",
                _ => continue,
            },
        };
        found
            .entry(list.to_owned())
            .or_default()
            .push(case.name.clone());
    }
    assert_eq!(
        found,
        listed,
        "{}",
        serde_json::to_string(&found).expect("lists are JSON")
    );
}
