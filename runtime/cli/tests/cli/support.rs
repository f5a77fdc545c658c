//! A folder with a migration and data, the binary in it, and what it answers with everything that differs from
//! run to run replaced.

mod terminal;
mod watched;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use remold_rdb::{FileEntry, Header, Section, Target, Version, Writer, encode};
use tempfile::TempDir;

pub(crate) use watched::Watched;

pub(crate) type Value = remold::host_api::Value;

/// A folder of its own for a test.
pub(crate) struct Place {
    folder: TempDir,
}

/// What the binary answered.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    folder: PathBuf,
}

impl Place {
    /// Makes a folder with the migration `split-name` and the data `users.rdb`.
    pub(crate) fn with_users() -> Self {
        let place = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/split-name");
        for name in ["migration.yaml", "split-name.rhai", "cases/split.yaml"] {
            place.write(
                name,
                &std::fs::read_to_string(story.join(name)).expect("a file of the story"),
            );
        }
        let users = [
            ("user:1", hash(&[("name", "Ada Lovelace"), ("age", "36")])),
            ("user:2", hash(&[("name", "Grace Brewster Hopper")])),
            ("user:3", hash(&[("first", "Mary"), ("last", "Somerville")])),
            ("user:4", hash(&[("age", "7")])),
            ("other", text("left alone")),
        ];
        place.write_rdb("users.rdb", &users);
        place
    }

    /// Makes a folder with the documents of a registry in `user`: three versions, and two migrations between them.
    pub(crate) fn with_registry() -> Self {
        let place = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/users-registry");
        for name in [
            "1.0.0.yaml",
            "1.1.0.yaml",
            "2.0.0.yaml",
            "trim-name/migration.yaml",
            "trim-name/trim.rhai",
            "split-name/migration.yaml",
            "split-name/split.rhai",
        ] {
            place.write(
                &format!("user/{name}"),
                &std::fs::read_to_string(registry.join(name)).expect("a document"),
            );
        }
        place
    }

    /// Returns a path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Writes a file in which one text is replaced by another.
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// Writes an RDB file as Redis 7.0 does.
    pub(crate) fn write_rdb(&self, name: &str, entries: &[(&str, Value)]) {
        let file = std::fs::File::create(self.path(name)).expect("a file");
        let version = Version(10);
        let target = Target::new(version);
        let mut writer = Writer::new(file, Header { version });
        writer
            .section(&Section::aux(b"redis-ver", b"7.0.15"))
            .expect("room on the disk");
        for (key, value) in entries {
            let payload = encode(value, &target).expect("a value that Redis 7.0 holds");
            let key = remold::host_api::Bytes::copy_from_slice(key.as_bytes());
            let entry = FileEntry::from_payload(0, key, &payload, version).expect("an entry");
            writer.entry(&entry).expect("room on the disk");
        }
        writer.finish(true).expect("room on the disk");
    }

    /// Runs the binary in the folder, without a terminal and without the environment of the test.
    pub(crate) fn remold(&self, arguments: &[&str]) -> Answer {
        self.remold_with(arguments, &[])
    }

    /// The same with variables in the environment.
    pub(crate) fn remold_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
        let output = Command::new(env!("CARGO_BIN_EXE_remold"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("answers are UTF-8");
        Answer {
            code: output.status.code().expect("it exits by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
            folder: self.folder.path().to_owned(),
        }
    }

    /// Runs the migration over the users into `out.rdb` and returns the run's id.
    pub(crate) fn run_users(&self) -> String {
        let answer = self.remold(&[
            "run",
            ".",
            "--target",
            "users.rdb",
            "--to",
            "out.rdb",
            "--output",
            "json",
        ]);
        let run = &answer.json()["run"];
        run.as_str()
            .unwrap_or_else(|| panic!("{}{}", answer.out, answer.err))
            .to_owned()
    }
}

impl Answer {
    /// Everything that was answered, with what differs from run to run replaced.
    pub(crate) fn shown(&self) -> String {
        let mut text = String::new();
        writeln!(text, "exit {}", self.code).expect("writing to a String");
        for (name, part) in [("stdout", &self.out), ("stderr", &self.err)] {
            if !part.is_empty() {
                write!(text, "--- {name}\n{}", self.stable(part)).expect("writing to a String");
            }
        }
        text
    }

    /// The JSON document.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    fn stable(&self, text: &str) -> String {
        stable(text, &self.folder)
    }
}

/// Replaces what differs from run to run.
fn stable(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "[FOLDER]");
    let filters = [
        (
            r"\b((?:rollback-)?split-name)-[0-9a-z]{6}-[0-9a-z]{5}\b",
            "$1-[ID]",
        ),
        (r"\b[0-9a-f]{64}\b", "[DIGEST]"),
        (r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[TIME]"),
        (
            r"\bin (\d+ ms|[\d.]+ s), [\d,]+ keys/s",
            "in [SPAN], [RATE] keys/s",
        ),
        (r#""elapsedMs": \d+"#, r#""elapsedMs": "[MS]""#),
        (r#""keysPerSecond": [\d.]+"#, r#""keysPerSecond": "[RATE]""#),
        (
            r#""(startedAt|endedAt|createdAt|clock|seed)": \d+"#,
            r#""$1": "[NUMBER]""#,
        ),
        (r#""bytes": \d+"#, r#""bytes": "[BYTES]""#),
        (r"\b[\d.]+ KiB\b", "[SIZE]"),
    ];
    let filters =
        filters.map(|(pattern, with)| (regex::Regex::new(pattern).expect("a pattern"), with));
    let gaps = regex::Regex::new(r" {3,}").expect("a pattern");
    let heading = regex::Regex::new(r"^ *[A-Z]+(?: {2,}[A-Z]+)+$").expect("a pattern");
    let stable = |line: &str| {
        let replaced = filters
            .iter()
            .fold(line.to_owned(), |line, (pattern, with)| {
                pattern.replace_all(&line, *with).into_owned()
            });
        // Columns are as wide as what was replaced.
        if replaced == line && !heading.is_match(line) {
            replaced
        } else {
            gaps.replace_all(&replaced, "   ").into_owned()
        }
    };
    text.lines().map(|line| stable(line) + "\n").collect()
}

/// A core module that does nothing: `migrate`, and a memory of one page.
pub(crate) fn component() -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    module.extend([1, 5, 1, 0x60, 1, 0x7f, 0]);
    module.extend([3, 2, 1, 0]);
    module.extend([5, 3, 1, 0, 1]);
    module.extend([7, 0x14, 2, 7]);
    module.extend(b"migrate\0\0\x06memory\x02\0");
    module.extend([10, 4, 1, 2, 0, 0x0b]);
    module
}

/// Makes a hash.
pub(crate) fn hash(fields: &[(&str, &str)]) -> Value {
    let field = |(name, value): &(&str, &str)| remold::host_api::HashField {
        name: remold::host_api::Bytes::copy_from_slice(name.as_bytes()),
        value: remold::host_api::Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    Value::Hash(fields.iter().map(field).collect())
}

/// Makes a text.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(remold::host_api::Bytes::copy_from_slice(text.as_bytes()))
}
