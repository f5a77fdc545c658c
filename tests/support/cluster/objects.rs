//! Objects of a control plane as a test wants them: applied, read, waited for. All as the admin.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Answer, ControlPlane};
use crate::patience::PATIENCE;

impl ControlPlane {
    /// Runs kubectl as the admin.
    pub fn kubectl(&self, arguments: &[&str]) -> Answer {
        self.admin().run(arguments)
    }

    /// Makes a namespace that no other test is given, and returns its name: `words-7`. It has its service account.
    #[track_caller]
    pub fn namespace(&self, name: &str) -> String {
        let number = self.next_namespace.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("{name}-{number}");
        self.kubectl(&["create", "namespace", &namespace])
            .succeeded();
        self.wait_for("serviceaccount", &namespace, "default", "is there", |_| {
            Some(())
        });
        namespace
    }

    /// Creates or changes objects, YAML or JSON; those without a namespace go to this one.
    #[track_caller]
    pub fn apply(&self, namespace: &str, documents: &str) {
        let arguments = ["apply", "--namespace", namespace, "--filename", "-"];
        self.admin().run_with(&arguments, documents).succeeded();
    }

    /// Returns an object, which must be there. The namespace of one that has none is not looked at.
    #[track_caller]
    pub fn get_json(&self, kind: &str, namespace: &str, name: &str) -> Value {
        self.find_json(kind, namespace, name)
            .unwrap_or_else(|| panic!("there is no {kind} {name} in {namespace}"))
    }

    /// Returns an object if it is there.
    #[track_caller]
    pub fn find_json(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let mut arguments = vec!["get", kind, name, "--output", "json", "--ignore-not-found"];
        arguments.extend(["--namespace", namespace]);
        let text = self.kubectl(&arguments).succeeded();
        (!text.is_empty()).then(|| serde_json::from_str(&text).expect("kubectl writes JSON"))
    }

    /// Asks for an object until it is there and `question` has an answer; fails after a minute, saying `what` it was to be
    /// and what it is.
    #[track_caller]
    pub fn wait_for<T>(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
        what: &str,
        mut question: impl FnMut(&Value) -> Option<T>,
    ) -> T {
        self.wait_within(PATIENCE, kind, namespace, name, what, |object| {
            question(object?)
        })
    }

    /// Asks the same for this long, also while the object is not there.
    #[track_caller]
    pub fn wait_within<T>(
        &self,
        patience: Duration,
        kind: &str,
        namespace: &str,
        name: &str,
        what: &str,
        mut question: impl FnMut(Option<&Value>) -> Option<T>,
    ) -> T {
        let end = Instant::now() + patience;
        loop {
            let object = self.find_json(kind, namespace, name);
            if let Some(answer) = question(object.as_ref()) {
                return answer;
            }
            assert!(
                Instant::now() < end,
                "{kind} {name} in {namespace} {what}: not within {patience:?}\n{:#}",
                object.unwrap_or_default()
            );
            // Each question is a process.
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until an object has a condition that is true: `Complete`, `Ready`, `Established`.
    #[track_caller]
    pub fn wait_for_condition(&self, kind: &str, namespace: &str, name: &str, condition: &str) {
        let what = format!("has the condition {condition}");
        self.wait_for(kind, namespace, name, &what, |object| {
            let conditions = object.pointer("/status/conditions")?.as_array()?;
            conditions
                .iter()
                .any(|found| found["type"] == condition && found["status"] == "True")
                .then_some(())
        });
    }
}
