//! `--grant`: what the operator does not grant is not done, on a server, from the run's beginning to its last resume.

use redis::cmd;

use super::bad_input::{FAILED, Place, REJECTS, SUCCESS, hashes, remold};
use super::stage::Stage;

const EMITTING: &str = "fn migrate(rec) { rec.emit(`copy:${rec.key}`, rec.value); }";
const ASKING: &str = "  capabilities: { write: [\"copy:*\"] }\n  policy: { maxRejected: 10 }\n";

#[test]
fn a_resume_grants_no_more_than_the_run_did() {
    let stage = hashes(3);
    let place = Place::new(&stage.manifest(ASKING), EMITTING);
    let grant = ["--grant", "write:copy:user:1"];
    let words = [
        "denied: 2",
        "the operator grants no write on \"copy:user:0\"",
    ];
    place.run_with(&stage.url(), &grant).says(REJECTS, &words);
    let copies = || -> Vec<String> {
        let mut names: Vec<String> = cmd("KEYS")
            .arg("copy:*")
            .query(&mut stage.connection())
            .expect("names");
        names.sort();
        names
    };
    assert_eq!(copies(), ["copy:user:1"]);
    let journals = place.journals();
    let run = Stage::only_run_in(journals.as_ref());
    let url = stage.url();
    let of_it = ["--target", &url, "--journal", &journals, "--yes"];
    remold(&[&["resume", &run, "--retry-rejected"], &of_it[..]].concat()).says(REJECTS, &words);
    assert_eq!(copies(), ["copy:user:1"]);
    remold(&[&["rollback", &run], &of_it[..]].concat()).says(SUCCESS, &[]);
    assert!(copies().is_empty());
}

#[test]
fn a_program_lists_and_reads_within_the_grant_alone() {
    let stage = hashes(3);
    let script = |listed: &str| {
        format!("fn run() {{ for page in scan(\"{listed}\") {{ let it = page; }} }}")
    };
    let asking = "  capabilities: { scan: [\"user:*\", \"plan:*\"], read: [\"plan:*\"] }\n  select: { match: \"user:1\" }\n";
    let manifest = stage
        .manifest("")
        .replace("  select: { match: \"user:*\" }\n", "")
        + asking;
    let place = Place::new(&manifest, &script("user:*"));
    let narrow = [
        "--grant",
        "scan:user:1*",
        "--grant",
        "scan:plan:*",
        "--grant",
        "read:*",
    ];
    place
        .run_with(&stage.url(), &narrow)
        .says(FAILED, &["the operator grants no scan on \"user:*\""]);
    let place = Place::new(&manifest, &script("user:1?"));
    let again = [&narrow[..], &["--again"]].concat();
    place.run_with(&stage.url(), &again).says(SUCCESS, &[]);
    let place = Place::new(&manifest, &script("user:1?"));
    place.run_with(&stage.url(), &["--grant", "scan:*"]).says(
        FAILED,
        &["does not grant this read", "spec.capabilities.read[0]"],
    );
}

#[test]
fn listed_keys_lend_no_power_over_others() {
    let stage = hashes(3);
    let manifest = stage.manifest("").replace(
        "select: { match: \"user:*\" }",
        "select: { keys: [\"user:0\", \"user:1\"] }",
    ) + "  policy: { maxRejected: 10 }\n";
    let reading = "fn lookups(rec) { [\"user:2\"] }\nfn migrate(rec) { rec.hash.set(\"x\", 1); }";
    Place::new(&manifest, reading)
        .run_with(&stage.url(), &[])
        .says(
            REJECTS,
            &["denied: 2", "no capability grants read on \"user:2\""],
        );
    let program = |key: &str| {
        format!(
            "fn run() {{ let it = get(\"{key}\"); it.hash.set(\"x\", 1); let done = apply(it); }}"
        )
    };
    Place::new(&manifest, &program("user:2"))
        .run_with(&stage.url(), &["--again"])
        .says(FAILED, &["no capability grants read on \"user:2\""]);
    Place::new(&manifest, &program("user:1"))
        .run_with(&stage.url(), &["--again"])
        .says(SUCCESS, &[]);
}
