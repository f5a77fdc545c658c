//! What a pod needs of the binary: plans and their approval, bindings, what is left behind at the end, jobs.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Place;

/// The digest that a plan shows.
fn planned(place: &Place, more: &[&str]) -> String {
    let arguments = ["plan", ".", "--target", "users.rdb", "--output", "json"];
    let answer = place.remold(&[&arguments[..], more].concat());
    assert_eq!(answer.code, 0, "{}", answer.err);
    let plan: Value = serde_json::from_str(&answer.out).expect("a document");
    plan["planDigest"].as_str().expect("a digest").to_owned()
}

fn manual() -> Place {
    let place = Place::with_users();
    place.replace("migration.yaml", "policy: {", "policy: { approval: manual,");
    place
}

const RUN: [&str; 6] = ["run", ".", "--target", "users.rdb", "--to", "out.rdb"];

#[test]
fn a_plan_counts_the_selected_keys() {
    let place = Place::with_users();
    assert_snapshot!(
        place
            .remold(&["plan", ".", "--target", "users.rdb"])
            .shown()
    );
}

#[test]
fn the_digest_of_a_plan_is_that_of_a_dry_run_and_depends_on_the_workers() {
    let place = Place::with_users();
    let digest = planned(&place, &[]);
    let tried = place.remold(&["dry-run", ".", "--target", "users.rdb"]);
    assert!(tried.out.contains(&digest), "{}", tried.out);
    assert_ne!(planned(&place, &["--workers", "3"]), digest);
}

#[test]
fn what_has_to_be_approved_is_not_run_by_yes() {
    let place = manual();
    let refused = place.remold(&[&RUN[..], &["--yes"]].concat());
    let digest = planned(&place, &[]);
    assert_eq!(refused.code, 6);
    assert!(refused.err.contains(&digest), "{}", refused.err);
    assert!(!place.path("out.rdb").exists());
    let run = place.remold(&[&RUN[..], &["--approve", &digest]].concat());
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(place.path("out.rdb").exists());
}

#[test]
fn another_plan_than_the_approved_one_is_refused_and_says_what_has_changed() {
    let place = Place::with_users();
    let others = planned(&place, &["--workers", "4"]);
    let refused = place.remold(&[&RUN[..], &["--approve", &others, "--yes"]].concat());
    assert_eq!(refused.code, 6);
    let said = refused.err.replace('\n', " ");
    assert!(said.contains("the workers: 4 then, 1 now"), "{said}");
    assert!(said.contains("plan-changed"), "{said}");
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 2");
    let refused = place.remold(&[&RUN[..], &["--approve", &others]].concat());
    let said = refused.err.replace('\n', " ");
    assert!(said.contains("more than one thing has changed"), "{said}");
}

#[test]
fn a_target_in_a_file_is_never_shown() {
    let place = Place::with_users();
    place.write("url", "redis://:s3cret@127.0.0.1:1/0\n");
    let away = place.remold(&["status", "--target-file", "url"]);
    assert_eq!(away.code, 1, "{}", away.err);
    assert!(!away.err.contains("s3cret"), "{}", away.err);
    place.write("url", "postgres://:s3cret@127.0.0.1");
    let wrong = place.remold(&["status", "--target-file", "url"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("url: "), "{}", wrong.err);
    assert!(!wrong.err.contains("s3cret"), "{}", wrong.err);
    place.write("url", "s3cret");
    let none = place.remold(&["status", "--target-file", "url"]);
    assert!(
        none.err.contains("url: it holds no address"),
        "{}",
        none.err
    );
    assert!(!none.err.contains("s3cret"), "{}", none.err);
    let twice = place.remold(&["status", "--target-file", "url", "--target", "redis://a"]);
    assert_eq!(twice.code, 2);
    let missing = place.remold(&["status", "--binding", "nowhere"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("nowhere"), "{}", missing.err);
}

#[test]
fn a_lenient_end_is_none_of_a_run_that_has_to_be_looked_at() {
    let place = Place::with_users();
    let lenient =
        place.remold(&[&RUN[..], &["--yes", "--lenient-exit", "--output", "json"]].concat());
    assert_eq!(lenient.code, 0, "{}", lenient.err);
    let document: Value = serde_json::from_str(&lenient.out).expect("a document");
    assert_eq!(document["exitCode"], 3, "the document says how it counts");
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 0");
    let stopped = place.remold(&[&RUN[..], &["--yes", "--lenient-exit"]].concat());
    assert_eq!(stopped.code, 1, "{}", stopped.err);
}

#[test]
fn every_end_leaves_a_message_behind() {
    let place = Place::with_users();
    let left = |arguments: &[&str]| -> Value {
        let log = ("REMOLD_TERMINATION_LOG", "left.json");
        let answer = place.remold_with(arguments, &[log]);
        let text = place.read("left.json");
        std::fs::remove_file(place.path("left.json")).expect("it was written");
        let left: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(left["exit"], answer.code, "{text}");
        left
    };
    let run = left(&[&RUN[..], &["--yes"]].concat());
    assert_eq!(run["command"], "run");
    assert_eq!(run["end"], "completed");
    assert_eq!(run["message"], "2 keys written, 1 rejected");
    assert_eq!(run["tally"]["written"], 2);
    assert_eq!(run["tally"]["rejected"], 1);
    let plan = left(&["plan", ".", "--target", "users.rdb"]);
    assert_eq!(plan["plan"]["digest"], planned(&place, &[]));
    assert_eq!(plan["plan"]["keys"], 4);
    let status = left(&["status", "--target", "users.rdb"]);
    assert_eq!(status["server"]["product"], "rdb file");
    let refused = left(&["status", "--target", "redis://:s3cret@127.0.0.1:1/0"]);
    assert_eq!(refused["command"], "status");
    assert!(refused["code"].is_string(), "{refused}");
    assert!(!refused.to_string().contains("s3cret"));
    let usage = left(&["no-such-command"]);
    assert_eq!(usage["code"], "usage");
}

#[test]
fn a_lenient_end_leaves_the_exit_code_without_leniency() {
    let place = Place::with_users();
    let arguments = [&RUN[..], &["--yes", "--lenient-exit"]].concat();
    let answer = place.remold_with(&arguments, &[("REMOLD_TERMINATION_LOG", "left.json")]);
    assert_eq!(answer.code, 0);
    let left: Value = serde_json::from_str(&place.read("left.json")).expect("it is JSON");
    assert_eq!(left["exit"], 3);
}

#[test]
fn a_run_goes_on_without_a_cluster_to_tell() {
    let place = Place::with_users();
    let run = place.remold(&[&RUN[..], &["--yes", "--report-to", "shop/names-1"]].concat());
    assert_eq!(run.code, 3, "{}", run.err);
    assert_eq!(
        run.err.matches("the cluster is not told").count(),
        1,
        "{}",
        run.err
    );
}

const SERVER: [&str; 4] = [
    "--target",
    "redis://redis.shop.svc:6379",
    "--image",
    "remold:1",
];

#[test]
fn a_job_brings_its_manifest_along() {
    let place = Place::with_users();
    let more = ["--password-secret", "redis/password", "--workers", "2"];
    let job = place.remold(&[&["job", "."], &SERVER[..], &more].concat());
    assert_snapshot!(job.shown());
}

#[test]
fn a_job_for_the_way_back_has_the_journal_and_no_manifest() {
    let place = Place::with_users();
    let more = ["--claim", "journals", "--output", "json"];
    let job = place.remold(&[&["job", "--rollback", "names-1"], &SERVER[..], &more].concat());
    assert_eq!(job.code, 0, "{}", job.err);
    let list: Value = serde_json::from_str(&job.out).expect("a list");
    assert_eq!(list["kind"], "List");
    let items = list["items"].as_array().expect("it has items");
    let job = items.last().expect("it has a job");
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["args"][0], "rollback");
    assert_eq!(container["args"][1], "names-1");
    assert!(!items.iter().any(|item| item["kind"] == "ConfigMap"));
}

#[test]
fn a_job_has_the_place_for_what_its_program_backs_up() {
    let place = Place::with_users();
    place.write(
        "migration.yaml",
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: marked }\nspec:\n  select: { match: \"user:*\" \
         }\n  transform: { rhai: { source: 'fn run() { backup(\"before\"); }' } }\n  capabilities: { backup: true }\n  backup: { rdb: \
         { store: { claim: { name: kept } } } }\n",
    );
    let words = [&["job", "."], &SERVER[..], &["--output", "json"]].concat();
    let answer = place.remold(&words);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let list: Value = serde_json::from_str(&answer.out).expect("a list");
    let items = list["items"].as_array().expect("it has items");
    let pod = &items.last().expect("it has a job")["spec"]["template"]["spec"];
    let arguments = pod["containers"][0]["args"].as_array().expect("some");
    assert!(
        arguments
            .windows(2)
            .any(|pair| pair[0] == "--backup-store" && pair[1] == "/backups"),
        "{arguments:?}"
    );
    assert!(pod["volumes"].to_string().contains("\"kept\""), "{pod:#}");
}

#[test]
fn a_job_that_could_not_work_is_not_made() {
    let place = Place::with_users();
    let job = |more: &[&str]| place.remold(&[&["job", "."], &SERVER[2..], more].concat());
    let secret = job(&["--target", "redis://:s3cret@redis.shop"]);
    assert_eq!(secret.code, 2);
    assert!(secret.err.contains("--password-secret"), "{}", secret.err);
    assert!(!secret.err.contains("s3cret"), "{}", secret.err);
    let no_tls = job(&[
        "--target",
        "redis://redis.shop",
        "--ca-secret",
        "redis/ca.crt",
    ]);
    assert!(no_tls.err.contains("rediss://"), "{}", no_tls.err);
    let lost = place.remold(&[&["job", "--verify", "names-1"], &SERVER[..]].concat());
    assert_eq!(lost.code, 2);
    assert!(lost.err.contains("--claim"), "{}", lost.err);
    let nothing = place.remold(&[&["job"], &SERVER[..]].concat());
    assert_eq!(nothing.code, 2);
    place.replace("split-name.rhai", "fn migrate", "fn migrate(");
    let broken = job(&["--target", "redis://redis.shop"]);
    assert_eq!(broken.code, 1);
    assert!(broken.err.contains("split-name.rhai"), "{}", broken.err);
    assert!(broken.out.is_empty(), "{}", broken.out);
    let place = manual();
    let unapproved = place.remold(&[&["job", "."], &SERVER[..]].concat());
    assert_eq!(unapproved.code, 6);
    assert!(unapproved.err.contains("--approve"), "{}", unapproved.err);
}

#[test]
fn definitions_are_printed_whole() {
    let place = Place::with_users();
    let definitions = place.remold(&["crd"]);
    assert_eq!(definitions.code, 0);
    let kinds = definitions
        .out
        .matches("kind: CustomResourceDefinition")
        .count();
    assert_eq!(kinds, 5);
    let list: Value =
        serde_json::from_str(&place.remold(&["crd", "--output", "json"]).out).expect("a list");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_controller_without_a_cluster_says_so() {
    let place = Place::with_users();
    let answer = place.remold(&[
        "controller",
        "--image",
        "remold:1",
        "--address",
        "127.0.0.1:0",
    ]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("KUBECONFIG"), "{}", answer.err);
}

#[test]
fn a_user_has_the_rights_that_its_server_knows() {
    let place = Place::with_users();
    let of = |server: &str| place.remold(&["acl", ".", "--server", server]).out;
    let newest = of("redis-8.2");
    assert!(
        newest.starts_with(
            "ACL SETUSER remold-split-name reset on >PASSWORD ~__remold:* ~user:* +auth"
        ),
        "{newest}"
    );
    assert!(newest.contains(" +hpexpireat"), "{newest}");
    assert!(!of("redis-7.0").contains("hpexpireat"));
    assert!(!of("redis-6.2").contains("pexpiretime"));
}
