//! `remold controller`: watches the custom resources of a cluster, until Ctrl-C or SIGTERM.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use remold_kube::controller::{
    LeaseSettings, Notice, Notices, Settings, Stopper, Unable, run_here,
};
use remold_kube::workers::Tracing;

use super::Answer;
use crate::arguments::ControllerArguments;
use crate::exit::Exit;
use crate::log::{Level, Log, facts};
use crate::report::Report;
use crate::signals;

/// How soon something that goes on by itself is looked at again, should a watch have missed it.
const RESYNC: Duration = Duration::from_secs(30);

/// Runs the controller.
pub(super) fn controller(arguments: &ControllerArguments) -> Result<Answer, Report> {
    let settings = Settings {
        image: arguments.image.clone(),
        pull_policy: Some(arguments.image_pull_policy.clone()),
        pull_secrets: arguments.image_pull_secret.clone(),
        namespaces: arguments.namespace.clone(),
        concurrency: arguments.concurrency,
        resync: RESYNC,
        lease: arguments.lease.as_ref().map(|lease| LeaseSettings {
            namespace: lease.namespace.clone(),
            name: lease.name.clone(),
            identity: identity(),
        }),
        address: Some(arguments.address),
        tracing: Tracing::handed_on(|name| std::env::var(name).ok()),
        notify: arguments.notify(),
    };
    let is_lost = Arc::new(AtomicBool::new(false));
    let (log, lost) = (Log::new(arguments.log), Arc::clone(&is_lost));
    let notices = Notices::to(move |notice| {
        if notice == Notice::LeadLost {
            lost.store(true, Ordering::SeqCst);
        }
        write(&notice, log);
    });
    let stopper = Stopper::default();
    let stop = stopper.clone();
    signals::call_by_signal(move || stop.stop());
    run_here(settings, notices, &stopper)?;
    if is_lost.load(Ordering::SeqCst) {
        let message = "another controller holds the Lease, or it could not be renewed in time";
        return Err(Report::new(Exit::Interrupted, "lead-lost", message)
            .hint("start it again: it waits until it leads"));
    }
    Ok(Answer::written(Exit::Success))
}

impl From<Unable> for Report {
    fn from(error: Unable) -> Self {
        let report = Self::new(Exit::Failed, error.code(), error.to_string());
        match error {
            Unable::NoServer(_) => report
                .hint("in a pod, the service account has to be mounted; elsewhere KUBECONFIG names the configuration"),
            Unable::Threads(_) | Unable::Controller(_) => report,
        }
    }
}

/// The name of this process among those that may lead: the pod's, and the process's id.
fn identity() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}_{}", host.trim(), std::process::id())
}

/// Writes a notice to the log.
fn write(notice: &Notice, log: Log) {
    let (level, message) = told(notice);
    let what = match notice {
        Notice::Failed {
            kind,
            namespace,
            name,
            code,
            ..
        } => facts([
            ("kind", kind.as_str().into()),
            ("namespace", namespace.as_str().into()),
            ("name", name.as_str().into()),
            ("code", (*code).into()),
        ]),
        _ => facts([]),
    };
    log.write(level, &message, what);
}

fn told(notice: &Notice) -> (Level, String) {
    match notice {
        Notice::Waiting => (Level::Info, "waits for the lead".to_owned()),
        Notice::Leading => (Level::Info, "at work".to_owned()),
        Notice::LeadLost => (Level::Error, "the lead is lost".to_owned()),
        Notice::LeadNotRenewed { error } => (
            Level::Warn,
            format!("the lead could not be renewed: {error}"),
        ),
        Notice::Failed {
            kind,
            namespace,
            name,
            error,
            ..
        } => (Level::Error, format!("{kind} {namespace}/{name}: {error}")),
        Notice::NotNotified {
            namespace,
            name,
            error,
        } => (
            Level::Warn,
            format!("of {namespace}/{name} nobody was notified: {error}"),
        ),
        Notice::Stopped => (Level::Info, "ends".to_owned()),
    }
}
