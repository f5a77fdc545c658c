//! The languages that transforms are written in.

use std::path::Path;

/// A language with its toolchain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Rhai scripts, which need no toolchain.
    Rhai,
    /// Rust.
    Rust,
    /// JavaScript or TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// Go.
    Go,
    /// C.
    C,
    /// AssemblyScript, without an SDK.
    AssemblyScript,
    /// Zig, without an SDK.
    Zig,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 8] = [
        Self::Rhai,
        Self::Rust,
        Self::JavaScript,
        Self::Python,
        Self::Go,
        Self::C,
        Self::AssemblyScript,
        Self::Zig,
    ];

    /// The languages that have a template.
    pub const WITH_TEMPLATE: [Self; 6] = [
        Self::Rhai,
        Self::Rust,
        Self::JavaScript,
        Self::Python,
        Self::Go,
        Self::C,
    ];

    /// Returns the word for command lines, which is the name of its folder in `sdk/` too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rhai => "rhai",
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::Python => "python",
            Self::Go => "go",
            Self::C => "c",
            Self::AssemblyScript => "assemblyscript",
            Self::Zig => "zig",
        }
    }

    /// Finds the language of a project by its files.
    pub fn of(folder: &Path) -> Option<Self> {
        let has = |name: &str| folder.join(name).is_file();
        let ends = |ending: &str| {
            let sources = [folder.to_owned(), folder.join("src")];
            sources.iter().any(|folder| {
                let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
                files
                    .into_iter()
                    .any(|file| file.path().extension().is_some_and(|found| found == ending))
            })
        };
        if has("Cargo.toml") {
            return Some(Self::Rust);
        }
        if has("go.mod") {
            return Some(Self::Go);
        }
        if has("asconfig.json") {
            return Some(Self::AssemblyScript);
        }
        if has("package.json") {
            return Some(Self::JavaScript);
        }
        if has("pyproject.toml") || has("transform.py") {
            return Some(Self::Python);
        }
        if ends("zig") {
            return Some(Self::Zig);
        }
        if ends("c") {
            return Some(Self::C);
        }
        ends("rhai").then_some(Self::Rhai)
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Language {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let word = match word {
            "javascript" | "typescript" | "ts" => "js",
            "py" => "python",
            "golang" => "go",
            "as" => "assemblyscript",
            other => other,
        };
        let found = Self::ALL
            .into_iter()
            .find(|language| language.name() == word);
        found.ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|language| language.name()).collect();
            format!(
                "there is no language {word}; there are {}",
                words.join(", ")
            )
        })
    }
}
