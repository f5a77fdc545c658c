//! Lists, sets and sorted sets.

use redis::{Cmd, cmd};

use super::source::EDGES;
use super::{Encodings, ServerVersion, Shape, Source};

pub(super) fn shapes(names: Encodings) -> Vec<Shape> {
    vec![
        list("list-small", names.small_list, |key, source| {
            push(key, [source.word(5), source.word(5)])
        }),
        list("list-edges", names.small_list, |key, _| push(key, EDGES)),
        list("list-long", "quicklist", |key, source| {
            let elements: Vec<_> = (0..1000).map(|_| source.word(30)).collect();
            push(key, elements)
        }),
        list("list-large-elements", "quicklist", |key, source| {
            push(
                key,
                [
                    b"small".to_vec(),
                    source.bytes(9000),
                    vec![b'x'; 20_000],
                    b"7".to_vec(),
                ],
            )
        }),
        set("set-integers-16", "intset", |key, source| {
            add(key, (0..20).map(|_| small(source, 60_000) - 30_000))
        }),
        set("set-integers-32", "intset", |key, source| {
            add(
                key,
                (0..20).map(|_| small(source, 4_000_000_000) - 2_000_000_000),
            )
        }),
        set("set-integers-64", "intset", |key, source| {
            add(
                key,
                [i64::MIN, i64::MAX, 0]
                    .into_iter()
                    .chain((0..10).map(|_| small(source, 1 << 60))),
            )
        }),
        set("set-small", names.small_set, |key, source| {
            add(key, [source.word(5), source.word(6), "1".to_owned()])
        }),
        set("set-edges", names.small_set, |key, _| {
            add(key, EDGES.iter().take(31))
        }),
        set("set-table", "hashtable", |key, source| {
            let members: Vec<_> = (0..300).map(|_| source.word(9)).collect();
            add(key, members)
        }),
        set("set-table-integers", "hashtable", |key, source| {
            add(key, (0..700).map(|_| small(source, 1 << 40)))
        }),
        sorted("sorted-small", names.compact, |key, source| {
            scored(key, [("1", source.word(5)), ("2.5", source.word(5))])
        }),
        sorted("sorted-edges", names.compact, |key, _| {
            scored(key, SCORES.iter().copied().zip(EDGES))
        }),
        sorted("sorted-long", "skiplist", |key, source| {
            let members: Vec<_> = (0..300)
                .map(|number| (number % 50, source.word(8)))
                .collect();
            scored(key, members)
        }),
        sorted("sorted-long-member", "skiplist", |key, source| {
            let long = (0..SCORES.len())
                .map(|_| source.word(70))
                .collect::<Vec<_>>();
            scored(key, SCORES.iter().copied().zip(long))
        }),
    ]
}

/// Compact forms with large entries, and lists that have compressed and single-element nodes.
pub(super) fn wide(version: ServerVersion, names: Encodings) -> Vec<Shape> {
    const LENGTHS: [usize; 8] = [63, 64, 253, 254, 255, 4095, 4096, 40_000];
    let mut shapes = vec![
        sorted("sorted-compact-large", names.compact, |key, source| {
            scored(key, LENGTHS.map(|length| ("0.1", source.word(length))))
        }),
        list("list-compressed", "quicklist", |key, source| {
            let elements: Vec<_> = (0..2000).map(|_| source.word(3).repeat(20)).collect();
            push(key, elements)
        }),
        list("list-large-compressible", "quicklist", |key, _| {
            push(
                key,
                [
                    "first".to_owned(),
                    "large ".repeat(5000),
                    "large ".repeat(6000),
                    "last".to_owned(),
                ],
            )
        }),
    ];
    if names.small_set == "listpack" {
        shapes.push(set("set-compact-large", "listpack", |key, source| {
            add(key, LENGTHS.map(|length| source.word(length)))
        }));
    }
    if version == ServerVersion::Redis7_0 {
        // Newer versions give every large element a node of its own; this one only above a gigabyte, or as told here.
        shapes.push(list("list-plain-nodes", "quicklist", |key, source| {
            let threshold = |bytes: &str| {
                cmd("DEBUG")
                    .arg("QUICKLIST-PACKED-THRESHOLD")
                    .arg(bytes)
                    .to_owned()
            };
            let mut commands = vec![threshold("100b")];
            commands.extend(push(
                key,
                [
                    source.word(5),
                    source.word(500),
                    source.word(600),
                    source.word(5),
                ],
            ));
            commands.push(threshold("0"));
            commands
        }));
    }
    shapes
}

/// Scores at the edges of how they are written.
const SCORES: &[&str] = &[
    "-inf",
    "inf",
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "0.1",
    "1e300",
    "-1e-300",
    "3.141592653589793",
    "9007199254740993",
    "123456789012345680",
    "17",
    "-17",
    "5e-324",
    "1.7976931348623157e308",
];

const fn list(
    name: &'static str,
    encoding: &'static str,
    build: fn(&str, &mut Source) -> Vec<Cmd>,
) -> Shape {
    Shape {
        name,
        kind: "list",
        encoding,
        build,
    }
}

const fn set(
    name: &'static str,
    encoding: &'static str,
    build: fn(&str, &mut Source) -> Vec<Cmd>,
) -> Shape {
    Shape {
        name,
        kind: "set",
        encoding,
        build,
    }
}

const fn sorted(
    name: &'static str,
    encoding: &'static str,
    build: fn(&str, &mut Source) -> Vec<Cmd>,
) -> Shape {
    Shape {
        name,
        kind: "zset",
        encoding,
        build,
    }
}

fn push<T: redis::ToRedisArgs>(key: &str, elements: impl IntoIterator<Item = T>) -> Vec<Cmd> {
    each("RPUSH", key, elements)
}

fn add<T: redis::ToRedisArgs>(key: &str, members: impl IntoIterator<Item = T>) -> Vec<Cmd> {
    each("SADD", key, members)
}

fn each<T: redis::ToRedisArgs>(
    command: &str,
    key: &str,
    items: impl IntoIterator<Item = T>,
) -> Vec<Cmd> {
    let mut command = cmd(command);
    command.arg(key);
    for item in items {
        command.arg(item);
    }
    vec![command]
}

fn scored<S: redis::ToRedisArgs, M: redis::ToRedisArgs>(
    key: &str,
    members: impl IntoIterator<Item = (S, M)>,
) -> Vec<Cmd> {
    let mut command = cmd("ZADD");
    command.arg(key);
    for (score, member) in members {
        command.arg(score).arg(member);
    }
    vec![command]
}

fn small(source: &mut Source, end: u64) -> i64 {
    i64::try_from(source.below(end)).expect("the end fits")
}
