//! `RedisSchema`: registered with its target by a worker. What is registered never changes.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
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
use crate::resources::{RedisSchema, SchemaStatus};
use crate::workers::{MANIFEST_KEY, Manifest, Task, Work, job, service_account};

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
    let document = json!({
        "apiVersion": "remold.dev/v1alpha1",
        "kind": RedisSchema::KIND,
        "metadata": { "name": schema.name_any() },
        "spec": schema.spec.raw(),
    });
    let text = remold_manifest::to_yaml(&document);
    if let Err(errors) = remold_manifest::SchemaDocument::read(&schema.name_any(), &text) {
        let first = errors.first().map(ToString::to_string);
        let message = first.unwrap_or_else(|| errors.to_string());
        return Ok(Verdict::stuck("InvalidDocument", message));
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
    let work = Work {
        namespace: Some(namespace.clone()),
        instance: short(&schema.name_any(), 63),
        owner: Some(owner(schema)?),
        image: context.settings.image.clone(),
        pull_policy: context.settings.pull_policy.clone(),
        task: Task::Register,
        connection: way.connection.clone(),
        storage: None,
        manifest: Some(Manifest {
            config_map: name.clone(),
            files: None,
        }),
        settings: remold_manifest::JobSpec::default(),
        service_account: name.clone(),
        report_to: None,
        suspend: false,
        name,
    };
    let state = cluster.job_state(&namespace, &work.name).await?;
    Ok(match state {
        State::Absent => {
            cluster.apply(&service_account(&work)).await?;
            cluster
                .create(&ConfigMap {
                    metadata: work.metadata(&work.name),
                    immutable: Some(true),
                    data: Some([(MANIFEST_KEY.to_owned(), text)].into()),
                    ..ConfigMap::default()
                })
                .await?;
            cluster.create(&job(&work)).await?;
            Verdict::going("Registering", "a worker registers it")
        }
        State::Active { trouble, .. } => Verdict::going(
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
            cluster.retire(&namespace, &work.name).await?;
            Verdict::stuck("RegistrationFailed", state.failure().unwrap_or_default())
        }
    })
}

fn as_json(status: &SchemaStatus) -> Value {
    let mut value = json!(status);
    without_nulls(&mut value);
    value
}
