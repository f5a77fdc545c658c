//! The keys of a story, the migration over them, and the marks that it leaves.

use std::collections::BTreeMap;

use redis::{Connection, pipe};
use remold::Migration;

use crate::{Contents, ServerVersion, Shape, populate};

/// Counts in every key; the way back counts in another place, so that done twice either shows.
const COUNT: &str = r#"
fn count(rec, mark, byte) {
    switch rec.kind {
        "hash" => rec.hash.set(mark, rec.hash.get_or(mark, "0").parse_int() + 1),
        "list" => rec.list.push(mark),
        "set" => {
            let n = 0;
            while rec.set.contains(`${mark} ${n}`) { n += 1; }
            rec.set.add(`${mark} ${n}`);
        }
        "sorted-set" => {
            let score = rec.sorted_set.score(mark);
            rec.sorted_set.add(mark, if score == () { 1.0 } else { score + 1.0 });
        }
        "text" => rec.bytes = rec.bytes + blob(1, byte),
        _ => return skip("cannot count"),
    }
}
fn migrate(rec) { count(rec, "run", 33) }
fn revert(rec) { count(rec, "undone", 63) }
"#;

/// Keys of one type that the application writes to.
const OF_A_TYPE: usize = 6;
/// Hashes that the application writes to, and now and then creates anew.
const HASHES: usize = 16;
/// Keys that the application deletes and creates all the time.
const FLEETING: usize = 4;
/// Keys of every shape that nobody else writes to.
const STILL: u64 = 24;

/// The kinds of keys that the application writes to, by the second part of their names.
const WRITTEN: [(&str, usize); 6] = [
    ("hash", HASHES),
    ("list", OF_A_TYPE),
    ("set", OF_A_TYPE),
    ("sorted", OF_A_TYPE),
    ("text", OF_A_TYPE),
    ("fleeting", FLEETING),
];

/// Fills an empty database; returns the names of the keys that the application writes to.
pub(super) fn fill(connection: &mut Connection, version: ServerVersion) -> Vec<String> {
    populate(connection, &Shape::small(version), "user:still-", STILL);
    let mut names = Vec::new();
    let mut pipeline = pipe();
    for (kind, count) in WRITTEN {
        for number in 0..count {
            let name = format!("user:{kind}:{number}");
            match kind {
                "hash" => pipeline
                    .cmd("HSET")
                    .arg(&name)
                    .arg(&["name", "n", "city", "c"]),
                "list" => pipeline.cmd("RPUSH").arg(&name).arg(&["a", "b"]),
                "set" => pipeline.cmd("SADD").arg(&name).arg(&["a", "b"]),
                "sorted" => pipeline.cmd("ZADD").arg(&name).arg(&["1", "a"]),
                "text" => pipeline.cmd("SET").arg(&name).arg("text"),
                _ => pipeline.cmd("HSET").arg(&name).arg(&["born", "0"]),
            };
            if kind == "list" && number % 2 == 0 {
                pipeline
                    .cmd("PEXPIREAT")
                    .arg(&name)
                    .arg(4_102_444_800_000_u64);
            }
            names.push(name);
        }
    }
    pipeline
        .query::<()>(connection)
        .expect("an empty database can be filled");
    names
}

/// Whether a key comes and goes.
pub(super) fn is_fleeting(key: &str) -> bool {
    key.starts_with("user:fleeting")
}

/// The migration of a story.
pub(super) fn migration(rung: &str, parallelism: u32, width: u32, canary: bool) -> Migration {
    let canary = if canary { "canary: [\"30%\"], " } else { "" };
    let manifest = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: count }}\nspec:\n  \
         select: {{ match: \"user:*\" }}\n  transform: {{ rhai: {{ file: count.rhai }} }}\n  \
         strategy: {{ {canary}parallelism: {parallelism}, batchSize: {width}, guard: {rung} }}\n  \
         policy: {{ conflictRetries: 1000 }}\n"
    );
    let sources = BTreeMap::from([("count.rhai".to_owned(), COUNT.as_bytes().to_vec())]);
    Migration::from_parts("migration.yaml", &manifest, sources).expect("the migration is valid")
}

/// What was added to a key: by runs, by their undoing, by the application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) run: u64,
    pub(super) undone: u64,
    pub(super) written: u64,
}

impl Marks {
    /// Reads the marks; an error if anything else differs.
    pub(super) fn between(before: &Contents, now: &Contents) -> Result<Self, String> {
        let mut marks = Self::default();
        let differs = || format!("it was {before:?} and is {now:?}");
        match (before, now) {
            (Contents::Text(before), Contents::Text(now)) => {
                let added = now.strip_prefix(&before[..]).ok_or_else(differs)?;
                for byte in added {
                    marks.add(
                        match byte {
                            b'!' => b"run",
                            b'?' => b"undone",
                            byte => std::slice::from_ref(byte),
                        },
                        1,
                    )?;
                }
            }
            (Contents::List(before), Contents::List(now)) => {
                let added = now.strip_prefix(&before[..]).ok_or_else(differs)?;
                added.iter().try_for_each(|mark| marks.add(mark, 1))?;
            }
            (Contents::Set(before), Contents::Set(now)) => {
                if !before.is_subset(now) {
                    return Err(differs());
                }
                for member in now.difference(before) {
                    let mark = member.split(|byte| *byte == b' ').next();
                    marks.add(mark.unwrap_or_default(), 1)?;
                }
            }
            (Contents::SortedSet(before), Contents::SortedSet(now)) => {
                if before
                    .iter()
                    .any(|(member, score)| now.get(member) != Some(score))
                {
                    return Err(differs());
                }
                for (member, score) in now
                    .iter()
                    .filter(|(member, _)| !before.contains_key(*member))
                {
                    marks.add(member, number(score.as_bytes())?)?;
                }
            }
            (Contents::Hash(before), Contents::Hash(now)) => {
                if before
                    .iter()
                    .any(|(field, value)| now.get(field) != Some(value))
                {
                    return Err(differs());
                }
                for (field, (value, _)) in
                    now.iter().filter(|(field, _)| !before.contains_key(*field))
                {
                    marks.add(field, number(value)?)?;
                }
            }
            (before, now) if before == now => {}
            _ => return Err(differs()),
        }
        Ok(marks)
    }

    fn add(&mut self, mark: &[u8], count: u64) -> Result<(), String> {
        match mark {
            b"run" => self.run += count,
            b"undone" => self.undone += count,
            b"w" => self.written += count,
            other => return Err(format!("{} is nobody's", String::from_utf8_lossy(other))),
        }
        Ok(())
    }
}

/// Whether a value of this type can be counted in.
pub(super) fn is_countable(contents: &Contents) -> bool {
    !matches!(
        contents,
        Contents::Stream(_) | Contents::Vectors(_) | Contents::Payload(_)
    )
}

fn number(text: &[u8]) -> Result<u64, String> {
    let text = String::from_utf8_lossy(text);
    text.parse().map_err(|_| format!("{text} is no count"))
}
