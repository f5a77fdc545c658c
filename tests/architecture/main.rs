//! The rules of the architecture that can be read off the workspace itself: who may depend on whom, which crate owns
//! which outside package, which crates are free of input and output, and the habits that every source file keeps.
//!
//! A failing test names each place that breaks the rule. The rules are those of `ARCHITECTURE.md`; change them there
//! first.

mod dependencies;
mod purity;
mod source;
mod style;

use cargo_metadata::{Metadata, MetadataCommand};

/// The workspace as Cargo sees it, without outside packages.
fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata reads the workspace")
}

/// Fails with one line per breach.
#[track_caller]
fn assert_none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}
