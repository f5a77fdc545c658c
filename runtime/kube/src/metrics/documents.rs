//! What is made of the table and committed: the reference, the alerts, the dashboard.

use super::push;
use super::table::{Exposer, Label, Metric, Values, all};
use super::{alerts, dashboard};

/// Returns the documents, each with its place in the repository.
pub fn documents() -> [(&'static str, String); 3] {
    [
        ("docs/reference/metrics.md", reference()),
        ("deploy/helm/remold/files/rules.yaml", alerts::rules()),
        (
            "deploy/helm/remold/files/dashboard.json",
            dashboard::dashboard(),
        ),
    ]
}

fn reference() -> String {
    let mut page = String::from(HEAD);
    let parts = [
        ("Both", "Both", Exposer::Both),
        ("The controller", "`remold controller`", Exposer::Controller),
        (
            "A worker",
            "`remold run`, `resume`, `rollback` and `verify`, with `--metrics ADDRESS`",
            Exposer::Worker,
        ),
    ];
    for (title, who, by) in parts {
        push(
            &mut page,
            format_args!(
                "\n## {title}\n\nExposed by {}.\n",
                who.to_lowercase().replace("both", "controller and workers")
            ),
        );
        page.push_str("\n| metric | is | labels | tells |\n|---|---|---|---|\n");
        all()
            .filter(|metric| metric.by() == by)
            .for_each(|metric| page.push_str(&row(metric)));
    }
    page.push_str("\n## Labels\n\nEach label holds one of these, or `other` for what is new.\n\n| label | of | holds |\n|---|---|---|\n");
    let mut known: Vec<Label> = Vec::new();
    for metric in all() {
        for label in metric
            .labels()
            .iter()
            .filter(|label| matches!(label.values, Values::Words(_)))
        {
            if known.contains(label) {
                continue;
            }
            known.push(*label);
            let of: Vec<String> = all()
                .filter(|metric| metric.labels().contains(label))
                .map(|metric| format!("`{}`", metric.name()))
                .collect();
            push(
                &mut page,
                format_args!(
                    "| `{}` | {} | {} |\n",
                    label.name,
                    of.join(", "),
                    values(label)
                ),
            );
        }
    }
    page.push_str(ALERTS);
    for (_, group) in alerts::groups() {
        for alert in group {
            let anchor = alert.name.to_lowercase();
            push(
                &mut page,
                format_args!(
                    "| [{}](../guide/runbooks.md#{anchor}) | {} | {} |\n",
                    alert.name,
                    alert.severity.name(),
                    alert.description
                ),
            );
        }
    }
    page
}

fn row(metric: &Metric) -> String {
    let samples: Vec<String> = metric
        .samples()
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let labels: Vec<String> = metric
        .labels()
        .iter()
        .map(|label| match label.values {
            Values::Words(_) => format!("`{}`", label.name),
            Values::Objects(what) => format!("`{}`: {what}", label.name),
            Values::AtMost(most, what) => format!("`{}`: {most} {what}", label.name),
        })
        .collect();
    let kind = metric
        .unit()
        .map_or(metric.kind().name().to_owned(), |unit| {
            format!("{}, {unit}", metric.kind().name())
        });
    format!(
        "| {} | {kind} | {} | {} |\n",
        samples.join("<br>"),
        labels.join("<br>"),
        metric.help()
    )
}

fn values(label: &Label) -> String {
    match label.values {
        Values::Words(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Values::Objects(what) => what.to_owned(),
        Values::AtMost(most, what) => format!("{most} {what}"),
    }
}

const HEAD: &str = "# Metrics

Made of the table in `runtime/kube/src/metrics/table/`; not to be changed by hand.

`/metrics` speaks OpenMetrics 1.0, and the older text format of Prometheus to whoever does not ask for it. Names, units and kinds
are those of OpenMetrics: base units, the unit at the end of the name, `_total` for counters. No key and no run is a label; names
of objects are labels only where there are as many series as objects.

What the controller says of runs is read off the objects, so it covers pods that had ended before anybody scraped them. Only the
controller that leads has it. Several of these series have a label `namespace`, that of the object: scrape with `honorLabels: true`
(the chart's PodMonitor does).
";

const ALERTS: &str = "
## Alerts

`deploy/helm/remold/files/rules.yaml`, in the chart by `metrics.prometheusRule.enabled`.

| alert | severity | means |
|---|---|---|
";

#[cfg(test)]
mod tests;
