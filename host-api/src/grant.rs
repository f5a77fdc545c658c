//! What an operator grants, as it is written: `read:plan:*`, `write:user:*`, `scan:user:*`, `backup`, `none`.

use std::fmt;
use std::str::FromStr;

use crate::capability::{Capability, Powers, RESERVED_PREFIX};
use crate::pattern::Pattern;

/// One thing that an operator grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A power over the keys that match a pattern.
    Keys(Capability, Pattern),
    /// That a program takes a backup.
    Backup,
    /// Nothing: alone, it withholds all that is asked for.
    Nothing,
}

/// A text that is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// It begins with no power.
    #[error(
        "`{found}` is no grant; write read:PATTERN, write:PATTERN, scan:PATTERN, backup or none"
    )]
    Unknown {
        /// What was written.
        found: String,
    },
    /// There is no pattern.
    #[error(
        "`{power}` needs the keys that it is granted on: {power}:PATTERN, as in {power}:user:*"
    )]
    NoPattern {
        /// The power.
        power: &'static str,
    },
    /// A backup has no pattern.
    #[error("`backup` is granted as a whole, without a pattern")]
    NeedlessPattern,
    /// No power reaches the bookkeeping.
    #[error(
        "keys that begin with {RESERVED_PREFIX} are for the bookkeeping of the runs and cannot be granted"
    )]
    Reserved,
}

impl Grant {
    /// Adds up what an operator grants; `None` if nothing was said, which grants all that is asked for.
    pub fn sum(grants: &[Self]) -> Option<Powers> {
        if grants.is_empty() {
            return None;
        }
        let mut powers = Powers::default();
        for grant in grants {
            match grant {
                Self::Keys(Capability::Read, pattern) => powers.read.push(pattern.clone()),
                Self::Keys(Capability::Write, pattern) => powers.write.push(pattern.clone()),
                Self::Keys(Capability::Scan, pattern) => powers.scan.push(pattern.clone()),
                Self::Keys(Capability::Backup, _) | Self::Backup => powers.backup = true,
                Self::Nothing => (),
            }
        }
        Some(powers)
    }
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (word, pattern) = match text.split_once(':') {
            Some((word, pattern)) => (word, Some(pattern)),
            None => (text, None),
        };
        let capability = match (word, pattern) {
            ("none", None) => return Ok(Self::Nothing),
            ("backup", None) => return Ok(Self::Backup),
            ("backup", Some(_)) => return Err(GrantError::NeedlessPattern),
            ("read", _) => Capability::Read,
            ("write", _) => Capability::Write,
            ("scan", _) => Capability::Scan,
            _ => {
                return Err(GrantError::Unknown {
                    found: text.to_owned(),
                });
            }
        };
        let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else {
            return Err(GrantError::NoPattern {
                power: capability.name(),
            });
        };
        if pattern.starts_with(RESERVED_PREFIX) {
            return Err(GrantError::Reserved);
        }
        Ok(Self::Keys(capability, Pattern::new(pattern.to_owned())))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(capability, pattern) => write!(f, "{}:{pattern}", capability.name()),
            Self::Backup => f.write_str("backup"),
            Self::Nothing => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_and_written_alike() {
        for text in ["read:plan:*", "write:user:[12]", "scan:*", "backup", "none"] {
            let grant: Grant = text.parse().expect("it is one");
            assert_eq!(grant.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_grant_is_said_to_be_none() {
        let problem = |text: &str| text.parse::<Grant>().expect_err(text).to_string();
        assert!(problem("delete:user:*").contains("is no grant"));
        assert!(problem("write").contains("write:user:*"));
        assert!(problem("read:").contains("needs the keys"));
        assert!(problem("backup:x").contains("as a whole"));
        assert!(problem("none:x").contains("is no grant"));
        assert!(problem("read:__remold:lock").contains("bookkeeping"));
    }

    #[test]
    fn nothing_said_grants_all_and_none_grants_nothing() {
        assert_eq!(Grant::sum(&[]), None);
        assert_eq!(Grant::sum(&[Grant::Nothing]), Some(Powers::default()));
        let some: Vec<Grant> = ["read:a:*", "read:b:*", "backup"]
            .iter()
            .map(|text| text.parse().expect("it is one"))
            .collect();
        let powers = Grant::sum(&some).expect("something was said");
        assert_eq!(powers.read.len(), 2);
        assert!(powers.backup && powers.write.is_empty() && powers.scan.is_empty());
    }
}
