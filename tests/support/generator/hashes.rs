//! Hashes, with and without expiries of fields. Each has a field `counter` of 0.

use redis::{Cmd, cmd};

use super::source::EDGES;
use super::{EXPIRY, Encodings, ServerVersion, Shape, Source};

pub(super) fn shapes(version: ServerVersion, names: Encodings) -> Vec<Shape> {
    let mut shapes = vec![
        shape("hash-small", names.compact, |key, source| {
            let mail = format!("{}@Example.COM", source.word(8));
            hash(
                key,
                [
                    ("name".to_owned(), source.word(10)),
                    ("email".to_owned(), mail),
                ],
            )
        }),
        shape("hash-edges", names.compact, |key, _| {
            hash(
                key,
                EDGES
                    .iter()
                    .map(|edge| ((*edge).to_owned(), (*edge).to_owned())),
            )
        }),
        shape("hash-table", "hashtable", |key, source| {
            let fields: Vec<_> = (0..600)
                .map(|number| (format!("field-{number}"), source.word(6)))
                .collect();
            hash(key, fields)
        }),
        shape("hash-table-by-value", "hashtable", |key, source| {
            let long = source.word(200);
            hash(
                key,
                [("long".to_owned(), long), (String::new(), String::new())],
            )
        }),
    ];
    if version.has_field_expiry() {
        shapes.extend([
            shape("hash-small-expiring", "listpackex", |key, source| {
                let mut commands = hash(
                    key,
                    [
                        ("one".to_owned(), source.word(4)),
                        ("two".to_owned(), source.word(4)),
                    ],
                );
                commands.push(expire(key, "two", 2));
                commands.push(expire(key, "one", 1));
                commands
            }),
            shape("hash-table-expiring", "hashtable", |key, source| {
                let fields: Vec<_> = (0..600)
                    .map(|number| (format!("field-{number}"), source.word(6)))
                    .collect();
                let mut commands = hash(key, fields);
                commands.extend(
                    (0..600)
                        .step_by(7)
                        .map(|number| expire(key, &format!("field-{number}"), number)),
                );
                commands
            }),
            // It keeps its encoding when no field expires any longer.
            shape("hash-small-persisted", "listpackex", |key, source| {
                let mut commands = hash(key, [("one".to_owned(), source.word(4))]);
                commands.push(expire(key, "one", 1));
                commands.push(
                    cmd("HPERSIST")
                        .arg(key)
                        .arg(&["FIELDS", "1", "one"])
                        .to_owned(),
                );
                commands
            }),
        ]);
    }
    shapes
}

/// Compact hashes with entries at each length of length.
pub(super) fn wide(names: Encodings) -> Vec<Shape> {
    vec![shape("hash-compact-large", names.compact, |key, source| {
        let lengths = [63, 64, 253, 254, 255, 4095, 4096, 16_383, 16_384, 70_000];
        let fields: Vec<_> = lengths
            .iter()
            .map(|length| (format!("field-{length}"), source.word(*length)))
            .collect();
        hash(key, fields)
    })]
}

const fn shape(
    name: &'static str,
    encoding: &'static str,
    build: fn(&str, &mut Source) -> Vec<Cmd>,
) -> Shape {
    Shape {
        name,
        kind: "hash",
        encoding,
        build,
    }
}

fn hash(key: &str, fields: impl IntoIterator<Item = (String, String)>) -> Vec<Cmd> {
    let mut command = cmd("HSET");
    command.arg(key).arg("counter").arg(0);
    for (name, value) in fields {
        command.arg(name).arg(value);
    }
    vec![command]
}

fn expire(key: &str, field: &str, seconds: u64) -> Cmd {
    cmd("HPEXPIREAT")
        .arg(key)
        .arg(EXPIRY + seconds * 1000)
        .arg(&["FIELDS", "1", field])
        .to_owned()
}
