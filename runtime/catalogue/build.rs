//! Packs the folder `transforms/` into the crate, so that the binary alone has the catalogue.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What every transform has beside its cases, in the order of the packed fields.
const PARTS: [(&str, &str); 4] = [
    ("source", "transform.rhai"),
    ("parameters", "parameters.json"),
    ("readme", "README.md"),
    ("manifest", "migration.yaml"),
];

fn main() {
    let crate_folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = crate_folder
        .join("../../transforms")
        .canonicalize()
        .expect("the catalogue is there");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut table = String::from("&[\n");
    for transform in list(&folder).iter().filter(|path| path.is_dir()) {
        write!(table, "Packed {{ name: {:?}, ", name_of(transform)).expect("a String takes it");
        for (field, file) in PARTS {
            let path = transform.join(file).display().to_string();
            write!(table, "{field}: include_str!({path:?}), ").expect("a String takes it");
        }
        table.push_str("cases: &[");
        for case in list(&transform.join("cases")) {
            let (name, path) = (name_of(&case), case.display().to_string());
            write!(table, "({name:?}, include_str!({path:?})), ").expect("a String takes it");
        }
        table.push_str("] },\n");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("packed.rs"), table).expect("the output folder can be written");
}

/// Lists a folder in order of name.
fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the catalogue can be listed");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
