//! The registry's port: what was registered under which name, kept beside the data and never changed afterwards.
//!
//! What a name means and what its content is, the caller decides: `schema/user/1.0.0`, `migration/user/1.0.0/2.0.0`.
//! It is a hash `registry` under the reserved prefix: each name with its envelope ([`crate::registry`]), and the field
//! `revision`, which is another one after each registration. There is no way to change or to remove an entry.

use std::collections::BTreeMap;

use remold_host_api::Bytes;
use serde::{Deserialize, Serialize};

use super::error::StoreError;

/// Which registrations a registry has seen: another one after each that wrote something, also where the server went
/// back in time in between. It says nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(String);

impl Revision {
    /// Takes a revision as it was shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns it as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Revision {
    /// Makes the revision of a registry that nothing was ever registered in.
    fn default() -> Self {
        Self("0".to_owned())
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was registered under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryEntry {
    /// The content, as it was given.
    pub content: Bytes,
    /// Its SHA-256: `sha256:` and 64 hexadecimal digits in lower case.
    pub digest: String,
    /// When, Unix milliseconds by the server's clock.
    pub at: u64,
    /// Who registered it, for people.
    pub by: String,
}

/// Everything that is registered, read in one step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistryContents {
    /// What [`RegisterRequest::expected`] takes.
    pub revision: Revision,
    /// The entries by name.
    pub entries: BTreeMap<String, RegistryEntry>,
}

/// An entry to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its name; what stands before the first `/` is its kind.
    pub name: String,
    /// Its content.
    pub content: Bytes,
    /// For those who follow the changes: what it is about, `user`.
    pub subject: String,
    /// For those who follow the changes: the version that it brings.
    pub version: String,
    /// For those who follow the changes: the version that a migration starts from.
    pub from: Option<String>,
}

/// Entries to be registered in one step, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRequest<'a> {
    /// The entries; no name twice.
    pub entries: &'a [Registration],
    /// The revision that they were checked against; `None` if they need not be.
    pub expected: Option<&'a Revision>,
    /// Who registers, for people.
    pub by: &'a str,
}

/// What became of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// It was not there before.
    New,
    /// The same content was there already: nothing was written for it.
    Same,
}

/// A name under which something else is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The name.
    pub name: String,
    /// The digest of what is there.
    pub digest: String,
    /// Since when, Unix milliseconds.
    pub at: u64,
    /// By whom.
    pub by: String,
}

/// The answer to a [`RegisterRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterAnswer {
    /// All of them are registered now.
    Registered {
        /// The registry's revision, with them.
        revision: Revision,
        /// What became of each, in the request's order.
        entries: Vec<Registered>,
    },
    /// Nothing was written: something else is registered under these names.
    Taken(Vec<Taken>),
    /// Nothing was written: somebody registered something since the expected revision. Read and check again.
    Moved {
        /// The revision that the registry has.
        revision: Revision,
    },
}

/// What is registered in a keyspace. Reading writes nothing.
pub trait Registry {
    /// Reads all of it. An entry that cannot be read is an error: [`StoreError::Corrupt`], or
    /// [`StoreError::NewerFormat`].
    fn registry(&mut self) -> Result<RegistryContents, StoreError>;

    /// Reads what is registered under a name, if anything is.
    fn registered(&mut self, name: &str) -> Result<Option<RegistryEntry>, StoreError>;

    /// Registers entries, and appends an event for each new one to the changes, in one atomic step.
    ///
    /// What is registered already with the same content is no error and needs no revision, so that a registration whose
    /// answer was lost can be given again. Otherwise a taken name comes before a moved revision.
    /// [`StoreError::InvalidRegistration`] for a name or content that no registry takes.
    fn register(&mut self, request: &RegisterRequest<'_>) -> Result<RegisterAnswer, StoreError>;
}
