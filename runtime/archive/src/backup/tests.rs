//! Backups in a folder: made, found, damaged, pruned. The same in an object store is in the tests against real servers.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use bytes::Bytes;
use remold_rdb::{FileEntry, Header, Section, Version, Writer};

use super::*;

struct House {
    folder: tempfile::TempDir,
    store: BackupStore,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = Place::Folder(folder.path().join("backups"));
        let store = BackupStore::open(&place, &ObjectAccess::default()).expect("it is a folder");
        Self { folder, store }
    }

    fn file(&self, name: &str, object: &str) -> PathBuf {
        self.folder.path().join("backups").join(name).join(object)
    }

    fn make(&self, name: &str, attempt: u64, keys: u64) -> Finished {
        self.make_of("redis://here", name, attempt, keys)
    }

    fn make_of(&self, address: &str, name: &str, attempt: u64, keys: u64) -> Finished {
        let mut draft = self.store.begin(name, attempt).expect("it can be begun");
        draft.write_all(&rdb(keys)).expect("it can be written");
        draft
            .finish(about(address, attempt), &mut |_| ())
            .expect("it can be finished")
    }

    fn names(&self) -> Vec<(String, bool)> {
        let listed = self.store.list().expect("it can be listed");
        let state = |summary: BackupSummary| {
            let whole = summary.manifest().is_some();
            (summary.name, whole)
        };
        listed.into_iter().map(state).collect()
    }

    fn damage(&self, name: &str) -> Damage {
        match self.store.verify(name, &mut |_| ()) {
            Err(BackupError::Damaged { damage, .. }) => damage,
            other => panic!("it is damaged, and: {other:?}"),
        }
    }
}

fn about(address: &str, taken_at: u64) -> About {
    About {
        server: ServerFacts {
            address: address.to_owned(),
            product: "redis".to_owned(),
            version: "8.2.0".to_owned(),
            role: Some("master".to_owned()),
            run_id: None,
            replication_id: None,
            offset: None,
        },
        taken_at,
        run: Some("split-name-1".to_owned()),
        migration: None,
    }
}

/// A file with a number of keys in database 3, half of which expire.
fn rdb(keys: u64) -> Vec<u8> {
    let version = Version(11);
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, Header { version });
    writer
        .section(&Section::select_db(3))
        .expect("memory takes everything");
    for number in 0..keys {
        let key = Bytes::from(format!("key:{number}"));
        let mut entry = FileEntry::new(3, key, 0, Bytes::from_static(b"\x05value"));
        entry.set_expires_at((number % 2 == 0).then_some(4_000_000_000_000));
        writer.entry(&entry).expect("memory takes everything");
    }
    writer.finish(true).expect("memory takes everything");
    bytes
}

fn rule(keep: Option<usize>, older_than_ms: Option<u64>) -> Retention {
    Retention {
        keep,
        older_than_ms,
        grace_ms: 1000,
        all: false,
    }
}

#[test]
fn a_backup_is_proven_and_says_what_is_in_it() {
    let house = House::new();
    let Finished::Made(manifest) = house.make("one", 1, 5) else {
        panic!("nobody else made it");
    };
    let expected = DatabaseContents {
        database: 3,
        keys: 5,
        expires: 3,
    };
    assert_eq!(manifest.contents.databases, [expected]);
    assert_eq!((manifest.contents.rdb_version, manifest.taken_at), (11, 1));
    let verified = house.store.verify("one", &mut |_| ()).expect("it is whole");
    assert_eq!(verified.manifest, manifest);
    assert_eq!(verified.found.bytes, rdb(5).len() as u64);
    let text = fs::read_to_string(house.file("one", MANIFEST)).expect("it is a file");
    for part in [
        "\"format\": 1",
        "\"provider\": \"rdb\"",
        "\"state\": \"complete\"",
        "split-name-1",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn what_has_no_manifest_is_no_backup() {
    let house = House::new();
    let mut draft = house.store.begin("one", 1).expect("it can be begun");
    draft.write_all(&rdb(5)).expect("it can be written");
    std::mem::forget(draft);
    assert_eq!(house.names(), [("one".to_owned(), false)]);
    let error = house.store.get("one").expect_err("it is incomplete");
    assert_eq!(error.code(), "backup-incomplete");
    let error = house.store.get("two").expect_err("it was never begun");
    assert_eq!(error.code(), "backup-not-found");
}

#[test]
fn a_draft_that_is_given_up_leaves_nothing() {
    let house = House::new();
    let mut draft = house.store.begin("one", 1).expect("it can be begun");
    draft.write_all(&rdb(5)).expect("it can be written");
    drop(draft);
    assert_eq!(house.names(), []);
}

#[test]
fn data_that_is_no_whole_file_makes_no_backup() {
    let house = House::new();
    let whole = rdb(5);
    for end in 0..whole.len() {
        let mut draft = house.store.begin("one", 1).expect("it can be begun");
        draft.write_all(&whole[..end]).expect("it can be written");
        let error = draft.finish(about("redis://here", 1), &mut |_| ());
        let error = error.expect_err("it is cut off");
        assert_eq!(error.code(), "backup-damaged", "{end}");
        assert_eq!(house.names(), [], "{end}");
    }
}

#[test]
fn of_two_who_make_one_name_one_is_found_by_the_other() {
    let house = House::new();
    let mut slow = house.store.begin("one", 1).expect("it can be begun");
    slow.write_all(&rdb(5)).expect("it can be written");
    let Finished::Made(made) = house.make("one", 2, 7) else {
        panic!("nobody was faster");
    };
    let found = slow.finish(about("redis://here", 1), &mut |_| ());
    assert_eq!(found.expect("it can be finished"), Finished::Found(made));
    let objects = fs::read_dir(house.file("one", "")).expect("it is a folder");
    assert_eq!(objects.count(), 2, "the slow one has taken its data away");
    house.store.verify("one", &mut |_| ()).expect("it is whole");
}

#[test]
fn every_changed_byte_is_found() {
    let house = House::new();
    let Finished::Made(manifest) = house.make("one", 1, 3) else {
        panic!("nobody else made it");
    };
    let path = house.file("one", &manifest.data);
    let whole = fs::read(&path).expect("it is a file");
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(&path, changed).expect("it can be written");
        house.damage("one");
    }
    fs::write(&path, &whole[..whole.len() - 1]).expect("it can be written");
    assert!(matches!(house.damage("one"), Damage::File { .. }));
    fs::write(&path, rdb(2)).expect("it can be written");
    assert!(matches!(house.damage("one"), Damage::Size { .. }));
    fs::remove_file(&path).expect("it is there");
    assert_eq!(house.damage("one"), Damage::Missing);
}

#[test]
fn manifests_that_are_none_or_newer_are_told_and_left_alone() {
    let house = House::new();
    house.make("one", 1, 3);
    let path = house.file("one", MANIFEST);
    let text = fs::read_to_string(&path).expect("it is a file");
    for (changed, code) in [
        ("{".to_owned(), "backup-manifest"),
        (
            text.replace("\"format\": 1", "\"format\": 2"),
            "backup-format",
        ),
        (
            text.replace("\"name\": \"one\"", "\"name\": \"two\""),
            "backup-manifest",
        ),
        (text.replace("data-", "../data-"), "backup-manifest"),
    ] {
        fs::write(&path, changed).expect("it can be written");
        let listed = house.store.list().expect("it can be listed");
        let error = listed[0].manifest.as_ref().expect_err("it cannot be read");
        assert_eq!(error.code(), code);
        let all = Retention {
            all: true,
            ..rule(Some(0), None)
        };
        let prunable = house
            .store
            .prunable(&all, u64::MAX)
            .expect("it can be listed");
        assert_eq!(prunable, [], "{code}");
    }
}

#[test]
fn names_that_could_lead_elsewhere_are_none() {
    let house = House::new();
    for name in ["", ".", "..", "a/b", ".hidden", "a b", &"x".repeat(121)] {
        let error = house.store.get(name).expect_err(name);
        assert_eq!(error.code(), "backup-name");
        let error = house.store.begin(name, 1).err().expect(name);
        assert_eq!(error.code(), "backup-name");
    }
}

#[test]
fn a_place_that_cannot_be_written_says_so() {
    let house = House::new();
    fs::write(house.folder.path().join("backups"), "a file").expect("it can be written");
    let error = house.store.begin("one", 1).err().expect("it is no folder");
    assert_eq!(error.code(), "place-not-writable");
}

#[test]
fn the_newest_of_each_server_are_kept() {
    let house = House::new();
    for (name, at) in [("a1", 10), ("a2", 20), ("a3", 30)] {
        house.make_of("redis://a", name, at, 1);
    }
    house.make_of("redis://b", "b1", 5, 1);
    let pruned = |rule: Retention, now: u64| -> Vec<String> {
        let prunable = house.store.prunable(&rule, now).expect("it can be listed");
        prunable.into_iter().map(|pruned| pruned.name).collect()
    };
    assert_eq!(pruned(rule(Some(2), None), 100), ["a1"]);
    assert_eq!(pruned(rule(None, Some(75)), 100), ["a2", "a1"]);
    assert_eq!(pruned(rule(Some(2), Some(95)), 100), Vec::<String>::new());
    assert_eq!(
        pruned(rule(Some(0), None), 100),
        ["a2", "a1"],
        "the last one stays"
    );
    assert_eq!(pruned(rule(None, None), 100), Vec::<String>::new());
    let all = Retention {
        all: true,
        ..rule(Some(0), None)
    };
    assert_eq!(pruned(all, 100), ["a3", "a2", "a1", "b1"]);
    for pruned in house.store.prunable(&all, 100).expect("it can be listed") {
        house.store.prune(&pruned).expect("it can be removed");
    }
    assert_eq!(house.names(), []);
}

#[test]
fn what_was_never_finished_goes_after_a_while() {
    let house = House::new();
    house.make("whole", 1, 3);
    for name in ["begun", "whole"] {
        let mut draft = house.store.begin(name, 99).expect("it can be begun");
        draft.write_all(b"REDIS").expect("it can be written");
        std::mem::forget(draft);
    }
    let modified = |name: &str| {
        let listed = house.store.list().expect("it can be listed");
        let found = listed.iter().find(|summary| summary.name == name);
        found.expect("it is there").modified_ms
    };
    let newest = modified("begun").max(modified("whole"));
    let prunable = |now: u64| {
        house
            .store
            .prunable(&rule(None, None), now)
            .expect("it can be listed")
    };
    assert_eq!(prunable(newest), []);
    let late = prunable(newest + 1001);
    let reasons: Vec<_> = late
        .iter()
        .map(|pruned| (pruned.name.as_str(), pruned.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("whole", PruneReason::Leftover),
            ("begun", PruneReason::Incomplete)
        ]
    );
    for pruned in &late {
        house.store.prune(pruned).expect("it can be removed");
    }
    assert_eq!(house.names(), [("whole".to_owned(), true)]);
    house
        .store
        .verify("whole", &mut |_| ())
        .expect("it is whole");
}
