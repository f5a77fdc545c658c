//! `remold record`, `remold replay` and `remold run --record`, over files.

use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::support::{Place, component, hash, text};

/// A transform that looks a plan up.
const PLANS: &str = r#"
fn lookups(rec) { ["plan:" + rec.hash.get_or("plan", "none")] }
fn migrate(rec) {
    let plan = rec.lookup("plan:" + rec.hash.get_or("plan", "none"));
    if plan == () { return reject("no-plan", `${rec.hash.get("name")} has no plan`); }
    rec.hash.set("plan_name", plan.hash.get("name"));
}
"#;

fn with_plans() -> Place {
    let place = Place::with_users();
    place.write("split-name.rhai", PLANS);
    place.replace(
        "migration.yaml",
        "  policy:",
        "  capabilities: { read: [\"plan:*\"] }\n  policy:",
    );
    let user = |plan: &str| hash(&[("name", "Ada Lovelace 1815"), ("plan", plan)]);
    place.write_rdb(
        "users.rdb",
        &[
            ("user:1", user("gold")),
            ("user:2", user("lost")),
            ("plan:gold", hash(&[("name", "Gold")])),
        ],
    );
    place
}

fn record(place: &Place, more: &[&str]) -> String {
    let answer = place.remold(
        &[
            &[
                "record",
                ".",
                "--target",
                "users.rdb",
                "--into",
                "r.yaml",
                "--yes",
            ],
            more,
        ]
        .concat(),
    );
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    place.read("r.yaml")
}

/// Returns the part of a recording that came from the keyspace.
fn without_script(recording: &str) -> &str {
    let start = recording
        .find("\nredacted:")
        .expect("it says what is redacted");
    let end = recording.find("\ntransform:").expect("it has a transform");
    &recording[start..end]
}

#[test]
fn rejected_records_are_recorded_and_replayed_without_the_data() {
    let place = Place::with_users();
    let answer = place.remold(&["record", ".", "--target", "users.rdb", "--into", "r.yaml"]);
    assert_snapshot!("record", answer.shown());
    let mode = std::fs::metadata(place.path("r.yaml"))
        .expect("the recording")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(place.path("users.rdb")).expect("the data");
    std::fs::remove_file(place.path("migration.yaml")).expect("the manifest");
    assert_snapshot!("replay", place.remold(&["replay", "r.yaml"]).shown());
}

#[test]
fn the_format_of_a_recording() {
    let place = with_plans();
    let recording = record(&place, &["--key", "user:*"]);
    let stable = regex::Regex::new(r"(digest|now|seed): .*").expect("a pattern");
    assert_snapshot!(stable.replace_all(&recording, "$1: […]"));
}

#[test]
fn an_edited_transform_is_compared_with_what_came_of_it_then() {
    let place = Place::with_users();
    record(&place, &["--key", "user:[14]"]);
    place.replace(
        "split-name.rhai",
        "return reject(\"no-name\", \"there is nothing to split\")",
        "user.set(\"name\", \"?\"); return",
    );
    place.replace("split-name.rhai", "parts[0]", "parts[0].to_upper()");
    let answer = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(answer.code, 1);
    assert_snapshot!("replay-edited", answer.shown());
    let json = place
        .remold(&["replay", "r.yaml", ".", "--output", "json"])
        .json();
    assert_eq!((&json["same"], &json["differing"]), (&0.into(), &2.into()));
    assert_eq!(json["differences"], serde_json::json!(["the transform"]));
    assert_eq!(json["records"][1]["then"]["code"], "no-name");
    assert_eq!(json["records"][1]["now"]["outcome"], "changed");
    let one = place.remold(&["replay", "r.yaml", ".", "--key", "user:1"]);
    assert!(
        one.out.contains("ADA") && !one.out.contains("user:4"),
        "{}",
        one.out
    );
    let none = place.remold(&["replay", "r.yaml", "--key", "other"]);
    assert_eq!(none.code, 2, "{}", none.err);
}

#[test]
fn an_edited_manifest_is_told_apart_part_by_part() {
    let place = Place::with_users();
    record(&place, &["--key", "user:1"]);
    place.replace("migration.yaml", "user:*", "member:*");
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 2");
    let answer = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(answer.code, 1);
    assert!(
        answer.out.contains("another form of select, policy"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("the manifest does not select it"),
        "{}",
        answer.out
    );
}

#[test]
fn what_was_looked_up_is_in_the_recording_and_what_was_not_is_said() {
    let place = with_plans();
    let recording = record(&place, &["--key", "user:*"]);
    assert!(
        recording.contains("\"plan:gold\": { hash: { name: Gold } }"),
        "{recording}"
    );
    assert!(
        recording.contains("\"plan:lost\": { absent: true }"),
        "{recording}"
    );
    let same = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(
        same.out.contains("beside it: plan:gold, hash"),
        "{}",
        same.out
    );
    place.replace(
        "split-name.rhai",
        "[\"plan:\" +",
        "[\"plan:new\", \"plan:\" +",
    );
    let more = place.remold(&["replay", "r.yaml", "."]);
    assert!(
        more.out
            .contains("asked for plan:new, which the recording does not hold"),
        "{}",
        more.out
    );
}

#[test]
fn no_grant_no_power_in_a_replay_either() {
    let place = with_plans();
    record(&place, &["--key", "user:1"]);
    place.replace("migration.yaml", "plan:*", "nothing:*");
    let answer = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(answer.code, 1);
    assert!(
        answer.out.contains("rejected with denied"),
        "{}",
        answer.out
    );
}

#[test]
fn a_recording_becomes_cases_that_pass() {
    let place = Place::with_users();
    record(&place, &[]);
    let answer = place.remold(&["replay", "r.yaml", ".", "--to-case", "cases/split.yaml"]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let cases = place.read("cases/split.yaml");
    let stable = regex::Regex::new(r"(now|seed): \d+").expect("a pattern");
    assert_snapshot!("to-case", stable.replace_all(&cases, "$1: […]"));
    let tested = place.remold(&["test", "."]);
    assert!(
        tested.code == 0 && tested.out.contains("3 cases, 3 passed"),
        "{}",
        tested.out
    );
    let again = place.remold(&["replay", "r.yaml", ".", "--to-case", "cases/split.yaml"]);
    assert!(
        again.out.contains("0 cases to cases/split.yaml"),
        "{}",
        again.out
    );
    assert_eq!(place.read("cases/split.yaml"), cases);
    // The case fails when what came of the record comes otherwise.
    place.replace("split-name.rhai", "\"no-name\"", "\"nameless\"");
    assert_eq!(place.remold(&["test", "."]).code, 1);
}

#[test]
fn a_record_that_looks_itself_up_becomes_a_case_too() {
    let place = with_plans();
    place.write(
        "split-name.rhai",
        "fn lookups(rec) { [rec.key] }\nfn migrate(rec) { reject(\"self\", rec.lookup(rec.key).hash.get(\"plan\")) }",
    );
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 2");
    record(&place, &[]);
    let answer = place.remold(&["replay", "r.yaml", ".", "--to-case", "cases/self.yaml"]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let tested = place.remold(&["test", ".", "--case", "was rejected with self"]);
    assert!(
        tested.code == 0 && tested.out.contains("2 passed"),
        "{}",
        tested.out
    );
}

#[test]
fn a_redacted_recording_hides_values_and_says_whether_it_still_tells_the_same() {
    let place = with_plans();
    let recording = record(&place, &["--key", "user:*", "--redact", "all"]);
    let records = without_script(&recording);
    for hidden in ["Lovelace", "1815", "gold", "Gold"] {
        assert!(!records.contains(hidden), "{hidden}: {records}");
    }
    assert!(recording.contains("redacted: [all]"), "{recording}");
    // The plan of the record is still the one that was read beside it.
    assert_eq!(
        recording.matches("reproduces: true").count(),
        2,
        "{recording}"
    );
    let replayed = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(replayed.code, 0, "{}", replayed.out);
    assert!(replayed.out.contains("redacted (all)"), "{}", replayed.out);
}

#[test]
fn a_redaction_that_changes_what_comes_of_a_record_is_told() {
    let place = Place::with_users();
    place.write(
        "split-name.rhai",
        "fn migrate(rec) { if rec.hash.get_or(\"age\", \"\") == \"36\" { return reject(\"thirty-six\", \"Ada is 36\"); } }",
    );
    let answer = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "r.yaml",
        "--redact",
        "values",
    ]);
    assert!(
        answer
            .out
            .contains("1 comes out otherwise than with the real values"),
        "{}",
        answer.out
    );
    let recording = place.read("r.yaml");
    assert!(
        recording.contains("outcome: { reject: thirty-six }")
            && recording.contains("reproduces: false"),
        "{recording}"
    );
    assert!(
        !without_script(&recording).contains("Ada is"),
        "{recording}"
    );
    let replayed = place.remold(&["replay", "r.yaml"]);
    assert_eq!(replayed.code, 1);
    assert!(
        replayed
            .out
            .contains("it came out otherwise as soon as it was redacted"),
        "{}",
        replayed.out
    );
}

#[test]
fn one_field_can_be_redacted_alone() {
    let place = with_plans();
    let recording = record(&place, &["--key", "user:1", "--redact", "field:name"]);
    assert!(
        !recording.contains("Lovelace") && recording.contains("plan: gold"),
        "{recording}"
    );
    let wrong = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "x.yaml",
        "--redact",
        "names",
    ]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("`names` is none of `all`"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_recording_that_is_full_says_so() {
    let place = Place::with_users();
    place.write(
        "split-name.rhai",
        "fn migrate(rec) { reject(\"all\", \"of them\") }",
    );
    let answer = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "r.yaml",
        "--limit",
        "1",
    ]);
    assert!(
        answer
            .out
            .contains("the recording is full: 3 records more had no room"),
        "{}",
        answer.out
    );
    let json = place
        .remold(&["replay", "r.yaml", "--output", "json"])
        .json();
    assert_eq!(json["same"], 1);
    assert!(place.read("r.yaml").contains("omitted: 3"));
    let small = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "s.yaml",
        "--max-size",
        "300B",
        "--output",
        "json",
    ]);
    let small = small.json();
    assert_eq!(
        small["recorded"].as_u64().unwrap_or(9) + small["omitted"].as_u64().unwrap_or(9),
        4,
        "{small}"
    );
    assert!(small["omitted"].as_u64() > Some(0), "{small}");
}

#[test]
fn a_sample_has_as_many_records_as_were_asked_for_whatever_came_of_them() {
    let place = Place::with_users();
    for (asked, found) in [("2", 2), ("1000", 4)] {
        let answer = place.remold(&[
            "record",
            ".",
            "--target",
            "users.rdb",
            "--into",
            "s.yaml",
            "--yes",
            "--sample",
            asked,
            "--output",
            "json",
        ]);
        let json = answer.json();
        assert_eq!(
            (&json["recorded"], &json["omitted"]),
            (&found.into(), &0.into()),
            "{json}"
        );
    }
    assert_eq!(place.remold(&["replay", "s.yaml"]).code, 0);
}

#[test]
fn a_record_that_never_came_to_the_transform_is_listed_without_its_value() {
    let place = Place::with_users();
    place.replace(
        "migration.yaml",
        "  policy:",
        "  limits: { maxKeyBytes: 30B, oversized: reject }\n  policy:",
    );
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 9");
    record(&place, &[]);
    let answer = place.remold(&["replay", "r.yaml"]);
    assert_eq!(answer.code, 0);
    assert!(
        answer.out.contains("rejected with too-large"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("that cannot be replayed"),
        "{}",
        answer.out
    );
}

#[test]
fn nothing_to_record_writes_nothing() {
    let place = Place::with_users();
    place.write("split-name.rhai", "fn migrate(rec) { }");
    let answer = place.remold(&["record", ".", "--target", "users.rdb", "--into", "r.yaml"]);
    assert_snapshot!("record-nothing", answer.shown());
    assert!(!place.path("r.yaml").exists());
}

#[test]
fn a_file_that_exists_is_replaced_only_if_that_is_confirmed() {
    let place = Place::with_users();
    place.write("r.yaml", "mine");
    let answer = place.remold(&["record", ".", "--target", "users.rdb", "--into", "r.yaml"]);
    assert_eq!(
        (answer.code, place.read("r.yaml").as_str()),
        (6, "mine"),
        "{}",
        answer.err
    );
    let nowhere = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "no/such/r.yaml",
    ]);
    assert_eq!(nowhere.code, 1, "{}", nowhere.err);
}

#[test]
fn a_newer_format_is_refused_with_both_versions() {
    let place = Place::with_users();
    record(&place, &[]);
    place.replace("r.yaml", "recording: 1", "recording: 2");
    assert_snapshot!("newer-format", place.remold(&["replay", "r.yaml"]).shown());
}

#[test]
fn a_run_is_recorded_beside_its_answer() {
    let place = Place::with_users();
    let answer = place.remold(&[
        "run",
        ".",
        "--target",
        "users.rdb",
        "--to",
        "out.rdb",
        "--record",
        "r.yaml",
    ]);
    assert_eq!(answer.code, 3, "{}{}", answer.out, answer.err);
    assert!(
        answer.out.contains("remold replay r.yaml"),
        "{}",
        answer.out
    );
    assert!(answer.err.contains("it holds the values"), "{}", answer.err);
    let run = place
        .remold(&["replay", "r.yaml", "--output", "json"])
        .json();
    assert_eq!(
        (&run["same"], &run["records"][0]["key"]),
        (&1.into(), &"user:4".into())
    );
    let alone = place.remold(&[
        "run",
        ".",
        "--target",
        "users.rdb",
        "--to",
        "x.rdb",
        "--redact",
        "all",
    ]);
    assert_eq!(alone.code, 2, "{}", alone.err);
}

#[test]
fn the_quarantine_of_a_run_is_recorded_by_its_journal_with_its_transform() {
    let place = Place::with_users();
    let run = place.run_users();
    // What the folder holds by now is of no account.
    place.write(
        "split-name.rhai",
        "fn migrate(rec) { reject(\"other\", \"transform\") }",
    );
    let answer = place.remold(&[
        "record", "--run", &run, "--target", "out.rdb", "--into", "r.yaml",
    ]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    assert!(
        answer.out.contains("need not be what they were then"),
        "{}",
        answer.out
    );
    let recording = place.read("r.yaml");
    assert!(
        recording.contains("reject: no-name") && recording.contains("user:4"),
        "{recording}"
    );
    assert_eq!(place.remold(&["replay", "r.yaml"]).code, 0);
    // A key that the run has changed is given as it was before.
    let changed = place.remold(&[
        "record", "--run", &run, "--target", "out.rdb", "--key", "user:1", "--into", "c.yaml",
    ]);
    assert!(
        changed.out.contains("as its journal holds them"),
        "{}{}",
        changed.out,
        changed.err
    );
    let recording = place.read("c.yaml");
    assert!(
        recording.contains("given: { hash: { name: \"Ada Lovelace\", age: \"36\" } }"),
        "{recording}"
    );
    assert!(recording.contains("first: Ada"), "{recording}");
    let both = place.remold(&[
        "record", ".", "--run", &run, "--target", "out.rdb", "--into", "x.yaml",
    ]);
    assert_eq!(both.code, 2, "{}", both.err);
}

#[test]
fn a_component_is_not_in_its_recording_and_is_asked_for() {
    let place = Place::with_users();
    std::fs::write(place.path("nothing.wasm"), component()).expect("a component");
    place.replace(
        "migration.yaml",
        "rhai: { file: split-name.rhai }",
        "wasm: { file: nothing.wasm }",
    );
    let recording = record(&place, &["--key", "user:1"]);
    assert!(
        recording.contains("nothing.wasm: { omittedBytes: 52 }"),
        "{recording}"
    );
    assert_snapshot!("no-component", place.remold(&["replay", "r.yaml"]).shown());
    let replayed = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    assert!(
        replayed
            .out
            .contains("with the transform and the manifest that were recorded"),
        "{}",
        replayed.out
    );
}

const PROGRAM: &str = r#"
fn run() {
    let place = 0;
    for key in scan("user:*", "hash") {
        let user = get(key);
        if user == () { continue; }
        place += 1;
        user.hash.set("place", place);
        apply(user);
    }
    if place > 3 { return reject("crowded", `${place} users`); }
}
"#;

#[test]
fn a_program_is_recorded_call_by_call_and_replayed_against_the_same_answers() {
    let place = Place::with_users();
    place.write("split-name.rhai", PROGRAM);
    let answer = place.remold(&["record", ".", "--target", "users.rdb", "--into", "r.yaml"]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let recording = place.read("r.yaml");
    assert!(
        recording.contains("- { get: { \"user:4\": { hash: { age: \"7\" } } } }"),
        "{recording}"
    );
    assert!(recording.contains("reject: crowded"), "{recording}");
    std::fs::remove_file(place.path("users.rdb")).expect("the data");
    let same = place.remold(&["replay", "r.yaml"]);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    place.replace("split-name.rhai", "place > 3", "place > 4");
    place.replace(
        "split-name.rhai",
        "\"place\", place",
        "\"place\", place * 10",
    );
    let edited = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(edited.code, 1);
    assert_snapshot!("replay-program", edited.shown());
    place.replace(
        "split-name.rhai",
        "let place = 0;",
        "let place = 0; get(\"user:99\");",
    );
    let more = place.remold(&["replay", "r.yaml", "."]);
    assert!(
        more.out
            .contains("the recording holds no record of user:99"),
        "{}",
        more.out
    );
    place.replace("split-name.rhai", "get(\"user:99\");", "get(\"plan:1\");");
    let denied = place.remold(&["replay", "r.yaml", "."]);
    assert!(
        denied.out.contains("no capability grants"),
        "{}",
        denied.out
    );
}

#[test]
fn a_program_may_ask_for_a_key_twice_and_write_it_twice() {
    let place = Place::with_users();
    place.write(
        "split-name.rhai",
        r#"fn run() {
            let both = get_many(["user:1", "user:1", "user:9"]);
            both[0].hash.set("a", 1);
            both[1].hash.set("a", 2);
            let said = apply([both[0], both[1]]);
            let now = get("user:1");
            reject("said", `${said} ${now.hash.get("a")}`)
        }"#,
    );
    let recording = record(&place, &[]);
    assert!(
        recording.contains("apply: { \"user:1\": applied }"),
        "{recording}"
    );
    assert!(
        recording.contains("\"user:9\": { absent: true }"),
        "{recording}"
    );
    let replayed = place.remold(&["replay", "r.yaml"]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    assert!(replayed.out.contains("already"), "{}", replayed.out);
    let then = replayed
        .out
        .split("then: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let now = replayed
        .out
        .split("now:  ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    assert_eq!(then, now, "{}", replayed.out);
}

#[test]
fn a_program_that_is_redacted_still_runs_over_what_it_lists() {
    let place = Place::with_users();
    place.write("split-name.rhai", PROGRAM);
    let recording = record(&place, &["--redact", "all"]);
    let calls = without_script(&recording);
    for hidden in ["Lovelace", "Brewster", "Somerville"] {
        assert!(!calls.contains(hidden), "{calls}");
    }
    assert!(recording.contains("reproduces: true"), "{recording}");
    let replayed = place.remold(&["replay", "r.yaml"]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    let chosen = place.remold(&[
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "x.yaml",
        "--sample",
        "2",
    ]);
    assert_eq!(chosen.code, 2, "{}", chosen.err);
}

#[test]
fn a_recording_of_records_is_not_replayed_by_a_program() {
    let place = Place::with_users();
    record(&place, &[]);
    place.write("split-name.rhai", PROGRAM);
    let answer = place.remold(&["replay", "r.yaml", "."]);
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .err
            .contains("the recording is of a record transform, the migration has a program"),
        "{}",
        answer.err
    );
}

#[test]
fn values_of_every_kind_survive_a_recording() {
    let place = Place::with_users();
    place.write(
        "split-name.rhai",
        "fn migrate(rec) { reject(\"kept\", rec.kind) }",
    );
    place.replace("migration.yaml", ", type: hash", "");
    place.write_rdb(
        "users.rdb",
        &[
            ("user:text", text("{\"a\": [1, 2.50]}\n\u{1}")),
            (
                "user:list",
                crate::support::Value::List(vec!["a".into(), "".into(), "\u{0}".into()]),
            ),
            ("user:hash", hash(&[("a b", "c: d"), ("true", "null")])),
        ],
    );
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 3");
    record(&place, &[]);
    let json = place
        .remold(&["replay", "r.yaml", "--output", "json"])
        .json();
    assert_eq!(
        (&json["same"], &json["differing"]),
        (&3.into(), &0.into()),
        "{json}"
    );
    let case = place.remold(&["replay", "r.yaml", ".", "--to-case", "cases/kinds.yaml"]);
    assert_eq!(case.code, 0, "{}{}", case.out, case.err);
    std::fs::remove_file(place.path("cases/split.yaml")).expect("the other cases");
    let tested = place.remold(&["test", "."]);
    assert_eq!(tested.code, 0, "{}", tested.out);
}
