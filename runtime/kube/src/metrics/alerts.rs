//! The alerts: what should wake somebody, or be looked at in the morning, as rules of Prometheus.
//!
//! They are about what the controller says, since pods of workers come and go, and every one of them leads to a page of the
//! runbooks.

use super::push;
use serde_json::json;

/// Where the runbooks are.
const RUNBOOKS: &str = "https://github.com/remold/remold/blob/main/docs/guide/runbooks.md";
/// The beginning of the file.
const HEAD: &str = "# Made of the table of metrics, by runtime/kube/examples/generate_metrics_documents.rs. Not to be changed by hand.
groups:
";
/// The labels of what is said of the newest run of a migration.
const OF_RUN: &str = "namespace, migration, target, action";

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name, and the heading of its runbook.
    pub name: &'static str,
    /// When it holds.
    pub expression: String,
    /// For how long it has to hold.
    pub after: &'static str,
    /// How soon somebody should look.
    pub severity: Severity,
    /// What it is, in one line.
    pub summary: &'static str,
    /// What it means for those who read it first.
    pub description: &'static str,
}

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// At once.
    Critical,
    /// Today.
    Warning,
    /// When there is time.
    Info,
}

impl Severity {
    /// Returns the word for labels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Returns all alerts, in their groups.
pub fn groups() -> [(&'static str, Vec<Alert>); 3] {
    [
        ("remold-runs", of_runs()),
        ("remold-backups", of_backups()),
        ("remold-controller", of_the_controller()),
    ]
}

/// Writes them as the `spec` of a `PrometheusRule`, which is a file of rules too.
pub(super) fn rules() -> String {
    let mut text = String::from(HEAD);
    for (group, alerts) in groups() {
        push(&mut text, format_args!("  - name: {group}\n    rules:\n"));
        alerts.iter().for_each(|alert| text.push_str(&rule(alert)));
    }
    text
}

fn rule(alert: &Alert) -> String {
    let mut text = format!("      - alert: {}\n        expr: |-\n", alert.name);
    for line in alert.expression.lines() {
        push(&mut text, format_args!("          {line}\n"));
    }
    let severity = alert.severity.name();
    push(
        &mut text,
        format_args!(
            "        for: {}\n        labels: {{ severity: {severity} }}\n",
            alert.after
        ),
    );
    text.push_str("        annotations:\n");
    let runbook = format!("{RUNBOOKS}#{}", alert.name.to_lowercase());
    for (name, value) in [
        ("summary", alert.summary),
        ("description", alert.description),
        ("runbook_url", &runbook),
    ] {
        // A text of JSON is one of YAML.
        push(
            &mut text,
            format_args!("          {name}: {}\n", json!(value)),
        );
    }
    text
}

fn of_runs() -> Vec<Alert> {
    vec![
        Alert {
            name: "RemoldRunStandsStill",
            expression: format!(
                "max by ({OF_RUN}) (remold_run_active) == 1\n\
                 unless\n\
                 sum by ({OF_RUN}) (changes(remold_run_keys[10m])) > 0"
            ),
            after: "10m",
            severity: Severity::Warning,
            summary: "Migration {{ $labels.namespace }}/{{ $labels.migration }} stands still",
            description: "Workers of the run ({{ $labels.action }} on {{ $labels.target }}) are to be at work, and have not handled a \
                          key for 20 minutes. Nothing is lost by waiting: it goes on, or is gone on with.",
        },
        Alert {
            name: "RemoldRunFailed",
            expression: format!("max by ({OF_RUN}) (remold_run_failed) == 1"),
            after: "0m",
            severity: Severity::Critical,
            summary: "A run of migration {{ $labels.namespace }}/{{ $labels.migration }} has failed",
            description: "The run ({{ $labels.action }} on {{ $labels.target }}) ended before all keys were handled. What it has \
                          written stays, and can be gone on with or rolled back.",
        },
        Alert {
            name: "RemoldKeysDiffer",
            expression: "min by (namespace, migration) (remold_migration_validated) == 0"
                .to_owned(),
            after: "0m",
            severity: Severity::Critical,
            summary: "Keys are not as migration {{ $labels.namespace }}/{{ $labels.migration }} left them",
            description: "The validation after the run found keys that the transform would still change: written in the old shape \
                          since, or missed.",
        },
        Alert {
            name: "RemoldMigrationStalled",
            expression: "max by (namespace, migration, phase) \
                         (remold_migration_stalled{phase!~\"RunFailed|ValidationFailed\"}) == 1"
                .to_owned(),
            after: "10m",
            severity: Severity::Warning,
            summary: "Migration {{ $labels.namespace }}/{{ $labels.migration }} cannot go on: {{ $labels.phase }}",
            description: "It waits for somebody to change something; its conditions say what.",
        },
        Alert {
            name: "RemoldKeysRejected",
            expression: format!("max by ({OF_RUN}) (remold_run_keys{{outcome=\"rejected\"}}) > 0"),
            after: "5m",
            severity: Severity::Info,
            summary: "Migration {{ $labels.namespace }}/{{ $labels.migration }} has rejected {{ $value }} keys",
            description: "They are as they were, and listed in the journal with their reasons.",
        },
        Alert {
            name: "RemoldApprovalWaits",
            expression: "time() - max by (namespace, migration) \
                         (remold_migration_awaiting_approval_since_timestamp_seconds) > 4 * 3600"
                .to_owned(),
            after: "0m",
            severity: Severity::Warning,
            summary: "The plan of migration {{ $labels.namespace }}/{{ $labels.migration }} has waited for approval for 4 hours",
            description: "It has waited for {{ $value | humanizeDuration }}. Nothing is written until somebody approves it.",
        },
        Alert {
            name: "RemoldServerUnavailable",
            expression: "rate(remold_worker_server_unavailable_seconds_total[5m]) > 0.5".to_owned(),
            after: "5m",
            severity: Severity::Warning,
            summary: "Worker {{ $labels.pod }} waits for its Redis",
            description: "It has spent more than half of the last minutes waiting for a server that does not answer as it should.",
        },
        Alert {
            name: "RemoldSchemaRegistrationFailed",
            expression: "max by (namespace, target) (remold_schemas{state=\"failed\"}) > 0"
                .to_owned(),
            after: "5m",
            severity: Severity::Warning,
            summary: "A schema of {{ $labels.namespace }}/{{ $labels.target }} could not be registered",
            description: "Migrations between its versions do not begin before it is.",
        },
    ]
}

fn of_backups() -> Vec<Alert> {
    let required = "max by (namespace, target) (remold_target_backup_required) == 1";
    let proven = "max by (namespace, target) (remold_backup_newest_proven_timestamp_seconds)";
    vec![
        Alert {
            name: "RemoldNoProvenBackup",
            expression: format!("{required}\nunless on (namespace, target)\n{proven}"),
            after: "1h",
            severity: Severity::Warning,
            summary: "There is no proven backup of {{ $labels.namespace }}/{{ $labels.target }}",
            description: "The target's policy asks for a proven backup before every run, so that none begins.",
        },
        Alert {
            name: "RemoldBackupOld",
            expression: format!(
                "time() - {proven} > 7 * 86400\nand on (namespace, target)\n{required}"
            ),
            after: "1h",
            severity: Severity::Warning,
            summary: "The newest proven backup of {{ $labels.namespace }}/{{ $labels.target }} is older than 7 days",
            description: "It holds what was there {{ $value | humanizeDuration }} ago. The target's policy asks for backups.",
        },
        Alert {
            name: "RemoldBackupFailed",
            expression: "max by (namespace, target) (remold_backups{state=\"failed\"}) > 0"
                .to_owned(),
            after: "5m",
            severity: Severity::Warning,
            summary: "A backup of {{ $labels.namespace }}/{{ $labels.target }} has failed",
            description: "It could not be made, or not be proven. A run that needs it does not begin.",
        },
    ]
}

fn of_the_controller() -> Vec<Alert> {
    vec![
        Alert {
            name: "RemoldControllerDown",
            expression: "absent(remold_build_info{component=\"controller\"})".to_owned(),
            after: "5m",
            severity: Severity::Critical,
            summary: "No controller is scraped",
            description: "Runs that have begun go on, and nothing new begins. The other alerts are silent.",
        },
        Alert {
            name: "RemoldControllerLeaderless",
            expression: "max(remold_controller_leading) == 0".to_owned(),
            after: "5m",
            severity: Severity::Critical,
            summary: "Controllers run, and none of them leads",
            description: "Runs that have begun go on, and nothing new begins.",
        },
        Alert {
            name: "RemoldReconcileErrors",
            expression: "max by (kind) (remold_controller_objects_retried) > 0".to_owned(),
            after: "15m",
            severity: Severity::Warning,
            summary: "{{ $value }} objects of kind {{ $labels.kind }} cannot be looked after",
            description: "Their reconciliations have been failing for 15 minutes and are tried again.",
        },
        Alert {
            name: "RemoldReconcileSlow",
            expression: "max(remold_controller_reconciliation_longest_active_seconds) > 300"
                .to_owned(),
            after: "5m",
            severity: Severity::Warning,
            summary: "A reconciliation does not end",
            description: "One has been going on for {{ $value | humanizeDuration }}; its object is not looked after meanwhile.",
        },
        Alert {
            name: "RemoldApiRequestsFail",
            expression:
                "sum(rate(remold_controller_api_requests_total{status=~\"429|5..|none\"}[10m]))\n\
                         / sum(rate(remold_controller_api_requests_total[10m])) > 0.1"
                    .to_owned(),
            after: "10m",
            severity: Severity::Warning,
            summary: "The API server fails more than a tenth of the controller's requests",
            description: "{{ $value | humanizePercentage }} of them failed or were turned away.",
        },
        Alert {
            name: "RemoldTargetUnreachable",
            expression: "max by (namespace) (remold_targets{state=\"unreachable\"}) > 0".to_owned(),
            after: "15m",
            severity: Severity::Warning,
            summary: "{{ $value }} targets in {{ $labels.namespace }} cannot be reached",
            description: "A worker could not reach them with the rights that a run needs.",
        },
        Alert {
            name: "RemoldNotificationsFail",
            expression:
                "increase(remold_controller_notifications_total{outcome!=\"delivered\"}[1h]) > 0"
                    .to_owned(),
            after: "0m",
            severity: Severity::Warning,
            summary: "Notifications do not arrive",
            description: "The webhook did not take {{ $value }} of them in the last hour.",
        },
    ]
}
