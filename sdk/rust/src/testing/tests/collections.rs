//! Lists, sets and sorted sets.

use super::code;
use crate::testing::Host;
use crate::{Code, Result, Scored, Value};

#[test]
fn a_list_is_read_and_edited() {
    let host = Host::new();
    let record = host.record("k", Value::list(["b", "c"]));
    let list = record.list();
    list.push("d").expect("a list");
    list.push_front("a").expect("a list");
    list.insert(4, "e").expect("it may be the end");
    list.insert(-1, "d2").expect("before the last");
    list.set(0, "A").expect("there is one");
    list.remove(1).expect("there is one");
    assert_eq!(record.value(), Value::list(["A", "c", "d", "d2", "e"]));
    assert_eq!(list.get(-1), Ok(b"e".to_vec()));
    assert_eq!(list.get_text(0).as_deref(), Ok("A"));
    for index in [5, -6, i64::MIN, i64::MAX] {
        assert_eq!(code(list.get(index)), Code::OutOfRange);
    }
    assert_eq!(code(list.insert(6, "x")), Code::OutOfRange);
    assert_eq!((list.len(), list.is_empty()), (Ok(5), Ok(false)));
    let items: Result<Vec<String>, _> = list.items_text().collect();
    assert_eq!(items.expect("texts").concat(), "Acdd2e");
    list.clear().expect("a list");
    assert_eq!(list.items().count(), 0);
}

#[test]
fn a_long_list_is_walked_page_by_page() {
    let host = Host::new();
    let items: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let record = host.record("k", Value::list(items.clone()));
    let walked: Result<Vec<String>, _> = record.list().items_text().collect();
    assert_eq!(walked, Ok(items));
    record.list().set(700, b"\xff").expect("there is one");
    let mut walk = record.list().items_text();
    assert_eq!(walk.by_ref().filter(Result::is_err).count(), 1);
    assert!(walk.next().is_none(), "after an error the walk is over");
}

#[test]
fn a_set_is_read_and_edited() {
    let host = Host::new();
    let record = host.record("k", Value::set(["a", "b"]));
    let set = record.set();
    set.add("c").expect("a set");
    set.add("c").expect("a set");
    set.remove("a").expect("a set");
    set.rename("b", "c").expect("a set");
    set.rename("none", "d").expect("a set");
    assert_eq!(record.value(), Value::set(["c"]));
    assert_eq!(
        (set.contains("c"), set.contains("b")),
        (Ok(true), Ok(false))
    );
    assert_eq!((set.len(), set.is_empty()), (Ok(1), Ok(false)));
    assert_eq!(set.members().count(), 1);
    assert_eq!(set.members_text().next(), Some(Ok("c".to_owned())));
    set.clear().expect("a set");
    assert_eq!(set.is_empty(), Ok(true));
    assert_eq!(code(record.sorted_set().len()), Code::WrongKind);
}

#[test]
fn a_sorted_set_is_read_and_edited() {
    let host = Host::new();
    let record = host.record(
        "k",
        Value::sorted_set([("b", 1.0), ("a", 1.0), ("c", -1.0)]),
    );
    let set = record.sorted_set();
    let members: Result<Vec<Scored>, _> = set.members().collect();
    let order: Vec<Vec<u8>> = members
        .expect("members")
        .into_iter()
        .map(|m| m.member)
        .collect();
    assert_eq!(order, [b"c", b"a", b"b"]);
    set.add("a", 5.0).expect("a number");
    set.add("d", 0.0).expect("a number");
    assert_eq!(code(set.add("d", f64::NAN)), Code::InvalidArgument);
    set.rename("a", "d").expect("a sorted set");
    set.remove("c").expect("a sorted set");
    assert_eq!((set.score("d"), set.score("a")), (Ok(Some(5.0)), Ok(None)));
    assert_eq!(
        (set.contains("d"), set.contains("a")),
        (Ok(true), Ok(false))
    );
    let texts: Result<Vec<(String, f64)>, _> = set.members_text().collect();
    assert_eq!(
        texts,
        Ok(vec![("b".to_owned(), 1.0), ("d".to_owned(), 5.0)])
    );
    assert_eq!((set.len(), set.is_empty()), (Ok(2), Ok(false)));
    set.clear().expect("a sorted set");
    assert_eq!(set.len(), Ok(0));
}
