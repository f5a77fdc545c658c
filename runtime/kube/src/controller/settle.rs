//! The end of every reconciliation: what was found is written into the status, and what changed is told.

use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::runtime::controller::Action;
use serde::Serialize;
use serde_json::{Value, json};

use super::Context;
use super::cluster::Kind;
use super::conditions::{Conditions, Verdict, find};
use super::error::Error;

/// How soon something that is stuck is looked at again, in case somebody mended what cannot be watched.
const STUCK: Duration = Duration::from_mins(5);

/// The status of an object before and after a reconciliation.
pub(crate) struct Settlement<'a, K> {
    /// The object.
    pub(crate) object: &'a K,
    /// Its conditions as they were.
    pub(crate) before: &'a [Condition],
    /// The fields of its status that the controller owns, as they were.
    pub(crate) status_before: Value,
}

impl<K: Kind> Settlement<'_, K> {
    /// Writes the status if it is another one, after it was told why.
    pub(crate) async fn settle(
        self,
        context: &Context,
        mut conditions: Conditions,
        mut status: Value,
        verdict: &Verdict,
    ) -> Result<Action, Error> {
        let cluster = &context.cluster;
        conditions.settle(verdict);
        let conditions = conditions.into_list();
        let (reason, message) = verdict.words();
        let said = find(self.before, "Ready");
        let is_news = said.is_none_or(|said| said.reason != reason);
        status["conditions"] = json!(conditions);
        status["observedGeneration"] = self.object.meta().generation.into();
        if is_news {
            cluster
                .tell(
                    self.object,
                    verdict.is_warning(),
                    reason,
                    "Reconcile",
                    message,
                )
                .await;
        }
        if let Some(notifier) = &context.notifier {
            notifier
                .note(cluster, self.object, is_news, reason, message)
                .await?;
        }
        without_nulls(&mut status);
        if status != self.status_before {
            cluster.status(self.object, &status).await?;
        }
        Ok(match verdict {
            Verdict::Going { .. } => Action::requeue(context.settings.resync),
            Verdict::Stuck { .. } => Action::requeue(STUCK),
            // It is looked at when it changes, and whenever all is listed anew.
            Verdict::Done { .. } | Verdict::Asking { .. } => Action::await_change(),
        })
    }
}

/// Writes a status as it is compared and applied.
pub(crate) fn as_json(status: &impl Serialize) -> Value {
    let mut value = json!(status);
    without_nulls(&mut value);
    value
}

/// Takes out the fields that say nothing: an absent one and one that is null are the same to a reader, not to the API server.
fn without_nulls(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, field| !field.is_null());
        object.values_mut().for_each(without_nulls);
    }
}
