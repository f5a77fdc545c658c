//! Formats by their look, and that a validator agrees with each of them.

use serde_json::json;

use super::*;

#[track_caller]
fn check(text: &str, expect: Option<&str>) {
    assert_eq!(of(text).map(|format| NAMES[format]), expect, "{text}");
}

#[test]
fn formats_are_told_by_their_look() {
    check("7c9e6679-7425-40de-944b-e07fc1f90ae7", Some("uuid"));
    check("2024-02-29", Some("date"));
    check("2023-02-29", None);
    check("2024-01-05T10:20:30Z", Some("date-time"));
    check("2024-01-05T10:20:30.123+02:00", Some("date-time"));
    check("2024-01-05T10:20:30", None);
    check("2024-01-05 10:20:30", None);
    check("10:20:30Z", Some("time"));
    check("10:20:30", None);
    check("ada@example.org", Some("email"));
    check("ada.l+news@mail.example.co", Some("email"));
    check("ada@localhost", None);
    check("ada@@example.org", None);
    check("127.0.0.1", Some("ipv4"));
    check("127.0.0.256", None);
    check("::1", Some("ipv6"));
    check("2001:db8::1", Some("ipv6"));
    check("https://example.org/a?b=c#d", Some("uri"));
    check("https://example.org/a b", None);
    check("http://[::1]/", None);
    check("user:42", None);
    check("hello", None);
    check("", None);
    check("ünïcödé-ünïcödé-ünïcödé", None);
}

#[test]
fn what_is_told_is_valid() {
    let parts = [
        "2024-01-05",
        "2024-01-05T10:20:30",
        "127.0.0.",
        "10.1.",
        "T",
        "10:20:30",
        "Z",
        "+02:00",
        ".5",
        "a",
        "@",
        "b.org",
        "xn--p1ai",
        ".",
        "-",
        ":",
        "::",
        "1",
        "255",
        "http",
        "://",
        "/",
        "%41",
        "%4",
        "#",
        "?",
        "é",
        "ab--c",
        "..",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "23:59:60",
        "example.com",
        "[",
        "fe80",
        "_",
        "+",
        "0000-01-01",
    ];
    let schemas = NAMES.map(|name| {
        let schema = json!({"type": "string", "format": name});
        crate::Schema::compile(&schema, &[]).expect("a standard format")
    });
    let mut random = fastrand::Rng::with_seed(7);
    let mut told = [0; NAMES.len()];
    for _ in 0..400_000 {
        let length = random.usize(1..7);
        let text: String = (0..length)
            .map(|_| parts[random.usize(0..parts.len())])
            .collect();
        if let Some(format) = of(&text) {
            told[format] += 1;
            let violations = schemas[format].violations(&json!(text));
            assert!(violations.is_empty(), "{text} is no {}", NAMES[format]);
        }
    }
    assert!(
        told.iter().all(|count| *count > 20),
        "each was met: {told:?}"
    );
}
