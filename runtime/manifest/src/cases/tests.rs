//! Fixtures are read, compared and rewritten.

use proptest::prelude::*;
use remold_host_api::{
    Collection, Consumer, ConsumerGroup, HashField, Opaque, Pending, Scored, StreamEntry, StreamId,
    StreamValue,
};
use serde_json::json;

use super::*;

fn read(text: &str) -> CaseFile {
    CaseFile::read("cases.yaml", text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn text(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

const TWO: &str = r#"# Two cases.
- name: splits a plain name
  given:
    "user:1": { hash: { name: Ada Lovelace, price: 12.30, on: true }, expiresAt: 2026-06-01T00:00:00Z }
    "plan:1": { json: { rates: [1.50, null] } }
  expect: # by hand
    "user:1":
      hash: { first: Ada }
    "plan:1": { unchanged: true }   # as it was
  parameters: { separator: " " }
  now: 1000
  seed: 7
  direction: revert

- { name: in braces, given: { b: { text: x } }, expect: { reject: no-name } } # kept
"#;

#[test]
fn a_case_is_read_with_all_its_parts() {
    let file = read(TWO);
    let [first, second] = file.cases.as_slice() else {
        panic!("there are two cases");
    };
    assert_eq!((first.line, second.line), (2, 15));
    assert_eq!((first.now_ms, first.seed), (1000, 7));
    assert_eq!(first.direction, Direction::Revert);
    assert_eq!(
        first.parameters.clone().map(serde_json::Value::Object),
        Some(json!({ "separator": " " }))
    );
    let given = &first.given[0].entry;
    assert_eq!(given.key, "user:1");
    assert_eq!(given.expires_at, Some(1_780_272_000_000));
    let field = |name, value| HashField {
        name: text(name),
        value: text(value),
        expires_at: None,
    };
    let fields = [
        field("name", "Ada Lovelace"),
        field("price", "12.30"),
        field("on", "true"),
    ];
    assert_eq!(given.value, Value::Hash(fields.into_iter().collect()));
    assert!(first.given[1].as_json);
    let plan = Value::Text(text(r#"{"rates":[1.50,null]}"#));
    assert_eq!(first.given[1].entry.value, plan);

    assert_eq!(second.now_ms, DEFAULT_NOW_MS);
    assert_eq!(second.seed, 0);
    assert_eq!(second.direction, Direction::Migrate);
    assert_eq!(second.parameters, None);
    let reject = ExpectedOutcome::Reject("no-name".to_owned());
    assert_eq!(second.expect, Expectation::All(reject));
}

#[test]
fn every_outcome_is_read() {
    for (written, expected) in [
        ("unchanged: true", ExpectedOutcome::Unchanged),
        ("skip: true", ExpectedOutcome::Skip(None)),
        ("skip: old", ExpectedOutcome::Skip(Some("old".to_owned()))),
        (
            "failure: out-of-fuel",
            ExpectedOutcome::Failure(FailureReason::OutOfFuel),
        ),
    ] {
        let whole =
            format!("- {{ name: n, given: {{ k: {{ text: v }} }}, expect: {{ {written} }} }}");
        assert_eq!(
            read(&whole).cases[0].expect,
            Expectation::All(expected.clone())
        );
        let single = format!(
            "- {{ name: n, given: {{ k: {{ text: v }} }}, expect: {{ k: {{ {written} }} }} }}"
        );
        let keys = vec![(text("k"), Expected::Outcome(expected))];
        assert_eq!(read(&single).cases[0].expect, Expectation::Keys(keys));
    }
}

#[test]
fn a_key_may_be_called_like_an_outcome() {
    let file = read("- { name: n, given: { skip: { text: v } }, expect: { skip: { text: w } } }");
    assert!(matches!(&file.cases[0].expect, Expectation::Keys(keys) if keys[0].0 == "skip"));
}

#[test]
fn json_is_compared_by_its_meaning_and_everything_else_by_its_bytes() {
    let json = ExpectedValue::Json(json!({ "a": 1, "b": [true] }));
    let matches = |found: &str| json.matches(&Value::Text(text(found)));
    assert!(matches(r#"{ "b": [ true ], "a": 1 }"#));
    assert!(!matches(r#"{"a":1,"b":[false]}"#));
    assert!(!matches("not json"));
    let exact = ExpectedValue::Exact(Value::Text(text("{}")));
    assert!(!exact.matches(&Value::Text(text("{ }"))));
}

#[test]
fn the_expiry_is_part_of_a_record() {
    let record = |expires_at| ExpectedRecord {
        value: ExpectedValue::Exact(Value::Text(text("v"))),
        expires_at,
    };
    let entry = Entry {
        key: text("k"),
        value: Value::Text(text("v")),
        expires_at: Some(5),
    };
    assert!(record(Some(5)).matches(&entry));
    assert!(!record(None).matches(&entry));
}

#[test]
fn an_update_replaces_expectations_and_keeps_everything_else() {
    let file = read(TWO);
    let entry = |key, value: &str, expires_at| Entry {
        key: text(key),
        value: Value::Text(text(value)),
        expires_at,
    };
    let first = file.cases[0].observed(&[
        entry("user:1", "Ada\nLovelace", Some(9)),
        entry("plan:1", r#"{"rates":[2]}"#, None),
    ]);
    let second = file.cases[1].observed(&[]);
    let updated = file
        .with_expectations(&[(0, first), (1, second)])
        .expect("both can be replaced");
    let expected = TWO
        .replace(
            r#"  expect: # by hand
    "user:1":
      hash: { first: Ada }
    "plan:1": { unchanged: true }   # as it was
"#,
            r#"  expect:
    "user:1": { text: "Ada\nLovelace", expiresAt: 9 }
    "plan:1": { json: { rates: [2] } }   # as it was
"#,
        )
        .replace("expect: { reject: no-name }", "expect: {}");
    assert_eq!(updated, expected);
}

#[test]
fn an_update_keeps_the_comments_behind_every_kind_of_expectation() {
    let cases = [
        "{ k: { text: w } }",
        "\n    k: { text: w }",
        "\n    k:\n      text: w",
        "\n    k:\n      text: |\n        w\n        x",
        "\n    k:\n      text: \"w\n\n        x\"",
        "\n    k:\n      list:\n        - w\n        - x",
        "\n    k:\n      json:",
    ];
    for expect in cases {
        for (behind, kept) in [
            ("\n  # next\n  seed: 1\n", "\n  # next\n  seed: 1\n"),
            ("\n\n# the end\n", "\n\n# the end\n"),
            ("   # here\n  seed: 1\n", "   # here\n  seed: 1\n"),
            ("\n", "\n"),
            ("", ""),
        ] {
            if expect.contains('|') && behind.starts_with(' ') {
                // Within a block of text this is no comment.
                continue;
            }
            let head = "- name: n\n  given: { k: { text: v } }\n  ";
            let file = read(&format!("{head}expect: {expect}{behind}"));
            let updated = file
                .with_expectations(&[(0, Expectation::Keys(Vec::new()))])
                .unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(updated, format!("{head}expect: {{}}{kept}"), "{expect:?}");
        }
    }
}

#[test]
fn an_update_that_an_anchor_stands_in_the_way_of_is_refused() {
    let file = read(
        "- { name: a, given: { k: { text: v } }, expect: &same { k: { text: w } } }\n\
         - { name: b, given: { k: { text: v } }, expect: *same }\n",
    );
    let new = Expectation::Keys(Vec::new());
    let errors = file
        .with_expectations(&[(0, new.clone())])
        .expect_err("the second case needs the anchor");
    assert_eq!(
        errors.first().map(crate::ManifestError::code),
        Some("yaml-syntax")
    );
    let updated = file
        .with_expectations(&[(1, new)])
        .expect("the alias can go");
    assert!(
        updated.contains("name: b, given: { k: { text: v } }, expect: {} }"),
        "{updated}"
    );
}

fn bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        ".{0,12}".prop_map(|text| Bytes::from(text.into_bytes())),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from),
    ]
}

fn stream() -> impl Strategy<Value = StreamValue> {
    let fields = prop::collection::vec((bytes(), bytes()), 1..4);
    let entries = prop::collection::btree_map(any::<u32>(), fields, 0..4);
    (entries, any::<u32>(), any::<Option<u64>>(), bytes()).prop_map(
        |(entries, more, read, name)| {
            let id = |ms: u32| StreamId {
                ms: u64::from(ms),
                seq: 3,
            };
            let entries: Vec<StreamEntry> = entries
                .into_iter()
                .map(|(ms, fields)| StreamEntry { id: id(ms), fields })
                .collect();
            let last = entries.last().map_or(StreamId::default(), |entry| entry.id);
            let ids: Vec<StreamId> = entries.iter().map(|entry| entry.id).collect();
            let pending = |&id| Pending {
                id,
                delivered_at: u64::from(more),
                deliveries: 2,
            };
            StreamValue {
                last_id: StreamId {
                    seq: last.seq + u64::from(more % 2),
                    ..last
                },
                max_deleted_id: id(more % 3),
                entries_added: entries.len() as u64 + u64::from(more % 2),
                groups: vec![ConsumerGroup {
                    name: name.clone(),
                    last_id: last,
                    entries_read: read,
                    pending: ids.iter().map(pending).collect(),
                    consumers: vec![Consumer {
                        name: name.clone(),
                        seen_at: 1,
                        active_at: read,
                        pending: ids,
                    }],
                }],
                extension: (more % 2 == 0).then_some(name),
                entries,
            }
        },
    )
}

fn value() -> impl Strategy<Value = Value> {
    let names = || prop::collection::hash_set(bytes(), 1..6);
    let distinct = |names: std::collections::HashSet<Bytes>| names.into_iter();
    prop_oneof![
        bytes().prop_map(Value::Text),
        prop::collection::vec(bytes(), 1..6).prop_map(Value::List),
        names().prop_map(move |names| Value::Set(distinct(names).collect())),
        (names(), any::<f64>()).prop_map(move |(names, score)| {
            let scored = distinct(names).map(|member| Scored { member, score });
            Value::SortedSet(scored.collect::<Collection<_>>())
        }),
        (names(), bytes(), any::<Option<u64>>()).prop_map(move |(names, value, expires_at)| {
            let field = |name| HashField {
                name,
                value: value.clone(),
                expires_at,
            };
            Value::Hash(distinct(names).map(field).collect())
        }),
        stream().prop_map(|stream| Value::Stream(Box::new(stream))),
        (any::<u8>(), bytes()).prop_map(|(type_id, bytes)| Value::Opaque(Opaque {
            type_id,
            module: (type_id > 5).then(|| "ReJSON-RL".to_owned()),
            bytes,
        })),
    ]
}

/// Each is as large as a text may be; the test is that it ends while someone waits for it.
#[test]
fn large_texts_are_answered_without_growing_quadratic() {
    let fill = |piece: &str| piece.repeat(400_000 / piece.len());
    for text in [
        fill("a: 1\n"),
        fill("- {}\n"),
        fill("- { name: a, given: { k: { text: v } }, expect: {} }\n"),
        format!("{{ {} }}", fill("a, ")),
        format!(
            "- {{ name: n, given: {{ k: {{ set: [{}] }} }}, expect: {{}} }}",
            fill("a, ")
        ),
    ] {
        assert!(CaseFile::read("large.yaml", &text).is_err());
        assert!(crate::parse("large.yaml", &text).is_err());
    }
}

proptest! {
    #[test]
    fn every_record_that_is_written_is_read_back(
        key in bytes(),
        value in value(),
        expires_at: Option<u64>,
    ) {
        let file = read("- name: n\n  given: { k: { text: v } }\n  expect: {}\n- name: m\n  given: { k: { text: v } }\n  expect: {}\n");
        let entry = Entry { key, value, expires_at };
        let expectation = file.cases[0].observed(std::slice::from_ref(&entry));
        let text = file
            .with_expectations(&[(0, expectation)])
            .unwrap_or_else(|errors| panic!("{errors}"));
        let Expectation::Keys(keys) = &read(&text).cases[0].expect else {
            panic!("keys were written");
        };
        prop_assert_eq!(&keys[0].0, &entry.key);
        let Expected::Record(record) = &keys[0].1 else {
            panic!("a record was written");
        };
        prop_assert!(record.matches(&entry), "{}", text);
    }

    #[test]
    fn any_text_is_answered(text in "[-{}\\[\\]:,&*a<!'\" \n\t#|>%@`]{0,60}") {
        for error in CaseFile::read("any.yaml", &text).err().iter().flatten() {
            prop_assert!(!error.to_string().is_empty());
        }
        for error in crate::parse("any.yaml", &text).err().iter().flatten() {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
