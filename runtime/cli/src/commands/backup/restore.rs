//! `remold backup restore`.

use std::path::Path;
use std::time::Instant;

use remold::{BackupError, Backups, Error, RedisOptions, RestoredBackup, Target};
use remold_telemetry::table;

use super::{Answer, Watcher, about, age};
use crate::arguments::RestoreBackupArguments;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::backup::{BackupShape, NotLoadedShape, RestoreBackupShape};
use crate::style::{BAD, BOLD, GOOD, NOTE, paint};
use crate::traced::Traced;
use crate::{confirmation, figures};

/// How many of what was not loaded are shown.
const SHOWN: usize = 10;

/// Restores a backup into a server, or into a file.
pub(super) fn restore(
    arguments: &RestoreBackupArguments,
    traced: &Traced,
) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    refuse_journal(&backups, arguments)?;
    if let Some(path) = &arguments.to {
        return to_file(&backups, arguments, path);
    }
    let Target::Redis(server) = arguments.target.target(None)? else {
        return Err(Report::usage(
            "a backup is restored into a server, and the target is a file",
            &["name the server by --target redis://host:6379, or the file by --to"],
        ));
    };
    let manifest = backups.get(&arguments.name)?;
    if arguments.replace {
        traced.enter(&table::CONFIRM);
        confirm(&backups, arguments, &server)?;
    }
    let begun = Instant::now();
    let mut watcher = Watcher::start();
    let restored = backups.restore(
        &manifest.name,
        &server,
        arguments.replace,
        &mut |progress| {
            traced.backup(progress);
            watcher.look(progress)
        },
    )?;
    Ok(answer(&backups, &restored, server.server_name(), begun))
}

fn answer(backups: &Backups, restored: &RestoredBackup, target: String, begun: Instant) -> Answer {
    let (exit, done) = match restored.refused {
        0 => (Exit::Success, paint(GOOD.bold(), "Restored:")),
        _ => (Exit::Conflict, paint(NOTE.bold(), "Restored in part:")),
    };
    let mut text = format!("{done} {} into {target}\n", restored.manifest.name);
    let mut row = |name: &str, value: String| text.line(format_args!("  {name:<11}{value}"));
    row("loaded", figures::count(restored.keys, "key"));
    if restored.expired > 0 {
        row(
            "expired",
            format!(
                "{} since the backup",
                figures::count(restored.expired, "key")
            ),
        );
    }
    if restored.refused > 0 {
        row("not loaded", figures::number(restored.refused));
    }
    if restored.resumed {
        row(
            "began",
            "anew, over an interrupted restore of the same backup".to_owned(),
        );
    }
    row("took", figures::span(begun.elapsed()));
    for one in restored.not_loaded.iter().take(SHOWN) {
        let place = one
            .database
            .map_or_else(String::new, |database| format!(" (database {database})"));
        text.line(format_args!(
            "    {}{place}: {}",
            remold::escape(&one.name),
            one.message
        ));
    }
    let not_loaded = restored.not_loaded.iter().map(NotLoadedShape::from);
    Answer::new(
        exit,
        text,
        &RestoreBackupShape {
            store: backups.place().to_string(),
            target: Some(target),
            wrote: None,
            resumed: restored.resumed,
            loaded: restored.keys,
            expired: restored.expired,
            refused: restored.refused,
            not_loaded: not_loaded.collect(),
            backup: BackupShape::complete(&restored.manifest),
        },
    )
}

fn confirm(
    backups: &Backups,
    arguments: &RestoreBackupArguments,
    server: &RedisOptions,
) -> Result<(), Report> {
    let held = Backups::held(server)?;
    let manifest = backups.get(&arguments.name)?;
    if held.keys == 0 || held.unfinished.as_deref() == Some(&manifest.sha256) {
        return Ok(());
    }
    let server = server.server_name();
    let mut plan = format!(
        "{}\n",
        paint(BOLD, format!("restore {} into {server}", manifest.name))
    );
    plan.push_str(&about(&manifest));
    let warning = format!(
        "everything that {server} holds ({}) is removed first, in all its databases: what was written in the {} since the \
         backup is lost",
        figures::count(held.keys, "key"),
        figures::span(age(&manifest))
    );
    plan.line(format_args!("{}", paint(BAD, warning)));
    confirmation::confirm(
        &plan,
        &format!("Remove everything on {server}?"),
        arguments.yes,
    )
}

fn to_file(
    backups: &Backups,
    arguments: &RestoreBackupArguments,
    path: &Path,
) -> Result<Answer, Report> {
    if path.exists() {
        confirmation::confirm("", &format!("Replace {}?", path.display()), arguments.yes)?;
    }
    let mut watcher = Watcher::start();
    let manifest = backups.write_file(&arguments.name, path, &mut |progress| {
        watcher.look(progress)
    })?;
    let mut text = format!(
        "{} {} to {}\n",
        paint(GOOD.bold(), "Wrote"),
        manifest.name,
        path.display()
    );
    text.push_str(&about(&manifest));
    text.line(format_args!(
        "a server that is started with it as its dump.rdb loads it, unless it has an append-only file: that is loaded instead"
    ));
    Ok(Answer::new(
        Exit::Success,
        text,
        &RestoreBackupShape {
            store: backups.place().to_string(),
            target: None,
            wrote: Some(path.display().to_string()),
            resumed: false,
            loaded: 0,
            expired: 0,
            refused: 0,
            not_loaded: Vec::new(),
            backup: BackupShape::complete(&manifest),
        },
    ))
}

/// Says of a name that stands for no backup but for a run's journal what restores that.
fn refuse_journal(backups: &Backups, arguments: &RestoreBackupArguments) -> Result<(), Report> {
    let name = &arguments.name;
    let Err(Error::Backup(BackupError::NotFound { .. })) = backups.get(name) else {
        return Ok(());
    };
    let journals = arguments.journal.directory(None);
    if !journals.is_ok_and(|journals| journals.open_read_only(name).is_ok()) {
        return Ok(());
    }
    let message = format!("{name} is no backup of a server but the journal of a run");
    Err(
        Report::new(Exit::Refused, "backup-is-journal", message).hint(format!(
            "`remold rollback {name}` undoes the run key by key, and keeps what was written since"
        )),
    )
}
