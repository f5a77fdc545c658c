//! From a project's source to its component, by the language's own toolchain.

mod c;
mod go;
mod javascript;
mod python;
mod rust;
mod zig;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

use crate::language::Language;
use crate::project::Project;

/// A command that a build calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
}

impl Step {
    pub(crate) fn new<S: Into<String>>(
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }
}

/// Shows the command as it can be given to a shell.
impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, value) in &self.environment {
            write!(f, "{name}={} ", quoted(value))?;
        }
        f.write_str(&quoted(&self.program))?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {}", quoted(argument)))
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// What a language does to build a project.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The commands, in order.
    pub(crate) steps: Vec<Step>,
    /// Where the toolchain leaves the component, if it is not where the project wants it, relative to the folder.
    pub(crate) made: Option<PathBuf>,
}

/// A component that was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Its size, bytes.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
}

/// Why a project was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The language needs no building.
    #[error("a script in Rhai needs no building")]
    Script,
    /// A tool is not on this machine.
    #[error("{what} is not on this machine")]
    Missing {
        /// The tool.
        what: &'static str,
        /// How to get it.
        hint: String,
    },
    /// The project lacks something.
    #[error("{problem}")]
    Project {
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// A command did not end well; what it says was printed.
    #[error("{step}: {how}")]
    Failed {
        /// The command.
        step: Step,
        /// How it ended.
        how: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
}

impl BuildError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Script => "nothing-to-build",
            Self::Missing { .. } => "toolchain-missing",
            Self::Project { .. } => "project",
            Self::Failed { .. } => "build-failed",
            Self::File { .. } => "file",
        }
    }

    /// Returns what a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Script => Some("`remold check` reads it as it is"),
            Self::Missing { hint, .. } | Self::Project { hint, .. } => Some(hint),
            Self::Failed { .. } => Some("the messages above are the toolchain's own"),
            Self::File { .. } => None,
        }
    }
}

/// Builds a project. `told` is given each command before it is called; what the commands print goes where this process
/// prints its errors.
pub fn build(project: &Project, mut told: impl FnMut(&Step)) -> Result<Built, BuildError> {
    let started = Instant::now();
    let plan = plan(project)?;
    let file = |path: &PathBuf, source| BuildError::File {
        path: path.clone(),
        source,
    };
    let component = project.folder.join(&project.component);
    let folder = component.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(|error| file(&folder, error))?;
    for step in &plan.steps {
        told(step);
        call(project, step)?;
    }
    if let Some(made) = &plan.made {
        let made = project.folder.join(made);
        fs::copy(&made, &component).map_err(|error| file(&made, error))?;
    }
    let found = fs::metadata(&component).map_err(|error| file(&component, error))?;
    Ok(Built {
        bytes: found.len(),
        took: started.elapsed(),
    })
}

fn plan(project: &Project) -> Result<Plan, BuildError> {
    match project.language {
        Language::Rhai => Err(BuildError::Script),
        Language::Rust => rust::plan(project),
        // Both are built by the project's own npm script.
        Language::JavaScript | Language::AssemblyScript => javascript::plan(project),
        Language::Python => python::plan(project),
        Language::Go => go::plan(project),
        Language::C => c::plan(project),
        Language::Zig => zig::plan(project),
    }
}

fn call(project: &Project, step: &Step) -> Result<(), BuildError> {
    let mut command = Command::new(&step.program);
    command.args(&step.arguments).current_dir(&project.folder);
    for (name, value) in &step.environment {
        command.env(name, value);
    }
    // Standard output is this program's own.
    command.stdout(io::stderr());
    let how = match command.status() {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    Err(BuildError::Failed {
        step: step.clone(),
        how,
    })
}

/// Returns the component's path as an argument.
fn component(project: &Project) -> String {
    project.component.display().to_string()
}

#[cfg(test)]
mod tests;
