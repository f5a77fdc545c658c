//! Writes the generated documents of this crate into `docs/reference/`: the JSON Schema for editors and
//! the reference page of the manifest.

use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in remold_manifest::generated_documents() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
