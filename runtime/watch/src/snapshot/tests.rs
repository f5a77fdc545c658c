//! What a look sees, on a real folder.

use super::*;

struct Desk {
    folder: tempfile::TempDir,
    scope: Scope,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let scope = Scope {
            trees: vec![Tree {
                folder: folder.path().join("project"),
                endings: vec!["rhai".to_owned()],
                passed_over: vec!["target".to_owned()],
                ..Tree::default()
            }],
            files: vec![folder.path().join("dump.rdb")],
        };
        let desk = Self { folder, scope };
        desk.write("project/a.rhai", "1");
        desk.write("project/lib/b.rhai", "2");
        desk.write("project/target/c.rhai", "3");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Sets the time of a file's last write back, so that another write is told by it.
    fn age(&self, name: &str) {
        let file = File::options()
            .write(true)
            .open(self.path(name))
            .expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000))
            .expect("a time");
    }

    fn look(&self, last: &Snapshot) -> Snapshot {
        Snapshot::take(&self.scope, last)
    }

    fn changes(&self, last: &Snapshot, measure: Measure) -> Vec<(String, What)> {
        let changes = last.changes(&self.look(last), measure);
        let shown = |change: Change| {
            let path = change.path.strip_prefix(self.folder.path());
            (path.expect("below").display().to_string(), change.what)
        };
        changes.into_iter().map(shown).collect()
    }
}

#[test]
fn files_that_count_are_seen_to_come_change_and_go() {
    let desk = Desk::new();
    let before = desk.look(&Snapshot::default());
    assert_eq!(before.count(), 2);
    assert!(desk.changes(&before, Measure::Saved).is_empty());
    // The same length, within the same tick of the clock: the content tells.
    desk.write("project/a.rhai", "9");
    fs::remove_file(desk.path("project/lib/b.rhai")).expect("it is there");
    desk.write("project/new/deep/c.rhai", "");
    desk.write("project/target/c.rhai", "built");
    desk.write("project/notes.txt", "none of ours");
    desk.write("dump.rdb", "REDIS");
    assert_eq!(
        desk.changes(&before, Measure::Content),
        [
            ("dump.rdb".to_owned(), What::Appeared),
            ("project/a.rhai".to_owned(), What::Changed),
            ("project/lib/b.rhai".to_owned(), What::Gone),
            ("project/new/deep/c.rhai".to_owned(), What::Appeared),
        ]
    );
}

#[test]
fn a_file_that_is_saved_as_it_was_has_been_saved_and_has_the_same_content() {
    let desk = Desk::new();
    desk.age("project/a.rhai");
    let before = desk.look(&Snapshot::default());
    // By a rename, as many editors do.
    desk.write("project/.a.rhai.new", "1");
    fs::rename(
        desk.path("project/.a.rhai.new"),
        desk.path("project/a.rhai"),
    )
    .expect("a rename");
    assert!(desk.changes(&before, Measure::Content).is_empty());
    assert_eq!(
        desk.changes(&before, Measure::Saved),
        [("project/a.rhai".to_owned(), What::Changed)]
    );
}

#[test]
fn a_large_file_is_told_by_its_time_alone() {
    let desk = Desk::new();
    let large = File::create(desk.path("dump.rdb")).expect("a file");
    large.set_len(COMPARED + 1).expect("room on the disk");
    desk.age("dump.rdb");
    let before = desk.look(&Snapshot::default());
    assert!(desk.changes(&before, Measure::Content).is_empty());
    large
        .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000))
        .expect("a time");
    assert_eq!(
        desk.changes(&before, Measure::Content),
        [("dump.rdb".to_owned(), What::Changed)]
    );
}

#[test]
fn where_something_may_happen_is_known_also_while_the_folder_is_gone() {
    let desk = Desk::new();
    let there = desk.look(&Snapshot::default());
    let names = ["", "project", "project/lib"].map(|name| desk.path(name));
    let folders: BTreeSet<PathBuf> = names
        .iter()
        .map(|name| name.components().collect())
        .collect();
    assert_eq!(*there.folders(), folders);
    fs::remove_dir_all(desk.path("project")).expect("it is there");
    let gone = desk.look(&there);
    assert_eq!(gone.count(), 0);
    assert_eq!(
        *gone.folders(),
        BTreeSet::from([desk.folder.path().to_owned()])
    );
}

#[test]
fn a_link_that_leads_back_is_not_followed() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(desk.path("project"), desk.path("project/lib/again"))
        .expect("a link");
    assert_eq!(desk.look(&Snapshot::default()).count(), 2);
}
