//! The least rights that a user (ACL) of a server needs for a migration.

use remold_host_api::Capability;
use remold_manifest::Oversized;
use remold_store_redis::rights::{KeyRight, Kin, commands, exactly, key_rule};

use crate::migration::Migration;
use crate::open::guard_of;
use crate::powers::{Extent, Power, powers};

/// What a user needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The patterns of keys, as `ACL SETUSER` takes them: `%R~plan:*`.
    pub keys: Vec<String>,
    /// The commands, as `ACL SETUSER` takes them behind a `+`.
    pub commands: Vec<&'static str>,
    /// What the rights cannot say, so that they allow more than the migration does.
    pub notes: Vec<String>,
}

/// Finds the least rights for a migration on a server; what the names of Remold's own keys begin with is `prefix`.
pub fn least_rights(migration: &Migration, kin: Kin, prefix: &str) -> Rights {
    let spec = migration.spec();
    let mut keys = vec![key_rule(
        kin,
        KeyRight::ReadAndWrite,
        &format!("{}*", exactly(prefix)),
    )];
    let mut notes = Vec::new();
    let mut add = |rule: String| {
        if !keys.contains(&rule) {
            keys.push(rule);
        }
    };
    match &spec.select.keys {
        Some(listed) => {
            for key in listed {
                add(key_rule(kin, KeyRight::ReadAndWrite, &exactly(key)));
            }
        }
        None => add(key_rule(kin, KeyRight::ReadAndWrite, &spec.select.match_)),
    }
    if !spec.select.exclude.is_empty() {
        notes.push(format!(
            "the keys that spec.select.exclude leaves out are within these rights all the same: {}",
            spec.select.exclude.join(", ")
        ));
    }
    for power in powers(migration) {
        let right = match power.capability {
            Capability::Read => KeyRight::Read,
            Capability::Write => KeyRight::ReadAndWrite,
            // Listing keys is a right over a command, not over keys.
            Capability::Scan | Capability::Backup => continue,
        };
        for pattern in granted(&power) {
            add(key_rule(kin, right, &pattern));
        }
    }
    let in_parts = spec.limits.oversized == Oversized::Stream;
    Rights {
        keys,
        commands: commands(kin, guard_of(migration), in_parts),
        notes,
    }
}

/// Lists the patterns that a power reaches.
fn granted(power: &Power) -> Vec<String> {
    match &power.extent {
        Extent::Whole => power.on.iter().map(ToString::to_string).collect(),
        Extent::Within(grants) => grants.iter().map(ToString::to_string).collect(),
    }
}
