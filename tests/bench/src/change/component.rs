//! The change as a component, for hashes: in each language, a record at a time and a column at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use remold::Migration;
use remold_tests::{Language, cache};

use super::script::manifest;
use crate::arguments::Shape;
use crate::error::Error;

/// How a transform is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A record at a time, by accessors.
    Records,
    /// The batch at once, by columns.
    Columns,
}

impl Style {
    /// Returns the name of its folder, and its word in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Columns => "columns",
        }
    }
}

/// Builds the component, or finds it built.
pub(crate) fn component(language: Language, style: Style) -> PathBuf {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    let folder = guests.join(language.name).join(style.name());
    language.component(&folder)
}

/// Returns the migration of hashes by a component. Compiled code is kept in the cache of the tests.
pub(crate) fn migration_of_component(component: &Path, shape: Shape) -> Result<Migration, Error> {
    remold::cache_code_in(cache().join("guests").join("code"));
    let bytes = fs::read(component).map_err(Error::io("reading the component"))?;
    let sources = BTreeMap::from([("change.wasm".to_owned(), bytes)]);
    let manifest = manifest("wasm: { file: change.wasm }", shape, None);
    Ok(Migration::from_parts("bench", &manifest, sources)?)
}
