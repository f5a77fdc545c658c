//! Strings. Short ones are short enough for Redis 8.2 too, which embeds them together with the key's name.

use redis::{Cmd, cmd};

use super::{Shape, Source};

pub(super) fn shapes() -> Vec<Shape> {
    const fn shape(
        name: &'static str,
        encoding: &'static str,
        build: fn(&str, &mut Source) -> Vec<Cmd>,
    ) -> Shape {
        Shape {
            name,
            kind: "string",
            encoding,
            build,
        }
    }
    vec![
        shape("text-counter", "int", |key, _| set(key, "0")),
        shape("text-integer", "int", |key, source| {
            let edges = [
                "-1",
                "255",
                "-32768",
                "65536",
                "2147483648",
                "-9223372036854775808",
                "9223372036854775807",
            ];
            let index =
                usize::try_from(source.below(edges.len() as u64)).expect("it is below the length");
            set(key, edges[index])
        }),
        shape("text-empty", "embstr", |key, _| set(key, "")),
        shape("text-short", "embstr", |key, source| {
            set(key, source.word(10))
        }),
        shape("text-binary", "embstr", |key, source| {
            set(key, [&[0, 255, 13, 10][..], &source.bytes(6)].concat())
        }),
        shape("text-padded", "embstr", |key, _| set(key, "007")),
        shape("text-json", "raw", |key, source| {
            let name = source.word(30);
            set(
                key,
                format!(
                    "{{\"counter\":0,\"name\":\"{name}\",\"tags\":[\"a\",\"b\"],\"price\":12.50}}"
                ),
            )
        }),
        shape("text-appended", "raw", |key, source| {
            vec![
                cmd("SET").arg(key).arg("start ").to_owned(),
                cmd("APPEND").arg(key).arg(source.word(4)).to_owned(),
            ]
        }),
        shape("text-compressible", "raw", |key, source| {
            set(key, source.word(7).repeat(300))
        }),
        shape("text-incompressible", "raw", |key, source| {
            set(key, source.bytes(1000))
        }),
        shape("text-large", "raw", |key, source| {
            set(key, [source.bytes(20_000), vec![b'x'; 50_000]].concat())
        }),
        shape("text-bits", "raw", |key, source| {
            let bit = 2000 + source.below(100);
            vec![cmd("SETBIT").arg(key).arg(bit).arg(1).to_owned()]
        }),
        shape("text-hyperloglog", "raw", |key, source| {
            vec![
                cmd("PFADD")
                    .arg(key)
                    .arg(source.word(8))
                    .arg(source.word(8))
                    .to_owned(),
            ]
        }),
    ]
}

fn set(key: &str, value: impl redis::ToRedisArgs) -> Vec<Cmd> {
    vec![cmd("SET").arg(key).arg(value).to_owned()]
}
