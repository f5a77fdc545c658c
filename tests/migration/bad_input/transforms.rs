//! Transforms that fail on a record: it is rejected with a typed reason, the others are migrated; over
//! `policy.maxRejected` the run stops and nothing of the rejected keys was written.

use redis::cmd;

use super::{FAILED, Place, REJECTS, hashes, without};

/// What goes wrong, the code of the rejection, and words of its message.
const TROUBLE: [(&str, &str, &str); 16] = [
    ("throw \"no such luck\";", "exception", "no such luck"),
    (
        "rec.list.push(\"x\");",
        "exception",
        "this needs a list, the record holds a hash",
    ),
    ("let x = 1 / 0;", "exception", "Division by zero"),
    (
        "reject(\"no-name\", \"there is no name\")",
        "no-name",
        "there is no name",
    ),
    (
        "loop { let x = 1; }",
        "out-of-fuel",
        "units of fuel were used, the limit is",
    ),
    ("deep(0);", "trap", "nested deeper than the limit"),
    (
        "let s = \"x\"; loop { s += s; }",
        "memory",
        "the limit is 1048576",
    ),
    (
        "let s = blob(16, 1); loop { s += s; }",
        "memory",
        "the limit is 1048576",
    ),
    (
        "let list = [1, 2]; loop { list += list; }",
        "memory",
        "the limit is 1048576",
    ),
    (
        "let map = #{}; for n in 0..100000 { map[`k${n}`] = n; }",
        "memory",
        "the limit is 1048576",
    ),
    (
        "42",
        "bad-output",
        "the script returned 42; it returns nothing, done(), skip(reason)",
    ),
    (
        "rec.rename(\"other:1\");",
        "denied",
        "spec.capabilities.write",
    ),
    (
        "rec.emit(\"other:1\", rec.value);",
        "denied",
        "no capability grants write on \"other:1\"",
    ),
    (
        "rec.remove(\"other:1\");",
        "denied",
        "no capability grants write on \"other:1\"",
    ),
    (
        "rec.rename(\"__remold:lock\");",
        "denied",
        "under the reserved prefix \"__remold:\", which is for the bookkeeping of the runs; --prefix can move that",
    ),
    (
        "rec.hash.set(\"big\", blob(2097152, 1));",
        "memory",
        "the limit is",
    ),
];

const LIMITS: &str =
    "  limits: { fuel: { base: 500000, perRecord: 1, perByte: 1 }, memory: 1MiB, timeout: 20s }\n";

fn script(condition: &str, trouble: &str) -> String {
    format!(
        "fn migrate(rec) {{\n    if {condition} {{ return attempt(rec); }}\n    rec.hash.set(\"runs\", 1);\n}}\n\
         fn attempt(rec) {{ {trouble} }}\nfn deep(n) {{ deep(n + 1) + 1 }}\n"
    )
}

#[test]
fn one_key_that_fails_is_rejected_with_a_reason_and_the_others_are_migrated() {
    let stage = hashes(10);
    let before = stage.now();
    for (trouble, code, words) in TROUBLE {
        let manifest = stage.manifest(&format!("{LIMITS}  policy: {{ maxRejected: 1 }}\n"));
        let place = Place::new(&manifest, &script("rec.key == \"user:3\"", trouble));
        let answer = place.run_with(&stage.url(), &["--again"]);
        answer.says(
            REJECTS,
            &[&format!("{code}: 1"), &format!("user:3  {code}"), words],
        );
        let now = stage.now();
        assert_eq!(now.keys.len(), 10, "{trouble}");
        assert_eq!(now.key("user:3"), before.key("user:3"), "{trouble}");
        for id in [0, 1, 2, 4, 5, 6, 7, 8, 9] {
            let mut connection = stage.connection();
            let key = format!("user:{id}");
            let gone: u32 = cmd("HDEL")
                .arg(&key)
                .arg("runs")
                .query(&mut connection)
                .expect("a hash");
            assert_eq!(gone, 1, "{trouble}: {key}");
        }
    }
    without(&before, "").assert_same(&stage.now());
}

#[test]
fn more_than_the_policy_allows_stops_the_run() {
    let stage = hashes(10);
    let before = stage.now();
    // An exception, a script's own reason, a limit, a refusal.
    for (trouble, code, words) in [TROUBLE[0], TROUBLE[3], TROUBLE[5], TROUBLE[11]] {
        let place = Place::new(&stage.manifest(LIMITS), &script("true", trouble));
        let answer = place.run_with(&stage.url(), &["--again"]);
        let stopped = "more keys were rejected than spec.policy.maxRejected allows";
        let untouched = "nothing was written to the server";
        answer.says(FAILED, &[stopped, untouched, code, words]);
        before.assert_same(&stage.now());
    }
}

#[test]
fn lookups_outside_the_grant_are_rejected() {
    let stage = hashes(3);
    let before = stage.now();
    for (lookups, code, words) in [
        ("[\"other:1\"]", "denied", "spec.capabilities.read"),
        ("42", "bad-output", "lookups returns a list of keys"),
        ("throw \"no such luck\"", "exception", "no such luck"),
    ] {
        let script = format!(
            "fn lookups(rec) {{ {lookups} }}\nfn migrate(rec) {{ rec.hash.set(\"runs\", 1); }}"
        );
        let place = Place::new(&stage.manifest("  policy: { maxRejected: 3 }\n"), &script);
        let answer = place.run_with(&stage.url(), &["--again"]);
        answer.says(REJECTS, &[&format!("{code}: 3"), words]);
        before.assert_same(&stage.now());
    }
}

#[test]
fn a_record_that_takes_too_long_is_rejected() {
    let stage = hashes(3);
    let limits =
        "  limits: { timeout: 20ms, fuel: { base: 1000000000 } }\n  policy: { maxRejected: 1 }\n";
    let place = Place::new(
        &stage.manifest(limits),
        &script("rec.key == \"user:1\"", "loop { let x = 1; }"),
    );
    place
        .run_at(&stage.url())
        .says(REJECTS, &["timeout: 1", "user:1  timeout"]);
}
