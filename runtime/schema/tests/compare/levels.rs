//! Levels, steps of versions and refusals.

use remold_schema::compare::{
    Bump, Comparison, Level, Options, RefusalCause, check_bump, check_level, compare,
};
use semver::Version;
use serde_json::{Value, json};

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn between(old: &Value, new: &Value) -> Comparison {
    compare(old, new, &Options::default()).expect("both are schemas")
}

#[test]
fn a_level_permits_what_holds_in_its_directions() {
    let wider = between(&json!({"type": "integer"}), &json!({"type": "number"}));
    let narrower = between(&json!({"type": "number"}), &json!({"type": "integer"}));
    let unknown = between(
        &json!({"pattern": "^(?!a)x"}),
        &json!({"pattern": "^(?!b)x"}),
    );
    let same = between(&json!({"type": "number"}), &json!({"type": "number"}));
    for (comparison, permitted) in [
        (
            &wider,
            vec![Level::None, Level::Backward, Level::BackwardTransitive],
        ),
        (
            &narrower,
            vec![Level::None, Level::Forward, Level::ForwardTransitive],
        ),
        (&unknown, vec![Level::None]),
        (&same, Level::ALL.to_vec()),
    ] {
        let found: Vec<Level> = Level::ALL
            .into_iter()
            .filter(|level| comparison.permits(*level))
            .collect();
        assert_eq!(found, permitted, "{comparison:?}");
    }
}

#[test]
fn a_transitive_level_looks_at_every_version_before() {
    let (first, second) = (version("1.0.0"), version("2.0.0"));
    let from_first = between(&json!({"type": "string"}), &json!({"type": "number"}));
    let from_second = between(&json!({"type": "integer"}), &json!({"type": "number"}));
    let before = || [(&first, &from_first), (&second, &from_second)];
    assert_eq!(check_level(Level::Backward, before()), Ok(()));
    let refusal = check_level(Level::BackwardTransitive, before())
        .expect_err("the first version holds strings");
    assert_eq!(refusal.against, first);
    assert_eq!(refusal.code(), "schema-breaks-old-data");
    assert!(
        refusal
            .to_string()
            .contains("\"\" is not of type \"number\""),
        "{refusal}"
    );
    let refusal = check_level(Level::Forward, before()).expect_err("0.5 is no integer");
    assert_eq!(
        (refusal.against.clone(), refusal.code()),
        (second.clone(), "schema-breaks-old-readers")
    );
    assert_eq!(check_level(Level::None, before()), Ok(()));
    assert_eq!(check_level(Level::FullTransitive, []), Ok(()));
}

#[test]
fn a_change_demands_a_step_and_a_smaller_one_is_refused() {
    let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
    let old = object(json!({"a": {"type": "string"}}), json!([]));
    for (new, bump) in [
        (old.clone(), Bump::None),
        (
            object(
                json!({"a": {"type": "string", "description": "a name"}}),
                json!([]),
            ),
            Bump::Patch,
        ),
        (
            object(
                json!({"a": {"type": "string"}, "b": {"type": "string"}}),
                json!([]),
            ),
            Bump::Minor,
        ),
        (
            object(json!({"a": {"type": ["string", "null"]}}), json!([])),
            Bump::Minor,
        ),
        (
            object(json!({"a": {"type": "string"}}), json!(["a"])),
            Bump::Major,
        ),
        (
            object(
                json!({"a": {"type": "string", "pattern": "^(?!a)"}}),
                json!([]),
            ),
            Bump::Major,
        ),
    ] {
        let comparison = between(&old, &new);
        assert_eq!(comparison.bump(), bump, "{comparison:?}");
        for (taken, to) in [
            (Bump::Patch, "1.2.4"),
            (Bump::Minor, "1.3.0"),
            (Bump::Major, "2.0.0"),
        ] {
            let checked = check_bump(&version("1.2.3"), &version(to), &comparison);
            assert_eq!(checked.is_ok(), taken >= bump, "{bump:?} {to}");
            if let Err(refusal) = checked {
                assert_eq!(refusal.code(), "schema-version-step");
                assert!(
                    matches!(refusal.cause, RefusalCause::Step { demanded, taken: took, .. } if demanded == bump && took == taken),
                    "{refusal}"
                );
            }
        }
        assert!(check_bump(&version("1.2.3"), &version("1.2.3"), &comparison).is_err());
        assert!(check_bump(&version("1.2.3"), &version("1.2.2"), &comparison).is_err());
    }
}

#[test]
fn below_one_the_number_on_the_left_is_the_major_one() {
    for (old, new, bump) in [
        ("0.2.3", "0.3.0", Bump::Major),
        ("0.2.3", "0.2.4", Bump::Minor),
        ("0.2.3", "1.0.0", Bump::Major),
        ("1.0.0", "1.0.0", Bump::None),
        ("1.0.1", "1.0.0", Bump::None),
    ] {
        assert_eq!(
            Bump::between(&version(old), &version(new)),
            bump,
            "{old} {new}"
        );
    }
}

#[test]
fn levels_are_read_by_their_names() {
    for level in Level::ALL {
        assert_eq!(level.name().parse::<Level>(), Ok(level));
        assert_eq!(
            serde_json::to_value(level).expect("a word"),
            json!(level.name())
        );
    }
    let error = "sideways".parse::<Level>().expect_err("no level");
    assert!(error.to_string().contains("full-transitive"), "{error}");
}
