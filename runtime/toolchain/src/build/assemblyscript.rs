//! AssemblyScript, by the project's own npm script.

use super::{BuildError, Plan};
use crate::project::Project;

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    super::javascript::plan(project)
}
