//! `remold check`: a manifest and its transform, without contacting anything.

pub(super) mod powers;
mod versions;

use remold::Migration;
use remold::manifest::Oversized;

use super::Answer;
use crate::arguments::CheckArguments;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::{Put, wrap};
use crate::report::Report;
use crate::shapes::migration::{CheckShape, LimitShape};
use crate::style::{FAINT, GOOD, paint};

/// Checks a migration.
pub(super) fn check(arguments: &CheckArguments) -> Result<Answer, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let migration = super::load_granted(&manifest, &arguments.grants)?;
    let transform = migration.transform();
    let exports = transform.exports();
    let calls = transform.calls();
    let shape = CheckShape {
        manifest: manifest.display().to_string(),
        migration: migration.name().to_owned(),
        digest: migration.digest().to_owned(),
        transform: if exports.run { "program" } else { "record" }.to_owned(),
        reversible: exports.revert,
        files: migration.sources().keys().cloned().collect(),
        powers: powers::shapes(&migration, &calls),
        calls: calls
            .iter()
            .map(|function| function.name.to_owned())
            .collect(),
        limits: limits(&migration),
        versions: migration.course().map(|course| versions::shape(course)),
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
    if let Some(versions) = &shape.versions {
        text.push_str(&versions::text(versions));
    }
    text.push_str(&powers::table(&migration, &shape.powers));
    text.line(format_args!(
        "\n   limits  {}",
        wrap(&described(&shape.limits), 11)
    ));
    if !shape.calls.is_empty() {
        let calls = wrap(&shape.calls.join(", "), 11);
        text.line(format_args!(
            "   {}",
            paint(FAINT, format!("calls   {calls}"))
        ));
    }
    Ok(Answer::new(Exit::Success, text, &shape))
}

fn limits(migration: &Migration) -> LimitShape {
    let limits = &migration.spec().limits;
    LimitShape {
        fuel_base: limits.fuel.base,
        fuel_per_record: limits.fuel.per_record,
        fuel_per_byte: limits.fuel.per_byte,
        timeout: limits.timeout.to_string(),
        memory: limits.memory.to_string(),
        output: limits.output.to_string(),
        max_key_bytes: limits.max_key_bytes.to_string(),
        oversized: limits.oversized,
    }
}

fn described(limits: &LimitShape) -> String {
    let larger = match limits.oversized {
        Oversized::Skip => "skipped",
        Oversized::Reject => "rejected",
        Oversized::Stream => "read in parts",
    };
    format!(
        "{} operations a batch and {} a record and {} a byte, {} a batch, memory {}, output {} a record, keys up to {} \
         (larger are {larger})",
        number(limits.fuel_base),
        number(limits.fuel_per_record),
        number(limits.fuel_per_byte),
        limits.timeout,
        limits.memory,
        limits.output,
        limits.max_key_bytes,
    )
}
