//! The generated documents are those of the table.

use std::path::Path;

use remold_sandbox_rhai::reference;

fn check(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} is out of date: cargo run -p remold-sandbox-rhai --example generate_script_reference",
        path.display()
    );
}

#[test]
fn the_reference_is_up_to_date() {
    check("docs/reference/host-functions.md", &reference::page());
}

#[test]
fn the_definitions_are_up_to_date() {
    check("sdk/rhai/remold.d.rhai", &reference::definitions());
}
