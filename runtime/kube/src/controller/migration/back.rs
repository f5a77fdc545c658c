//! The way back: the newest run is undone by a run of its own.

use kube::ResourceExt;

use super::{Draft, Reconciliation};
use crate::controller::conditions::{Verdict, find, holds};
use crate::controller::error::Error;
use crate::resources::RedisMigrationRun;

impl Reconciliation<'_> {
    /// Undoes the newest run.
    pub(super) async fn roll_back(
        &self,
        newest: Option<&RedisMigrationRun>,
        runs: &[RedisMigrationRun],
        why: &str,
        draft: &mut Draft,
    ) -> Result<Verdict, Error> {
        let Some(run) = newest else {
            return Ok(Verdict::done("RolledBack", "there is no run to be undone"));
        };
        let status = run.status.clone().unwrap_or_default();
        let name = back_of(run);
        let Some(back) = runs.iter().find(|one| one.name_any() == name) else {
            if holds(&status.conditions, "Reconciling") || status.conditions.is_empty() {
                let message = "the workers of the run finish their batches first";
                return Ok(Verdict::going("RollingBack", message));
            }
            self.make_rollback(&name, run).await?;
            let message = format!("run {} is undone: {why}", run.spec.run);
            draft
                .conditions
                .set("RolledBack", false, "RollingBack", &message);
            return Ok(Verdict::going("RollingBack", message));
        };
        let said = back.status.clone().unwrap_or_default();
        let ready = find(&said.conditions, "Ready");
        let message = ready.map_or(String::new(), |one| one.message.clone());
        match ready.map(|one| one.reason.as_str()) {
            Some("RolledBack") => {
                draft
                    .conditions
                    .set("RolledBack", true, "RolledBack", &message);
                self.resume_workloads(draft).await?;
                let asked = self.spec.rollback.unwrap_or_default().requested;
                Ok(if asked {
                    Verdict::done("RolledBack", message)
                } else {
                    Verdict::stuck(
                        "RolledBack",
                        format!("{why}; the run was undone: {message}"),
                    )
                })
            }
            Some("RunFailed") => {
                draft
                    .conditions
                    .set("RolledBack", false, "RollbackFailed", &message);
                Ok(Verdict::stuck("RollbackFailed", message))
            }
            _ => {
                draft.status.progress_percent = said.progress_percent;
                draft
                    .conditions
                    .set("RolledBack", false, "RollingBack", &message);
                Ok(Verdict::going("RollingBack", message))
            }
        }
    }
}

/// Says what became of the way back of a run, if it has ended well.
pub(super) fn undone(run: &RedisMigrationRun, runs: &[RedisMigrationRun]) -> Option<String> {
    let name = back_of(run);
    let back = runs.iter().find(|one| one.name_any() == name)?;
    let ready = find(&back.status.as_ref()?.conditions, "Ready")?;
    (ready.reason == "RolledBack").then(|| ready.message.clone())
}

/// The name of the way back of a run.
fn back_of(run: &RedisMigrationRun) -> String {
    format!("{}-back", run.name_any())
}
