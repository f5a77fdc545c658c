//! What every test here has: a registry, a home of its own without credentials or cache, and the binary.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use remold_tests::{Registry, start_remold_with};
use serde_json::Value;
use tempfile::TempDir;

/// A transform of records that changes nothing.
pub(crate) const NOTHING: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "migrate") (param i32)))"#;

/// A transform of records that deletes every key.
pub(crate) const DELETE: &str = r#"(module
    (import "remold:transform/records@0.1.0" "delete" (func $delete (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "migrate") (param $count i32) (local $i i32)
      (loop $next
        (if (i32.lt_u (local.get $i) (local.get $count))
          (then
            (call $delete (local.get $i) (i32.const 512))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $next))))))"#;

/// What the binary answered.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl Said {
    /// Checks the exit code, and returns what was said.
    #[track_caller]
    pub(crate) fn exit(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}", self.text);
        self.text
    }
}

/// A registry, and a home.
pub(crate) struct House {
    pub(crate) registry: Registry,
    pub(crate) home: TempDir,
    variables: Vec<(String, OsString)>,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(Registry::start())
    }

    pub(crate) fn with(registry: Registry) -> Self {
        let home = tempfile::tempdir().expect("a folder can be made");
        let mut house = Self {
            registry,
            home,
            variables: Vec::new(),
        };
        let folder = |name: &str| house.path(name).into_os_string();
        let (home, cache, docker) = (folder(""), folder("cache"), folder("docker"));
        house.set("HOME", home);
        house.set("REMOLD_CACHE", cache);
        house.set("DOCKER_CONFIG", docker);
        for name in [
            "REGISTRY_AUTH_FILE",
            "XDG_RUNTIME_DIR",
            "REMOLD_PLAIN_HTTP",
            "SOURCE_DATE_EPOCH",
        ] {
            house.set(name, "");
        }
        house
    }

    /// Sets a variable for the binary.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let folder = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(folder).expect("a folder can be made");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    /// Writes a core module.
    pub(crate) fn module(&self, name: &str, text: &str) -> String {
        let bytes = wat::parse_str(text).expect("the module is one");
        text_of(&self.write(name, bytes))
    }

    /// Writes a manifest whose component is what `wasm` says, and returns its folder.
    pub(crate) fn manifest(&self, folder: &str, wasm: &str) -> String {
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: {folder} }}\nspec:\n  \
             select: {{ match: \"user:*\" }}\n  transform:\n    wasm: {{ {wasm} }}\n"
        );
        self.write(&format!("{folder}/migration.yaml"), text);
        text_of(&self.path(folder))
    }

    /// Names an artifact in the registry.
    pub(crate) fn name(&self, rest: &str) -> String {
        format!("{}/{rest}", self.registry.address())
    }

    /// Calls the binary.
    pub(crate) fn remold(&self, arguments: &[&str]) -> Said {
        let child = start_remold_with(arguments, &self.variables);
        let output = child.wait_with_output().expect("the binary ends");
        Said {
            code: output.status.code().unwrap_or(-1),
            text: remold_tests::said(&output),
        }
    }

    /// Calls the binary and returns the document that it writes, whatever its exit code.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.remold(&[arguments, &["--output", "json"]].concat());
        serde_json::from_str(&said.text).unwrap_or_else(|error| panic!("{error}: {}", said.text))
    }

    /// Pushes a module that does nothing, and returns its digest.
    pub(crate) fn push(&self, name: &str) -> String {
        let module = self.module("nothing.wasm", NOTHING);
        let pushed = self.json(&["push", &module, &self.name(name)]);
        assert_eq!(pushed["exitCode"], 0, "{pushed:#}");
        text(&pushed["digest"])
    }

    /// Checks that a command fails with a code, an exit code and these words.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], code: &str, exit: u8, words: &[&str]) {
        let found = self.json(arguments);
        assert_eq!(found["error"]["code"], code, "{found:#}");
        assert_eq!(found["exitCode"], exit, "{found:#}");
        let message = text(&found["error"]["message"]);
        for word in words {
            assert!(message.contains(word), "{word:?} is not in {found:#}");
        }
        let hints = found["error"]["hints"].as_array().map_or(0, Vec::len);
        assert!(hints > 0, "there is no way out in {found:#}");
    }
}

/// Returns a JSON text as it is.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub(crate) fn text_of(path: &Path) -> String {
    path.to_str()
        .expect("a path of the tests is text")
        .to_owned()
}
