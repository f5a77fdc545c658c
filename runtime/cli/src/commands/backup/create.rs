//! `remold backup create`.

use std::time::Instant;

use remold::{BackupManifest, BackupOptions, Target};
use remold_kube::resources::Artifact;
use remold_kube::workers::BackupOutcome;

use super::{Answer, Watcher, about};
use crate::arguments::{CreateBackupArguments, shell_word};
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::backup::{BackupShape, CreateBackupShape};
use crate::style::{GOOD, paint};
use crate::traced::Traced;

/// Takes a backup.
pub(super) fn create(arguments: &CreateBackupArguments, traced: &Traced) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    let Target::Redis(server) = arguments.target.target(None)? else {
        return Err(Report::usage(
            "a backup is taken of a server, and the target is a file",
            &["name the server by --target redis://host:6379; a file is copied"],
        ));
    };
    let name = arguments.name.clone().unwrap_or_else(name_of_now);
    let options = BackupOptions {
        run: arguments.run.clone(),
        migration: None,
    };
    let begun = Instant::now();
    let mut watcher = Watcher::start();
    let created = backups.create(&name, &server, &options, &mut |progress| {
        traced.backup(progress);
        watcher.look(progress)
    })?;
    let (manifest, existed) = (created.manifest, created.existed);
    let done = if existed {
        paint(GOOD.bold(), "There already:")
    } else {
        paint(GOOD.bold(), "Backed up and proven:")
    };
    let mut text = format!("{done} {name}\n");
    text.push_str(&about(&manifest));
    if !existed {
        text.line(format_args!(
            "  {:<11}{}",
            "took",
            figures::span(begun.elapsed())
        ));
    }
    let store = backups.place().to_string();
    let restore = format!(
        "remold backup restore {name} --store {} --target redis://HOST:PORT",
        shell_word(&store)
    );
    text.line(format_args!("to restore into an empty server: {restore}"));
    let left = left_behind(&store, &manifest);
    let shape = CreateBackupShape {
        store,
        existed,
        backup: BackupShape::complete(&manifest),
        restore,
    };
    Ok(Answer::new(Exit::Success, text, &shape).leaving(|outcome| outcome.backup = Some(left)))
}

/// Says for a cluster what was made.
fn left_behind(store: &str, manifest: &BackupManifest) -> BackupOutcome {
    let taken = i64::try_from(manifest.taken_at).ok();
    let taken = taken.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    BackupOutcome {
        artifacts: vec![Artifact {
            kind: "Rdb".to_owned(),
            name: format!("{store}/{}", manifest.name),
            sha256: Some(manifest.sha256.clone()),
            proven: true,
        }],
        bytes: i64::try_from(manifest.bytes).ok(),
        taken_at: taken.map(|at| at.to_string()),
    }
}

/// Names a backup by the time.
fn name_of_now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}
