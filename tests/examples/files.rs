//! Every story on its file: nothing is written by a dry run, everything comes back after a rollback.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use bytes::Bytes;
use remold::{
    Change, Control, Error, Event, FileTarget, Observer, RunEnd, RunOptions, Silent, Target,
};

use crate::story::{FileKey, STORIES, Story, dry_run, read, run, runner};

/// Keeps the changes that it is told of.
#[derive(Default)]
struct Changes(Mutex<Vec<Change>>);

impl Observer for Changes {
    fn event(&self, event: Event) {
        if let Event::Changed(change) = event {
            self.0.lock().expect("no observer panics").push(*change);
        }
    }
}

fn target(input: PathBuf, output: Option<PathBuf>) -> Target {
    Target::File(FileTarget {
        input,
        output,
        database: 0,
    })
}

#[test]
fn a_story_lives_on_its_file_and_comes_back() {
    for story in &STORIES {
        let scratch = tempfile::tempdir().expect("a folder for what is written");
        let (result, restored) = (
            scratch.path().join("result.rdb"),
            scratch.path().join("restored.rdb"),
        );
        let journals = scratch.path().join("journals");
        let migration = story.migration();
        let before = read(&story.data());

        let report = dry_run(&runner(target(story.data(), None), &journals), &migration);
        story.assert_told(&report);
        let written = std::fs::read_dir(scratch.path())
            .expect("the folder can be listed")
            .count();
        assert_eq!(written, 0, "{}: a dry run writes nothing", story.folder);

        let forth = runner(target(story.data(), Some(result.clone())), &journals);
        let report = run(&forth, &migration).expect("the run begins");
        story.assert_told(&report);
        let after = read(&result);
        assert_changed_as_told(story, &before, &after);

        let again = runner(
            target(result.clone(), Some(scratch.path().join("again.rdb"))),
            &journals,
        );
        let refused = run(&again, &migration).expect_err("it was applied");
        assert!(
            matches!(refused, Error::AlreadyApplied(_)),
            "{}: {refused}",
            story.folder
        );

        let proof = again
            .verify(
                &report.run,
                &RunOptions::default(),
                &Control::new(),
                &Silent,
            )
            .expect("it can be verified");
        assert!(proof.is_explained(), "{}: {proof:?}", story.folder);
        assert_eq!(
            proof.intact, report.outcome.tally.keys_written,
            "{}: {proof:?}",
            story.folder
        );

        let back = runner(target(result, Some(restored.clone())), &journals);
        let undone = back.roll_back(
            &report.run,
            &RunOptions::default(),
            &Control::new(),
            &Silent,
        );
        let undone = undone.expect("the rollback begins").report.outcome;
        assert_eq!(
            (&undone.end, undone.tally.kept),
            (&RunEnd::Completed, 0),
            "{}: {undone:?}",
            story.folder
        );
        assert_eq!(
            read(&restored),
            before,
            "{}: everything is back",
            story.folder
        );
    }
}

/// Untouched means untouched: as many keys differ as records were changed, with both their names where they have two.
fn assert_changed_as_told(
    story: &Story,
    before: &BTreeMap<Bytes, FileKey>,
    after: &BTreeMap<Bytes, FileKey>,
) {
    let names: BTreeSet<&Bytes> = before.keys().chain(after.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .count() as u64;
    let renamed = story.folder == "04-rekey";
    assert_eq!(
        differ,
        if renamed {
            2 * story.changed
        } else {
            story.changed
        },
        "{}",
        story.folder
    );
}

#[test]
fn a_dry_run_shows_every_change_and_they_are_those_of_the_run() {
    for story in &STORIES {
        let scratch = tempfile::tempdir().expect("a folder for what is written");
        let result = scratch.path().join("result.rdb");
        let runner = runner(target(story.data(), Some(result.clone())), scratch.path());
        let (migration, changes) = (story.migration(), Changes::default());
        let options = RunOptions {
            show_changes: true,
            ..RunOptions::default()
        };
        let report = runner.dry_run(&migration, &options, &Control::new(), &changes);
        let report = report.expect("the dry run begins");
        let changes = changes.0.into_inner().expect("no observer panics");
        assert_eq!(changes.len() as u64, story.changed, "{}", story.folder);
        run(&runner, &migration).expect("the run begins");
        let after = read(&result);
        for change in changes {
            let entry = change.after.expect("no story deletes");
            let found = after
                .get(&entry.key)
                .unwrap_or_else(|| panic!("{}: {:?}", story.folder, entry.key));
            let digest = remold_engine::digest::ValueDigest::of(&entry.value);
            assert_eq!(found.digest, digest, "{}: {:?}", story.folder, entry.key);
        }
        assert_eq!(report.output, None);
    }
}
