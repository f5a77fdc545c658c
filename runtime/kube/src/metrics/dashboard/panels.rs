//! The panels of the dashboard, row by row.

/// A row of panels.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its title.
    pub title: &'static str,
    /// The height of its panels, in Grafana's units.
    pub height: u32,
    /// Its panels, from the left.
    pub panels: Vec<Panel>,
}

/// A panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Its title.
    pub title: &'static str,
    /// What it tells, for whoever asks.
    pub description: &'static str,
    /// How it looks.
    pub look: Look,
    /// The unit, as Grafana calls it.
    pub unit: &'static str,
    /// Its width, of 24.
    pub width: u32,
    /// From which value on it is bad news.
    pub bad_from: Option<f64>,
    /// Queries, each with how its series are called.
    pub queries: Vec<(String, &'static str)>,
}

/// How a panel looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Lines over time.
    Series,
    /// A number.
    Number,
    /// A bar for each series.
    Bars,
}

impl Look {
    /// Returns what Grafana calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Series => "timeseries",
            Self::Number => "stat",
            Self::Bars => "bargauge",
        }
    }
}

impl Panel {
    const fn new(title: &'static str, look: Look, unit: &'static str, width: u32) -> Self {
        Self {
            title,
            description: "",
            look,
            unit,
            width,
            bad_from: None,
            queries: Vec::new(),
        }
    }

    const fn series(title: &'static str, unit: &'static str, width: u32) -> Self {
        Self::new(title, Look::Series, unit, width)
    }

    const fn number(title: &'static str, unit: &'static str) -> Self {
        Self::new(title, Look::Number, unit, 4)
    }

    const fn telling(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    const fn bad_from(mut self, value: f64) -> Self {
        self.bad_from = Some(value);
        self
    }

    fn query(mut self, expression: &str, legend: &'static str) -> Self {
        // One form of braces for the choices of whoever looks.
        let expression = expression
            .replace(
                "{RUN}",
                "{namespace=~\"$namespace\",migration=~\"$migration\"}",
            )
            .replace(
                "{RUN,",
                "{namespace=~\"$namespace\",migration=~\"$migration\",",
            )
            .replace("{NS}", "{namespace=~\"$namespace\"}")
            .replace("{NS,", "{namespace=~\"$namespace\",");
        self.queries.push((expression, legend));
        self
    }
}

/// Returns the rows of the dashboard.
pub fn rows() -> [Row; 5] {
    [
        Row {
            title: "Now",
            height: 4,
            panels: now(),
        },
        Row {
            title: "Runs",
            height: 8,
            panels: runs(),
        },
        Row {
            title: "Workers",
            height: 8,
            panels: workers(),
        },
        Row {
            title: "Backups and schemas",
            height: 7,
            panels: backups(),
        },
        Row {
            title: "Controller",
            height: 7,
            panels: controller(),
        },
    ]
}

fn now() -> Vec<Panel> {
    vec![
        Panel::number("Runs at work", "short")
            .telling("Newest runs whose workers are to be at work on keys")
            .query("sum(remold_run_active{RUN}) or vector(0)", ""),
        Panel::number("Waiting for approval", "short").query(
            "count(remold_migration_awaiting_approval_since_timestamp_seconds{RUN}) or vector(0)",
            "",
        ),
        Panel::number("Failed runs", "short")
            .bad_from(1.0)
            .query("sum(remold_run_failed{RUN}) or vector(0)", ""),
        Panel::number("Migrations whose keys differ", "short")
            .bad_from(1.0)
            .query(
                "count(remold_migration_validated{RUN} == 0) or vector(0)",
                "",
            ),
        Panel::number("Stalled migrations", "short")
            .bad_from(1.0)
            .query("count(remold_migration_stalled{RUN}) or vector(0)", ""),
        Panel::number("Controllers that lead", "short").query("sum(remold_controller_leading)", ""),
    ]
}

fn runs() -> Vec<Panel> {
    vec![
        Panel::new("Progress of the newest runs", Look::Bars, "percentunit", 8)
            .query("max by (migration, action) (remold_run_progress_ratio{RUN})", "{{migration}} {{action}}"),
        Panel::series("Keys of the newest runs", "short", 8).query(
            "max by (migration, outcome) (remold_run_keys{RUN})",
            "{{migration}} {{outcome}}",
        ),
        Panel::series("Keys handled in a second", "short", 8).query(
            "sum by (migration) (deriv(remold_run_keys{RUN,outcome=~\"written|skipped|rejected\"}[2m]) > 0)",
            "{{migration}}",
        ),
        Panel::series("Migrations by phase", "short", 8)
            .query("sum by (phase) (remold_migrations{NS})", "{{phase}}"),
        Panel::series("Runs by phase", "short", 8)
            .query("sum by (action, phase) (remold_runs{NS})", "{{action}} {{phase}}"),
        Panel::series("Conflicts of the newest runs", "short", 8)
            .telling("Writes that met a change of the application and were made again")
            .query("max by (migration) (remold_run_conflicts{RUN})", "{{migration}}"),
    ]
}

fn workers() -> Vec<Panel> {
    vec![
        Panel::series("Records in a second, by outcome", "short", 8)
            .query("sum by (outcome) (rate(remold_worker_records_total[1m]))", "{{outcome}}"),
        Panel::series("Batches: how long", "s", 8)
            .query(
                "histogram_quantile(0.5, sum by (le) (rate(remold_worker_batch_duration_seconds_bucket[1m])))",
                "half are faster",
            )
            .query(
                "histogram_quantile(0.99, sum by (le) (rate(remold_worker_batch_duration_seconds_bucket[1m])))",
                "99 of 100 are faster",
            ),
        Panel::series("The server as the probes see it", "s", 8)
            .query("max by (pod, instance) (remold_worker_probe_latency_seconds)", "{{pod}} {{instance}}"),
        Panel::series("Held back", "percentunit", 8)
            .telling("The part of the time that something held a worker back")
            .query("max by (reason) (rate(remold_worker_throttled_seconds_total[1m]))", "{{reason}}")
            .query("max(rate(remold_worker_server_unavailable_seconds_total[1m]))", "server does not answer"),
        Panel::series("Journal", "Bps", 8)
            .query("sum(rate(remold_worker_journal_written_bytes_total[1m]))", "written"),
        Panel::series("Journal: until it is durable", "s", 8)
            .query(
                "histogram_quantile(0.5, sum by (le) (rate(remold_worker_journal_sync_duration_seconds_bucket[1m])))",
                "half are faster",
            )
            .query(
                "histogram_quantile(0.99, sum by (le) (rate(remold_worker_journal_sync_duration_seconds_bucket[1m])))",
                "99 of 100 are faster",
            ),
        Panel::series("Trouble in a second", "short", 8)
            .query("sum(rate(remold_worker_conflicts_total[1m]))", "conflicts")
            .query("sum(rate(remold_worker_retries_total[1m]))", "attempts made again")
            .query("sum(rate(remold_worker_recoveries_total[1m]))", "recoveries")
            .query("sum by (code) (rate(remold_worker_rejects_total[1m]))", "rejected: {{code}}"),
        Panel::series("Time left", "s", 8)
            .query("max by (pod, instance) (remold_worker_remaining_seconds)", "{{pod}} {{instance}}"),
        Panel::series("Memory", "bytes", 8)
            .query("max by (pod, instance) (remold_worker_resident_memory_bytes)", "{{pod}} {{instance}}"),
    ]
}

fn backups() -> Vec<Panel> {
    vec![
        Panel::series("Age of the newest proven backup", "s", 8).query(
            "time() - max by (namespace, target) (remold_backup_newest_proven_timestamp_seconds{NS})",
            "{{namespace}}/{{target}}",
        ),
        Panel::series("Backups", "short", 8)
            .query("sum by (target, state) (remold_backups{NS})", "{{target}} {{state}}"),
        Panel::series("Versions of schemas", "short", 8)
            .query("sum by (target, state) (remold_schemas{NS})", "{{target}} {{state}}"),
    ]
}

fn controller() -> Vec<Panel> {
    vec![
        Panel::series("Reconciliations in a second", "short", 8)
            .query(
                "sum by (kind) (rate(remold_controller_reconciliations_total[5m]))",
                "{{kind}}",
            )
            .query(
                "sum by (error) (rate(remold_controller_reconciliation_failures_total[5m]))",
                "failed: {{error}}",
            ),
        Panel::series("Reconciliations: 99 of 100 are faster", "s", 8)
            .query(
                "histogram_quantile(0.99, sum by (kind, le) \
                 (rate(remold_controller_reconciliation_duration_seconds_bucket[5m])))",
                "{{kind}}",
            )
            .query(
                "max(remold_controller_reconciliation_longest_active_seconds)",
                "longest that is going on",
            ),
        Panel::series("Requests to the API server in a second", "short", 8).query(
            "sum by (verb, status) (rate(remold_controller_api_requests_total[5m]))",
            "{{verb}} {{status}}",
        ),
        Panel::series("Objects that are tried again", "short", 8).query(
            "max by (kind) (remold_controller_objects_retried)",
            "{{kind}}",
        ),
        Panel::series("Targets", "short", 8)
            .query("sum by (state) (remold_targets{NS})", "{{state}}"),
        Panel::series("Notifications in a second", "short", 8).query(
            "sum by (outcome) (rate(remold_controller_notifications_total[5m]))",
            "{{outcome}}",
        ),
    ]
}
