//! The generated pages of the reference are up to date.

use std::path::Path;

use crate::support::Place;

#[test]
fn the_pages_are_up_to_date() {
    let place = Place::with_users();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for page in [
        "catalogue",
        "catalogue-schema",
        "cli",
        "cli-json",
        "errors",
        "exit-codes",
        "traces",
        "wit",
    ] {
        let generated = place.remold(&["reference", page]).out;
        let name = match page {
            "catalogue-schema" => "catalogue.schema.json".to_owned(),
            page => format!("{page}.md"),
        };
        let written = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            written == generated,
            "docs/reference/{name} is not up to date: cargo run -p remold-cli -- reference {page} > docs/reference/{name}"
        );
    }
}
