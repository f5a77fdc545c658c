//! `remold journal list`.

use remold::JournalDirectory;

use super::super::{Answer, status};
use crate::exit::Exit;
use crate::figures;
use crate::report::Report;
use crate::shapes::journal::JournalListShape;
use crate::style::{BOLD, paint};

/// Lists the journals of a folder.
pub(super) fn list(journals: &JournalDirectory) -> Result<Answer, Report> {
    let shapes: Vec<_> = journals.list()?.iter().map(super::summary_shape).collect();
    let mut rows = vec![["RUN", "STATE", "BEGAN", "SIZE", "TARGET"].map(str::to_owned)];
    for journal in &shapes {
        let target = journal.problem.clone().or_else(|| journal.target.clone());
        rows.push([
            journal.run.clone(),
            journal.state.clone(),
            figures::time(journal.created_at),
            figures::bytes(journal.bytes),
            target.unwrap_or_default(),
        ]);
    }
    let table = if shapes.is_empty() {
        "  no journals\n".to_owned()
    } else {
        status::columns(&rows)
    };
    let folder = journals.root().display().to_string();
    let text = format!("{}\n{table}", paint(BOLD, &folder));
    Ok(Answer::new(
        Exit::Success,
        text,
        &JournalListShape {
            folder,
            journals: shapes,
        },
    ))
}
