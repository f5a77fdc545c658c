//! Edges between the workspace's crates, and the owners of outside packages.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::Package;

use super::{assert_none, workspace};

/// Which crates of the workspace each crate may use directly; what those may use, it may use too.
const MAY_USE: &[(&str, &[&str])] = &[
    ("remold-host-api", &[]),
    ("remold-rdb", &["remold-host-api"]),
    ("remold-manifest", &["remold-host-api"]),
    ("remold-schema", &["remold-manifest", "remold-host-api"]),
    ("remold-catalogue", &["remold-schema"]),
    (
        "remold-engine",
        &["remold-schema", "remold-manifest", "remold-rdb"],
    ),
    ("remold-allocator", &[]),
    (
        "remold-sandbox-rhai",
        &["remold-host-api", "remold-allocator"],
    ),
    ("remold-sandbox-wasm", &["remold-host-api"]),
    ("remold-store-redis", &["remold-engine"]),
    ("remold-archive", &["remold-engine"]),
    ("remold-watch", &[]),
    ("remold-kube", &["remold-manifest"]),
    ("remold-oci", &["remold-manifest"]),
    (
        "remold",
        &[
            "remold-catalogue",
            "remold-sandbox-rhai",
            "remold-sandbox-wasm",
            "remold-store-redis",
            "remold-archive",
            "remold-oci",
        ],
    ),
    ("remold-telemetry", &[]),
    ("remold-toolchain", &[]),
    (
        "remold-cli",
        &[
            "remold",
            "remold-allocator",
            "remold-kube",
            "remold-telemetry",
            "remold-toolchain",
            "remold-watch",
        ],
    ),
];

/// Outside packages that only one crate may name. The tests may name them too where it says so.
const OWNERS: &[(&str, &str, bool)] = &[
    ("clap", "remold-cli", true),
    ("console", "remold-cli", false),
    ("json-patch", "remold-sandbox-rhai", false),
    ("jsonschema", "remold-schema", false),
    ("kube", "remold-kube", false),
    ("mimalloc", "remold-allocator", false),
    ("notify", "remold-watch", false),
    ("object_store", "remold-archive", false),
    ("opentelemetry", "remold-telemetry", false),
    ("opentelemetry-proto", "remold-telemetry", false),
    ("opentelemetry_sdk", "remold-telemetry", false),
    ("prost", "remold-telemetry", false),
    // A client that somebody else wrote, for the tests alone.
    ("redis", "remold-tests", true),
    ("reqwest", "remold-archive", false),
    ("rhai", "remold-sandbox-rhai", false),
    ("rustls", "remold-store-redis", true),
    ("ring", "remold-oci", false),
    ("spki", "remold-oci", false),
    ("ureq", "remold-oci", false),
    ("serde_json_path", "remold-sandbox-rhai", false),
    // The tests read what a guest imports.
    ("wasmparser", "remold-sandbox-wasm", true),
    ("wasmtime", "remold-sandbox-wasm", false),
];

/// Outside packages that another crate than their owner has to name, and why.
const ALSO: &[(&str, &str, &str)] = &[
    (
        "rustls",
        "remold-archive",
        "the package that speaks with object stores takes a configuration of TLS, or asks the whole process for one",
    ),
    (
        "ureq",
        "remold-telemetry",
        "spans go to a collector by HTTP; neither crate is below the other, and a client is all that they would share",
    ),
];

/// The crates of the tests and of the benchmark, which may use everything.
const TESTS: &[&str] = &["remold-tests", "remold-bench", "remold-simulation"];

#[test]
fn crates_use_each_other_in_the_allowed_direction_only() {
    let direct: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let workspace = workspace();
    let members: BTreeSet<&str> = workspace
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let mut breaches = Vec::new();
    for package in &workspace.packages {
        let name = package.name.as_str();
        if TESTS.contains(&name) {
            continue;
        }
        let Some(allowed) = direct.get(name) else {
            breaches.push(format!("{name} has no line in MAY_USE"));
            continue;
        };
        let allowed = closure(&direct, allowed);
        for used in names(package)
            .intersection(&members)
            .filter(|used| !allowed.contains(*used))
        {
            breaches.push(format!("{name} uses {used}"));
        }
    }
    assert_none("a crate uses another that it may not use", &breaches);
}

#[test]
fn an_outside_package_has_one_owner() {
    let workspace = workspace();
    let mut breaches = Vec::new();
    for (outside, owner, tests_may) in OWNERS {
        for package in workspace
            .packages
            .iter()
            .filter(|package| names(package).contains(outside))
        {
            let name = package.name.as_str();
            let also = ALSO
                .iter()
                .any(|(also, by, _)| also == outside && *by == name);
            if name != *owner && !also && !(TESTS.contains(&name) && *tests_may) {
                breaches.push(format!("{name} names {outside}, which belongs to {owner}"));
            }
        }
    }
    assert_none(
        "an outside package is named by a crate that does not own it",
        &breaches,
    );
}

#[test]
fn no_library_uses_anyhow_and_every_crate_has_the_workspace_lints() {
    let workspace = workspace();
    let mut breaches = Vec::new();
    for package in &workspace.packages {
        if names(package).contains("anyhow") {
            breaches.push(format!("{} uses anyhow", package.name));
        }
        let manifest =
            std::fs::read_to_string(&package.manifest_path).expect("a manifest can be read");
        if !manifest.contains("[lints]\nworkspace = true") {
            breaches.push(format!(
                "{} does not have [lints] workspace = true",
                package.name
            ));
        }
    }
    assert_none("a crate's manifest breaks a rule", &breaches);
}

/// What a package depends on, of every kind.
fn names(package: &Package) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        .map(|dependency| dependency.name.as_str())
        .collect()
}

fn closure<'a>(direct: &BTreeMap<&'a str, &'a [&'a str]>, from: &[&'a str]) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = from.to_vec();
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(direct.get(name).copied().unwrap_or_default());
        }
    }
    reached
}
