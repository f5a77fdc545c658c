//! `remold backup list`.

use super::super::status;
use super::{Answer, Report};
use crate::arguments::ListBackupsArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::shapes::backup::{BackupShape, ListBackupsShape};
use crate::style::{BOLD, paint};

/// Lists backups and, where a folder of journals is named, journals.
pub(super) fn list(arguments: &ListBackupsArguments) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    let mut shapes: Vec<BackupShape> = backups.list()?.iter().map(BackupShape::of).collect();
    if arguments.journal.journal.is_some() {
        let journals = arguments.journal.directory(None)?.list()?;
        shapes.extend(journals.iter().map(BackupShape::of_journal));
    }
    let mut rows =
        vec![["NAME", "PROVIDER", "STATE", "TAKEN", "KEYS", "SIZE", "OF"].map(str::to_owned)];
    for backup in &shapes {
        let of = backup.problem.as_ref().or(backup.address.as_ref());
        rows.push([
            backup.name.clone(),
            backup.provider.clone(),
            backup.state.clone(),
            backup.taken_at.map(figures::time).unwrap_or_default(),
            backup.keys.map(figures::number).unwrap_or_default(),
            figures::bytes(backup.bytes),
            of.cloned().unwrap_or_default(),
        ]);
    }
    let store = backups.place().to_string();
    let mut text = format!("{}\n", paint(BOLD, &store));
    text.push_str(&if shapes.is_empty() {
        "  no backups\n".to_owned()
    } else {
        status::columns(&rows)
    });
    if shapes.iter().any(|backup| backup.state == "incomplete") {
        text.line(format_args!(
            "an incomplete one is no backup: it is being made, or `remold backup prune` removes it after a while"
        ));
    }
    if shapes.iter().any(|backup| backup.provider == "journal") {
        text.line(format_args!(
            "a journal undoes the run of its name key by key, and keeps later writes: remold rollback RUN"
        ));
    }
    Ok(Answer::new(
        Exit::Success,
        text,
        &ListBackupsShape {
            store,
            backups: shapes,
        },
    ))
}
