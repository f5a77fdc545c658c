//! What is committed is what the table says, and says nothing that the table does not have.

use std::path::Path;

use super::super::alerts::groups;
use super::super::dashboard::rows;
use super::super::table::of_sample;
use super::*;

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The names of samples in an expression.
fn samples(expression: &str) -> Vec<&str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = expression.split(|letter| !is_word(letter));
    words.filter(|word| word.starts_with("remold_")).collect()
}

fn assert_is_of_the_table(expression: &str, place: &str) {
    let names = samples(expression);
    assert!(!names.is_empty(), "{place} asks for nothing: {expression}");
    for name in names {
        assert!(
            of_sample(name).is_some(),
            "{place} asks for {name}, which nobody exposes"
        );
    }
}

#[test]
fn what_is_committed_is_current() {
    for (place, text) in documents() {
        let committed = std::fs::read_to_string(repository().join(place)).unwrap_or_default();
        assert!(
            committed == text,
            "{place} is not what the table says: cargo run -p remold-kube --example generate_metrics_documents"
        );
    }
}

#[test]
fn alerts_ask_for_what_is_exposed_and_lead_to_a_runbook() {
    let runbooks =
        std::fs::read_to_string(repository().join("docs/guide/runbooks.md")).unwrap_or_default();
    for (_, alerts) in groups() {
        for alert in alerts {
            assert_is_of_the_table(&alert.expression, alert.name);
            let heading = format!("\n## {}\n", alert.name);
            assert!(runbooks.contains(&heading), "{} has no runbook", alert.name);
            assert!(!alert.summary.is_empty() && !alert.description.is_empty());
        }
    }
}

#[test]
fn every_panel_asks_for_what_is_exposed() {
    for row in rows() {
        assert!(!row.panels.is_empty(), "{}", row.title);
        for panel in row.panels {
            assert!(!panel.queries.is_empty(), "{}", panel.title);
            for (expression, _) in &panel.queries {
                assert_is_of_the_table(expression, panel.title);
                assert!(
                    !expression.contains("{RUN") && !expression.contains("{NS"),
                    "{expression}"
                );
            }
        }
    }
}

#[test]
fn every_metric_is_looked_at_by_an_alert_or_a_panel() {
    // What is for people who ask: the version, when a run began and ended, and what others are made of.
    let unseen = [
        "remold_build",
        "remold_run_started_timestamp_seconds",
        "remold_run_ended_timestamp_seconds",
        "remold_worker_keys_scanned",
        "remold_worker_keys_written",
        "remold_worker_lost_records",
        "remold_worker_throttled",
        "remold_worker_progress_ratio",
        "remold_controller_reconciliations_active",
    ];
    let alerts = groups()
        .into_iter()
        .flat_map(|(_, alerts)| alerts)
        .map(|alert| alert.expression);
    let panels = rows().into_iter().flat_map(|row| row.panels);
    let queries = panels
        .flat_map(|panel| panel.queries)
        .map(|(expression, _)| expression);
    let expressions: Vec<String> = alerts.chain(queries).collect();
    for metric in all().filter(|metric| !unseen.contains(&metric.name())) {
        let is_seen = expressions
            .iter()
            .flat_map(|one| samples(one))
            .any(|name| of_sample(name) == Some(metric));
        assert!(is_seen, "{}", metric.name());
    }
}
