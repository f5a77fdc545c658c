//! The verdicts of the package `jsoncompat` on the same cases, beside ours.
//!
//! Its role `Deserializer` asks whether old data, leniently, are valid under the new schema; its role `Serializer` whether new data, strictly, are
//! valid under the old one. So ours are the lenient verdict backward and the strict one forward. Where the two differ, `jsoncompat.json`
//! says so and why; it fails if a difference is not in there, or is no longer one.

use std::collections::{BTreeMap, BTreeSet};

use ::jsoncompat::{CompatibilityResult, Role, SchemaDocument, analyze_compat};
use remold_schema::compare::Mode;
use serde_json::{Value, json};

use crate::cases;

const DIFFERENCES: &str = include_str!("jsoncompat.json");

/// Its verdict in our words.
fn verdict(old: &Value, new: &Value, role: Role) -> &'static str {
    let (Ok(old), Ok(new)) = (
        SchemaDocument::from_json(old),
        SchemaDocument::from_json(new),
    ) else {
        return "refused";
    };
    match analyze_compat(&old, &new, role) {
        Ok(CompatibilityResult::Compatible) => "holds",
        Ok(CompatibilityResult::Incompatible { .. }) => "broken",
        Ok(CompatibilityResult::Unknown { .. }) => "unknown",
        Err(_) => "refused",
    }
}

#[test]
fn each_difference_to_jsoncompat_is_explained() {
    let explained: BTreeMap<String, Value> =
        serde_json::from_str(DIFFERENCES).expect("the table of differences is JSON");
    let mut found = BTreeMap::new();
    for case in cases::all() {
        let ours = [
            case.compare(Mode::Lenient).backward,
            case.compare(Mode::Strict).forward,
        ];
        let theirs = [
            verdict(&case.old, &case.new, Role::Deserializer),
            verdict(&case.old, &case.new, Role::Serializer),
        ];
        if [ours[0].word(), ours[1].word()] != theirs {
            found.insert(
                case.name.clone(),
                json!({"ours": [ours[0].word(), ours[1].word()], "theirs": theirs}),
            );
        }
    }
    let mut wrong = Vec::new();
    let names: BTreeSet<&String> = found.keys().chain(explained.keys()).collect();
    for name in names {
        match (found.get(name), explained.get(name)) {
            (Some(found), None) => {
                wrong.push(format!("not in the table: {}: {found}", json!(name)));
            }
            (None, Some(_)) => wrong.push(format!("no difference any more: {name}")),
            (Some(found), Some(explained)) => {
                if found["ours"] != explained["ours"] || found["theirs"] != explained["theirs"] {
                    wrong.push(format!("another difference: {}: {found}", json!(name)));
                }
                if explained["why"].as_str().is_none_or(str::is_empty) {
                    wrong.push(format!("not explained: {name}"));
                }
            }
            (None, None) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
