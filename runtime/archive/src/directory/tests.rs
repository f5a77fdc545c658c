//! Listing, creating and removing journals.

use remold_engine::port::{Durability, Journal};
use remold_engine::record::JournalRecord;
use tempfile::TempDir;

use super::*;
use crate::journal::tests::{batch, header_of};

fn directory() -> (TempDir, JournalDirectory) {
    let root = TempDir::new().unwrap();
    let directory = JournalDirectory::new(root.path().join("journals"));
    (root, directory)
}

fn runs(directory: &JournalDirectory) -> Vec<String> {
    directory
        .list()
        .unwrap()
        .into_iter()
        .map(|summary| summary.run)
        .collect()
}

#[test]
fn the_list_has_the_newest_first_and_says_where_each_run_stands() {
    let (_root, directory) = directory();
    assert!(
        directory.list().unwrap().is_empty(),
        "there is no directory yet"
    );
    let going = directory.create("run-1", &header_of("run-1")).unwrap();
    let ended = directory.create("run-2", &header_of("run-2")).unwrap();
    let marks = [Mark::Stage(100), Mark::Completed];
    for mark in marks.map(JournalRecord::Mark) {
        ended
            .append(0, &[mark, batch(1)], Durability::Durable)
            .unwrap();
    }
    going.append(0, &[batch(1)], Durability::Durable).unwrap();

    let list = directory.list().unwrap();
    let contents: Vec<_> = list
        .iter()
        .map(|summary| summary.contents.as_ref().unwrap())
        .collect();
    assert_eq!(runs(&directory), ["run-2", "run-1"]);
    assert_eq!(contents[0].last_mark, Some(Mark::Completed));
    assert_eq!(contents[1].last_mark, None);
    assert_eq!(contents[1].header, header_of("run-1"));
    assert!(list[0].created_ms >= list[1].created_ms && list[1].created_ms > 0);
    let file = directory.root().join("run-1/segment-00000001.journal");
    assert_eq!(list[1].bytes, fs::metadata(file).unwrap().len());
}

#[test]
fn a_journal_that_cannot_be_read_is_listed_with_the_reason() {
    let (_root, directory) = directory();
    drop(directory.create("good", &header_of("good")).unwrap());
    fs::create_dir(directory.root().join("empty")).unwrap();
    fs::create_dir(directory.root().join("bad")).unwrap();
    fs::write(
        directory.root().join("bad/segment-00000001.journal"),
        [1; 500],
    )
    .unwrap();
    fs::write(directory.root().join("a-file"), "").unwrap();
    fs::create_dir(directory.root().join(".hidden")).unwrap();
    let list = directory.list().unwrap();
    let codes: Vec<_> = list
        .iter()
        .map(|summary| {
            (
                &summary.run[..],
                summary.contents.as_ref().map_err(JournalError::code).err(),
            )
        })
        .collect();
    let expected = [
        ("good", None),
        ("empty", Some("journal-not-found")),
        ("bad", Some("journal-corrupt")),
    ];
    assert_eq!(codes, expected);
    directory.remove("bad").unwrap();
    assert_eq!(runs(&directory), ["good", "empty"]);
}

#[test]
fn a_removed_journal_is_gone_and_its_run_id_is_free() {
    let (_root, directory) = directory();
    drop(directory.create("run", &header_of("run")).unwrap());
    // A removal that was interrupted.
    fs::create_dir(directory.root().join(".removed-run")).unwrap();
    fs::write(
        directory
            .root()
            .join(".removed-run/segment-00000001.journal"),
        "",
    )
    .unwrap();
    directory.remove("run").unwrap();
    assert_eq!(fs::read_dir(directory.root()).unwrap().count(), 0);
    assert_eq!(
        directory.remove("run").unwrap_err().code(),
        "journal-not-found"
    );
    assert_eq!(
        directory.open("run").unwrap_err().code(),
        "journal-not-found"
    );
    assert_eq!(
        directory.open_read_only("run").unwrap_err().code(),
        "journal-not-found"
    );
    drop(directory.create("run", &header_of("run")).unwrap());
}

#[test]
fn a_run_has_one_journal() {
    let (_root, directory) = directory();
    drop(directory.create("run", &header_of("run")).unwrap());
    let error = directory.create("run", &header_of("other")).unwrap_err();
    assert_eq!(error.code(), "journal-not-writable");
    assert_eq!(directory.open("run").unwrap().header(), &header_of("run"));
}

#[test]
fn a_run_id_stays_within_the_directory() {
    let (_root, directory) = directory();
    for run in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        ".x",
        "ä",
        &"x".repeat(121),
    ] {
        let refused = [
            directory.create(run, &header_of(run)).err(),
            directory.open(run).err(),
            directory.remove(run).err(),
        ];
        for error in refused {
            assert_eq!(
                error.map(|error| error.code()),
                Some("journal-not-found"),
                "{run}"
            );
        }
    }
    let longest = "x".repeat(120);
    drop(directory.create(&longest, &header_of("x")).unwrap());
    assert!(directory.open(&longest).is_ok());
}

#[test]
fn a_journal_of_which_nothing_was_durable_is_created_anew() {
    let (_root, directory) = directory();
    let path = directory.root().join("run-1");
    fs::create_dir_all(&path).unwrap();
    assert_eq!(directory.holds("run-1"), Ok(false));
    // A process stopped after it had taken the lock, or when it had begun the first segment.
    fs::write(path.join("lock"), "").unwrap();
    fs::write(path.join("segment-00000001.journal"), "remold").unwrap();
    assert_eq!(directory.holds("run-1"), Ok(false));
    let journal = directory.create("run-1", &header_of("run-1")).unwrap();
    assert_eq!(directory.holds("run-1"), Ok(true));
    assert_eq!(directory.runs(), Ok(vec!["run-1".to_owned()]));
    let in_use = directory.create("run-1", &header_of("run-1"));
    assert_eq!(in_use.unwrap_err().code(), "journal-in-use");
    drop(journal);
    let there = directory.create("run-1", &header_of("run-1"));
    assert_eq!(there.unwrap_err().code(), "journal-not-writable");
    let header = directory.open("run-1").unwrap().header().clone();
    assert_eq!(header, header_of("run-1"), "nothing was taken away");
}
