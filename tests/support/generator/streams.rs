//! Streams: entries of same and different fields, deleted and trimmed ones, groups with consumers and pending entries.

use redis::{Cmd, cmd};

use super::{ServerVersion, Shape, Source};

pub(super) fn shapes(version: ServerVersion) -> Vec<Shape> {
    let mut shapes = vec![
        stream("stream-small", |key, source| {
            (0..5).map(|number| entry(key, number, source)).collect()
        }),
        stream("stream-mixed", |key, source| {
            let long = source.word(300);
            let fields: [&[&str]; 5] = [
                &["a", "1"],
                &["a", "1", "b", "-70000"],
                &["", ""],
                &["a", &long],
                &["b", "2", "a", "3"],
            ];
            (0..)
                .zip(fields)
                .map(|(number, fields)| add(key, number, fields))
                .collect()
        }),
        stream("stream-long", |key, source| {
            (0..250).map(|number| entry(key, number, source)).collect()
        }),
        stream("stream-deleted", |key, source| {
            let mut commands: Vec<_> = (0..130).map(|number| entry(key, number, source)).collect();
            commands.extend((0..130).step_by(3).map(|number| delete(key, number)));
            commands
        }),
        stream("stream-emptied", |key, source| {
            vec![entry(key, 1, source), delete(key, 1)]
        }),
        stream("stream-trimmed", |key, source| {
            let mut commands: Vec<_> = (0..150).map(|number| entry(key, number, source)).collect();
            commands.push(cmd("XTRIM").arg(key).arg(&["MAXLEN", "20"]).to_owned());
            commands
        }),
        stream("stream-advanced", |key, source| {
            vec![
                entry(key, 1, source),
                cmd("XSETID").arg(key).arg(id(900)).to_owned(),
            ]
        }),
        stream("stream-groups", groups),
    ];
    if version.is_at_least_7_0() {
        shapes.push(stream("stream-counted", |key, source| {
            let mut commands: Vec<_> = (0..3).map(|number| entry(key, number, source)).collect();
            let set_id = cmd("XSETID")
                .arg(key)
                .arg(id(9))
                .arg(&["ENTRIESADDED", "77", "MAXDELETEDID", &id(5)])
                .to_owned();
            let group = cmd("XGROUP")
                .arg("CREATE")
                .arg(key)
                .arg("group")
                .arg(id(1))
                .arg(&["ENTRIESREAD", "2"])
                .to_owned();
            commands.extend([set_id, group]);
            commands
        }));
    }
    shapes
}

/// Two groups, one of which has read, acknowledged and claimed; one pending entry is deleted from the stream.
fn groups(key: &str, source: &mut Source) -> Vec<Cmd> {
    let mut commands: Vec<_> = (0..20).map(|number| entry(key, number, source)).collect();
    let mut run = |words: &[&str]| {
        let (name, arguments) = words.split_first().expect("a command has a name");
        commands.push(cmd(name).arg(arguments).to_owned());
    };
    run(&["XGROUP", "CREATE", key, "readers", "0"]);
    run(&["XGROUP", "CREATE", key, "idle", "$"]);
    run(&["XGROUP", "CREATECONSUMER", key, "readers", "never"]);
    run(&[
        "XREADGROUP",
        "GROUP",
        "readers",
        "first",
        "COUNT",
        "6",
        "STREAMS",
        key,
        ">",
    ]);
    run(&[
        "XREADGROUP",
        "GROUP",
        "readers",
        "second",
        "COUNT",
        "5",
        "STREAMS",
        key,
        ">",
    ]);
    run(&["XACK", key, "readers", &id(0), &id(7)]);
    run(&[
        "XCLAIM",
        key,
        "readers",
        "second",
        "0",
        &id(2),
        "TIME",
        "1700000000000",
        "RETRYCOUNT",
        "9",
    ]);
    run(&["XDEL", key, &id(3)]);
    commands
}

const fn stream(name: &'static str, build: fn(&str, &mut Source) -> Vec<Cmd>) -> Shape {
    Shape {
        name,
        kind: "stream",
        encoding: "stream",
        build,
    }
}

fn entry(key: &str, number: u64, source: &mut Source) -> Cmd {
    add(key, number, &["counter", "0", "word", &source.word(8)])
}

fn add(key: &str, number: u64, fields: &[&str]) -> Cmd {
    cmd("XADD").arg(key).arg(id(number)).arg(fields).to_owned()
}

fn delete(key: &str, number: u64) -> Cmd {
    cmd("XDEL").arg(key).arg(id(number)).to_owned()
}

/// Identifiers that go up in both parts, and not by one.
fn id(number: u64) -> String {
    format!("{}-{}", 1_700_000_000_000 + number / 2 * 1500, number)
}
