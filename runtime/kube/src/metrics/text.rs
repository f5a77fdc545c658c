//! Samples as text: `OpenMetrics` 1.0, or the older format of Prometheus for whoever does not ask for it.

use std::fmt::Write as _;

use super::samples::{Family, Sample, Samples, Timings};
use super::table::{Kind, Metric};

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `OpenMetrics` 1.0.
    OpenMetrics,
    /// Text of Prometheus, version 0.0.4.
    Prometheus,
}

impl Format {
    /// Chooses by what an HTTP request says that it accepts.
    pub fn accepted(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Prometheus
        }
    }

    /// Returns the content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    /// Returns what a metric is called in its lines of help and type, and its type.
    fn title(self, metric: &Metric) -> (String, &'static str) {
        let name = metric.name();
        match (self, metric.kind()) {
            (Self::Prometheus, Kind::Counter) => (format!("{name}_total"), "counter"),
            (Self::Prometheus, Kind::Info) => (format!("{name}_info"), "gauge"),
            (_, kind) => (name.to_owned(), kind.name()),
        }
    }
}

/// Writes all samples.
pub(super) fn write(samples: &Samples, format: Format) -> String {
    let mut text = String::new();
    for family in samples.found.values() {
        write_family(&mut text, family, format);
    }
    if format == Format::OpenMetrics {
        text.push_str("# EOF\n");
    }
    text
}

fn write_family(text: &mut String, family: &Family, format: Format) {
    let metric = family.metric;
    let (title, kind) = format.title(metric);
    line(text, format_args!("# HELP {title} {}.", metric.help()));
    line(text, format_args!("# TYPE {title} {kind}"));
    if let (Format::OpenMetrics, Some(unit)) = (format, metric.unit()) {
        line(text, format_args!("# UNIT {title} {unit}"));
    }
    let name = metric.name();
    for (values, sample) in &family.samples {
        let labels = labels(metric, values, None);
        match (sample, metric.kind()) {
            (Sample::Number(number), Kind::Counter) => {
                line(text, format_args!("{name}_total{labels} {number}"));
            }
            (Sample::Number(number), Kind::Info) => {
                line(text, format_args!("{name}_info{labels} {number}"));
            }
            (Sample::Number(number), _) => line(text, format_args!("{name}{labels} {number}")),
            (Sample::Timings(timings), _) => write_timings(text, metric, values, timings),
        }
    }
}

fn write_timings(text: &mut String, metric: &Metric, values: &[String], timings: &Timings) {
    let name = metric.name();
    let mut below = 0;
    for (bound, count) in &timings.buckets {
        below += count;
        // A bound is a float in OpenMetrics: 1 is written as 1.0.
        let labels = labels(metric, values, Some(&format!("{bound:?}")));
        line(text, format_args!("{name}_bucket{labels} {below}"));
    }
    let count = timings.count();
    let all = labels(metric, values, Some("+Inf"));
    line(text, format_args!("{name}_bucket{all} {count}"));
    let labels = labels(metric, values, None);
    line(text, format_args!("{name}_sum{labels} {}", timings.sum));
    line(text, format_args!("{name}_count{labels} {count}"));
}

fn labels(metric: &Metric, values: &[String], bound: Option<&str>) -> String {
    let named = metric.labels().iter().zip(values);
    let mut pairs: Vec<String> = named
        .map(|(label, value)| format!("{}=\"{}\"", label.name, escaped(value)))
        .collect();
    pairs.extend(bound.map(|bound| format!("le=\"{bound}\"")));
    if pairs.is_empty() {
        return String::new();
    }
    format!("{{{}}}", pairs.join(","))
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "{line}");
}
