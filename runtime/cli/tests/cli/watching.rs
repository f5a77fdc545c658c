//! `remold test --watch` and `remold dry-run --watch`.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::support::{Place, hash};

const GOOD: &str = "user.set(\"first\", parts[0]);";
const WRONG: &str = "user.set(\"first\", parts[0].to_upper());";
const BROKEN: &str = "user.set(\"first\", parts[0];";

/// The line that begins a round.
fn round(number: u32, files: &str) -> String {
    let after = if files.is_empty() {
        String::new()
    } else {
        format!(" after {files}")
    };
    format!("─── round {number}{after} ───\n")
}

/// The line with which a round of the cases ends.
fn counts(passed: u32, failed: u32) -> String {
    format!(
        "{} cases, {passed} passed, {failed} failed",
        passed + failed
    )
}

#[test]
fn cases_that_break_and_are_mended_are_told_and_a_broken_script_ends_nothing() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    let mut watched = place.watch(&["test", "--watch"]);
    watched.expect(&counts(2, 0));
    place.edit(script, GOOD, WRONG);
    watched.expect(&counts(1, 1));
    place.edit(script, WRONG, BROKEN);
    watched.expect(&round(3, script));
    place.edit(script, BROKEN, WRONG);
    watched.expect(&round(4, script));
    place.edit(script, WRONG, GOOD);
    watched.expect(&round(5, script));
    watched.expect("FAILED → ok");
    assert_eq!(watched.interrupt(), 0);
    assert!(!watched.shown().contains('\u{1b}'));
    assert_snapshot!(watched.shown());
}

#[test]
fn the_manifest_the_cases_and_the_modules_are_watched() {
    let place = Place::with_users();
    let mut watched = place.watch(&["test", ".", "--watch"]);
    watched.expect(&round(1, ""));
    let cases = "cases/split.yaml";
    place.edit(cases, "splits a plain name", "splits another name");
    watched.expect(&round(2, cases));
    watched.expect("new, ok  splits another name");
    watched.expect("gone  splits a plain name");
    // A module that is not there yet, in a folder that is not there yet.
    place.edit(
        "split-name.rhai",
        "// Splits",
        "import \"lib/names\" as names;\n// Splits",
    );
    watched.expect(&round(3, "split-name.rhai"));
    watched.expect("lib/names");
    place.save("lib/names.rhai", "fn nothing() { }");
    watched.expect(&round(4, "lib/names.rhai"));
    watched.expect("no difference");
    let manifest = place.read("migration.yaml");
    std::fs::remove_file(place.path("migration.yaml")).expect("it is there");
    watched.expect(&round(5, "migration.yaml"));
    place.save("migration.yaml", &manifest);
    let shown = watched.expect(&round(6, "migration.yaml"));
    assert!(
        shown.contains("error: migration.yaml: No such file"),
        "{shown}"
    );
    // What is none of the migration's is passed over: the next round is of the next file that is.
    place.save("notes.txt", "none of ours");
    place.save("target/x.rhai", "none of ours");
    place.save("new.rhai", "fn ours() { }");
    watched.expect(&round(7, "new.rhai"));
    assert_eq!(watched.interrupt(), 0);
}

#[test]
fn a_dry_run_tells_which_changes_are_new_others_and_gone() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    let mut watched = place.watch(&["dry-run", ".", "--target", "users.rdb", "--watch"]);
    watched.expect(&round(1, ""));
    watched.expect("records                4");
    let not_she =
        "let user = rec.hash;\n    if rec.key == \"user:1\" { return skip(\"not she\"); }";
    let text = place.read(script).replace("let user = rec.hash;", not_she);
    place.save(script, &text.replace(GOOD, WRONG));
    watched.expect(&round(2, script));
    place.edit(script, WRONG, BROKEN);
    watched.expect(&round(3, script));
    place.edit(script, BROKEN, WRONG);
    watched.expect(&round(4, script));
    // The data is watched as well, also where it is exchanged as a whole.
    let users = [
        ("user:1", hash(&[("name", "Ada Lovelace")])),
        ("user:4", hash(&[("age", "7"), ("name", "Grace Hopper")])),
    ];
    place.write_rdb("new.rdb", &users);
    std::fs::rename(place.path("new.rdb"), place.path("users.rdb")).expect("a rename");
    watched.expect(&round(5, "users.rdb"));
    watched.expect("records                2");
    assert_eq!(watched.interrupt(), 0);
    assert_snapshot!(watched.shown());
}

#[test]
fn chance_and_time_are_no_difference() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    place.edit(
        script,
        GOOD,
        "user.set(\"first\", `${now_ms()} ${random(1, 1000000)}`);",
    );
    let mut watched = place.watch(&["dry-run", ".", "--target", "users.rdb", "--watch"]);
    watched.expect(&round(1, ""));
    watched.expect("records                4");
    let text = place.read(script);
    place.save(script, &(text + "// saved again\n"));
    watched.expect(&(round(2, script) + "no difference\n"));
    assert_eq!(watched.interrupt(), 0);
}

#[test]
fn a_round_that_is_overtaken_is_stopped_and_the_newest_state_is_run() {
    let place = Place::with_users();
    let manifest = place.read("migration.yaml");
    let slow = "  strategy: { parallelism: 1, batchSize: 1, throttle: { keysPerSecond: 1 } }\n";
    place.save("migration.yaml", &(manifest.clone() + slow));
    let users: Vec<(String, _)> = (0..2_000)
        .map(|user| (format!("user:{user}"), hash(&[("name", "Ada Lovelace")])))
        .collect();
    let users: Vec<(&str, _)> = users
        .iter()
        .map(|(key, user)| (key.as_str(), user.clone()))
        .collect();
    place.write_rdb("users.rdb", &users);
    // Without a limit of its own the first round would take half an hour.
    let mut watched = place.watch(&["dry-run", ".", "--target", "users.rdb", "--watch"]);
    watched.expect_error("held back by");
    place.save("migration.yaml", &manifest);
    watched.expect("records            2,000");
    let shown = watched.shown();
    assert!(
        shown.starts_with(&round(1, "migration.yaml")) && shown.matches("───").count() == 2,
        "{shown}"
    );
    assert_eq!(watched.interrupt(), 0);
}

#[test]
fn a_server_that_is_waited_for_does_not_hold_up_a_change() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    let mut watched = place.watch(&["dry-run", ".", "--target", "redis://127.0.0.1:1", "--watch"]);
    watched.expect_error("waiting: ");
    place.edit(script, GOOD, BROKEN);
    let shown = watched.expect(&round(1, script));
    assert!(!shown.contains("refused"), "{shown}");
    place.edit(script, BROKEN, GOOD);
    // It waits again, and an end is not kept waiting.
    assert_eq!(watched.interrupt(), 0);
}

#[test]
fn documents_are_written_one_on_a_line_with_the_fields_that_are_documented() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    let rounds = |place: &Place, arguments: &[&str]| {
        let mut watched = place.watch(&[arguments, &["--watch", "--output", "json"]].concat());
        watched.expect("\"round\":1,");
        place.edit(script, GOOD, WRONG);
        watched.expect("\"round\":2,");
        place.edit(script, WRONG, BROKEN);
        watched.expect("\"round\":3,");
        place.edit(script, BROKEN, GOOD);
        watched.expect("\"round\":4,");
        assert_eq!(watched.interrupt(), 0);
        watched.documents()
    };
    let page = place.remold(&["reference", "cli-json"]).out;
    let check = |documents: &[serde_json::Value], section: &str, part: &str, without: &str| {
        assert_eq!(documents.len(), 4);
        let fields = |names: &[&str]| -> BTreeSet<String> {
            let sections = names
                .iter()
                .flat_map(|name| crate::output::fields(&page, name));
            let fields = sections.filter(|name| !["error", "printed"].contains(&name.as_str()));
            fields
                .chain(["command", "exitCode"].map(str::to_owned))
                .collect()
        };
        let found = |document: &serde_json::Value| -> BTreeSet<String> {
            document
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        for place in [0, 1, 3] {
            assert_eq!(found(&documents[place]), fields(&[section, without]));
        }
        let mut of_error = fields(&[section]);
        of_error.insert("error".to_owned());
        assert_eq!(found(&documents[2]), of_error);
        let difference: BTreeSet<String> = crate::output::fields(&page, part).collect();
        assert_eq!(found(&documents[1]["difference"]), difference);
        assert_eq!(documents[0]["difference"], serde_json::Value::Null);
        assert_eq!(documents[1]["changedFiles"][0], script);
    };
    let tests = rounds(&place, &["test"]);
    check(&tests, "test --watch", "case difference", "test");
    assert_eq!(
        tests[1]["difference"]["broke"][0]["name"],
        "splits a plain name"
    );
    assert_eq!(tests[3]["difference"]["mended"][0]["line"], 2);
    assert_eq!(tests[2]["error"]["code"], "compile");
    let dry_runs = rounds(&place, &["dry-run", ".", "--target", "users.rdb"]);
    let runs = "dry-run, run, resume, rollback";
    check(&dry_runs, "dry-run --watch", "change difference", runs);
    assert_eq!(dry_runs[1]["difference"]["otherwiseCount"], 2);
    assert_eq!(dry_runs[1]["difference"]["otherwise"][1], "user:2");
    assert_eq!(dry_runs[3]["difference"]["newCount"], 0);
}

#[test]
fn polling_finds_the_same() {
    let place = Place::with_users();
    let mut watched = place.watch(&["test", ".", "--watch", "--poll"]);
    watched.expect(&counts(2, 0));
    place.edit("split-name.rhai", GOOD, WRONG);
    watched.expect(&round(2, "split-name.rhai"));
    watched.expect(&counts(1, 1));
    assert_eq!(watched.interrupt(), 0);
}

#[test]
fn on_a_terminal_the_page_is_drawn_again_in_its_place() {
    let place = Place::with_users();
    let script = "split-name.rhai";
    let waiting = "● waiting for a change in 3 files";
    let mut watched = place.watch_on_terminal(&["test", "--watch"], 24);
    let page = |file: &str, number: u32, watched: &mut crate::support::Watched| {
        let after = if file.is_empty() { "" } else { " after " };
        watched.expect(&format!("  round {number}{after}{file}, "));
        let shown = watched.expect(waiting);
        assert_snapshot!(format!("page-{number}"), shown);
    };
    page("", 1, &mut watched);
    place.edit(script, GOOD, WRONG);
    page(script, 2, &mut watched);
    place.edit(script, WRONG, BROKEN);
    page(script, 3, &mut watched);
    place.edit(script, BROKEN, GOOD);
    page(script, 4, &mut watched);
    assert_eq!(watched.interrupt(), 0);
    let left = watched.shown();
    assert!(
        left.contains("FAILED → ok") && !left.contains("waiting"),
        "the last result stays on the screen: {left}"
    );
}

#[test]
fn a_page_has_colours_unless_they_are_not_wanted() {
    let place = Place::with_users();
    for (when, expect) in [("auto", true), ("never", false)] {
        let arguments = ["test", "--watch", "--color", when];
        let mut watched = place.watch_on_terminal(&arguments, 24);
        watched.expect("● waiting for a change in 3 files");
        assert_eq!(watched.has_colours(), expect, "{when}");
    }
}

#[test]
fn a_page_that_does_not_fit_is_cut_and_the_last_one_is_shown_whole() {
    let place = Place::with_users();
    let arguments = ["dry-run", ".", "--target", "users.rdb", "--watch"];
    let mut watched = place.watch_on_terminal(&arguments, 14);
    watched.expect("round 1, ");
    let shown = watched.expect("● waiting for a change in 3 files");
    assert!(
        shown.contains("… ") && shown.contains(" more lines"),
        "{shown}"
    );
    assert!(shown.lines().count() <= 14, "{shown}");
    assert_eq!(watched.interrupt(), 0);
    assert!(
        watched.shown().contains("+ last   \"Brewster Hopper\""),
        "{}",
        watched.shown()
    );
}

#[test]
fn what_cannot_be_watched_is_refused_at_once() {
    let place = Place::with_users();
    let check = |name: &str, arguments: &[&str]| {
        assert_snapshot!(name, place.remold(arguments).shown());
    };
    check("watch-nowhere", &["test", "nowhere.yaml", "--watch"]);
    check("watch-and-update", &["test", "--watch", "--update"]);
    check(
        "watch-no-data",
        &["dry-run", ".", "--watch", "--target", "nowhere.rdb"],
    );
}
