//! Errors on their way to a person or a program: what went wrong, how that counts, what helps.

mod from;
mod render;

use crate::exit::Exit;
use crate::shapes::error::{ErrorDetail, ErrorShape};
pub(crate) use from::{detail, held, of_end};

/// Why a command has no result.
#[derive(Debug)]
pub(crate) struct Report {
    /// How it counts: the exit code.
    pub(crate) kind: Exit,
    /// The stable word.
    pub(crate) code: String,
    /// What went wrong; the first line is a sentence, excerpts of sources may follow.
    pub(crate) message: String,
    /// What helps, one sentence each.
    pub(crate) hints: Vec<String>,
    /// The single problems of a document or script, with their places.
    pub(crate) details: Vec<ErrorDetail>,
}

impl Report {
    /// Makes a report of a kind.
    pub(crate) fn new(kind: Exit, code: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            message: message.into(),
            hints: Vec::new(),
            details: Vec::new(),
        }
    }

    /// Makes a report of a command line that makes no sense.
    pub(crate) fn usage(message: &str, hints: &[&str]) -> Self {
        Self {
            hints: hints.iter().map(|&hint| hint.to_owned()).collect(),
            ..Self::new(Exit::Usage, "usage", message)
        }
    }

    /// Adds a hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Counts what passes by itself as an interruption, so that whoever gives the same command again knows that it helps.
    pub(crate) fn passing(self) -> Self {
        let passes = ["server-unavailable", "connection-lost", "history-changed"];
        let kind = if passes.contains(&self.code.as_str()) {
            Exit::Interrupted
        } else {
            self.kind
        };
        Self { kind, ..self }
    }

    /// Writes it for a terminal.
    pub(crate) fn to_text(&self) -> String {
        render::text(self)
    }

    /// Returns what went wrong without the excerpts of sources, which a document has in its details.
    fn sentence(&self) -> String {
        let first = self.message.lines().next().unwrap_or_default();
        match self.details.len() {
            0 => self.message.clone(),
            1 => first.to_owned(),
            more => format!("{first}, and {} more", more - 1),
        }
    }

    /// Makes the document of it.
    pub(crate) fn to_shape(&self) -> ErrorShape {
        ErrorShape {
            code: self.code.clone(),
            message: self.sentence(),
            hints: self.hints.clone(),
            details: self.details.clone(),
        }
    }
}
