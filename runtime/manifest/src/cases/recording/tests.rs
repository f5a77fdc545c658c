//! Recordings survive the way there and back; what is wrong with one is said at its place; placeholders hide and keep shape.

use remold_host_api::{Collection, HashField, Pattern, Scored};

use super::*;

const SECRET: [u8; 32] = [7; 32];

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn hash(fields: &[(&str, &str)]) -> remold_host_api::Value {
    let field = |(name, value): &(&str, &str)| HashField {
        name: bytes(name),
        value: bytes(value),
        expires_at: None,
    };
    remold_host_api::Value::Hash(fields.iter().map(field).collect())
}

fn entry(key: &str, value: remold_host_api::Value) -> Entry {
    Entry {
        key: bytes(key),
        value,
        expires_at: Some(1_800_000_000_000),
    }
}

fn recording() -> Recording {
    let binary = Entry {
        key: Bytes::from_static(b"user:\xff"),
        ..entry(
            "",
            remold_host_api::Value::Text(Bytes::from_static(b"\x00\xfe")),
        )
    };
    let record = |key: &str, outcome| RecordedRecord {
        key: bytes(key),
        given: Some(entry(key, hash(&[("name", "Ada"), ("price", "12.30")]))),
        beside: vec![
            (bytes("plan:1"), None),
            (bytes("plan:2"), Some(entry("plan:2", hash(&[("a", "b")])))),
        ],
        outcome,
        reproduces: None,
    };
    let rejected = |code: &str, message: Option<&str>| RecordedOutcome::Rejected {
        code: code.to_owned(),
        message: message.map(str::to_owned),
        at: message.map(|_| "a.rhai:3:4".to_owned()),
    };
    Recording {
        migration: "split-name".to_owned(),
        digest: "00ff".to_owned(),
        run: Some("split-name-1".to_owned()),
        target: "redis://localhost:6379/0".to_owned(),
        server: "redis 7.0.15".to_owned(),
        rdb_version: 10,
        remold: "0.1.0".to_owned(),
        now_ms: 1_790_000_000_000,
        seed: u64::MAX,
        redacted: vec!["values".to_owned()],
        notes: vec!["read after the run".to_owned()],
        omitted: 3,
        grants: vec![Grant::Backup, "read:plan:*".parse().expect("it is a grant")],
        manifest: serde_json::json!({ "spec": { "select": { "match": "user:*" } } }),
        sources: vec![
            (
                "a.rhai".to_owned(),
                RecordedSource::Text("fn migrate(rec) {\n    // é\n}\n".to_owned()),
            ),
            ("b.wasm".to_owned(), RecordedSource::Omitted { bytes: 12 }),
        ],
        records: vec![
            record(
                "user:1",
                rejected("no-name", Some("there is: \"nothing\"\n")),
            ),
            record("user:2", rejected("out-of-fuel", None)),
            record("user:3", RecordedOutcome::Unchanged),
            record("user:4", RecordedOutcome::Skipped(Some("true".to_owned()))),
            record("user:5", RecordedOutcome::Skipped(None)),
            RecordedRecord {
                key: binary.key.clone(),
                given: Some(binary.clone()),
                beside: Vec::new(),
                outcome: RecordedOutcome::Changed(Some(vec![
                    (binary.key.clone(), Some(binary)),
                    (bytes("gone"), None),
                ])),
                reproduces: Some(false),
            },
            RecordedRecord {
                given: None,
                ..record("user:6", rejected("too-large", Some("it is")))
            },
            record("user:7", RecordedOutcome::Changed(None)),
        ],
        program: None,
    }
}

fn program() -> Recording {
    let page = Ok(vec![bytes("user:1"), Bytes::from_static(b"\xff")]);
    Recording {
        records: Vec::new(),
        program: Some(RecordedProgram {
            outcome: Some(RecordedOutcome::Changed(None)),
            calls: vec![
                RecordedCall::ResumedFrom(None),
                RecordedCall::Scan {
                    pattern: bytes("user:*"),
                    kind: Some(Kind::Hash),
                    page,
                },
                RecordedCall::Get {
                    found: vec![
                        (bytes("user:1"), Some(entry("user:1", hash(&[("a", "1")])))),
                        (bytes("x"), None),
                    ],
                    refused: None,
                },
                RecordedCall::Apply {
                    answers: vec![
                        (bytes("user:1"), Some("applied".to_owned())),
                        (bytes("y"), None),
                    ],
                    writes: vec![(bytes("user:1"), None)],
                    refused: Some("why: not".to_owned()),
                },
                RecordedCall::Backup {
                    name: "b".to_owned(),
                    answer: Ok("journal:1".to_owned()),
                },
                RecordedCall::Backup {
                    name: "b".to_owned(),
                    answer: Err("denied".to_owned()),
                },
                RecordedCall::Checkpoint(bytes("{\"at\":7}")),
                RecordedCall::ResumedFrom(Some(bytes("7"))),
                RecordedCall::Scan {
                    pattern: bytes("*"),
                    kind: None,
                    page: Err("denied".to_owned()),
                },
            ],
            full: true,
            reproduces: Some(true),
        }),
        ..recording()
    }
}

#[test]
fn a_recording_is_read_back_as_it_was_written() {
    for mut recording in [recording(), program()] {
        let text = recording.write();
        let read =
            Recording::read("r.yaml", &text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        assert_eq!(read, recording, "{text}");
    }
}

#[test]
fn a_script_is_written_line_by_line() {
    let text = recording().write();
    assert!(
        text.contains("a.rhai: |\n      fn migrate(rec) {\n          // é\n      }\n"),
        "{text}"
    );
}

#[track_caller]
fn fails(from: &str, to: &str, code: &str, words: &str) {
    let text = recording().write();
    assert!(text.contains(from), "{text}");
    let errors = Recording::read("r.yaml", &text.replacen(from, to, 1))
        .expect_err("it is not as it should be");
    assert!(errors.iter().any(|error| error.code() == code), "{errors}");
    assert!(errors.to_string().contains(words), "{errors}");
}

#[test]
fn a_newer_format_is_refused_with_both_versions_whatever_else_is_in_it() {
    fails(
        "recording: 1\n",
        "recording: 2\nelsewhere: 1\n",
        "newer-format",
        "this is version 2 of the format, this version of Remold reads versions up to 1",
    );
}

#[test]
fn another_document_is_told_apart_in_one_sentence() {
    let errors = Recording::read("m.yaml", "apiVersion: a\nkind: b\n").expect_err("it is none");
    assert_eq!(errors.iter().count(), 1, "{errors}");
    assert!(errors.to_string().contains("`remold record`"), "{errors}");
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    fails("seed:", "sed:", "unknown-field", "did you mean `seed`?");
    fails("recording: 1\n", "", "missing-field", "`recording`");
    fails(
        "rdbVersion: 10",
        "rdbVersion: 70000",
        "out-of-range",
        "0 to 65535",
    );
    fails(
        "{ unchanged: true }",
        "{ unchanged: no }",
        "wrong-type",
        "`true`",
    );
    fails(
        "{ unchanged: true }",
        "{ }",
        "missing-field",
        "one of `unchanged`",
    );
    fails(
        "failure: out-of-fuel",
        "failure: out-of-full",
        "unknown-value",
        "did you mean `out-of-fuel`?",
    );
}

#[test]
fn a_recording_that_is_too_long_loses_its_last_records_and_counts_them() {
    let mut long = recording();
    let big = "x".repeat(1 << 20);
    long.records = (0..20)
        .map(|number| RecordedRecord {
            key: bytes(&format!("user:{number}")),
            given: Some(entry("", remold_host_api::Value::Text(bytes(&big)))),
            ..recording().records.remove(2)
        })
        .collect();
    let text = long.write();
    assert!(text.len() <= MAX_BYTES, "{}", text.len());
    assert!(!long.records.is_empty());
    assert_eq!(long.records.len() as u64 + long.omitted, 20 + 3);
}

fn redactor(words: &[&str]) -> Redactor {
    let redactions: Vec<Redaction> = words.iter().map(|word| word.parse().expect(word)).collect();
    Redactor::new(
        &redactions,
        SECRET,
        &[Pattern::new("user:*"), Pattern::new("plan:*")],
    )
}

fn redacted(words: &[&str], key: &str, value: remold_host_api::Value) -> Entry {
    redactor(words).entry(&entry(key, value))
}

fn classes(text: &[u8]) -> String {
    let class = |c: char| match c {
        '0'..='9' => '9',
        c if c.is_lowercase() => 'a',
        c if c.is_uppercase() => 'A',
        c => c,
    };
    String::from_utf8_lossy(text).chars().map(class).collect()
}

#[test]
fn a_placeholder_has_the_length_and_the_classes_of_what_it_stands_for() {
    let value = "Ada Lovelace <ada@example.org>, 36, 0x1F, Zoë Ärger 山田";
    let entry = redacted(
        &["values"],
        "user:1",
        remold_host_api::Value::Text(bytes(value)),
    );
    let remold_host_api::Value::Text(text) = entry.value else {
        panic!("it was a text")
    };
    assert_eq!(text.len(), value.len());
    let (was, is) = (classes(value.as_bytes()), classes(&text));
    assert_eq!(
        was[..was.len() - 6],
        is[..is.len() - 6],
        "up to the ideographs"
    );
    for word in ["Ada", "Lovelace", "example", "Zoë"] {
        assert!(!String::from_utf8_lossy(&text).contains(word), "{text:?}");
    }
    assert_eq!(entry.key, "user:1", "keys stay");
}

#[test]
fn json_keeps_its_names_and_structure_and_is_still_json() {
    let text = "{ \"name\": \"A\\\"da\\n\", \"n\": [10, -3.05e+2, true, null, {\"é\":\"Ö\"}],\"e\":{},\"l\":[] }";
    let entry = redacted(
        &["values"],
        "user:1",
        remold_host_api::Value::Text(bytes(text)),
    );
    let remold_host_api::Value::Text(replaced) = entry.value else {
        panic!("it was a text")
    };
    let json: serde_json::Value = serde_json::from_slice(&replaced).expect("it is JSON");
    assert_eq!(
        (json["n"][2].clone(), json["n"][3].clone()),
        (true.into(), serde_json::Value::Null)
    );
    assert_ne!(json["name"], "A\"da\n");
    assert_eq!(classes(&replaced), classes(text.as_bytes()));
}

#[test]
fn a_pointer_or_a_field_is_replaced_alone() {
    let text = r#"{"mail":"ada@x.org","a":[{"p":"12345"},{"p":"67890"}],"keep":"this"}"#;
    let value = hash(&[
        ("data", text),
        ("mail", "grace@navy.mil"),
        ("other", "stays"),
    ]);
    let entry = redacted(&["json:/a/*/p", "field:mail"], "user:ada", value);
    let remold_host_api::Value::Hash(fields) = entry.value else {
        panic!("it was a hash")
    };
    let field = |name: &str| {
        String::from_utf8_lossy(&fields.get(name.as_bytes()).expect("it is there").value)
            .into_owned()
    };
    let json: serde_json::Value = serde_json::from_str(&field("data")).expect("it is JSON");
    assert_eq!(
        (&json["mail"], &json["keep"]),
        (&"ada@x.org".into(), &"this".into())
    );
    assert_ne!(json["a"][0]["p"], "12345");
    assert_ne!(field("mail"), "grace@navy.mil");
    assert_eq!(
        (field("other").as_str(), entry.key),
        ("stays", bytes("user:ada"))
    );
}

#[test]
fn what_refers_to_a_key_still_does() {
    let redactor = redactor(&["all"]);
    let user = redactor.entry(&entry(
        "user:ada:7",
        hash(&[("plan", "gold42"), ("key", "plan:gold42")]),
    ));
    let remold_host_api::Value::Hash(fields) = &user.value else {
        panic!("it was a hash")
    };
    let plan = redactor.key(&bytes("plan:gold42"));
    assert!(
        user.key.starts_with(b"user:") && user.key != "user:ada:7",
        "{:?}",
        user.key
    );
    assert!(
        plan.starts_with(b"plan:") && plan != "plan:gold42",
        "{plan:?}"
    );
    let named = [
        b"plan:",
        &fields.get(b"plan").expect("it is there").value[..],
    ]
    .concat();
    assert_eq!(
        (named, &fields.get(b"key").expect("it is there").value),
        (plan.to_vec(), &plan)
    );
}

#[test]
fn another_secret_gives_other_placeholders() {
    let text = remold_host_api::Value::Text(bytes("Lovelace"));
    let all = [Redaction::All];
    let one = Redactor::new(&all, [1; 32], &[]).entry(&entry("k", text.clone()));
    let other = Redactor::new(&all, [2; 32], &[]).entry(&entry("k", text));
    assert_ne!(one.value, other.value);
}

#[test]
fn sets_sorted_sets_and_bytes_are_replaced() {
    let set = remold_host_api::Value::Set([bytes("ada"), bytes("bob")].into_iter().collect());
    let scored: Collection<Scored> = [Scored {
        member: bytes("ada"),
        score: 1.5,
    }]
    .into_iter()
    .collect();
    for value in [
        set,
        remold_host_api::Value::SortedSet(scored),
        remold_host_api::Value::Text(Bytes::from_static(b"\xffada\x01")),
    ] {
        let entry = redacted(&["values"], "user:1", value.clone());
        assert_ne!(entry.value, value);
        assert_eq!(
            (entry.value.kind(), entry.value.weight()),
            (value.kind(), value.weight())
        );
    }
}

#[test]
fn a_redaction_is_read_as_it_is_written() {
    for text in ["all", "values", "keys", "field:e-mail", "json:/a/*/b~1c~0d"] {
        let read: Redaction = text.parse().expect(text);
        assert_eq!(read.to_string(), text);
    }
    for text in ["", "value", "field:", "json:a", "field"] {
        let error = text.parse::<Redaction>().expect_err(text);
        assert!(error.to_string().contains("json:/POINTER"), "{error}");
    }
}

#[test]
fn no_two_words_have_one_placeholder() {
    let redactor = redactor(&["all"]);
    let mut seen = std::collections::HashSet::new();
    // More numbers of one digit, or letters, than there are do not exist; more words of a letter and a digit do.
    for number in 0..10 {
        let key = bytes(&format!("user:{number}"));
        assert!(number == 0 || redactor.key(&key) != key, "{number}");
        assert!(
            seen.insert(redactor.key(&bytes(&format!("user:{number}")))),
            "{number}"
        );
    }
    for number in 0..2000 {
        let key = bytes(&format!("user:{number}:é{}", number % 50));
        assert!(seen.insert(redactor.key(&key)), "{number}");
    }
    assert!(
        !seen.contains(&bytes("user:plan")),
        "what the manifest spells out is taken"
    );
}
