//! Notifications of a webhook: that a migration waits for approval, that a run has ended, that it has failed.
//!
//! Each transition is told at least once, with an id by which a receiver knows it again: object, generation and reason. What has to be
//! told is written down at the object, in an annotation, before its status says so, and taken away once it was told; so a
//! controller that dies in between tells it again. No reconciliation waits for a webhook. One that does not take a
//! notification after several attempts has missed it.

mod delivery;
mod message;

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kube::ResourceExt;
use serde_json::json;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::cluster::{Cluster, Kind, namespace};
use super::error::Error;
use super::notice::{Notice, Notices};
use crate::metrics::Counts;
use crate::metrics::table::NOTIFICATIONS;
use crate::resources::RedisMigration;
use delivery::Webhook;
pub(super) use message::Note;

/// The annotation with what is still to be told.
const PENDING: &str = "remold.dev/notifications";
/// How many notifications may wait in memory. More wait at their objects.
const QUEUE: usize = 256;
/// How many may wait at an object. The oldest give way.
const AT_AN_OBJECT: usize = 8;

/// How many notifications that were told are remembered.
const REMEMBERED: usize = 1024;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySettings {
    /// Where it is.
    pub url: NotifyUrl,
    /// What it takes.
    pub format: NotifyFormat,
}

/// Where the address of a webhook is written. It is a secret as a rule: whoever knows it can write there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyUrl {
    /// Here.
    Here(String),
    /// In a file, which is read anew for each notification: a Secret that is mounted changes.
    File(PathBuf),
}

/// What a webhook takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyFormat {
    /// `CloudEvents` 1.0, structured, as JSON.
    CloudEvents,
    /// `{"text": "..."}`, as Slack and those that are compatible with it.
    Slack,
}

/// Tells a webhook.
pub(super) struct Notifier {
    queue: Sender<Told>,
    ledger: Ledger,
    counts: Counts,
}

/// What this process knows of notes, by their ids.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    /// What is in the queue or on its way.
    waiting: HashSet<String>,
    /// What was told, the newest last: a watch that is late says once more that it is news.
    told: VecDeque<String>,
}

impl Ledger {
    /// Notes that something waits; false if that is known, or it was told.
    fn begin(&self, id: &str) -> bool {
        let mut entries = self.entries();
        !entries.told.iter().any(|told| told == id) && entries.waiting.insert(id.to_owned())
    }

    fn was_told(&self, id: &str) -> bool {
        self.entries().told.iter().any(|told| told == id)
    }

    /// Notes that something no longer waits.
    fn end(&self, id: &str, was_told: bool) {
        let mut entries = self.entries();
        entries.waiting.remove(id);
        if was_told {
            entries.told.push_back(id.to_owned());
            let surplus = entries.told.len().saturating_sub(REMEMBERED);
            entries.told.drain(..surplus);
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Lists of ids are whole at any moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A note, and whose it is.
struct Told {
    namespace: String,
    name: String,
    note: Note,
}

impl Notifier {
    /// Begins to tell a webhook, in a task of its own.
    pub(super) fn start(
        settings: NotifySettings,
        cluster: Cluster,
        counts: Counts,
        notices: Notices,
    ) -> Self {
        let (queue, taken) = mpsc::channel(QUEUE);
        let ledger = Ledger::default();
        let courier = Courier {
            webhook: Webhook::new(settings),
            cluster,
            ledger: ledger.clone(),
            counts: counts.clone(),
            notices,
        };
        // It ends with the controller, whose end of the queue it has not.
        tokio::spawn(courier.work(taken));
        Self {
            queue,
            ledger,
            counts,
        }
    }

    /// Sees to what an object's reconciliation has found: what is news is written down, and what is written down is told.
    pub(super) async fn note<K: Kind>(
        &self,
        cluster: &Cluster,
        object: &K,
        is_news: bool,
        reason: &str,
        message: &str,
    ) -> Result<(), Error> {
        if K::kind(&()) != "RedisMigration" {
            return Ok(());
        }
        let mut pending = pending(object);
        let note = Note::of(object, reason, message)
            .filter(|note| is_news && !self.ledger.was_told(&note.id));
        if let Some(note) = note {
            // What was written down since it was read is not to be lost.
            let now: Option<K> = cluster.get(&namespace(object)?, &object.name_any()).await?;
            if let Some(now) = now {
                pending = self::pending(&now);
                if pending.iter().all(|known| known.id != note.id) {
                    pending.push(note);
                    pending.drain(..pending.len().saturating_sub(AT_AN_OBJECT));
                    write_down(cluster, &now, &pending).await?;
                }
            }
        }
        for note in pending {
            self.enqueue(object, note);
        }
        Ok(())
    }

    fn enqueue<K: Kind>(&self, object: &K, note: Note) {
        let id = note.id.clone();
        if !self.ledger.begin(&id) {
            return;
        }
        let told = Told {
            namespace: object.namespace().unwrap_or_default(),
            name: object.name_any(),
            note,
        };
        if self.queue.try_send(told).is_err() {
            // It stays written down, and is tried at the object's next reconciliation.
            self.ledger.end(&id, false);
            self.counts.add(&NOTIFICATIONS, &["dropped"], 1.0);
        }
    }
}

/// Carries notes to the webhook, one after the other.
struct Courier {
    webhook: Webhook,
    cluster: Cluster,
    ledger: Ledger,
    counts: Counts,
    notices: Notices,
}

impl Courier {
    async fn work(self, mut taken: Receiver<Told>) {
        while let Some(told) = taken.recv().await {
            let outcome = match self.webhook.deliver(&told.note).await {
                Ok(()) => "delivered",
                Err(error) => {
                    let (namespace, name) = (told.namespace.clone(), told.name.clone());
                    self.notices.tell(Notice::NotNotified {
                        namespace,
                        name,
                        error: error.to_string(),
                    });
                    "failed"
                }
            };
            self.counts.add(&NOTIFICATIONS, &[outcome], 1.0);
            self.ledger.end(&told.note.id, true);
            self.cross_out(&told).await;
        }
    }

    /// Takes away what was told. If that cannot be done now, the next controller tells it once more.
    async fn cross_out(&self, told: &Told) {
        for _ in 0..5 {
            let found = self
                .cluster
                .get::<RedisMigration>(&told.namespace, &told.name)
                .await;
            let Ok(Some(migration)) = found else {
                return;
            };
            let mut left = pending(&migration);
            left.retain(|note| note.id != told.note.id);
            match write_down(&self.cluster, &migration, &left).await {
                Err(Error::Changed { .. }) => {}
                _ => return,
            }
        }
    }
}

/// Reads what is still to be told of an object.
fn pending<K: Kind>(object: &K) -> Vec<Note> {
    let written = object.annotations().get(PENDING);
    let read = written.and_then(|text| serde_json::from_str(text).ok());
    read.unwrap_or_default()
}

async fn write_down<K: Kind>(cluster: &Cluster, object: &K, notes: &[Note]) -> Result<(), Error> {
    let text = (!notes.is_empty()).then(|| json!(notes).to_string());
    let change = json!({ "metadata": { "annotations": { PENDING: text } } });
    cluster.merge(object, &change).await?;
    Ok(())
}
