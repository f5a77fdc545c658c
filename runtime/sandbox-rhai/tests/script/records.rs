//! What a script can read and edit of a record of each kind.

use remold_host_api::{
    Consumer, ConsumerGroup, FailureReason, HashField, Kind, Outcome, Pending, Rejection, Scored,
    StreamEntry, StreamId, StreamValue, Value,
};

use crate::support::{NOW, bytes, edited, failed, hash, instance, migrate, record, text};

#[test]
fn a_hash_is_edited_by_field() {
    let before = hash(&[("name", "Ada Lovelace"), ("age", "36"), ("old", "x")]);
    let after = edited(
        r#"
        let parts = rec.hash.get("name").split(" ");
        rec.hash.set("first", parts[0]);
        rec.hash["last"] = parts[1];
        rec.hash.remove("name");
        rec.hash.rename("age", "years");
        if rec.hash.get("missing") != () { throw "there is no such field"; }
        rec.hash.set("n", rec.hash.get_or("missing", 7));
        if rec.hash.contains("old") && rec.hash.len() == 5 { rec.hash.remove("old"); }
        "#,
        before,
    );
    let expected = hash(&[
        ("years", "36"),
        ("first", "Ada"),
        ("last", "Lovelace"),
        ("n", "7"),
    ]);
    assert!(after.value().same(&expected), "{:?}", after.value());
    assert!(after.value_touched());
}

#[test]
fn an_edit_that_changes_nothing_does_not_touch_the_value() {
    let after = edited(
        r#"rec.hash.set("a", "1"); rec.hash.remove("b"); rec.hash.rename("x", "y");"#,
        hash(&[("a", "1")]),
    );
    assert!(!after.is_touched());
    assert!(!edited("rec.text = rec.text;", text("same")).is_touched());
    assert!(!edited("rec.value = rec.value;", text("same")).is_touched());
}

#[test]
fn a_field_keeps_its_expiry_when_its_value_or_name_changes() {
    let with_expiry = |name: &str, value: &str, expires_at| HashField {
        expires_at,
        ..crate::support::field(name, value)
    };
    let before = Value::Hash([with_expiry("a", "1", Some(NOW + 9))].into_iter().collect());
    let after = edited(
        r#"
        rec.hash.set("a", "2");
        rec.hash.rename("a", "b");
        rec.hash.set("c", "3");
        rec.hash.set_expires_at("c", rec.hash.expires_at("b") + 1);
        "#,
        before.clone(),
    );
    let expected = [
        with_expiry("b", "2", Some(NOW + 9)),
        with_expiry("c", "3", Some(NOW + 10)),
    ];
    assert_eq!(after.value(), &Value::Hash(expected.into_iter().collect()));
    let after = edited(r#"rec.hash.set_expires_at("a", ());"#, before);
    assert_eq!(after.value(), &hash(&[("a", "1")]));
}

#[test]
fn a_list_is_edited_by_position() {
    let after = edited(
        r#"
        let list = rec.list;
        list.set(0, "A");
        list[-1] = "C";
        list.push(4);
        list.push_front("zero");
        list.insert(1, "half");
        list.remove(2);
        let joined = "";
        for item in rec.list { joined += item; }
        if joined != "zerohalfbC4" { throw joined; }
        if list.items() != ["zero", "half", "b", "C", "4"] { throw "items"; }
        if list.get(-2) != "C" || list.len() != 5 { throw "get"; }
        "#,
        Value::List(bytes(&["a", "b", "c"])),
    );
    assert_eq!(
        after.value(),
        &Value::List(bytes(&["zero", "half", "b", "C", "4"]))
    );
}

#[test]
fn a_set_is_edited_by_member() {
    let after = edited(
        r#"
        rec.set.add("a");
        rec.set.add("c");
        rec.set.remove("b");
        rec.set.remove("b");
        rec.set.rename("a", "A");
        let seen = [];
        for member in rec.set { seen.push(member); }
        if seen.len() != 2 || !rec.set.contains("c") || rec.set.members().len() != rec.set.len() { throw "members"; }
        "#,
        Value::Set(bytes(&["a", "b"]).into_iter().collect()),
    );
    assert!(
        after
            .value()
            .same(&Value::Set(bytes(&["A", "c"]).into_iter().collect()))
    );
}

fn scored(members: &[(&'static str, f64)]) -> Value {
    let scored = members.iter().map(|(member, score)| Scored {
        member: member.as_bytes().into(),
        score: *score,
    });
    Value::SortedSet(scored.collect())
}

#[test]
fn a_sorted_set_is_edited_by_member_and_score() {
    let after = edited(
        r#"
        let set = rec.sorted_set;
        set.add("a", set.score("a") * 10);
        set.add("c", 2);
        set.rename("b", "B");
        set.remove("x");
        if set.score("nobody") != () || set.len() != 3 || !set.contains("B") { throw "score"; }
        if set.members() != ["B", "c", "a"] { throw "order"; }
        if set.entries()[1] != ["c", 2.0] { throw "entries"; }
        "#,
        scored(&[("a", 1.0), ("b", 1.5), ("x", 9.0)]),
    );
    assert!(
        after
            .value()
            .same(&scored(&[("a", 10.0), ("B", 1.5), ("c", 2.0)]))
    );
}

fn stream() -> StreamValue {
    let id = |ms| StreamId { ms, seq: 0 };
    StreamValue {
        entries: [1, 2, 5]
            .map(|ms| StreamEntry {
                id: id(ms),
                fields: vec![
                    ("n".into(), ms.to_string().into()),
                    ("t".into(), "x".into()),
                ],
            })
            .to_vec(),
        last_id: id(7),
        max_deleted_id: id(3),
        entries_added: 9,
        groups: vec![ConsumerGroup {
            name: "g".into(),
            last_id: id(2),
            entries_read: Some(2),
            pending: vec![Pending {
                id: id(2),
                delivered_at: NOW,
                deliveries: 1,
            }],
            consumers: vec![Consumer {
                name: "c".into(),
                seen_at: NOW,
                active_at: None,
                pending: vec![id(2)],
            }],
        }],
        extension: None,
    }
}

#[test]
fn a_stream_is_edited_by_entry_and_keeps_its_groups() {
    let after = edited(
        r#"
        let s = rec.stream;
        if s.ids() != ["1-0", "2-0", "5-0"] || s.last_id != "7-0" { throw "ids"; }
        if s.get("2-0") != [["n", "2"], ["t", "x"]] || s.get("9-0") != () { throw "get"; }
        if s.entries()[0].fields[0][1] != "1" || s.field("5-0", "n") != "5" { throw "entries"; }
        s.set("1-0", #{ "m": 1 });
        s.set_field("2-0", "n", 20);
        s.rename_field("2-0", "t", "type");
        s.remove_field("5-0", "t");
        s.remove("5-0");
        s.add("8-1", [["a", "1"], ["a", "2"]]);
        let group = s.groups()[0];
        if group.name != "g" || group.pending != 1 || group.consumers != 1 { throw "groups"; }
        "#,
        Value::Stream(Box::new(stream())),
    );
    let before = stream();
    let Value::Stream(after) = after.value() else {
        panic!("it is still a stream");
    };
    let fields = |index: usize| after.entries[index].fields.clone();
    assert_eq!(after.entries.len(), 3);
    assert_eq!(fields(0), [("m".into(), "1".into())]);
    assert_eq!(
        fields(1),
        [("n".into(), "20".into()), ("type".into(), "x".into())]
    );
    assert_eq!(
        fields(2),
        [("a".into(), "1".into()), ("a".into(), "2".into())]
    );
    assert_eq!(after.last_id, StreamId { ms: 8, seq: 1 });
    assert_eq!(after.max_deleted_id, StreamId { ms: 5, seq: 0 });
    assert_eq!(after.entries_added, before.entries_added + 1);
    assert_eq!(after.groups, before.groups);
}

#[test]
fn a_stream_refuses_ids_that_do_not_grow() {
    for statement in [
        r#"rec.stream.add("7-0", #{ a: 1 });"#,
        r#"rec.stream.add("x", #{ a: 1 });"#,
        r#"rec.stream.add("9-0", #{});"#,
        r#"rec.stream.set("9-0", #{ a: 1 });"#,
    ] {
        let failure = failed(statement, Value::Stream(Box::new(stream())));
        assert_eq!(failure.reason, FailureReason::Exception, "{statement}");
    }
}

#[test]
fn text_and_bytes_are_read_and_written() {
    assert_eq!(
        edited("rec.text = rec.text.to_upper();", text("abc")).value(),
        &text("ABC")
    );
    assert_eq!(edited("rec.text = 12;", text("abc")).value(), &text("12"));
    let raw = Value::Text(vec![0xFF, 0x00].into());
    let after = edited(
        "let b = rec.bytes; b[1] = 0x41; rec.bytes = b;",
        raw.clone(),
    );
    assert_eq!(after.value(), &Value::Text(vec![0xFF, 0x41].into()));
    let failure = failed("rec.text", raw);
    assert_eq!(failure.reason, FailureReason::Exception);
    assert!(failure.message.contains("not UTF-8"), "{failure}");
}

#[test]
fn floats_and_bools_are_not_written_by_accident() {
    for (value, word) in [
        ("1.5", "float"),
        ("true", "bool"),
        ("()", "no value"),
        ("[1]", "to_json"),
    ] {
        let failure = failed(&format!(r#"rec.hash.set("a", {value});"#), hash(&[]));
        assert!(failure.message.contains(word), "{failure}");
        assert_eq!(failure.location.expect("a place").line, 2);
    }
}

#[test]
fn the_record_tells_what_it_is() {
    edited(
        &format!(
            r#"
            if rec.key != "user:1" || rec.key_bytes.len() != 6 {{ throw "key"; }}
            if rec.kind != "hash" || rec.size != 1 {{ throw "kind"; }}
            if rec.expires_at != {} || rec.ttl != 5000 {{ throw "expiry"; }}
            if now_ms() != {NOW} {{ throw "clock"; }}
            "#,
            NOW + 5000
        ),
        hash(&[("a", "1")]),
    );
}

#[test]
fn the_expiry_is_set_and_removed() {
    assert_eq!(
        edited("rec.ttl = 100;", text("x")).expires_at(),
        Some(NOW + 100)
    );
    assert_eq!(
        edited("rec.expires_at = 1;", text("x")).expires_at(),
        Some(1)
    );
    let persistent = edited("rec.expires_at = ();", text("x"));
    assert_eq!(persistent.expires_at(), None);
    assert!(persistent.expiry_touched());
    assert!(
        failed("rec.ttl = -1;", text("x"))
            .message
            .contains("milliseconds")
    );
}

#[test]
fn the_type_of_a_value_is_changed_by_saying_it() {
    let cases: [(&str, Value); 6] = [
        (r#"text("a")"#, text("a")),
        (r#""a""#, text("a")),
        (
            r#"hash(#{ a: 1, b: "x" })"#,
            hash(&[("a", "1"), ("b", "x")]),
        ),
        (r#"list(["a", 2])"#, Value::List(bytes(&["a", "2"]))),
        (
            r#"set(["a", "a", "b"])"#,
            Value::Set(bytes(&["a", "b"]).into_iter().collect()),
        ),
        (
            r"sorted_set(#{ a: 1, b: 2.5 })",
            scored(&[("a", 1.0), ("b", 2.5)]),
        ),
    ];
    for (expression, expected) in cases {
        let after = edited(&format!("rec.value = {expression};"), hash(&[("old", "1")]));
        assert!(after.value().same(&expected), "{expression}");
    }
    let failure = failed("rec.value = #{ a: 1 };", text("x"));
    assert!(failure.message.contains("hash(…)"), "{failure}");
    let failure = failed(r#"rec.text = "x";"#, hash(&[]));
    assert!(
        failure.message.contains("the record holds a hash"),
        "{failure}"
    );
}

#[test]
fn what_was_looked_up_can_be_read_and_not_edited() {
    let source = r#"
        fn lookups(rec) { ["plan:" + rec.hash.get("plan"), "plan:none"] }
        fn migrate(rec) {
            let plan = rec.lookup("plan:" + rec.hash.get("plan"));
            rec.hash.set("price", plan.hash.get("price"));
            if rec.lookup("plan:none") != () { throw "there is no such plan"; }
            try { plan.hash.set("price", 1); throw "it was edited"; }
            catch (e) { rec.hash.set("why", e.code); }
            try { rec.lookup("plan:other"); } catch (e) { rec.hash.set("other", e.code); }
        }
    "#;
    let mut instance = instance(source);
    let mut records = [record(hash(&[("plan", "basic")]))];
    let context = crate::support::context();
    let keys = instance
        .lookups(&context, &records)
        .remove(0)
        .expect("keys");
    assert_eq!(keys, bytes(&["plan:basic", "plan:none"]));
    let plan = remold_host_api::Entry {
        key: keys[0].clone(),
        value: hash(&[("price", "9.90")]),
        expires_at: None,
    };
    records[0].set_lookups(vec![(keys[0].clone(), Some(plan)), (keys[1].clone(), None)]);
    assert_eq!(
        instance.migrate(&context, &mut records, &|_| unreachable!(
            "scripts do not ask"
        )),
        [Ok(Outcome::Done)]
    );
    let expected = hash(&[
        ("plan", "basic"),
        ("price", "9.90"),
        ("why", "invalid-argument"),
        ("other", "not-looked-up"),
    ]);
    assert!(
        records[0].value().same(&expected),
        "{:?}",
        records[0].value()
    );
}

#[test]
fn outcomes_are_returned() {
    let outcome = |statements: &str| {
        migrate(&format!("fn migrate(rec) {{ {statements} }}"), text("x")).outcome
    };
    assert_eq!(outcome(""), Ok(Outcome::Done));
    assert_eq!(outcome("done()"), Ok(Outcome::Done));
    assert_eq!(
        outcome(r#"return skip("done before");"#),
        Ok(Outcome::Skip("done before".to_owned()))
    );
    assert_eq!(
        outcome(r#"reject("bad-name", "no space in it")"#),
        Ok(Outcome::Reject(Rejection {
            code: "bad-name".to_owned(),
            message: "no space in it".to_owned(),
        }))
    );
    for (statements, found) in [
        ("42", "42"),
        (r#""skip""#, "\"skip\""),
        ("#{}", "a map"),
        ("rec", "Handle"),
    ] {
        let failure = outcome(statements).expect_err(statements);
        assert_eq!(failure.reason, FailureReason::BadOutput);
        assert!(failure.message.contains(found), "{failure}");
        assert!(failure.message.contains("skip(reason)"), "{failure}");
    }
}

#[test]
fn one_record_that_fails_leaves_the_others_alone() {
    let mut instance =
        instance(r#"fn migrate(rec) { if rec.text == "bad" { throw "no"; } rec.text += "!"; }"#);
    let mut records = ["a", "bad", "b"].map(|value| record(text(value)));
    let outcomes = instance.migrate(&crate::support::context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert_eq!(outcomes[0], Ok(Outcome::Done));
    assert_eq!(outcomes[1].as_ref().expect_err("it threw").message, "no");
    assert_eq!(outcomes[2], Ok(Outcome::Done));
    assert_eq!(records[2].value(), &text("b!"));
    assert_eq!(records[1].key(), "user:1");
}

#[test]
fn the_way_back_is_a_function_of_its_own() {
    let mut instance = instance(
        r#"fn migrate(rec) { rec.text += "!"; } fn revert(rec) { rec.text = rec.text[0..-1]; }"#,
    );
    let mut records = [record(text("abc"))];
    let context = crate::support::context();
    assert_eq!(
        instance.migrate(&context, &mut records, &|_| unreachable!(
            "scripts do not ask"
        )),
        [Ok(Outcome::Done)]
    );
    assert_eq!(records[0].value(), &text("abc!"));
}

#[test]
fn every_kind_has_its_word() {
    for kind in Kind::ALL {
        assert!(!kind.name().is_empty());
    }
}
