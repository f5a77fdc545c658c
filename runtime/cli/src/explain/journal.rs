//! Journals.

use super::Area::Journal;
use super::{Explanation, explained};

const DURABLE: &str = "What was durable before is safe, and nothing more is written to the server.";

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    explained(
        "journal-sealed",
        Journal,
        "A newer worker sealed the journal: this one is stale.",
        DURABLE,
        "Nothing: the other worker goes on.",
    ),
    explained(
        "journal-outdated",
        Journal,
        "The run was gone on with under another copy of this journal, which knows more than this one.",
        DURABLE,
        "Go on with the newer copy: --journal names its folder.",
    ),
    explained(
        "journal-in-use",
        Journal,
        "Another process works on this run.",
        DURABLE,
        "Wait for it, or stop it first.",
    ),
    explained(
        "journal-not-writable",
        Journal,
        "The disk is full, read-only or broken, or the object store does not answer or refuses.",
        DURABLE,
        "Make room or mend the permissions, then `remold resume`.",
    ),
    explained(
        "journal-corrupt",
        Journal,
        "A record that was durable cannot be read back.",
        DURABLE,
        "Restore the folder from a backup. Without it the run cannot be resumed or undone.",
    ),
    explained(
        "journal-format",
        Journal,
        "The journal was written by another version of Remold.",
        DURABLE,
        "Use that version for this run.",
    ),
    explained(
        "journal-not-found",
        Journal,
        "There is no such journal, or it cannot be opened.",
        DURABLE,
        "`remold journal list` shows the journals; --journal names another folder.",
    ),
];
