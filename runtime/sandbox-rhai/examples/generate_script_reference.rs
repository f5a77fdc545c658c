//! Writes the reference of host functions and the definition file for editors into the checkout:
//! `cargo run -p remold-sandbox-rhai --example generate_script_reference`.

use std::path::Path;

use remold_sandbox_rhai::reference;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, text) in [
        ("docs/reference/host-functions.md", reference::page()),
        ("sdk/rhai/remold.d.rhai", reference::definitions()),
    ] {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}
