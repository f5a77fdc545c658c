//! Helpers, against values from their standards or from other programs.

use remold_host_api::Outcome;

use crate::support::{context, evaluated, failed, instance, record, text};

#[test]
fn helpers_give_what_their_standards_say() {
    let cases = [
        // RFC 4648, section 10.
        (r#"base64("foobar")"#, "Zm9vYmFy"),
        (r#"base64("f")"#, "Zg=="),
        (r#"to_text(base64_decode("Zg"))"#, "f"),
        (r#"base64_url(hex_decode("fbff"))"#, "-_8"),
        (r#"hex(base64_url_decode("-_8"))"#, "fbff"),
        (r#"hex("az")"#, "617a"),
        (r#"url_encode("a b/é~")"#, "a%20b%2F%C3%A9~"),
        (r#"url_decode("a%20b%2F%C3%A9~")"#, "a b/é~"),
        // FIPS 180, RFC 1321, RFC 4231 case 2, and the check value of CRC-32.
        (
            r#"sha256("abc")"#,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (r#"sha1("abc")"#, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (r#"md5("abc")"#, "900150983cd24fb0d6963f7d28e17f72"),
        (
            r#"hmac_sha256("Jefe", "what do ya want for nothing?")"#,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (r#"crc32("123456789")"#, "3421780262"),
        (r#"xxh3("")"#, "2d06800538d394c2"),
        // RFC 9562, appendix A.4.
        (
            r#"uuid_v5("dns", "www.example.com")"#,
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
        ),
        (r#"decimal("0.1") + decimal("0.2")"#, "0.3"),
        (r#"to_minor(decimal("12.30"), 2)"#, "1230"),
        (r#"to_minor(decimal("-0.05"), 2)"#, "-5"),
        (r#"to_minor(decimal("1.50"), 1)"#, "15"),
        (r#"to_minor(decimal("7"), 0)"#, "7"),
        (
            r#"to_minor(decimal("92233720368547758.07"), 2)"#,
            "9223372036854775807",
        ),
        (r"from_minor(1230, 2)", "12.30"),
        (r#"round_decimal(decimal("2.345"), 2, "half-even")"#, "2.34"),
        (r#"round_decimal(decimal("2.345"), 2, "half-up")"#, "2.35"),
        (r#"round_decimal(decimal("-2.341"), 2, "floor")"#, "-2.35"),
        (r#"round_decimal(decimal("2"), 2, "up")"#, "2.00"),
        (r#"parse_time("2024-03-10T06:05:00Z")"#, "1710050700000"),
        (
            r#"parse_time("2024-03-10T02:05:00-04:00")"#,
            "1710050700000",
        ),
        (
            r#"parse_time("10.07.2024 12:00", "%d.%m.%Y %H:%M", "Europe/Berlin")"#,
            "1720605600000",
        ),
        (r#"parse_time("2024-07-10", "%Y-%m-%d")"#, "1720569600000"),
        (r"format_time(1710050700000)", "2024-03-10T06:05:00Z"),
        (
            r#"format_time(1720605600000, "%Y-%m-%d %H:%M %Z", "Europe/Berlin")"#,
            "2024-07-10 12:00 CEST",
        ),
        (r#"matches("user-42", "^[a-z]+-\\d+$")"#, "true"),
        (r#"regex_find("a1b22", "\\d{2}")"#, "22"),
        (r#"regex_find_all("a1b22", "\\d+").len()"#, "2"),
        (
            r#"regex_captures("Ada Lovelace", "(\\w+) (\\w+)( x)?")[2]"#,
            "Lovelace",
        ),
        (
            r#"regex_replace("2024-07-10", "(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1")"#,
            "10.07.2024",
        ),
        (r#"regex_split("a, b;c", "[,;] *").len()"#, "3"),
        ("nfc(\"e\\u0301\").len()", "1"),
        ("nfkc(\"\\ufb01\")", "fi"),
        (r#"fold_case("STRASSE") == fold_case("straße")"#, "true"),
        (r#"trimmed("  a b ")"#, "a b"),
        (r#"to_text(gunzip(gzip("abc")))"#, "abc"),
        (r#"to_text(unzstd(zstd("abc")))"#, "abc"),
        (r#"to_text(unlz4(lz4("abc")))"#, "abc"),
        // The example of msgpack.org.
        (
            r"hex(to_msgpack(#{ compact: true, schema: 0 }))",
            "82a7636f6d70616374c3a6736368656d6100",
        ),
        (
            r#"parse_msgpack(hex_decode("82a7636f6d70616374c3a6736368656d6100")).schema"#,
            "0",
        ),
        (
            r#"parse_msgpack(hex_decode("cfffffffffffffffff"))"#,
            "18446744073709551615",
        ),
    ];
    for (expression, expected) in cases {
        assert_eq!(evaluated(expression), expected, "{expression}");
    }
}

#[test]
fn helpers_refuse_what_makes_no_sense() {
    for (expression, word) in [
        (r#"base64_decode("*")"#, "base64"),
        (r#"hex_decode("0")"#, "hexadecimal"),
        (r#"decimal("1.2.3")"#, "decimal"),
        ("decimal(1.5)", "a text or an integer"),
        (r#"to_minor(decimal("1.234"), 2)"#, "round_decimal"),
        (
            r#"to_minor(decimal("92233720368547758.08"), 2)"#,
            "92233720368547758.08 is too large",
        ),
        (r#"to_minor(decimal("0"), 19)"#, "0 is too large"),
        (
            r#"to_minor(decimal("79228162514264337593543950335"), 18)"#,
            "is too large",
        ),
        (r#"round_decimal(decimal("1"), 2, "nearest")"#, "half-even"),
        (r#"parse_time("yesterday")"#, "time"),
        (r#"format_time(0, "%Y", "Mars/Olympus")"#, "time zone"),
        (r#"format_time(0, "%!", "UTC")"#, "time format"),
        (r#"matches("a", "(")"#, "regular expression"),
        (r#"gunzip("abc")"#, "gzip"),
        (r#"unzstd("abc")"#, "zstd"),
        (r#"unlz4("abc")"#, "lz4"),
        (r#"parse_msgpack(hex_decode("c7"))"#, "MessagePack"),
        (r#"parse_msgpack(hex_decode("0101"))"#, "1 bytes follow"),
        ("random(2, 1)", "random"),
        (r#"uuid_v5("x", "y")"#, "namespace"),
        (r#"to_text(hex_decode("ff"))"#, "UTF-8"),
    ] {
        let failure = failed(expression, text(""));
        assert!(failure.message.contains(word), "{expression}: {failure}");
    }
}

#[test]
fn what_looks_random_depends_on_seed_and_key_alone() {
    let source = "fn migrate(rec) { rec.text = `${random(1, 1000000)} ${uuid()} ${uuid_v7()} ${random(-5, 5)}`; }";
    let keyed = |key: &'static str| {
        remold_host_api::Record::new(remold_host_api::Entry {
            key: key.into(),
            value: text(""),
            expires_at: None,
        })
    };
    let run = |keys: &[&'static str]| {
        let mut records: Vec<_> = keys.iter().map(|key| keyed(key)).collect();
        let outcomes = instance(source).migrate(&context(), &mut records, &|_| {
            unreachable!("scripts do not ask")
        });
        assert!(outcomes.iter().all(|outcome| *outcome == Ok(Outcome::Done)));
        records
            .into_iter()
            .map(|record| record.value().clone())
            .collect::<Vec<_>>()
    };
    let together = run(&["user:1", "user:2", "user:3"]);
    assert_eq!(
        run(&["user:3", "user:1"]),
        [together[2].clone(), together[0].clone()]
    );
    assert_ne!(together[0], together[1]);
    let mut other = context();
    other.seed += 1;
    let mut records = [record(text(""))];
    let _ = instance(source).migrate(&other, &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert_ne!(records[0].value(), &together[0]);
}

#[test]
fn what_is_logged_comes_with_its_level() {
    let ran = crate::support::migrate(
        r#"fn migrate(rec) { log_debug("a"); log_info("b"); log_warn("c"); print("d"); debug(1); }"#,
        text(""),
    );
    let log: Vec<String> = ran
        .log
        .iter()
        .map(|line| format!("{:?} {}", line.level, line.message))
        .collect();
    assert_eq!(log, ["Debug a", "Info b", "Warn c", "Info d", "Debug 1"]);
}
