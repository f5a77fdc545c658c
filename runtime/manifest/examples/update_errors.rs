//! Writes what every invalid document of the tests gives into the `.err` file beside it. To be looked at
//! before it is kept.

use std::io::Result;
use std::path::Path;

use remold_manifest::ManifestErrors;
use remold_manifest::cases::CaseFile;

fn main() -> Result<()> {
    update("manifests/invalid", |file, text| {
        remold_manifest::parse(file, text).err()
    })?;
    update("cases/invalid", |file, text| {
        CaseFile::read(file, text).err()
    })
}

fn update(folder: &str, read: impl Fn(&str, &str) -> Option<ManifestErrors>) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(errors) = read(&name, &text) {
            std::fs::write(path.with_extension("err"), format!("{errors}\n"))?;
        }
    }
    Ok(())
}
