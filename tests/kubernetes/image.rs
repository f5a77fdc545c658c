//! The image that the Dockerfile makes: what is in it, what it says of itself, and that its program finds its way in a cluster.

mod names;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use remold_tests::{remold_image, root};
use serde_json::{Value, json};

use names::Names;

use super::node::node_with_shell;

/// Reads a file of the image's archive.
fn part(name: &str) -> Vec<u8> {
    let output = Command::new("tar")
        .arg("--extract")
        .arg("--to-stdout")
        .arg("--file")
        .arg(remold_image())
        .arg(name)
        .output()
        .expect("tar can be started");
    assert!(output.status.success(), "{name}: {output:?}");
    output.stdout
}

fn json_part(name: &str) -> Value {
    serde_json::from_slice(&part(name)).expect("it is JSON")
}

#[test]
fn there_is_one_program_in_it_and_certificates_and_what_it_is_made_of() {
    let manifest = json_part("manifest.json");
    let layers = manifest[0]["Layers"].as_array().expect("there are layers");
    assert_eq!(layers.len(), 1, "{manifest:#}");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let layer = folder.path().join("layer.tar");
    let name = layers[0].as_str().expect("it has a name");
    std::fs::write(&layer, part(name)).expect("a file can be written");
    let output = Command::new("tar")
        .arg("--list")
        .arg("--verbose")
        .arg("--numeric-owner")
        .arg("--file")
        .arg(&layer)
        .output()
        .expect("tar can be started");
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    let files: Vec<(&str, &str, &str)> = listing
        .lines()
        .filter(|line| !line.starts_with('d'))
        .map(|line| {
            let mut words = line.split_whitespace();
            let mode = words.next().unwrap_or_default();
            let owner = words.next().unwrap_or_default();
            (mode, owner, words.last().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        files,
        [
            ("-rw-r--r--", "0/0", "etc/ssl/certs/ca-certificates.crt"),
            ("-rwxr-xr-x", "0/0", "usr/bin/remold"),
            ("-rw-r--r--", "0/0", "usr/share/sbom/remold.cdx.json"),
        ],
        "{listing}"
    );

    let configuration = json_part(manifest[0]["Config"].as_str().expect("it has one"));
    let settings = &configuration["config"];
    assert_eq!(settings["User"], "65532:65532");
    assert_eq!(settings["Entrypoint"], json!(["/usr/bin/remold"]));
    let labels = &settings["Labels"];
    assert_eq!(labels["org.opencontainers.image.title"], "Remold");
    assert_eq!(labels["org.opencontainers.image.licenses"], "Apache-2.0");
    assert_eq!(labels["dev.remold.sbom"], "/usr/share/sbom/remold.cdx.json");
}

#[test]
fn the_bill_of_materials_names_what_is_linked_and_nothing_else() {
    let path = remold_image().with_file_name("image/usr/share/sbom/remold.cdx.json");
    let text = std::fs::read(path).expect("it is there");
    let bill: Value = serde_json::from_slice(&text).expect("it is JSON");
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"]),
        (&json!("CycloneDX"), &json!("1.6"))
    );
    let components = bill["components"].as_array().expect("it has components");
    let names: BTreeSet<&str> = components
        .iter()
        .filter_map(|component| component["name"].as_str())
        .collect();
    for linked in [
        "remold-engine",
        "remold-kube",
        "rhai",
        "wasmtime",
        "ring",
        "kube-client",
    ] {
        assert!(names.contains(linked), "{linked} is missing");
    }
    for other in ["proptest", "insta", "redis", "clap_derive", "remold-tests"] {
        assert!(!names.contains(other), "{other} is there");
    }
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("it is there");
    let mut references = BTreeSet::from(["pkg:cargo/remold-cli@0.1.0".to_owned()]);
    for component in components {
        let text = |field: &str| component[field].as_str().unwrap_or_default().to_owned();
        let (name, version) = (text("name"), text("version"));
        let mut entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        if let Some(hash) = component["hashes"][0]["content"].as_str() {
            entry.push_str("source = \"registry+https://github.com/rust-lang/crates.io-index\"\n");
            writeln!(entry, "checksum = \"{hash}\"").expect("a text takes everything");
        } else {
            assert!(name.starts_with("remold"), "{name} has no checksum");
        }
        assert!(lock.contains(&entry), "not in Cargo.lock: {entry}");
        assert_eq!(text("purl"), format!("pkg:cargo/{name}@{version}"));
        assert!(
            component["licenses"][0]["expression"].is_string(),
            "{name} has no licence"
        );
        references.insert(text("bom-ref"));
    }
    let edges = bill["dependencies"].as_array().expect("it has edges");
    assert_eq!(edges.len(), references.len());
    for edge in edges {
        let needed = edge["dependsOn"].as_array().expect("a list");
        for reference in needed.iter().chain([&edge["ref"]]) {
            let reference = reference.as_str().expect("a reference is text");
            assert!(
                references.contains(reference),
                "{reference} is no component"
            );
        }
    }
}

#[test]
fn the_dockerfile_takes_the_compiler_of_the_checkout() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("it is there");
    let toolchain = read("rust-toolchain.toml");
    let version = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .expect("it names a version")
        .trim_matches('"');
    let wanted = format!("ARG RUST_VERSION={version}");
    assert!(
        read("Dockerfile").lines().any(|line| line == wanted),
        "{wanted} is not there"
    );
}

/// A static program brings its own resolver, which has no files to be told by but `resolv.conf`.
#[test]
fn its_program_finds_a_service_by_its_name() {
    let node = node_with_shell();
    let image = node.load_remold();
    let cluster = node.cluster();
    let namespace = cluster.namespace("names");
    let names = Names::serve(node.machine_address());
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "look" },
        "spec": {
            "restartPolicy": "Never",
            "dnsPolicy": "None",
            "dnsConfig": {
                "nameservers": [node.machine_address()],
                "searches": [format!("{namespace}.svc.cluster.local"), "svc.cluster.local", "cluster.local"],
                "options": [{ "name": "ndots", "value": "5" }],
            },
            "containers": [{
                "name": "remold",
                "image": image,
                "imagePullPolicy": "Never",
                "args": ["status", "--target", "redis://redis.shop.svc:6379"],
            }],
        },
    });
    cluster.apply(&namespace, &pod.to_string());
    cluster.wait_for("pod", &namespace, "look", "has ended", |pod| {
        let phase = pod["status"]["phase"].as_str()?;
        ["Succeeded", "Failed"].contains(&phase).then_some(())
    });
    let log = cluster
        .kubectl(&["logs", "look", "--namespace", &namespace])
        .succeeded();
    let asked = names.asked();
    assert!(
        asked
            .iter()
            .any(|name| name == "redis.shop.svc.cluster.local"),
        "{asked:?}\n{log}"
    );
    // The answer was believed: nobody listens there.
    assert!(
        log.contains("refused") || log.contains("127.0.0.9"),
        "{asked:?}\n{log}"
    );
}
