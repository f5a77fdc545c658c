//! Working in a Kubernetes cluster.

use super::Area::Command;
use super::{Explanation, explained};

const NOTHING: &str = "Nothing was contacted and nothing was written.";
const OBJECTS: &str = "Everything that the controller knows is in the objects of the cluster; workers go on by themselves.";

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    explained(
        "too-large-for-config-map",
        Command,
        "The files of the migration do not fit into a ConfigMap, which holds 1 MiB at most.",
        NOTHING,
        "Push the component to a registry by `remold push`, and name it by `oci` in the manifest: the worker pulls it.",
    ),
    explained(
        "not-a-config-map-key",
        Command,
        "A file of the migration is in a folder of its own, or its name has other characters than letters, digits, `-`, `_` and `.`.",
        NOTHING,
        "Keep it in the manifest's folder itself, under another name.",
    ),
    explained(
        "not-a-job-name",
        Command,
        "The name of the Job, or the run's id that it comes from, cannot be the name of an object.",
        NOTHING,
        "Give it one by --name: at most 52 small letters, digits and hyphens.",
    ),
    explained(
        "no-threads",
        Command,
        "The controller cannot start its threads.",
        NOTHING,
        "Look at the limits of the pod.",
    ),
    explained(
        "metrics-address",
        Command,
        "The metrics cannot be served where `--metrics` says.",
        NOTHING,
        "Another process may listen there: choose another port, or 0 for any that is free.",
    ),
    explained(
        "no-api-server",
        Command,
        "Neither a kubeconfig nor a pod's service account says where the API server is, or what they say cannot be used.",
        NOTHING,
        "In a pod, mount the service account's token; elsewhere name the configuration by KUBECONFIG.",
    ),
    explained(
        "api-server",
        Command,
        "The controller cannot go on because of what the API server says.",
        OBJECTS,
        "Look at the message; a permission may be missing. Then start it again.",
    ),
    explained(
        "lead-lost",
        Command,
        "Another controller holds the Lease, or it could not be renewed in time.",
        OBJECTS,
        "Start it again, as a Deployment does by itself: it waits until it leads.",
    ),
];
