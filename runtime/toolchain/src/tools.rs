//! The tools of languages: whether they are there, and what they say of themselves.

use std::path::Path;
use std::process::{Command, Stdio};

/// Says whether a command can be called and ends well.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    said(program, arguments).is_some()
}

/// Returns what a command prints, if it ends well.
pub(crate) fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Lists the files of a folder that have an ending, relative to `root`, in order.
pub(crate) fn files(root: &Path, folder: &str, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten();
    let names = entries.flatten().map(|entry| entry.file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let ending = format!(".{ending}");
    let mut found: Vec<String> = names
        .filter(|name| name.ends_with(&ending))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    found.sort();
    found
}
