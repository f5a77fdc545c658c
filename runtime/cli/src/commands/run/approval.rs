//! Who has approved a run: whoever starts it, or, where the manifest's `spec.policy.approval` is `manual`, somebody who has seen
//! its plan, by the plan's digest or by an answer at a terminal.

use remold::manifest::Approval as Policy;
use remold::{Control, Facts, Migration, Plan, Runner, ShardFacts};

use crate::arguments::RunArguments;
use crate::exit::Exit;
use crate::progress::Notes;
use crate::report::Report;
use crate::screen;

/// Who has approved a run, as far as that is known before anybody is asked.
pub(super) enum Approval {
    /// Whoever starts the run approves it by that.
    Automatic,
    /// The plan is the one that was approved by its digest.
    ByDigest(String),
    /// Somebody has to be shown the plan of this digest.
    ByAnswer(String),
}

impl Approval {
    /// Says whether a question need not be asked; `yes` was given on the command line, which is no approval of a plan.
    pub(super) const fn is_given(&self, yes: bool) -> bool {
        match self {
            Self::Automatic => yes,
            Self::ByDigest(_) => true,
            Self::ByAnswer(_) => false,
        }
    }

    /// Says whether the plan was approved by its digest, with all that it says of the guard.
    pub(super) const fn is_by_digest(&self) -> bool {
        matches!(self, Self::ByDigest(_))
    }

    /// Says whether somebody has to be shown the plan.
    pub(super) const fn is_asked_for(&self) -> bool {
        matches!(self, Self::ByAnswer(_))
    }

    /// Returns the digest of the plan, if it was drawn up.
    pub(super) fn digest(&self) -> Option<&str> {
        match self {
            Self::Automatic => None,
            Self::ByDigest(digest) | Self::ByAnswer(digest) => Some(digest),
        }
    }
}

/// Finds out who has approved a run, and refuses one that nobody can approve.
pub(super) fn look(
    migration: &Migration,
    runner: &Runner,
    facts: &[ShardFacts],
    arguments: &RunArguments,
) -> Result<Approval, Report> {
    let is_manual = migration.spec().policy.approval == Policy::Manual;
    let approved = arguments.approve.as_deref();
    if !is_manual && approved.is_none() {
        return Ok(Approval::Automatic);
    }
    let plan = draw_up(migration, runner, facts)?;
    match approved {
        Some(digest) if plan.is_approved_by(digest) => Ok(Approval::ByDigest(plan.digest())),
        Some(digest) => Err(changed(&plan, digest)),
        None if screen::can_ask() => Ok(Approval::ByAnswer(plan.digest())),
        None => Err(unapproved(&plan)),
    }
}

fn draw_up(migration: &Migration, runner: &Runner, facts: &[ShardFacts]) -> Result<Plan, Report> {
    // No signal is taken over: there is nothing to finish.
    let (control, notes) = (Control::new(), Notes::default());
    let counted = runner.count(migration, None, &control, &notes)?;
    let facts = Facts {
        shards: facts.to_vec(),
        refusal: None,
    };
    let workers = crate::commands::plan::workers_of(migration);
    let keys = counted.is_complete.then_some(counted.keys);
    Ok(Plan::new(migration, runner.target(), facts, workers, keys))
}

fn changed(plan: &Plan, approved: &str) -> Report {
    let digest = plan.digest();
    let what = match plan.difference(approved) {
        Some(what) => format!("this has changed: {what}"),
        None => "the manifest or its transform, the server's product, or more than one thing has changed"
            .to_owned(),
    };
    let message =
        format!("the plan is {digest} and not the one that was approved, {approved}: {what}");
    Report::new(Exit::Refused, "plan-changed", message)
        .hint("`remold plan` shows the plan as it is now")
        .hint(format!("--approve {digest} approves it"))
}

fn unapproved(plan: &Plan) -> Report {
    let digest = plan.digest();
    let message = format!(
        "spec.policy.approval is manual: the plan {digest} has to be approved, and there is no terminal to ask at"
    );
    Report::new(Exit::Refused, "not-approved", message)
        .hint("`remold plan` shows the plan")
        .hint(format!("--approve {digest} approves it; --yes does not"))
}
