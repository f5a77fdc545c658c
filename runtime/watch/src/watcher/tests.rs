//! Real files, real notifications: every wait is for something that has to happen, and bounded.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::*;
use crate::scope::Tree;

/// How long something may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

struct Desk {
    folder: tempfile::TempDir,
    watcher: Watcher,
    notices: Receiver<Notice>,
}

impl Desk {
    fn new(looking: Looking) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        write(&root.join("project/a.rhai"), "1");
        write(&root.join("project/src/lib.rs"), "1");
        let scope = Scope {
            trees: vec![Tree {
                folder: root.join("project"),
                passed_over: vec!["target".to_owned()],
                kept_by_builds: vec!["Cargo.lock".to_owned()],
                ..Tree::default()
            }],
            files: vec![root.join("data/dump.rdb")],
        };
        let (tell, notices) = mpsc::channel();
        let watcher = Watcher::start(scope, looking, move |notice| drop(tell.send(notice)));
        Self {
            folder,
            watcher,
            notices,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().expect("it is there");
        root.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        write(&self.path(name), text);
    }

    /// Waits until these files, and no others, have changed.
    fn expect(&self, names: &[&str]) {
        let wanted: Vec<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        let mut found = Vec::new();
        let end = Instant::now() + PATIENCE;
        while found.len() < wanted.len() {
            let left = end.saturating_duration_since(Instant::now());
            let notice = self.notices.recv_timeout(left);
            assert!(notice.is_ok(), "{found:?} have changed, and not {wanted:?}");
            found.extend(self.watcher.take());
            found.sort();
            found.dedup();
        }
        assert_eq!(found, wanted);
    }
}

/// Writes a file as many editors do, by a rename: nobody sees half of it.
fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let fresh = path.with_extension("new~");
    fs::write(&fresh, text).expect("a file");
    fs::rename(&fresh, path).expect("a rename");
}

#[test]
fn every_way_to_save_is_seen() {
    let desk = Desk::new(Looking::Notified);
    desk.write("project/a.rhai", "by a rename");
    desk.expect(&["project/a.rhai"]);
    // In place, by somebody who keeps the file open.
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(desk.path("project/a.rhai"))
        .expect("it is there");
    file.write_all(b"in place").expect("room on the disk");
    desk.expect(&["project/a.rhai"]);
    // By moving the old file away first.
    fs::rename(desk.path("project/a.rhai"), desk.path("project/a.rhai~")).expect("a rename");
    desk.write("project/a.rhai", "4");
    desk.expect(&["project/a.rhai"]);
}

#[test]
fn folders_that_come_later_are_watched_too() {
    let desk = Desk::new(Looking::Notified);
    desk.write("project/lib/deep/names.rhai", "1");
    desk.expect(&["project/lib/deep/names.rhai"]);
    desk.write("project/lib/deep/names.rhai", "2");
    desk.expect(&["project/lib/deep/names.rhai"]);
    // Neither its folder was there.
    desk.write("data/dump.rdb", "REDIS");
    desk.expect(&["data/dump.rdb"]);
}

#[test]
fn a_folder_that_is_removed_and_comes_back_is_watched_again() {
    let desk = Desk::new(Looking::Notified);
    for round in 0..3 {
        fs::remove_dir_all(desk.path("project")).expect("it is there");
        desk.expect(&["project/a.rhai", "project/src/lib.rs"]);
        desk.write("project/a.rhai", &format!("back {round}"));
        desk.expect(&["project/a.rhai"]);
        desk.write("project/src/lib.rs", &format!("back {round}"));
        desk.expect(&["project/src/lib.rs"]);
    }
}

#[test]
fn a_folder_that_is_exchanged_for_another_is_watched() {
    let desk = Desk::new(Looking::Notified);
    desk.write("other/a.rhai", "other");
    desk.write("other/src/lib.rs", "1");
    fs::rename(desk.path("project"), desk.path("old")).expect("a rename");
    fs::rename(desk.path("other"), desk.path("project")).expect("a rename");
    desk.expect(&["project/a.rhai", "project/src/lib.rs"]);
    desk.write("project/a.rhai", "exchanged");
    desk.expect(&["project/a.rhai"]);
}

#[test]
fn what_nobody_wants_is_not_told() {
    let desk = Desk::new(Looking::Notified);
    desk.write("project/target/debug/x.rs", "built");
    desk.write("project/.git/index", "1");
    desk.write("elsewhere/a.rhai", "1");
    // Had they been told, they would have been told before this one.
    desk.write("project/a.rhai", "2");
    desk.expect(&["project/a.rhai"]);
}

#[test]
fn what_a_build_writes_is_not_told_and_what_is_edited_meanwhile_is() {
    let desk = Desk::new(Looking::Notified);
    let built = desk.watcher.while_building(|| {
        desk.write("project/target/lib.wasm", "built");
        desk.write("project/Cargo.lock", "locked");
        desk.write("project/src/generated.rs", "made");
        Ok::<(), ()>(())
    });
    assert_eq!(built, Ok(()));
    let built = desk.watcher.while_building(|| {
        desk.write("project/src/generated.rs", "made again");
        desk.write("project/src/lib.rs", "edited");
        Ok::<(), ()>(())
    });
    assert_eq!(built, Ok(()));
    desk.expect(&["project/src/lib.rs"]);
    // An edit of a file that a build has made is an edit.
    desk.write("project/Cargo.lock", "updated by hand");
    desk.expect(&["project/Cargo.lock"]);
}

#[test]
fn a_build_that_writes_into_a_source_each_time_comes_to_rest() {
    let desk = Desk::new(Looking::Notified);
    let mut builds = 0;
    loop {
        builds += 1;
        assert!(builds < 20, "it goes on for ever");
        let built = desk.watcher.while_building(|| {
            desk.write("project/src/lib.rs", &format!("build {builds}"));
            Ok::<(), ()>(())
        });
        assert_eq!(built, Ok(()));
        if desk.watcher.take().is_empty() {
            break;
        }
    }
    let rewritten = Notice::Rewritten(desk.path("project/src/lib.rs"));
    assert!(desk.notices.try_iter().any(|notice| notice == rewritten));
}

#[test]
fn without_notifications_it_is_looked_every_now_and_then_and_that_is_told() {
    let desk = Desk::new(Looking::Notified);
    // What the system's thread says where a limit is reached in the middle.
    let told = desk.watcher.signals.send(Signal::Deaf(Deaf::Watches));
    assert!(told.is_ok());
    let notice = desk.notices.recv_timeout(PATIENCE);
    assert_eq!(notice, Ok(Notice::Polling(Deaf::Watches)));
    assert!(!desk.watcher.with(|state| state.hears()));
    desk.write("project/a.rhai", "2");
    desk.expect(&["project/a.rhai"]);
    desk.write("project/new/b.rhai", "1");
    desk.expect(&["project/new/b.rhai"]);
}

#[test]
fn polling_sees_the_same() {
    let desk = Desk::new(Looking::Polling);
    desk.write("project/a.rhai", "2");
    desk.expect(&["project/a.rhai"]);
    fs::remove_dir_all(desk.path("project")).expect("it is there");
    desk.expect(&["project/a.rhai", "project/src/lib.rs"]);
    desk.write("project/lib/b.rhai", "1");
    desk.expect(&["project/lib/b.rhai"]);
}

#[test]
fn what_changes_while_the_scope_does_is_not_lost() {
    let desk = Desk::new(Looking::Polling);
    let scope = Scope {
        trees: Vec::new(),
        files: vec![desk.path("project/a.rhai"), desk.path("project/b.rhai")],
    };
    desk.write("project/a.rhai", "changed before");
    desk.watcher.rescope(scope);
    assert_eq!(desk.watcher.count(), 1);
    desk.expect(&["project/a.rhai"]);
    desk.write("project/b.rhai", "1");
    desk.expect(&["project/b.rhai"]);
}
