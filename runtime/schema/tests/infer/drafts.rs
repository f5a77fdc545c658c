//! Drafts: what is said of the values, and that it is what was seen.

use std::time::Duration;

use remold_host_api::{Bytes, Entry, HashField, Opaque, Value};
use remold_schema::infer::{FieldType, Inference, Packing, Proposal, RedisType};
use serde_json::{Value as Json, json};

use crate::support::{
    Record, accepts, hash, infer, list, pack, record, schema, set, sorted_set, stream, text,
};

/// The only proposal for some values under one pattern.
#[track_caller]
fn only(values: impl IntoIterator<Item = Value>) -> Proposal {
    let values: Vec<Value> = values.into_iter().collect();
    let records: Vec<Record> = values
        .iter()
        .enumerate()
        .map(|(n, value)| record(format!("key:{n}"), value.clone()))
        .collect();
    let mut inferred = infer(&records);
    assert_eq!(inferred.proposals.len(), 1, "{:#?}", inferred.proposals);
    let proposal = inferred.proposals.remove(0);
    if proposal.counter_examples.is_empty() && proposal.draft.is_some() {
        for record in &records {
            assert!(
                accepts(&proposal, record),
                "{record:?} breaks {:#}",
                schema(&proposal)
            );
        }
    }
    proposal
}

/// The draft's schema without its dialect.
#[track_caller]
fn drafted(values: impl IntoIterator<Item = Value>) -> Json {
    let proposal = only(values);
    let mut schema = schema(&proposal).clone();
    let schema = schema.as_object_mut().expect("a schema");
    schema.remove("$schema").expect("it names its dialect");
    Json::Object(std::mem::take(schema))
}

fn field<'a>(proposal: &'a Proposal, pointer: &str) -> &'a remold_schema::infer::FieldProposal {
    let found = proposal
        .fields
        .iter()
        .find(|field| field.pointer == pointer);
    found.unwrap_or_else(|| panic!("no {pointer} in {:#?}", proposal.fields))
}

#[test]
fn fields_of_a_hash_are_typed_by_their_texts() {
    let schema = drafted((0..200).map(|n| {
        let mut fields = vec![
            ("id", n.to_string()),
            ("ratio", format!("{n}.5")),
            ("delta", (n - 100).to_string()),
            ("active", (n % 2 == 0).to_string()),
            ("email", format!("u{n}@example.org")),
            ("zip", format!("0{n}")),
            (
                "plan",
                ["free", "pro", "team"][usize::try_from(n % 3).expect("small")].to_owned(),
            ),
            (
                "mixed",
                if n % 2 == 0 {
                    "1".to_owned()
                } else {
                    "one".to_owned()
                },
            ),
            ("since", format!("2024-01-{:02}", n % 28 + 1)),
            (
                "profile",
                json!({"tags": ["a", n.to_string()], "depth": n}).to_string(),
            ),
        ];
        if n % 4 == 0 {
            fields.push(("nick", format!("nick {n}")));
        }
        hash(fields)
    }));
    assert_eq!(
        schema,
        json!({
            "type": "object",
            "required": ["id", "ratio", "delta", "active", "email", "zip", "plan", "mixed", "since", "profile"],
            "properties": {
                "id": {"type": "integer", "minimum": 0, "description": "seen: 0 to 199"},
                "ratio": {"type": "number", "minimum": 0, "description": "seen: 0.5 to 199.5"},
                "delta": {"type": "integer", "description": "seen: -100 to 99"},
                "active": {"type": "boolean"},
                "email": {"type": "string", "format": "email"},
                "zip": {"type": "string"},
                "plan": {"type": "string", "enum": ["free", "pro", "team"]},
                "mixed": {"type": "string"},
                "since": {"type": "string", "format": "date"},
                "profile": {
                    "type": "object",
                    "required": ["tags", "depth"],
                    "properties": {
                        "tags": {"type": "array", "items": {"type": "string"}},
                        "depth": {"type": "integer", "minimum": 0, "description": "seen: 0 to 199"},
                    },
                },
                "nick": {"type": "string"},
            },
        })
    );
}

#[test]
fn documents_are_described_with_all_that_is_in_them() {
    let schema = drafted((0..120).map(|n: u32| {
        let price = if n.is_multiple_of(10) { json!({"amount": n, "currency": "EUR"}) } else { json!(n) };
        text(
            json!({
                "id": format!("7c9e6679-7425-40de-944b-{n:012x}"),
                "at": "2024-01-05T10:20:30Z",
                "note": if n.is_multiple_of(2) { json!(null) } else { json!(format!("note {n}")) },
                "price": price,
                "lines": (0..n % 3).map(|line| json!({"sku": format!("s{line}")})).collect::<Vec<_>>(),
                "sizes": {"17": 1, "18": 2},
            })
            .to_string(),
        )
    }));
    assert_eq!(
        schema,
        json!({
            "type": "object",
            "required": ["id", "at", "note", "price", "lines", "sizes"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "at": {"type": "string", "format": "date-time"},
                "note": {"type": ["null", "string"]},
                "price": {
                    "type": ["integer", "object"],
                    "minimum": 0,
                    "description": "seen: 1 to 119",
                    "required": ["amount", "currency"],
                    "properties": {
                        "amount": {"type": "integer", "description": "seen: 0 to 110"},
                        "currency": {"type": "string"},
                    },
                },
                "lines": {
                    "type": "array",
                    "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string", "enum": ["s0", "s1"]}}},
                },
                "sizes": {
                    "type": "object",
                    "patternProperties": {
                        "^(0|[1-9][0-9]{0,17})$": {"type": "integer", "minimum": 0, "description": "seen: 1 to 2"},
                    },
                },
            },
        })
    );
}

#[test]
fn a_whole_draft_is_a_document_of_the_registry() {
    let mut records: Vec<_> = (0..10)
        .map(|n| record(format!("session:{n}"), text(format!("{{\"user\":{n}}}"))))
        .collect();
    for (record, minutes) in records.iter_mut().zip([10, 20, 50, 3, 7, 59, 30, 12, 1, 2]) {
        record.remaining = Some(Duration::from_secs(minutes * 60));
    }
    let inferred = infer(&records);
    let draft = inferred.proposals[0]
        .draft
        .as_ref()
        .expect("a string has one");
    assert_eq!(
        *draft,
        json!({
            "apiVersion": "remold.dev/v1alpha1",
            "kind": "RedisSchema",
            "metadata": {"name": "session-1.0.0"},
            "spec": {
                "subject": "session",
                "version": "1.0.0",
                "keys": "session:{id:integer}",
                "type": "text",
                "encoding": "json",
                "ttl": {"required": true, "max": "1h"},
                "schema": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "required": ["user"],
                    "properties": {"user": {"type": "integer", "description": "seen: 0 to 9"}},
                },
            },
        })
    );
}

#[test]
fn an_entry_is_observed_with_the_time_that_it_has_left() {
    let mut inference = Inference::default();
    for at in [None, Some(1000), Some(61_000)] {
        let entry = Entry {
            key: Bytes::from_static(b"key:1"),
            value: text("x"),
            expires_at: at,
        };
        inference.observe_entry(&entry, 2000);
    }
    let expiry = inference.finish().proposals[0].expiry;
    assert_eq!(
        (expiry.with, expiry.without, expiry.required),
        (2, 1, false)
    );
    // What is past its time and not yet deleted has none left.
    assert_eq!(
        expiry.range,
        Some((Duration::ZERO, Duration::from_secs(59)))
    );
}

#[test]
fn encodings_of_strings() {
    #[track_caller]
    fn check(expect: &str, value: impl Fn(usize) -> Vec<u8>) -> Proposal {
        let proposal = only((0..30).map(|n| text(value(n))));
        let encoding = proposal
            .encoding
            .expect("a string has an encoding")
            .to_string();
        assert_eq!(encoding, expect);
        let draft = proposal.draft.as_ref().expect("a string has a draft");
        assert_eq!(draft["spec"]["encoding"], expect);
        proposal
    }
    check("integer", |n| n.to_string().into());
    check("text", |n| format!("text {n}").into());
    check("text", |n| {
        if n % 2 == 0 {
            "7".into()
        } else {
            "seven".into()
        }
    });
    check("json", |n| json!({"n": n}).to_string().into());
    check("json", |n| json!([n, "a"]).to_string().into());
    check("json", |n| json!(n.to_string()).to_string().into());
    // Numbers and booleans beside documents are documents.
    check("json", |n| {
        if n % 3 == 0 {
            n.to_string().into()
        } else {
            json!({"n": n}).to_string().into()
        }
    });
    check("json", |n| format!("{n}.25").into());
    check("raw", |n| vec![0xff, 0xfe, u8::try_from(n).expect("small")]);
    check("text", |n| format!("{{not json {n}").into());
    check("text", |n| if n == 0 { Vec::new() } else { b"x".to_vec() });
    let packed = |n: usize| {
        let map = rmpv::Value::Map(vec![("n".into(), n.into()), ("s".into(), "text".into())]);
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &map).expect("memory takes all");
        bytes
    };
    let proposal = check("msgpack", packed);
    assert_eq!(field(&proposal, "/n").accepted, [FieldType::Integer]);
    check("gzip+msgpack", |n| pack(Packing::Gzip, &packed(n)));
    for (packing, word) in [
        (Packing::Gzip, "gzip"),
        (Packing::Zlib, "zlib"),
        (Packing::Zstd, "zstd"),
        (Packing::Lz4, "lz4"),
    ] {
        let proposal = check(&format!("{word}+json"), |n| {
            pack(packing, json!({"n": n}).to_string().as_bytes())
        });
        assert_eq!(
            field(&proposal, "/n")
                .range
                .expect("numbers")
                .max
                .to_string(),
            "29"
        );
        check(&format!("{word}+text"), |n| {
            pack(packing, format!("text {n}").as_bytes())
        });
        check(&format!("{word}+integer"), |n| {
            pack(packing, n.to_string().as_bytes())
        });
        // What only begins like it is not packed.
        check("raw", |n| {
            pack(packing, b"some text that is cut off here")[..12]
                .iter()
                .copied()
                .chain([u8::try_from(n).expect("small")])
                .collect()
        });
    }
}

#[test]
fn lists_sets_sorted_sets_and_streams() {
    let jobs = drafted((0..20).map(|n| list([json!({"job": n}).to_string()])));
    assert_eq!(jobs["type"], "array");
    assert_eq!(jobs["items"]["required"], json!(["job"]));
    let ids = drafted((0..20).map(|n: i32| set([n.to_string(), (-n - 1).to_string()])));
    assert_eq!(
        ids["items"],
        json!({"type": "integer", "description": "seen: -20 to 19"})
    );
    let board = drafted((0..20).map(|n| sorted_set([(format!("p{n}"), f64::from(n) / 2.0)])));
    assert_eq!(
        board["items"],
        json!({
            "type": "object",
            "required": ["member", "score"],
            "properties": {
                "member": {"type": "string"},
                "score": {"type": "number", "description": "seen: 0 to 9.5"},
            },
        })
    );
    let events = drafted((0..20).map(|n| {
        stream([
            vec![("kind", "login".to_owned()), ("user", n.to_string())],
            vec![("kind", "out".to_owned())],
        ])
    }));
    let entry = &events["items"]["properties"];
    assert_eq!(entry["id"], json!({"type": "string"}));
    assert_eq!(entry["fields"]["required"], json!(["kind"]));
    assert_eq!(entry["fields"]["properties"]["user"]["type"], "integer");
    let infinite = drafted((0..20).map(|n| sorted_set([(format!("p{n}"), f64::INFINITY)])));
    assert_eq!(infinite["items"]["properties"]["score"], json!({}));
}

#[test]
fn a_field_that_an_entry_has_twice_is_not_required_of_the_others() {
    let events = drafted(
        (0..20).map(|_| stream([vec![("a", "1"), ("a", "2"), ("b", "1")], vec![("b", "1")]])),
    );
    assert_eq!(
        events["items"]["properties"]["fields"]["required"],
        json!(["b"])
    );
}

#[test]
fn objects_with_many_names_are_maps() {
    // Each has other names, all in all more than are kept apart ...
    let many = drafted((0..100).map(|n| {
        hash((0..5).map(|i| (format!("key {} {}", n % 50, "x".repeat(i)), n.to_string())))
    }));
    assert_eq!(
        many,
        json!({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "description": "seen: 0 to 99"}})
    );
    // ... or fewer, each of them rare ...
    let rare = drafted((0..100).map(|n| {
        hash([(
            format!(
                "key {}",
                ["a", "b", "c", "d", "e"][n % 5].repeat(n % 25 + 1)
            ),
            "x",
        )])
    }));
    assert_eq!(
        rare,
        json!({"type": "object", "additionalProperties": {"type": "string"}})
    );
    // ... or they are ids.
    let ids = drafted((0..100).map(|n| {
        hash([
            (format!("7c9e6679-7425-40de-944b-{n:012x}"), "x"),
            ("total".to_owned(), "1"),
        ])
    }));
    assert_eq!(
        ids["properties"],
        json!({"total": {"type": "integer", "minimum": 0, "description": "seen: 1 to 1"}})
    );
    let patterns = ids["patternProperties"].as_object().expect("a pattern");
    assert_eq!(patterns.len(), 1);
}

#[test]
fn rare_differences_are_counter_examples() {
    let values = (0..1000).map(|n| {
        let mut fields = vec![
            ("age", n.to_string()),
            ("mail", format!("a{n}@example.org")),
        ];
        match n {
            7 => fields[0].1 = "unknown".to_owned(),
            8 => fields[1].1 = "nobody".to_owned(),
            9 => drop(fields.remove(1)),
            _ => {}
        }
        hash(fields)
    });
    let values: Vec<Value> = values.collect();
    let mut records: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(n, value)| record(format!("user:{n}"), value.clone()))
        .collect();
    for record in &mut records {
        record.remaining = Some(Duration::from_secs(100_000));
    }
    records[11].remaining = None;
    records[12].value = list(["a"]);
    let inferred = infer(&records);
    let proposal = &inferred.proposals[0];
    let mut found: Vec<_> = proposal
        .counter_examples
        .iter()
        .map(|example| {
            (
                example.pointer.as_str(),
                example.problem.as_str(),
                example.count,
                example.keys.clone(),
            )
        })
        .collect();
    found.sort();
    let key = |key: &'static str| vec![Bytes::from_static(key.as_bytes())];
    assert_eq!(
        found,
        [
            ("", "list", 1, key("user:12")),
            ("", "no expiry", 1, key("user:11")),
            ("/age", "string", 1, key("user:7")),
            ("/mail", "missing", 1, key("user:9")),
            ("/mail", "not email", 1, key("user:8")),
        ]
    );
    let refused: Vec<usize> = (0..1000)
        .filter(|n| !accepts(proposal, &records[*n]))
        .collect();
    assert_eq!(refused, [7, 8, 9, 11, 12]);
    assert!(
        (0.98..0.999).contains(&proposal.confidence),
        "{}",
        proposal.confidence
    );
    assert_eq!(schema(proposal)["properties"]["age"]["type"], "integer");
    assert_eq!(
        proposal.draft.as_ref().expect("a hash has one")["spec"]["ttl"],
        json!({"required": true, "max": "2d"})
    );
}

#[test]
fn of_a_few_records_every_difference_counts() {
    let proposal = only((0..50).map(|n| {
        hash([(
            "age",
            if n == 7 {
                "unknown".to_owned()
            } else {
                n.to_string()
            },
        )])
    }));
    assert_eq!(proposal.counter_examples, []);
    assert_eq!(schema(&proposal)["properties"]["age"]["type"], "string");
}

#[test]
fn enumerations_are_of_many_texts_with_few_values() {
    let plan = |count: usize, values: usize| {
        let proposal =
            only((0..count).map(|n| hash([("plan", format!("plan {}", "x".repeat(n % values)))])));
        (
            schema(&proposal)["properties"]["plan"]
                .get("enum")
                .is_some(),
            field(&proposal, "/plan").values.len(),
        )
    };
    assert_eq!(plan(200, 3), (true, 3));
    assert_eq!(plan(200, 12), (true, 12));
    assert_eq!(plan(200, 13), (false, 13));
    assert_eq!(plan(99, 3), (false, 3));
    assert_eq!(plan(200, 1), (false, 1));
    assert_eq!(plan(200, 50), (false, 0));
    // A value that came once is not the last that comes so.
    let rare = only((0..1000).map(|n| {
        hash([(
            "plan",
            if n == 0 {
                "gold"
            } else {
                ["free", "pro"][n % 2]
            },
        )])
    }));
    assert_eq!(
        schema(&rare)["properties"]["plan"],
        json!({"type": "string"})
    );
    assert_eq!(field(&rare, "/plan").values.len(), 3);
}

#[test]
fn fields_carry_what_a_person_wants_to_know() {
    let proposal = only((0..200_u64).map(|n| {
        let mut fields = vec![
            ("at", (1_700_000_000_000 + n).to_string()),
            (
                "name",
                "x".repeat(usize::try_from(n % 7 + 1).expect("small")),
            ),
        ];
        if n % 2 == 0 {
            fields.push(("score", format!("{n}.5")));
        }
        hash(fields)
    }));
    let at = field(&proposal, "/at");
    assert_eq!(at.hint, Some("looks like Unix milliseconds"));
    assert_eq!((at.count, at.of, at.required), (200, 200, true));
    let score = field(&proposal, "/score");
    assert_eq!((score.count, score.of, score.required), (100, 200, false));
    let range = score.range.expect("numbers have a range");
    assert_eq!((range.min, range.max), (0.5, 198.5));
    assert_eq!(field(&proposal, "/name").lengths, Some((1, 7)));
    assert_eq!(field(&proposal, "").sizes, Some((2, 3)));
    assert!(field(&proposal, "/score").confidence < field(&proposal, "/at").confidence);
    assert_eq!(proposal.expiry.without, 200);
}

#[test]
fn expiries_of_fields_are_counted() {
    let proposal = only((0..10).map(|n| {
        let expiring = HashField {
            name: Bytes::from_static(b"code"),
            value: Bytes::from_static(b"x"),
            expires_at: (n % 2 == 0).then_some(5),
        };
        Value::Hash([expiring].into_iter().collect())
    }));
    assert_eq!(field(&proposal, "/code").expiring, 5);
}

#[test]
fn fields_are_said_to_be_written_otherwise_or_to_expire() {
    let field = |name: &'static str, value: Vec<u8>, expires_at| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: value.into(),
        expires_at,
    };
    let proposal = only((0..20_u8).map(|n| {
        let fields = [
            field("profile", json!({"n": n}).to_string().into(), None),
            field("picture", vec![0xff, n], None),
            field("code", vec![b'0' + n % 10], Some(5)),
        ];
        Value::Hash(fields.into_iter().collect())
    }));
    let draft = proposal.draft.as_ref().expect("a hash has one");
    assert_eq!(
        draft["spec"]["fields"],
        json!({
            "profile": {"encoding": "json"},
            "picture": {"encoding": "raw"},
            "code": {"ttl": {"required": true}},
        })
    );
    assert_eq!(draft["spec"].get("encoding"), None);
    let list_of_documents = only((0..20).map(|n| list([json!({"n": n}).to_string()])));
    let draft = list_of_documents.draft.as_ref().expect("a list has one");
    assert_eq!(draft["spec"]["encoding"], "json");
}

#[test]
fn a_draft_is_written_for_a_person() {
    let proposal = only((0..200).map(|n| {
        let name = if n % 2 == 0 { ("v", "1") } else { ("v", "2") };
        let member = if n % 2 == 0 { "name" } else { "first" };
        hash([name, (member, "Ada\nLovelace")])
    }));
    let text = proposal
        .to_yaml(&"3.1.0".parse().expect("a version"))
        .expect("a hash has one");
    assert!(
        text.starts_with("# A draft, made of 200 records; confidence 98%.\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  # versionField: { pointer: \"/v\", value: \"1\" }\n  schema:\n"),
        "{text}"
    );
    assert!(text.contains("name: key-3.1.0"), "{text}");
}

#[test]
fn modules_are_named_and_not_looked_into() {
    let module = |name: &str| {
        let opaque = Opaque {
            type_id: 7,
            module: Some(name.to_owned()),
            bytes: Bytes::from_static(b"x"),
        };
        only((0..5).map(|_| Value::Opaque(opaque.clone())))
    };
    let json = module("ReJSON-RL");
    assert_eq!(json.redis_type, RedisType::Json);
    assert_eq!(
        json.draft.expect("it has a draft")["spec"]["type"],
        "opaque"
    );
    let bloom = module("MBbloom--");
    assert_eq!(
        (
            bloom.redis_type,
            bloom.draft.map(|draft| draft["spec"]["type"].clone())
        ),
        (
            RedisType::Module("MBbloom--".to_owned()),
            Some(json!("opaque"))
        )
    );
}

#[test]
fn a_string_that_is_too_large_is_said_to_be_not_looked_into() {
    let large = format!("[{}1]", "1,".repeat(1 << 20));
    // And a small string that unpacks to a large one.
    let packed = pack(Packing::Gzip, &vec![b'1'; 2 << 20]);
    let mut records: Vec<_> = (0..5)
        .map(|n| record(format!("key:{n}"), text("[1]")))
        .collect();
    records.push(record("key:5", text(&large)));
    records.push(record("key:6", text(packed)));
    let inferred = infer(&records);
    let proposal = &inferred.proposals[0];
    assert_eq!(proposal.records, 5);
    assert_eq!(
        proposal.notes,
        ["2 strings are larger than 1048576 bytes and were not looked into"]
    );
}
