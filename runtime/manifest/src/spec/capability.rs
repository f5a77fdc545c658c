//! `spec.capabilities`: what the transform may reach beyond the selected records.

use remold_host_api::{Pattern, Powers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::select::Select;

/// What the transform may reach beyond the selected records. Only what is asked for here and granted by
/// the operator is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CapabilitySpec {
    /// Patterns of keys that the transform may read.
    #[schemars(inner(length(min = 1)))]
    pub read: Vec<String>,
    /// Patterns of keys that the transform may write: rename to, emit and remove. Those that
    /// `spec.select` names are implied.
    #[schemars(inner(length(min = 1)))]
    pub write: Vec<String>,
    /// Patterns of keys that a program may list.
    #[schemars(inner(length(min = 1)))]
    pub scan: Vec<String>,
    /// Whether a program may take a backup.
    pub backup: bool,
}

impl CapabilitySpec {
    /// Returns what is asked for, with the selected keys as writable.
    pub fn requested(&self, select: &Select) -> Powers {
        let patterns = |texts: &[String]| -> Vec<Pattern> {
            texts.iter().cloned().map(Pattern::new).collect()
        };
        let mut write = select.patterns();
        write.extend(patterns(&self.write));
        Powers {
            read: patterns(&self.read),
            write,
            scan: patterns(&self.scan),
            backup: self.backup,
        }
    }
}

#[cfg(test)]
mod tests {
    use remold_host_api::{Capabilities, Capability};

    use super::*;

    #[test]
    fn the_selected_keys_may_be_written_and_nothing_else_is_implied() {
        let select = Select {
            match_: "user:*".to_owned(),
            ..Select::default()
        };
        let asked = CapabilitySpec {
            read: vec!["plan:*".to_owned()],
            ..CapabilitySpec::default()
        };
        let capabilities = Capabilities {
            asked: asked.requested(&select),
            granted: None,
        };
        assert!(capabilities.allow(Capability::Write, b"user:1"));
        assert!(!capabilities.allow(Capability::Write, b"plan:1"));
        assert!(capabilities.allow(Capability::Read, b"plan:1"));
        assert!(!capabilities.allow(Capability::Read, b"user:1"));
        assert!(!capabilities.allow(Capability::Scan, b"user:1"));
        assert!(!capabilities.allow(Capability::Backup, b""));
    }
}
