//! `RedisSchema`: registered with its target by a worker. What is registered never changes.

use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::controller::Action;
use remold_manifest::SchemaDocument;
use serde_json::json;

use super::Context;
use super::cluster::namespace;
use super::conditions::{Conditions, Verdict};
use super::documents;
use super::error::Error;
use super::jobs::State;
use super::names::{short, word};
use super::settle::{Settlement, as_json};
use crate::resources::{RedisSchema, SchemaStatus};
use crate::workers::{Manifest, Task, Work};

/// Registers a version.
pub(super) async fn reconcile(
    schema: Arc<RedisSchema>,
    context: Arc<Context>,
) -> Result<Action, Error> {
    if schema.metadata.deletion_timestamp.is_some() {
        // What is registered stays registered: data may be at it.
        return Ok(Action::await_change());
    }
    let before = schema.status.clone().unwrap_or_default();
    let generation = schema.metadata.generation.unwrap_or_default();
    if before.registered && before.observed_generation == generation {
        return Ok(Action::await_change());
    }
    let conditions = Conditions::of(&before.conditions, generation, Timestamp::now());
    let mut status = before.clone();
    let verdict = register(&schema, &context, &mut status).await?;
    let settlement = Settlement {
        object: schema.as_ref(),
        before: &before.conditions,
        status_before: as_json(&before),
    };
    settlement
        .settle(&context, conditions, as_json(&status), &verdict)
        .await
}

async fn register(
    schema: &RedisSchema,
    context: &Context,
    status: &mut SchemaStatus,
) -> Result<Verdict, Error> {
    let cluster = &context.cluster;
    let namespace = namespace(schema)?;
    let text = documents::text(RedisSchema::KIND, &schema.name_any(), schema.spec.raw());
    if let Err(errors) = SchemaDocument::read(&schema.name_any(), &text) {
        return Ok(Verdict::stuck(
            "InvalidDocument",
            documents::complaint(&errors),
        ));
    }
    let spec = match schema.spec.read() {
        Ok(spec) => spec,
        Err(error) => return Ok(Verdict::stuck("InvalidDocument", error)),
    };
    let Some(reference) = &spec.target_ref else {
        let message = "`targetRef` names the RedisTarget that it is registered with";
        return Ok(Verdict::stuck("InvalidDocument", message));
    };
    let way = match cluster.way_to(&namespace, &reference.name).await? {
        Ok(way) => way,
        Err(obstacle) => return Ok(Verdict::going(obstacle.reason, obstacle.message)),
    };
    let what = word(&[&text, &json!(way.spec).to_string()]);
    let name = format!("{}-schema-{what}", short(&schema.name_any(), 40));
    let task = Task::Register;
    let work = Work {
        manifest: Some(Manifest {
            config_map: name.clone(),
            files: None,
        }),
        ..context.work_for(schema, name, task, &way.connection)?
    };
    let document = documents::config_map(&work, &work.name, text);
    let state = cluster.carry_out(&work, Some(document)).await?;
    Ok(match state {
        State::Absent => Verdict::going("Registering", "a worker registers it"),
        State::Active { trouble } => Verdict::going(
            "Registering",
            trouble.unwrap_or_else(|| "a worker registers it".to_owned()),
        ),
        State::Suspended => Verdict::going("Registering", "the worker's job is suspended"),
        State::Complete(outcomes) => {
            let registered = outcomes.into_iter().find_map(|outcome| outcome.registered);
            status.registered = true;
            if let Some(registered) = registered {
                status.digest = Some(registered.digest);
                status.compared = registered.compared;
            }
            Verdict::done(
                "Registered",
                format!("{} {} is registered", spec.subject, spec.version),
            )
        }
        State::Failed { .. } => {
            cluster.retire(&work).await?;
            Verdict::stuck("RegistrationFailed", state.failure().unwrap_or_default())
        }
    })
}
