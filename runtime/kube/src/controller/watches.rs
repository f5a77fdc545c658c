//! What is watched: each kind of custom resource, and whatever else tells that one of them has to be looked at.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::runtime::controller::Config;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::{Controller, WatchStreamExt as _, reflector, watcher};
use kube::{Api, Client, ResourceExt};
use tokio::sync::watch;

use super::cluster::Kind;
use super::{Context, Running, backup, drive, migration, run, schema, target_look};
use crate::resources::{RedisBackup, RedisMigration, RedisMigrationRun, RedisSchema, RedisTarget};

/// For how long changes of one object are gathered before it is looked at.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// How many times longer something that is done, or waits for a person, or of which no watch has told, is left alone than something
/// that goes on.
const RELIST: u32 = 20;

/// The controllers of one namespace, or of all.
pub(super) fn in_namespace(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Vec<Running> {
    vec![
        migrations(client, namespace, context, stop),
        runs(client, namespace, context, stop),
        targets(client, namespace, context, stop),
        schemas(client, namespace, context, stop),
        backups(client, namespace, context, stop),
    ]
}

fn api<K: Kind>(client: &Client, namespace: Option<&str>) -> Api<K> {
    match namespace {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    }
}

/// Objects that workers and the controller made, of all others there may be very many.
fn own() -> watcher::Config {
    watcher::Config::default().labels("app.kubernetes.io/managed-by=remold")
}

fn controller<K: Kind>(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Controller<K> {
    let mut stop = stop.clone();
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let config = Config::default()
        .debounce(DEBOUNCE)
        .concurrency(context.settings.concurrency);
    let (reader, writer) = reflector::store();
    let told = listed_again(
        api::<K>(client, namespace),
        context.settings.resync * RELIST,
    );
    Controller::for_stream(told.reflect(writer).applied_objects(), reader)
        .with_config(config)
        .graceful_shutdown_on(stopped)
}

/// Watches objects, and lists all of them from time to time: a watch that has lost an event does not know it.
fn listed_again<K: Kind>(
    api: Api<K>,
    every: Duration,
) -> impl Stream<Item = watcher::Result<watcher::Event<K>>> + Send + 'static {
    let watch = move || {
        let told = watcher(api.clone(), watcher::Config::default());
        told.take_until(tokio::time::sleep(every))
    };
    stream::repeat_with(watch).flatten()
}

fn migrations(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Running {
    let controller = controller::<RedisMigration>(client, namespace, context, stop);
    let (by_target, by_files) = (controller.store(), controller.store());
    context.metrics.objects().add_migrations(controller.store());
    let controller = controller
        .owns(
            api::<RedisMigrationRun>(client, namespace),
            watcher::Config::default(),
        )
        .owns(api::<Job>(client, namespace), own())
        .watches(
            api::<RedisTarget>(client, namespace),
            watcher::Config::default(),
            move |target| {
                of_namespace(&by_target, &target, |migration: &RedisMigration, name| {
                    migration.spec.text("/targetRef/name") == Some(name)
                })
            },
        )
        .watches(
            api::<RedisBackup>(client, namespace),
            watcher::Config::default(),
            |backup: RedisBackup| {
                let namespace = backup.namespace().unwrap_or_default();
                let migration = backup.spec.text("/migrationRef/name");
                migration.map(|name| ObjectRef::new(name).within(&namespace))
            },
        )
        .watches(
            api::<ConfigMap>(client, namespace),
            watcher::Config::default(),
            move |files| {
                of_namespace(&by_files, &files, |migration: &RedisMigration, name| {
                    migration.spec.text("/filesFrom/configMap/name") == Some(name)
                })
            },
        );
    drive(controller, context, migration::reconcile)
}

fn runs(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Running {
    let controller = controller::<RedisMigrationRun>(client, namespace, context, stop);
    let by_migration = controller.store();
    context.metrics.objects().add_runs(controller.store());
    let controller = controller
        .owns(api::<Job>(client, namespace), own())
        .watches(
            api::<RedisMigration>(client, namespace),
            watcher::Config::default(),
            move |migration| {
                of_namespace(
                    &by_migration,
                    &migration,
                    |run: &RedisMigrationRun, name| run.spec.migration_ref.name == name,
                )
            },
        );
    drive(controller, context, run::reconcile)
}

fn targets(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Running {
    let controller = controller::<RedisTarget>(client, namespace, context, stop);
    context.metrics.objects().add_targets(controller.store());
    let controller = controller.owns(api::<Job>(client, namespace), own());
    drive(controller, context, target_look::reconcile)
}

fn schemas(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Running {
    let controller = controller::<RedisSchema>(client, namespace, context, stop);
    context.metrics.objects().add_schemas(controller.store());
    let by_target = controller.store();
    let controller = controller
        .owns(api::<Job>(client, namespace), own())
        .watches(
            api::<RedisTarget>(client, namespace),
            watcher::Config::default(),
            move |target| {
                of_namespace(&by_target, &target, |schema: &RedisSchema, name| {
                    schema.spec.text("/targetRef/name") == Some(name)
                })
            },
        );
    drive(controller, context, schema::reconcile)
}

fn backups(
    client: &Client,
    namespace: Option<&str>,
    context: &Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Running {
    // What Velero and the storage driver make of it is looked at again and again: it may not be there to be watched.
    let controller = controller::<RedisBackup>(client, namespace, context, stop);
    context.metrics.objects().add_backups(controller.store());
    let controller = controller.owns(api::<Job>(client, namespace), own());
    drive(controller, context, backup::reconcile)
}

/// Finds the objects of the namespace of another one that name it.
fn of_namespace<K: Kind, O: Kind>(
    store: &kube::runtime::reflector::Store<K>,
    other: &O,
    names: impl Fn(&K, &str) -> bool,
) -> Vec<ObjectRef<K>> {
    let (namespace, name) = (other.namespace(), other.name_any());
    store
        .state()
        .iter()
        .filter(|one| one.namespace() == namespace && names(one, &name))
        .map(|one| ObjectRef::from_obj(one.as_ref()))
        .collect()
}
