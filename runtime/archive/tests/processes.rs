//! Journals across processes: killed writers, locks, full and read-only disks.
//!
//! A test that needs a second process starts this binary again for itself alone; the variable [`CHILD`] then
//! holds the directory of journals, and the test plays the child's part.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use remold_archive::{FileJournal, JournalDirectory};
use remold_engine::port::{Durability, Image, Journal, JournalError, Records};
use remold_engine::record::{Header, JournalRecord, KeyImage};
use tempfile::TempDir;

const CHILD: &str = "REMOLD_ARCHIVE_TEST_JOURNALS";
const RUN: &str = "run-1";

fn header() -> Header {
    Header {
        run: RUN.to_owned(),
        migration: "m".to_owned(),
        digest: "d".to_owned(),
        manifest: serde_json::json!({}),
        sources: Vec::new(),
        grants: Vec::new(),
        undoes: None,
        share: None,
        target: "t".to_owned(),
        now_ms: 0,
        seed: 0,
        remold: "0.1.0".to_owned(),
    }
}

fn batch(id: u64) -> JournalRecord {
    let payload: Vec<u8> = (0..400)
        .map(|index| (id * 31 + index * index).to_le_bytes()[0])
        .collect();
    let image = KeyImage {
        key: id.to_string().into(),
        before: Some(Image {
            payload: payload.into(),
            expires_at: None,
            eviction: None,
        }),
        after: None,
    };
    JournalRecord::Batch {
        id,
        groups: vec![vec![image]],
    }
}

fn ids(records: Records<'_>) -> BTreeSet<u64> {
    let mut ids = BTreeSet::new();
    for record in records {
        let record = record.expect("a record can be read");
        if let JournalRecord::Batch { id, .. } = record {
            assert_eq!(record, batch(id));
            assert!(ids.insert(id), "{id} is there once");
        }
    }
    ids
}

/// In the child: the directory of journals.
fn child() -> Option<JournalDirectory> {
    let root = std::env::var_os(CHILD)?;
    Some(JournalDirectory::new(root).with_segment_bytes(200_000))
}

/// In the child: a line for the parent.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "> {line}")
        .and_then(|()| out.flush())
        .expect("the parent listens");
}

/// In the child: appends batch after batch, and tells the parent of each that is durable.
fn append_until_refused(journal: &FileJournal, next: &AtomicU64) -> JournalError {
    loop {
        let id = next.fetch_add(1, Ordering::Relaxed);
        match journal.append(0, &[batch(id)], Durability::Durable) {
            Ok(_) => tell(&id.to_string()),
            Err(error) => return error,
        }
    }
}

/// In the parent: starts `command`, which runs this binary, for the test of this name alone.
fn start(mut command: Command, test: &str, root: &Path) -> (Child, Told) {
    let mut child = command
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this binary can be started");
    let out = child.stdout.take().expect("it was piped");
    (child, Told(BufReader::new(out).lines()))
}

/// What a child told.
struct Told(Lines<BufReader<ChildStdout>>);

impl Iterator for Told {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.0
            .by_ref()
            .map(|line| line.expect("the child writes text"))
            .find_map(|line| line.strip_prefix("> ").map(str::to_owned))
    }
}

fn this_binary() -> PathBuf {
    std::env::current_exe().expect("this binary has a path")
}

fn number(line: &str) -> u64 {
    line.parse().expect("the child tells ids")
}

#[test]
fn what_was_reported_durable_survives_a_kill() {
    if let Some(directory) = child() {
        let journal = directory.open(RUN).expect("the journal can be opened");
        let next = AtomicU64::new(
            ids(journal.replay().expect("it can be read"))
                .last()
                .map_or(0, |id| id + 1),
        );
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| append_until_refused(&journal, &next));
            }
        });
        return;
    }
    let root = TempDir::new().expect("a directory");
    let directory = JournalDirectory::new(root.path());
    drop(directory.create(RUN, &header()).expect("a journal"));
    let mut durable = BTreeSet::new();
    for round in 1..=5 {
        let command = Command::new(this_binary());
        let (mut child, mut told) = start(
            command,
            "what_was_reported_durable_survives_a_kill",
            root.path(),
        );
        durable.extend(told.by_ref().take(round * 67).map(|line| number(&line)));
        // While it goes on, a reader finds at least what was reported until now.
        let reader = directory
            .open_read_only(RUN)
            .expect("the journal can be read");
        assert!(ids(reader.replay()).is_superset(&durable));
        assert_eq!(
            directory.open(RUN).expect_err("it is in use").code(),
            "journal-in-use"
        );
        child.kill().expect("it runs");
        durable.extend(told.map(|line| number(&line)));
        child.wait().expect("it was killed");
        let journal = directory.open(RUN).expect("the journal can be opened");
        let found = ids(journal.replay().expect("it can be read"));
        assert!(found.is_superset(&durable), "round {round}");
        assert!(durable.len() >= round * 67);
    }
}

#[test]
fn a_lock_is_held_by_a_process_and_ends_with_it() {
    if let Some(directory) = child() {
        let _journal = directory.open(RUN).expect("the journal can be opened");
        tell("opened");
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .expect("the parent says when to end");
        return;
    }
    let root = TempDir::new().expect("a directory");
    let directory = JournalDirectory::new(root.path());
    drop(directory.create(RUN, &header()).expect("a journal"));
    let command = Command::new(this_binary());
    let (mut child, mut told) = start(
        command,
        "a_lock_is_held_by_a_process_and_ends_with_it",
        root.path(),
    );
    assert_eq!(told.next().as_deref(), Some("opened"));
    let error = directory.open(RUN).expect_err("it is in use");
    assert_eq!(error.code(), "journal-in-use");
    assert!(directory.open_read_only(RUN).is_ok());
    drop(child.stdin.take());
    child.wait().expect("it ends");
    assert!(directory.open(RUN).is_ok());
}

#[test]
fn a_limit_of_the_disk_stops_appends_and_what_was_durable_is_kept() {
    if let Some(directory) = child() {
        let journal = directory
            .create(RUN, &header())
            .expect("there is room for a beginning");
        let error = append_until_refused(&journal, &AtomicU64::new(0));
        assert_eq!(
            journal.append(0, &[], Durability::Durable),
            Err(error.clone())
        );
        assert_eq!(
            journal.append(0, &[batch(0)], Durability::Eventual),
            Err(error.clone())
        );
        tell(error.code());
        tell(&error.to_string());
        let readable = ids(journal.replay().expect("what was durable can be read"));
        tell(&readable.len().to_string());
        return;
    }
    let root = TempDir::new().expect("a directory");
    let mut command = Command::new("sh");
    // A file may have 64 blocks; the write that passes them fails instead of killing the process.
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(this_binary());
    let test = "a_limit_of_the_disk_stops_appends_and_what_was_durable_is_kept";
    let (mut child, told) = start(command, test, root.path());
    let told: Vec<String> = told.collect();
    assert!(child.wait().expect("it ends").success());
    let (durable, [code, message, readable]) =
        told.split_last_chunk().expect("the child told the error");
    assert_eq!(code, "journal-not-writable");
    assert!(message.contains("File too large"), "{message}");
    let durable: BTreeSet<u64> = durable.iter().map(|line| number(line)).collect();
    assert!(durable.len() > 10);
    assert_eq!(number(readable), durable.len() as u64);

    let directory = JournalDirectory::new(root.path());
    let journal = directory.open(RUN).expect("the journal can be opened");
    assert_eq!(ids(journal.replay().expect("it can be read")), durable);
    journal
        .append(0, &[batch(9999)], Durability::Durable)
        .expect("there is room again");
}

#[test]
fn a_read_only_directory_is_read_and_not_written() {
    if let Some(directory) = child() {
        let refusals = [
            directory.open(RUN).expect_err("it is read-only"),
            directory
                .create("run-2", &header())
                .expect_err("it is read-only"),
            directory.remove(RUN).expect_err("it is read-only"),
        ];
        for error in refusals {
            tell(&format!("{} {error}", error.code()));
        }
        let reader = directory.open_read_only(RUN).expect("it can be read");
        tell(&ids(reader.replay()).len().to_string());
        return;
    }
    let root = TempDir::new().expect("a directory");
    let journals = root.path().join("journals");
    let journal = JournalDirectory::new(&journals)
        .create(RUN, &header())
        .expect("a journal");
    journal
        .append(0, &[batch(1)], Durability::Durable)
        .expect("it can be written");
    drop(journal);
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    };
    // Permissions do not bind root: then the child is nobody, and gets a copy of the binary that it can reach.
    let binary = root.path().join("tests");
    fs::copy(this_binary(), &binary).expect("there is room");
    allow(&binary, 0o755);
    allow(root.path(), 0o755);
    allow(&journals.join(RUN).join("lock"), 0o444);
    allow(&journals.join(RUN), 0o555);
    allow(&journals, 0o555);
    let mut command = Command::new(binary);
    if fs::metadata(root.path()).expect("it exists").uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let (mut child, told) = start(
        command,
        "a_read_only_directory_is_read_and_not_written",
        &journals,
    );
    let told: Vec<String> = told.collect();
    allow(&journals.join(RUN), 0o755);
    allow(&journals, 0o755);
    assert!(child.wait().expect("it ends").success());
    assert_eq!(told.len(), 4);
    for refusal in &told[..3] {
        assert!(refusal.starts_with("journal-not-writable "), "{refusal}");
        assert!(refusal.contains("Permission denied"), "{refusal}");
    }
    assert_eq!(told[3], "1");
}
