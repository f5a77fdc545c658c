//! `RedisTarget`: a worker looks whether it can be reached with the rights that a run needs, and says what it found.

use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use remold_manifest::JobSpec;
use serde_json::json;

use super::Context;
use super::conditions::{Conditions, Verdict};
use super::error::Error;
use super::jobs::State;
use super::names::{short, word};
use super::settle::{Settlement, as_json};
use super::target::Way;
use crate::clock::now_in_words;
use crate::resources::{RedisTarget, TargetStatus};
use crate::workers::{Outcome, Task, Work};

/// Looks at a target.
pub(super) async fn reconcile(
    target: Arc<RedisTarget>,
    context: Arc<Context>,
) -> Result<Action, Error> {
    if target.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let cluster = &context.cluster;
    let before = target.status.clone().unwrap_or_default();
    let generation = target.metadata.generation.unwrap_or_default();
    let conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
    let mut status = before.clone();
    if before.observed_generation == generation && conditions.holds("Ready") {
        return Ok(Action::await_change());
    }
    let verdict = match cluster.way_of(target.as_ref().clone()).await? {
        Err(obstacle) => Verdict::going(obstacle.reason, obstacle.message),
        Ok(way) => look(&target, &way, &context, &mut status).await?,
    };
    let settlement = Settlement {
        object: target.as_ref(),
        before: &before.conditions,
        status_before: as_json(&before),
    };
    settlement
        .settle(&context, conditions, as_json(&status), &verdict)
        .await
}

async fn look(
    target: &RedisTarget,
    way: &Way,
    context: &Context,
    status: &mut TargetStatus,
) -> Result<Verdict, Error> {
    let cluster = &context.cluster;
    let what = word(&[&json!(way.spec).to_string()]);
    let name = format!("{}-look-{what}", short(&target.name_any(), 40));
    let work = Work {
        settings: JobSpec {
            retries: Some(3),
            ..JobSpec::default()
        },
        ..context.work_for(target, name, Task::Look, &way.connection)?
    };
    let state = cluster.carry_out(&work, None).await?;
    Ok(match state {
        State::Absent => Verdict::going("Looking", "a worker looks whether it can be reached"),
        State::Active { trouble } => {
            let message =
                trouble.unwrap_or_else(|| "a worker looks whether it can be reached".to_owned());
            Verdict::going("Looking", message)
        }
        State::Suspended => Verdict::going("Looking", "the worker's job is suspended"),
        State::Complete(outcomes) => {
            note(&outcomes, status);
            Verdict::done("Reachable", "a worker has reached it")
        }
        State::Failed { .. } => {
            let message = state.failure().unwrap_or_default();
            cluster.retire(&work).await?;
            Verdict::stuck("Unreachable", message)
        }
    })
}

fn note(outcomes: &[Outcome], status: &mut TargetStatus) {
    if let Some(server) = outcomes.iter().find_map(|outcome| outcome.server.clone()) {
        status.address = Some(server.address);
        status.flavour = Some(server.product);
        status.version = Some(server.version);
        status.guard = Some(server.guard);
        status.keys = server.keys;
        status.notes = server.notes;
        status.looked_at = Some(now_in_words());
    }
}
