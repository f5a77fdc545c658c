//! A real Kubernetes: [`ControlPlane`] is etcd, the API server and the controller manager; a [`Node`] adds what runs
//! containers to one. No part is a stand-in. `tests/cluster.sh` builds the components and fetches the rest.
//!
//! A test that needs objects, users and controllers takes a namespace of [`ControlPlane::shared`], which starts in seconds;
//! one that stops the API server starts its own. Only a test that looks at what happens in a container takes
//! [`Node::shared`], which needs root. There is one node on a machine at a time.
//!
//! ```text
//! let cluster = ControlPlane::shared();
//! let namespace = cluster.namespace("words");
//! cluster.apply(&namespace, "{apiVersion: v1, kind: ConfigMap, metadata: {name: words}, data: {one: eins}}");
//! let words = cluster.get_json("configmap", &namespace, "words");
//! ```

mod component;
mod containers;
mod control_plane;
mod credentials;
mod enclosure;
mod helm;
mod image;
mod kubectl;
mod node;
mod objects;
mod requests;
mod snapshots;
mod velero;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::cache::fetch;

pub use control_plane::ControlPlane;
pub use helm::{helm, rendered};
pub use image::ImageFile;
pub use kubectl::{Answer, Kubectl};
pub use node::Node;
pub use requests::ApiRequest;
pub use snapshots::SnapshotController;
pub use velero::{Velero, WatchedLocation};

/// The folder with the components, built if it is not there.
fn components() -> PathBuf {
    programs("control-plane").swap_remove(0)
}

/// The folder with what runs containers, fetched if it is not there.
fn container_programs() -> PathBuf {
    programs("node").swap_remove(1)
}

/// Builds the image of this checkout, from the build that the test belongs to; returns the path of the archive.
pub fn remold_image() -> PathBuf {
    static IMAGE: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = std::env::current_exe().expect("a test has a path");
        let is_release = program
            .components()
            .any(|part| part.as_os_str() == "release");
        let profile = if is_release { "release" } else { "debug" };
        fetch("image.sh", profile).trim_end().into()
    });
    IMAGE.clone()
}

/// Puts the custom resources of a program in place, which `tests/cluster.sh` has put beside its folder.
fn install_definitions(cluster: &ControlPlane, programs: &Path) {
    let folder = programs.with_file_name("definitions");
    let folder = folder.display().to_string();
    // Some are too long for the annotation that a plain apply makes.
    let apply = ["apply", "--server-side", "--filename", &folder];
    cluster.kubectl(&apply).succeeded();
    let wait = [
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "--filename",
        &folder,
    ];
    cluster.kubectl(&wait).succeeded();
}

fn programs(what: &str) -> Vec<PathBuf> {
    let folders: Vec<PathBuf> = fetch("cluster.sh", what)
        .lines()
        .map(PathBuf::from)
        .collect();
    assert!(!folders.is_empty(), "cluster.sh prints folders");
    folders
}
