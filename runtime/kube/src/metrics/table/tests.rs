//! The table keeps to the conventions of `OpenMetrics` and to its own rule about labels.

use std::collections::BTreeSet;

use super::{Exposer, Kind, OTHER, Values, all, of_sample};

#[test]
fn names_are_as_open_metrics_has_them_and_no_two_metrics_share_a_sample() {
    let mut samples = BTreeSet::new();
    for metric in all() {
        let name = metric.name();
        let is_good = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        assert!(
            name.starts_with("remold_") && name.chars().all(is_good),
            "{name}"
        );
        for suffix in ["_total", "_info", "_bucket", "_count", "_sum", "_created"] {
            assert!(
                !name.ends_with(suffix),
                "{name}: {suffix} is what samples add"
            );
        }
        for small in ["milliseconds", "minutes", "kilobytes", "percent"] {
            assert!(!name.contains(small), "{name}: not a base unit");
        }
        if metric.kind() == Kind::Histogram {
            assert_eq!(metric.unit(), Some("seconds"), "{name}");
        }
        assert!(!metric.help().ends_with('.'), "{name}");
        for sample in metric.samples() {
            assert_eq!(of_sample(&sample), Some(metric));
            assert!(samples.insert(sample.clone()), "{sample} is there twice");
        }
    }
}

#[test]
fn labels_are_bounded_and_name_no_key_and_no_run() {
    for metric in all() {
        for label in metric.labels() {
            assert!(
                !["key", "run", "pod", "le"].contains(&label.name),
                "{}",
                metric.name()
            );
            match label.values {
                Values::Words(words) => {
                    assert!(words.len() < 50, "{}", metric.name());
                    assert!(!words.contains(&OTHER), "{}", metric.name());
                    assert_eq!(label.bounded("something new"), OTHER);
                    assert_eq!(label.bounded(words[0]), words[0]);
                }
                Values::AtMost(most, _) => assert!(most <= 32),
                Values::Objects(_) if metric.by() == Exposer::Worker => {
                    panic!("{}: a worker knows no objects", metric.name())
                }
                Values::Objects(_) => {}
            }
        }
    }
}
