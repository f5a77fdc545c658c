//! `RedisMigrationRun`: from its spec to the end of its workers, and what they found.
//!
//! Every step is there or it is made; nothing is remembered but in the objects themselves. A run that has ended is never begun
//! again, also when its Job was taken away.

mod backups;
mod tally;
mod work;

use std::sync::Arc;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use serde_json::{Value, json};

use super::Context;
use super::cluster::namespace;
use super::conditions::{Conditions, Verdict, find};
use super::error::Error;
use super::finalizer;
use super::jobs::State;
use super::settle::{Settlement, as_json};
use super::target::Way;
use super::wishes::Wishes;
use crate::clock::now_in_words;
use crate::resources::{
    RedisMigration, RedisMigrationRun, RunAction, RunStatus, Tally, WorkerState,
};
use crate::workers::{Task, Work, job};
use tally::{progress, summary, total, total_of};

/// The exit codes of a task that was carried to its end: all well, with rejects, with something to look at.
const ENDED: [u8; 3] = [0, 3, 4];

/// Brings a run forward.
pub(super) async fn reconcile(
    run: Arc<RedisMigrationRun>,
    context: Arc<Context>,
) -> Result<Action, Error> {
    let run = finalizer::ensure(&context.cluster, run).await?;
    let reconciliation = Reconciliation {
        namespace: namespace(run.as_ref())?,
        run: &run,
        context: &context,
    };
    reconciliation.go().await
}

/// The status while it is made.
struct Draft {
    conditions: Conditions,
    total: Option<Tally>,
    /// The backups that its program had taken.
    backups: Vec<String>,
}

struct Reconciliation<'a> {
    namespace: String,
    run: &'a RedisMigrationRun,
    context: &'a Context,
}

impl Reconciliation<'_> {
    async fn go(&self) -> Result<Action, Error> {
        if self.run.metadata.deletion_timestamp.is_some() {
            return self.tear_down().await;
        }
        let before = self.run.status.clone().unwrap_or_default();
        let generation = self.run.metadata.generation.unwrap_or_default();
        let mut draft = Draft {
            conditions: Conditions::of(&before.conditions, generation, Timestamp::now()),
            total: total(&before).or(before.total),
            backups: before.backups.clone(),
        };
        let verdict = self.steps(&before, &mut draft).await?;
        let status = self.status(&before, &draft, &verdict);
        let settlement = Settlement {
            object: self.run,
            before: &before.conditions,
            status_before: owned(&before),
        };
        settlement
            .settle(self.context, draft.conditions, status, &verdict)
            .await
    }

    async fn steps(&self, before: &RunStatus, draft: &mut Draft) -> Result<Verdict, Error> {
        if let Some(end) = ended(before) {
            return Ok(end);
        }
        let cluster = &self.context.cluster;
        let spec = &self.run.spec;
        let name = &spec.migration_ref.name;
        let migration: Option<RedisMigration> = cluster.get(&self.namespace, name).await?;
        let wishes = Wishes::of(migration.as_ref(), self.run);
        let way = match cluster
            .way_to(&self.namespace, &spec.target_ref.name)
            .await?
        {
            Ok(way) => way,
            Err(obstacle) => return Ok(Verdict::going(obstacle.reason, obstacle.message)),
        };
        let task = match spec.action {
            RunAction::Migrate => Task::Run {
                run: spec.run.clone(),
                workers: spec.workers,
                plan: spec.plan_digest.clone(),
                again: spec.again,
            },
            RunAction::RollBack => Task::RollBack {
                run: spec.run.clone(),
                workers: spec.workers,
            },
        };
        let done = match spec.action {
            RunAction::Migrate => "Migrated",
            RunAction::RollBack => "RolledBack",
        };
        if !draft.conditions.holds(done) {
            let work = self.work(&way, self.run.name_any(), task, wishes.stops())?;
            if let Some(verdict) = self.main(&work, wishes, done, draft).await? {
                return Ok(verdict);
            }
        }
        match spec.action {
            RunAction::RollBack => {
                let message = find_message(&draft.conditions, done);
                Ok(Verdict::done("RolledBack", message))
            }
            RunAction::Migrate if is_reason(&draft.conditions, done, "AlreadyApplied") => {
                let message = find_message(&draft.conditions, done);
                Ok(Verdict::done("Completed", message))
            }
            RunAction::Migrate => self.validate(&way, &mut draft.conditions).await,
        }
    }

    /// The migration or the rollback itself; `None` when it has ended well.
    async fn main(
        &self,
        work: &Work,
        wishes: Wishes,
        done: &str,
        draft: &mut Draft,
    ) -> Result<Option<Verdict>, Error> {
        let conditions = &mut draft.conditions;
        let cluster = &self.context.cluster;
        let state = cluster.job_state(&self.namespace, &work.name).await?;
        Ok(match state {
            State::Absent if wishes.abort => Some(Verdict::asking(
                "Aborted",
                "it was ended before it had begun",
            )),
            State::Absent if wishes.suspend => {
                Some(Verdict::asking("Suspended", "the migration is suspended"))
            }
            State::Absent => {
                self.prepare(work).await?;
                cluster.create(&job(work)).await?;
                conditions.set(done, false, "Starting", "the workers are started");
                Some(Verdict::going("Starting", "the workers are started"))
            }
            State::Suspended if wishes.abort => self.abort(work, conditions).await?,
            State::Suspended if wishes.stops() => Some(Verdict::asking(
                "Suspended",
                "the workers have finished their batches and ended; it goes on when the migration is no longer suspended",
            )),
            State::Suspended | State::Active { .. } => {
                self.hold(wishes.stops()).await?;
                let trouble = match state {
                    State::Active { trouble } => trouble,
                    _ => None,
                };
                let (reason, message) = match (wishes.stops(), trouble) {
                    (true, _) => ("Suspending", "the workers finish their batches".to_owned()),
                    (false, Some(trouble)) => ("Waiting", trouble),
                    (false, None) => ("Running", self.progress_message()),
                };
                conditions.set(done, false, reason, &message);
                Some(Verdict::going(reason, message))
            }
            State::Complete(outcomes) => {
                draft.backups = self.take_over_backups(&outcomes).await?;
                let wrong = outcomes.iter().find(|one| !ENDED.contains(&one.exit));
                if let Some(wrong) = wrong {
                    let message = wrong.message.clone().unwrap_or_default();
                    conditions.set(done, false, "RunFailed", &message);
                    return Ok(Some(Verdict::stuck("RunFailed", message)));
                }
                // What they left behind is the last word; progress may have been lost on its way.
                draft.total = total_of(&outcomes).or(draft.total);
                let (reason, message) = summary(&outcomes);
                conditions.set(done, true, reason, &message);
                None
            }
            State::Failed { ref outcomes, .. } => {
                draft.backups = self.take_over_backups(outcomes).await?;
                let message = state.failure().unwrap_or_default();
                conditions.set(done, false, "RunFailed", &message);
                Some(Verdict::stuck("RunFailed", message))
            }
        })
    }

    /// Ends a run as it stands: its workers are gone already.
    async fn abort(
        &self,
        work: &Work,
        conditions: &mut Conditions,
    ) -> Result<Option<Verdict>, Error> {
        let spec = &self.run.spec;
        let mut ending = work.clone();
        ending.name = format!("{}-abort", work.name);
        ending.task = Task::Abort {
            run: spec.run.clone(),
            workers: spec.workers,
        };
        ending.suspend = false;
        ending.report_to = None;
        let cluster = &self.context.cluster;
        let state = cluster.carry_out(&ending, None).await?;
        Ok(Some(match state {
            State::Absent | State::Active { .. } | State::Suspended => {
                Verdict::going("Aborting", "the run is ended as it stands")
            }
            State::Complete(_) => {
                conditions.set("Migrated", false, "Aborted", "it was ended as it stood");
                Verdict::asking(
                    "Aborted",
                    "it was ended as it stood: what it has written stays, and can be rolled back",
                )
            }
            State::Failed { .. } => {
                Verdict::stuck("AbortFailed", state.failure().unwrap_or_default())
            }
        }))
    }

    /// Compares what is there with what the run left.
    async fn validate(&self, way: &Way, conditions: &mut Conditions) -> Result<Verdict, Error> {
        let spec = &self.run.spec;
        let cluster = &self.context.cluster;
        let task = Task::Verify {
            run: spec.run.clone(),
            workers: spec.workers,
        };
        let mut work = self.work(way, format!("{}-verify", self.run.name_any()), task, false)?;
        work.report_to = None;
        let state = cluster.job_state(&self.namespace, &work.name).await?;
        Ok(match state {
            State::Absent => {
                self.prepare(&work).await?;
                cluster.create(&job(&work)).await?;
                Verdict::going("Validating", "the keys are compared with what the run left")
            }
            State::Active { .. } | State::Suspended => {
                Verdict::going("Validating", "the keys are compared with what the run left")
            }
            State::Complete(outcomes) => match outcomes.iter().find(|one| one.exit != 0) {
                None => {
                    let message = "every key is as the run left it, or was written since";
                    conditions.set("Validated", true, "Verified", message);
                    Verdict::done("Completed", find_message(conditions, "Migrated"))
                }
                Some(wrong) => {
                    let message = wrong.message.clone().unwrap_or_default();
                    conditions.set("Validated", false, "KeysDiffer", &message);
                    Verdict::stuck("ValidationFailed", message)
                }
            },
            State::Failed { .. } => {
                let message = state.failure().unwrap_or_default();
                conditions.set("Validated", false, "VerifyFailed", &message);
                Verdict::stuck("ValidationFailed", message)
            }
        })
    }

    /// Suspends the run's Job, or lets it go on.
    async fn hold(&self, stop: bool) -> Result<(), Error> {
        let cluster = &self.context.cluster;
        let name = self.run.name_any();
        let Some(job) = cluster.get::<Job>(&self.namespace, &name).await? else {
            return Ok(());
        };
        let held = job.spec.as_ref().and_then(|spec| spec.suspend) == Some(true);
        if held != stop {
            cluster
                .merge(&job, &json!({ "spec": { "suspend": stop } }))
                .await?;
        }
        Ok(())
    }

    /// Lets the workers finish their batches before the objects go.
    async fn tear_down(&self) -> Result<Action, Error> {
        let cluster = &self.context.cluster;
        let state = cluster
            .job_state(&self.namespace, &self.run.name_any())
            .await?;
        if let State::Active { .. } = state {
            self.hold(true).await?;
            return Ok(Action::requeue(std::time::Duration::from_secs(2)));
        }
        finalizer::remove(cluster, self.run).await?;
        Ok(Action::await_change())
    }

    fn status(&self, before: &RunStatus, draft: &Draft, verdict: &Verdict) -> Value {
        let (reason, _) = verdict.words();
        let is_over = !matches!(verdict, Verdict::Going { .. }) && reason != "Suspended";
        let now = now_in_words();
        let started = before.started_at.clone().or_else(|| Some(now.clone()));
        let ended = is_over.then(|| before.ended_at.clone().unwrap_or(now));
        json!({
            "phase": reason,
            "job": self.run.name_any(),
            "total": draft.total,
            "backups": (!draft.backups.is_empty()).then_some(&draft.backups),
            "progressPercent": match verdict {
                Verdict::Done { .. } => Some(100),
                _ => progress(before, self.run.spec.workers),
            },
            "startedAt": started,
            "endedAt": ended,
        })
    }

    fn progress_message(&self) -> String {
        let status = self.run.status.clone().unwrap_or_default();
        let total = total(&status);
        let waits = status
            .workers
            .iter()
            .find(|worker| worker.state == WorkerState::Waiting && worker.message.is_some());
        match (waits.and_then(|worker| worker.message.clone()), total) {
            (Some(message), _) => message,
            (None, Some(total)) => format!("{} keys are written", total.written),
            (None, None) => "the workers are at work".to_owned(),
        }
    }
}

/// What a run that has ended is still said of.
fn ended(before: &RunStatus) -> Option<Verdict> {
    before.ended_at.as_ref()?;
    let said = find(&before.conditions, "Ready")?;
    let known = [
        "Completed",
        "RolledBack",
        "Aborted",
        "RunFailed",
        "ValidationFailed",
        "AbortFailed",
    ];
    let reason = known.into_iter().find(|known| *known == said.reason)?;
    let message = said.message.clone();
    Some(match reason {
        "Completed" | "RolledBack" => Verdict::Done { reason, message },
        "Aborted" => Verdict::Asking { reason, message },
        _ => Verdict::Stuck { reason, message },
    })
}

/// The fields of the status that the controller owns.
fn owned(status: &RunStatus) -> Value {
    let mut value = as_json(status);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("workers");
    }
    value
}

fn is_reason(conditions: &Conditions, kind: &str, reason: &str) -> bool {
    conditions.get(kind).is_some_and(|one| one.reason == reason)
}

fn find_message(conditions: &Conditions, kind: &str) -> String {
    let found = conditions.get(kind);
    found.map(|one| one.message.clone()).unwrap_or_default()
}
