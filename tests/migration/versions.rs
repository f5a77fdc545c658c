//! Migrations between versions of a subject: three versions at once, told by their shape and by a field, to the last one and
//! back.

mod documented;
mod documents;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redis::cmd;
use remold::{
    Control, Error, JournalRecord, Migration, RunEnd, RunOptions, RunReport, Silent, Step, Verdict,
};
use remold_tests::ServerVersion;

use super::stage::Stage;
use documented::Folder;

/// How many records there are at each version.
const EACH: usize = 60;

const LONG: &str = "1.0.0 → 2.0.0 → 3.0.0";
const SHORT: &str = "2.0.0 → 3.0.0";

/// A database with records at all versions, and some that are at none.
fn stage() -> Stage {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    let mut set = |key: String, fields: &[(&str, &str)]| {
        let mut command = cmd("HSET");
        command.arg(key);
        fields.iter().for_each(|(name, value)| {
            command.arg(name).arg(value);
        });
        let _: i64 = command.query(&mut connection).expect("it is written");
    };
    for number in 0..EACH {
        set(format!("user:a{number}"), &[("name", "Ada Lovelace")]);
        set(
            format!("user:b{number}"),
            &[("first", "Alan"), ("last", "Turing")],
        );
        let done = [
            ("v", "3.0.0"),
            ("first", "G"),
            ("last", "H"),
            ("balance", "7"),
        ];
        set(format!("user:c{number}"), &done);
    }
    set("user:ambiguous".to_owned(), &[("email", "a@example.com")]);
    set("user:invalid".to_owned(), &[("nick", "x")]);
    set("user:unknown".to_owned(), &[("v", "9.0.0")]);
    set("user:made-invalid".to_owned(), &[("name", "Plato")]);
    set("user:rejected".to_owned(), &[("name", "A B C")]);
    set("user:1:cart".to_owned(), &[("nick", "x")]);
    stage
}

fn run(stage: &Stage, migration: &Migration, options: &RunOptions) -> Result<RunReport, Error> {
    stage
        .runner()
        .run(migration, options, &Control::new(), &Silent)
}

fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    let owned = counts
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    owned.collect()
}

fn check_report(report: &RunReport) {
    let tally = &report.outcome.tally;
    assert_eq!(report.outcome.end, RunEnd::Completed);
    let each = EACH as u64;
    assert_eq!(tally.ways, counts(&[(LONG, each), (SHORT, each)]));
    assert_eq!(tally.changed, 2 * each);
    assert_eq!(
        tally.rejected,
        counts(&[
            ("ambiguous-version", 1),
            ("invalid-source", 1),
            ("invalid-target", 1),
            ("three-words", 1),
            ("unknown-version", 1),
        ])
    );
    assert_eq!(
        tally.skipped,
        counts(&[("already at 3.0.0", each), ("not a key of user", 1)])
    );
    let breaches = &report.outcome.breaches;
    assert_eq!(breaches.at_steps, counts(&[("split-name", 2)]));
    let made: Vec<&str> = breaches
        .rules
        .keys()
        .filter(|rule| rule.made)
        .map(|rule| rule.rule.as_str())
        .collect();
    assert_eq!(made, ["/schema/properties/last/minLength"]);
}

fn fields(stage: &Stage, key: &str) -> BTreeMap<String, String> {
    let read = cmd("HGETALL").arg(key).query(&mut stage.connection());
    read.expect("it is a hash")
}

fn of(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

#[test]
fn three_versions_come_to_the_last_one_in_one_write_each_and_go_all_the_way_back() {
    let stage = stage();
    let before = stage.now();
    let folder = Folder::new(&stage);
    let report = run(&stage, &folder.load(), &RunOptions::default()).expect("it begins");
    check_report(&report);
    assert_eq!(
        fields(&stage, "user:a0"),
        of(&[
            ("v", "3.0.0"),
            ("first", "Ada"),
            ("last", "Lovelace"),
            ("balance", "5")
        ])
    );
    assert_eq!(
        fields(&stage, "user:b0"),
        of(&[
            ("v", "3.0.0"),
            ("first", "Alan"),
            ("last", "Turing"),
            ("balance", "5")
        ])
    );
    let mut images: HashMap<Vec<u8>, u32> = HashMap::new();
    let journal = stage.runner().journals().open_read_only(&report.run);
    for record in journal.expect("it is there").replay() {
        if let JournalRecord::Batch { groups, .. } = record.expect("it can be read") {
            for image in groups.into_iter().flatten() {
                *images.entry(image.key.to_vec()).or_default() += 1;
            }
        }
    }
    assert_eq!(images.len(), 2 * EACH);
    assert!(images.values().all(|count| *count == 1), "{images:?}");

    let again = run(&stage, &folder.load(), &RunOptions::default());
    assert!(matches!(again, Err(Error::AlreadyApplied(_))), "{again:?}");
    let options = RunOptions {
        again: true,
        ..RunOptions::default()
    };
    let again = run(&stage, &folder.load(), &options).expect("it begins");
    assert_eq!(again.outcome.tally.changed, 0);
    assert_eq!(
        again.outcome.tally.skipped["already at 3.0.0"],
        3 * EACH as u64
    );

    // Neither the folder nor its documents are needed any more.
    folder.remove();
    let rolled_back = stage.roll_back(&report.run);
    assert_eq!(rolled_back.report.outcome.end, RunEnd::Completed);
    assert_eq!(stage.now(), before);
}

#[test]
fn a_run_that_died_is_resumed_without_its_folder_and_counts_every_way() {
    for step in [Step::AfterApply, Step::AfterJournal] {
        let stage = stage();
        let folder = Folder::new(&stage);
        let reached = AtomicU32::new(0);
        let watch = move |now| {
            let dies = now == step && reached.fetch_add(1, Ordering::SeqCst) == 5;
            if dies {
                Verdict::Die
            } else {
                Verdict::Continue
            }
        };
        let options = RunOptions {
            steps: Some(Arc::new(watch)),
            ..RunOptions::default()
        };
        let report = run(&stage, &folder.load(), &options).expect("it begins");
        assert_ne!(report.outcome.end, RunEnd::Completed);
        folder.remove();
        let resumed = stage.resume(&report.run);
        let (mut tally, each) = (resumed.outcome.tally.clone(), EACH as u64);
        assert_eq!(
            tally.ways,
            counts(&[(LONG, each), (SHORT, each)]),
            "{step:?}"
        );
        assert_eq!(tally.changed, 2 * each);
        // What is rejected is looked at again, so that all of it is told.
        tally.rejected.remove("conflict");
        check_report(&resumed);
        assert_eq!(fields(&stage, "user:a7")["first"], "Ada");
    }
}

#[test]
fn what_was_written_since_is_migrated_back_to_the_version_that_it_had() {
    let stage = stage();
    let folder = Folder::new(&stage);
    let report = run(&stage, &folder.load(), &RunOptions::default()).expect("it begins");
    for key in ["user:a1", "user:b1"] {
        let set = cmd("HSET")
            .arg(key)
            .arg("last")
            .arg("King")
            .query(&mut stage.connection());
        let _: i64 = set.expect("it is written");
    }
    let rolled_back = stage.roll_back(&report.run);
    assert_eq!(rolled_back.report.outcome.tally.reverted, 2);
    assert_eq!(fields(&stage, "user:a1"), of(&[("name", "Ada King")]));
    assert_eq!(
        fields(&stage, "user:b1"),
        of(&[("first", "Alan"), ("last", "King")])
    );
    assert_eq!(fields(&stage, "user:a2"), of(&[("name", "Ada Lovelace")]));
}

#[test]
fn a_survey_counts_versions_and_ways_and_writes_nothing() {
    let stage = stage();
    let before = stage.now();
    let folder = Folder::new(&stage);
    folder.remove_file("schemas/split.yaml");
    let survey = stage
        .runner()
        .survey(&folder.load(), None, &Control::new(), &Silent)
        .expect("it can be read");
    let ways: Vec<(String, u64)> = survey
        .ways
        .iter()
        .map(|(route, count)| (route.to_string(), *count))
        .collect();
    assert_eq!(ways, [(SHORT.to_owned(), EACH as u64)]);
    let missing: Vec<(String, u64)> = survey
        .missing
        .iter()
        .map(|(gap, count)| (gap.to_string(), *count))
        .collect();
    let gap = "no way leads from 1.0.0: register a migration from 1.0.0 to 2.0.0";
    assert_eq!(missing, [(gap.to_owned(), EACH as u64 + 2)]);
    assert_eq!(survey.already, EACH as u64);
    assert!(survey.is_complete);
    assert_eq!(stage.now(), before);

    let sample = stage
        .runner()
        .survey(&folder.load(), Some(8), &Control::new(), &Silent)
        .expect("it can be read");
    assert!(!sample.is_complete);
    assert!(sample.report.outcome.tally.handled() < 3 * EACH as u64);
}

#[test]
fn a_record_without_a_way_is_rejected_and_the_others_go() {
    let stage = stage();
    let folder = Folder::new(&stage);
    folder.remove_file("schemas/split.yaml");
    let report = run(&stage, &folder.load(), &RunOptions::default()).expect("it begins");
    let tally = &report.outcome.tally;
    assert_eq!(tally.rejected["no-route"], EACH as u64 + 2);
    assert_eq!(tally.ways, counts(&[(SHORT, EACH as u64)]));
}
