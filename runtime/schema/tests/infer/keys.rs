//! Patterns of keys: what varies, what is a word, and what stands alone.

use remold_schema::infer::{CaptureKind, Options, Part, RedisType};

use crate::support::{Record, hash, infer, list, observe, patterns, record, text};

fn user(n: u32) -> remold_host_api::Value {
    hash([
        ("name", format!("n{n}")),
        ("email", format!("a{n}@example.org")),
        ("age", (n % 90).to_string()),
    ])
}

#[track_caller]
fn check(records: &[Record], expect: &[(&str, u64)]) {
    let inferred = infer(records);
    let mut is = patterns(&inferred);
    is.sort();
    let mut expect: Vec<_> = expect
        .iter()
        .map(|(pattern, count)| ((*pattern).to_owned(), *count))
        .collect();
    expect.sort();
    assert_eq!(is, expect);
}

fn uuid(n: u32) -> String {
    format!("7c9e6679-7425-40de-944b-{n:012x}")
}

#[test]
fn patterns_that_are_met_in_the_wild() {
    let mut records = Vec::new();
    for n in 0..50 {
        records.push(record(format!("user:{n}"), user(n)));
        records.push(record(
            format!("user:{n}:profile"),
            text(format!("{{\"bio\":\"b{n}\"}}")),
        ));
        records.push(record(
            format!("user:{n}:settings"),
            hash([("theme", "dark")]),
        ));
        records.push(record(
            format!("order:2024-01-{:02}:{n}", n % 28 + 1),
            text("{\"total\":1}"),
        ));
        records.push(record(
            format!(
                "session:{:032x}",
                u128::from(n) * 0x9f86_d081_7c4a_1b2c_3d4e_5f60 + 0xa1
            ),
            text("s"),
        ));
        records.push(record(format!("token:{}", uuid(n)), text("t")));
        records.push(record(format!("{{user:{n}}}:cart"), list(["a"])));
        records.push(record(format!("img/{n}/large"), text("\u{1}\u{2}")));
        records.push(record(format!("job_{n}"), list(["a"])));
        records.push(record(
            format!(
                "product:black-{}-shirt",
                ["t", "polo", "sweat", "dress", "over"][n as usize % 5].repeat(n as usize / 5 + 1)
            ),
            user(n),
        ));
    }
    check(
        &records,
        &[
            ("user:{id:integer}", 50),
            ("user:{id:integer}:profile", 50),
            ("user:{id:integer}:settings", 50),
            ("order:{date:date}:{id:integer}", 50),
            ("session:{id:hex}", 50),
            ("token:{id:uuid}", 50),
            ("{{user:{id:integer}}}:cart", 50),
            ("img/{id:integer}/large", 50),
            ("job_{id:integer}", 50),
            ("product:{slug:slug}", 50),
        ],
    );
}

#[test]
fn names_of_people_are_a_capture_and_words_of_the_program_are_not() {
    let names = ["ada", "Bob", "carol", "dan", "eve", "frank"];
    let mut records: Vec<Record> = names
        .iter()
        .map(|name| record(format!("account:{name}"), user(7)))
        .collect();
    // The same number of names, but nothing that they have in common.
    records.push(record("config:mail", hash([("host", "a"), ("port", "25")])));
    records.push(record(
        "config:cache",
        hash([("size", "1"), ("policy", "lru")]),
    ));
    records.push(record(
        "config:log",
        hash([("level", "info"), ("file", "x")]),
    ));
    records.push(record("config:queue", list(["a"])));
    records.push(record("config:motd", text("hello")));
    records.push(record(
        "config:limits",
        hash([("cpu", "1"), ("memory", "2")]),
    ));
    records.push(record("stats", text("1")));
    let inferred = infer(&records);
    assert_eq!(patterns(&inferred), [("account:{id}".to_owned(), 6)]);
    assert_eq!(inferred.lone_records, 7);
    let keys: Vec<_> = inferred.lone.iter().flat_map(|lone| &lone.keys).collect();
    assert_eq!(
        keys,
        [
            "config:cache",
            "config:limits",
            "config:log",
            "config:mail",
            "config:motd",
            "config:queue",
            "stats"
        ]
    );
    assert_eq!(inferred.lone[5].redis_type, RedisType::List);
}

#[test]
fn tenants_are_a_capture_and_entities_are_not() {
    let mut records = Vec::new();
    for tenant in ["acme", "globex", "initech", "umbrella", "hooli"] {
        for n in 0..30 {
            records.push(record(format!("{tenant}:user:{n}"), user(n)));
            records.push(record(format!("app:{tenant}:user:{n}"), user(n)));
        }
    }
    for n in 0..30 {
        records.push(record(
            format!("shop:item:{n}"),
            hash([("sku", "1"), ("price", "2")]),
        ));
        records.push(record(
            format!("shop:cart:{n}"),
            hash([("owner", "1"), ("lines", "[]")]),
        ));
        records.push(record(
            format!("shop:order:{n}"),
            hash([("total", "1"), ("paid", "true")]),
        ));
        records.push(record(
            format!("shop:coupon:{n}"),
            hash([("code", "1"), ("until", "2")]),
        ));
    }
    let inferred = infer(&records);
    let found = patterns(&inferred);
    assert!(
        found.contains(&("app:{id}:user:{user_id:integer}".to_owned(), 150)),
        "{found:?}"
    );
    for entity in ["item", "cart", "order", "coupon"] {
        assert!(
            found.contains(&(format!("shop:{entity}:{{id:integer}}"), 30)),
            "{found:?}"
        );
    }
    // At the beginning of a name a word is taken as one of the program until it is one of many.
    assert!(
        found.contains(&("acme:user:{id:integer}".to_owned(), 30)),
        "{found:?}"
    );
}

#[test]
fn hexadecimal_ids_without_letters_or_figures_are_not_told_apart() {
    let mut random = fastrand::Rng::with_seed(5);
    let ids: Vec<String> = (0..3000)
        .map(|_| format!("{:08x}", random.u32(0x1000_0000..)))
        .collect();
    assert!(
        ids.iter()
            .any(|id| id.bytes().all(|byte| byte.is_ascii_digit())),
        "some are figures alone"
    );
    let records: Vec<_> = ids
        .iter()
        .map(|id| record(format!("session:{id}"), text("x")))
        .collect();
    let inferred = infer(&records);
    assert_eq!(patterns(&inferred), [("session:{id:hex}".to_owned(), 3000)]);
    let capture = inferred.proposals[0]
        .pattern
        .captures()
        .next()
        .expect("it has one");
    assert_eq!(capture.kind, CaptureKind::Hex);
}

#[test]
fn names_that_frameworks_make() {
    let mut records = Vec::new();
    let mut random = fastrand::Rng::with_seed(4);
    for n in 0..60_u32 {
        let token: String = (0..32).map(|_| random.alphanumeric()).collect();
        records.push(record(format!("sess:{token}"), text("{}")));
        records.push(record(
            format!("laravel_cache:user.{n}.profile"),
            text("s:1:\"a\";"),
        ));
        records.push(record(format!("bull:mails:{n}"), user(n)));
        records.push(record(format!("bull:mails:{n}:logs"), list(["a"])));
        records.push(record(format!("rl:10.0.{}.{}", n / 8, n % 8), text("1")));
        records.push(record(
            format!("rate:{n}:2024-01-05T10:{:02}", n % 60),
            text("1"),
        ));
        records.push(record(
            format!("celery-task-meta-{}", uuid(n)),
            text("{\"status\":\"SUCCESS\"}"),
        ));
        records.push(record(
            format!(
                ".views.cache_page.GET.{:032x}.{:032x}.en-us.UTC",
                random.u128(1 << 120..),
                random.u128(1 << 120..)
            ),
            text("x"),
        ));
        records.push(record(
            format!("prefs:u{n}@example.org"),
            hash([("theme", "dark"), ("mail", "no")]),
        ));
        records.push(record(format!("inventory|sku|{n}"), text("1")));
        records.push(record(format!("ns:{{tenant-{n}}}:orders:{n}"), text("1")));
        records.push(record(format!("post:{n}:likes"), text("1")));
        records.push(record(format!("post:{n}:views"), text("1")));
    }
    for word in ["id", "wait", "active", "completed"] {
        records.push(record(format!("bull:mails:{word}"), list(["1"])));
    }
    check(
        &records,
        &[
            ("sess:{id}", 60),
            ("laravel_cache:user.{id:integer}.profile", 60),
            ("bull:mails:{id:integer}", 60),
            ("bull:mails:{id:integer}:logs", 60),
            ("rl:{id}", 60),
            ("rate:{id:integer}:{id_2}:{id_3:integer}", 60),
            ("celery-task-meta-{id:uuid}", 60),
            (".views.cache_page.GET.{id:hex}.{id_2:hex}.en-us.UTC", 60),
            ("prefs:{id}", 60),
            ("inventory|sku|{id:integer}", 60),
            ("ns:{{tenant-{id:integer}}}:orders:{orders_id:integer}", 60),
            ("post:{id:integer}:likes", 60),
            ("post:{id:integer}:views", 60),
        ],
    );
}

#[test]
fn figures_in_words_are_part_of_the_word_and_those_of_dates_and_numbers_are_not() {
    let mut records = Vec::new();
    for n in 0..30 {
        records.push(record(format!("digest:sha-256:{n}"), text("x")));
        records.push(record(
            format!("report:20{:02}-{:02}", n / 12, n % 12 + 1),
            text("x"),
        ));
        records.push(record(format!("img_{n:03}"), text("x")));
        records.push(record(
            format!("utf-8:{}", ["a", "b", "c"][n % 3]),
            list(["x"]),
        ));
    }
    check(
        &records,
        &[
            ("digest:sha-256:{id:integer}", 30),
            ("report:{id}", 30),
            ("img_{id:integer}", 30),
        ],
    );
}

/// Says whether a pattern has a key: a capture is one or more bytes, without the separator where its kind says so.
fn matches(parts: &[Part], key: &[u8]) -> bool {
    match parts {
        [] => key.is_empty(),
        [Part::Literal(text), rest @ ..] => key
            .strip_prefix(text.as_bytes())
            .is_some_and(|key| matches(rest, key)),
        [Part::Capture(capture), rest @ ..] => (0..=key.len()).rev().any(|end| {
            let value = &key[..end];
            let text = std::str::from_utf8(value).unwrap_or_default();
            let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let fits = match capture.kind {
                CaptureKind::Integer => text
                    .parse::<i64>()
                    .is_ok_and(|number| number.to_string() == text),
                CaptureKind::Digits => {
                    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
                }
                CaptureKind::Uuid => text.len() == 36 && text.split('-').count() == 5,
                CaptureKind::Date => text.len() == 10 && text.split('-').count() == 3,
                CaptureKind::Hex => {
                    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
                }
                CaptureKind::Word => !text.is_empty() && text.bytes().all(small),
                CaptureKind::Slug => text
                    .split('-')
                    .all(|word| !word.is_empty() && word.bytes().all(small)),
                CaptureKind::Text => !value.contains(&b':'),
                CaptureKind::Rest => true,
            };
            fits && matches(rest, &key[end..])
        }),
    }
}

#[test]
fn every_key_has_a_pattern_or_is_alone() {
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let word = |random: &mut fastrand::Rng| -> String {
            (0..random.usize(1..5))
                .map(|_| random.char('a'..='c'))
                .collect()
        };
        let mut records = Vec::new();
        for n in 0..800 {
            let step = |random: &mut fastrand::Rng| match random.u8(..9) {
                0 => random.u32(..).to_string(),
                1 => uuid(random.u32(..)),
                2 => format!("2024-01-{:02}", random.u8(1..29)),
                3 => format!("{:08x}", random.u32(..)),
                4 => format!("{}-{}", word(random), random.u8(..)),
                5 => format!("{}-{}-{}", word(random), word(random), word(random)),
                6 => format!("{{{}}}", random.u8(..)),
                _ => word(random),
            };
            let steps: Vec<String> = (0..random.usize(1..4)).map(|_| step(&mut random)).collect();
            records.push(record(
                format!("k:{}", steps.join(":")),
                text(n.to_string()),
            ));
        }
        let options = Options {
            max_children: 8,
            max_proposals: 10_000,
            ..Options::default()
        };
        let inferred = observe(&records, options).finish();
        let alone: Vec<_> = inferred.lone.iter().flat_map(|lone| &lone.keys).collect();
        let proposed: u64 = inferred
            .proposals
            .iter()
            .map(|proposal| proposal.records)
            .sum();
        assert_eq!(proposed + inferred.lone_records, 800);
        for record in &records {
            let found = inferred
                .proposals
                .iter()
                .any(|proposal| matches(proposal.pattern.parts(), &record.key));
            assert!(
                found || alone.iter().any(|key| **key == record.key),
                "seed {seed}: {} has no pattern in {:?}",
                String::from_utf8_lossy(&record.key),
                patterns(&inferred)
            );
        }
    }
}

#[test]
fn the_order_of_the_keys_does_not_matter() {
    let mut records = Vec::new();
    for n in 0..3000 {
        records.push(record(format!("user:{n}"), user(n)));
        records.push(record(format!("login:{}x", n * 7919 % 10_007), text("1")));
        records.push(record(
            format!("entity{}x:{n}", ["a", "b", "c", "d"][n as usize % 4]),
            user(n),
        ));
    }
    let sorted = {
        let mut records = records.clone();
        records.sort_by(|one, other| one.key.cmp(&other.key));
        records
    };
    let mut shuffled = records.clone();
    fastrand::Rng::with_seed(1).shuffle(&mut shuffled);
    let reversed: Vec<_> = sorted.iter().rev().cloned().collect();
    for order in [&records, &sorted, &shuffled, &reversed] {
        check(
            order,
            &[
                ("user:{id:integer}", 3000),
                ("login:{id}", 3000),
                ("entityax:{id:integer}", 750),
                ("entitybx:{id:integer}", 750),
                ("entitycx:{id:integer}", 750),
                ("entitydx:{id:integer}", 750),
            ],
        );
    }
}

#[test]
fn a_word_that_many_keys_share_is_kept_among_thousands_that_none_shares() {
    let mut random = fastrand::Rng::with_seed(9);
    let mut records = Vec::new();
    for n in 0..20_000_u32 {
        let name: String = (0..8).map(|_| random.lowercase()).collect();
        records.push(record(name, text("x")));
        if n % 20 == 0 {
            records.push(record(format!("user:{n}"), user(n)));
        }
    }
    let inferred = infer(&records);
    assert_eq!(
        patterns(&inferred),
        [
            ("{id}".to_owned(), 20_000),
            ("user:{id:integer}".to_owned(), 1000)
        ]
    );
    assert_eq!(
        inferred.notes.len(),
        1,
        "it says that words were put together: {:?}",
        inferred.notes
    );
}

#[test]
fn a_word_that_comes_late_is_kept_too() {
    let mut random = fastrand::Rng::with_seed(9);
    let mut records = Vec::new();
    for n in 0..10_000_u32 {
        let name: String = (0..8).map(|_| random.lowercase()).collect();
        records.push(record(name, text("x")));
        if n > 5000 && n % 5 == 0 {
            records.push(record(format!("late:{n}"), user(n)));
        }
    }
    let inferred = infer(&records);
    let found = patterns(&inferred);
    assert_eq!(found[0].0, "{id}");
    assert_eq!(found[1].0, "late:{id:integer}");
    // What came before it was known to come again was taken as a word like the others.
    assert!((980..=999).contains(&found[1].1), "{found:?}");
    let elsewhere: u64 = found[2..].iter().map(|(_, count)| count).sum();
    assert_eq!(
        found[0].1 + found[1].1 + elsewhere + inferred.lone_records,
        10_999
    );
}

#[test]
fn keys_that_are_no_text_have_a_pattern_too() {
    let records: Vec<_> = (0..40_u8)
        .map(|n| record([b"bin:".as_slice(), &[0xff, n, 0xfe]].concat(), text("x")))
        .collect();
    check(&records, &[("bin:{id}", 40)]);
    check(&[record(b"".to_vec(), text("x"))], &[]);
}

#[test]
fn subjects_are_unique() {
    let mut records = Vec::new();
    for n in 0..10 {
        records.push(record(format!("user:{n}"), user(n)));
        records.push(record(format!("user:{}", uuid(n)), user(n)));
        records.push(record(format!("user-{n}"), user(n)));
    }
    let inferred = infer(&records);
    let mut subjects: Vec<_> = inferred
        .proposals
        .iter()
        .map(|proposal| &proposal.subject)
        .collect();
    subjects.sort();
    assert_eq!(subjects, ["user", "user-2", "user-3"]);
    for proposal in &inferred.proposals {
        let draft = proposal.draft.as_ref().expect("a hash has one");
        assert_eq!(draft["spec"]["subject"], proposal.subject.as_str());
        assert_eq!(
            draft["metadata"]["name"],
            format!("{}-1.0.0", proposal.subject)
        );
    }
}
