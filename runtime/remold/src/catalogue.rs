//! The catalogue of ready transforms, for manifests that name one by `uses:`.

use std::sync::LazyLock;

use remold_catalogue::{Catalogue, Format, Ready};
use remold_manifest::{Document, Path, Problem};
use serde_json::Map;

use crate::error::Error;

/// The forms of texts that only the sandbox knows.
const FORMATS: &[Format] = &[
    Format {
        name: "rust-regex",
        words: "a regular expression",
        problem: remold_sandbox_rhai::regex_problem,
    },
    Format {
        name: "json-path",
        words: "a JSONPath (RFC 9535)",
        problem: remold_sandbox_rhai::json_path_problem,
    },
];

/// Returns the transforms that this version has.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(FORMATS));
    &CATALOGUE
}

/// Finds the transform that a document uses, and puts the effective parameters into the document: those that are given,
/// checked, and the defaults of all others.
pub(crate) fn used(document: &mut Document, name: &str) -> Result<&'static Ready, Error> {
    let Some(ready) = catalogue().find(name) else {
        let place = Path::of(&["spec", "transform", "uses"]);
        return Err(document.error_at(&place, catalogue().unknown(name)).into());
    };
    let place = Path::of(&["spec", "parameters"]);
    let effective = effective(ready, &document.migration.spec.parameters, &place);
    document.migration.spec.parameters =
        effective.map_err(|problems| document.errors_at(problems))?;
    Ok(ready)
}

/// Checks parameters that stand at a place of a document, and fills in defaults.
pub(crate) fn effective(
    ready: &Ready,
    given: &Map<String, serde_json::Value>,
    place: &Path,
) -> Result<Map<String, serde_json::Value>, Vec<(Path, Problem)>> {
    ready.parameters(given).map_err(|problems| {
        let at_place = |(path, problem): (Path, Problem)| (place.join(&path), problem);
        problems.into_iter().map(at_place).collect()
    })
}
