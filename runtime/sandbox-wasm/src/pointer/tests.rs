//! Places are found by their pointers, and edits leave the rest as it is spelt.

use super::{Document, value};

const TEXT: &str = r#" { "a": 1.50, "b" : [ 1, {"c":"\u00e9"} ,3 ],
  "d/e": {}, "t~": null, "same":1e3 } "#;

fn document() -> Document<'static> {
    Document::read(TEXT).expect("it is JSON")
}

#[test]
fn places_are_found() {
    for (pointer, found) in [
        ("/a", Some("1.50")),
        ("/b/1/c", Some(r#""\u00e9""#)),
        ("/b/2", Some("3")),
        ("/b/02", None),
        ("/b/3", None),
        ("/b/-", None),
        ("/d~1e", Some("{}")),
        ("/t~0", Some("null")),
        ("/a/x", None),
        ("/none", None),
    ] {
        assert_eq!(
            document().get(pointer).expect("it is a pointer"),
            found,
            "{pointer}"
        );
    }
    assert_eq!(
        document().get("").expect("it is a pointer"),
        Some(TEXT.trim())
    );
    assert!(document().get("a").is_err());
}

#[test]
fn an_edit_leaves_the_rest_as_it_is_spelt() {
    let set = |pointer, value| document().set(pointer, value).expect("there is a place");
    assert_eq!(set("/a", "2"), TEXT.replace("1.50", "2"));
    assert_eq!(set("/b/1/c", "[]"), TEXT.replace(r#""\u00e9""#, "[]"));
    assert_eq!(
        set("/new", "true"),
        TEXT.replace("1e3", r#"1e3,"new":true"#)
    );
    assert_eq!(set("/b/-", "4"), TEXT.replace(",3 ]", ",3,4 ]"));
    assert_eq!(set("/b/3", "4"), TEXT.replace(",3 ]", ",3,4 ]"));
    assert_eq!(set("/d~1e/x", "1"), TEXT.replace("{}", r#"{"x":1}"#));
    assert!(document().set("/b/5", "4").is_err());
    assert!(document().set("/a/x", "4").is_err());
    assert!(document().set("/none/x", "4").is_err());
}

#[test]
fn what_is_removed_takes_its_comma_along() {
    let remove = |text: &str, pointer: &str| {
        let document = Document::read(text).expect("it is JSON");
        let edited = document.remove(pointer).expect("it is a pointer")?;
        value(&edited).expect("it is JSON still");
        Some(edited)
    };
    assert_eq!(remove("[1, 2 , 3]", "/0").as_deref(), Some("[ 2 , 3]"));
    assert_eq!(remove("[1, 2 , 3]", "/1").as_deref(), Some("[1 , 3]"));
    assert_eq!(remove("[1, 2 , 3]", "/2").as_deref(), Some("[1, 2]"));
    assert_eq!(remove("[1 ]", "/0").as_deref(), Some("[ ]"));
    assert_eq!(
        remove(r#"{"a":1, "b":2}"#, "/a").as_deref(),
        Some(r#"{ "b":2}"#)
    );
    assert_eq!(remove(r#"{"a":1}"#, "/a").as_deref(), Some("{}"));
    assert_eq!(remove(r#"{"a":1}"#, "/b"), None);
    assert!(Document::read("1").expect("it is JSON").remove("").is_err());
}

#[test]
fn what_is_no_json_is_refused() {
    for text in ["", "{", "[1,]", "{\"a\":1,}", "nul", "1 2"] {
        assert!(Document::read(text).is_err(), "{text}");
        assert!(value(text).is_err(), "{text}");
    }
    let twice = Document::read(r#"{"a":1,"a":2}"#).expect("it is JSON");
    assert!(twice.get("/a").is_err());
}
