//! Source files as syntax: which paths a file names, which macros it calls, what is marked as a test.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// One source file of the workspace.
pub(super) struct Source {
    /// Relative to the root of the workspace.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// What the production code of a file names; modules and functions for tests only are left out.
#[derive(Default)]
pub(super) struct Names {
    /// `std::fs::File`, from `use` and from paths in the code.
    pub(super) paths: Vec<String>,
    /// `println`, without the exclamation mark.
    pub(super) macros: Vec<String>,
    /// How many functions, blocks and closures are async.
    pub(super) asyncs: usize,
}

/// The root of the workspace.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the workspace has a root")
}

/// What tools leave in a folder of sources.
const MADE: [&str; 2] = ["target", "node_modules"];

/// Every Rust file below a folder of the workspace, without build artefacts.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.map(|entry| entry.expect("a folder can be listed")) {
            let path = entry.path();
            let name = entry.file_name().into_string().expect("names are UTF-8");
            // A link would lead to sources that are looked at where they are, or round and round.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !MADE.contains(&name.as_str()) && !name.starts_with('.') {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file can be read");
                let path = path
                    .strip_prefix(&root)
                    .expect("it is below the root")
                    .to_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

impl Source {
    /// Whether the whole file is for tests: `tests.rs`, or below `tests/`, `benches/` or `examples/`.
    pub(super) fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs")
            || self.path.components().any(|part| {
                ["tests", "benches", "examples"]
                    .iter()
                    .any(|name| part.as_os_str() == *name)
            })
    }

    /// Lines up to the tests at the end of the file.
    pub(super) fn lines_without_tests(&self) -> usize {
        self.text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count()
    }

    /// What the production code names.
    pub(super) fn names(&self) -> Names {
        let mut names = Names::default();
        names.visit_file(&self.syntax());
        names
    }

    /// The attributes of all functions, tests included: `ignore`, `should_panic`.
    pub(super) fn function_attributes(&self) -> Vec<String> {
        let mut attributes = Attributes(Vec::new());
        attributes.visit_file(&self.syntax());
        attributes.0
    }

    fn syntax(&self) -> syn::File {
        syn::parse_file(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }
}

struct Attributes(Vec<String>);

impl<'ast> Visit<'ast> for Attributes {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.0.extend(
            function
                .attrs
                .iter()
                .map(|attribute| text(attribute.path())),
        );
        visit::visit_item_fn(self, function);
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            leaves(&item.tree, String::new(), &mut self.paths);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(text(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.macros.push(name.ident.to_string());
        }
        visit::visit_macro(self, call);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.asyncs += usize::from(signature.asyncness.is_some());
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.asyncs += 1;
        visit::visit_expr_async(self, block);
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|what| what.is_ident("test")))
    })
}

fn text(path: &syn::Path) -> String {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect::<Vec<_>>()
        .join("::")
}

/// Writes out `std::{fs, io::Read}` as `std::fs` and `std::io::Read`.
fn leaves(tree: &syn::UseTree, before: String, found: &mut Vec<String>) {
    let join = |name: &syn::Ident| {
        if before.is_empty() {
            name.to_string()
        } else {
            format!("{before}::{name}")
        }
    };
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, join(&path.ident), found),
        syn::UseTree::Name(name) => found.push(join(&name.ident)),
        syn::UseTree::Rename(rename) => found.push(join(&rename.ident)),
        syn::UseTree::Glob(_) => found.push(before),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, before.clone(), found);
            }
        }
    }
}
