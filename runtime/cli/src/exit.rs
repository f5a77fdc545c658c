//! Exit codes: stable, so that scripts and controllers can tell the ends of a command apart.

use schemars::JsonSchema;
use serde::Serialize;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Exit {
    /// Done as asked, or there was nothing to do.
    Success,
    /// It could not be done.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Done, but some keys were rejected, within what the manifest allows.
    Rejects,
    /// Done, but some keys are not as they should be.
    Conflict,
    /// Stopped before its end; it can be gone on with.
    Interrupted,
    /// Nothing was done because it may not be done as things stand.
    Refused,
}

impl Exit {
    /// Every way to end, by its code.
    pub(crate) const ALL: [Self; 7] = [
        Self::Success,
        Self::Failed,
        Self::Usage,
        Self::Rejects,
        Self::Conflict,
        Self::Interrupted,
        Self::Refused,
    ];

    /// Returns the process's exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Rejects => 3,
            Self::Conflict => 4,
            Self::Interrupted => 5,
            Self::Refused => 6,
        }
    }

    /// Says whether it is an end at which some keys need a look, and nothing is left to be done by the command.
    pub(crate) const fn is_carried_to_its_end(self) -> bool {
        matches!(self, Self::Success | Self::Rejects | Self::Conflict)
    }

    /// Returns the word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Rejects => "success with rejects",
            Self::Conflict => "conflict",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
        }
    }

    /// Returns what it means and what to do.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => {
                "Everything was done as asked, or was done already: a migration that this keyspace knows, unchanged, \
                 is not run again. Also what `--watch` ends with, by Ctrl-C or SIGTERM, whatever its last round found."
            }
            Self::Failed => {
                "It could not be done, or ended early for a reason that a person has to look at: an error in the \
                 manifest, a schema or the transform, a failed test, a version that the registry refuses, more rejected keys than the manifest allows, a server that \
                 cannot be reached. What was written is in the journal and can be rolled back."
            }
            Self::Usage => {
                "The command line was not understood, or misses something. Nothing was contacted."
            }
            Self::Rejects => {
                "It was carried to its end. Some keys were rejected, no more than `spec.policy.maxRejected` allows; \
                 they are as they were, and are listed with their reasons. \
                 `--lenient-exit` makes it 0."
            }
            Self::Conflict => {
                "It was carried to its end, and some keys need a look: `verify` found keys that the migration would \
                 still change, or `rollback` kept keys that were written since. Of the schema registry: something else is \
                 registered under a name, nothing was written; or `schema diff --exit-code` found that old data break. Of `backup restore`: \
                 the server did not take everything; what is missing is named. Where `--lenient-exit` is an option it makes it 0."
            }
            Self::Interrupted => {
                "It stopped before its end: by Ctrl-C or SIGTERM, because the server was unavailable for too long or \
                 came to refuse it in the middle (another password, a permission less), because another run has taken \
                 its lock, because the journal could not be written, or because somebody was waited for by `--wait` in vain. Every batch is applied whole or not at all. `remold resume` goes on when that is \
                 mended; nothing needs to be decided first."
            }
            Self::Refused => {
                "Nothing was done, because it may not be done as things stand: no confirmation, another run holds the \
                 lock, a permission is missing, an earlier run has not ended, or the migration has changed since it \
                 was applied."
            }
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_fixed() {
        let codes = Exit::ALL.map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6]);
    }
}
