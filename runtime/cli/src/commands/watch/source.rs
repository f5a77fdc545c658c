//! The files of a migration: which are watched, and what has to be done with them before it can be run.

use std::path::{Component, Path, PathBuf};

use remold::Migration;
use remold::host_api::Grant;
use remold::manifest::{Document, TransformSpec, WasmPlace};
use remold_toolchain::{Language, Printing, Project};
use remold_watch::{Scope, Tree};

use super::Round;
use super::failure::Failure;
use super::files::absolute;
use crate::arguments::Format;
use crate::commands::build::project_of;
use crate::report::Report;
use crate::screen;
use crate::style::{FAINT, paint};

/// The folder of the cases, beside the manifest.
const CASES: &str = "cases";
/// What folders are called that hold what is built and nothing else.
const OUTPUTS: [&str; 4] = ["bin", "build", "dist", "out"];

/// The files of a migration.
pub(super) struct Source {
    manifest: PathBuf,
    with_cases: bool,
    target: Option<PathBuf>,
    format: Format,
    grants: Vec<Grant>,
    made: Made,
    /// Whether the component is not of the source as it is.
    is_outdated: bool,
}

/// How the transform is made of its source.
#[derive(Debug, Clone)]
enum Made {
    /// Not at all: a script. Also until a manifest says otherwise.
    AsItIs,
    /// A component that somebody else makes.
    Given(PathBuf),
    /// A component that is built here.
    Built(Project),
}

impl Source {
    /// Grants no more of what the manifest asks for.
    pub(super) fn granting(self, grants: &[Grant]) -> Self {
        Self {
            grants: grants.to_vec(),
            ..self
        }
    }

    /// Begins with a manifest that is there. `target`: a file that is worked on, which is watched too.
    pub(super) fn new(
        manifest: &Path,
        with_cases: bool,
        target: Option<&Path>,
        format: Format,
    ) -> Result<Self, Report> {
        // What is there may be broken; a name that leads nowhere is a slip.
        for file in std::iter::once(manifest).chain(target) {
            std::fs::metadata(file).map_err(|error| Report::file(file, &error))?;
        }
        let mut source = Self {
            manifest: manifest.to_owned(),
            with_cases,
            grants: Vec::new(),
            target: target.map(Path::to_path_buf),
            format,
            made: Made::AsItIs,
            is_outdated: true,
        };
        // A manifest that is broken is the first round's to report.
        if let Ok(made) = source.read() {
            source.made = made;
        }
        Ok(source)
    }

    /// Says which files count, as far as is known of the migration.
    pub(super) fn scope(&self) -> Scope {
        let manifest = absolute(&self.manifest);
        let folder = manifest
            .parent()
            .map_or_else(PathBuf::new, Path::to_path_buf);
        let mut scope = Scope::default();
        scope.files.extend(with_what_it_leads_to(manifest));
        let target = self.target.as_deref().map(absolute);
        scope
            .files
            .extend(target.into_iter().flat_map(with_what_it_leads_to));
        match &self.made {
            Made::AsItIs => scope.trees.push(Tree {
                folder: folder.clone(),
                endings: vec!["rhai".to_owned()],
                passed_over: strings(Project::made_folders()),
                ..Tree::default()
            }),
            Made::Given(component) => scope.files.push(folder.join(component)),
            Made::Built(project) => scope.trees.push(Tree {
                folder: folder.clone(),
                passed_over: strings(Project::made_folders()),
                except: not_of_the_source(&project.component),
                kept_by_builds: strings(Project::files_kept_by_builds()),
                ..Tree::default()
            }),
        }
        if self.with_cases {
            scope.trees.push(Tree {
                folder: folder.join(CASES),
                endings: vec!["yaml".to_owned(), "yml".to_owned()],
                ..Tree::default()
            });
        }
        scope
    }

    /// Reads the manifest, builds the component if its source has changed, and loads the migration.
    pub(super) fn prepare(&mut self, round: &Round<'_>) -> Result<Migration, Failure> {
        self.is_outdated |= round.changed.iter().any(|file| self.is_source(file));
        round.doing.say("reading");
        let made = self.read()?;
        if !made.is_made_like(&self.made) {
            self.is_outdated = true;
        }
        self.made = made;
        round.watcher.rescope(self.scope());
        if let Made::Built(project) = &self.made {
            let is_there = project.folder.join(&project.component).exists();
            if self.is_outdated || !is_there {
                self.is_outdated = true;
                round
                    .watcher
                    .while_building(|| self.build(project, round))?;
            }
        }
        self.is_outdated = false;
        round.doing.say("loading");
        Ok(Migration::load_granted(&self.manifest, &self.grants)?)
    }

    fn build(&self, project: &Project, round: &Round<'_>) -> Result<(), Failure> {
        let colours = self.format == Format::Text && screen::has_colours();
        let built = remold_toolchain::build(project, Printing::Kept { colours }, |step| {
            round.doing.say(format!("building  $ {step}"));
            if !screen::can_redraw() {
                screen::err(&format!("{}\n", paint(FAINT, format!("$ {step}"))));
            }
        });
        built.map(drop).map_err(Failure::of_build)
    }

    /// Reads how the transform is made.
    fn read(&self) -> Result<Made, Report> {
        let text = std::fs::read_to_string(&self.manifest)
            .map_err(|error| Report::file(&self.manifest, &error))?;
        let document = Document::read(&self.manifest.display().to_string(), &text)?;
        let component = match &document.migration.spec.transform {
            TransformSpec::Rhai(_) | TransformSpec::Uses(_) | TransformSpec::Steps(_) => {
                return Ok(Made::AsItIs);
            }
            TransformSpec::Wasm(wasm) => match wasm.place() {
                WasmPlace::File(file) => PathBuf::from(file),
                // What a registry has under a digest never changes.
                WasmPlace::Oci(_) => return Ok(Made::AsItIs),
            },
        };
        Ok(match project_of(&self.manifest, &component, None) {
            Ok(project) if project.language != Language::Rhai => Made::Built(project),
            _ => Made::Given(component),
        })
    }

    /// Says whether the component depends on a file that is watched.
    fn is_source(&self, file: &Path) -> bool {
        let cases = absolute(&self.manifest).with_file_name(CASES);
        // The component is made of what is in its folder; single files are read as they are.
        !file.starts_with(cases) && !self.scope().files.iter().any(|single| single == file)
    }
}

impl Made {
    /// Says whether two components are made in the same way, so that one need not be built because of the other.
    fn is_made_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Built(one), Self::Built(other)) => {
                (&one.folder, &one.component, one.language)
                    == (&other.folder, &other.component, other.language)
            }
            _ => false,
        }
    }
}

/// Lists what is beside the source and no part of it: the component with the folder that it alone is in, and the cases.
fn not_of_the_source(component: &Path) -> Vec<PathBuf> {
    let plain = |path: &Path| -> PathBuf {
        let parts = path.components();
        parts.filter(|part| *part != Component::CurDir).collect()
    };
    let mut except = vec![plain(component), PathBuf::from(CASES)];
    let folder = component.parent().filter(|folder| {
        let name = folder.file_name().unwrap_or_default();
        OUTPUTS.iter().any(|output| name == *output)
    });
    except.extend(folder.map(plain));
    except
}

/// Lists a file, and if it is a link also what it leads to: that is where it is written.
fn with_what_it_leads_to(file: PathBuf) -> impl Iterator<Item = PathBuf> {
    let target = file.is_symlink().then(|| file.canonicalize().ok());
    std::iter::once(file).chain(target.flatten())
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests;
