//! The manifest of a Job and the files that it names, checked before they are sent on their way.

use std::collections::BTreeMap;
use std::path::Path;

use remold::Migration;
use remold::manifest::{Document, Spec};
use remold_kube::workers::Papers;

use crate::report::Report;
use crate::screen;
use crate::style::{NOTE, paint};

/// A migration on its way into a cluster.
pub(super) struct Migrating {
    /// Its name.
    pub(super) name: String,
    /// Its digest; of one whose schemas are the server's, that of the manifest alone.
    pub(super) digest: String,
    /// What the manifest says.
    pub(super) spec: Spec,
    /// Manifest and files.
    pub(super) papers: Papers,
}

/// Reads and checks a manifest, and collects what it names.
pub(super) fn read(path: &Path) -> Result<Migrating, Report> {
    let path = crate::commands::manifest_of(path);
    let file = |error: &std::io::Error| Report::file(&path, error);
    let manifest = std::fs::read_to_string(&path).map_err(|error| file(&error))?;
    let document = Document::read(&path.display().to_string(), &manifest)?;
    let schema = document.migration.spec.schema.as_ref();
    if schema.is_some_and(|schema| schema.registry.is_some()) {
        return Err(Report::usage(
            "the schemas of this migration are in a folder, which no worker has",
            &[
                "register them in the server by `remold schema register FOLDER`, and leave `registry` out of `spec.schema`",
            ],
        ));
    }
    if schema.is_some() {
        // Its schemas are the server's, which is not contacted.
        screen::err(&format!(
            "{}: the schemas are the server's: `remold plan` checks the migration against them\n",
            paint(NOTE, "note")
        ));
        return Ok(Migrating {
            name: document.migration.metadata.name.clone(),
            digest: document.migration.digest(&[]).to_string(),
            spec: document.migration.spec,
            papers: Papers {
                manifest,
                files: BTreeMap::new(),
            },
        });
    }
    let migration = Migration::load(&path)?;
    Ok(Migrating {
        name: migration.name().to_owned(),
        digest: migration.digest().to_owned(),
        spec: migration.spec().clone(),
        papers: Papers {
            manifest,
            files: migration.files()?,
        },
    })
}
