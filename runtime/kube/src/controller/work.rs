//! The work of a task, as it is unless something else is said: the controller's image, nothing mounted but what the connection
//! needs, owned by the object that it is done for.

use kube::ResourceExt as _;
use remold_manifest::JobSpec;

use super::Context;
use super::cluster::{Kind, namespace, owner};
use super::error::Error;
use super::names::short;
use crate::workers::{Connection, Task, Work};

impl Context {
    /// Makes the work of a task that is done for an object.
    pub(super) fn work_for<K: Kind>(
        &self,
        object: &K,
        name: String,
        task: Task,
        connection: &Connection,
    ) -> Result<Work, Error> {
        Ok(Work {
            namespace: Some(namespace(object)?),
            instance: short(&object.name_any(), 63),
            owner: Some(owner(object)?),
            image: self.settings.image.clone(),
            pull_policy: self.settings.pull_policy.clone(),
            pull_secrets: self.settings.pull_secrets.clone(),
            task,
            connection: connection.clone(),
            storage: None,
            backups: None,
            manifest: None,
            settings: JobSpec::default(),
            service_account: name.clone(),
            report_to: None,
            tracing: self.settings.tracing.clone(),
            suspend: false,
            name,
        })
    }
}
