//! What a registry says to new versions.

use super::*;

fn definition(version: &str, rest: &str) -> Definition {
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: u }}\nspec:\n  subject: user\n  version: {version}\n{rest}"
    );
    let read = Definition::read("user.yaml", &text, &References::new());
    read.unwrap_or_else(|errors| panic!("{errors}"))
}

const KEYS: &str = "  keys: \"user:{id}\"\n  type: hash\n";
const NAME: &str =
    "  schema: { type: object, required: [name], properties: { name: { type: string } } }\n";
const WITH_AGE: &str = "  schema: { type: object, required: [name], properties: { name: { type: string }, age: { type: integer } } }\n";
const AGE_REQUIRED: &str = "  schema: { type: object, required: [name, age], properties: { name: { type: string }, age: { type: integer } } }\n";

fn refusals(before: &[(&str, &str)], version: &str, rest: &str) -> Vec<String> {
    let mut registry = Registry::default();
    for (version, rest) in before {
        registry
            .add(definition(version, &format!("{KEYS}{rest}")))
            .expect("it is new");
    }
    let new = definition(version, &format!("{KEYS}{rest}"));
    let judgement = registry.judge(&new).expect("they can be compared");
    let errors = judgement.errors(&new);
    assert_eq!(errors.is_none(), judgement.refusals.is_empty());
    judgement
        .refusals
        .iter()
        .map(|refusal| refusal.code().to_owned())
        .collect()
}

#[test]
fn a_version_has_to_say_what_changed() {
    let before = [("1.0.0", NAME)];
    assert_eq!(refusals(&before, "1.1.0", WITH_AGE), [""; 0]);
    assert_eq!(
        refusals(&before, "1.0.1", WITH_AGE),
        ["schema-version-step"]
    );
    assert_eq!(
        refusals(&before, "1.1.0", AGE_REQUIRED),
        ["schema-version-step", "schema-breaks-old-data"]
    );
    assert_eq!(refusals(&before, "2.0.0", AGE_REQUIRED), [""; 0]);
    assert_eq!(refusals(&[], "1.0.0", NAME), [""; 0]);
}

#[test]
fn a_level_is_asked_for_within_a_line() {
    let full = format!("  compatibility: full\n{WITH_AGE}");
    let before = [("1.0.0", AGE_REQUIRED)];
    assert_eq!(
        refusals(&before, "1.1.0", &full),
        ["schema-breaks-old-readers"]
    );
    assert_eq!(refusals(&before, "2.0.0", &full), [""; 0]);
    let transitive = format!("  compatibility: forward-transitive\n{NAME}");
    let before = [("1.0.0", AGE_REQUIRED), ("1.1.0", WITH_AGE)];
    assert_eq!(
        refusals(&before, "1.2.0", &transitive),
        ["schema-breaks-old-readers"]
    );
    let last = format!("  compatibility: forward\n{WITH_AGE}");
    assert_eq!(refusals(&before, "1.2.0", &last), [""; 0]);
}

/// Compares what stands beside the JSON Schemas: `path data readers` of each change.
fn beside(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (definition("1.0.0", old), definition("2.0.0", new));
    let comparison = compare_definitions(&old, &new, Mode::Lenient, &References::new());
    let comparison = comparison.expect("they can be compared");
    let breaks = |of: fn(&Breaks) -> Answer| {
        comparison
            .changes
            .iter()
            .any(|change| of(&change.breaks).is_yes())
    };
    assert_eq!(
        comparison.backward.is_broken(),
        breaks(|breaks| breaks.old_data)
    );
    assert_eq!(
        comparison.forward.is_broken(),
        breaks(|breaks| breaks.old_readers)
    );
    let changes = comparison.changes.iter();
    changes
        .map(|change| {
            format!(
                "{} {:?} {:?}",
                change.path, change.breaks.old_data, change.breaks.old_readers
            )
        })
        .collect()
}

use crate::compare::{Answer, Breaks};

#[test]
fn what_stands_beside_the_json_schema_counts_too() {
    let text = |rest: &str| format!("  keys: \"t:{{id}}\"\n  type: text\n{rest}");
    for (old, new, expected) in [
        (
            "  keys: \"t:{id}\"\n  type: hash\n".to_owned(),
            text(""),
            "/type Yes Yes",
        ),
        (
            text(""),
            "  keys: \"t:{id:integer}\"\n  type: text\n".to_owned(),
            "/keys Yes No",
        ),
        (
            text(""),
            "  keys: \"t:{rest:any}\"\n  type: text\n".to_owned(),
            "/keys No Yes",
        ),
        (
            text(""),
            "  keys: \"t:{name}\"\n  type: text\n".to_owned(),
            "/keys No No",
        ),
        (
            text(""),
            "  keys: \"u:{id}\"\n  type: text\n".to_owned(),
            "/keys Yes Yes",
        ),
        (
            text("  encoding: json\n"),
            text("  encoding: gzip+json\n"),
            "/encoding Yes Yes",
        ),
        (text("  encoding: integer\n"), text(""), "/encoding No Yes"),
        (text(""), text("  encoding: raw\n"), "/encoding No Yes"),
        (text(""), text("  ttl: { required: true }\n"), "/ttl Yes No"),
        (text(""), text("  ttl: { max: 1d }\n"), "/ttl Yes No"),
        (
            text("  ttl: { max: 1d }\n"),
            text("  ttl: { max: 2d }\n"),
            "/ttl No Yes",
        ),
        (text(""), text("  ttl: { allowed: false }\n"), "/ttl Yes No"),
        (text(""), text("  ttl: { min: 1d }\n"), "/ttl No No"),
        (
            text(""),
            text("  versionField: { pointer: /v }\n"),
            "/versionField No No",
        ),
    ] {
        assert_eq!(beside(&old, &new), [expected], "{old}\n{new}");
    }
    let hash = |rest: &str| format!("  keys: \"t:{{id}}\"\n  type: hash\n{rest}");
    assert_eq!(
        beside(
            &hash(""),
            &hash("  fields: { a: { encoding: json, ttl: { required: true } } }\n")
        ),
        ["/fields/a/encoding Yes Yes", "/fields/a/ttl Yes No"]
    );
}
