//! What the operator grants of what a manifest asks for.

use clap::Args;
use remold::host_api::Grant;

use super::target::shell_word;
use crate::paragraph::Put;

/// What the operator grants of what a manifest asks for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Grants")]
pub(crate) struct GrantArguments {
    /// Grant this much of what the manifest asks for in `spec.capabilities`, and nothing else: `read:PATTERN`,
    /// `write:PATTERN`, `scan:PATTERN`, `backup` or `none`; may be given several times. Without it all that the manifest
    /// asks for is granted. The selected keys may be edited in any case
    #[arg(long, value_name = "POWER:PATTERN")]
    pub(crate) grant: Vec<Grant>,
}

impl GrantArguments {
    /// Writes the options once more, each behind a space, for a command to be copied.
    pub(crate) fn again(&self) -> String {
        let mut text = String::new();
        for grant in &self.grant {
            text.put(format_args!(" --grant {}", shell_word(&grant.to_string())));
        }
        text
    }
}
