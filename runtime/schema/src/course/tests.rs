//! The order of stages, and where records stand.

use super::*;
use crate::governed::fixtures::{change, record, v, versions};
use remold_host_api::Record;

fn edges(pairs: &[(&str, &str)]) -> Vec<Edge> {
    let edge = |(from, to): &(&str, &str)| Edge {
        from: v(from),
        to: v(to),
        migration: format!("to-{}", v(to).major),
    };
    pairs.iter().map(edge).collect()
}

fn seen(record: &Record) -> Seen<'_> {
    Seen {
        key: record.key(),
        value: record.value(),
        expires_at: record.expires_at(),
    }
}

#[test]
fn stages_come_in_the_order_in_which_records_meet_them() {
    let edges = edges(&[("2.0.0", "3.0.0"), ("1.0.0", "2.0.0")]);
    let course = Course::over(&edges, &change(None, "3.0.0"), versions()).expect("there is a way");
    let names: Vec<&str> = course.stages().iter().map(|one| &*one.migration).collect();
    assert_eq!(names, ["to-2", "to-3"]);
    assert_eq!(
        course.label(&v("1.0.0")).map(|label| &**label),
        Some("1.0.0 → 2.0.0 → 3.0.0")
    );
    assert!(course.missing().is_empty());
}

#[test]
fn a_migration_is_one_stage_however_many_versions_it_takes() {
    let course = Course::alone("all", &change(None, "3.0.0"), versions()).expect("there is a way");
    assert_eq!(course.stages().len(), 1);
    assert_eq!(course.stages()[0].from, [v("1.0.0"), v("2.0.0")]);
}

#[test]
fn what_makes_no_course_is_named() {
    let none = Course::over(&[], &change(None, "3.0.0"), versions());
    let Err(NoCourse::NoWay(gaps)) = none else {
        panic!("{none:?}");
    };
    assert_eq!(gaps.len(), 2);
    let unknown = Course::alone("m", &change(None, "4.0.0"), versions());
    assert!(matches!(unknown, Err(NoCourse::NoTarget(version)) if version == v("4.0.0")));
    let nothing = Course::alone("m", &change(Some("0.x"), "3.0.0"), versions());
    assert!(matches!(nothing, Err(NoCourse::NothingTaken)));
}

#[test]
fn a_record_without_a_way_is_rejected_and_told_what_is_missing() {
    let edges = edges(&[("2.0.0", "3.0.0")]);
    let course = Course::over(&edges, &change(None, "3.0.0"), versions()).expect("one has a way");
    let record = record("user:1", &[("name", "Ada Lovelace")]);
    let Standing::Rejected(rejection, _) = course.standing(seen(&record), 0) else {
        panic!("it has no way");
    };
    assert_eq!(rejection.code, "no-route");
    assert_eq!(
        rejection.message,
        "no way leads from 1.0.0: register a migration from 1.0.0 to 2.0.0"
    );
}

#[test]
fn a_record_stands_where_its_version_says() {
    let course =
        Course::alone("m", &change(Some("2.0.0"), "3.0.0"), versions()).expect("there is a way");
    let check = |key: &str, fields: &[(&str, &str)], expected: &str| {
        let record = record(key, fields);
        let found = match course.standing(seen(&record), 0) {
            Standing::Goes(version) => format!("goes from {version}"),
            Standing::Skipped(reason) => reason,
            Standing::Rejected(rejection, _) => rejection.to_string(),
        };
        assert_eq!(found, expected, "{fields:?}");
    };
    let done = [
        ("v", "3.0.0"),
        ("first", "A"),
        ("last", "L"),
        ("balance", "1"),
    ];
    check(
        "user:1",
        &[("first", "A"), ("last", "L")],
        "goes from 2.0.0",
    );
    check("user:1", &done, "already at 3.0.0");
    check(
        "user:1",
        &[("name", "A")],
        "at 1.0.0, which is not in =2.0.0",
    );
    check("order:1", &[("name", "A")], "not a key of user");
    check(
        "user:1",
        &[("v", "9.9.9")],
        "unknown-version: it says that it is at `9.9.9`, which is no registered version of user",
    );
    check(
        "user:1",
        &[
            ("v", "3.0.0"),
            ("first", "A"),
            ("last", "L"),
            ("balance", "-1"),
        ],
        "invalid-source: not valid under user 3.0.0: /balance: -1 is less than 0 (/schema/properties/balance/minimum)",
    );
}

#[test]
fn keys_of_all_versions_are_selected() {
    let course = Course::alone("m", &change(None, "3.0.0"), versions()).expect("there is a way");
    assert_eq!(course.patterns(), [Pattern::new("user:*")]);
    assert_eq!(course.kind(), Some(Kind::Hash));
}
