//! JavaScript, TypeScript and AssemblyScript, by the project's own npm script.

use super::{BuildError, Plan, Step};
use crate::project::Project;
use crate::tools::works;

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    if !works("node", &["--version"]) || !works("npm", &["--version"]) {
        return Err(BuildError::Missing {
            what: "Node.js with npm",
            hint: "install Node.js 20 or newer: https://nodejs.org".to_owned(),
        });
    }
    let mut steps = Vec::new();
    if !project.folder.join("node_modules").exists() {
        let locked = project.folder.join("package-lock.json").exists();
        let install = if locked { "ci" } else { "install" };
        steps.push(Step::new("npm", [install, "--no-audit", "--no-fund"]));
    }
    steps.push(Step::new("npm", ["run", "--silent", "build"]));
    Ok(Plan {
        steps,
        ..Plan::default()
    })
}
