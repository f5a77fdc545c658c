//! Journal records: what a run writes down before, and about, what it does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use remold_host_api::{Bytes, Grant};
use serde::{Deserialize, Serialize};

use crate::digest::ValueDigest;
use crate::port::Image;
use crate::share::ShareOf;

/// The first record of a journal: everything that a resume or a rollback needs to know of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The run's id.
    pub run: String,
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest and transform.
    pub digest: String,
    /// The effective manifest, canonical JSON.
    pub manifest: serde_json::Value,
    /// The transform's files by name, so that a resume runs what was begun.
    pub sources: Vec<(String, SourceFile)>,
    /// What the operator granted; empty for all that the manifest asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "grants")]
    pub grants: Vec<Grant>,
    /// The run that this one undoes.
    pub undoes: Option<String>,
    /// The run that this one is a share of, and which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareOf>,
    /// Where the run works: the shards' names.
    pub target: String,
    /// The run's frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The run's seed.
    pub seed: u64,
    /// The version of Remold.
    pub remold: String,
}

/// Grants are written as an operator writes them.
mod grants {
    use remold_host_api::Grant;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(grants: &[Grant], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(grants.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Grant>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let grants = texts
            .iter()
            .map(|text| text.parse().map_err(D::Error::custom));
        grants.collect()
    }
}

/// A file of a transform: text as it is, anything else in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SourceFile {
    /// A text.
    Text(String),
    /// Any bytes.
    Binary {
        /// In base64 with padding.
        base64: String,
    },
}

impl SourceFile {
    /// Takes a file's content.
    pub fn new(content: &[u8]) -> Self {
        match std::str::from_utf8(content) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Binary {
                base64: BASE64.encode(content),
            },
        }
    }

    /// Returns the file's content; nothing if it is damaged.
    pub fn content(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Binary { base64 } => BASE64.decode(base64).ok(),
        }
    }
}

/// A key before and after a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyImage {
    /// The key.
    pub key: Bytes,
    /// What it was; `None` if it did not exist.
    pub before: Option<Image>,
    /// What it is after the batch; `None` if it does not exist.
    pub after: Option<AfterImage>,
}

/// What identifies a key's state after a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterImage {
    /// The digest of the decoded value.
    pub digest: ValueDigest,
    /// When the key expires, Unix milliseconds.
    pub expires_at: Option<u64>,
}

/// The keys that one record's transform changed together: undone together or not at all. The first is
/// the record's own key.
pub type Group = Vec<KeyImage>;

/// One record of a journal.
#[derive(Debug, Clone, PartialEq)]
pub enum JournalRecord {
    /// The first one.
    Header(Box<Header>),
    /// A worker took over: nothing older is appended behind it.
    Epoch(u64),
    /// A batch that is about to be applied.
    Batch {
        /// Its id, unique in the journal and growing.
        id: u64,
        /// Its groups.
        groups: Vec<Group>,
    },
    /// The batch was not applied and never will be.
    Void(u64),
    /// A batch that was voided is applied after all.
    Alive(u64),
    /// A key was rejected.
    Rejected(Rejected),
    /// A program's checkpoint or a canary's stage, or the end of the run: for resume and people.
    Mark(Mark),
}

/// The code of a key whose change the server took only in part: it may be in its old shape, the new one, or between, and
/// is not touched again unless it is asked for.
pub const PARTIALLY_APPLIED: &str = "partially-applied";

/// A key in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The key.
    #[serde(with = "crate::text::escaped")]
    pub key: Bytes,
    /// A stable word: the transform's own, or a failure's or the engine's.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// `file:line:column` in the transform, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The migration that it was at, if its way leads through registered ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// What of it breaks a schema, if it was rejected for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
}

/// What of a rejected record breaks a schema, as [`remold_host_api::Breach`] says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breach {
    /// The schema: its subject and version.
    pub schema: String,
    /// Whether the transform made the record so; otherwise it was found so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made: bool,
    /// Where in the value, a JSON Pointer.
    pub pointer: String,
    /// What is broken: a JSON Pointer into the schema's `spec`.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl From<&remold_host_api::Breach> for Breach {
    fn from(breach: &remold_host_api::Breach) -> Self {
        Self {
            schema: breach.schema.to_string(),
            made: breach.side == remold_host_api::Side::Target,
            pointer: breach.pointer.clone(),
            rule: breach.rule.clone(),
            message: breach.message.clone(),
        }
    }
}

impl Rejected {
    /// Adds what was found out about the record beside its outcome.
    pub(crate) fn with(self, remark: &remold_host_api::Remark) -> Self {
        Self {
            step: remark.step.as_deref().map(str::to_owned),
            breaches: remark.breaches.iter().map(Breach::from).collect(),
            ..self
        }
    }
}

/// A milestone of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The canary stage with this share of the keys, in 1/10000, was done and verified.
    Stage(u32),
    /// A program has said how far it is: everything before is done. In the program's own words.
    Checkpoint(#[serde(with = "crate::text::escaped")] Bytes),
    /// The run was carried to its end: every batch is applied or void.
    Completed,
    /// The run was ended by its operator: every batch is applied or void.
    Aborted,
    /// The run was undone by this run.
    RolledBack(String),
}
