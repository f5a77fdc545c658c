//! What people see of each kind of change, without colours.

use remold::Change;
use remold::host_api::{
    Bytes, Entry, HashField, Scored, StreamEntry, StreamId, StreamValue, Value,
};

use super::render;

const DAY: u64 = 1_767_225_600_000;

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: bytes(key),
        value,
        expires_at: None,
    }
}

fn hash(fields: &[(&str, &str)]) -> Value {
    let field = |(name, value): &(&str, &str)| HashField {
        name: bytes(name),
        value: bytes(value),
        expires_at: None,
    };
    Value::Hash(fields.iter().map(field).collect())
}

fn text(text: &str) -> Value {
    Value::Text(bytes(text))
}

fn plain(change: &Change) -> String {
    anstream::adapter::strip_str(&render(change)).to_string()
}

#[track_caller]
fn check(before: Value, after: Value, expect: &str) {
    let change = Change {
        before: entry("k", before),
        after: Some(entry("k", after)),
        emitted: Vec::new(),
        removed: Vec::new(),
    };
    assert_eq!(plain(&change).trim_end(), expect.trim_end());
}

#[test]
fn hashes_by_field() {
    check(
        hash(&[
            ("name", "Ada Lovelace"),
            ("age", "36"),
            ("id", "1"),
            ("a b", "x"),
        ]),
        hash(&[
            ("first", "Ada"),
            ("age", "37"),
            ("id", "1"),
            ("a b", "x\n\u{1b}"),
        ]),
        r#"~ k  hash
  - name   "Ada Lovelace"
  ~ age    "36" → "37"
  ~ "a b"  "x" → "x\x0a\x1b"
  + first  "Ada"
    1 unchanged"#,
    );
}

#[test]
fn json_by_path() {
    check(
        text(r#"{"name":"Ada","tags":["a","b"],"at":{"x":1,"y y":2}}"#),
        text(r#"{"name":"Ada","tags":["b","c"],"at":{"x":1.50,"z":null}}"#),
        r#"~ k  text
  ~ $.tags[0]    "a" → "b"
  ~ $.tags[1]    "b" → "c"
  ~ $.at.x       1 → 1.50
  - $.at["y y"]  2
  + $.at.z       null
    1 unchanged"#,
    );
    check(
        text("[1]"),
        text("[ 1 ]"),
        "~ k  text\n    the same JSON, written in another way\n  - \"[1]\"\n  + \"[ 1 ]\"",
    );
}

#[test]
fn texts_as_a_whole_and_by_line() {
    check(text("a"), text("b"), "~ k  text\n  - \"a\"\n  + \"b\"");
    check(
        text("a\nb\nc"),
        text("a\nx\nc"),
        "~ k  text\n  - line 2  \"b\"\n  + line 2  \"x\"\n    2 unchanged",
    );
}

#[test]
fn lists_sets_and_sorted_sets_by_element() {
    let items = |items: &[&str]| Value::List(items.iter().map(|item| bytes(item)).collect());
    check(
        items(&["a", "b", "c"]),
        items(&["a", "c", "d"]),
        "~ k  list\n  - [1]  \"b\"\n  + [2]  \"d\"\n    2 unchanged",
    );
    let set = |members: &[&str]| Value::Set(members.iter().map(|member| bytes(member)).collect());
    check(
        set(&["a", "b"]),
        set(&["b", "c"]),
        "~ k  set\n  - \"a\"\n  + \"c\"\n    1 unchanged",
    );
    let sorted = |members: &[(&str, f64)]| {
        Value::SortedSet(
            members
                .iter()
                .map(|(member, score)| Scored {
                    member: bytes(member),
                    score: *score,
                })
                .collect(),
        )
    };
    check(
        sorted(&[("a", 1.0), ("b", 2.0)]),
        sorted(&[("a", 1.5), ("c", f64::INFINITY)]),
        "~ k  sorted-set\n  ~ \"a\"  1 → 1.5\n  - \"b\"  2\n  + \"c\"  inf",
    );
}

#[test]
fn streams_by_id() {
    let stream = |entries: &[(u64, &str)]| {
        let entries: Vec<StreamEntry> = entries
            .iter()
            .map(|(ms, value)| StreamEntry {
                id: StreamId { ms: *ms, seq: 0 },
                fields: vec![(bytes("v"), bytes(value))],
            })
            .collect();
        let last_id = entries
            .last()
            .map_or_else(StreamId::default, |entry| entry.id);
        Value::Stream(Box::new(StreamValue {
            last_id,
            entries,
            ..StreamValue::default()
        }))
    };
    check(
        stream(&[(1, "a"), (2, "b"), (3, "c")]),
        stream(&[(2, "b"), (3, "x"), (4, "d")]),
        r#"~ k  stream
  - 1-0      v "a"
  ~ 3-0      v "c" → v "x"
  + 4-0      v "d"
  ~ last id  3-0 → 4-0
    1 unchanged"#,
    );
}

#[test]
fn another_type_another_key_another_expiry_and_other_keys() {
    let change = Change {
        before: Entry {
            expires_at: Some(DAY),
            ..entry("old", text("1"))
        },
        after: Some(entry("new", hash(&[("n", "1")]))),
        emitted: vec![Entry {
            expires_at: Some(DAY),
            ..entry("index", text("old"))
        }],
        removed: vec![bytes("bin\0")],
    };
    let expect = r#"~ old → new  text → hash
  - "1"
  + n        "1"
  ~ expires  2026-01-01 00:00:00 UTC → never
  + index  text, emitted
    + "old"
    + expires  2026-01-01 00:00:00 UTC
  - bin\x00  removed
"#;
    assert_eq!(plain(&change), expect);
    let deleted = Change {
        before: entry("k", text("1")),
        after: None,
        emitted: Vec::new(),
        removed: Vec::new(),
    };
    assert_eq!(plain(&deleted), "- k  text, deleted\n  - \"1\"\n");
}

#[test]
fn a_long_change_is_shown_in_part() {
    let many = |prefix: &str| {
        let items: Vec<Bytes> = (0..1000).map(|n| bytes(&format!("{prefix}{n}"))).collect();
        Value::List(items)
    };
    let change = Change {
        before: entry("k", many("a")),
        after: Some(entry("k", many("b"))),
        emitted: Vec::new(),
        removed: Vec::new(),
    };
    let shown = plain(&change);
    assert_eq!(shown.lines().count(), 42, "{shown}");
    assert!(shown.ends_with("    1,960 more lines\n"), "{shown}");
}
