//! What the shape alone cannot say: combinations and orders that make no sense.

use std::collections::HashSet;

use remold_host_api::Pattern;

use crate::artifact::{ArtifactReference, ContentDigest};
use crate::error::{Finding, MAX_FINDINGS, Problem};
use crate::quantity::Percentage;
use crate::spec::capability::CapabilitySpec;
use crate::spec::select::RESERVED_PREFIX;
use crate::spec::transform::{RhaiSource, TransformSpec, WasmPlace, WasmSource};
use crate::spec::{Migration, Spec};
use crate::yaml::{Node, Path};

mod cluster;

/// Finds everything that makes no sense in a migration of the right shape.
pub(crate) fn validate(migration: &Migration, root: &Node) -> Vec<Finding> {
    let mut validation = Validation {
        root,
        findings: Vec::new(),
    };
    validation.select(&migration.spec);
    validation.transform(&migration.spec.transform);
    validation.schema(&migration.spec);
    validation.capabilities(&migration.spec);
    validation.canary(&migration.spec);
    for (path, problem) in cluster::problems(&migration.spec) {
        validation.report(&path, problem);
    }
    validation.findings
}

struct Validation<'a> {
    root: &'a Node,
    findings: Vec<Finding>,
}

impl Validation<'_> {
    fn select(&mut self, spec: &Spec) {
        let path = Path::of(&["spec", "select"]);
        let select = &spec.select;
        if let Some(keys) = &select.keys {
            let path = path.field("keys");
            if select.match_ != "*" {
                let problem = Problem::Exclusive {
                    name: "keys".to_owned(),
                    other: "match".to_owned(),
                };
                self.report(&path, problem);
            }
            let mut seen = HashSet::new();
            for (index, key) in keys.iter().enumerate() {
                if self.findings.len() > MAX_FINDINGS {
                    return;
                }
                if key.starts_with(RESERVED_PREFIX) {
                    self.report(&path.index(index), reserved());
                }
                if !seen.insert(key) {
                    let found = crate::yaml::quote(key);
                    self.report(&path.index(index), Problem::Repeated { found });
                }
            }
        }
        self.not_reserved(&path.field("match"), &select.match_);
    }

    fn transform(&mut self, transform: &TransformSpec) {
        let path = Path::of(&["spec", "transform"]);
        match transform {
            TransformSpec::Rhai(RhaiSource::Source(_))
            | TransformSpec::Uses(_)
            | TransformSpec::Steps(_) => {}
            TransformSpec::Rhai(RhaiSource::File(file)) => {
                self.inside(&path.field("rhai").field("file"), file);
            }
            TransformSpec::Wasm(wasm) => {
                self.component(&path.field("wasm"), wasm);
            }
        }
    }

    fn schema(&mut self, spec: &Spec) {
        let path = Path::of(&["spec"]);
        if let Some(folder) = spec
            .schema
            .as_ref()
            .and_then(|schema| schema.registry.as_ref())
        {
            // It may be shared with other migrations, so that it need not be inside the manifest's folder.
            let is_relative = !folder.starts_with('/')
                && !folder.contains('\\')
                && folder.split('/').all(|part| !part.is_empty());
            if !is_relative {
                let problem = Problem::Form {
                    expected: "a relative path with `/`",
                    found: folder.clone(),
                };
                self.report(&path.field("schema").field("registry"), problem);
            }
        }
        if !matches!(spec.transform, TransformSpec::Steps(_)) {
            return;
        }
        let mut contradicts = |field: &str, message: &str, hint: &str| {
            let problem = Problem::Contradiction {
                message: message.to_owned(),
                hint: Some(hint.to_owned()),
            };
            self.report(&path.field(field), problem);
        };
        if spec.schema.is_none() {
            contradicts(
                "transform",
                "`steps` are the migrations between versions, and no versions are named",
                "add `schema: { subject: …, to: … }`",
            );
        }
        if !spec.parameters.is_empty() {
            contradicts(
                "parameters",
                "each of the registered migrations has parameters of its own",
                "leave them out here",
            );
        }
        if spec.capabilities != CapabilitySpec::default() {
            contradicts(
                "capabilities",
                "each of the registered migrations asks for its own",
                "leave them out here; `--grant` narrows what is granted",
            );
        }
    }

    fn component(&mut self, path: &Path, wasm: &WasmSource) {
        if let Some(digest) = &wasm.digest {
            self.digest(&path.field("digest"), digest);
        }
        match wasm.place() {
            WasmPlace::File(file) => {
                self.inside(&path.field("file"), file);
                if wasm.signature.is_some() {
                    let problem = Problem::Exclusive {
                        name: "signature".to_owned(),
                        other: "file".to_owned(),
                    };
                    self.report(&path.field("signature"), problem);
                }
            }
            WasmPlace::Oci(name) => match name.parse::<ArtifactReference>() {
                Err(source) => {
                    let found = name.to_owned();
                    self.report(&path.field("oci"), Problem::Reference { found, source });
                }
                Ok(reference) => {
                    let named = reference.digest().map(ContentDigest::as_str);
                    if let (Some(named), Some(digest)) = (named, &wasm.digest)
                        && named != digest
                    {
                        let problem = Problem::DigestsDiffer {
                            digest: digest.clone(),
                            named: named.to_owned(),
                        };
                        self.report(&path.field("digest"), problem);
                    }
                }
            },
        }
        if let Some(signature) = &wasm.signature
            && !signature.is_inline()
        {
            self.inside(&path.field("signature").field("key"), &signature.key);
        }
    }

    /// Checks that a file is inside the manifest's folder.
    fn inside(&mut self, path: &Path, file: &str) {
        let inside = !file.starts_with('/')
            && !file.contains('\\')
            && file.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !inside {
            let problem = Problem::Form {
                expected: "a relative path with `/` that stays inside the manifest's folder",
                found: file.to_owned(),
            };
            self.report(path, problem);
        }
    }

    fn digest(&mut self, path: &Path, digest: &str) {
        if digest.parse::<ContentDigest>().is_err() {
            let problem = Problem::Form {
                expected: "`sha256:` and 64 hexadecimal digits in lower case",
                found: digest.to_owned(),
            };
            self.report(path, problem);
        }
    }

    fn capabilities(&mut self, spec: &Spec) {
        let path = Path::of(&["spec", "capabilities"]);
        let capabilities = &spec.capabilities;
        for (name, patterns) in [
            ("read", &capabilities.read),
            ("write", &capabilities.write),
            ("scan", &capabilities.scan),
        ] {
            for (index, pattern) in patterns.iter().enumerate() {
                self.not_reserved(&path.field(name).index(index), pattern);
            }
        }
    }

    fn canary(&mut self, spec: &Spec) {
        let path = Path::of(&["spec", "strategy", "canary"]);
        let mut previous: Option<Percentage> = None;
        for (index, share) in spec.strategy.canary.iter().enumerate() {
            let path = path.index(index);
            if share.parts_per_million() == 0 {
                self.report(&path, Problem::Zero);
            }
            if let Some(previous) = previous.filter(|previous| previous >= share) {
                let problem = Problem::CanaryOrder {
                    found: share.to_string(),
                    previous: previous.to_string(),
                };
                self.report(&path, problem);
            }
            previous = Some(*share);
        }
    }

    fn not_reserved(&mut self, path: &Path, pattern: &str) {
        let pattern = Pattern::new(pattern.to_owned());
        if pattern
            .literal_prefix()
            .starts_with(RESERVED_PREFIX.as_bytes())
        {
            self.report(path, reserved());
        }
    }

    fn report(&mut self, path: &Path, problem: Problem) {
        let node = self.root.at(path.segments());
        let span = node.map_or(self.root.span.start..self.root.span.start, |node| {
            node.span.clone()
        });
        self.findings
            .push(Finding::new(span, path.clone(), problem));
    }
}

const fn reserved() -> Problem {
    Problem::Reserved {
        prefix: RESERVED_PREFIX,
    }
}
