//! A draft as a file that a person edits: the document, and before it, as comments, what it was made of.

use std::fmt::Write as _;

use remold_manifest::{Version, to_yaml};
use serde_json::json;

use super::proposal::Proposal;

/// So many counter-examples and variants are told.
const TOLD: usize = 12;

impl Proposal {
    /// Writes the draft as YAML; `None` if there is none.
    pub fn to_yaml(&self, version: &Version) -> Option<String> {
        let mut document = self.draft.clone()?;
        document["metadata"]["name"] = json!(format!("{}-{version}", self.subject));
        document["spec"]["version"] = json!(version.to_string());
        let mut text = String::new();
        let percent = (self.confidence * 100.0).floor();
        comment(
            &mut text,
            &format!(
                "A draft, made of {}; confidence {percent}%.",
                count(self.records, "record")
            ),
        );
        for example in self.counter_examples.iter().take(TOLD) {
            let mut line = format!("Refused: {} ", example.count);
            if !example.pointer.is_empty() {
                let _ = write!(line, "at {}, ", example.pointer);
            }
            line.push_str(&example.problem);
            if let Some(key) = example.keys.first() {
                let _ = write!(line, ", such as {}", key.escape_ascii());
            }
            comment(&mut text, &line);
        }
        for variant in self.variants.iter().take(TOLD) {
            let mut line = format!("Variant: {}", count(variant.count, "record"));
            if let Some(version) = &variant.version {
                let _ = write!(line, " of version {version}");
            }
            if !variant.distinguished_by.is_empty() {
                let _ = write!(line, " with {}", variant.distinguished_by.join(", "));
            }
            comment(&mut text, &line);
        }
        for note in &self.notes {
            comment(&mut text, &format!("Note: {note}"));
        }
        let yaml = to_yaml(&document);
        let Some((field, value)) = self
            .version_field
            .as_ref()
            .and_then(|field| Some((field, &field.values.first()?.0)))
        else {
            text.push_str(&yaml);
            return Some(text);
        };
        // It stands where it would be written, once a person has decided which records are of this version.
        let pointer = format!("/{}", field.name.replace('~', "~0").replace('/', "~1"));
        let proposed = to_yaml(&json!({"versionField": {"pointer": pointer, "value": value}}));
        for line in yaml.lines() {
            if line == "  schema:" || line.starts_with("  schema: ") {
                for line in proposed.lines() {
                    let _ = writeln!(text, "  # {}", one_line(line));
                }
            }
            let _ = writeln!(text, "{line}");
        }
        Some(text)
    }
}

fn comment(text: &mut String, line: &str) {
    let _ = writeln!(text, "# {}", one_line(line));
}

/// Names in data may hold anything; a comment ends with its line.
fn one_line(text: &str) -> String {
    let shown = |character: char| {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') {
            ' '
        } else {
            character
        }
    };
    text.chars().map(shown).take(300).collect()
}

fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
