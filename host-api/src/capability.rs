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

/// Powers over keys: what a manifest asks for, or what an operator grants. The default has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Powers {
    /// Keys that may be read beside the selected ones.
    pub read: Vec<Pattern>,
    /// Keys that operations may name.
    pub write: Vec<Pattern>,
    /// Keys that a program may list.
    pub scan: Vec<Pattern>,
    /// Whether a program may take a backup.
    pub backup: bool,
}

impl Powers {
    /// Returns the patterns of `capability` (`Backup` has none).
    pub fn patterns(&self, capability: Capability) -> &[Pattern] {
        match capability {
            Capability::Read => &self.read,
            Capability::Write => &self.write,
            Capability::Scan => &self.scan,
            Capability::Backup => &[],
        }
    }

    fn allow(&self, capability: Capability, key: &[u8]) -> bool {
        match capability {
            Capability::Backup => self.backup,
            _ => self.has(capability, |pattern| pattern.matches(key)),
        }
    }

    fn allow_listing(&self, keys: &Pattern) -> bool {
        self.has(Capability::Scan, |pattern| pattern.covers(keys))
    }

    fn has(&self, capability: Capability, is_it: impl Fn(&Pattern) -> bool) -> bool {
        self.patterns(capability).iter().any(is_it)
    }
}

/// What a transform may reach: what its manifest asks for, as far as the operator grants it. The default is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// What the manifest asks for.
    pub asked: Powers,
    /// What the operator grants; `None` for all that is asked for.
    pub granted: Option<Powers>,
}

impl Capabilities {
    /// Says whether `capability` may be used on `key` (`Backup` has no key).
    pub fn allow(&self, capability: Capability, key: &[u8]) -> bool {
        self.check(capability, key).is_ok()
    }

    /// Returns an error that names the missing capability unless it may be used on `key`.
    pub fn check(&self, capability: Capability, key: &[u8]) -> Result<(), HostError> {
        self.judge(capability, key, |powers| powers.allow(capability, key))
    }

    /// Returns an error that names the first of `capabilities` unless one of them may be used on `key`.
    pub fn check_any(&self, capabilities: &[Capability], key: &[u8]) -> Result<(), HostError> {
        let mut refusal = Ok(());
        for capability in capabilities {
            match self.check(*capability, key) {
                Ok(()) => return Ok(()),
                Err(error) => refusal = refusal.and(Err(error)),
            }
        }
        refusal
    }

    /// Returns an error that names the missing capability unless the keys that match `keys` may be listed.
    pub fn check_listing(&self, keys: &Pattern) -> Result<(), HostError> {
        self.judge(Capability::Scan, keys.as_bytes(), |powers| {
            powers.allow_listing(keys)
        })
    }

    fn judge(
        &self,
        capability: Capability,
        key: &[u8],
        allow: impl Fn(&Powers) -> bool,
    ) -> Result<(), HostError> {
        let asked = allow(&self.asked);
        if asked && self.granted.as_ref().is_none_or(&allow) {
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
        let (capability, key) = (capability.name(), key.to_vec());
        Err(if asked {
            HostError::NotGranted { capability, key }
        } else {
            HostError::Denied { capability, key }
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
            asked: writing("user:*"),
            granted: None,
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

    #[test]
    fn an_operator_narrows_what_is_asked_for_and_never_widens_it() {
        let capabilities = Capabilities {
            asked: writing("user:*"),
            granted: Some(writing("*:1")),
        };
        assert!(capabilities.allow(Capability::Write, b"user:1"));
        let outside = capabilities
            .check(Capability::Write, b"user:2")
            .expect_err("only :1 is granted");
        assert_eq!(
            (outside.code(), outside.to_string().as_str()),
            (
                "denied",
                r#"the operator grants no write on "user:2", which the manifest asks for; --grant "write:user:2" would"#
            )
        );
        let unasked = capabilities
            .check(Capability::Write, b"plan:1")
            .expect_err("nobody asked for it");
        assert!(matches!(unasked, HostError::Denied { .. }), "{unasked}");
    }

    #[test]
    fn one_of_several_capabilities_is_enough_and_the_first_is_named() {
        let capabilities = Capabilities {
            asked: writing("user:*"),
            granted: None,
        };
        let either = [Capability::Read, Capability::Write];
        assert!(capabilities.check_any(&either, b"user:1").is_ok());
        let refused = capabilities
            .check_any(&either, b"plan:1")
            .expect_err("neither covers it");
        assert!(refused.to_string().contains("grants read"), "{refused}");
    }

    #[test]
    fn keys_are_listed_by_a_pattern_that_a_granted_one_covers() {
        let scanning = |pattern: &str| Powers {
            scan: vec![Pattern::new(pattern.to_owned())],
            ..Powers::default()
        };
        let mut capabilities = Capabilities {
            asked: scanning("user:*"),
            granted: None,
        };
        let listing = |text: &str| Pattern::new(text.to_owned());
        assert!(capabilities.check_listing(&listing("user:*")).is_ok());
        assert!(capabilities.check_listing(&listing("user:1?")).is_ok());
        assert!(capabilities.check_listing(&listing("*")).is_err());
        assert!(capabilities.check_listing(&listing("use*")).is_err());
        capabilities.granted = Some(scanning("user:1*"));
        assert!(capabilities.check_listing(&listing("user:1?")).is_ok());
        assert!(capabilities.check_listing(&listing("user:*")).is_err());
    }

    fn writing(pattern: &str) -> Powers {
        Powers {
            write: vec![Pattern::new(pattern.to_owned())],
            ..Powers::default()
        }
    }
}
