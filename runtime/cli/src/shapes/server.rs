//! What was found at a server, as JSON and as workers leave it behind.

use remold::{Facts, ShardFacts};
use remold_kube::workers::ServerOutcome;
use schemars::JsonSchema;
use serde::Serialize;

/// What was found at a server, or a file in its place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerShape {
    /// Its address without credentials.
    pub(crate) address: String,
    /// The product: `redis`, `valkey`, `rdb file`.
    pub(crate) product: String,
    /// Its version.
    pub(crate) version: String,
    /// The guard that writes are made under there: `watch`, `lua`, `none`, `exclusive`.
    pub(crate) guard: String,
    /// Why it is this one.
    pub(crate) guard_reason: String,
    /// How many keys it has in all; none where it does not say.
    pub(crate) keys: Option<u64>,
    /// What a person should know of it.
    pub(crate) notes: Vec<String>,
}

impl From<&ShardFacts> for ServerShape {
    fn from(facts: &ShardFacts) -> Self {
        Self {
            address: facts.name.clone(),
            product: facts.product.clone(),
            version: facts.version.clone(),
            guard: facts.guard.name().to_owned(),
            guard_reason: facts.guard_reason.clone(),
            keys: facts.keys,
            notes: facts.notes.clone(),
        }
    }
}

/// Puts together what was found at all servers of a target, for the message that a worker leaves.
pub(crate) fn outcome(target: &str, facts: &Facts) -> ServerOutcome {
    let first = facts.shards.first();
    let text = |part: fn(&ShardFacts) -> String| first.map_or_else(String::new, part);
    let keys: Option<u64> = facts.shards.iter().map(|shard| shard.keys).sum();
    let mut notes: Vec<String> = facts.refusal.iter().cloned().collect();
    let shards = facts.shards.iter();
    for note in shards.flat_map(|shard| &shard.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    ServerOutcome {
        address: target.to_owned(),
        product: text(|shard| shard.product.clone()),
        version: text(|shard| shard.version.clone()),
        guard: text(|shard| shard.guard.name().to_owned()),
        keys: keys.and_then(|keys| i64::try_from(keys).ok()),
        notes,
    }
}
