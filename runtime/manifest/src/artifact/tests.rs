//! Names of artifacts: what is taken apart how, and what is refused with which words.

use super::*;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[track_caller]
fn parts(text: &str) -> (String, String, Option<String>, bool) {
    let reference: ArtifactReference = text.parse().expect("a name of an artifact");
    assert_eq!(reference.to_string(), text, "it is written as it was read");
    (
        reference.registry().to_owned(),
        reference.repository().to_owned(),
        reference.tag().map(str::to_owned),
        reference.digest().is_some(),
    )
}

#[track_caller]
fn refused(text: &str, expected: &InvalidReference) {
    assert_eq!(
        text.parse::<ArtifactReference>().as_ref(),
        Err(expected),
        "{text}"
    );
}

#[test]
fn registry_repository_tag_and_digest_are_told_apart() {
    let expect = |registry: &str, repository: &str, tag: Option<&str>, digest| {
        (
            registry.to_owned(),
            repository.to_owned(),
            tag.map(str::to_owned),
            digest,
        )
    };
    assert_eq!(
        parts("ghcr.io/acme/split-name:1.2.0"),
        expect("ghcr.io", "acme/split-name", Some("1.2.0"), false)
    );
    assert_eq!(
        parts("localhost/a__b/c.d/e--f"),
        expect("localhost", "a__b/c.d/e--f", None, false)
    );
    assert_eq!(
        parts("registry:5000/a:_x"),
        expect("registry:5000", "a", Some("_x"), false)
    );
    assert_eq!(
        parts("[::1]:5000/a:b"),
        expect("[::1]:5000", "a", Some("b"), false)
    );
    assert_eq!(
        parts(&format!("ghcr.io/acme/x:1@{DIGEST}")),
        expect("ghcr.io", "acme/x", Some("1"), true)
    );
    assert_eq!(
        parts(&format!("ghcr.io/acme/x@{DIGEST}")),
        expect("ghcr.io", "acme/x", None, true)
    );
}

#[test]
fn what_is_no_name_is_refused_with_the_part_that_is_wrong() {
    use InvalidReference as No;
    let found = |text: &str| text.to_owned();
    refused("", &No::Empty);
    for scheme in ["oci", "https", "docker"] {
        let text = format!("{scheme}://ghcr.io/acme/x:1");
        refused(
            &text,
            &No::Scheme {
                scheme: found(scheme),
            },
        );
    }
    for text in ["split-name", "split-name:1.2.0", "acme/split-name:1.2.0"] {
        refused(text, &No::NoRegistry);
    }
    for registry in [
        "-a.b",
        "a..b",
        "gh cr.io",
        "host:port",
        "host:99999",
        "[::g]:1",
        "[::1]x",
    ] {
        let text = format!("{registry}/a:1");
        let expected = if registry.contains(['.', ':']) {
            No::Registry {
                found: found(registry),
            }
        } else {
            No::NoRegistry
        };
        refused(&text, &expected);
    }
    refused(
        "ghcr.io/Acme/x:1",
        &No::Capitals {
            found: found("Acme/x"),
        },
    );
    for repository in ["", "a//b", "a/", "-a", "a-", "a...b", "a___b", "a b", "ä"] {
        let text = format!("ghcr.io/{repository}");
        refused(
            &text,
            &No::Repository {
                found: found(repository),
            },
        );
    }
    for tag in ["", ".a", "a b", "a:b", &"x".repeat(129)] {
        refused(&format!("ghcr.io/a:{tag}"), &No::Tag { found: found(tag) });
    }
    for digest in ["", "sha256:abc", "md5:abc", &DIGEST.to_uppercase()] {
        refused(
            &format!("ghcr.io/a@{digest}"),
            &No::Digest {
                found: found(digest),
            },
        );
    }
}

#[test]
fn a_name_is_pinned_and_keeps_its_tag() {
    let reference: ArtifactReference = "ghcr.io/acme/x:1".parse().expect("a name");
    let digest: ContentDigest = DIGEST.parse().expect("a digest");
    let pinned = reference.pinned(digest.clone());
    assert_eq!(pinned.to_string(), format!("ghcr.io/acme/x:1@{DIGEST}"));
    assert_eq!(digest.hex().len(), 64);
}
