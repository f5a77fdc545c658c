//! Components out of sources in each language, built once for each state of them.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::{Mutex, PoisonError};

use crate::binary::{said, start_remold_with};
use crate::cache::{cache, fetch};

/// A language in which transforms are written: its SDK's folder, and the toolchains that it needs.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// The name of its folder in `sdk/`, and of its word for `--lang`.
    pub name: &'static str,
    /// What `toolchains.sh` is to fetch.
    toolchains: &'static [&'static str],
}

/// Every language that has examples.
const LANGUAGES: [Language; 7] = [
    Language {
        name: "rust",
        toolchains: &["rust"],
    },
    Language {
        name: "c",
        toolchains: &["zig"],
    },
    Language {
        name: "go",
        toolchains: &["go"],
    },
    Language {
        name: "js",
        toolchains: &[],
    },
    Language {
        name: "python",
        toolchains: &["componentize-py"],
    },
    Language {
        name: "assemblyscript",
        toolchains: &[],
    },
    Language {
        name: "zig",
        toolchains: &["zig"],
    },
];

/// Held while something is built.
static BUILDING: Mutex<()> = Mutex::new(());

impl Language {
    /// Finds a language by its name.
    pub fn named(name: &str) -> Self {
        let found = LANGUAGES.into_iter().find(|language| language.name == name);
        found.expect("there is such a language")
    }

    /// Returns the environment in which its toolchains are found.
    fn environment(self) -> Vec<(String, OsString)> {
        let mut path = OsString::new();
        let mut environment = Vec::new();
        for toolchain in self.toolchains {
            let folder = fetched(toolchain);
            if *toolchain == "rust" {
                environment.push(("RUSTC".to_owned(), folder.join("bin/rustc").into()));
                continue;
            }
            path.push(folder.join("bin"));
            path.push(":");
        }
        path.push(std::env::var_os("PATH").unwrap_or_default());
        environment.push(("PATH".to_owned(), path));
        environment
    }

    /// Returns the folder of its SDK.
    pub fn sdk(self) -> PathBuf {
        root().join("sdk").join(self.name)
    }

    /// Builds an example of its SDK, or finds it built, and returns its component.
    pub fn example(self, example: &str) -> PathBuf {
        self.component(&self.sdk().join("examples").join(example))
    }

    /// Builds the component of a folder of this repository, or finds it built.
    pub fn component(self, folder: &Path) -> PathBuf {
        let mut sources = DefaultHasher::new();
        digest(&root().join("host-api/wit"), &mut sources);
        digest(&root().join("runtime/toolchain/src"), &mut sources);
        digest(&self.sdk(), &mut sources);
        digest(folder, &mut sources);
        let named = folder.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{}-{named}-{:016x}.wasm", self.name, sources.finish());
        let kept = cache().join("guests").join(name);
        // Two tests may want the same one.
        let _alone = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.exists() {
            let made = self.build(folder, &named);
            let fresh = kept.with_extension(format!("{}.new", std::process::id()));
            fs::create_dir_all(cache().join("guests")).expect("the cache can be written");
            fs::copy(&made, &fresh).expect("the component was made");
            fs::rename(&fresh, &kept).expect("the cache can be written");
        }
        kept
    }

    /// Calls `remold build` in a folder, with a manifest that names its component.
    fn build(self, folder: &Path, name: &str) -> PathBuf {
        let manifest = folder.join("migration.yaml");
        let component = format!("build/{name}.wasm");
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: {name} }}\n\
             spec:\n  select: {{ match: \"*\" }}\n  transform: {{ wasm: {{ file: {component} }} }}\n"
        );
        fs::write(&manifest, text).expect("the folder can be written");
        let output = self.remold(&["build", &folder.display().to_string(), "--lang", self.name]);
        fs::remove_file(&manifest).expect("it was just written");
        assert!(
            output.status.success(),
            "{}/{name}: {}",
            self.name,
            said(&output)
        );
        folder.join(component)
    }

    /// Calls the binary with the language's toolchains at hand.
    pub fn remold(self, arguments: &[&str]) -> Output {
        let started = self.start(arguments);
        started.wait_with_output().expect("the binary ends")
    }

    /// Returns a command of the language's own, with its toolchains at hand, in a folder.
    pub fn command(self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).envs(self.environment());
        command
    }

    /// Starts the binary with the language's toolchains at hand; what it says is kept.
    pub fn start(self, arguments: &[&str]) -> Child {
        start_remold_with(arguments, &self.environment())
    }
}

/// Fetches a toolchain, unless it is there.
fn fetched(toolchain: &str) -> PathBuf {
    fetch("toolchains.sh", toolchain);
    cache().join("toolchains").join(toolchain)
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("it is there")
}

/// What tools leave in a folder of sources.
const MADE: [&str; 7] = [
    "build",
    "target",
    "node_modules",
    "package-lock.json",
    "__pycache__",
    ".venv",
    "Cargo.lock",
];

/// Adds names and contents of a folder's sources to a digest.
fn digest(folder: &Path, sources: &mut DefaultHasher) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if MADE.contains(&name.as_str()) {
            continue;
        }
        name.hash(sources);
        if path.is_dir() {
            digest(&path, sources);
        } else {
            fs::read(&path).expect("it can be read").hash(sources);
        }
    }
}
