//! From a project's source to its component, by the language's own toolchain.

mod c;
mod go;
mod javascript;
mod python;
mod rust;
mod zig;

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

use crate::language::Language;
use crate::project::Project;

/// How tools are told that colours are wanted although they do not print to a terminal.
const COLOURS: [(&str, &str); 3] = [
    ("CARGO_TERM_COLOR", "always"),
    ("CLICOLOR_FORCE", "1"),
    ("FORCE_COLOR", "1"),
];

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

/// Where what the commands of a build print goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printing {
    /// To where this process prints its errors, as it comes.
    Shown,
    /// Into [`BuildError::Failed`]; of a build that goes well it is dropped. The commands cannot ask anything.
    Kept {
        /// Whether the commands are told that colours are wanted.
        colours: bool,
    },
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
    /// A command did not end well.
    #[error("{step}: {how}")]
    Failed {
        /// The command.
        step: Step,
        /// How it ended.
        how: String,
        /// What it printed, if that was kept.
        printed: String,
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
            Self::Failed { printed, .. } if printed.is_empty() => {
                Some("the messages above are the toolchain's own")
            }
            Self::Failed { .. } => Some("the messages are the toolchain's own"),
            Self::File { .. } => None,
        }
    }
}

/// Builds a project. `told` is given each command before it is called.
pub fn build(
    project: &Project,
    printing: Printing,
    mut told: impl FnMut(&Step),
) -> Result<Built, BuildError> {
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
        call(project, step, printing)?;
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

fn call(project: &Project, step: &Step, printing: Printing) -> Result<(), BuildError> {
    let mut command = Command::new(&step.program);
    command.args(&step.arguments).current_dir(&project.folder);
    for (name, value) in &step.environment {
        command.env(name, value);
    }
    let (ended, printed) = match printing {
        // Standard output is this program's own.
        Printing::Shown => (command.stdout(io::stderr()).status(), String::new()),
        Printing::Kept { colours } => kept(command, colours),
    };
    let how = match ended {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    Err(BuildError::Failed {
        step: step.clone(),
        how,
        printed,
    })
}

/// Calls a command and returns what it printed to either of its outputs, in the order in which it did.
fn kept(mut command: Command, colours: bool) -> (io::Result<ExitStatus>, String) {
    if colours {
        COLOURS.iter().for_each(|(name, value)| {
            command.env(name, value);
        });
    }
    let mut printed = Vec::new();
    let ended = io::pipe().and_then(|(mut reader, writer)| {
        command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let mut child = command.spawn()?;
        // The ends of the pipe that the command holds: it is at its end when all of them are closed.
        drop(command);
        reader.read_to_end(&mut printed)?;
        child.wait()
    });
    (ended, String::from_utf8_lossy(&printed).into_owned())
}

/// Returns the component's path as an argument.
fn component(project: &Project) -> String {
    project.component.display().to_string()
}

#[cfg(test)]
mod tests;
