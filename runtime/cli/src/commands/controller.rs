//! `remold controller`: watches the custom resources of a cluster, until Ctrl-C or SIGTERM.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use remold_kube::controller::{
    LeaseSettings, Notice, Notices, Settings, Stopper, Unable, run_here,
};
use serde_json::json;

use super::Answer;
use crate::arguments::{ControllerArguments, LogFormat};
use crate::exit::Exit;
use crate::report::Report;
use crate::screen;
use crate::signals;

/// How soon something that goes on by itself is looked at again, should a watch have missed it.
const RESYNC: Duration = Duration::from_secs(30);

/// Runs the controller.
pub(super) fn controller(arguments: &ControllerArguments) -> Result<Answer, Report> {
    let settings = Settings {
        image: arguments.image.clone(),
        pull_policy: None,
        namespaces: arguments.namespace.clone(),
        concurrency: arguments.concurrency,
        resync: RESYNC,
        lease: arguments.lease.as_ref().map(|lease| LeaseSettings {
            namespace: lease.namespace.clone(),
            name: lease.name.clone(),
            identity: identity(),
        }),
        address: Some(arguments.address),
    };
    let is_lost = Arc::new(AtomicBool::new(false));
    let (log, lost) = (arguments.log, Arc::clone(&is_lost));
    let notices = Notices::to(move |notice| {
        if notice == Notice::LeadLost {
            lost.store(true, Ordering::SeqCst);
        }
        screen::err(&line(&notice, log));
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

/// Writes a notice as a line of the log.
fn line(notice: &Notice, format: LogFormat) -> String {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let (level, message) = told(notice);
    match format {
        LogFormat::Text => format!("{now} {level:<5} {message}\n"),
        LogFormat::Json => {
            let mut line = json!({ "time": now.to_string(), "level": level, "message": message });
            if let Notice::Failed {
                kind,
                namespace,
                name,
                code,
                ..
            } = notice
            {
                line["kind"] = kind.as_str().into();
                line["namespace"] = namespace.as_str().into();
                line["name"] = name.as_str().into();
                line["code"] = (*code).into();
            }
            format!("{line}\n")
        }
    }
}

fn told(notice: &Notice) -> (&'static str, String) {
    match notice {
        Notice::Waiting => ("info", "waits for the lead".to_owned()),
        Notice::Leading => ("info", "at work".to_owned()),
        Notice::LeadLost => ("error", "the lead is lost".to_owned()),
        Notice::LeadNotRenewed { error } => {
            ("warn", format!("the lead could not be renewed: {error}"))
        }
        Notice::NotServed { address, error } => (
            "error",
            format!("metrics and health are not served on {address}: {error}"),
        ),
        Notice::Failed {
            kind,
            namespace,
            name,
            error,
            ..
        } => ("error", format!("{kind} {namespace}/{name}: {error}")),
        Notice::Stopped => ("info", "ends".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_a_line_of_text_or_a_json_object() {
        let notice = Notice::Failed {
            kind: "RedisMigration".to_owned(),
            namespace: "shop".to_owned(),
            name: "names".to_owned(),
            code: "api",
            error: "the Job: refused".to_owned(),
        };
        let text = line(&notice, LogFormat::Text);
        assert!(
            text.ends_with("Z error RedisMigration shop/names: the Job: refused\n"),
            "{text}"
        );
        let json = line(&notice, LogFormat::Json);
        let json: serde_json::Value = serde_json::from_str(&json).expect("it is one object");
        assert_eq!(json["level"], "error");
        assert_eq!(json["name"], "names");
        assert_eq!(json["code"], "api");
    }
}
