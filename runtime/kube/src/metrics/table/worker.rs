//! What a worker exposes while it runs: `remold run`, `resume`, `rollback` and `verify` with `--metrics`.

use super::{Label, Values, table, words};

/// How many codes of rejects are told apart.
const CODES: usize = 32;

const OUTCOME: Label = words(
    "outcome",
    &[
        "changed",
        "unchanged",
        "skipped",
        "rejected",
        "vanished",
        "oversized",
        "already",
        "kept",
        "reverted",
        "expired",
    ],
);
const CODE: Label = Label {
    name: "code",
    values: Values::AtMost(CODES, "codes of rejects, the first that come up"),
};
const FAULT: Label = words("fault", &["lost", "unavailable", "history-changed"]);
const THROTTLE: Label = words("reason", &["rate", "latency", "paused"]);

table! { Worker:
    KEYS_SCANNED = Counter "remold_worker_keys_scanned" []
        "Keys that were listed";
    KEYS_WRITTEN = Counter "remold_worker_keys_written" []
        "Keys that were written, created or deleted";
    RECORDS = Counter "remold_worker_records" [OUTCOME]
        "Records that were handled, by what became of them";
    REJECTS = Counter "remold_worker_rejects" [CODE]
        "Records in quarantine, by code";
    CONFLICTS = Counter "remold_worker_conflicts" []
        "Batches that met a change of the application and were made again";
    LOST_RECORDS = Counter "remold_worker_lost_records" []
        "Changes that the server had acknowledged and lost, and that were made again";
    RETRIES = Counter "remold_worker_retries" [FAULT]
        "Attempts that the server did not answer as it should, and that were made again";
    RECOVERIES = Counter "remold_worker_recoveries" []
        "Recoveries: what was applied was found out from the server";
    BATCH_DURATION = Histogram "remold_worker_batch_duration_seconds" []
        "How long batches took, from their read to the acknowledgement of their writes";
    PROBE_LATENCY = Gauge "remold_worker_probe_latency_seconds" []
        "The latency of the server as the run's own probe saw it last; absent if nothing is probed";
    THROTTLED = Gauge "remold_worker_throttled" [THROTTLE]
        "Whether this holds the run back at the moment: 1, or 0";
    THROTTLED_TIME = Counter "remold_worker_throttled_seconds" [THROTTLE]
        "For how long this has held the run back";
    SERVER_UNAVAILABLE = Counter "remold_worker_server_unavailable_seconds" []
        "For how long the run has waited for a server that did not answer";
    JOURNAL_WRITTEN = Counter "remold_worker_journal_written_bytes" []
        "Bytes that were written to the journal";
    JOURNAL_SYNC = Histogram "remold_worker_journal_sync_duration_seconds" []
        "How long it took until a group of batches was durable in the journal";
    PROGRESS = Gauge "remold_worker_progress_ratio" []
        "How much is done, 0 to 1";
    REMAINING = Gauge "remold_worker_remaining_seconds" []
        "In how many seconds it will be done at the pace so far; absent while that cannot be told";
    RESIDENT_MEMORY = Gauge "remold_worker_resident_memory_bytes" []
        "Memory of the process that is in the machine's";
}
