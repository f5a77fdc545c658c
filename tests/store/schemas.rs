//! `remold schema` by the real binary, on every server: documents come into a registry and out of it, and of two that register
//! something else at the same time one wins and the other is told.

use std::path::{Path, PathBuf};
use std::process::Child;

use remold_tests::{Database, Server, ServerVersion, root, said, start_remold_with};
use serde_json::Value;
use tempfile::TempDir;

use super::on_all;

/// So often two register at the same time.
const ROUNDS: usize = 10;

/// A folder with the documents of a registry, and a database for them.
struct Stage {
    database: Database<'static>,
    folder: TempDir,
}

/// What the binary answered.
struct Answer {
    code: Option<i32>,
    said: String,
    json: Value,
}

impl Stage {
    fn new(version: ServerVersion) -> Self {
        let stage = Self {
            database: Server::shared(version).fresh_database(),
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        copy(
            &root().join("runtime/cli/tests/cli/users-registry"),
            &stage.path("user"),
        );
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a document: one of the registry's in which texts are replaced.
    fn write(&self, name: &str, from: &str, changes: &[(&str, &str)]) {
        let mut text = std::fs::read_to_string(self.path(from)).expect("a document");
        for (from, to) in changes {
            assert!(text.contains(from), "{text} has no {from}");
            text = text.replace(from, to);
        }
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("it is written");
    }

    fn start(&self, command: &str, path: &str, user: &str, more: &[&str]) -> Child {
        let (url, path) = (self.database.url(), self.path(path).display().to_string());
        let arguments = [
            "schema", command, &path, "--target", &url, "--output", "json",
        ];
        let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
        start_remold_with(&arguments, &[("USER".to_owned(), user.into())])
    }

    fn ask(&self, command: &str, path: &str, more: &[&str]) -> Answer {
        ended(self.start(command, path, "ada", more))
    }

    /// The names that are registered.
    fn registered(&self) -> Vec<String> {
        let mut names: Vec<String> = redis::cmd("HKEYS")
            .arg("__remold:registry")
            .query(&mut self.database.connection())
            .expect("the server answers");
        names.retain(|name| name != "revision");
        names.sort();
        names
    }
}

fn ended(child: Child) -> Answer {
    let output = child.wait_with_output().expect("it was started");
    let said = said(&output);
    let json = serde_json::from_slice(&output.stdout);
    Answer {
        code: output.status.code(),
        json: json.unwrap_or_else(|error| panic!("{error}: {said}")),
        said,
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("a copy");
        }
    }
}

/// The names of entries with what becomes of them.
fn planned(answer: &Answer, planned: &str) -> Vec<String> {
    let entries = answer.json["entries"].as_array();
    let entries = entries.unwrap_or_else(|| panic!("{}", answer.said)).iter();
    let own = entries.filter(|entry| entry["planned"] == planned);
    own.filter_map(|entry| entry["name"].as_str())
        .map(str::to_owned)
        .collect()
}

#[test]
fn documents_come_into_a_registry_and_out_of_it_byte_by_byte() {
    on_all(|version| {
        let stage = Stage::new(version);
        let first = stage.ask("register", "user/1.0.0.yaml", &["--yes"]);
        assert_eq!(first.code, Some(0), "{version}: {}", first.said);
        assert_eq!(planned(&first, "added"), ["schema/user/1.0.0"]);
        let again = stage.ask("register", "user/1.0.0.yaml", &[]);
        assert_eq!((again.code, &again.json["done"]), (Some(0), &false.into()));
        assert_eq!(
            again.json["entries"][0]["registeredBy"]
                .as_str()
                .map(|by| &by[..4]),
            Some("ada@")
        );

        let unasked = stage.ask("push", "user", &[]);
        assert_eq!(unasked.code, Some(6), "{version}: {}", unasked.said);
        let tried = stage.ask("push", "user", &["--dry-run"]);
        assert_eq!((tried.code, planned(&tried, "added").len()), (Some(0), 6));
        assert_eq!(stage.registered(), ["schema/user/1.0.0"], "{version}");
        let pushed = stage.ask("push", "user", &["--yes"]);
        assert_eq!(
            (pushed.code, &pushed.json["done"]),
            (Some(0), &true.into()),
            "{}",
            pushed.said
        );
        let all = [
            "migration/user/split-name",
            "migration/user/split-name/split.rhai",
            "migration/user/trim-name",
            "migration/user/trim-name/trim.rhai",
            "schema/user/1.0.0",
            "schema/user/1.1.0",
            "schema/user/2.0.0",
        ];
        assert_eq!(stage.registered(), all, "{version}");

        let pulled = stage.ask("pull", "pulled", &["--yes"]);
        assert_eq!(planned(&pulled, "added"), all, "{version}: {}", pulled.said);
        for (name, pulled) in [
            ("2.0.0.yaml", "user/2.0.0.yaml"),
            (
                "split-name/migration.yaml",
                "user/split-name/migration.yaml",
            ),
            ("split-name/split.rhai", "user/split-name/split.rhai"),
        ] {
            let read = |path: String| std::fs::read(stage.path(&path)).expect("it is there");
            assert_eq!(
                read(format!("user/{name}")),
                read(format!("pulled/{pulled}"))
            );
        }
        let synced = stage.ask("sync", "pulled", &[]);
        assert_eq!(
            (synced.code, planned(&synced, "same").len()),
            (Some(0), 7),
            "{}",
            synced.said
        );
    });
}

#[test]
fn what_comes_out_of_a_registry_can_go_into_a_cluster() {
    let stage = Stage::new(ServerVersion::Redis7_0);
    assert_eq!(stage.ask("push", "user", &["--yes"]).code, Some(0));
    let pulled = stage.ask("pull", "pulled", &["--yes", "--target-ref", "shop"]);
    assert_eq!(pulled.code, Some(0), "{}", pulled.said);
    let read = |path: &str| std::fs::read_to_string(stage.path(path)).expect("it is there");
    for version in ["1.0.0", "1.1.0", "2.0.0"] {
        let text = read(&format!("pulled/user/{version}.yaml"));
        assert!(text.contains("  targetRef: { name: shop }\n"), "{text}");
        let without = text.replace("targetRef: { name: shop }\n  ", "");
        assert_eq!(without, read(&format!("user/{version}.yaml")));
    }
    // A migration between versions is carried out by whoever asks for it, and is nobody's yet.
    let edge = read("pulled/user/split-name/migration.yaml");
    assert!(!edge.contains("targetRef"), "{edge}");
    // It is the same to the registry.
    let synced = stage.ask("sync", "pulled", &[]);
    assert_eq!(planned(&synced, "same").len(), 7, "{}", synced.said);
    let refused = stage.ask("pull", "more", &["--yes", "--target-ref", "My Shop"]);
    assert_eq!(refused.code, Some(2), "{}", refused.said);
    assert!(refused.said.contains("small letters"), "{}", refused.said);
}

#[test]
fn registries_are_brought_together_both_ways() {
    let stage = Stage::new(ServerVersion::Redis7_0);
    stage.write(
        "one/order.yaml",
        "user/1.0.0.yaml",
        &[("subject: user", "subject: order"), ("user:{", "order:{")],
    );
    stage.write("two/1.0.0.yaml", "user/1.0.0.yaml", &[]);
    assert_eq!(stage.ask("push", "one", &["--yes"]).code, Some(0));
    let synced = stage.ask("sync", "two", &["--yes"]);
    assert_eq!(synced.code, Some(0), "{}", synced.said);
    assert_eq!(
        stage.registered(),
        ["schema/order/1.0.0", "schema/user/1.0.0"]
    );
    assert!(stage.path("two/order/1.0.0.yaml").exists());
}

#[test]
fn what_differs_is_a_conflict_and_nothing_is_written_over() {
    let stage = Stage::new(ServerVersion::Redis7_0);
    assert_eq!(stage.ask("push", "user", &["--yes"]).code, Some(0));
    let before = stage.registered();
    stage.write(
        "mine/1.1.0.yaml",
        "user/1.1.0.yaml",
        &[("minimum: 0", "minimum: 1")],
    );
    stage.write("mine/1.2.0.yaml", "user/1.1.0.yaml", &[("1.1.0", "1.2.0")]);
    let mine = std::fs::read(stage.path("mine/1.1.0.yaml")).expect("it is there");
    for command in ["register", "push", "pull", "sync"] {
        let answer = stage.ask(command, "mine", &["--yes"]);
        assert_eq!(answer.code, Some(4), "{command}: {}", answer.said);
        assert_eq!(
            planned(&answer, "differs"),
            ["schema/user/1.1.0"],
            "{command}"
        );
        let refusals = answer.json["refusals"].as_array().map(Vec::len);
        assert_eq!(refusals, Some(1), "{command}: {}", answer.said);
        assert!(
            answer.said.contains("was registered 20"),
            "{command}: {}",
            answer.said
        );
    }
    assert_eq!(stage.registered(), before);
    assert_eq!(
        std::fs::read(stage.path("mine/1.1.0.yaml")).expect("it is there"),
        mine
    );
    assert!(!stage.path("mine/user").exists());
    // A file that is no document is in the way, and stays.
    std::fs::create_dir_all(stage.path("taken/user")).expect("a folder");
    std::fs::write(stage.path("taken/user/2.0.0.yaml"), "mine: true\n").expect("it is written");
    let answer = stage.ask("pull", "taken", &["--yes"]);
    assert_eq!(answer.code, Some(1), "{}", answer.said);
    let left: Vec<_> = std::fs::read_dir(stage.path("taken/user"))
        .expect("it is there")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_is_not_compatible_is_refused_before_anything_is_written() {
    let stage = Stage::new(ServerVersion::Redis7_0);
    assert_eq!(
        stage.ask("register", "user/1.1.0.yaml", &["--yes"]).code,
        Some(0)
    );
    stage.write(
        "new/1.1.1.yaml",
        "user/1.1.0.yaml",
        &[("1.1.0", "1.1.1"), ("[name]", "[name, age]")],
    );
    stage.write(
        "new/order.yaml",
        "user/1.0.0.yaml",
        &[("subject: user", "subject: order"), ("user:{", "order:{")],
    );
    for command in ["register", "push", "sync"] {
        let answer = stage.ask(command, "new", &["--yes"]);
        assert_eq!(answer.code, Some(1), "{command}: {}", answer.said);
        let detail = &answer.json["refusals"][0]["details"][0];
        assert_eq!(detail["code"], "registry", "{command}: {}", answer.said);
        assert_eq!(stage.registered(), ["schema/user/1.1.0"], "{command}");
    }
}

#[test]
fn of_two_that_register_something_else_at_the_same_time_one_wins_and_the_other_is_told() {
    for round in 0..ROUNDS {
        let stage = Stage::new(ServerVersion::Redis7_0);
        stage.write(
            "ada.yaml",
            "user/1.1.0.yaml",
            &[("minimum: 0", "minimum: 1")],
        );
        stage.write(
            "grace.yaml",
            "user/1.1.0.yaml",
            &[("minimum: 0", "minimum: 2")],
        );
        let both = ["ada", "grace"].map(|who| {
            let child = stage.start("register", &format!("{who}.yaml"), who, &["--yes"]);
            (who, child)
        });
        let both = both.map(|(who, child)| (who, ended(child)));
        let won = both.iter().find(|(_, answer)| answer.code == Some(0));
        let lost = both.iter().find(|(_, answer)| answer.code == Some(4));
        let (Some((winner, _)), Some((_, loser))) = (won, lost) else {
            panic!("round {round}: {}{}", both[0].1.said, both[1].1.said);
        };
        let entry = &loser.json["entries"][0];
        assert_eq!(entry["planned"], "differs", "round {round}: {}", loser.said);
        let by = entry["registeredBy"].as_str().expect("it is told");
        assert!(by.starts_with(&format!("{winner}@")), "round {round}: {by}");
        assert!(entry["registeredAt"].as_u64().is_some_and(|at| at > 0));
    }
}

#[test]
fn those_that_register_other_things_at_the_same_time_all_do() {
    for round in 0..ROUNDS {
        let stage = Stage::new(ServerVersion::Redis7_0);
        let subjects = ["cart", "order", "shop"];
        let all = subjects.map(|subject| {
            let file = format!("{subject}.yaml");
            let keys = format!("{subject}:{{");
            let own = format!("subject: {subject}");
            stage.write(
                &file,
                "user/1.0.0.yaml",
                &[("subject: user", &own), ("user:{", &keys)],
            );
            stage.start("register", &file, "ada", &["--yes"])
        });
        for child in all {
            let answer = ended(child);
            assert_eq!(answer.code, Some(0), "round {round}: {}", answer.said);
        }
        assert_eq!(
            stage.registered(),
            subjects.map(|subject| format!("schema/{subject}/1.0.0"))
        );
    }
}
