//! Patterns of keys: what they match, what they share, what is no pattern.

use super::*;

fn pattern(text: &str) -> KeyPattern {
    KeyPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn keys_match_as_a_whole() {
    for (text, matching, other) in [
        (
            "user:{id}",
            &["user:1", "user:a b"][..],
            &["user:", "user:1:x", "xuser:1", ""][..],
        ),
        (
            "user:{id:integer}",
            &["user:007"],
            &["user:x", "user:-1", "user:1 "],
        ),
        (
            "o:{day:date}:{n:integer}",
            &["o:2026-01-31:5"],
            &["o:2026-1-31:5", "o:2026-01-31:"],
        ),
        (
            "s:{id:uuid}",
            &["s:67e55044-10b1-426f-9247-bb680e5fe0c8"],
            &["s:67e55044", "s:"],
        ),
        ("p:{name:slug}", &["p:a-b_C9"], &["p:a.b", "p:ä"]),
        ("h:{sum:hex}", &["h:9F86d0"], &["h:xyz"]),
        ("c:{rest:any}", &["c:a:b:c", "c:\n"], &["c:", "d:a"]),
        (
            "{{user:{id}}}:cart",
            &["{user:7}:cart"],
            &["user:7:cart", "{user:7}:carts"],
        ),
        ("ключ:{id}", &["ключ:1"], &["key:1"]),
    ] {
        for key in matching {
            assert!(pattern(text).matches(key.as_bytes()), "{text} {key}");
            assert!(
                pattern(text).to_scan().matches(key.as_bytes()),
                "{text} {key}"
            );
        }
        for key in other {
            assert!(!pattern(text).matches(key.as_bytes()), "{text} {key}");
        }
    }
    assert!(pattern("b:{id}").matches(b"b:\xff\x00"));
}

#[test]
fn captures_have_names() {
    let pattern = pattern("{{u:{user}}}:o:{day:date}");
    let captures = pattern.captures(b"{u:7}:o:2026-01-31").expect("it matches");
    assert_eq!(captures, [("user", &b"7"[..]), ("day", b"2026-01-31")]);
    assert_eq!(pattern.captures(b"x"), None);
}

#[test]
fn what_is_special_to_a_scan_is_taken_literally() {
    let pattern = pattern("a[*]?:{id}");
    assert_eq!(pattern.to_scan().to_string(), r"a\[\*\]\?:*");
}

#[test]
fn bad_patterns_are_refused_at_their_place() {
    for (text, at, message) in [
        ("", 1, "empty"),
        ("user:{id", 6, "not closed"),
        ("user:{{id}", 10, "ends nothing"),
        ("user:id}", 8, "ends nothing"),
        ("user:{}", 6, "no name"),
        ("user:{Id}", 6, "no name"),
        ("user:{id:number}", 6, "no kind"),
        ("{a}:{a}", 5, "two captures"),
        ("{a}{b}", 4, "cannot be told"),
    ] {
        let error = KeyPattern::parse(text).expect_err(text);
        assert!(error.message.contains(message), "{text}: {error}");
        assert_eq!(error.at, at, "{text}: {error}");
    }
    let long = "x".repeat(MAX_LENGTH + 1);
    assert!(KeyPattern::parse(&long).is_err());
}

#[test]
fn overlaps_are_decided() {
    for (first, second, expected) in [
        ("user:{id}", "order:{id}", Overlap::Apart),
        ("user:{id}", "user:{id}:cart", Overlap::Apart),
        ("user:{id}", "user:{name}", Overlap::Same),
        ("user:{id:integer}", "user:{id}", Overlap::Within),
        ("user:{id}", "user:me", Overlap::Around),
        ("user:{rest:any}", "user:{id}:cart", Overlap::Around),
        ("user:{id:integer}", "user:{id:hex}", Overlap::Within),
        ("user:{id:date}", "user:{id:integer}", Overlap::Apart),
        ("user:{id:uuid}", "user:{id:slug}", Overlap::Within),
        ("{a}:cart", "user:{b}", Overlap::Crossing),
        ("a{x}", "{y}b", Overlap::Crossing),
        ("x{a:any}x{b:any}x", "{c:any}x{d:any}", Overlap::Within),
        ("{a:segment}", "{b:any}", Overlap::Within),
    ] {
        assert_eq!(
            pattern(first).overlap(&pattern(second)),
            expected,
            "{first} {second}"
        );
        let turned = match expected {
            Overlap::Within => Overlap::Around,
            Overlap::Around => Overlap::Within,
            other => other,
        };
        assert_eq!(
            pattern(second).overlap(&pattern(first)),
            turned,
            "{second} {first}"
        );
    }
}

#[test]
fn hostile_patterns_take_no_time() {
    let capture = |index: usize| format!("{{a{index}:any}}x");
    let many: String = (0..45).map(capture).collect();
    let other = format!("{{b:slug}}x{}", (0..40).map(capture).collect::<String>());
    let begun = std::time::Instant::now();
    let _ = pattern(&many).overlap(&pattern(&other));
    assert!(!pattern(&many).matches("x".repeat(44).as_bytes()));
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
