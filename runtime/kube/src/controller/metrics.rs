//! What the controller counts, as OpenMetrics. No name of an object is a label.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// A kind of custom resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: String,
}

/// A kind of custom resource, and why its reconciliation could not be finished.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failure {
    kind: String,
    error: String,
}

/// What the controller counts.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    reconciliations: Family<OfKind, Counter>,
    failures: Family<Failure, Counter>,
    durations: Family<OfKind, Histogram>,
    leading: Gauge<i64, AtomicI64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("remold_controller");
        let reconciliations = Family::default();
        let failures = Family::default();
        let histogram: fn() -> Histogram =
            || Histogram::new([0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        let durations = Family::new_with_constructor(histogram);
        let leading = Gauge::default();
        registry.register(
            "reconciliations",
            "Reconciliations, by kind",
            Family::clone(&reconciliations),
        );
        registry.register(
            "reconciliation_failures",
            "Reconciliations that could not be finished, by kind and reason",
            Family::clone(&failures),
        );
        registry.register_with_unit(
            "reconciliation_duration",
            "How long reconciliations took, by kind",
            Unit::Seconds,
            Family::clone(&durations),
        );
        registry.register(
            "leading",
            "Whether this process leads: 1 or 0",
            leading.clone(),
        );
        Self {
            registry: Arc::new(registry),
            reconciliations,
            failures,
            durations,
            leading,
        }
    }
}

impl Metrics {
    /// Counts a reconciliation.
    pub(crate) fn reconciled(&self, kind: &str, took: Duration, error: Option<&str>) {
        let of = OfKind {
            kind: kind.to_owned(),
        };
        self.reconciliations.get_or_create(&of).inc();
        self.durations
            .get_or_create(&of)
            .observe(took.as_secs_f64());
        if let Some(error) = error {
            let failure = Failure {
                kind: kind.to_owned(),
                error: error.to_owned(),
            };
            self.failures.get_or_create(&failure).inc();
        }
    }

    /// Says whether this process leads.
    pub(crate) fn set_leading(&self, leads: bool) {
        self.leading.set(leads.into());
    }

    /// Returns all of it in the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_in_the_text() {
        let metrics = Metrics::default();
        metrics.reconciled("RedisMigration", Duration::from_millis(30), Some("api"));
        metrics.set_leading(true);
        let text = metrics.text();
        for line in [
            "remold_controller_reconciliations_total{kind=\"RedisMigration\"} 1",
            "remold_controller_reconciliation_failures_total{kind=\"RedisMigration\",error=\"api\"} 1",
            "remold_controller_leading 1",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
