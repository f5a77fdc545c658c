//! What a worker in a pod does with a real server: the plan that is approved, a user with the least rights, a binding.

use std::process::Command;

use redis::cmd;
use remold_tests::{ServerVersion, remold_binary, said, start_remold};
use serde_json::Value;

use super::bad_input::{Place, REFUSED, SUCCESS, hashes, remold};
use super::stage::{COUNT, Stage};

/// Servers that differ in the rights that they know.
const SERVERS: [ServerVersion; 3] = [
    ServerVersion::Redis6_2,
    ServerVersion::Redis7_0,
    ServerVersion::Redis8_2,
];

/// The document that a command answers with.
fn document(arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--output", "json"]].concat();
    let output = start_remold(&arguments)
        .wait_with_output()
        .expect("it was started");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)))
}

fn plan(place: &Place, url: &str) -> Value {
    document(&["plan", &place.path("migration.yaml"), "--target", url])
}

#[test]
fn a_plan_writes_nothing_and_is_the_same_while_a_few_keys_come() {
    for version in SERVERS {
        let stage = Stage::new(version, 40);
        let place = Place::new(&stage.manifest(""), COUNT);
        let before = stage.now();
        let first = plan(&place, &stage.url());
        assert_eq!(first["keys"], 40, "{version}: {first}");
        assert_eq!(first["servers"][0]["product"], "redis");
        assert_eq!(first["servers"][0]["guard"], "watch");
        before.assert_same(&stage.now());
        let () = cmd("SET")
            .arg("user:more")
            .arg("1")
            .query(&mut stage.connection())
            .expect("a key can be set");
        let second = plan(&place, &stage.url());
        assert_eq!(second["keys"], 41);
        assert_eq!(second["planDigest"], first["planDigest"], "{version}");
    }
}

#[test]
fn a_plan_that_grew_by_an_order_of_magnitude_needs_another_approval() {
    let stage = hashes(3);
    let place = Place::new(
        &stage.manifest("  policy: { approval: manual }\n"),
        "fn migrate(rec) { rec.hash.set(\"x\", 1); }",
    );
    let url = stage.url();
    let planned = plan(&place, &url);
    let approved = planned["planDigest"].as_str().expect("a digest");
    let mut connection = stage.connection();
    for number in 0..40 {
        let () = cmd("HSET")
            .arg(format!("user:more:{number}"))
            .arg("a")
            .arg("1")
            .query(&mut connection)
            .expect("a key can be set");
    }
    place
        .run_with(&url, &["--approve", approved])
        .says(REFUSED, &["the number of selected keys", "remold plan"]);
    place
        .run_with(&url, &[])
        .says(REFUSED, &["spec.policy.approval is manual"]);
    let planned = plan(&place, &url);
    let approved = planned["planDigest"].as_str().expect("a digest");
    place
        .run_with(&url, &["--approve", approved])
        .says(SUCCESS, &["43"]);
}

#[test]
fn a_plan_is_made_by_who_may_only_read_and_says_that_a_run_would_be_refused() {
    let stage = hashes(3);
    let place = Place::new(&stage.manifest(""), "fn migrate(rec) {}");
    let user = format!("reader-{}", stage.database);
    let () = cmd("ACL")
        .arg(&[
            "SETUSER", &user, "reset", "on", ">secret", "~*", "+@all", "-@write",
        ])
        .query(&mut stage.connection())
        .expect("a user can be made");
    let url = stage
        .url()
        .replace("redis://", &format!("redis://{user}:secret@"));
    let planned = plan(&place, &url);
    assert_eq!(planned["keys"], 3, "{planned}");
    let refusal = planned["refusal"].as_str().expect("it would be refused");
    assert!(refusal.contains("NOPERM"), "{refusal}");
    let with_rights = plan(&place, &stage.url());
    assert_eq!(with_rights["planDigest"], planned["planDigest"]);
    assert_eq!(with_rights["refusal"], Value::Null);
}

#[test]
fn the_least_rights_are_enough_for_a_run_its_verification_and_the_way_back() {
    for version in SERVERS {
        let stage = Stage::new(version, 60);
        let reading = "  capabilities: { read: [\"plan:*\"], write: [\"copy:*\"] }\n";
        let script = format!(
            "fn lookups(rec) {{ [\"plan:1\"] }}\n{}",
            COUNT.replace("fn migrate(rec) {", "fn migrate(rec) {\n    rec.lookup(\"plan:1\");\n    if rec.kind == \"hash\" { rec.emit(`copy:${rec.key}`, rec.value); }")
        );
        let place = Place::new(&stage.manifest(reading), &script);
        let manifest = place.path("migration.yaml");
        let user = format!("least-{}", stage.database);
        let acl = document(&["acl", &manifest, "--user", &user, "--target", &stage.url()]);
        let command = acl["command"].as_str().expect("a command");
        let command = command.replace("PASSWORD", "secret");
        let mut words = command.split(' ');
        let name = words.next().expect("a command has a name");
        let () = cmd(name)
            .arg(words.collect::<Vec<_>>())
            .query(&mut stage.connection())
            .unwrap_or_else(|error| panic!("{version}: {command}: {error}"));
        let url = stage
            .url()
            .replace("redis://", &format!("redis://{user}:secret@"));
        let planned = plan(&place, &url);
        assert_eq!(planned["refusal"], Value::Null, "{version}");
        let before = stage.now();
        place.run_with(&url, &[]).says(SUCCESS, &["Completed"]);
        assert!(!before.diff(&stage.now()).is_empty(), "{version}");
        let journals = place.journals();
        let run = Stage::only_run_in(journals.as_ref());
        let of_it = ["--target", &url, "--journal", &journals];
        remold(&[&["verify", &run], &of_it[..]].concat()).says(SUCCESS, &["Verified"]);
        remold(&[&["rollback", &run, "--yes"], &of_it[..]].concat()).says(SUCCESS, &[]);
        before.assert_same(&stage.now());
    }
}

#[test]
fn a_binding_leads_to_the_server() {
    let stage = hashes(3);
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let entries = [
        ("type", "redis".to_owned()),
        ("host", "127.0.0.1".to_owned()),
        ("port", stage.server.port().to_string()),
    ];
    for (name, text) in entries {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let binding = folder.path().display().to_string();
    let database = stage.database.to_string();
    let status = document(&["status", "--binding", &binding, "--db", &database]);
    assert_eq!(status["servers"][0]["keys"], 3, "{status}");
    std::fs::write(folder.path().join("password"), "wr0ng").expect("a file can be written");
    remold(&["status", "--binding", &binding]).never_says(&["wr0ng"]);
}

#[test]
fn a_registration_leaves_behind_what_changed_since_the_version_before() {
    let stage = hashes(3);
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (file, log) = (folder.path().join("user.yaml"), folder.path().join("log"));
    let register = |version: &str, fields: &str| {
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\n\
             spec: {{ subject: user, version: {version}, keys: 'user:{{id}}', type: hash, compatibility: none, \
             schema: {{ type: object, properties: {{ {fields} }} }} }}\n"
        );
        std::fs::write(&file, text).expect("a file can be written");
        let output = Command::new(remold_binary())
            .args(["schema", "register"])
            .arg(&file)
            .args(["--target", &stage.url(), "--yes"])
            .env("REMOLD_TERMINATION_LOG", &log)
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{}", said(&output));
        let left = std::fs::read(&log).expect("it left something behind");
        let left: Value = serde_json::from_slice(&left).expect("one document");
        left["registered"].clone()
    };
    let first = register("1.0.0", "name: { type: string }, age: { type: string }");
    assert!(
        first["digest"].is_string() && first["compared"].is_null(),
        "{first}"
    );
    let fields = "name: { type: string }, age: { type: integer }, city: { type: string }";
    let next = register("2.0.0", fields);
    assert_eq!(next["compared"]["with"], "1.0.0", "{next}");
    assert_eq!(next["compared"]["breaking"], 1, "{next}");
    assert!(next["compared"]["changes"].as_u64() >= Some(2), "{next}");
    // A pod that comes in place of one that was lost says the same of what is there already.
    assert_eq!(register("2.0.0", fields), next);
}
