//! Values at the limits of a server: a text of nearly half a gibibyte, more than which no server takes in one piece, and a hash of millions of fields. What a run needs for
//! them is a few times what the server needs, and without the operator's leave they are left alone at no cost.
//!
//! By default smaller ones are made. The full ones:
//! `REMOLD_TEST_TEXT_MIB=511 REMOLD_TEST_FIELDS=5000000 cargo test --release -p remold-tests --test migration sizes::`

use std::io::{Write as _, stderr};
use std::process::Child;
use std::time::{Duration, Instant};

use redis::{Connection, cmd};
use remold_tests::{Options, ServerVersion, said, start_remold};

use crate::bad_input::{Answer, Place, REJECTS, SUCCESS};
use crate::stage::Stage;

const MIB: u64 = 1 << 20;

fn setting(name: &str, otherwise: u64) -> u64 {
    let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
    set.unwrap_or(otherwise)
}

/// The answer of a process, and the most memory that it ever had.
fn measured(child: Child) -> (Answer, u64) {
    let status = format!("/proc/{}/status", child.id());
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        // A process that has ended has no memory any more.
        while let Some(now) = peak_in(&status) {
            peak = now;
            std::thread::park_timeout(Duration::from_millis(2));
        }
        peak
    });
    let output = child.wait_with_output().expect("it was started");
    let answer = Answer {
        code: output.status.code(),
        text: said(&output),
    };
    (answer, watcher.join().expect("it only reads"))
}

fn peak_in(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib * 1024)
}

fn manifest(more: &str) -> String {
    format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: count }}\nspec:\n  select: {{ match: \
         \"large:*\" }}\n  transform: {{ rhai: {{ file: count.rhai }} }}\n{more}"
    )
}

fn length(connection: &mut Connection, command: &str, key: &str) -> u64 {
    cmd(command)
        .arg(key)
        .query(connection)
        .expect("it is there")
}

fn run(place: &Place, url: &str) -> (Answer, u64) {
    let (manifest, journals) = (place.path("migration.yaml"), place.journals());
    let arguments = [
        "run",
        &manifest,
        "--target",
        url,
        "--journal",
        &journals,
        "--yes",
    ];
    measured(start_remold(&arguments))
}

fn undo(place: &Place, url: &str) -> (Answer, u64) {
    let journals = place.journals();
    let run = Stage::only_run_in(journals.as_ref());
    let arguments = [
        "rollback",
        &run,
        "--target",
        url,
        "--journal",
        &journals,
        "--yes",
    ];
    measured(start_remold(&arguments))
}

/// What the server says that a value is.
fn digest(connection: &mut Connection, key: &str) -> String {
    let asked = cmd("DEBUG").arg("DIGEST-VALUE").arg(key).to_owned();
    let digests: Vec<String> = asked.query(connection).expect("it is there");
    digests.into_iter().next().expect("one for each key")
}

fn script() -> &'static str {
    "fn migrate(rec) { rec.bytes = rec.bytes + blob(1, 33); }"
}

/// Limits that let a value of this size pass.
fn limits(mib: u64) -> String {
    format!(
        "  limits: {{ maxKeyBytes: {}MiB, memory: {}MiB, output: {}MiB, timeout: 10m }}\n",
        mib * 2 + 16,
        mib * 10 + 64,
        mib * 2 + 16
    )
}

/// Shows the figures.
fn tell(what: &str, peaks: &[u64], begun: Instant) {
    let mib: Vec<u64> = peaks.iter().map(|peak| peak / MIB).collect();
    let spent = begun.elapsed();
    writeln!(stderr(), "{what}: peaks of {mib:?} MiB, {spent:.1?}").expect("it can be shown");
}

#[test]
fn a_text_of_the_largest_size() {
    let begun = Instant::now();
    let mib = setting("REMOLD_TEST_TEXT_MIB", 48);
    let bytes = mib * MIB;
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new(), 0);
    let mut connection = stage.connection();
    // Every mebibyte differs, and none is of one byte only.
    let block: Vec<u8> = (0..MIB)
        .map(|at| u8::try_from(at * at / 7 % 251).expect("below 251"))
        .collect();
    for number in 0..mib {
        let marked = [&number.to_be_bytes()[..], &block[8..]].concat();
        cmd("APPEND")
            .arg("large:text")
            .arg(marked)
            .exec(&mut connection)
            .expect("appended");
    }
    cmd("SET")
        .arg("large:small")
        .arg("x")
        .exec(&mut connection)
        .expect("written");
    assert_eq!(length(&mut connection, "STRLEN", "large:text"), bytes);
    let before = digest(&mut connection, "large:text");

    // As a manifest is that says nothing of large keys.
    let place = Place::new(&manifest("  policy: { maxRejected: 1 }\n"), script());
    let alone = run(&place, &stage.url());
    alone
        .0
        .says(REJECTS, &["too-large: 1", "large:text", "maxKeyBytes"]);
    assert_eq!(
        digest(&mut connection, "large:text"),
        before,
        "it is as it was"
    );
    assert!(alone.1 < 64 * MIB, "{} MiB", alone.1 / MIB);

    let generous = manifest(&limits(mib)).replace("name: count", "name: count-all");
    let place = Place::new(&generous, script());
    let there = run(&place, &stage.url());
    there.0.says(SUCCESS, &["Completed count-all"]);
    assert_eq!(length(&mut connection, "STRLEN", "large:text"), bytes + 1);
    let back = undo(&place, &stage.url());
    back.0.says(SUCCESS, &["Rolled back count-all"]);
    assert_eq!(digest(&mut connection, "large:text"), before);
    tell(
        &format!("text of {mib} MiB"),
        &[alone.1, there.1, back.1],
        begun,
    );
    assert!(there.1 < (64 + 8 * mib) * MIB, "{} MiB", there.1 / MIB);
    assert!(back.1 < (64 + 8 * mib) * MIB, "{} MiB", back.1 / MIB);
}

#[test]
fn a_hash_of_very_many_fields() {
    let begun = Instant::now();
    let fields = setting("REMOLD_TEST_FIELDS", 200_000);
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new(), 0);
    let mut connection = stage.connection();
    let fill =
        "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'field:' .. i, 'value of ' .. i) end";
    cmd("EVAL")
        .arg(fill)
        .arg(&["1", "large:hash"])
        .arg(fields)
        .exec(&mut connection)
        .expect("written");
    let before = digest(&mut connection, "large:hash");
    // Half of what the server needs for it, which is what its size is told by.
    let mib = fields * 60 / MIB + 1;
    let script = "fn migrate(rec) { rec.hash.set(\"runs\", rec.hash.len()); }";
    let place = Place::new(&manifest(&limits(mib)), script);
    let there = run(&place, &stage.url());
    there.0.says(SUCCESS, &["Completed count"]);
    assert_eq!(length(&mut connection, "HLEN", "large:hash"), fields + 1);
    let runs: u64 = cmd("HGET")
        .arg(&["large:hash", "runs"])
        .query(&mut connection)
        .expect("it is there");
    assert_eq!(runs, fields);
    let back = undo(&place, &stage.url());
    back.0.says(SUCCESS, &["Rolled back count"]);
    assert_eq!(digest(&mut connection, "large:hash"), before);
    tell(
        &format!("hash of {fields} fields"),
        &[there.1, back.1],
        begun,
    );
    let bound = 64 * MIB + fields * 500;
    assert!(
        there.1 < bound && back.1 < bound,
        "{} and {} MiB",
        there.1 / MIB,
        back.1 / MIB
    );
}
