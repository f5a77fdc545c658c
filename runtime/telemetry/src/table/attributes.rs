//! Attributes of spans and events.

use super::Attribute;

macro_rules! attributes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $holds:literal, $tells:literal;)*) => {
        $($(#[$doc])* pub const $constant: Attribute = Attribute { name: $name, holds: $holds, tells: $tells };)*
    };
}

attributes! {
    /// The run's id.
    RUN = "remold.run.id", "text", "The run's id";
    /// The run that this one undoes.
    UNDOES = "remold.run.undoes", "text", "A rollback: the id of the run that it undoes";
    /// The migration's name.
    MIGRATION = "remold.migration.name", "text", "The migration's name";
    /// The migration's digest.
    DIGEST = "remold.migration.digest", "text", "The digest of manifest and transform";
    /// The version that the keys are brought to.
    VERSION = "remold.migration.to", "text", "A migration between versions: the version that keys are brought to";
    /// The target.
    TARGET = "remold.target.name", "text", "The server or file, without credentials";
    /// The number of the share.
    SHARE = "remold.share.index", "count", "One of several workers: the number of its share, from 0";
    /// The number of shares.
    SHARES = "remold.share.count", "count", "One of several workers: how many shares there are";
    /// The product.
    PRODUCT = "remold.server.product", "text", "`redis`, `valkey` or `file`";
    /// Its version.
    SERVER_VERSION = "remold.server.version", "text", "The server's version";
    /// The guard.
    GUARD = "remold.server.guard", "text", "The guard in force: `watch`, `lua`, `none`, `exclusive`";
    /// How it ended.
    END = "remold.end", "text", "How it ended: `completed`, `interrupted`, a code of the [reference](errors.md)";
    /// The exit code.
    EXIT = "process.exit.code", "count", "The [exit code](exit-codes.md), before `--lenient-exit`";
    /// Why it failed.
    ERROR = "error.type", "text", "Of a command that was not carried to its end: the code of the [reference](errors.md), which is the status's description too";
    /// Keys that were listed.
    SCANNED = "remold.keys.scanned", "count", "Keys that the scan listed";
    /// Keys that were written.
    WRITTEN = "remold.keys.written", "count", "Keys that were written, created or deleted";
    /// Records that were changed.
    CHANGED = "remold.records.changed", "count", "Records whose change was written, or undone";
    /// Records that were left.
    UNCHANGED = "remold.records.unchanged", "count", "Records that the transform left as they were";
    /// Records that were skipped.
    SKIPPED = "remold.records.skipped", "count", "Records that the transform skipped";
    /// Records that were rejected.
    REJECTED = "remold.records.rejected", "count", "Records in quarantine";
    /// Records that were gone.
    VANISHED = "remold.records.vanished", "count", "Keys that were gone, or of another type, when they were read";
    /// Records that were too large.
    OVERSIZED = "remold.records.oversized", "count", "Keys above the size limit that were left out";
    /// Records that were as before.
    ALREADY = "remold.records.already", "count", "A rollback: keys that were as before already";
    /// Records that were kept.
    KEPT = "remold.records.kept", "count", "A rollback: keys that were written since and kept";
    /// Records that were reverted.
    REVERTED = "remold.records.reverted", "count", "A rollback: keys that were written since and taken back by `revert`";
    /// Records that have expired.
    EXPIRED = "remold.records.expired", "count", "A rollback: keys that have expired since";
    /// Records that the server lost.
    LOST = "remold.records.lost", "count", "Changes that the server had acknowledged and no longer has; they were done again";
    /// Attempts made again.
    CONFLICTS = "remold.conflicts", "count", "Attempts that found a key changed and were made again";
    /// Attempts that waited.
    RETRIES = "remold.retries", "count", "Attempts that were made again because the server did not answer";
    /// Recoveries.
    RECOVERIES = "remold.recoveries", "count", "How often it was found out from the server what had been applied";
    /// Bytes that were read.
    BYTES_READ = "remold.bytes.read", "count", "Bytes of the values that were read";
    /// Bytes of the journal.
    BYTES_JOURNALLED = "remold.bytes.journalled", "count", "Bytes that were written to the journal";
    /// Batches.
    BATCHES = "remold.batches.count", "count", "Batches that were acknowledged";
    /// How long batches took.
    BATCH_TIME = "remold.batches.seconds", "seconds", "How long they took from read to acknowledgement, all together";
    /// Time under a rate.
    HELD_RATE = "remold.held.rate", "seconds", "How long keys per second held the pace back";
    /// Time under a latency.
    HELD_LATENCY = "remold.held.latency", "seconds", "How long latency held the pace back";
    /// Time of a pause.
    HELD_PAUSED = "remold.held.paused", "seconds", "How long the run was paused";
    /// Time without a server.
    HELD_WAITING = "remold.held.waiting", "seconds", "How long the server was waited for";
    /// The epoch.
    EPOCH = "remold.epoch", "count", "The epoch that was entered; more than 1 after a recovery or a resume";
    /// The canary's share.
    CANARY_PERCENT = "remold.canary.percent", "number", "The part of the keys, 100 for all of them";
    /// Events that had no room.
    EVENTS_LEFT_OUT = "remold.events_left_out", "count", "Further events of the stage, if there were more than 64";
    /// The kind of fault.
    FAULT = "remold.fault", "text", "`lost`, `unavailable`, `history-changed`, `other`";
    /// The delay.
    DELAY = "remold.delay", "seconds", "How long until the next attempt";
    /// The reason.
    REASON = "remold.reason", "text", "`rate`, `latency`, `paused`";
    /// Batches that are applied.
    APPLIED = "remold.batches.applied", "count", "Batches of before that the server has";
    /// Batches that are not.
    NOT_APPLIED = "remold.batches.not_applied", "count", "Batches of before that it does not have; they are done again";
}

/// The attributes of the root span.
pub const ROOT: &[&Attribute] = &[
    &RUN,
    &UNDOES,
    &MIGRATION,
    &DIGEST,
    &VERSION,
    &TARGET,
    &SHARE,
    &SHARES,
    &PRODUCT,
    &SERVER_VERSION,
    &GUARD,
    &END,
    &EXIT,
    &ERROR,
    &SCANNED,
    &WRITTEN,
    &CHANGED,
    &UNCHANGED,
    &SKIPPED,
    &REJECTED,
    &VANISHED,
    &OVERSIZED,
    &ALREADY,
    &KEPT,
    &REVERTED,
    &EXPIRED,
    &LOST,
    &CONFLICTS,
    &RETRIES,
    &RECOVERIES,
    &BYTES_READ,
    &BYTES_JOURNALLED,
    &BATCHES,
    &BATCH_TIME,
    &HELD_RATE,
    &HELD_LATENCY,
    &HELD_PAUSED,
    &HELD_WAITING,
];
