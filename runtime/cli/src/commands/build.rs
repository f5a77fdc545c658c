//! `remold build`: a component out of its source, by its language's own toolchain.

use std::path::{Path, PathBuf};

use remold::manifest::{Document, TransformSpec, WasmPlace};
use remold_toolchain::{BuildError, Language, Printing, Project, ProjectError};

use super::Answer;
use crate::arguments::BuildArguments;
use crate::exit::Exit;
use crate::figures;
use crate::report::Report;
use crate::screen;
use crate::shapes::project::BuildShape;
use crate::style::{FAINT, GOOD, paint};

/// Builds a transform.
pub(super) fn build(arguments: &BuildArguments) -> Result<Answer, Report> {
    let project = project(arguments)?;
    let mut commands = Vec::new();
    let built = remold_toolchain::build(&project, Printing::Shown, |step| {
        screen::err(&format!("{}\n", paint(FAINT, format!("$ {step}"))));
        commands.push(step.to_string());
    });
    let built = built.map_err(|error| report(&error))?;
    let component = project.folder.join(&project.component);
    let shape = BuildShape {
        component: component.display().to_string(),
        language: project.language.to_string(),
        bytes: built.bytes,
        took_ms: u64::try_from(built.took.as_millis()).unwrap_or(u64::MAX),
        commands,
    };
    let text = format!(
        "{} {}: {} in {}\n",
        paint(GOOD, "built"),
        shape.component,
        figures::bytes(shape.bytes),
        figures::span(built.took)
    );
    Ok(Answer::new(Exit::Success, text, &shape))
}

/// Finds the source and where its component goes.
fn project(arguments: &BuildArguments) -> Result<Project, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let text =
        std::fs::read_to_string(&manifest).map_err(|error| Report::file(&manifest, &error))?;
    let document = Document::read(&manifest.display().to_string(), &text)?;
    let component = match &document.migration.spec.transform {
        TransformSpec::Wasm(wasm) => match wasm.place() {
            WasmPlace::File(file) => PathBuf::from(file),
            WasmPlace::Oci(name) => return Err(built_elsewhere(name)),
        },
        TransformSpec::Rhai(_) | TransformSpec::Uses(_) | TransformSpec::Steps(_) => {
            return Err(report(&BuildError::Script));
        }
    };
    project_of(&manifest, &component, arguments.lang).map_err(|error| {
        let ProjectError::NoLanguage(_) = &error;
        Report::new(Exit::Failed, "project", error.to_string()).hint(
            "--lang names the language; it is told by Cargo.toml, go.mod, package.json, transform.py, or *.c and *.zig in src/",
        )
    })
}

/// Looks at the folder of a manifest as the source of its component.
pub(super) fn project_of(
    manifest: &Path,
    component: &Path,
    language: Option<Language>,
) -> Result<Project, ProjectError> {
    let folder = match manifest.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Ok(Project {
        own_rustc: std::env::var_os("RUSTC").is_some(),
        ..Project::new(folder, component, language)?
    })
}

fn built_elsewhere(name: &str) -> Report {
    let message = format!("the component is built elsewhere, and comes from {name}");
    Report::new(Exit::Success, "nothing-to-build", message)
        .hint("`remold check` pulls it; to build one here, name its `file` in place of `oci`")
}

/// Makes a report of a build that failed.
pub(super) fn report(error: &BuildError) -> Report {
    let kind = match error {
        BuildError::Script => Exit::Success,
        _ => Exit::Failed,
    };
    let report = Report::new(kind, error.code(), error.to_string());
    match error.hint() {
        Some(hint) => report.hint(hint),
        None => report,
    }
}
