//! The controller: watches the custom resources and brings each of them forward.
//!
//! It never opens a connection to a Redis and never reads a Secret: what has to be done at a server is done by workers, which are
//! Jobs. Everything that it knows is in the objects; it can be ended and started at any moment.

mod backup;
mod cluster;
mod conditions;
mod error;
mod finalizer;
mod jobs;
mod lease;
mod metrics;
mod migration;
mod names;
mod notice;
mod notify;
mod outside;
mod process;
mod run;
mod schema;
mod settings;
mod settle;
mod target;
mod target_look;
mod wishes;

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, future};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::runtime::controller::{Action, Config};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::{Controller, watcher};
use kube::{Api, Client, ResourceExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::resources::{RedisBackup, RedisMigration, RedisMigrationRun, RedisSchema, RedisTarget};
use cluster::{Cluster, Kind};
pub use error::Error;
pub use metrics::Metrics;
pub use notice::{Notice, Notices};
pub use notify::{NotifyFormat, NotifySettings, NotifyUrl};
pub use process::{Stopper, Unable, run_here};
pub use settings::{InvalidLease, LeaseName, LeaseSettings, Settings};

/// For how long changes of one object are gathered before it is looked at.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// The pause before a reconciliation is tried again that met a change of somebody else.
const QUICK: Duration = Duration::from_millis(200);
/// The longest pause before a reconciliation that failed is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// What all reconcilers share.
pub(crate) struct Context {
    pub(crate) cluster: Cluster,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
    notices: Notices,
    notifier: Option<notify::Notifier>,
    /// How often each object's reconciliation has failed since it last succeeded.
    failures: Mutex<HashMap<ObjectKey, u32>>,
}

/// Kind, namespace and name.
type ObjectKey = (&'static str, String, String);

impl Context {
    fn count_failure<K: Kind>(&self, key: ObjectKey) -> u32 {
        let mut failures = self.failures.lock().expect("nobody panics with it");
        let count = failures.entry(key).or_default();
        *count += 1;
        let count = *count;
        self.show_failures::<K>(&failures);
        count
    }

    fn forget_failures<K: Kind>(&self, key: &ObjectKey) {
        let mut failures = self.failures.lock().expect("nobody panics with it");
        failures.remove(key);
        self.show_failures::<K>(&failures);
    }

    fn show_failures<K: Kind>(&self, failures: &HashMap<ObjectKey, u32>) {
        let kind = kind_of::<K>();
        let objects = failures.keys().filter(|(of, ..)| *of == kind).count();
        self.metrics.set_retried(kind, objects);
    }
}

/// Runs the controller until `stop` says so. Reconciliations that have begun are carried to their end.
pub async fn run(
    client: Client,
    settings: Settings,
    metrics: Metrics,
    notices: Notices,
    stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let client = metrics::counted(client, metrics.counts());
    let instance = settings.lease.as_ref().map(|lease| lease.identity.clone());
    let cluster = Cluster::new(client.clone(), instance);
    let notifier = settings.notify.clone().map(|webhook| {
        let counts = metrics.counts().clone();
        notify::Notifier::start(webhook, cluster.clone(), counts, notices.clone())
    });
    let context = Arc::new(Context {
        cluster,
        notifier,
        settings: settings.clone(),
        metrics: metrics.clone(),
        notices: notices.clone(),
        failures: Mutex::default(),
    });
    let served = match settings.address {
        Some(address) => {
            let listener = TcpListener::bind(address).await;
            let listener = listener.map_err(|source| Error::Listen { address, source })?;
            let (exposition, stop) = (metrics.exposition(), stop.clone());
            Some(tokio::spawn(crate::metrics::accept(
                listener, exposition, stop,
            )))
        }
        None => None,
    };
    if let Some(lease) = &settings.lease {
        notices.tell(Notice::Waiting);
        lease::lead(client.clone(), lease, &metrics, stop.clone()).await?;
    }
    metrics.set_leading(true);
    if !*stop.borrow() {
        notices.tell(Notice::Leading);
    }
    let kept = settings.lease.clone().map(|lease| {
        tokio::spawn(lease::keep(
            client.clone(),
            lease,
            notices.clone(),
            stop.clone(),
        ))
    });
    let namespaces: Vec<Option<String>> = if settings.namespaces.is_empty() {
        vec![None]
    } else {
        settings.namespaces.iter().cloned().map(Some).collect()
    };
    let mut controllers = Vec::new();
    for namespace in namespaces {
        controllers.extend(in_namespace(&client, namespace.as_deref(), &context, &stop));
    }
    // They end by themselves when this process is to stop, as soon as what they do is done.
    let all = future::join_all(controllers);
    let lost = async {
        match kept {
            // Whoever has lost the lead must not go on.
            Some(kept) => drop(kept.await),
            None => future::pending().await,
        }
    };
    let asked = stop.clone();
    tokio::select! {
        _ = all => {}
        () = lost => {}
    }
    let is_asked = *asked.borrow();
    notices.tell(if is_asked {
        Notice::Stopped
    } else {
        Notice::LeadLost
    });
    metrics.set_leading(false);
    if let Some(lease) = &settings.lease {
        lease::release(client, lease).await;
    }
    if let Some(served) = served {
        served.abort();
    }
    Ok(())
}

type Running = future::BoxFuture<'static, ()>;

/// The controllers of one namespace, or of all.
fn in_namespace(
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
    Controller::new(api::<K>(client, namespace), watcher::Config::default())
        .with_config(config)
        .graceful_shutdown_on(stopped)
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

/// Lets a controller work, counts what it does, and tries again what failed, later each time.
fn drive<K, R, F>(controller: Controller<K>, context: &Arc<Context>, reconcile: R) -> Running
where
    K: Kind + Send + Sync + 'static,
    K::DynamicType: Eq + Hash + Clone + Debug + Unpin,
    R: Fn(Arc<K>, Arc<Context>) -> F + Send + Sync + Copy + 'static,
    F: Future<Output = Result<Action, Error>> + Send + 'static,
{
    let counted = move |object: Arc<K>, context: Arc<Context>| async move {
        let going = context.metrics.begin(kind_of::<K>());
        let key = key_of(object.as_ref());
        let (namespace, name) = (object.namespace().unwrap_or_default(), object.name_any());
        // A watch may be late: it says where to look, not what is there.
        let result = match context.cluster.get::<K>(&namespace, &name).await {
            Ok(Some(now)) => reconcile(Arc::new(now), Arc::clone(&context)).await,
            Ok(None) => Ok(Action::await_change()),
            Err(error) => Err(error),
        };
        going.end(result.as_ref().err().map(Error::code));
        if let Err(error) = &result
            && !matches!(error, Error::Changed { .. })
        {
            context.notices.tell(Notice::Failed {
                kind: kind_of::<K>().to_owned(),
                namespace: key.1.clone(),
                name: key.2.clone(),
                code: error.code(),
                error: error.to_string(),
            });
        }
        if result.is_ok() {
            context.forget_failures::<K>(&key);
        }
        result
    };
    let again = |object: Arc<K>, error: &Error, context: Arc<Context>| {
        let count = context.count_failure::<K>(key_of(object.as_ref()));
        // Nothing is wrong: somebody was quicker, and what they wrote is read next time.
        if matches!(error, Error::Changed { .. }) {
            return Action::requeue(QUICK * count.min(10));
        }
        let pause = Duration::from_millis(500) * 2_u32.saturating_pow(count.min(10));
        Action::requeue(pause.min(LONGEST_PAUSE))
    };
    let running = controller.run(counted, again, Arc::clone(context));
    Box::pin(running.for_each(|_| future::ready(())))
}

fn key_of<K: Kind>(object: &K) -> ObjectKey {
    let namespace = object.namespace().unwrap_or_default();
    (kind_of::<K>(), namespace, object.name_any())
}

/// The name of a kind, which the types of our own resources know for good.
fn kind_of<K: Kind>() -> &'static str {
    match K::kind(&()) {
        std::borrow::Cow::Borrowed(kind) => kind,
        std::borrow::Cow::Owned(_) => crate::metrics::table::OTHER,
    }
}
