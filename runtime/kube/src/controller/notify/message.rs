//! What is told of a migration, in the forms that webhooks take.

use kube::ResourceExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::NotifyFormat;
use crate::clock::now_in_words;
use crate::controller::cluster::Kind;

/// The most bytes of a message.
const LONGEST: usize = 1024;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::controller) struct Note {
    /// The same for the same transition: uid, generation and reason.
    pub(super) id: String,
    /// The namespace and the name of the migration.
    pub(super) namespace: String,
    pub(super) migration: String,
    /// The word of its condition `Ready`.
    pub(super) reason: String,
    /// For people.
    pub(super) message: String,
    /// When it came about, RFC 3339.
    pub(super) time: String,
}

/// What happened, by the reason of the condition `Ready`; the rest is nobody's news.
const NEWS: [(&str, &str, &str); 9] = [
    (
        "AwaitingApproval",
        "awaiting-approval",
        "waits for the approval of its plan",
    ),
    ("Completed", "completed", "is done"),
    ("Aborted", "aborted", "was ended as it stood"),
    ("RunFailed", "failed", "has failed"),
    (
        "ValidationFailed",
        "failed",
        "has left keys that are not as they should be",
    ),
    ("AbortFailed", "failed", "could not be ended"),
    ("RolledBack", "rolled-back", "was rolled back"),
    ("RollbackFailed", "failed", "could not be rolled back"),
    (
        "BackupFailed",
        "failed",
        "does not begin, since a backup has failed",
    ),
];

impl Note {
    /// Makes the note of a transition; none if it is no news.
    pub(super) fn of<K: Kind>(object: &K, reason: &str, message: &str) -> Option<Self> {
        NEWS.iter().find(|(known, ..)| *known == reason)?;
        let uid = object.uid()?;
        let generation = object.meta().generation.unwrap_or_default();
        let mut message = message.to_owned();
        message.truncate(message.floor_char_boundary(LONGEST));
        Some(Self {
            id: format!("{uid}/{generation}/{reason}"),
            namespace: object.namespace()?,
            migration: object.name_any(),
            reason: reason.to_owned(),
            message,
            time: now_in_words(),
        })
    }

    /// Writes it as a webhook takes it, and returns the type of its content.
    pub(super) fn written(&self, format: NotifyFormat) -> (&'static str, Value) {
        let news = NEWS.iter().find(|(known, ..)| *known == self.reason);
        let (_, kind, words) = news.copied().unwrap_or(("", "changed", "has changed"));
        let Self {
            namespace,
            migration,
            ..
        } = self;
        match format {
            NotifyFormat::CloudEvents => (
                "application/cloudevents+json; charset=utf-8",
                json!({
                    "specversion": "1.0",
                    "id": self.id,
                    "source": format!("/apis/remold.dev/v1alpha1/namespaces/{namespace}/redismigrations/{migration}"),
                    "type": format!("dev.remold.migration.{kind}"),
                    "subject": format!("{namespace}/{migration}"),
                    "time": self.time,
                    "datacontenttype": "application/json",
                    "data": {
                        "namespace": namespace,
                        "migration": migration,
                        "reason": self.reason,
                        "message": self.message,
                    },
                }),
            ),
            NotifyFormat::Slack => (
                "application/json; charset=utf-8",
                json!({ "text": format!("Migration {namespace}/{migration} {words}: {}", self.message) }),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::RedisMigration;

    fn migration() -> RedisMigration {
        let document = json!({
            "apiVersion": "remold.dev/v1alpha1", "kind": "RedisMigration",
            "metadata": { "name": "names", "namespace": "shop", "uid": "u-1", "generation": 3 },
            "spec": { "select": { "match": "*" }, "transform": { "rhai": { "source": "" } } },
        });
        serde_json::from_value(document).expect("it is a migration")
    }

    #[test]
    fn a_transition_has_the_same_id_each_time_and_what_is_no_news_has_none() {
        let note = || Note::of(&migration(), "RunFailed", "user:1: NOPERM");
        assert_eq!(note().expect("it is news").id, "u-1/3/RunFailed");
        assert_eq!(
            Note::of(&migration(), "Running", "5 keys are written"),
            None
        );
    }

    #[test]
    fn it_is_a_cloud_event_or_a_text_for_slack() {
        let note = Note::of(&migration(), "RunFailed", "user:1: NOPERM").expect("it is news");
        let (kind, event) = note.written(NotifyFormat::CloudEvents);
        assert_eq!(kind, "application/cloudevents+json; charset=utf-8");
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["type"], "dev.remold.migration.failed");
        assert_eq!(
            event["source"],
            "/apis/remold.dev/v1alpha1/namespaces/shop/redismigrations/names"
        );
        assert_eq!(event["data"]["reason"], "RunFailed");
        let (_, text) = note.written(NotifyFormat::Slack);
        assert_eq!(
            text,
            json!({ "text": "Migration shop/names has failed: user:1: NOPERM" })
        );
    }
}
