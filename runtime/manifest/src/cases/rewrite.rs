//! Replacing expectations in the text of a fixture, and nothing else.

use super::write::{expectation_to_yaml, expectation_yaml};
use super::{CaseFile, Expectation};
use crate::error::{Finding, ManifestErrors, Problem};
use crate::yaml::Path;

impl CaseFile {
    /// Returns the file's text with new expectations for some cases, by their position. Everything
    /// outside of those expectations stays as it was written, comments included.
    ///
    /// The result was read again: it is an error where an anchor or alias of the file does not allow to
    /// replace one part alone.
    pub fn with_expectations(
        &self,
        updates: &[(usize, Expectation)],
    ) -> Result<String, ManifestErrors> {
        let mut updates: Vec<&(usize, Expectation)> = updates.iter().collect();
        updates.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        let mut text = self.text.clone();
        for (position, expectation) in &updates {
            let Some(place) = self.places.get(*position) else {
                continue;
            };
            let line = self.text[..place.expect.start]
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let indent = self.text[line..place.expect.start].chars().count();
            let yaml = expectation_yaml(expectation);
            let written = match expectation {
                Expectation::Keys(keys) if !keys.is_empty() && !place.in_braces => {
                    let lines = yaml.in_lines(indent + 2);
                    format!("expect:\n{}", lines.trim_end_matches('\n'))
                }
                _ => format!("expect: {}", yaml.in_braces()),
            };
            text.replace_range(place.expect.clone(), &written);
        }
        let read = Self::read(&self.file, &text)?;
        for (position, (before, after)) in self.cases.iter().zip(&read.cases).enumerate() {
            let update = updates.iter().find(|(updated, _)| *updated == position);
            let expected = update.map_or(&before.expect, |(_, expectation)| expectation);
            let same = before.given == after.given
                && expectation_to_yaml(expected) == expectation_to_yaml(&after.expect);
            if !same {
                let message = "an anchor of this file is used in more than one expectation";
                let problem = Problem::Unreadable {
                    message: message.to_owned(),
                };
                let span = self.places[position].expect.clone();
                let path = Path::default().index(position).field("expect");
                let finding = Finding::new(span, path, problem);
                return Err(ManifestErrors::new(&self.file, &self.text, vec![finding]));
            }
        }
        Ok(text)
    }
}
