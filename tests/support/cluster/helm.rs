//! Helm, and the charts of this checkout. Nothing is installed with it: what it renders is applied as a user of other tools does.

use std::process::Command;

use super::{Answer, programs};
use crate::guests::root;

/// Runs Helm, with something to read. Nothing of the machine's own configuration is read.
pub fn helm(arguments: &[&str], input: &str) -> Answer {
    let mut command = Command::new(programs("helm").swap_remove(0).join("helm"));
    let nowhere = "/nonexistent/remold-tests";
    command
        .args(arguments)
        .current_dir(root())
        .env("KUBECONFIG", nowhere)
        .env("HELM_CONFIG_HOME", nowhere)
        .env("HELM_CACHE_HOME", nowhere)
        .env("HELM_DATA_HOME", nowhere);
    Answer::of(command, input)
}

/// Renders a chart of `deploy/helm` with values, YAML, as a release of this name.
pub fn rendered(chart: &str, release: &str, namespace: &str, values: &str) -> Answer {
    let chart = format!("deploy/helm/{chart}");
    let arguments = [
        "template",
        release,
        &chart,
        "--namespace",
        namespace,
        "--values",
        "-",
    ];
    helm(&arguments, values)
}
