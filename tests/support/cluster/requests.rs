//! What an API server was asked for, by its audit log: exact, not sampled.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::ControlPlane;

/// Every request is logged once: a watch when it begins, all others when they are answered. Questions for health are not.
const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- {level: None, nonResourceURLs: [\"/readyz*\", \"/livez*\", \"/healthz*\"]}
- {level: Metadata}
";

/// One request that an API server has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// Who has asked: `admin`, `system:serviceaccount:words-0:default`.
    pub user: String,
    /// What the client says it is.
    pub agent: String,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// `jobs`, `jobs/status`; empty if it was for no resource, as discovery is.
    pub resource: String,
    /// Empty if it has none.
    pub namespace: String,
    /// Empty if it was for a collection.
    pub name: String,
    /// HTTP status of the answer.
    pub status: u16,
}

impl ControlPlane {
    /// Returns every request since the start, also those before a restart. What has just been answered may be missing for a
    /// moment: ask with `wait_for`.
    pub fn requests(&self) -> Vec<ApiRequest> {
        let log = fs::read_to_string(self.folder().join("audit.log")).unwrap_or_default();
        let mut seen = HashSet::new();
        log.lines()
            // The last line may be half written.
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|event| seen.insert(event["auditID"].to_string()))
            .map(|event| ApiRequest::of(&event))
            .collect()
    }

    /// Returns the requests of one user.
    pub fn requests_of(&self, user: &str) -> Vec<ApiRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.user == user);
        requests
    }
}

impl ApiRequest {
    fn of(event: &Value) -> Self {
        let text = |pointer: &str| {
            let found = event.pointer(pointer).and_then(Value::as_str);
            found.unwrap_or_default().to_owned()
        };
        let mut resource = text("/objectRef/resource");
        let part = text("/objectRef/subresource");
        if !part.is_empty() {
            resource = format!("{resource}/{part}");
        }
        let status = event
            .pointer("/responseStatus/code")
            .and_then(Value::as_u64)
            .and_then(|code| u16::try_from(code).ok());
        Self {
            user: text("/user/username"),
            agent: text("/userAgent"),
            verb: text("/verb"),
            resource,
            namespace: text("/objectRef/namespace"),
            name: text("/objectRef/name"),
            status: status.unwrap_or_default(),
        }
    }
}

/// Writes `audit.yaml`; returns the arguments with which an API server writes `audit.log`.
pub(super) fn audited(folder: &Path) -> [String; 3] {
    let policy = folder.join("audit.yaml");
    fs::write(&policy, POLICY).expect("a file can be written");
    [
        format!("--audit-policy-file={}", policy.display()),
        format!("--audit-log-path={}", folder.join("audit.log").display()),
        // Before the answer, not some time after it.
        "--audit-log-mode=blocking".to_owned(),
    ]
}
