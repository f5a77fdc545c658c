//! Rounds as JSON: a document on each line.

use serde_json::{Map, Value};

use crate::commands::watch::Ended;
use crate::screen;
use crate::shapes::watch::RoundShape;
use crate::shapes::{self, Envelope};

/// Documents of a command.
pub(in crate::commands::watch) struct Documents {
    command: &'static str,
}

impl Documents {
    /// Begins the documents of a command.
    pub(super) const fn new(command: &'static str) -> Self {
        Self { command }
    }

    /// Writes a round. Says whether somebody still reads.
    pub(super) fn round(&self, ended: &Ended) -> bool {
        let (exit, difference, result) = match &ended.result {
            Ok(findings) => (
                findings.exit,
                Some(findings.different.clone()).filter(|different| !different.is_null()),
                Some(&findings.document),
            ),
            Err(failure) => (failure.report.kind, None, None),
        };
        let failure = ended.result.as_ref().err();
        let printed = failure.map(|failure| failure.printed.clone());
        let shape = RoundShape {
            round: ended.number,
            changed_files: ended.files.clone(),
            took_ms: u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX),
            difference,
            error: failure.map(|failure| failure.report.to_shape()),
            printed: printed.filter(|printed| !printed.is_empty()),
        };
        let mut document = match shapes::to_value(&shape) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        if let Some(Value::Object(result)) = result {
            document.extend(result.clone());
        }
        let envelope = Envelope::new(self.command, exit, Value::Object(document));
        let line =
            serde_json::to_string(&envelope).expect("documents hold nothing that JSON cannot");
        screen::out_if_read(&format!("{line}\n"))
    }
}
