//! What helps with each problem.

use super::problem::{Problem, list};

impl Problem {
    /// Returns what helps, one sentence each.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Syntax { advice, .. } | Self::WrongType { advice, .. } => {
                advice.iter().map(|&advice| advice.to_owned()).collect()
            }
            Self::UnknownField {
                accepted, guess, ..
            }
            | Self::UnknownValue {
                accepted, guess, ..
            } => {
                let guess = guess.iter().map(|guess| format!("did you mean `{guess}`?"));
                let accepted =
                    (!accepted.is_empty()).then(|| format!("accepted: {}", list(accepted)));
                guess.chain(accepted).collect()
            }
            Self::MissingField { meaning, .. } | Self::Parameter { meaning, .. } => {
                meaning.iter().cloned().collect()
            }
            Self::Contradiction { hint, .. }
            | Self::KeyPattern { hint, .. }
            | Self::JsonSchema { hint, .. }
            | Self::Registry { hint, .. } => hint.iter().cloned().collect(),
            Self::OutOfRange {
                minimum, maximum, ..
            } => vec![match maximum {
                Some(maximum) => format!("accepted: {minimum} to {maximum}"),
                None => format!("accepted: {minimum} or more"),
            }],
            Self::Unsupported { instead, .. } => vec![(*instead).to_owned()],
            Self::NotGranted { grant, .. } => vec![
                format!("--grant \"{grant}\" grants it, if you trust this transform with it"),
                "ask for less in spec.capabilities, if the transform does not need it".to_owned(),
            ],
            Self::DigestsDiffer { .. } => {
                vec!["keep the one that is right, and remove the other".to_owned()]
            }
            Self::Unpinned {
                digest: Some(digest),
                ..
            } => vec![format!(
                "add `digest: {digest}` if that is the one you mean"
            )],
            Self::Unpinned { reference, .. } => {
                vec![format!(
                    "add its `digest`: `remold pull {reference}` prints the line"
                )]
            }
            Self::SeveralDocuments { .. } => {
                vec!["a file holds one document: put each into a file of its own".to_owned()]
            }
            Self::NewerFormat { .. } => {
                vec!["use the version of Remold that wrote it, or a newer one".to_owned()]
            }
            Self::MergeKey => {
                vec!["write the fields out; `\"<<\"` in quotes is a plain name".to_owned()]
            }
            Self::KeyIsNoScalar => vec!["put a text with special characters in quotes".to_owned()],
            Self::Tag { .. } => {
                vec![
                    "leave the tag out; a text that looks like something else is put in quotes"
                        .to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}
