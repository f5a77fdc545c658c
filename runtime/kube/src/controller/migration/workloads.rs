//! What else is paused for a run, and what is waited for.
//!
//! What a workload was before is in the status before anything is changed, so that it is started again with the size that it
//! had, whatever happens in between.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::CronJob;
use kube::Api;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind};
use remold_manifest::{AwaitedCondition, Workload, WorkloadKind};
use serde_json::{Value, json};

use super::{Draft, Reconciliation};
use crate::controller::cluster::Kind;
use crate::controller::conditions::Verdict;
use crate::controller::error::Error;
use crate::resources::PausedWorkload;

impl Reconciliation<'_> {
    /// Stops the workloads that the document names; a verdict until they have stopped.
    pub(super) async fn pause_workloads(
        &self,
        draft: &mut Draft,
    ) -> Result<Option<Verdict>, Error> {
        let coordination = self.spec.coordination.clone().unwrap_or_default();
        for workload in &coordination.pause {
            let known = |paused: &PausedWorkload| {
                paused.kind == workload.kind && paused.name == workload.name
            };
            if draft.status.paused.iter().any(known) {
                continue;
            }
            match self.size(workload).await? {
                None => {
                    let message = format!(
                        "there is no {} {}, which `coordination.pause` names",
                        word(workload.kind),
                        workload.name
                    );
                    return Ok(Some(Verdict::stuck("WorkloadNotFound", message)));
                }
                Some(replicas) => draft.status.paused.push(PausedWorkload {
                    kind: workload.kind,
                    name: workload.name.clone(),
                    replicas,
                }),
            }
        }
        if draft.status.paused.is_empty() {
            return Ok(None);
        }
        // They are changed only when what they were is written down.
        let noted = self.migration.status.as_ref().map(|status| &status.paused);
        if noted != Some(&draft.status.paused) {
            let message = "what they were is noted";
            return Ok(Some(Verdict::going("PausingWorkloads", message)));
        }
        for workload in &draft.status.paused {
            if !self.scale(workload, true).await? {
                let kind = word(workload.kind);
                let message = format!("{kind} {} is stopping", workload.name);
                return Ok(Some(Verdict::going("PausingWorkloads", message)));
            }
        }
        Ok(None)
    }

    /// Starts the workloads again.
    pub(super) async fn resume_workloads(&self, draft: &mut Draft) -> Result<(), Error> {
        for workload in &draft.status.paused {
            self.resume_workload(workload).await?;
        }
        draft.status.paused.clear();
        Ok(())
    }

    pub(super) async fn resume_workload(&self, workload: &PausedWorkload) -> Result<(), Error> {
        self.scale(workload, false).await.map(drop)
    }

    /// Says what is missing of the conditions that are waited for before a run, or after it.
    pub(super) async fn awaited(&self, after: bool) -> Result<Option<String>, Error> {
        let coordination = self.spec.coordination.clone().unwrap_or_default();
        let list = if after {
            coordination.after
        } else {
            coordination.before
        };
        for one in &list {
            if !self.holds(one).await? {
                return Ok(Some(format!(
                    "waiting for {} of {} {}",
                    one.condition, one.kind, one.name
                )));
            }
        }
        Ok(None)
    }

    async fn holds(&self, awaited: &AwaitedCondition) -> Result<bool, Error> {
        let (group, version) = awaited
            .api_version
            .split_once('/')
            .unwrap_or(("", &awaited.api_version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, &awaited.kind));
        let client = self.context.cluster.client();
        let api: Api<DynamicObject> = Api::namespaced_with(client, &self.namespace, &resource);
        let found = api.get_opt(&awaited.name).await;
        let found = found.map_err(|source| Error::Api {
            what: format!("read {} {}", awaited.kind, awaited.name),
            source,
        })?;
        let conditions = found.and_then(|found| found.data.pointer("/status/conditions").cloned());
        let conditions = conditions.as_ref().and_then(Value::as_array);
        Ok(conditions
            .into_iter()
            .flatten()
            .any(|one| one["type"] == awaited.condition.as_str() && one["status"] == "True"))
    }

    /// Returns the size of a workload; `None` if there is none of the name.
    async fn size(&self, workload: &Workload) -> Result<Option<Option<i32>>, Error> {
        let (cluster, namespace) = (&self.context.cluster, &self.namespace);
        Ok(match workload.kind {
            WorkloadKind::Deployment => {
                let found = cluster.get::<Deployment>(namespace, &workload.name).await?;
                found.map(|one| one.spec.and_then(|spec| spec.replicas).or(Some(1)))
            }
            WorkloadKind::StatefulSet => {
                let found = cluster
                    .get::<StatefulSet>(namespace, &workload.name)
                    .await?;
                found.map(|one| one.spec.and_then(|spec| spec.replicas).or(Some(1)))
            }
            WorkloadKind::CronJob => {
                let found = cluster.get::<CronJob>(namespace, &workload.name).await?;
                let is_suspended = |one: &CronJob| one.spec.as_ref()?.suspend;
                found.map(|one| Some(i32::from(is_suspended(&one) != Some(true))))
            }
        })
    }

    /// Stops or starts a workload, and says whether it has stopped. One that is gone has.
    async fn scale(&self, workload: &PausedWorkload, stop: bool) -> Result<bool, Error> {
        let wanted = if stop {
            0
        } else {
            workload.replicas.unwrap_or(1)
        };
        let suspend = wanted == 0;
        let name = &workload.name;
        match workload.kind {
            WorkloadKind::Deployment => {
                let sizes = |one: &Deployment| {
                    let left = one.status.as_ref().and_then(|status| status.replicas);
                    (one.spec.as_ref().and_then(|spec| spec.replicas), left)
                };
                self.scale_to(name, wanted, sizes).await
            }
            WorkloadKind::StatefulSet => {
                let sizes = |one: &StatefulSet| {
                    let left = one.status.as_ref().map(|status| status.replicas);
                    (one.spec.as_ref().and_then(|spec| spec.replicas), left)
                };
                self.scale_to(name, wanted, sizes).await
            }
            WorkloadKind::CronJob => {
                let Some(one) = self.found::<CronJob>(name).await? else {
                    return Ok(true);
                };
                let is = one.spec.as_ref().and_then(|spec| spec.suspend);
                let active = one
                    .status
                    .as_ref()
                    .and_then(|status| status.active.as_ref());
                self.change(
                    &one,
                    is == Some(suspend),
                    json!({ "spec": { "suspend": suspend } }),
                )
                .await?;
                Ok(is == Some(true) && active.is_none_or(Vec::is_empty))
            }
        }
    }

    /// Gives a workload this many replicas, and says whether it has none left. `sizes` are how many it shall have, and has.
    async fn scale_to<K: Kind>(
        &self,
        name: &str,
        wanted: i32,
        sizes: impl Fn(&K) -> (Option<i32>, Option<i32>),
    ) -> Result<bool, Error> {
        let Some(one) = self.found::<K>(name).await? else {
            return Ok(true);
        };
        let (is, left) = sizes(&one);
        let change = json!({ "spec": { "replicas": wanted } });
        self.change(&one, is == Some(wanted), change).await?;
        Ok(is == Some(0) && left.unwrap_or_default() == 0)
    }

    async fn found<K: Kind>(&self, name: &str) -> Result<Option<K>, Error> {
        self.context.cluster.get(&self.namespace, name).await
    }

    async fn change<K: Kind>(&self, object: &K, is_so: bool, change: Value) -> Result<(), Error> {
        if is_so {
            return Ok(());
        }
        self.context.cluster.merge(object, &change).await?;
        Ok(())
    }
}

const fn word(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::Deployment => "Deployment",
        WorkloadKind::StatefulSet => "StatefulSet",
        WorkloadKind::CronJob => "CronJob",
    }
}
