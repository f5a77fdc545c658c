//! JSON without loss.

use crate::support::{edited, evaluated, failed, text};

#[test]
fn numbers_keep_every_digit() {
    for number in [
        "0",
        "-0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "1.50",
        "0.1",
        "12345678901234567890123.45678",
        "1e+400",
        "1e-7",
        "123456789012345678901234567890123456789",
    ] {
        let json = format!(r#"{{"n":{number}}}"#);
        let after = edited(
            r"let data = parse_json(rec.text); rec.value = to_json(data);",
            text(&json),
        );
        assert_eq!(after.value(), &text(&json), "{number}");
    }
    assert_eq!(
        evaluated(r#"parse_json("0.10") + parse_json("0.20")"#),
        "0.30"
    );
    assert_eq!(evaluated(r#"parse_json("1e2").to_float()"#), "100.0");
}

#[test]
fn a_map_is_printed_without_loss_as_well() {
    let after = edited(
        r#"
        let data = #{ score: parse_json("4.50"), id: 9007199254740993 };
        rec.text = to_json(data) + data.to_json();
        "#,
        text(""),
    );
    let printed = r#"{"id":9007199254740993,"score":4.50}"#;
    assert_eq!(after.value(), &text(&format!("{printed}{printed}")));
}

#[test]
fn a_document_keeps_the_order_and_spelling_of_what_did_not_change() {
    let before = r#"{ "z": 1.0e1, "name": "\u00e9", "inner": {"b": 1, "a": [1, {"y": 2, "x": 1}]}, "gone": 1 }"#;
    let after = edited(
        r#"
        let doc = rec.json;
        doc.remove("gone");
        doc.inner.a[1].x = 5;
        doc.inner.added = true;
        doc.first = ();
        rec.json = doc;
        "#,
        text(before),
    );
    let expected = r#"{"z":1.0e1,"name":"\u00e9","inner":{"b":1,"a":[1,{"y":2,"x":5}],"added":true},"first":null}"#;
    assert_eq!(after.value(), &text(expected));
    assert!(!edited("rec.json = rec.json;", text(before)).value_touched());
}

#[test]
fn a_member_is_edited_in_place() {
    let after = edited(
        r"rec.json.count += 1; rec.json.tags.push(2);",
        text(r#"{"tags":[1],"count":1}"#),
    );
    assert_eq!(after.value(), &text(r#"{"tags":[1,2],"count":2}"#));
}

#[test]
fn what_is_no_json_is_refused() {
    for bad in [
        "{",
        "[1,]",
        r#"{"a":1,"a":2}"#,
        "1 2",
        r#"{"$serde_json::private::Number":"x"}"#,
        "\u{7f}",
    ] {
        let failure = failed("rec.json", text(bad));
        assert!(failure.message.contains("JSON"), "{bad}: {failure}");
    }
    assert!(
        failed("to_json(0.0 / 0.0)", text(""))
            .message
            .contains("NaN")
    );
    assert!(
        failed("to_json(rec.bytes)", text("x"))
            .message
            .contains("blob")
    );
}
