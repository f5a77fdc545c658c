//! A program that asks for a backup in the middle of its run gets one of the server, where the run was given a place.

use std::fs;
use std::path::Path;

use redis::cmd;
use remold_tests::{Server, ServerVersion, start_remold};
use serde_json::Value;

use super::house::{Answer, House, run, server};

const PROGRAM: &str = r#"
fn run() {
    let name = backup("before");
    for key in scan("user:*", "hash") {
        let user = get(key);
        user.hash.set("backup", name);
        apply(user);
    }
}
"#;

const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: marked }\nspec:\n  \
                        select: { match: \"user:*\", type: hash }\n  transform: { rhai: { file: marked.rhai } }\n  \
                        capabilities: { backup: true }\n";

struct Stage {
    house: House,
    source: Server,
    manifest: String,
    journals: String,
}

impl Stage {
    fn new(program: &str) -> Self {
        let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
        let write = |name: &str, text: &str| {
            fs::write(house.path(name), text).expect("it can be written");
            house.path(name).display().to_string()
        };
        write("marked.rhai", program);
        let manifest = write("migration.yaml", MANIFEST);
        for number in 0..10 {
            run(
                &mut source.connection(),
                &["HSET", &format!("user:{number}"), "name", "Ada"],
            );
        }
        let journals = house.path("journals").display().to_string();
        Self {
            house,
            source,
            manifest,
            journals,
        }
    }

    fn remold(&self, words: &[&str]) -> Answer {
        let (url, journals) = (self.source.url(), &self.journals);
        let common = [
            "--target",
            &url,
            "--journal",
            journals,
            "--yes",
            "--output",
            "json",
        ];
        let child = start_remold(&[words, &common].concat());
        Answer::of(&child.wait_with_output().expect("it ends"))
    }

    fn mark(&self) -> Option<String> {
        let mut connection = self.source.connection();
        cmd("HGET")
            .arg("user:3")
            .arg("backup")
            .query(&mut connection)
            .expect("HGET")
    }
}

#[test]
fn a_program_gets_a_backup_of_the_server_as_it_was_before() {
    let stage = Stage::new(PROGRAM);
    let store = stage.house.place.clone();
    let ran = stage
        .remold(&["run", &stage.manifest, "--backup-store", &store])
        .done();
    let run_id = ran["run"].as_str().expect("a run has an id");
    let name = format!("{run_id}.before");
    assert_eq!(stage.mark(), Some(format!("rdb:{name}")));
    let backup = &ran["backups"][0];
    assert_eq!(
        (&backup["name"], &backup["run"]),
        (&name.as_str().into(), &run_id.into())
    );
    assert_eq!(backup["migration"], "marked");
    stage.house.call("verify", &[&name]).done();
    let fresh = server(ServerVersion::Redis7_0);
    stage.house.restore(&name, &fresh);
    let mark: Option<String> = cmd("HGET")
        .arg("user:3")
        .arg("backup")
        .query(&mut fresh.connection())
        .expect("HGET");
    let there: Option<String> = cmd("HGET")
        .arg("user:3")
        .arg("name")
        .query(&mut fresh.connection())
        .expect("HGET");
    assert_eq!((mark, there.as_deref()), (None, Some("Ada")));
}

#[test]
fn without_a_place_the_journal_is_the_backup_and_a_dry_run_takes_none() {
    let stage = Stage::new(PROGRAM);
    let dry = start_remold(&[
        "dry-run",
        &stage.manifest,
        "--target",
        &stage.source.url(),
        "--output",
        "json",
    ]);
    Answer::of(&dry.wait_with_output().expect("it ends")).done();
    let ran = stage.remold(&["run", &stage.manifest]).done();
    let run_id = ran["run"].as_str().expect("a run has an id");
    assert_eq!(stage.mark(), Some(format!("journal:{run_id}")));
    assert_eq!(ran["backups"], Value::Array(Vec::new()));
    assert!(!Path::new(&stage.house.place).exists());
}

#[test]
fn a_backup_that_fails_stops_the_program_and_a_resume_takes_it() {
    let stage = Stage::new(PROGRAM);
    let store = stage.house.place.clone();
    fs::write(&store, "a file").expect("it can be written");
    let failed = stage.remold(&["run", &stage.manifest, "--backup-store", &store]);
    assert_eq!(failed.exit, 1, "{:#}", failed.document);
    let message = failed.document["message"].as_str().expect("it says why");
    assert!(
        message.contains("the backup \"before\" could not be taken"),
        "{message}"
    );
    assert_eq!(stage.mark(), None, "nothing was written without the backup");
    fs::remove_file(&store).expect("it is there");
    let run_id = failed.document["run"]
        .as_str()
        .expect("a run has an id")
        .to_owned();
    let resumed = stage
        .remold(&["resume", &run_id, "--backup-store", &store])
        .done();
    assert_eq!(resumed["backups"][0]["name"], format!("{run_id}.before"));
    assert_eq!(stage.mark(), Some(format!("rdb:{run_id}.before")));
}
