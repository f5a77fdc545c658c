//! Every reason that the controller gives is explained in docs/reference/conditions.md.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_reason_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("../../docs/reference/conditions.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let mut reasons = BTreeSet::new();
    for file in sources(&root.join("src/controller")) {
        let text = std::fs::read_to_string(&file).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in [
            "Verdict::done(",
            "Verdict::going(",
            "Verdict::asking(",
            "Verdict::stuck(",
        ] {
            let after = code.split(call).skip(1);
            reasons.extend(after.filter_map(first_word));
        }
        for field in ["reason: \"", "let reason = \""] {
            let after = code.split(field).skip(1);
            let word = |rest: &str| rest.split('"').next().map(str::to_owned);
            reasons.extend(after.filter_map(word));
        }
    }
    assert!(reasons.len() > 40, "they are found: {reasons:?}");
    let silent: Vec<&String> = reasons
        .iter()
        .filter(|reason| !page.contains(&format!("`{reason}`")))
        .collect();
    assert!(
        silent.is_empty(),
        "not in docs/reference/conditions.md: {silent:?}"
    );
}

/// The text at the beginning of arguments, if they begin with one.
fn first_word(arguments: &str) -> Option<String> {
    let rest = arguments.trim_start().strip_prefix('"')?;
    rest.split('"').next().map(str::to_owned)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            files.push(path);
        }
    }
    files
}
