//! Two readers of the same files: this crate, and the crate `rdb`.
//!
//! What the other one loses and is therefore not compared: streams and module values (it walks over
//! them), the expiry of hash fields, eviction state, functions, what modules keep beside the keys, and
//! whether the checksum is right. It does not read Valkey's own format.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use rdb::{RdbDecoder, RdbValue};
use remold_host_api::Value;
use remold_rdb::{Item, Reader, SectionKind, decode_object};

/// What both tell of a record. Scores are compared by their bits.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Aux(Vec<u8>, Vec<u8>),
    Sizes(u64, u64),
    Key {
        db: u64,
        key: Vec<u8>,
        expires_at: Option<u64>,
        value: Contents,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Contents {
    Text(Vec<u8>),
    List(Vec<Vec<u8>>),
    Set(Vec<Vec<u8>>),
    SortedSet(Vec<(u64, Vec<u8>)>),
    Hash(Vec<(Vec<u8>, Vec<u8>)>),
}

fn ours(file: &[u8]) -> Vec<Told> {
    let mut reader = Reader::new(file).expect("the header is known");
    let version = reader.header().version;
    let mut told = Vec::new();
    while let Some(item) = reader.next_item().expect("the file is whole") {
        match item {
            Item::Section(section) => match section.kind {
                SectionKind::Aux { name, value } => {
                    told.push(Told::Aux(name.to_vec(), value.to_vec()));
                }
                SectionKind::ResizeDb { keys, expires } => told.push(Told::Sizes(keys, expires)),
                _ => {}
            },
            Item::Entry(entry) => {
                let value = decode_object(entry.type_id(), entry.object(), version)
                    .unwrap_or_else(|error| panic!("{:?}: {error}", entry.key()));
                told.extend(contents(value).map(|value| Told::Key {
                    db: entry.db(),
                    key: entry.key().to_vec(),
                    expires_at: entry.expires_at(),
                    value,
                }));
            }
            Item::End { .. } => {}
        }
    }
    told
}

fn contents(value: Value) -> Option<Contents> {
    let vectors = |items: &[Bytes]| items.iter().map(|item| item.to_vec()).collect();
    Some(match value {
        Value::Text(text) => Contents::Text(text.to_vec()),
        Value::List(items) => Contents::List(vectors(&items)),
        Value::Set(members) => Contents::Set(vectors(members.as_slice())),
        Value::SortedSet(members) => Contents::SortedSet(
            members
                .iter()
                .map(|scored| (scored.score.to_bits(), scored.member.to_vec()))
                .collect(),
        ),
        Value::Hash(fields) => Contents::Hash(
            fields
                .iter()
                .map(|field| (field.name.to_vec(), field.value.to_vec()))
                .collect(),
        ),
        Value::Stream(_) | Value::Opaque(_) => return None,
    })
}

fn theirs(file: &[u8]) -> Vec<Told> {
    let decoder = RdbDecoder::new(file, rdb::filter::Simple::new()).expect("the header is known");
    let mut told = Vec::new();
    let mut db = 0;
    for item in decoder {
        let (key, expires_at, value) = match item.expect("the file is whole") {
            RdbValue::SelectDb(selected) => {
                db = u64::from(selected);
                continue;
            }
            RdbValue::ResizeDb {
                db_size,
                expires_size,
            } => {
                told.push(Told::Sizes(db_size.into(), expires_size.into()));
                continue;
            }
            RdbValue::AuxField { key, value } => {
                told.push(Told::Aux(key, value));
                continue;
            }
            RdbValue::Checksum(_) => continue,
            RdbValue::String { key, value, expiry } => (key, expiry, Contents::Text(value)),
            RdbValue::Hash {
                key,
                values,
                expiry,
            } => (key, expiry, Contents::Hash(values.into_iter().collect())),
            RdbValue::Set {
                key,
                members,
                expiry,
            } => (key, expiry, Contents::Set(members)),
            RdbValue::List {
                key,
                values,
                expiry,
            } => (key, expiry, Contents::List(values)),
            RdbValue::SortedSet {
                key,
                values,
                expiry,
            } => {
                let scored = values.into_iter();
                let scored = scored.map(|(score, member)| (score.to_bits(), member));
                (key, expiry, Contents::SortedSet(scored.collect()))
            }
        };
        told.push(Told::Key {
            db,
            key,
            expires_at,
            value,
        });
    }
    told
}

#[test]
fn both_readers_tell_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut keys = 0;
    for folder in [root.clone(), root.join("collected")] {
        for entry in fs::read_dir(folder).expect("the folder exists") {
            let path = entry.expect("it can be listed").path();
            let name = path.display();
            if path.extension().is_none_or(|extension| extension != "rdb") {
                continue;
            }
            let file = fs::read(&path).expect("it exists");
            if file.starts_with(b"VALKEY") {
                continue;
            }
            let (ours, theirs) = (ours(&file), theirs(&file));
            assert_eq!(ours.len(), theirs.len(), "{name}");
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "{name}");
                keys += usize::from(matches!(ours, Told::Key { .. }));
            }
        }
    }
    assert!(keys > 300, "{keys} keys");
}
