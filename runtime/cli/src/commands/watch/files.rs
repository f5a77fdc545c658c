//! Names of files as a person knows them: from where the command was given.

use std::path::{Path, PathBuf};

use crate::paragraph::Put;

/// How many files are named in a line.
const NAMED: usize = 3;

/// Makes a path absolute, so that what is told of it can be compared. Links are kept: what they lead to may change.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // `.` and doubled separators go; `..` stays, because of links.
    whole.components().collect()
}

/// Shows a path from the current folder, if it is in there.
pub(super) fn shown(path: &Path) -> String {
    let here = absolute(Path::new("."));
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Names the first of some files.
pub(super) fn listed(files: &[String]) -> String {
    let mut text = files[..files.len().min(NAMED)].join(", ");
    if files.len() > NAMED {
        text.put(format_args!(" and {} more", files.len() - NAMED));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_shown_from_here() {
        let path = absolute(Path::new("./cases/a.yaml"));
        assert!(path.is_absolute());
        assert_eq!(shown(&path), "cases/a.yaml");
        assert_eq!(shown(Path::new("/elsewhere/b")), "/elsewhere/b");
    }

    #[test]
    fn many_files_are_counted() {
        let files = ["a", "b", "c", "d", "e"].map(str::to_owned);
        assert_eq!(listed(&files[..2]), "a, b");
        assert_eq!(listed(&files), "a, b, c and 2 more");
    }
}
