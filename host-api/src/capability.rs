//! What a transform may reach beyond the record it was given. Nothing unless asked for and granted.

use crate::error::HostError;
use crate::pattern::Pattern;

/// What the names of the keys that the host keeps its own bookkeeping under begin with, unless a run says otherwise. They
/// are never selected.
pub const RESERVED_PREFIX: &str = "__remold:";

/// A power that a host function needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// Reading keys that were not selected.
    Read,
    /// Naming keys in operations: rename targets, emitted and removed keys.
    Write,
    /// Listing keys.
    Scan,
    /// Taking a backup.
    Backup,
}

impl Capability {
    /// Returns the manifest's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Scan => "scan",
            Self::Backup => "backup",
        }
    }
}

/// What was asked for in the manifest and granted by the operator. The default grants nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Keys that may be read beside the selected ones.
    pub read: Vec<Pattern>,
    /// Keys that operations may name.
    pub write: Vec<Pattern>,
    /// Keys that a program may list.
    pub scan: Vec<Pattern>,
    /// Whether a program may take a backup.
    pub backup: bool,
}

impl Capabilities {
    /// Says whether `capability` is granted on `key` (`Backup` has no key).
    pub fn allow(&self, capability: Capability, key: &[u8]) -> bool {
        let matches = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(key));
        match capability {
            Capability::Read => matches(&self.read),
            Capability::Write => matches(&self.write),
            Capability::Scan => matches(&self.scan),
            Capability::Backup => self.backup,
        }
    }

    /// Returns an error that names the missing capability unless it is granted on `key`.
    pub fn check(&self, capability: Capability, key: &[u8]) -> Result<(), HostError> {
        if self.allow(capability, key) {
            return Ok(());
        }
        let names_a_key = matches!(capability, Capability::Read | Capability::Write);
        if names_a_key && key.starts_with(RESERVED_PREFIX.as_bytes()) {
            // A pattern that covers it cannot be asked for.
            return Err(HostError::Reserved {
                key: key.to_vec(),
                prefix: RESERVED_PREFIX.as_bytes().to_vec(),
            });
        }
        Err(HostError::Denied {
            capability: capability.name(),
            key: key.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_grants_nothing() {
        let none = Capabilities::default();
        for capability in [
            Capability::Read,
            Capability::Write,
            Capability::Scan,
            Capability::Backup,
        ] {
            assert!(!none.allow(capability, b"user:1"));
        }
    }

    #[test]
    fn nobody_is_told_to_ask_for_a_reserved_key() {
        let denied = Capabilities::default()
            .check(Capability::Write, b"__remold:lock")
            .expect_err("nothing was granted");
        assert_eq!(
            (denied.code(), denied.to_string().as_str()),
            (
                "denied",
                r#""__remold:lock" is under the reserved prefix "__remold:", which is for the bookkeeping of the runs; --prefix can move that"#
            )
        );
    }

    #[test]
    fn a_grant_covers_its_own_pattern_and_power_only() {
        let capabilities = Capabilities {
            write: vec![Pattern::new("user:*")],
            ..Capabilities::default()
        };
        assert!(capabilities.check(Capability::Write, b"user:1").is_ok());
        let denied = capabilities
            .check(Capability::Read, b"user:1")
            .expect_err("no read was granted");
        assert_eq!(
            denied.to_string(),
            r#"no capability grants read on "user:1"; ask for it in spec.capabilities.read"#
        );
        assert!(!capabilities.allow(Capability::Write, b"plan:1"));
    }
}
