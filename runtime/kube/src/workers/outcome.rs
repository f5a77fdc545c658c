//! What a worker leaves behind when it ends: its termination message, which the kubelet keeps with the pod.
//!
//! The binary writes it, the controller reads it. Kubernetes keeps at most 4096 bytes of it, so that long texts are cut.

use serde::{Deserialize, Serialize};

use crate::resources::{Artifact, Tally, VersionSummary};

/// The most bytes of a termination message.
const LONGEST: usize = 4096;
/// The most bytes of a text in it.
const LONGEST_TEXT: usize = 1024;

/// How a worker ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Outcome {
    /// The command: `run`, `plan`.
    pub command: String,
    /// The exit code that the command line has for it, whatever the process ended with.
    pub exit: u8,
    /// One word for the end: `completed`, `interrupted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// The code of the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What a person should know: the error with its hint, or why it ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What it has done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// What was found at the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerOutcome>,
    /// The plan that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanOutcome>,
    /// The version that was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<RegisteredOutcome>,
    /// The backup that was made or proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupOutcome>,
    /// The names of the backups that the program of a run had taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backups: Vec<String>,
}

/// What was found at a server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerOutcome {
    /// Its address without user and password.
    pub address: String,
    /// The product: `redis`.
    pub product: String,
    /// Its version.
    pub version: String,
    /// The guard that writes are made under there.
    pub guard: String,
    /// How many keys it has, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<i64>,
    /// What a person should know of it.
    pub notes: Vec<String>,
}

/// A plan that was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PlanOutcome {
    /// The plan's digest.
    pub digest: String,
    /// The digest of manifest and transform.
    pub migration_digest: String,
    /// How many keys are selected, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<i64>,
    /// What a person should see before it is approved.
    pub notes: Vec<String>,
}

/// A version that was registered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RegisteredOutcome {
    /// The digest of what is registered.
    pub digest: String,
    /// The comparison with the version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<VersionSummary>,
}

/// A backup that was made or proven.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BackupOutcome {
    /// What it consists of.
    pub artifacts: Vec<Artifact>,
    /// Its size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// The point in time that it holds, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
}

impl Outcome {
    /// Reads a termination message; `None` if a worker did not write it: one that was killed leaves nothing, or the end of its
    /// log.
    pub fn read(message: &str) -> Option<Self> {
        serde_json::from_str(message.trim()).ok()
    }

    /// Writes it as a termination message of at most 4096 bytes.
    pub fn write(&self) -> String {
        let mut short = self.clone();
        cut(short.message.as_mut(), LONGEST_TEXT);
        let text = |outcome: &Self| serde_json::to_string(outcome).unwrap_or_default();
        let notes = |outcome: &mut Self| {
            if let Some(plan) = &mut outcome.plan {
                plan.notes.pop();
            }
            if let Some(server) = &mut outcome.server {
                server.notes.pop();
            }
            if let Some(backup) = &mut outcome.backup {
                backup.artifacts.pop();
            }
            outcome.backups.pop();
        };
        for _ in 0..64 {
            if text(&short).len() <= LONGEST {
                break;
            }
            notes(&mut short);
        }
        text(&short)
    }
}

/// Cuts a text at a character, and says so.
fn cut(text: Option<&mut String>, longest: usize) {
    if let Some(text) = text
        && text.len() > longest
    {
        let end = text.floor_char_boundary(longest);
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_so_that_it_can_still_be_read() {
        let outcome = Outcome {
            command: "plan".to_owned(),
            message: Some("ä".repeat(5000)),
            plan: Some(PlanOutcome {
                digest: "ab".repeat(32),
                notes: vec!["n".repeat(900); 6],
                ..PlanOutcome::default()
            }),
            ..Outcome::default()
        };
        let text = outcome.write();
        assert!(text.len() <= LONGEST, "{}", text.len());
        let read = Outcome::read(&text).expect("it is still an outcome");
        assert_eq!(read.plan.expect("the plan is kept").digest, "ab".repeat(32));
        assert!(read.message.expect("the message is kept").ends_with('…'));
    }

    #[test]
    fn the_end_of_a_log_is_no_outcome() {
        assert_eq!(Outcome::read("thread main panicked"), None);
    }
}
