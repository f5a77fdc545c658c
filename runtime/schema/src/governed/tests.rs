//! Batches through stages, there and back, with transforms in Rust.

use std::sync::{Mutex, PoisonError};

use remold_host_api::{
    Again, Bytes, FailureReason, LogLine, Outcome, ProgramHost, Record, Rejection, Remark, Side,
    edit,
};

use super::fixtures::{change, record, v, versions};
use super::*;
use crate::route::Edge;

type Edit = fn(&mut Record) -> Outcome;

/// A transform in Rust, with a way back, that notes what it is given.
#[derive(Clone)]
struct Native {
    there: Edit,
    back: Edit,
    seen: Arc<Mutex<Vec<String>>>,
    fails_together: bool,
}

impl Native {
    fn new(there: Edit, back: Edit) -> Self {
        Self {
            there,
            back,
            seen: Arc::default(),
            fails_together: false,
        }
    }

    fn seen(&self) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *seen)
    }

    fn call(
        &self,
        records: &mut [Record],
        again: Again<'_>,
        edit: Edit,
    ) -> Vec<Result<Outcome, Failure>> {
        let mut outcomes = Vec::new();
        for (place, record) in records.iter_mut().enumerate() {
            if self.fails_together {
                // As a sandbox does that lost its batch.
                *record.value_mut() = remold_host_api::Value::Text(Bytes::from("lost"));
                record.restore(again(place));
            }
            let text = format!("{}{}", String::from_utf8_lossy(record.key()), shown(record));
            self.seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text);
            outcomes.push(Ok(edit(record)));
        }
        outcomes
    }
}

impl TransformSource for Native {
    fn exports(&self) -> Exports {
        Exports {
            migrate: true,
            revert: true,
            ..Exports::default()
        }
    }

    fn calls(&self) -> Vec<&'static HostFunction> {
        Vec::new()
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        Ok(Box::new(self.clone()))
    }
}

impl Transform for Native {
    fn migrate(
        &mut self,
        _: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.call(records, again, self.there)
    }

    fn revert(
        &mut self,
        _: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.call(records, again, self.back)
    }

    fn lookups(&mut self, _: &Context, _: &[Record]) -> Vec<Result<Vec<Bytes>, Failure>> {
        Vec::new()
    }

    fn run(&mut self, _: &Context, _: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        Err(Failure::new(FailureReason::Abi, "it is no program"))
    }

    fn fails_together(&self) -> bool {
        self.fails_together
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        Vec::new()
    }
}

fn get(record: &Record, name: &str) -> Option<String> {
    let fields = edit::hash::of(record).ok()?;
    let field = fields.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&field.value).into_owned())
}

fn set(record: &mut Record, name: &str, value: &str) {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    edit::hash::set(record, name.as_bytes(), || bytes(name), bytes(value)).expect("it is a hash");
}

fn remove(record: &mut Record, name: &str) {
    edit::hash::remove(record, name.as_bytes()).expect("it is a hash");
}

/// Writes a record's fields in order of their names.
fn shown(record: &Record) -> String {
    let fields = edit::hash::of(record).expect("it is a hash");
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
    let mut fields: Vec<String> = fields
        .iter()
        .map(|field| format!("{}={}", text(&field.name), text(&field.value)))
        .collect();
    fields.sort();
    format!("{{{}}}", fields.join(" "))
}

/// From 1.0.0 to 2.0.0.
fn split(record: &mut Record) -> Outcome {
    let name = get(record, "name").unwrap_or_default();
    if name == "nobody" {
        return Outcome::Skip("nobody".to_owned());
    }
    if name == "bad" {
        return Outcome::Reject(Rejection {
            code: "bad".to_owned(),
            message: "it is bad".to_owned(),
        });
    }
    let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
    set(record, "first", first);
    set(record, "last", last);
    remove(record, "name");
    Outcome::Done
}

fn join(record: &mut Record) -> Outcome {
    let part = |name| get(record, name).unwrap_or_default();
    let name = format!("{} {}", part("first"), part("last"));
    set(record, "name", &name);
    remove(record, "first");
    remove(record, "last");
    Outcome::Done
}

/// From 2.0.0 to 3.0.0.
fn count(record: &mut Record) -> Outcome {
    match get(record, "first").as_deref() {
        Some("skipped") => return Outcome::Skip("at the end".to_owned()),
        Some("deleted") => record.delete(),
        Some("moved") => record.rename(Bytes::from("person:1")),
        Some("twin") => {
            let twin = Entry {
                key: Bytes::from("user:twin"),
                value: record.value().clone(),
                expires_at: None,
            };
            record.emit(twin);
        }
        _ => {}
    }
    set(record, "v", "3.0.0");
    set(record, "balance", "0");
    Outcome::Done
}

fn uncount(record: &mut Record) -> Outcome {
    remove(record, "v");
    remove(record, "balance");
    Outcome::Done
}

fn path() -> (Governed, Native, Native) {
    let edge = |from, to, migration: &str| Edge {
        from: v(from),
        to: v(to),
        migration: migration.to_owned(),
    };
    let edges = [
        edge("1.0.0", "2.0.0", "split"),
        edge("2.0.0", "3.0.0", "count"),
    ];
    let course = Course::over(&edges, &change(None, "3.0.0"), versions()).expect("there is a way");
    let (one, two) = (Native::new(split, join), Native::new(count, uncount));
    let step = |native: &Native| Step {
        transform: Arc::new(native.clone()),
        parameters: Some(serde_json::json!({})),
    };
    let steps = vec![step(&one), step(&two)];
    (Governed::new(Arc::new(course), steps, false), one, two)
}

fn context() -> Context {
    Context {
        parameters: Value::Null,
        now_ms: 0,
        seed: 1,
    }
}

fn go(
    governed: &Governed,
    records: &mut [Record],
    back: bool,
) -> Vec<(Result<Outcome, Failure>, Remark)> {
    let entries: Vec<Entry> = records
        .iter()
        .map(|record| Entry {
            key: record.key().clone(),
            value: record.value().clone(),
            expires_at: record.expires_at(),
        })
        .collect();
    let again = |place: usize| entries[place].clone();
    let mut instance = governed.instantiate().expect("it starts");
    let outcomes = if back {
        instance.revert(&context(), records, &again)
    } else {
        instance.migrate(&context(), records, &again)
    };
    outcomes.into_iter().zip(instance.take_remarks()).collect()
}

fn said(outcome: &Result<Outcome, Failure>) -> String {
    match outcome {
        Ok(Outcome::Done) => "done".to_owned(),
        Ok(Outcome::Skip(reason)) => format!("skip: {reason}"),
        Ok(Outcome::Reject(rejection)) => rejection.to_string(),
        Err(failure) => failure.to_string(),
    }
}

/// What becomes of one record on the way to 3.0.0.
#[track_caller]
fn check(fields: &[(&str, &str)], expected: &str) -> (Record, Remark) {
    let mut records = [record("user:1", fields)];
    let (outcome, remark) = go(&path().0, &mut records, false).remove(0);
    assert_eq!(said(&outcome), expected);
    let [record] = records;
    (record, remark)
}

#[test]
fn each_record_takes_its_way_and_the_others_of_its_batch_theirs() {
    let (governed, one, two) = path();
    let done = [
        ("v", "3.0.0"),
        ("first", "G"),
        ("last", "H"),
        ("balance", "7"),
    ];
    let mut records = [
        record("user:1", &[("name", "Ada Lovelace")]),
        record("user:2", &done),
        record("user:3", &[("first", "Alan"), ("last", "Turing")]),
        record("order:4", &[("name", "Ada Lovelace")]),
        record("user:5", &[("name", "Mary Jackson")]),
        record("user:6", &[("nick", "x")]),
    ];
    let outcomes = go(&governed, &mut records, false);
    let texts: Vec<String> = outcomes.iter().map(|(outcome, _)| said(outcome)).collect();
    assert_eq!(
        texts[..5],
        [
            "done",
            "skip: already at 3.0.0",
            "done",
            "skip: not a key of user",
            "done"
        ]
    );
    assert!(texts[5].starts_with("invalid-source: "), "{}", texts[5]);
    assert_eq!(
        shown(&records[0]),
        "{balance=0 first=Ada last=Lovelace v=3.0.0}"
    );
    assert_eq!(
        shown(&records[2]),
        "{balance=0 first=Alan last=Turing v=3.0.0}"
    );
    let ways: Vec<Option<&str>> = outcomes
        .iter()
        .map(|(_, remark)| remark.way.as_deref())
        .collect();
    let long = Some("1.0.0 → 2.0.0 → 3.0.0");
    assert_eq!(ways, [long, None, Some("2.0.0 → 3.0.0"), None, long, None]);
    assert_eq!(
        one.seen(),
        ["user:1{name=Ada Lovelace}", "user:5{name=Mary Jackson}"]
    );
    assert_eq!(
        two.seen(),
        [
            "user:1{first=Ada last=Lovelace}",
            "user:3{first=Alan last=Turing}",
            "user:5{first=Mary last=Jackson}"
        ]
    );
}

#[test]
fn what_a_stage_makes_has_to_be_valid() {
    let (_, remark) = check(
        &[("name", "Plato")],
        "invalid-target: in split: what it makes of the record is not valid under user 2.0.0: /last: this must not be empty \
         (/schema/properties/last/minLength)",
    );
    assert_eq!(remark.step.as_deref(), Some("split"));
    assert_eq!(remark.breaches.len(), 1);
    assert_eq!(remark.breaches[0].side, Side::Target);
}

#[test]
fn a_key_has_to_be_one_of_the_version_under_its_new_name() {
    check(
        &[("first", "moved"), ("last", "x")],
        "invalid-target: what it makes of the record is not valid under user 3.0.0: the key does not match `user:{id}` (/keys)",
    );
}

#[test]
fn what_is_written_beside_a_record_has_to_be_valid_if_it_is_of_the_subject() {
    let (_, remark) = check(
        &[("first", "twin"), ("last", "x")],
        "invalid-target: user:twin, which it writes too, is not valid under user 3.0.0: `v` is missing \
         (/schema/required); `balance` is missing (/schema/required); /v: this has to be `3.0.0`, and is not there (/versionField)",
    );
    assert_eq!(remark.breaches.len(), 3);
}

#[test]
fn a_deleted_record_is_held_against_nothing() {
    let (record, remark) = check(&[("name", "deleted x")], "done");
    assert!(record.is_deleted());
    assert_eq!(remark.way.as_deref(), Some("1.0.0 → 2.0.0 → 3.0.0"));
}

#[test]
fn what_a_transform_says_in_the_middle_counts_for_the_whole() {
    check(&[("name", "nobody")], "skip: in split: nobody");
    check(&[("name", "skipped x")], "skip: in count: at the end");
    let (_, remark) = check(&[("name", "bad")], "bad: in split: it is bad");
    assert_eq!(remark.step.as_deref(), Some("split"));
}

#[test]
fn a_sandbox_that_lost_its_batch_gets_what_the_stage_before_made() {
    let (governed, mut one, mut two) = path();
    (one.fails_together, two.fails_together) = (true, true);
    let step = |native: &Native| Step {
        transform: Arc::new(native.clone()),
        parameters: None,
    };
    let steps = vec![step(&one), step(&two)];
    let governed = Governed::new(Arc::clone(governed.course()), steps, false);
    let mut records = [
        record("user:1", &[("first", "Alan"), ("last", "Turing")]),
        record("user:2", &[("name", "Ada Lovelace")]),
    ];
    let outcomes = go(&governed, &mut records, false);
    assert!(
        outcomes.iter().all(|(outcome, _)| said(outcome) == "done"),
        "{outcomes:?}"
    );
    assert_eq!(
        shown(&records[0]),
        "{balance=0 first=Alan last=Turing v=3.0.0}"
    );
    assert_eq!(
        shown(&records[1]),
        "{balance=0 first=Ada last=Lovelace v=3.0.0}"
    );
}

#[test]
fn the_way_back_leads_to_the_version_that_the_record_had() {
    let (governed, ..) = path();
    let now = [
        ("v", "3.0.0"),
        ("first", "Ada"),
        ("last", "King"),
        ("balance", "7"),
    ];
    let from = |before: &[(&str, &str)]| {
        let before = record("user:1", before);
        let mut one = record("user:1", &now);
        one.set_origin(Entry {
            key: before.key().clone(),
            value: before.value().clone(),
            expires_at: None,
        });
        let mut records = [one];
        let outcome = said(&go(&governed, &mut records, true)[0].0);
        (outcome, shown(&records[0]))
    };
    let done = "done".to_owned();
    assert_eq!(
        from(&[("name", "Ada Lovelace")]),
        (done.clone(), "{name=Ada King}".to_owned())
    );
    assert_eq!(
        from(&[("first", "Ada"), ("last", "Lovelace")]),
        (done, "{first=Ada last=King}".to_owned())
    );
    let mut unknown = [record("user:1", &now), record("user:2", &[("name", "A")])];
    let outcomes = go(&governed, &mut unknown, true);
    assert!(said(&outcomes[0].0).starts_with("no-way-back: "));
    assert_eq!(said(&outcomes[1].0), "skip: at 1.0.0, which is not 3.0.0");
}

#[test]
fn a_transform_of_its_own_is_held_against_both_ends() {
    let course =
        Course::alone("split", &change(None, "2.0.0"), versions()).expect("there is a way");
    let native = Native::new(split, join);
    let step = Step {
        transform: Arc::new(native.clone()),
        parameters: None,
    };
    let governed = Governed::new(Arc::new(course), vec![step], false);
    let mut records = [record("user:1", &[("name", "Ada Lovelace")])];
    let outcomes = go(&governed, &mut records, false);
    assert_eq!(said(&outcomes[0].0), "done");
    assert_eq!(outcomes[0].1.way.as_deref(), Some("1.0.0 → 2.0.0"));
    let mut back = [record("user:1", &[("first", "Ada"), ("last", "King")])];
    assert_eq!(said(&go(&governed, &mut back, true)[0].0), "done");
    assert_eq!(shown(&back[0]), "{name=Ada King}");
    let entry = Entry {
        key: Bytes::from("user:1"),
        value: record("user:1", &[("name", "x")]).value().clone(),
        expires_at: None,
    };
    let way = governed.way_of(&context(), &entry);
    assert_eq!(way.as_deref(), Some("1.0.0 → 2.0.0"));
}
