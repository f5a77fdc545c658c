//! Programs.

use super::code;
use crate::keyspace::{self, Applied};
use crate::testing::{Host, Outcome};
use crate::{Code, Kind, Result, Value, backup, fail, reject, skip};

fn users(host: &Host, count: usize) {
    for number in 0..count {
        host.put((
            format!("user:{number:03}"),
            Value::hash([("n", number.to_string())]),
        ));
    }
    host.put(("cart:1", Value::list(["a"])));
}

#[test]
fn keys_are_listed_by_pattern_and_kind() {
    let host = Host::new();
    users(&host, 150);
    let keys: Result<Vec<Vec<u8>>, _> = keyspace::scan("user:*", None).collect();
    assert_eq!(keys.expect("all is granted").len(), 150);
    let keys: Result<Vec<Vec<u8>>, _> = keyspace::scan("*", Kind::List).collect();
    assert_eq!(keys, Ok(vec![b"cart:1".to_vec()]));
    let mut pages = 0;
    let mut scan = keyspace::scan("user:*", Kind::Hash);
    while let Some(page) = scan.next_page().expect("all is granted") {
        assert!(!page.is_empty());
        pages += 1;
    }
    assert_eq!(pages, 3);
}

#[test]
fn records_are_read_edited_and_applied() {
    let host = Host::new();
    users(&host, 3);
    let program = || -> Result {
        let records = keyspace::get(&["user:000", "user:001", "user:002", "user:none"])?;
        assert!(records[3].is_none());
        let records: Vec<keyspace::Held> = records.into_iter().flatten().collect();
        records[0].hash().set("seen", "1")?;
        records[1].rename("person:1")?;
        let applied = keyspace::apply(records)?;
        assert_eq!(
            applied,
            [Applied::Applied, Applied::Applied, Applied::Unchanged]
        );
        let again = keyspace::get(&["user:000"])?;
        assert_eq!(
            keyspace::apply(again.into_iter().flatten())?,
            [Applied::Already]
        );
        Ok(())
    };
    assert_eq!(host.run(program), Outcome::Done);
    let seen = host.get("user:000").expect("it is there").value;
    assert_eq!(seen, Value::hash([("n", "0"), ("seen", "1")]));
    assert!(host.get("user:001").is_none());
    assert!(host.get("person:1").is_some());
}

#[test]
fn a_key_that_changed_since_is_a_conflict_and_one_that_is_there_is_not_replaced() {
    let host = Host::new();
    users(&host, 2);
    let held = keyspace::get(&["user:000", "user:001"]).expect("all is granted");
    let mut held = held.into_iter().flatten();
    let (first, second) = (
        held.next().expect("it is there"),
        held.next().expect("it is there"),
    );
    host.put(("user:000", Value::text("written since")));
    first.delete().expect("all is granted");
    assert_eq!(keyspace::apply([first]), Ok(vec![Applied::Conflict]));
    second.rename("cart:1").expect("all is granted");
    assert_eq!(code(keyspace::apply([second])), Code::InvalidArgument);
}

#[test]
fn a_record_that_is_dropped_is_let_go() {
    let host = Host::new();
    users(&host, 1);
    let held = keyspace::get(&["user:000"]).expect("all is granted");
    assert_eq!(
        held[0].as_ref().map(|held| held.key()),
        Some(b"user:000".to_vec())
    );
    drop(held);
    let held = keyspace::get(&["user:000"]).expect("all is granted");
    drop(host);
    drop(held);
}

#[test]
fn a_program_tells_how_far_it_is_and_how_it_ended() {
    let host = Host::new();
    host.resume_from("at 5");
    let program = || -> Result {
        assert_eq!(keyspace::resumed_from(), Some(b"at 5".to_vec()));
        keyspace::progress(6, 10);
        keyspace::checkpoint("at 6")?;
        assert_eq!(backup::create("before").as_deref(), Ok("before"));
        skip("nothing left")
    };
    assert_eq!(host.run(program), Outcome::skip("nothing left"));
    assert_eq!(host.progress(), Some((6, Some(10))));
    assert_eq!(host.checkpoint(), Some(b"at 6".to_vec()));
    assert_eq!(host.backups(), ["before"]);
    assert_eq!(
        host.run(|| reject("code", "what")),
        Outcome::reject("code", "what")
    );
    assert_eq!(host.run(|| fail("what")), Outcome::fail(None, "what"));
    assert_eq!(host.run(|| Ok(())), Outcome::Done);
}
