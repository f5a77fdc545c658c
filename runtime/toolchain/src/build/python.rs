//! Python, by componentize-py: the project's own, or the machine's.

use super::{BuildError, Plan, Step, component};
use crate::project::Project;
use crate::tools::{said, works};

/// The version that goes into a project that has none.
const COMPONENTIZE: &str = "componentize-py==0.25.1";

/// The Python of the project's own environment.
const OWN: &str = ".venv/bin/python";

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    let sdk = project
        .sdk("src/remold_transform")
        .ok_or_else(|| BuildError::Project {
            problem: "the SDK is neither in remold-sdk nor in a folder above".to_owned(),
            hint: "`remold new NAME --lang python` puts it there".to_owned(),
        })?;
    let missing = |what| BuildError::Missing {
        what,
        hint: "install Python 3.11 or newer, with its modules venv and pip".to_owned(),
    };
    let version = said(
        "python3",
        &["-c", "import sys; print(sys.version_info >= (3, 11))"],
    );
    match version.as_deref() {
        Some("True") => {}
        Some(_) => return Err(missing("Python 3.11 or newer")),
        None => return Err(missing("Python")),
    }
    let mut steps = Vec::new();
    let own = project.folder.join(".venv/bin/componentize-py").exists();
    let python = if own || !works("componentize-py", &["--version"]) {
        if !own {
            steps.push(Step::new("python3", ["-m", "venv", ".venv"]));
            let install = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                COMPONENTIZE,
            ];
            steps.push(Step::new(OWN, install));
        }
        OWN
    } else {
        "python3"
    };
    let output = component(project);
    let build = Step::new(
        python,
        [
            "-m",
            "remold_transform.build",
            "--project",
            ".",
            "-o",
            output.as_str(),
        ],
    );
    steps.push(build.with("PYTHONPATH", sdk.join("src").display().to_string()));
    Ok(Plan {
        steps,
        ..Plan::default()
    })
}
