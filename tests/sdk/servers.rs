//! The reference transforms in every language on a live server: run, compared with what the story's own script makes,
//! verified, rolled back, and run again.

use remold::{
    Control, JournalDirectory, Migration, RedisOptions, RunEnd, RunOptions, RunReport, Runner,
    Silent, Target,
};
use remold_tests::{Database, Language, Server, ServerVersion, Snapshot, load_file, root};

use crate::cases::{TRANSFORMS, told_by};

/// A story's data in a database, and what runs there.
struct Stage<'server> {
    database: Database<'server>,
    runner: Runner,
    _journals: tempfile::TempDir,
}

impl<'server> Stage<'server> {
    fn new(server: &'server Server, story: &str) -> Self {
        let database = server.fresh_database();
        load_file(
            &mut database.connection(),
            &root().join("examples").join(story).join("data.rdb"),
        );
        let journals = tempfile::tempdir().expect("there is a temporary folder");
        let options = RedisOptions::parse_url(&database.url()).expect("a server's URL");
        let target = Target::Redis(Box::new(options));
        Self {
            runner: Runner::new(target, JournalDirectory::new(journals.path())),
            database,
            _journals: journals,
        }
    }

    fn snapshot(&self) -> Snapshot {
        let reserved = remold::manifest::RESERVED_PREFIX.as_bytes();
        Snapshot::take(&mut self.database.connection()).without_prefix(reserved)
    }

    fn run(&self, migration: &Migration, again: bool) -> RunReport {
        let options = RunOptions {
            again,
            ..RunOptions::default()
        };
        let report = self
            .runner
            .run(migration, &options, &Control::new(), &Silent)
            .unwrap_or_else(|error| panic!("{}: {error}", migration.name()));
        assert_eq!(
            report.outcome.end,
            RunEnd::Completed,
            "{}",
            migration.name()
        );
        report
    }
}

/// Tells one story in one language.
fn tell(server: &Server, language: Language, transform: &str, story: &str) {
    let place = format!("{transform} in {}", language.name);
    let by_script = Stage::new(server, story);
    let script = Migration::load(&root().join("examples").join(story).join("migration.yaml"));
    by_script.run(&script.expect("the story loads"), false);
    let expected = by_script.snapshot();

    let (_folder, migration) = told_by(&language.example(transform), story);
    let stage = Stage::new(server, story);
    let before = stage.snapshot();
    let report = stage.run(&migration, false);
    let after = stage.snapshot();
    assert!(
        !before.diff(&after).0.is_empty(),
        "{place}: nothing was changed"
    );
    let differences = expected.diff(&after).0;
    assert!(
        differences.is_empty(),
        "{place}: differs from the script: {differences:?}"
    );

    let proof = stage
        .runner
        .verify(
            &report.run,
            &RunOptions::default(),
            &Control::new(),
            &Silent,
        )
        .expect("it can be verified");
    assert!(proof.is_explained(), "{place}: {proof:?}");

    let options = RunOptions::default();
    let undone = stage
        .runner
        .roll_back(&report.run, &options, &Control::new(), &Silent)
        .expect("the rollback begins")
        .report
        .outcome;
    assert_eq!(
        (&undone.end, undone.tally.kept),
        (&RunEnd::Completed, 0),
        "{place}"
    );
    before.assert_same(&stage.snapshot());

    stage.run(&migration, true);
    after.assert_same(&stage.snapshot());
}

fn tell_all(language: &str) {
    let server = Server::shared(ServerVersion::Redis8_2);
    for (transform, story) in TRANSFORMS {
        tell(server, Language::named(language), transform, story);
    }
}

#[test]
fn in_rust() {
    tell_all("rust");
}

#[test]
fn in_c() {
    tell_all("c");
}

#[test]
fn in_go() {
    tell_all("go");
}

#[test]
fn in_javascript() {
    tell_all("js");
}

#[test]
fn in_python() {
    tell_all("python");
}
