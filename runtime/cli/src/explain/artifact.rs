//! Components in registries.

use super::Area::Artifact;
use super::{Explanation, explained};

const NOTHING: &str = "Nothing was written, and what was pulled was not used.";

const fn at(code: &'static str, happened: &'static str, remedy: &'static str) -> Explanation {
    explained(code, Artifact, happened, NOTHING, remedy)
}

/// What they mean.
pub(super) const EXPLANATIONS: &[Explanation] = &[
    at(
        "registry-unreachable",
        "The registry, or a server that it named, cannot be reached, or did not answer in time.",
        "Check the name and the network, and give the same command again. What was pulled before is used without the registry.",
    ),
    at(
        "registry-tls",
        "There is no connection by TLS that can be trusted.",
        "SSL_CERT_FILE names the certificate of an own authority. REMOLD_PLAIN_HTTP names registries that have no TLS.",
    ),
    at(
        "registry-login",
        "The registry wants to know who asks: there are no credentials for it, or it does not accept them.",
        "`docker login` or `podman login` stores credentials, in ~/.docker/config.json or where DOCKER_CONFIG and REGISTRY_AUTH_FILE say.",
    ),
    at(
        "registry-denied",
        "The registry knows who asks, and refuses.",
        "Have that account given the right to pull, or to push, in this repository.",
    ),
    at(
        "registry-failed",
        "The registry answered with a failure of its own, or wants fewer requests, and did so again when it was asked a few times.",
        "Give the same command again when that has passed.",
    ),
    at(
        "registry-protocol",
        "What answers does not speak like a registry.",
        "Check the name.",
    ),
    at(
        "registry-credentials",
        "There are credentials, and they cannot be read, or the program that keeps them fails.",
        "Mend the file or the program that is named, or store them anew.",
    ),
    at(
        "artifact-not-found",
        "The registry does not have what was asked for. Some say so too of what is not public.",
        "Look up tag and digest in the registry, or log in.",
    ),
    at(
        "artifact-kind",
        "The artifact is no component, but an image, a list, or something else.",
        "Push it by `remold push` or `wkg oci push`: a configuration of the type application/vnd.wasm.config.v0+json and one layer of the type application/wasm.",
    ),
    at(
        "artifact-layers",
        "The artifact has several layers, or none. A component is exactly one.",
        "Push it by `remold push` or `wkg oci push`.",
    ),
    at(
        "artifact-too-large",
        "The component, or what belongs to it, is larger than anything of its kind may be.",
        "Strip the component of debugging information, or leave out what it does not use.",
    ),
    at(
        "artifact-size",
        "The component has another size than its manifest says.",
        "Do not use it: the registry, or something on the way, gives out other bytes than were pushed.",
    ),
    at(
        "artifact-digest",
        "What came does not have the digest that it must have.",
        "Do not use it: the registry, or something on the way, gives out other bytes than were pushed.",
    ),
    at(
        "unsigned",
        "The manifest, or --key, asks for a signature, and the artifact has none.",
        "Sign it: `cosign sign --key cosign.key REFERENCE@DIGEST`. Signatures without a key and attestations do not count.",
    ),
    at(
        "bad-signature",
        "The artifact has signatures, and none of them was made by the key for this artifact.",
        "Find out who signed what: the key may have been changed, or another artifact may have been meant. `cosign verify --key KEY` is a second opinion.",
    ),
    at(
        "signature-key",
        "The key is no public key in PEM, or of a kind that is not supported.",
        "Give cosign.pub, or what `cosign public-key` prints: ECDSA on P-256 or P-384, RSA from 2048 bits, Ed25519.",
    ),
    at(
        "no-tag",
        "A component is pushed under a tag, and there is none, or a digest in its place.",
        "Write REGISTRY/REPOSITORY:TAG; the version is a good tag.",
    ),
    at(
        "tag-taken",
        "The tag stands for another artifact. Whoever pulls by it would get something else without notice.",
        "Take another tag; --replace lets it stand for this component.",
    ),
];
