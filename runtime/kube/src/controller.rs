//! The controller: watches the custom resources and brings each of them forward.
//!
//! It never opens a connection to a Redis and never reads a Secret: what has to be done at a server is done by workers, which are
//! Jobs. Everything that it knows is in the objects; it can be ended and started at any moment.

mod age;
mod backup;
mod cluster;
mod conditions;
mod documents;
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
mod watches;
mod wishes;
mod work;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, future};
use kube::runtime::Controller;
use kube::runtime::controller::Action;
use kube::{Client, ResourceExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

use cluster::{Cluster, Kind};
pub use error::Error;
pub use metrics::Metrics;
pub use notice::{Notice, Notices};
pub use notify::{NotifyFormat, NotifySettings, NotifyUrl};
pub use process::{Stopper, Unable, run_here};
pub use settings::{InvalidLease, LeaseName, LeaseSettings, Settings};

/// The pause before a reconciliation is tried again that met a change of somebody else.
const QUICK: Duration = Duration::from_millis(200);
/// The longest pause before a reconciliation that failed is tried again.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

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
        lease::lead(client.clone(), lease, &metrics, &notices, stop.clone()).await?;
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
        controllers.extend(watches::in_namespace(
            &client,
            namespace.as_deref(),
            &context,
            &stop,
        ));
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

/// Lets a controller work, counts what it does, and tries again what failed, later each time.
fn drive<K, R, F>(controller: Controller<K>, context: &Arc<Context>, reconcile: R) -> Running
where
    K: Kind,
    R: Fn(Arc<K>, Arc<Context>) -> F + Send + Sync + Copy + 'static,
    F: Future<Output = Result<Action, Error>> + Send + 'static,
{
    let counted = move |object: Arc<K>, context: Arc<Context>| async move {
        let going = context.metrics.begin(kind_of::<K>());
        let key = key_of(object.as_ref());
        let (_, namespace, name) = &key;
        // A watch may be late: it says where to look, not what is there. A server that is behind another one may be late too.
        let result = match context.cluster.get::<K>(namespace, name).await {
            Ok(Some(now)) => reconcile(newer(object, now), Arc::clone(&context)).await,
            Ok(None) => Ok(Action::await_change()),
            Err(error) => Err(error),
        };
        going.end(result.as_ref().err().map(Error::code));
        if let Err(error) = &result
            && !matches!(error, Error::Changed { .. })
        {
            context.notices.tell(Notice::Failed {
                kind: kind_of::<K>().to_owned(),
                namespace: namespace.clone(),
                name: name.clone(),
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

/// Returns the newer one of an object that a watch has told of and of what was read. Versions of one kind are numbers that grow.
fn newer<K: Kind>(told: Arc<K>, read: K) -> Arc<K> {
    let version = |object: &K| object.resource_version()?.parse::<u128>().ok();
    let is_same = told.uid() == read.uid();
    if is_same && version(&told) > version(&read) {
        told
    } else {
        Arc::new(read)
    }
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
