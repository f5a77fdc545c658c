//! What the controller exposes: of itself, and of the objects that it looks after.
//!
//! What it says of runs is read off the objects, and so covers pods that had ended before anybody scraped them.

use super::{Label, object, table, words};

const KIND: Label = words(
    "kind",
    &[
        "RedisMigration",
        "RedisMigrationRun",
        "RedisTarget",
        "RedisSchema",
        "RedisBackup",
    ],
);
const ERROR: Label = words("error", &["api", "changed", "incomplete"]);
const VERB: Label = words(
    "verb",
    &["get", "watch", "create", "update", "patch", "delete"],
);
const STATUS: Label = words(
    "status",
    &[
        "200", "201", "202", "400", "401", "403", "404", "409", "410", "422", "429", "500", "502",
        "503", "504", "none",
    ],
);
const NAMESPACE: Label = object("namespace", "namespaces");
const MIGRATION: Label = object("migration", "`RedisMigration` objects");
const TARGET: Label = object("target", "`RedisTarget` objects");
const ACTION: Label = words("action", &["Migrate", "RollBack"]);
const PHASE: Label = words(
    "phase",
    &[
        "AbortFailed",
        "Aborted",
        "Aborting",
        "AwaitingApproval",
        "AwaitingCondition",
        "BackingUp",
        "BackupFailed",
        "BackupRequired",
        "ChangedAfterRun",
        "Completed",
        "FilesNotFound",
        "InvalidDocument",
        "InvalidTarget",
        "OperatorResourceNotReady",
        "PausingWorkloads",
        "PlanFailed",
        "Planning",
        "RollbackFailed",
        "RolledBack",
        "RollingBack",
        "RunFailed",
        "Running",
        "Starting",
        "Suspended",
        "Suspending",
        "TargetBusy",
        "TargetDeleted",
        "TargetNotFound",
        "Validating",
        "ValidationFailed",
        "Waiting",
        "WorkloadNotFound",
    ],
);
const OUTCOME: Label = words("outcome", &["scanned", "written", "skipped", "rejected"]);
const BACKUP_STATE: Label = words("state", &["proven", "going", "failed"]);
const SCHEMA_STATE: Label = words("state", &["registered", "going", "failed"]);
const TARGET_STATE: Label = words("state", &["reachable", "going", "unreachable"]);
const DELIVERY: Label = words("outcome", &["delivered", "failed", "dropped"]);

table! { Controller:
    RECONCILIATIONS = Counter "remold_controller_reconciliations" [KIND]
        "Reconciliations that were finished or failed";
    RECONCILIATION_FAILURES = Counter "remold_controller_reconciliation_failures" [KIND, ERROR]
        "Reconciliations that failed and are tried again";
    RECONCILIATION_DURATION = Histogram "remold_controller_reconciliation_duration_seconds" [KIND]
        "How long reconciliations took";
    RECONCILIATIONS_ACTIVE = Gauge "remold_controller_reconciliations_active" [KIND]
        "Reconciliations that are going on";
    RECONCILIATION_LONGEST = Gauge "remold_controller_reconciliation_longest_active_seconds" []
        "For how long the longest reconciliation that is going on has been";
    OBJECTS_RETRIED = Gauge "remold_controller_objects_retried" [KIND]
        "Objects whose last reconciliation failed and which wait for the next attempt";
    LEADING = Gauge "remold_controller_leading" []
        "Whether this process leads: 1, or 0";
    API_REQUESTS = Counter "remold_controller_api_requests" [VERB, STATUS]
        "Requests to the API server, by its answer; `none` if there was none";
    NOTIFICATIONS = Counter "remold_controller_notifications" [DELIVERY]
        "Notifications of the webhook";
    MIGRATIONS = Gauge "remold_migrations" [NAMESPACE, PHASE]
        "Migrations, by phase";
    RUNS = Gauge "remold_runs" [NAMESPACE, ACTION, PHASE]
        "Runs that are kept, by phase";
    APPROVAL_AWAITED = Gauge "remold_migration_awaiting_approval_since_timestamp_seconds" [NAMESPACE, MIGRATION]
        "Since when a migration has been waiting for the approval of its plan";
    MIGRATION_STALLED = Gauge "remold_migration_stalled" [NAMESPACE, MIGRATION, PHASE]
        "Migrations that cannot go on until somebody changes something: 1, and the reason as the phase";
    MIGRATION_VALIDATED = Gauge "remold_migration_validated" [NAMESPACE, MIGRATION]
        "Whether the keys were as the newest run had left them: 1, or 0 if some differed; absent before they were compared";
    RUN_ACTIVE = Gauge "remold_run_active" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "Whether workers of the newest run are to be at work on keys: 1, or 0";
    RUN_FAILED = Gauge "remold_run_failed" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "Whether the newest run has failed: 1, or 0";
    RUN_PROGRESS = Gauge "remold_run_progress_ratio" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "How much of the newest run is done, 0 to 1";
    RUN_KEYS = Gauge "remold_run_keys" [NAMESPACE, MIGRATION, TARGET, ACTION, OUTCOME]
        "Keys of the newest run, as its workers say";
    RUN_CONFLICTS = Gauge "remold_run_conflicts" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "Writes of the newest run that met a change of the application and were made again";
    RUN_STARTED = Gauge "remold_run_started_timestamp_seconds" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "When the newest run began";
    RUN_ENDED = Gauge "remold_run_ended_timestamp_seconds" [NAMESPACE, MIGRATION, TARGET, ACTION]
        "When the newest run ended; absent while it is going on";
    BACKUPS = Gauge "remold_backups" [NAMESPACE, TARGET, BACKUP_STATE]
        "Backups of a target, without journals";
    BACKUP_PROVEN = Gauge "remold_backup_newest_proven_timestamp_seconds" [NAMESPACE, TARGET]
        "The point in time that the newest proven backup of a target holds";
    BACKUP_REQUIRED = Gauge "remold_target_backup_required" [NAMESPACE, TARGET]
        "Whether the policy of a target asks for a proven backup before every run: 1, or 0";
    SCHEMAS = Gauge "remold_schemas" [NAMESPACE, TARGET, SCHEMA_STATE]
        "Versions of schemas of a target";
    TARGETS = Gauge "remold_targets" [NAMESPACE, TARGET_STATE]
        "Targets, by whether a worker has reached them";
}
