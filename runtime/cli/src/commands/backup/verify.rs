//! `remold backup verify`.

use super::{Answer, Watcher, about, age};
use crate::arguments::VerifyBackupArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::backup::{BackupShape, VerifyBackupShape};
use crate::style::{GOOD, paint};

/// Verifies a backup.
pub(super) fn verify(arguments: &VerifyBackupArguments) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    let mut watcher = Watcher::of_reading();
    let verified = backups.verify(&arguments.name, &mut |progress| watcher.look(progress))?;
    let manifest = verified.manifest;
    let mut text = format!("{} {}\n", paint(GOOD.bold(), "Proven:"), manifest.name);
    text.push_str(&about(&manifest));
    let age = age(&manifest);
    text.line(format_args!("  {:<11}{}", "age", figures::span(age)));
    let opaque = verified.found.contents.opaque;
    if opaque > 0 {
        text.line(format_args!(
            "{} of modules were not looked into",
            figures::count(opaque, "value")
        ));
    }
    Ok(Answer::new(
        Exit::Success,
        text,
        &VerifyBackupShape {
            store: backups.place().to_string(),
            age_ms: u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
            backup: BackupShape::complete(&manifest),
        },
    ))
}
