//! What this machine says of registries: the variables and files in which other tools look for it too.

use std::path::PathBuf;

use remold::{ArtifactReference, Registries};

use crate::arguments::RegistryArguments;
use crate::startup;

/// Finds out how registries are reached.
pub(crate) fn of_machine() -> Registries {
    Registries {
        cache: startup::cache().map(|cache| cache.join("oci")),
        credentials: credentials(),
        plain_http: plain_http(),
    }
}

/// Finds out how registries are reached by a command that has options for it.
pub(crate) fn for_command(
    arguments: &RegistryArguments,
    reference: &ArtifactReference,
) -> Registries {
    let mut registries = of_machine();
    if arguments.plain_http {
        registries.plain_http.push(reference.registry().to_owned());
    }
    registries
}

/// Lists the files with credentials: of Docker and of Podman, each in its usual places.
fn credentials() -> Vec<PathBuf> {
    let docker = startup::folder("DOCKER_CONFIG")
        .or_else(|| Some(startup::folder("HOME")?.join(".docker")))
        .map(|folder| folder.join("config.json"));
    let podman =
        startup::folder("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json"));
    let podmans_other =
        startup::folder("HOME").map(|home| home.join(".config/containers/auth.json"));
    let named = startup::folder("REGISTRY_AUTH_FILE");
    let files = [named, docker, podman, podmans_other];
    files.into_iter().flatten().collect()
}

fn plain_http() -> Vec<String> {
    let named = std::env::var("REMOLD_PLAIN_HTTP").unwrap_or_default();
    let named = named.split(',').map(str::trim);
    named
        .filter(|registry| !registry.is_empty())
        .map(str::to_owned)
        .collect()
}
