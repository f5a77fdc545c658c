//! `remold bench`.

use serde_json::Value;

use crate::support::{Place, component, hash};

fn bench(place: &Place, more: &[&str]) -> (i32, Value) {
    let answer =
        place.remold(&[&["bench", ".", "--time", "200ms", "--output", "json"], more].concat());
    (answer.code, answer.json())
}

#[test]
fn every_case_is_measured() {
    let place = Place::with_users();
    let (code, json) = bench(&place, &[]);
    assert_eq!(code, 0, "{json}");
    let samples = json["samples"].as_array().expect("samples");
    assert_eq!(samples.len(), 2);
    for sample in samples {
        assert!(sample["microseconds"].as_f64() > Some(0.0), "{sample}");
        assert!(sample["fuel"].as_f64() > Some(1.0), "{sample}");
        assert!(sample["memory"].as_u64() > Some(0), "{sample}");
        assert!(sample["readings"].as_u64() >= Some(3), "{sample}");
    }
    assert_eq!(
        (&samples[0]["rejected"], &samples[1]["rejected"]),
        (&0.into(), &64.into())
    );
    let text = place.remold(&["bench", ".", "--time", "100ms", "--case", "splits"]);
    assert!(
        text.out.contains("splits a plain name") && !text.out.contains("rejected"),
        "{}",
        text.out
    );
}

#[test]
fn fuel_is_compared_exactly_with_a_baseline_and_can_fail() {
    let place = Place::with_users();
    // Two counts of the same transform are one: only time could differ, and that by more than a tenth and its noise.
    let (_, first) = bench(&place, &["--save", "main"]);
    assert_eq!(first["wrote"], "bench/main.json");
    let (_, second) = bench(&place, &["--baseline", "main"]);
    for sample in second["samples"].as_array().expect("samples") {
        let comparison = &sample["comparison"];
        assert_eq!(
            (&comparison["fuel"], &comparison["memory"]),
            (&1.0.into(), &1.0.into()),
            "{sample}"
        );
        assert!(
            comparison["time"].as_f64() > Some(0.0) && comparison["noise"].as_f64() > Some(0.0),
            "{sample}"
        );
    }
    place.replace(
        "split-name.rhai",
        "let user = rec.hash;",
        "let user = rec.hash; for n in 0..100 { user.set(\"n\", n); } user.remove(\"n\");",
    );
    let (code, slower) = bench(
        &place,
        &["--baseline", "bench/main.json", "--fail-above", "50%"],
    );
    assert_eq!(code, 1, "{slower}");
    let grown = slower["samples"][0]["comparison"]["grown"]
        .as_array()
        .expect("what has grown");
    assert!(grown.contains(&"fuel".into()), "{slower}");
    let text = place.remold(&[
        "bench",
        ".",
        "--time",
        "100ms",
        "--baseline",
        "main",
        "--fail-above",
        "50%",
    ]);
    assert!(
        text.code == 1
            && text
                .out
                .contains("has grown by more than 50%: splits a plain name"),
        "{}",
        text.out
    );
    let without_limit = place.remold(&["bench", ".", "--time", "100ms", "--baseline", "main"]);
    assert_eq!(without_limit.code, 0, "{}", without_limit.out);
}

#[test]
fn it_is_measured_over_a_recording_and_over_a_file() {
    let place = Place::with_users();
    let recorded = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "r.yaml",
        "--sample",
        "3",
    ]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    let (_, json) = bench(&place, &["--from", "r.yaml"]);
    // 21 times the three records: the most that a batch of 64 takes.
    assert_eq!(
        (&json["samples"][0]["name"], &json["samples"][0]["records"]),
        (&"r.yaml".into(), &63.into())
    );
    let users: Vec<(String, _)> = (0..200)
        .map(|n| (format!("user:{n}"), hash(&[("name", "Ada Lovelace")])))
        .collect();
    let users: Vec<(&str, _)> = users
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    place.write_rdb("many.rdb", &users);
    let (_, json) = bench(&place, &["--from", "many.rdb", "--sample", "150"]);
    assert_eq!(
        (&json["samples"][0]["records"], &json["batch"]),
        (&150.into(), &64.into())
    );
    let server = place.remold(&["bench", ".", "--from", "redis://localhost"]);
    assert_eq!(server.code, 2);
    assert!(server.err.contains("remold record"), "{}", server.err);
}

#[test]
fn what_is_looked_up_comes_from_the_case() {
    let place = Place::with_users();
    place.write("split-name.rhai", "fn lookups(rec) { [\"plan:1\"] }\nfn migrate(rec) { rec.hash.set(\"plan\", rec.lookup(\"plan:1\").hash.get(\"name\")); }");
    place.replace(
        "migration.yaml",
        "  policy:",
        "  capabilities: { read: [\"plan:*\"] }\n  policy:",
    );
    place.write("cases/split.yaml", "- name: one\n  given: { \"user:1\": { hash: { a: 1 } }, \"plan:1\": { hash: { name: x } } }\n  expect: { \"user:1\": { hash: { a: 1, plan: x } }, \"plan:1\": { hash: { name: x } } }\n");
    let (_, json) = bench(&place, &[]);
    assert_eq!(
        (
            &json["samples"][0]["rejected"],
            &json["samples"][0]["records"]
        ),
        (&0.into(), &64.into()),
        "{json}"
    );
}

#[test]
fn what_cannot_be_measured_says_why() {
    let place = Place::with_users();
    let check = |arguments: &[&str], code: i32, words: &str| {
        let answer = place.remold(arguments);
        assert_eq!(answer.code, code, "{}", answer.err);
        assert!(answer.err.contains(words), "{}", answer.err);
    };
    check(
        &["bench", ".", "--case", "no such"],
        1,
        "no case with a selected record",
    );
    check(&["bench", ".", "--baseline", "none"], 1, "bench/none.json");
    check(&["bench", ".", "--fail-above", "10%"], 2, "--baseline");
    place.write("bench/old.json", "{}");
    check(&["bench", ".", "--baseline", "old"], 1, "is no baseline");
    place.write("bench/new.json", "{ \"bench\": 9 }");
    check(
        &["bench", ".", "--baseline", "new"],
        1,
        "has version 9 of the format",
    );
    place.write("split-name.rhai", "fn run() { }");
    check(&["bench", "."], 1, "is a program");
}

#[test]
fn a_component_is_measured_like_a_script() {
    let place = Place::with_users();
    std::fs::write(place.path("nothing.wasm"), component()).expect("a component");
    place.replace(
        "migration.yaml",
        "rhai: { file: split-name.rhai }",
        "wasm: { file: nothing.wasm }",
    );
    let (_, json) = bench(&place, &["--case", "splits", "--save", "main"]);
    let sample = &json["samples"][0];
    assert_eq!(
        (&sample["memory"], &sample["records"]),
        (&65_536.into(), &64.into()),
        "{sample}"
    );
    // One instruction or two for the whole batch.
    assert!(sample["fuel"].as_f64() < Some(0.1), "{sample}");
    let (code, again) = bench(&place, &["--case", "splits", "--baseline", "main"]);
    let comparison = &again["samples"][0]["comparison"];
    assert_eq!((code, &comparison["fuel"]), (0, &1.0.into()), "{again}");
}

#[test]
fn a_transform_that_needs_much_is_not_repeated_for_a_batch() {
    let place = Place::with_users();
    place.write(
        "split-name.rhai",
        "fn migrate(rec) { let n = 0; while n < 30000 { n += 1; } }",
    );
    let (_, json) = bench(&place, &["--case", "splits"]);
    let sample = &json["samples"][0];
    assert_eq!(sample["records"], 1, "{sample}");
    assert!(sample["fuel"].as_f64() > Some(50_000.0), "{sample}");
}
