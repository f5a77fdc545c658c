//! What the documents show works: manifests and cases are read, scripts compile, commands run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use remold::Migration;
use remold::manifest::cases::CaseFile;
use remold_tests::{Database, Server, ServerVersion, load_file};
use tempfile::TempDir;

use crate::story::{STORIES, examples};

/// The address that stands for a live server in the documents.
const ADDRESS: &str = "redis://localhost:6379/0";

/// Grants everything, so that any script can be compiled.
const MANIFEST: &str = r#"{ apiVersion: remold.dev/v1alpha1, kind: RedisMigration, metadata: { name: shown },
    spec: { transform: { rhai: { file: shown.rhai } }, capabilities: { read: ["*"], write: ["*"], scan: ["*"] } } }"#;

/// A fenced block of a document.
struct Block {
    /// Where it begins: `docs/guide/x.md:12`.
    place: String,
    language: String,
    text: String,
}

fn root() -> PathBuf {
    examples()
        .join("..")
        .canonicalize()
        .expect("the repository has a root")
}

/// Every document that shows something to be run: the guides, the front page, the stories.
fn documents() -> Vec<PathBuf> {
    let guide = root().join("docs/guide");
    let listed = std::fs::read_dir(guide).expect("the guides can be listed");
    let mut paths: Vec<PathBuf> = listed
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "md"))
        .collect();
    paths.sort();
    paths.push(root().join("README.md"));
    paths.extend(STORIES.iter().map(|story| story.path().join("README.md")));
    let transforms = root().join("transforms");
    let ready = remold::catalogue_names().map(|name| transforms.join(name).join("README.md"));
    paths.extend(ready);
    paths
}

fn blocks(path: &Path) -> Vec<Block> {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path
        .strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string();
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let inside = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```");
        let text = inside.fold(String::new(), |text, line| text + line + "\n");
        blocks.push(Block {
            place: format!("{name}:{}", number + 1),
            language: language.to_owned(),
            text,
        });
    }
    blocks
}

#[test]
fn manifests_cases_and_scripts_that_are_shown_are_valid() {
    let mut seen = BTreeMap::new();
    for block in documents().iter().flat_map(|path| blocks(path)) {
        let what = match block.language.as_str() {
            "rhai" => "scripts",
            "yaml" if block.text.starts_with("- name:") => "cases",
            // What a cluster alone knows an API server is asked about: `kubernetes::controller::definitions`.
            "yaml" if is_of_a_cluster(&block.text) => continue,
            "yaml" => "manifests",
            _ => continue,
        };
        *seen.entry(what).or_insert(0) += 1;
        let script =
            |text: &str| BTreeMap::from([("shown.rhai".to_owned(), text.as_bytes().to_vec())]);
        let problem = match what {
            "scripts" => Migration::from_parts("shown.yaml", MANIFEST, script(&block.text))
                .err()
                .map(|error| error.to_string()),
            "cases" => CaseFile::read(&block.place, &block.text)
                .err()
                .map(|error| error.to_string()),
            _ if remold::manifest::kind_of(&block.text).as_deref() == Some("RedisSchema") => {
                let none = remold::schema::References::new();
                remold::schema::Definition::read(&block.place, &block.text, &none)
                    .err()
                    .map(|error| error.to_string())
            }
            _ => remold::manifest::Document::read(&block.place, &block.text)
                .err()
                .map(|error| error.to_string()),
        };
        assert_eq!(problem, None, "{}", block.place);
    }
    assert!(
        seen["scripts"] >= 7 && seen["cases"] >= 1 && seen["manifests"] >= 2,
        "{seen:?}"
    );
}

fn is_of_a_cluster(text: &str) -> bool {
    let kind = remold::manifest::kind_of(text);
    kind.is_some_and(|kind| ["RedisTarget", "RedisBackup"].contains(&kind.as_str()))
}

/// A shell in an empty folder that sees the examples, and a server that has the data of one of them.
struct Desk {
    folder: TempDir,
    database: Database<'static>,
    /// The newest runs on files and on the server.
    runs: [Option<String>; 2],
}

impl Desk {
    fn new(story: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root().join("examples"), folder.path().join("examples"))
            .expect("a link");
        let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
        load_file(
            &mut database.connection(),
            &examples().join(story).join("data.rdb"),
        );
        Self {
            folder,
            database,
            runs: [None, None],
        }
    }

    fn remold(&self, words: &[String]) -> Output {
        let mut command = Command::new(remold_tests::remold_binary());
        command
            .args(words)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
            .env("REMOLD_JOURNAL", self.folder.path().join("journal"))
            .env_remove("REMOLD_TARGET");
        command.output().expect("the binary starts")
    }

    /// Runs a command as it is shown; without a terminal its question is answered on the command line.
    fn carry_out(&mut self, line: &str, place: &str) {
        let live = line.contains(ADDRESS);
        let mut words: Vec<String> = line
            .split(' ')
            .map(|word| word.replace(ADDRESS, &self.database.url()))
            .collect();
        let verb = words[0].clone();
        if let Some(run) = words.iter_mut().find(|word| *word == "RUN") {
            *run = self.runs[usize::from(live)]
                .clone()
                .unwrap_or_else(|| panic!("{place}: nothing was run before"));
        }
        if live && matches!(verb.as_str(), "run" | "rollback") {
            words.push("--yes".to_owned());
        }
        let output = self.remold(&words);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        // 3: some keys were rejected, as the stories say.
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{place}: remold {line}: {}\n{said}",
            output.status
        );
        if verb == "run" {
            self.runs[usize::from(live)] = Some(self.newest_run());
        }
    }

    fn newest_run(&self) -> String {
        let journals = remold::JournalDirectory::new(self.folder.path().join("journal")).list();
        journals.expect("journals can be listed").swap_remove(0).run
    }
}

#[test]
fn commands_that_are_shown_do_what_is_said() {
    let mut count = 0;
    for path in documents() {
        let story = STORIES.iter().find(|story| path.starts_with(story.path()));
        let mut desk = Desk::new(story.map_or("01-split-name", |story| story.folder));
        for block in blocks(&path)
            .iter()
            .filter(|block| block.language == "console")
        {
            for line in block
                .text
                .lines()
                .filter_map(|line| line.strip_prefix("$ remold "))
            {
                desk.carry_out(line.split(" #").next().unwrap_or(line).trim(), &block.place);
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} commands are shown");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut more: Vec<PathBuf> = ["ARCHITECTURE.md", "CONTRIBUTING.md", "examples/README.md"]
        .map(|name| root().join(name))
        .into();
    let adr = std::fs::read_dir(root().join("docs/adr")).expect("the decisions can be listed");
    more.extend(adr.map(|entry| entry.expect("an entry").path()));
    let mut broken = Vec::new();
    for path in documents().into_iter().chain(more) {
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let folder = path.parent().expect("a document is in a folder");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = link.split('#').next().unwrap_or(link);
            if !file.is_empty() && !link.contains("://") && !folder.join(file).exists() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn checks_that_the_architecture_names_exist() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let table = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('/'));
    let mut names = 0;
    for line in table {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let mut folder = PathBuf::new();
        let mut code = String::new();
        for word in quoted {
            if word.contains('/') || Path::new(word).extension().is_some() {
                let path = if word.contains('/') {
                    root().join(word)
                } else {
                    folder.join(word)
                };
                assert!(
                    path.exists(),
                    "ARCHITECTURE.md: {} does not exist",
                    path.display()
                );
                if path.is_file() {
                    code = std::fs::read_to_string(&path).expect("it can be read");
                }
                folder = if path.is_dir() {
                    path
                } else {
                    path.parent().expect("a folder").to_owned()
                };
            } else if word.matches('_').count() > 1 {
                assert!(
                    code.contains(&format!("fn {word}(")),
                    "ARCHITECTURE.md: there is no test {word}"
                );
                names += 1;
            }
        }
    }
    assert!(names >= 5, "{names} tests are named");
}
