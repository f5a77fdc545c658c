//! What became of a Job: where it stands, and what its workers left behind.

use std::time::Duration;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use super::age::is_older;
use super::cluster::Cluster;
use super::error::Error;
use crate::workers::{Outcome, Work, job, service_account};

/// The label by which the pods of a Job are found.
const JOB_LABEL: &str = "batch.kubernetes.io/job-name";
/// The annotation that says which part a pod has.
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// After how long a task that failed is tried again.
const REST: Duration = Duration::from_mins(4);

/// Where a Job stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// There is none.
    Absent,
    /// It is at work.
    Active {
        /// Why it does not come forward, as far as its pods say.
        trouble: Option<String>,
    },
    /// It is suspended and its pods are gone.
    Suspended,
    /// All its parts are done.
    Complete(Vec<Outcome>),
    /// It was given up.
    Failed {
        /// Why, in the words of Kubernetes.
        why: String,
        /// What the workers left behind, the newest last.
        outcomes: Vec<Outcome>,
    },
}

impl State {
    /// Returns the words of a failure: what the workers said, else what Kubernetes says.
    pub(crate) fn failure(&self) -> Option<String> {
        let Self::Failed { why, outcomes } = self else {
            return None;
        };
        let said = outcomes.iter().rev().find_map(|one| one.message.clone());
        Some(said.unwrap_or_else(|| why.clone()))
    }
}

impl Cluster {
    /// Looks where a Job stands.
    pub(crate) async fn job_state(&self, namespace: &str, name: &str) -> Result<State, Error> {
        let Some(job) = self.get::<Job>(namespace, name).await? else {
            return Ok(State::Absent);
        };
        self.state_of(namespace, &job).await
    }

    /// Looks where the Job of a work stands, after it was made if there was none: with its service account, and the ConfigMap that
    /// its workers read.
    pub(crate) async fn carry_out(
        &self,
        work: &Work,
        document: Option<ConfigMap>,
    ) -> Result<State, Error> {
        let namespace = work.namespace.as_deref().unwrap_or_default();
        let state = self.job_state(namespace, &work.name).await?;
        if state == State::Absent {
            self.apply(&service_account(work)).await?;
            if let Some(document) = document {
                self.create(&document).await?;
            }
            self.create(&job(work)).await?;
        }
        Ok(state)
    }

    /// Deletes a Job, so that its task is done again.
    pub(crate) async fn forget(&self, work: &Work) -> Result<(), Error> {
        let namespace = work.namespace.as_deref().unwrap_or_default();
        self.delete::<Job>(namespace, &work.name).await
    }

    /// Deletes a Job that failed a while ago, so that its task is tried again: what it missed may have come.
    pub(crate) async fn retire(&self, work: &Work) -> Result<(), Error> {
        let namespace = work.namespace.as_deref().unwrap_or_default();
        let job: Option<Job> = self.get(namespace, &work.name).await?;
        let conditions = job.and_then(|job| job.status?.conditions);
        let failed = conditions
            .iter()
            .flatten()
            .find(|one| one.type_ == "Failed" && one.status == "True");
        let since = failed.and_then(|one| one.last_transition_time.as_ref());
        if since.is_some_and(|since| is_older(since.0, Timestamp::now(), REST)) {
            self.forget(work).await?;
        }
        Ok(())
    }

    async fn state_of(&self, namespace: &str, job: &Job) -> Result<State, Error> {
        let name = job.name_any();
        let status = job.status.clone().unwrap_or_default();
        let conditions = status.conditions.unwrap_or_default();
        let holds = |kind: &str| {
            let mut all = conditions.iter();
            all.find(|one| one.type_ == kind && one.status == "True")
        };
        if holds("Complete").is_some() {
            let (_, outcomes) = self.pods(namespace, &name).await?;
            return Ok(State::Complete(outcomes));
        }
        if let Some(failed) = holds("Failed") {
            let (_, outcomes) = self.pods(namespace, &name).await?;
            let why = failed.message.clone().or_else(|| failed.reason.clone());
            let why = why.unwrap_or_else(|| "the job failed".to_owned());
            return Ok(State::Failed { why, outcomes });
        }
        let suspended = job.spec.as_ref().and_then(|spec| spec.suspend);
        let gone =
            status.active.unwrap_or_default() == 0 && status.terminating.unwrap_or_default() == 0;
        if suspended == Some(true) && gone {
            return Ok(State::Suspended);
        }
        let (pods, outcomes) = self.pods(namespace, &name).await?;
        let trouble = pods.iter().find_map(trouble_of).or_else(|| {
            let newest = outcomes.last()?;
            (newest.exit != 0).then(|| newest.message.clone()).flatten()
        });
        Ok(State::Active { trouble })
    }

    /// Returns the pods of a Job, and what those that have ended left behind: of each part the newest, by part.
    async fn pods(&self, namespace: &str, job: &str) -> Result<(Vec<Pod>, Vec<Outcome>), Error> {
        let mut pods: Vec<Pod> = self.list(namespace, &format!("{JOB_LABEL}={job}")).await?;
        pods.sort_by_key(|pod| (index_of(pod), pod.creation_timestamp()));
        let mut outcomes: Vec<(i32, Outcome)> = Vec::new();
        for pod in &pods {
            if let Some(outcome) = outcome_of(pod) {
                let index = index_of(pod);
                outcomes.retain(|(other, _)| *other != index);
                outcomes.push((index, outcome));
            }
        }
        Ok((
            pods,
            outcomes.into_iter().map(|(_, outcome)| outcome).collect(),
        ))
    }
}

fn index_of(pod: &Pod) -> i32 {
    let index = pod.annotations().get(INDEX);
    index
        .and_then(|index| index.parse().ok())
        .unwrap_or_default()
}

fn outcome_of(pod: &Pod) -> Option<Outcome> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    let terminated = statuses.first()?.state.as_ref()?.terminated.as_ref()?;
    let message = terminated.message.as_deref().unwrap_or_default();
    Outcome::read(message).or_else(|| {
        let exit = u8::try_from(terminated.exit_code).unwrap_or(u8::MAX);
        let said = message.lines().last().unwrap_or_default();
        (exit != 0).then(|| Outcome {
            exit,
            message: Some(format!("the worker ended with exit code {exit} {said}")),
            ..Outcome::default()
        })
    })
}

/// Says why a pod does not come to run.
fn trouble_of(pod: &Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let waiting = status
        .container_statuses
        .iter()
        .flatten()
        .find_map(|one| one.state.as_ref()?.waiting.as_ref());
    if let Some(waiting) = waiting {
        let reason = waiting.reason.as_deref().unwrap_or_default();
        if !matches!(reason, "" | "ContainerCreating" | "PodInitializing") {
            let message = waiting.message.as_deref().unwrap_or_default();
            return Some(format!("{reason}: {message}"));
        }
    }
    let unscheduled = status
        .conditions
        .iter()
        .flatten()
        .find(|one| one.type_ == "PodScheduled" && one.status == "False")?;
    unscheduled.message.clone()
}
