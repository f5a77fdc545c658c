//! A Prometheus that finds the pods by itself and reads all of them, and what the dashboard shows of the story.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use remold_kube::metrics::rows;
use remold_tests::Prometheus;
use serde_json::{Value, json};

/// How many points a panel has at most.
const POINTS: u64 = 300;
/// Where the data of a picture of the dashboard are written, if anywhere.
const PICTURE: &str = "REMOLD_PICTURE";

pub(super) struct Monitor {
    prometheus: Prometheus,
    begun: u64,
}

impl Monitor {
    pub(super) fn start(kubeconfig: &Path) -> Self {
        Self {
            prometheus: Prometheus::of_pods(kubeconfig),
            begun: now(),
        }
    }

    /// The controller and more than one worker were read while they ran, and what they say is enough for every panel about runs.
    #[track_caller]
    pub(super) fn check_that_all_was_seen(&self) {
        let span = now() - self.begun;
        for (metric, least) in [
            ("remold_worker_records_total", 2.0),
            ("remold_controller_leading", 1.0),
        ] {
            let pods = format!("count(group by (pod) (last_over_time({metric}[{span}s])))");
            self.prometheus.wait_for(&pods, |count| count >= least);
        }
        let panels = self.panels();
        let mute: Vec<&Value> = panels
            .iter()
            .filter(|panel| ["Runs", "Workers"].map(Value::from).contains(&panel["row"]))
            .filter(|panel| panel["series"].as_array().is_none_or(Vec::is_empty))
            .map(|panel| &panel["title"])
            .collect();
        assert!(mute.is_empty(), "{mute:?} show nothing");
        if let Some(file) = std::env::var_os(PICTURE) {
            let text = json!({ "begun": self.begun, "panels": panels }).to_string();
            fs::write(file, text).expect("a file can be written");
        }
    }

    /// Every panel of the dashboard, with what it shows.
    fn panels(&self) -> Vec<Value> {
        let mut panels = Vec::new();
        for row in rows() {
            for panel in &row.panels {
                let series: Vec<Value> = panel
                    .queries
                    .iter()
                    .flat_map(|(expression, legend)| self.series(expression, legend))
                    .collect();
                panels.push(json!({
                    "row": row.title, "title": panel.title, "unit": panel.unit, "width": panel.width, "height": row.height,
                    "look": panel.look.name(), "badFrom": panel.bad_from, "series": series,
                }));
            }
        }
        panels
    }

    fn series(&self, expression: &str, legend: &str) -> Vec<Value> {
        let asked = expression
            .replace("$namespace", ".*")
            .replace("$migration", ".*");
        let end = now();
        let step = (end - self.begun).div_ceil(POINTS).max(1);
        let result = self.prometheus.query_range(&asked, (self.begun, end), step);
        let named = |series: Value| {
            let mut name = legend.to_owned();
            for (label, value) in series["metric"].as_object().into_iter().flatten() {
                name = name.replace(
                    &format!("{{{{{label}}}}}"),
                    value.as_str().unwrap_or_default(),
                );
            }
            json!({ "name": name, "points": series["values"] })
        };
        result.into_iter().map(named).collect()
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
