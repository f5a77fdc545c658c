//! What a component does to records, and that a failure concerns its record alone.

use remold_host_api::{FailureReason, Outcome, Powers, Rejection, Scored, Value};

use super::support::{
    NOW, context, entry, for_each, hash, instance, migrate, options, run, text, texts,
};

#[test]
fn fields_are_read_and_written() {
    // set(i, "first", get(i, "name"))
    let module = for_each(
        r#"(call $get (local.get $i) (i32.const 16) (i32.const 4) (i32.const 1024))
           (call $set (local.get $i) (i32.const 32) (i32.const 5)
             (i32.load (i32.const 1032)) (i32.load (i32.const 1036)) (i32.const 1100))"#,
        "",
    );
    let users = [
        entry("user:1", hash(&[("name", "Ada")])),
        entry("user:2", hash(&[("name", "Grace"), ("age", "85")])),
    ];
    let ran = migrate(&module, &users);
    assert_eq!(ran.outcomes, [Ok(Outcome::Done), Ok(Outcome::Done)]);
    let expected = hash(&[("name", "Ada"), ("first", "Ada")]);
    assert!(ran.records[0].value().same(&expected));
    let expected = hash(&[("name", "Grace"), ("age", "85"), ("first", "Grace")]);
    assert!(ran.records[1].value().same(&expected));
}

#[test]
fn outcomes_are_said_for_each_record() {
    let module = for_each(
        r#"(if (i32.eq (local.get $i) (i32.const 1))
             (then (call $skip (local.get $i) (i32.const 80) (i32.const 10))))
           (if (i32.eq (local.get $i) (i32.const 2))
             (then (call $reject (local.get $i) (i32.const 16) (i32.const 4) (i32.const 80) (i32.const 10))))"#,
        "",
    );
    let ran = migrate(&module, &texts(3));
    let rejection = Rejection {
        code: "name".to_owned(),
        message: "it said so".to_owned(),
    };
    assert_eq!(
        ran.outcomes,
        [
            Ok(Outcome::Done),
            Ok(Outcome::Skip("it said so".to_owned())),
            Ok(Outcome::Reject(rejection))
        ]
    );
}

#[test]
fn a_trap_fails_the_record_that_traps_and_undoes_nothing_else() {
    // Every text becomes "name"; the record that holds "c" traps after its edit.
    let module = for_each(
        r#"(call $text (local.get $i) (i32.const 1024))
           (call $set_text (local.get $i) (i32.const 16) (i32.const 4) (i32.const 1100))
           (if (i32.eq (i32.load8_u (i32.load (i32.const 1028))) (i32.const 99)) (then unreachable))"#,
        "",
    );
    let ran = migrate(&module, &texts(5));
    let trap = Some(FailureReason::Trap);
    assert_eq!(ran.reasons(), [None, None, trap, None, None]);
    for place in [0, 1, 3, 4] {
        assert_eq!(ran.records[place].value(), &text("name"), "{place}");
    }
}

#[test]
fn a_failure_tells_what_the_panic_said_and_where() {
    // panic("it said so", some(place("name", 7, 3)))
    let module = for_each(
        r"(call $panic (i32.const 80) (i32.const 10) (i32.const 1) (i32.const 16) (i32.const 4) (i32.const 7) (i32.const 3))
          unreachable",
        "",
    );
    let ran = migrate(&module, &texts(1));
    let failure = ran.outcomes[0].as_ref().unwrap_err();
    assert_eq!(failure.message, "panicked: it said so");
    let place = failure.location.as_ref().unwrap();
    assert_eq!(
        (place.file.as_str(), place.line, place.column),
        ("name", 7, 3)
    );
}

#[test]
fn a_key_that_is_not_granted_is_refused() {
    // rename(i, "out:1"), then rename(i, "secret:1"), which is told to the guest: result 1, code 0.
    let module = for_each(
        r#"(call $rename (local.get $i) (i32.const 48) (i32.const 5) (i32.const 1024))
           (call $rename (local.get $i) (i32.const 64) (i32.const 8) (i32.const 1100))
           (if (i32.eqz (i32.load8_u (i32.const 1100))) (then unreachable))
           (if (i32.load8_u (i32.const 1104)) (then unreachable))"#,
        "",
    );
    let ran = migrate(&module, &texts(1));
    assert_eq!(ran.outcomes, [Ok(Outcome::Done)]);
    assert_eq!(ran.records[0].renamed().unwrap(), "out:1");
}

#[test]
fn what_the_operator_does_not_grant_is_refused_although_it_is_asked_for() {
    let module = for_each(
        r#"(call $rename (local.get $i) (i32.const 48) (i32.const 5) (i32.const 1024))
           (if (i32.eqz (i32.load8_u (i32.const 1024))) (then unreachable))"#,
        "",
    );
    let mut narrowed = options();
    narrowed.capabilities.granted = Some(Powers::default());
    let ran = run(instance(&module, narrowed).as_mut(), &texts(1));
    assert_eq!(ran.outcomes, [Ok(Outcome::Done)]);
    assert_eq!(ran.records[0].renamed(), None);
}

#[test]
fn a_column_that_cannot_be_read_fails_its_record_alone() {
    // set_texts(texts()): the places of texts() are what set_texts takes.
    let module = super::support::module(
        r#"(func (export "migrate") (param $count i32)
             (call $texts (i32.const 1024))
             (call $set_texts (i32.load (i32.const 1024)) (i32.load (i32.const 1028))))"#,
    );
    let mut entries = texts(3);
    entries[1].value = hash(&[("name", "Ada")]);
    let ran = migrate(&module, &entries);
    assert_eq!(ran.reasons(), [None, Some(FailureReason::Exception), None]);
    let failure = ran.outcomes[1].as_ref().unwrap_err();
    assert_eq!(
        failure.message,
        "this needs a text, the record holds a hash"
    );
    assert!(!ran.records[0].is_touched());
}

#[test]
fn a_column_of_another_length_ends_the_call() {
    let module = super::support::module(
        r#"(func (export "migrate") (param $count i32)
             (call $set_texts (i32.const 1024) (i32.const 1)))"#,
    );
    let ran = migrate(&module, &texts(2));
    // Alone each of them has a column of the right length.
    assert_eq!(ran.outcomes, [Ok(Outcome::Done), Ok(Outcome::Done)]);
    let module = super::support::module(
        r#"(func (export "migrate") (param $count i32)
             (call $set_texts (i32.const 1024) (i32.const 3)))"#,
    );
    let ran = migrate(&module, &texts(2));
    let bad = Some(FailureReason::BadOutput);
    assert_eq!(ran.reasons(), [bad, bad]);
}

#[test]
fn lookups_are_asked_for_and_found() {
    let module = for_each(
        // lookup(i, "out:1") is some(number): its text is written.
        r#"(call $lookup (local.get $i) (i32.const 48) (i32.const 5) (i32.const 1024))
           (if (i32.load8_u (i32.const 1024)) (then unreachable))
           (if (i32.eqz (i32.load8_u (i32.const 1028))) (then unreachable))
           (call $text (i32.load (i32.const 1032)) (i32.const 1100))
           (call $set_text (local.get $i) (i32.load (i32.const 1104)) (i32.load (i32.const 1108)) (i32.const 1200))"#,
        r#"(func (export "lookups") (param $count i32) (local $i i32)
             (block $done (loop $next
               (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
               (call $ask (local.get $i) (i32.const 48) (i32.const 5) (i32.const 1024))
               (local.set $i (i32.add (local.get $i) (i32.const 1)))
               (br $next))))"#,
    );
    let mut instance = instance(&module, options());
    let entries = texts(2);
    let records: Vec<_> = entries
        .iter()
        .cloned()
        .map(remold_host_api::Record::new)
        .collect();
    let asked = instance.lookups(&context(), &records);
    assert_eq!(asked, [Ok(vec!["out:1".into()]), Ok(vec!["out:1".into()])]);
    let mut records = records;
    for record in &mut records {
        record.set_lookups(vec![("out:1".into(), Some(entry("out:1", text("found"))))]);
    }
    let again = |place: usize| entries[place].clone();
    let outcomes = instance.migrate(&context(), &mut records, &again);
    assert_eq!(outcomes, [Ok(Outcome::Done), Ok(Outcome::Done)]);
    assert_eq!(records[1].value(), &text("found"));
}

#[test]
fn the_run_is_the_same_for_every_call() {
    // The text becomes the eight bytes of now + seed + the record's seed.
    let module = for_each(
        r#"(i64.store (i32.const 1024)
             (i64.add (call $now) (i64.add (call $seed) (call $record_seed (local.get $i)))))
           (call $set_text (local.get $i) (i32.const 1024) (i32.const 8) (i32.const 1100))"#,
        "",
    );
    let mut instance = instance(&module, options());
    let first = run(instance.as_mut(), &texts(2));
    let second = run(instance.as_mut(), &texts(2));
    assert_eq!(first.records, second.records);
    let Value::Text(bytes) = first.records[0].value() else {
        panic!("it is a text")
    };
    let seed = xxhash_rust::xxh3::xxh3_64_with_seed(b"user:0", 42);
    let expected = NOW.wrapping_add(42).wrapping_add(seed);
    assert_eq!(bytes.as_ref(), expected.to_le_bytes());
}

#[test]
fn members_are_listed_in_their_order_also_after_an_edit() {
    // The code is the first member, the message the first one after "name" was added below it.
    let text = r#"(module
      (import "remold:transform/records@0.1.0" "reject" (func $reject (param i32 i32 i32 i32 i32)))
      (import "remold:transform/sorted-sets@0.1.0" "members" (func $members (param i32 i32 i32 i32)))
      (import "remold:transform/sorted-sets@0.1.0" "add-text" (func $add (param i32 i32 i32 f64 i32)))
      (memory (export "memory") 2)
      (global $top (mut i32) (i32.const 4096))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
        (global.set $top (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
      (data (i32.const 16) "name")
      (func (export "migrate") (param i32) (local $first i32) (local $then i32)
        (call $members (i32.const 0) (i32.const 1) (i32.const 1) (i32.const 1024))
        (call $members (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1024))
        (local.set $first (i32.load (i32.const 1028)))
        (call $add (i32.const 0) (i32.const 16) (i32.const 4) (f64.const -9) (i32.const 1100))
        (call $members (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1024))
        (local.set $then (i32.load (i32.const 1028)))
        (call $reject (i32.const 0)
          (i32.load (local.get $first)) (i32.load offset=4 (local.get $first))
          (i32.load (local.get $then)) (i32.load offset=4 (local.get $then)))))"#;
    let scored = |member: &'static str, score| Scored {
        member: member.into(),
        score,
    };
    let members = [scored("b", 2.0), scored("a", 1.0)];
    let board = entry("board", Value::SortedSet(members.into_iter().collect()));
    let ran = migrate(&wat::parse_str(text).unwrap(), &[board]);
    let rejection = Rejection {
        code: "a".to_owned(),
        message: "name".to_owned(),
    };
    assert_eq!(ran.outcomes, [Ok(Outcome::Reject(rejection))]);
}
