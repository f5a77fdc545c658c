//! `remold check`: a manifest and its transform, without contacting anything.

use super::Answer;
use crate::arguments::CheckArguments;
use crate::exit::Exit;
use crate::figures::count;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::migration::CheckShape;
use crate::style::{FAINT, GOOD, paint};

/// Checks a migration.
pub(super) fn check(arguments: &CheckArguments) -> Result<Answer, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let migration = super::load(&manifest)?;
    let exports = migration.transform().exports();
    let shape = CheckShape {
        manifest: manifest.display().to_string(),
        migration: migration.name().to_owned(),
        digest: migration.digest().to_owned(),
        transform: if exports.run { "program" } else { "record" }.to_owned(),
        reversible: exports.revert,
        files: migration.sources().keys().cloned().collect(),
    };
    let way_back = if exports.revert {
        "with a way back"
    } else {
        "without a way back"
    };
    let mut text = format!(
        "{} {}: a {} transform in {}, {way_back}\n",
        paint(GOOD, "ok"),
        shape.migration,
        shape.transform,
        count(shape.files.len() as u64, "file")
    );
    text.line(format_args!(
        "{}",
        paint(FAINT, format!("   digest {}", shape.digest))
    ));
    Ok(Answer::new(Exit::Success, text, &shape))
}
