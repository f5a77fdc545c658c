//! The real binary, killed at random moments under load, and resumed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use redis::{cmd, pipe};
use remold_tests::{
    Contents, ServerVersion, Shape, Snapshot, Workload, Written, populate, wait_for,
};

use super::stage::{COUNT, RESERVED, Stage};
use remold_tests::{said, start_remold as start};

/// How many keys. A million take minutes in a release build:
/// `REMOLD_TEST_KEYS=1000000 cargo test --release -p remold-tests --test migration killed::`
fn keys() -> u64 {
    std::env::var("REMOLD_TEST_KEYS")
        .ok()
        .and_then(|keys| keys.parse().ok())
        .unwrap_or(20_000)
}

/// How many keys were written so far, by the run's own marks on them: asked of a sample.
fn written(stage: &Stage, sample: &[String]) -> usize {
    let mut pipeline = pipe();
    for key in sample {
        pipeline.cmd("HEXISTS").arg(key).arg("runs");
    }
    let found: Vec<u8> = pipeline
        .query(&mut stage.connection())
        .expect("they are hashes");
    found.iter().map(|found| usize::from(*found)).sum()
}

#[test]
fn a_run_that_is_killed_five_times_under_load_applies_once_and_loses_nothing() {
    let count = keys();
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let undisturbed = Stage::new(ServerVersion::Redis7_0, 0);
    let keys = fill(&stage, count);
    copy(&stage, &undisturbed, &keys);
    let folder = stage.folder().clone();
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    std::fs::write(folder.join("count.rhai"), COUNT).expect("it is written");
    let manifest = folder.join("migration.yaml");
    let more = "  policy: { conflictRetries: 1000 }\n";
    std::fs::write(&manifest, stage.manifest(more)).expect("it is written");
    let hashes: Vec<String> = keys
        .iter()
        .filter(|key| key.contains("hash"))
        .cloned()
        .collect();
    let sample: Vec<String> = hashes
        .iter()
        .step_by(hashes.len().div_ceil(500))
        .cloned()
        .collect();
    let writers = Workload::start(&stage.url(), 3, &hashes, |key| {
        cmd("HINCRBY").arg(key).arg("counter").arg(1).to_owned()
    });

    let (url, journals) = (stage.url(), folder.join("journals").display().to_string());
    let manifest = manifest.display().to_string();
    let mut run = None;
    for kill in 0..5_usize {
        let common = ["--target", &url, "--journal", &journals, "--yes"];
        let arguments = match &run {
            None => ["run", manifest.as_str()],
            Some(run) => ["resume", String::as_str(run)],
        };
        let mut child = start(&[&arguments[..], &common[..]].concat());
        // Killed when about this much of the sample is written, at whatever it is doing then.
        let goal = (kill + 1) * sample.len() / 7;
        let patience = Instant::now() + Duration::from_secs(120 + count / 1000);
        wait_for("the run to get on", || {
            let ended = child.try_wait().expect("it is our child").is_some();
            (ended || written(&stage, &sample) >= goal || Instant::now() > patience).then_some(())
        });
        child.kill().expect("it can be killed");
        let output = child.wait_with_output().expect("it was started");
        assert!(
            !output.status.success(),
            "it ended before it was killed:\n{}",
            said(&output)
        );
        run.get_or_insert_with(|| Stage::only_run_in(&folder.join("journals")));
    }
    let run = run.expect("there was a first run");
    let output = start(&[
        "resume",
        &run,
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ])
    .wait_with_output();
    let output = output.expect("it was started");
    assert!(output.status.success(), "{}", said(&output));
    let theirs = writers.stop();

    let mut there = (stage.connection(), undisturbed.connection());
    for keys in keys.chunks(10_000) {
        let names: Vec<Vec<u8>> = keys.iter().map(|key| key.clone().into_bytes()).collect();
        let now = Snapshot::of(&mut there.0, &names);
        let before = Snapshot::of(&mut there.1, &names);
        for key in keys {
            applied_once(key, &before.key(key).contents, &now.key(key).contents);
            if let Contents::Hash(fields) = &now.key(key).contents {
                counted_by_all(key, fields, &theirs);
            }
        }
    }
    assert!(
        theirs.acknowledged.values().sum::<u64>() > 100,
        "the writers wrote"
    );
    assert_eq!(keys_of_the_application(&stage), count);
}

/// Keys of all types: in all encodings at first, then small ones, so that a million fits into the memory of a laptop.
fn fill(stage: &Stage, count: u64) -> Vec<String> {
    let version = stage.server.version();
    let (mut connection, of_all) = (stage.connection(), count.min(15_000));
    let mut keys = populate(&mut connection, &Shape::all(version), "user:", of_all);
    let rest = count - of_all;
    keys.extend(populate(
        &mut connection,
        &Shape::small(version),
        "user:more-",
        rest,
    ));
    keys
}

/// Copies keys into another database of the server, with the times of consumers and all else that has no command.
fn copy(from: &Stage, into: &Stage, keys: &[String]) {
    let mut connection = from.connection();
    for keys in keys.chunks(1000) {
        let mut pipeline = pipe();
        for key in keys {
            pipeline
                .cmd("COPY")
                .arg(key)
                .arg(key)
                .arg("DB")
                .arg(into.database);
        }
        let copied: Vec<u64> = pipeline.query(&mut connection).expect("COPY");
        assert_eq!(copied, vec![1; keys.len()]);
    }
}

/// How many keys there are without the bookkeeping.
fn keys_of_the_application(stage: &Stage) -> u64 {
    let (all, ours): (u64, Vec<Vec<u8>>) = pipe()
        .cmd("DBSIZE")
        .cmd("KEYS")
        .arg([RESERVED, b"*"].concat())
        .query(&mut stage.connection())
        .expect("keys can be counted");
    all - ours.len() as u64
}

/// Says whether what the writers were told is there.
fn counted_by_all(key: &str, fields: &BTreeMap<Vec<u8>, (Vec<u8>, i64)>, theirs: &Written) {
    let (counter, _) = &fields[&b"counter"[..]];
    let counter: u64 = String::from_utf8_lossy(counter)
        .parse()
        .expect("it is a number");
    let sent = theirs.acknowledged.get(key).copied().unwrap_or_default();
    let unknown = theirs.unknown.get(key).copied().unwrap_or_default();
    assert!(
        (sent..=sent + unknown).contains(&counter),
        "{key}: {counter}, and {sent} were sent"
    );
}

/// Says whether the transform was applied exactly once.
fn applied_once(key: &str, before: &Contents, now: &Contents) {
    match (before, now) {
        (Contents::Text(before), Contents::Text(now)) => {
            assert_eq!(*now, [&before[..], b"!"].concat(), "{key}");
        }
        (Contents::List(before), Contents::List(now)) => {
            assert_eq!(now[..before.len()], before[..], "{key}");
            assert_eq!(now[before.len()..], [b"run".to_vec()], "{key}");
        }
        (Contents::Set(before), Contents::Set(now)) => {
            let added: Vec<_> = now.difference(before).collect();
            assert_eq!(added, [b"run 0"], "{key}");
        }
        (Contents::SortedSet(before), Contents::SortedSet(now)) => {
            assert_eq!(now.len(), before.len() + 1, "{key}");
            assert_eq!(now[&b"runs"[..]], "1", "{key}");
        }
        (Contents::Hash(before), Contents::Hash(now)) => {
            assert_eq!(now.len(), before.len() + 1, "{key}");
            assert_eq!(now[&b"runs"[..]].0, b"1", "{key}");
        }
        (before, now) => assert_eq!(before, now, "{key}"),
    }
}
