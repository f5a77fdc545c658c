//! Which version a record is at.

use remold_host_api::{Bytes, Collection, HashField, Value as Stored};

use super::*;
use crate::definition::References;

fn definition(version: &str, rest: &str) -> Arc<Definition> {
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: u }}\nspec:\n  subject: user\n  version: {version}\n  keys: \"user:{{id}}\"\n  type: hash\n{rest}"
    );
    let read = Definition::read("user.yaml", &text, &References::new());
    Arc::new(read.unwrap_or_else(|errors| panic!("{errors}")))
}

fn version_of(versions: &Versions, key: &'static str, fields: &[(&str, &str)]) -> String {
    let field = |&(name, value): &(&str, &str)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    let fields: Vec<HashField> = fields.iter().map(field).collect();
    let value = Stored::Hash(Collection::try_from_items(fields).expect("the names differ"));
    let key = Bytes::from_static(key.as_bytes());
    let seen = Seen {
        key: &key,
        value: &value,
        expires_at: None,
    };
    match versions.version_of(seen, 0) {
        VersionOf::At(version) => version.to_string(),
        VersionOf::Ambiguous(versions) => {
            let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
            format!("ambiguous {}", versions.join(" "))
        }
        VersionOf::Unknown { said } => format!("unknown {said}"),
        VersionOf::Invalid {
            nearest,
            violations,
        } => format!("invalid {nearest} {}", violations[0]),
        VersionOf::Foreign => "foreign".to_owned(),
    }
}

const OPEN: &str = "  schema: { required: [name] }\n";
const WITH_AGE: &str = "  schema: { required: [name], properties: { age: { type: integer } } }\n";
const SPLIT: &str = "  schema: { required: [first, last] }\n";

#[test]
fn a_record_is_at_the_newest_version_of_its_line() {
    let versions: Versions = [
        definition("1.0.0", OPEN),
        definition("1.1.0", WITH_AGE),
        definition("2.0.0", SPLIT),
    ]
    .into_iter()
    .collect();
    assert_eq!(
        version_of(&versions, "user:1", &[("name", "a"), ("age", "3")]),
        "1.1.0"
    );
    assert_eq!(
        version_of(&versions, "user:1", &[("name", "a"), ("age", "x")]),
        "1.0.0"
    );
    assert_eq!(
        version_of(&versions, "user:1", &[("first", "a"), ("last", "b")]),
        "2.0.0"
    );
    assert_eq!(
        version_of(&versions, "user:1", &[("first", "a")]),
        "invalid 2.0.0 `last` is missing"
    );
    assert_eq!(
        version_of(&versions, "other:1", &[("first", "a")]),
        "foreign"
    );
}

#[test]
fn what_may_be_at_either_side_of_a_break_is_not_guessed() {
    let versions: Versions = [definition("1.0.0", OPEN), definition("2.0.0", SPLIT)]
        .into_iter()
        .collect();
    let both = [("name", "a"), ("first", "a"), ("last", "b")];
    assert_eq!(
        version_of(&versions, "user:1", &both),
        "ambiguous 1.0.0 2.0.0"
    );
    let below_one: Versions = [definition("0.1.0", OPEN), definition("0.2.0", SPLIT)]
        .into_iter()
        .collect();
    assert_eq!(
        version_of(&below_one, "user:1", &both),
        "ambiguous 0.1.0 0.2.0"
    );
}

#[test]
fn a_record_that_names_its_version_is_at_it() {
    let marked =
        |value: &str| format!("  versionField: {{ pointer: /v, value: \"{value}\" }}\n{SPLIT}");
    let versions: Versions = [
        definition("1.0.0", OPEN),
        definition("2.0.0", &marked("2")),
        definition("3.0.0", &marked("3")),
    ]
    .into_iter()
    .collect();
    assert_eq!(
        version_of(
            &versions,
            "user:1",
            &[("v", "2"), ("first", "a"), ("last", "b")]
        ),
        "2.0.0"
    );
    assert_eq!(version_of(&versions, "user:1", &[("v", "3")]), "3.0.0");
    assert_eq!(
        version_of(&versions, "user:1", &[("v", "9"), ("first", "a")]),
        "unknown 9"
    );
    assert_eq!(version_of(&versions, "user:1", &[("name", "a")]), "1.0.0");
}

#[test]
fn keys_of_a_narrower_subject_are_left_to_it() {
    let mut versions: Versions = [definition("1.0.0", OPEN)].into_iter().collect();
    let pattern = |text| KeyPattern::parse(text).expect("it is a pattern");
    assert!(versions.leave_to(&pattern("user:admin-{id}")));
    assert!(!versions.leave_to(&pattern("order:{id}")));
    assert_eq!(
        version_of(&versions, "user:admin-1", &[("name", "a")]),
        "foreign"
    );
    assert_eq!(version_of(&versions, "user:1", &[("name", "a")]), "1.0.0");
}
