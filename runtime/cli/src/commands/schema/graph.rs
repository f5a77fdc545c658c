//! The versions and migrations of a subject as a graph: a tree of lines, Mermaid, DOT.
//!
//! Names of subjects and migrations are DNS labels and versions are semantic ones: nothing of them has to be escaped.

use std::collections::{BTreeMap, BTreeSet};

use remold::manifest::Version;
use remold::schema::Edge;

use crate::arguments::Graph;
use crate::paragraph::Put;
use crate::style::{FAINT, NAME, paint};

/// Writes the graph of a subject, in the form that is asked for.
pub(super) fn graph(subject: &str, versions: &[&Version], edges: &[Edge], form: Graph) -> String {
    match form {
        Graph::Text => tree(versions, edges),
        Graph::Mermaid => mermaid(versions, edges),
        Graph::Dot => dot(subject, versions, edges),
    }
}

/// A line of the tree that is still to be written.
struct Line<'a> {
    version: &'a Version,
    migration: Option<&'a str>,
    /// For each level above, whether more follows there.
    above: Vec<bool>,
}

/// Writes a tree from each version that nothing leads to. What is reached by several ways is written out at the first.
fn tree(versions: &[&Version], edges: &[Edge]) -> String {
    let mut from: BTreeMap<&Version, Vec<&Edge>> = BTreeMap::new();
    for edge in edges {
        from.entry(&edge.from).or_default().push(edge);
    }
    let reached: BTreeSet<&Version> = edges.iter().map(|edge| &edge.to).collect();
    let begins = versions
        .iter()
        .filter(|version| !reached.contains(*version));
    // Of a circle any one may be the beginning: the oldest, as they come.
    let roots = begins.chain(versions.iter());
    let (mut text, mut written) = (String::new(), BTreeSet::new());
    for root in roots {
        if written.contains(root) {
            continue;
        }
        let mut open = vec![Line {
            version: root,
            migration: None,
            above: Vec::new(),
        }];
        while let Some(line) = open.pop() {
            text.push_str(&branches(&line));
            let is_new = written.insert(line.version);
            let next = from.get(line.version).map_or(&[][..], Vec::as_slice);
            if !is_new && !next.is_empty() {
                text.put(format_args!(" {}", paint(FAINT, "(see above)")));
            }
            text.push('\n');
            if !is_new {
                continue;
            }
            for (place, edge) in next.iter().enumerate().rev() {
                let mut above = line.above.clone();
                above.push(place + 1 < next.len());
                open.push(Line {
                    version: &edge.to,
                    migration: Some(&edge.migration),
                    above,
                });
            }
        }
    }
    text
}

fn branches(line: &Line<'_>) -> String {
    let Some((follows, above)) = line.above.split_last() else {
        return line.version.to_string();
    };
    let mut text = String::new();
    above
        .iter()
        .for_each(|more| text.push_str(if *more { "│  " } else { "   " }));
    text.push_str(if *follows { "├─ " } else { "└─ " });
    let text = paint(FAINT, text);
    let migration = paint(NAME, line.migration.unwrap_or_default());
    format!("{text}{migration} {} {}", paint(FAINT, "→"), line.version)
}

fn mermaid(versions: &[&Version], edges: &[Edge]) -> String {
    let number = |version: &Version| versions.iter().position(|known| *known == version);
    let mut text = "graph LR\n".to_owned();
    for (place, version) in versions.iter().enumerate() {
        text.line(format_args!("  v{place}[\"{version}\"]"));
    }
    for edge in edges {
        if let (Some(from), Some(to)) = (number(&edge.from), number(&edge.to)) {
            text.line(format_args!("  v{from} -->|\"{}\"| v{to}", edge.migration));
        }
    }
    text
}

fn dot(subject: &str, versions: &[&Version], edges: &[Edge]) -> String {
    let mut text = format!("digraph \"{subject}\" {{\n  rankdir=LR;\n  node [shape=box];\n");
    for version in versions {
        text.line(format_args!("  \"{version}\";"));
    }
    for edge in edges {
        let Edge {
            from,
            to,
            migration,
        } = edge;
        text.line(format_args!(
            "  \"{from}\" -> \"{to}\" [label=\"{migration}\"];"
        ));
    }
    text.push_str("}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str, migration: &str) -> Edge {
        Edge {
            from: from.parse().expect("it is a version"),
            to: to.parse().expect("it is a version"),
            migration: migration.to_owned(),
        }
    }

    #[test]
    fn circles_and_joins_are_written_once() {
        let edges = [
            edge("1.0.0", "2.0.0", "a"),
            edge("1.0.0", "3.0.0", "b"),
            edge("2.0.0", "3.0.0", "c"),
            edge("3.0.0", "2.0.0", "back"),
        ];
        let versions: Vec<Version> = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"]
            .map(|text| text.parse().expect("it is a version"))
            .into();
        let versions: Vec<&Version> = versions.iter().collect();
        let written = anstream::adapter::strip_str(&tree(&versions, &edges)).to_string();
        assert_eq!(
            written,
            "1.0.0\n├─ a → 2.0.0\n│  └─ c → 3.0.0\n│     └─ back → 2.0.0 (see above)\n└─ b → 3.0.0 (see above)\n4.0.0\n"
        );
    }
}
