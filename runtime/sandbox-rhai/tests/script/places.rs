//! Places in documents, and documents in other formats: against the examples of their standards.

use remold_host_api::Value;

use crate::support::{edited, evaluated, failed, text};

/// RFC 6901, section 5.
#[test]
fn pointers_find_what_their_standard_says() {
    let document = r#"parse_json(`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8," ":7}`)"#;
    for (pointer, found) in [
        ("/foo/0", "\"bar\""),
        ("/foo", "[\"bar\",\"baz\"]"),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/ ", "7"),
        ("/m~0n", "8"),
        ("/foo/2", "null"),
        ("/foo/00", "null"),
        ("/foo/-", "null"),
        ("/nowhere/at/all", "null"),
    ] {
        let expression = format!("to_json(json_at({document}, \"{pointer}\"))");
        assert_eq!(evaluated(&expression), found, "{pointer}");
    }
    assert_eq!(evaluated(r#"to_json(json_at([1.50], ""))"#), "[1.5]");
    let wrong = failed(r#"json_at(#{}, "foo")"#, text(""));
    assert!(wrong.message.contains("does not begin with /"), "{wrong}");
}

#[test]
fn values_are_put_where_there_is_something_around_them() {
    for (expression, made) in [
        (
            r#"json_with(#{ a: [1, 2] }, "/a/0", "x")"#,
            r#"{"a":["x",2]}"#,
        ),
        (
            r#"json_with(#{ a: [1, 2] }, "/a/-", 3)"#,
            r#"{"a":[1,2,3]}"#,
        ),
        (
            r#"json_with(#{ a: [1, 2] }, "/a/2", 3)"#,
            r#"{"a":[1,2,3]}"#,
        ),
        (
            r#"json_with(#{ a: 1 }, "/b~1c", ())"#,
            r#"{"a":1,"b/c":null}"#,
        ),
        (r#"json_with(#{ a: 1 }, "", [7])"#, "[7]"),
    ] {
        assert_eq!(
            evaluated(&format!("to_json({expression})")),
            made,
            "{expression}"
        );
    }
    for (expression, words) in [
        (r#"json_with(#{}, "/a/b", 1)"#, "there is no member \"a\""),
        (r#"json_with([1], "/2", 1)"#, "there is no item \"2\""),
        (
            r#"json_with(#{ a: 1 }, "/a/b", 1)"#,
            "neither a map nor a list",
        ),
    ] {
        let wrong = failed(expression, text(""));
        assert!(wrong.message.contains(words), "{expression}: {wrong}");
    }
}

/// RFC 6902, appendix A.
#[test]
fn patches_do_what_their_standard_says() {
    for (document, operation, result) in [
        (
            r#"{"foo":"bar"}"#,
            r#"{"op":"add","path":"/baz","value":"qux"}"#,
            r#"{"baz":"qux","foo":"bar"}"#,
        ),
        (
            r#"{"foo":["bar","baz"]}"#,
            r#"{"op":"add","path":"/foo/1","value":"qux"}"#,
            r#"{"foo":["bar","qux","baz"]}"#,
        ),
        (
            r#"{"baz":"qux","foo":"bar"}"#,
            r#"{"op":"remove","path":"/baz"}"#,
            r#"{"foo":"bar"}"#,
        ),
        (
            r#"{"foo":["bar","qux","baz"]}"#,
            r#"{"op":"remove","path":"/foo/1"}"#,
            r#"{"foo":["bar","baz"]}"#,
        ),
        (
            r#"{"baz":"qux"}"#,
            r#"{"op":"replace","path":"/baz","value":"boo"}"#,
            r#"{"baz":"boo"}"#,
        ),
        (
            r#"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            r#"{"op":"move","from":"/foo/waldo","path":"/qux/thud"}"#,
            r#"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#,
        ),
        (
            r#"{"foo":["all","grass","cows","eat"]}"#,
            r#"{"op":"move","from":"/foo/1","path":"/foo/3"}"#,
            r#"{"foo":["all","cows","eat","grass"]}"#,
        ),
        (
            r#"{"/":9,"~1":10}"#,
            r#"{"op":"test","path":"/~01","value":10}"#,
            r#"{"/":9,"~1":10}"#,
        ),
        (
            r#"{"a":1.50}"#,
            r#"{"op":"copy","from":"/a","path":"/b"}"#,
            r#"{"a":1.50,"b":1.50}"#,
        ),
        (
            r#"{"a":12345678901234567890}"#,
            r#"{"op":"test","path":"/a","value":12345678901234567890}"#,
            r#"{"a":12345678901234567890}"#,
        ),
    ] {
        let expression =
            format!("to_json(json_patch(parse_json(`{document}`), parse_json(`[{operation}]`)))");
        assert_eq!(evaluated(&expression), result, "{operation}");
    }
    for (operations, words) in [
        (
            r#"[{"op":"test","path":"/a","value":2}]"#,
            "operation 0, test at \"/a\"",
        ),
        (
            r#"[{"op":"add","path":"/b","value":1},{"op":"remove","path":"/c"}]"#,
            "operation 1, remove at \"/c\"",
        ),
        (
            r#"[{"op":"add","path":"/b/c/d","value":1}]"#,
            "operation 0, add at",
        ),
        (r#"[{"op":"spam","path":"/a"}]"#, "JSON Patch"),
        (r#"{"op":"remove"}"#, "JSON Patch"),
    ] {
        let expression = format!("json_patch(#{{ a: 1 }}, parse_json(`{operations}`))");
        let wrong = failed(&expression, text(""));
        assert!(wrong.message.contains(words), "{operations}: {wrong}");
    }
}

/// RFC 9535, section 1.5.
#[test]
fn paths_find_what_their_standard_says() {
    let store = r#"parse_json(`{"store":{"book":[
        {"author":"Rees","price":8.95},{"author":"Waugh","price":12.99},
        {"author":"Melville","isbn":"0-553","price":8.99},{"author":"Tolkien","isbn":"0-395","price":22.99}],
        "bicycle":{"price":399}}}`)"#;
    for (path, found, places) in [
        (
            "$.store.book[*].author",
            r#"["Rees","Waugh","Melville","Tolkien"]"#,
            4,
        ),
        ("$..price", "[399,8.95,12.99,8.99,22.99]", 5),
        ("$.store.book[-1].author", r#"["Tolkien"]"#, 1),
        ("$..book[?@.isbn].author", r#"["Melville","Tolkien"]"#, 2),
        ("$..book[?@.price<10].author", r#"["Rees","Melville"]"#, 2),
        ("$.store.book[?search(@.author, '^W')].price", "[12.99]", 1),
        ("$.store.book[0:2].price", "[8.95,12.99]", 2),
        ("$.nothing", "[]", 0),
        ("$.store.book[0,0].price", "[8.95,8.95]", 1),
    ] {
        let found_here = evaluated(&format!("to_json(json_path({store}, \"{path}\"))"));
        assert_eq!(found_here, found, "{path}");
        let count = evaluated(&format!("json_places({store}, \"{path}\").len()"));
        assert_eq!(count, places.to_string(), "{path}");
    }
    let places = evaluated(r#"to_json(json_places(#{ "a/b": [1, 2] }, "$.*[1]"))"#);
    assert_eq!(places, r#"["/a~1b/1"]"#);
    let wrong = failed(r#"json_path(#{}, "a.b")"#, text(""));
    assert!(wrong.message.contains("JSONPath"), "{wrong}");
}

#[test]
fn json_is_printed_like_an_earlier_text() {
    let expression = r#"to_json(#{ a: 2, c: 3, b: decimal("1.50") }, `{ "b": 1.50, "a": 1 }`)"#;
    assert_eq!(evaluated(expression), r#"{"b":1.50,"a":2,"c":3}"#);
}

#[test]
fn formats_keep_order_and_refuse_what_they_cannot_hold() {
    for (expression, made) in [
        (
            r#"hex(json_to_msgpack(`{"b":1,"a":-1.5}`))"#,
            "82a16201a161cbbff8000000000000",
        ),
        (
            r#"msgpack_to_json(hex_decode("82a16201a161cbbff8000000000000"))"#,
            r#"{"b":1,"a":-1.5}"#,
        ),
        (
            r#"php_session_to_json(`a|a:1:{s:1:"z";i:1;}b|N;`)"#,
            r#"{"a":{"z":1},"b":null}"#,
        ),
        (
            r#"json_to_php_session(`{"a":{"z":1},"b":null}`)"#,
            r#"a|a:1:{s:1:"z";i:1;}b|N;"#,
        ),
        (r"php_to_json(`a:1:{i:0;d:0.5;}`)", "[0.5]"),
        (r"json_to_php(`[0.5,{}]`)", "a:2:{i:0;d:0.5;i:1;a:0:{}}"),
        (r#"to_text(unzlib(zlib("abc")))"#, "abc"),
        // What Python's zlib.compress(b"abc") writes.
        (
            r#"to_text(unzlib(hex_decode("789c4b4c4a0600024d0127")))"#,
            "abc",
        ),
    ] {
        assert_eq!(evaluated(expression), made, "{expression}");
    }
    for (expression, words) in [
        (
            r#"json_to_msgpack("[0.12345678901234567890]")"#,
            "does not fit a double",
        ),
        (r#"json_to_msgpack(`{"a":1,"a":2}`)"#, "occurs twice"),
        (r#"msgpack_to_json(hex_decode("c400"))"#, "binary"),
        (
            r#"msgpack_to_json(hex_decode("82a16101a16102"))"#,
            "occurs twice",
        ),
        (r#"php_to_json(`O:1:"A":0:{}`)"#, "at byte 0"),
        (r"php_session_to_json(`a|R:1;`)", "a reference"),
        (r#"json_to_php("12345678901234567890")"#, "no number"),
        (r#"json_to_php_session("[]")"#, "no JSON object"),
        (r#"unzlib("abc")"#, "zlib"),
        (
            r#"unzlib(hex_decode("789c4b4c4a0600024d012700"))"#,
            "1 bytes follow",
        ),
    ] {
        let wrong = failed(expression, text(""));
        assert!(wrong.message.contains(words), "{expression}: {wrong}");
    }
}

#[test]
fn a_stream_is_made_of_entries() {
    let record = edited(
        r#"rec.value = stream([#{ id: "1-1", fields: #{ a: 1 } }, #{ id: "1-2", fields: [["x", "y"], ["x", "z"]] }]);"#,
        text(""),
    );
    let Value::Stream(stream) = record.value() else {
        panic!("{:?}", record.value());
    };
    assert_eq!(stream.entries.len(), 2);
    assert_eq!(stream.entries[1].fields.len(), 2);
    assert_eq!(
        (stream.last_id.to_string().as_str(), stream.entries_added),
        ("1-2", 2)
    );
    for (entries, words) in [
        (
            r#"[#{ id: "1-2", fields: #{ a: 1 } }, #{ id: "1-2", fields: #{ a: 1 } }]"#,
            "not larger",
        ),
        (r#"[#{ id: "0-0", fields: #{ a: 1 } }]"#, "not larger"),
        (r#"[#{ id: "1-1", fields: #{} }]"#, "at least one field"),
        (r#"[["1-1", #{ a: 1 }]]"#, "id: …"),
        (r#"[#{ id: "x", fields: #{ a: 1 } }]"#, "stream id"),
    ] {
        let wrong = failed(&format!("stream({entries})"), text(""));
        assert!(wrong.message.contains(words), "{entries}: {wrong}");
    }
}
