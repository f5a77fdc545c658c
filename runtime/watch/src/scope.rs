//! Which files count. A question about paths alone: nothing here looks at the disk.

use std::path::{Component, Path, PathBuf};

/// The files that are watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Folders with all that is below them.
    pub trees: Vec<Tree>,
    /// Single files. They need not exist.
    pub files: Vec<PathBuf>,
}

/// A folder of which files are watched, and those of the folders below it.
///
/// Hidden files and folders are passed over, and what editors write beside a file while they save it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The folder, an absolute path.
    pub folder: PathBuf,
    /// The endings of the files that count, without a dot; every file counts if there are none.
    pub endings: Vec<String>,
    /// Names of folders that are passed over wherever they are: `target`, `node_modules`.
    pub passed_over: Vec<String>,
    /// Files and folders that are passed over, relative to `folder`: what a build makes.
    pub except: Vec<PathBuf>,
    /// Names of files that a build writes and a person may change too: `Cargo.lock`.
    pub kept_by_builds: Vec<String>,
}

impl Scope {
    /// Says whether a file counts.
    pub fn wants(&self, file: &Path) -> bool {
        self.files.iter().any(|wanted| wanted == file)
            || self.trees.iter().any(|tree| tree.wants(file))
    }

    /// Says whether something that happened to a path may concern a file that counts: to the file, or to a folder in which
    /// such files are or may come to be. `moved`: it came, went or was renamed, and was not just written.
    pub fn concerns(&self, path: &Path, moved: bool) -> bool {
        if self.wants(path) {
            return true;
        }
        let roots = self.trees.iter().map(|tree| &tree.folder);
        moved
            && (roots.chain(&self.files).any(|root| root.starts_with(path))
                || self.trees.iter().any(|tree| tree.enters(path)))
    }

    /// Says whether a file is one that a build keeps up to date.
    pub fn is_kept_by_builds(&self, file: &Path) -> bool {
        let name = file.file_name().unwrap_or_default();
        let mut trees = self
            .trees
            .iter()
            .filter(|tree| file.starts_with(&tree.folder));
        trees.any(|tree| tree.kept_by_builds.iter().any(|kept| name == kept.as_str()))
    }
}

impl Tree {
    /// Says whether a file counts.
    pub fn wants(&self, file: &Path) -> bool {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let ending = file.extension();
        let has = |wanted: &String| ending.is_some_and(|ending| ending == wanted.as_str());
        let counts = self.endings.is_empty() || self.endings.iter().any(has);
        counts && !is_fleeting(&name) && file != self.folder && self.enters(file)
    }

    /// Says whether a path is in the tree and not passed over: the tree's own folder, or something below it.
    pub fn enters(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else {
            return false;
        };
        let is_entered = |part: Component<'_>| {
            let name = part.as_os_str().to_string_lossy();
            !name.starts_with('.') && !self.passed_over.iter().any(|passed| *passed == name)
        };
        below.components().all(is_entered)
            && !below
                .ancestors()
                .any(|part| self.except.iter().any(|except| except == part))
    }
}

/// Says whether a file is hidden, or is one that an editor keeps beside another for as long as it works on it.
fn is_fleeting(name: &str) -> bool {
    let endings = ["~", ".swp", ".swx", ".tmp", ".bak", ".crdownload"];
    name.starts_with('.')
        || name.starts_with('#') && name.ends_with('#')
        || endings.iter().any(|ending| name.ends_with(ending))
        || name.contains("___jb_")
        // Vim tries with 4913 and its successors whether it may write here.
        || name.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn project() -> Scope {
        Scope {
            trees: vec![Tree {
                folder: "/work/split".into(),
                passed_over: strings(&["target", "node_modules"]),
                except: vec!["build".into(), "split.wasm".into()],
                kept_by_builds: strings(&["Cargo.lock"]),
                ..Tree::default()
            }],
            files: vec!["/data/dump.rdb".into()],
        }
    }

    #[test]
    fn sources_count_and_what_a_build_makes_does_not() {
        let scope = project();
        for file in ["src/lib.rs", "Cargo.toml", "Cargo.lock", "src/build/a.rs"] {
            assert!(scope.wants(&Path::new("/work/split").join(file)), "{file}");
        }
        for file in [
            "target/release/split.wasm",
            "src/target/x.rs",
            "node_modules/a/index.js",
            "build/split.wasm",
            "split.wasm",
            ".git/index",
            "src/.lib.rs.swp",
            "src/lib.rs~",
            "src/#lib.rs#",
            "src/4913",
            "src/lib.rs___jb_tmp___",
        ] {
            assert!(!scope.wants(&Path::new("/work/split").join(file)), "{file}");
        }
        assert!(!scope.wants(Path::new("/work/other/src/lib.rs")));
        assert!(!scope.wants(Path::new("/work/split-2/src/lib.rs")));
    }

    #[test]
    fn a_tree_of_some_endings_wants_no_other() {
        let tree = Tree {
            folder: "/work".into(),
            endings: strings(&["yaml", "yml"]),
            ..Tree::default()
        };
        assert!(tree.wants(Path::new("/work/cases/a.yml")));
        assert!(!tree.wants(Path::new("/work/cases/a.yaml.new")));
        assert!(!tree.wants(Path::new("/work/yaml")));
    }

    #[test]
    fn folders_that_come_and_go_are_of_concern_and_writes_to_other_files_are_not() {
        let scope = project();
        let check = |path: &str, moved: bool, expect: bool| {
            assert_eq!(
                scope.concerns(Path::new(path), moved),
                expect,
                "{path} {moved}"
            );
        };
        check("/work/split/src/lib.rs", false, true);
        check("/data/dump.rdb", false, true);
        // The folder itself, one above it, one below it.
        check("/work/split", true, true);
        check("/work", true, true);
        check("/work/split/src", true, true);
        check("/work", false, false);
        // What is none of ours.
        check("/work/split/target", true, false);
        check("/work/split/build", true, false);
        check("/work/split/build/split.wasm", true, false);
        check("/data/other.rdb", true, false);
        check("/elsewhere", true, false);
    }

    #[test]
    fn files_that_builds_keep_are_known_by_their_names() {
        let scope = project();
        assert!(scope.is_kept_by_builds(Path::new("/work/split/Cargo.lock")));
        assert!(!scope.is_kept_by_builds(Path::new("/work/split/src/lib.rs")));
        assert!(!scope.is_kept_by_builds(Path::new("/elsewhere/Cargo.lock")));
    }
}
