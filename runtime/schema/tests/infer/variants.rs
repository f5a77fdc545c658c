//! Several shapes under one pattern.

use remold_schema::infer::Proposal;
use serde_json::json;

use crate::support::{Record, hash, infer, list, record, text};

fn only(records: &[Record]) -> Proposal {
    let mut inferred = infer(records);
    assert_eq!(inferred.proposals.len(), 1, "{:#?}", inferred.proposals);
    inferred.proposals.remove(0)
}

/// What tells the variants apart, with their counts.
fn table(proposal: &Proposal) -> Vec<(String, u64)> {
    let row = |variant: &remold_schema::infer::Variant| {
        (variant.distinguished_by.join(" "), variant.count)
    };
    proposal.variants.iter().map(row).collect()
}

#[test]
fn members_that_exclude_each_other_make_variants() {
    let records: Vec<_> = (0..300)
        .map(|n| {
            let mut fields = vec![("id", n.to_string())];
            if n % 3 == 0 {
                fields.push(("name", "Ada Lovelace".to_owned()));
            } else {
                fields.push(("first", "Ada".to_owned()));
                fields.push(("last", "Lovelace".to_owned()));
            }
            // What is left out by chance tells nothing apart.
            for (optional, every) in [("nick", 2), ("phone", 5), ("city", 7)] {
                if n % every == 0 {
                    fields.push((optional, "x".to_owned()));
                }
            }
            record(format!("user:{n}"), hash(fields))
        })
        .collect();
    let proposal = only(&records);
    assert_eq!(
        table(&proposal),
        [("/first /last".to_owned(), 200), ("/name".to_owned(), 100)]
    );
    for variant in &proposal.variants {
        assert_eq!(variant.examples.len(), 3);
        for key in &variant.examples {
            let record = records
                .iter()
                .find(|record| record.key == *key)
                .expect("an example is a key");
            let remold_host_api::Value::Hash(fields) = &record.value else {
                panic!("hashes were observed")
            };
            let member = if variant.count == 100 { "name" } else { "last" };
            assert!(
                fields.contains(member.as_bytes()),
                "{key:?} has no {member}"
            );
        }
    }
    assert_eq!(
        proposal.variants[1].members,
        ["city", "id", "name", "nick", "phone"]
    );
    assert_eq!(proposal.version_field, None);
}

#[test]
fn one_shape_with_optional_members_has_no_variants() {
    let mut random = fastrand::Rng::with_seed(2);
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let records: Vec<_> = (0..2000)
        .map(|n| {
            record(
                format!("user:{n}"),
                hash(
                    names
                        .iter()
                        .filter(|_| random.bool())
                        .map(|name| (*name, "x")),
                ),
            )
        })
        .filter(|record| !record.value.is_empty_aggregate())
        .collect();
    let proposal = only(&records);
    assert_eq!(table(&proposal), []);
    assert!(
        proposal.other_shapes > 0,
        "there are more shapes than are counted apart"
    );
}

#[test]
fn a_member_of_another_type_is_another_variant() {
    let records: Vec<_> = (0..100)
        .map(|n| {
            let price = if n < 60 {
                json!(n)
            } else {
                json!({"amount": n, "currency": "EUR"})
            };
            record(
                format!("item:{n}"),
                text(json!({"sku": n, "price": price}).to_string()),
            )
        })
        .collect();
    assert_eq!(
        table(&only(&records)),
        [
            ("/price: number".to_owned(), 60),
            ("/price: object".to_owned(), 40)
        ]
    );
}

#[test]
fn documents_that_are_no_objects_are_a_variant() {
    let value = |n| {
        if n < 60 {
            json!({"a": 1})
        } else {
            json!([1, 2])
        }
    };
    let records: Vec<_> = (0..100)
        .map(|n| record(format!("item:{n}"), text(value(n).to_string())))
        .collect();
    assert_eq!(
        table(&only(&records)),
        [("/a".to_owned(), 60), ("array".to_owned(), 40)]
    );
}

#[test]
fn a_version_field_tells_variants_apart() {
    let records: Vec<_> = (0..100)
        .map(|n| {
            let value = match n % 4 {
                0 => json!({"v": 1, "name": "a"}),
                1 => json!({"v": 2, "first": "a", "last": "b"}),
                _ => json!({"v": 3, "first": "a", "last": "b", "locale": "de"}),
            };
            record(format!("user:{n}"), text(value.to_string()))
        })
        .collect();
    let proposal = only(&records);
    let field = proposal.version_field.as_ref().expect("there is one");
    assert_eq!((field.name.as_str(), field.shapes_differ), ("v", true));
    assert_eq!(
        field.values,
        [
            ("3".to_owned(), 50),
            ("1".to_owned(), 25),
            ("2".to_owned(), 25)
        ]
    );
    let versions: Vec<_> = proposal
        .variants
        .iter()
        .map(|variant| (variant.version.as_deref(), variant.count))
        .collect();
    assert_eq!(
        versions,
        [(Some("3"), 50), (Some("1"), 25), (Some("2"), 25)]
    );
    assert_eq!(
        proposal.notes,
        ["the field v seems to say the version: its values come with different members"]
    );
}

#[test]
fn a_field_called_version_that_tells_nothing_apart_is_none() {
    // Revisions: too many values.
    let many: Vec<_> = (0..100)
        .map(|n| {
            record(
                format!("doc:{n}"),
                hash([("version", n.to_string()), ("body", "x".to_owned())]),
            )
        })
        .collect();
    let proposal = only(&many);
    assert_eq!((proposal.version_field, proposal.variants), (None, vec![]));
    // Few, and the same members with each.
    let few: Vec<_> = (0..100)
        .map(|n| {
            record(
                format!("doc:{n}"),
                hash([("version", (n % 2).to_string()), ("body", "x".to_owned())]),
            )
        })
        .collect();
    let proposal = only(&few);
    assert!(
        !proposal
            .version_field
            .expect("it has two values")
            .shapes_differ
    );
    assert_eq!(proposal.variants, []);
}

#[test]
fn other_types_under_a_pattern_have_proposals_of_their_own() {
    let records: Vec<_> = (0..90)
        .map(|n| {
            let value = match n % 3 {
                0 => hash([("name", "a")]),
                1 => list(["a"]),
                _ => text(json!({"name": "a"}).to_string()),
            };
            record(format!("user:{n}"), value)
        })
        .chain([record("user:x1x", hash([("name", "a")]))])
        .collect();
    let inferred = infer(&records);
    let mut subjects: Vec<_> = inferred
        .proposals
        .iter()
        .map(|proposal| (proposal.subject.as_str(), proposal.records))
        .collect();
    subjects.sort_unstable();
    let first = subjects
        .iter()
        .filter(|(subject, _)| *subject == "user")
        .count();
    assert_eq!((first, subjects.len()), (1, 3), "{subjects:?}");
    assert!(
        subjects
            .iter()
            .all(|(subject, records)| subject.starts_with("user") && *records == 30)
    );
    for proposal in &inferred.proposals {
        assert_eq!(proposal.notes.len(), 1, "{:?}", proposal.notes);
    }
}
