//! Values there and back, and what is refused.

use super::*;

fn json_of(php: &str) -> Result<String, String> {
    let parsed = parse::value(php.as_bytes());
    let parsed = parsed.map_err(|wrong| format!("{}: {}", wrong.at, wrong.problem))?;
    Ok(print::to_json(&parsed))
}

fn php_of(json: &str) -> String {
    let json = serde_json::from_str(json).expect("JSON");
    print::of_json(&json).expect("PHP has a form for it")
}

#[test]
fn values_become_json_and_php_again() {
    for (php, json) in [
        ("N;", "null"),
        ("b:1;", "true"),
        ("b:0;", "false"),
        ("i:-42;", "-42"),
        ("d:0.5;", "0.5"),
        ("d:3;", "3.0"),
        ("d:-0;", "-0.0"),
        ("s:0:\"\";", "\"\""),
        ("s:7:\"Grü\u{df}e\";", "\"Grüße\""),
        ("s:3:\"a\"b\";", "\"a\\\"b\""),
        ("a:0:{}", "[]"),
        ("a:2:{i:0;s:1:\"a\";i:1;i:2;}", "[\"a\",2]"),
        (
            "a:2:{i:1;s:1:\"b\";i:0;s:1:\"a\";}",
            "{\"1\":\"b\",\"0\":\"a\"}",
        ),
        (
            "a:2:{s:1:\"z\";N;s:1:\"a\";a:1:{i:7;b:1;}}",
            "{\"z\":null,\"a\":{\"7\":true}}",
        ),
    ] {
        assert_eq!(json_of(php).as_deref(), Ok(json), "{php}");
        assert_eq!(php_of(json), php, "{json}");
    }
}

#[test]
fn an_older_php_writes_all_digits_of_a_double() {
    assert_eq!(json_of("d:0.10000000000000001;").as_deref(), Ok("0.1"));
    assert_eq!(json_of("d:1.0E+25;").as_deref(), Ok("1e25"));
}

#[test]
fn what_json_could_not_give_back_is_refused_with_its_place() {
    for (php, wrong) in [
        ("O:8:\"stdClass\":0:{}", "0: an object has a class"),
        ("a:1:{i:0;O:1:\"A\":0:{}}", "9: an object has a class"),
        ("a:2:{i:0;i:1;i:1;R:2;}", "17: a reference"),
        ("E:8:\"Suit:Two\";", "0: an enum"),
        ("d:NAN;", "2: JSON has no number"),
        ("d:1e999;", "2: a float is out of range"),
        ("d:infinity;", "2: a number is missing"),
        ("i:9223372036854775808;", "2: a number is missing"),
        ("i:+1;", "2: a number is missing"),
        ("b:2;", "4: a bool is 0 or 1"),
        ("s:3:\"ab\";", "8: `\"` is missing"),
        ("s:9:\"ab\";", "5: a text of 9 bytes is cut off"),
        ("a:2:{i:0;N;i:0;N;}", "15: a key of an array occurs twice"),
        ("a:1:{s:1:\"7\";N;", "15: `}` is missing"),
        ("a:1:{b:1;N;}", "5: the key of an array"),
        ("i:1;i:2;", "4: 4 bytes follow"),
        ("", "0: a value is missing"),
        ("{\"a\":1}", "0: this is no serialised value"),
    ] {
        let said = json_of(php).expect_err(php);
        assert!(said.starts_with(wrong), "{php}: {said}");
    }
    let deep = format!("{}N;{}", "a:1:{i:0;".repeat(102), "}".repeat(102));
    assert!(json_of(&deep).expect_err("too deep").contains("nested"));
    let cut = parse::value(b"s:2:\"\xff\xfe\";")
        .err()
        .map(|wrong| wrong.problem);
    assert!(cut.expect("not UTF-8").contains("UTF-8"));
}

#[test]
fn a_session_is_its_variables_one_after_the_other() {
    let text = "user|a:1:{s:4:\"name\";s:5:\"A|d;a\";}count|i:3;";
    let variables = parse::session(text.as_bytes()).map_err(|wrong| wrong.problem);
    let json = print::object(&variables.expect("a session"));
    assert_eq!(json, "{\"user\":{\"name\":\"A|d;a\"},\"count\":3}");
    let back = print::session_of_json(&serde_json::from_str(&json).expect("JSON"));
    assert_eq!(back.expect("a session"), text);
    for wrong in ["user", "!user|", "user|N;user|N;", "user|O:1:\"A\":0:{}"] {
        assert!(parse::session(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert_eq!(parse::session(b"").map(|all| all.len()).ok(), Some(0));
}
