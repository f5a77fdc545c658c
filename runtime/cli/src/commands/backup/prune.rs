//! `remold backup prune`.

use remold::{Pruned, Retention};

use super::super::status;
use super::{Answer, Report};
use crate::arguments::PruneBackupsArguments;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::shapes::backup::{PruneBackupsShape, PrunedShape};
use crate::style::{BOLD, paint};
use crate::{confirmation, figures};

/// Removes backups.
pub(super) fn prune(arguments: &PruneBackupsArguments) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    let retention = Retention {
        keep: arguments.keep,
        older_than_ms: arguments.older_than.map(|period| period.as_millis()),
        grace_ms: arguments.grace.as_millis(),
        all: arguments.all,
    };
    let prunable = backups.prunable(&retention)?;
    let store = backups.place().to_string();
    let table = table(&store, &prunable);
    if !arguments.dry_run && !prunable.is_empty() {
        let question = format!(
            "Remove {} from {store}?",
            figures::count(prunable.len() as u64, "backup")
        );
        confirmation::confirm(&table, &question, arguments.yes)?;
        for pruned in &prunable {
            backups.prune(pruned)?;
        }
    }
    let mut text = table;
    let bytes = prunable.iter().map(|pruned| pruned.bytes).sum();
    let done = if arguments.dry_run {
        "would be removed"
    } else {
        "removed"
    };
    text.line(format_args!("{} {done}", figures::bytes(bytes)));
    Ok(Answer::new(
        Exit::Success,
        text,
        &PruneBackupsShape {
            store,
            dry_run: arguments.dry_run,
            bytes,
            removed: prunable.iter().map(PrunedShape::from).collect(),
        },
    ))
}

fn table(store: &str, prunable: &[Pruned]) -> String {
    let mut text = format!("{}\n", paint(BOLD, store));
    if prunable.is_empty() {
        text.push_str("  nothing to remove\n");
        return text;
    }
    let mut rows = vec![["NAME", "WHY", "TAKEN", "SIZE"].map(str::to_owned)];
    rows.extend(prunable.iter().map(|pruned| {
        [
            pruned.name.clone(),
            pruned.reason.name().to_owned(),
            figures::time(pruned.at),
            figures::bytes(pruned.bytes),
        ]
    }));
    text.push_str(&status::columns(&rows));
    text
}
