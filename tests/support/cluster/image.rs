//! Images made of files of this machine: one layer, nothing else in them. Nothing is pulled.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::enclosure::run;
use crate::sha256;

/// A file in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    /// Where it is in the image: `/usr/bin/remold`.
    pub path: String,
    /// Where it is on this machine.
    pub source: PathBuf,
    /// Who may read and run it: `0o644`.
    pub mode: u32,
}

impl ImageFile {
    /// A file that everyone may read.
    pub fn data(path: &str, source: impl Into<PathBuf>) -> Self {
        Self {
            path: path.to_owned(),
            source: source.into(),
            mode: 0o644,
        }
    }

    /// A static program that everyone may run.
    pub fn program(path: &str, source: impl Into<PathBuf>) -> Self {
        Self {
            mode: 0o755,
            ..Self::data(path, source)
        }
    }

    /// A program with the shared libraries that it loads on this machine.
    pub fn program_with_libraries(path: &str, source: impl Into<PathBuf>) -> Vec<Self> {
        let source = source.into();
        let libraries = run(Command::new("ldd").arg(&source));
        let mut files = vec![Self::program(path, source)];
        // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader without an arrow.
        let paths = libraries
            .split_whitespace()
            .filter(|word| word.starts_with('/'));
        files.extend(paths.map(|path| Self::program(path, path)));
        files
    }
}

/// Writes a docker archive, `ctr images import` reads it; returns its path in `folder`.
pub(super) fn write_archive(
    folder: &Path,
    name: &str,
    files: &[ImageFile],
    entrypoint: &[&str],
    user: &str,
) -> PathBuf {
    let work = tempfile::TempDir::new_in(folder).expect("a folder can be made");
    let tree = work.path().join("tree");
    for file in files {
        let target = tree.join(file.path.trim_start_matches('/'));
        let parent = target.parent().expect("it is in the tree");
        fs::create_dir_all(parent).expect("a folder can be made");
        fs::copy(&file.source, &target)
            .unwrap_or_else(|error| panic!("{}: {error}", file.source.display()));
        fs::set_permissions(&target, Permissions::from_mode(file.mode))
            .expect("its own file's mode can be set");
    }
    let parts = work.path().join("parts");
    fs::create_dir(&parts).expect("a folder can be made");
    tar(&parts.join("layer.tar"), &tree);
    let layer = fs::read(parts.join("layer.tar")).expect("tar has written it");
    let configuration = json!({
        "architecture": architecture(),
        "os": "linux",
        "config": {"Entrypoint": entrypoint, "User": user},
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", sha256(&layer))]},
    });
    let manifest = json!([{
        "Config": "config.json",
        "RepoTags": [name],
        "Layers": ["layer.tar"],
    }]);
    for (file, content) in [("config.json", configuration), ("manifest.json", manifest)] {
        fs::write(parts.join(file), content.to_string()).expect("a file can be written");
    }
    let archive = folder.join(format!("{}.tar", name.replace(['/', ':'], "-")));
    tar(&archive, &parts);
    archive
}

fn tar(archive: &Path, folder: &Path) {
    let owner = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u+w"];
    run(Command::new("tar")
        .args(owner)
        .arg("--create")
        .arg("--file")
        .arg(archive)
        .arg("--directory")
        .arg(folder)
        .arg("."));
}

/// This machine's, in the words of images.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
