//! `RedisTarget`: a worker looks whether it can be reached with the rights that a run needs, and says what it found.

use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use serde_json::{Value, json};

use super::Context;
use super::cluster::{namespace, owner};
use super::conditions::{Conditions, Verdict};
use super::error::Error;
use super::jobs::State;
use super::names::{short, word};
use super::settle::{Settlement, without_nulls};
use super::target::Way;
use crate::resources::{RedisTarget, TargetStatus};
use crate::workers::{Outcome, Task, Work, job, service_account};

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
    let is_known = before.observed_generation == generation && conditions.holds("Ready");
    let verdict = if is_known {
        return Ok(Action::await_change());
    } else {
        match cluster.way_of(target.as_ref().clone()).await? {
            Err(obstacle) => Verdict::going(obstacle.reason, obstacle.message),
            Ok(way) => look(&target, &way, &context, &mut status).await?,
        }
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
    let namespace = namespace(target)?;
    let what = word(&[&json!(way.spec).to_string()]);
    let name = format!("{}-look-{what}", short(&target.name_any(), 40));
    let work = Work {
        namespace: Some(namespace.clone()),
        instance: target.name_any(),
        owner: Some(owner(target)?),
        image: context.settings.image.clone(),
        pull_policy: context.settings.pull_policy.clone(),
        task: Task::Look,
        connection: way.connection.clone(),
        storage: None,
        manifest: None,
        settings: remold_manifest::JobSpec {
            retries: Some(3),
            ..remold_manifest::JobSpec::default()
        },
        service_account: name.clone(),
        report_to: None,
        suspend: false,
        name,
    };
    let state = cluster.job_state(&namespace, &work.name).await?;
    Ok(match state {
        State::Absent => {
            cluster.apply(&service_account(&work)).await?;
            cluster.create(&job(&work)).await?;
            Verdict::going("Looking", "a worker looks whether it can be reached")
        }
        State::Active { trouble, .. } => {
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
            cluster.retire(&namespace, &work.name).await?;
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
        status.looked_at = Some(Timestamp::now().to_string());
    }
}

fn as_json(status: &TargetStatus) -> Value {
    let mut value = json!(status);
    without_nulls(&mut value);
    value
}
