//! The text in both formats, and what is remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::Timings;
use super::super::table::{
    API_REQUESTS, BATCH_DURATION, CONFLICTS, PROGRESS, REJECTS, RUN_KEYS, RUN_PROGRESS,
};
use super::*;

fn text(by: Exposer, source: impl Fn(&mut Samples) + Send + Sync + 'static) -> [String; 2] {
    let exposition = Exposition::new(by, "1.2.3");
    exposition.read_from(source);
    [Format::OpenMetrics, Format::Prometheus].map(|format| exposition.text(format))
}

#[test]
fn both_formats_say_the_same_each_in_its_own_way() {
    let [open, old] = text(Exposer::Worker, |samples| {
        samples.add(&CONFLICTS, &[], 3.0);
        samples.add(&PROGRESS, &[], 0.25);
        let mut timings = Timings::new(&[0.5, 1.0]);
        [0.1, 0.2, 0.7, 4.0]
            .into_iter()
            .for_each(|seconds| timings.observe(seconds));
        samples.time(&BATCH_DURATION, &[], timings);
    });
    assert_eq!(
        open,
        "# HELP remold_build The version that is running.\n\
         # TYPE remold_build info\n\
         remold_build_info{version=\"1.2.3\",component=\"worker\"} 1\n\
         # HELP remold_worker_batch_duration_seconds How long batches took, from their read to the acknowledgement of their writes.\n\
         # TYPE remold_worker_batch_duration_seconds histogram\n\
         # UNIT remold_worker_batch_duration_seconds seconds\n\
         remold_worker_batch_duration_seconds_bucket{le=\"0.5\"} 2\n\
         remold_worker_batch_duration_seconds_bucket{le=\"1.0\"} 3\n\
         remold_worker_batch_duration_seconds_bucket{le=\"+Inf\"} 4\n\
         remold_worker_batch_duration_seconds_sum 5\n\
         remold_worker_batch_duration_seconds_count 4\n\
         # HELP remold_worker_conflicts Batches that met a change of the application and were made again.\n\
         # TYPE remold_worker_conflicts counter\n\
         remold_worker_conflicts_total 3\n\
         # HELP remold_worker_progress_ratio How much is done, 0 to 1.\n\
         # TYPE remold_worker_progress_ratio gauge\n\
         # UNIT remold_worker_progress_ratio ratio\n\
         remold_worker_progress_ratio 0.25\n\
         # EOF\n"
    );
    assert!(old.contains("# TYPE remold_worker_conflicts_total counter\n"));
    assert!(old.contains("# TYPE remold_build_info gauge\n"));
    assert!(!old.contains("# UNIT") && !old.contains("# EOF"));
}

#[test]
fn what_has_the_same_labels_is_one_sample_and_values_are_escaped() {
    let [open, _] = text(Exposer::Controller, |samples| {
        samples.add(&API_REQUESTS, &["get", "299"], 1.0);
        samples.add(&API_REQUESTS, &["get", "298"], 1.0);
        samples.add(&RUN_PROGRESS, &["a\"b", "c\\d", "e\nf", "Migrate"], 1.0);
    });
    assert!(
        open.contains("api_requests_total{verb=\"get\",status=\"other\"} 2\n"),
        "{open}"
    );
    let line = r#"{namespace="a\"b",migration="c\\d",target="e\nf",action="Migrate"} 1"#;
    assert!(open.contains(line), "{open}");
}

#[test]
fn codes_of_others_are_bounded_whatever_comes_first_stays() {
    let from = Arc::new(AtomicU64::new(0));
    let exposition = Exposition::new(Exposer::Worker, "1.2.3");
    let first = Arc::clone(&from);
    exposition.read_from(move |samples| {
        let first = first.load(Ordering::SeqCst);
        (first..first + 40).for_each(|code| {
            samples.add(&REJECTS, &[&format!("code-{code:03}")], 1.0);
        });
    });
    let lines = |text: &str| -> Vec<String> {
        let rejects = text
            .lines()
            .filter(|line| line.starts_with("remold_worker_rejects_total"));
        rejects.map(str::to_owned).collect()
    };
    let before = lines(&exposition.text(Format::OpenMetrics));
    assert_eq!(before.len(), 33);
    assert!(
        before.contains(&"remold_worker_rejects_total{code=\"other\"} 8".to_owned()),
        "{before:?}"
    );
    from.store(1, Ordering::SeqCst);
    let after = lines(&exposition.text(Format::OpenMetrics));
    assert!(
        after.contains(&"remold_worker_rejects_total{code=\"code-031\"} 1".to_owned()),
        "{after:?}"
    );
    assert!(
        after.contains(&"remold_worker_rejects_total{code=\"other\"} 9".to_owned()),
        "{after:?}"
    );
}

#[test]
fn a_counter_does_not_fall_when_a_recovery_takes_something_back() {
    let count = Arc::new(AtomicU64::new(7));
    let exposition = Exposition::new(Exposer::Worker, "1.2.3");
    let read = Arc::clone(&count);
    exposition.read_from(move |samples| {
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        samples.add(&CONFLICTS, &[], read.load(Ordering::SeqCst) as f64);
    });
    let says = |what: &str| exposition.text(Format::OpenMetrics).contains(what);
    assert!(says("conflicts_total 7\n"));
    count.store(5, Ordering::SeqCst);
    assert!(says("conflicts_total 7\n"));
    count.store(9, Ordering::SeqCst);
    assert!(says("conflicts_total 9\n"));
}

#[test]
fn what_the_table_does_not_have_is_not_exposed() {
    let complaint = |by, labels: &'static [&'static str]| {
        let exposed = std::panic::catch_unwind(|| {
            text(by, |samples| samples.add(&RUN_KEYS, labels, 1.0));
        });
        let words = exposed.expect_err("it is a mistake of the program");
        words.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    assert_eq!(
        complaint(Exposer::Controller, &["a"]),
        "remold_run_keys has 5 labels"
    );
    assert_eq!(
        complaint(Exposer::Worker, &["a"; 5]),
        "remold_run_keys is exposed by Controller"
    );
}
