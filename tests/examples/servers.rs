//! Every story on every server: the same result as on the file, and no trace of a dry run.

use std::collections::BTreeSet;

use redis::cmd;
use remold::{
    Control, Error, FileTarget, RedisOptions, RunEnd, RunOptions, RunReport, Runner, Silent, Target,
};
use remold_tests::{Database, Options, Server, ServerVersion, Snapshot, Trace, load_file};
use tempfile::TempDir;

use crate::story::{RESERVED, STORIES, Story, dry_run, run, runner};

/// The expiries of two runs of one story may be this far apart, in milliseconds: each has a clock of its own.
const RUNS_APART: u64 = 600_000;

/// A story's data in a database of a server.
struct Stage<'server> {
    database: Database<'server>,
    runner: Runner,
    scratch: TempDir,
}

impl<'server> Stage<'server> {
    fn new(server: &'server Server, story: &Story) -> Self {
        let database = server.fresh_database();
        load_file(&mut database.connection(), &story.data());
        let scratch = tempfile::tempdir().expect("a folder for journals");
        let options = RedisOptions::parse_url(&database.url()).expect("a server's URL");
        let runner = runner(Target::Redis(Box::new(options)), scratch.path());
        Self {
            database,
            runner,
            scratch,
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::take(&mut self.database.connection()).without_prefix(RESERVED)
    }

    fn roll_back(&self, report: &RunReport) -> remold::RunOutcome {
        let undone = self.runner.roll_back(
            &report.run,
            &RunOptions::default(),
            &Control::new(),
            &Silent,
        );
        undone.expect("the rollback begins").report.outcome
    }
}

fn tell_all(version: ServerVersion) {
    let server = Server::start(version, Options::new().databases(64));
    let _replica = server.replica();
    for story in &STORIES {
        let stage = Stage::new(&server, story);
        let (migration, before) = (story.migration(), stage.snapshot());

        Trace::forget(&server);
        let quiet = Trace::of(&server);
        assert_eq!(quiet.commands, BTreeSet::new(), "{version}");
        story.assert_told(&dry_run(&stage.runner, &migration));
        assert_eq!(
            Trace::of(&server),
            quiet,
            "{version}, {}: a dry run writes nothing",
            story.folder
        );

        let report = run(&stage.runner, &migration).expect("the run begins");
        story.assert_told(&report);
        assert!(
            Trace::of(&server) != quiet,
            "{version}, {}: a run can be told from a dry run",
            story.folder
        );
        assert_same_as_on_file(&server, story, &stage);

        let refused = run(&stage.runner, &migration).expect_err("it was applied");
        assert!(
            matches!(refused, Error::AlreadyApplied(_)),
            "{version}, {}: {refused}",
            story.folder
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
        assert!(
            proof.is_explained(),
            "{version}, {}: {proof:?}",
            story.folder
        );
        assert_eq!(
            proof.intact, report.outcome.tally.keys_written,
            "{version}, {}: {proof:?}",
            story.folder
        );

        let undone = stage.roll_back(&report);
        assert_eq!(
            (&undone.end, undone.tally.kept),
            (&RunEnd::Completed, 0),
            "{version}, {}",
            story.folder
        );
        before.assert_same(&stage.snapshot());
    }
}

/// Compares with what the story's file becomes, loaded into the same server.
fn assert_same_as_on_file(server: &Server, story: &Story, stage: &Stage<'_>) {
    let result = stage.scratch.path().join("result.rdb");
    let file = FileTarget {
        input: story.data(),
        output: Some(result.clone()),
        database: 0,
    };
    let on_file = runner(
        Target::File(file),
        &stage.scratch.path().join("of-the-file"),
    );
    run(&on_file, &story.migration()).expect("the run on the file begins");
    let database = server.fresh_database();
    load_file(&mut database.connection(), &result);
    let mut expected = Snapshot::take(&mut database.connection());
    expected.tolerance = RUNS_APART;
    expected.assert_same(&stage.snapshot());
}

#[test]
fn stories_on_redis_6_2() {
    tell_all(ServerVersion::Redis6_2);
}

#[test]
fn stories_on_redis_7_0() {
    tell_all(ServerVersion::Redis7_0);
}

#[test]
fn stories_on_valkey_8() {
    tell_all(ServerVersion::Valkey8);
}

#[test]
fn stories_on_redis_8_2() {
    tell_all(ServerVersion::Redis8_2);
}

/// A key that the application has written since is migrated back by `revert` where there is one, and kept where not.
#[test]
fn a_rollback_keeps_what_the_application_wrote_since() {
    let server = Server::shared(ServerVersion::Redis7_0);
    for story in &STORIES {
        let (key, command, comes_back) = story.written_since;
        let stage = Stage::new(server, story);
        let before = stage.snapshot();
        let report = run(&stage.runner, &story.migration()).expect("the run begins");
        let mut app = stage.database.connection();
        let mut words = command.split(' ');
        let mut write = cmd(words.next().expect("a name"));
        for word in words {
            write.arg(word);
        }
        write.exec(&mut app).expect("the application writes");
        let written = stage.snapshot();

        let undone = stage.roll_back(&report).tally;
        let after = stage.snapshot();
        let expected = if comes_back { (1, 0) } else { (0, 1) };
        assert_eq!(
            (undone.reverted, undone.kept),
            expected,
            "{}: {undone:?}",
            story.folder
        );
        let differences = before.diff(&after).0;
        let names: Vec<_> = differences
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name))
            .collect();
        assert_eq!(
            names,
            [key],
            "{}: only the key that was written differs",
            story.folder
        );
        let found = &after.key(key).contents;
        assert!(
            *found != before.key(key).contents,
            "{}: the application's write is there",
            story.folder
        );
        if comes_back {
            assert_eq!(
                after.key(key).kind,
                before.key(key).kind,
                "{}",
                story.folder
            );
        } else {
            assert_eq!(
                *found,
                written.key(key).contents,
                "{}: the key is as the application left it",
                story.folder
            );
        }
    }
}
