//! `remold journal export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use remold::{ExportError, ExportSummary, JournalDirectory, escape};

use super::super::Answer;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::journal::ExportShape;
use crate::shapes::run::RejectedShape;
use crate::style::{NOTE, paint};
use crate::{confirmation, figures};

/// Writes what the keys of a run were before it, as an RDB file.
pub(super) fn export(
    run: &str,
    to: &Path,
    journals: &JournalDirectory,
    yes: bool,
) -> Result<Answer, Report> {
    journals.open_read_only(run)?;
    if to.exists() {
        confirmation::confirm("", &format!("Replace {}?", to.display()), yes)?;
    }
    // Beside the file, so that it is there whole or not at all.
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = to.with_file_name(name);
    let result = write(run, &part, journals).and_then(|summary| {
        std::fs::rename(&part, to).map_err(|error| Report::file(to, &error))?;
        Ok(summary)
    });
    if result.is_err() {
        // The error is told; a part that cannot be removed is named by its ending.
        drop(std::fs::remove_file(&part));
    }
    let summary = result?;
    let shape = shape(run, to, &summary);
    let exit = if summary.left_out > 0 {
        Exit::Rejects
    } else {
        Exit::Success
    };
    Ok(Answer::new(exit, text(&shape), &shape))
}

fn write(run: &str, part: &Path, journals: &JournalDirectory) -> Result<ExportSummary, Report> {
    let failed = |error: std::io::Error| Report::file(part, &error);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(part).map_err(failed)?);
    let summary = journals
        .export_rdb(run, &mut out)
        .map_err(|error| match error {
            ExportError::Journal(error) => error.into(),
            ExportError::File(error) => Report::new(
                Exit::Failed,
                error.code(),
                format!("{}: {error}", part.display()),
            ),
        })?;
    out.flush()
        .and_then(|()| out.get_ref().sync_all())
        .map_err(failed)?;
    Ok(summary)
}

fn shape(run: &str, to: &Path, summary: &ExportSummary) -> ExportShape {
    let left_out = summary.named.iter().map(|one| RejectedShape {
        key: escape(&one.key),
        code: one.code.to_owned(),
        message: one.message.clone(),
        location: None,
    });
    ExportShape {
        run: run.to_owned(),
        wrote: to.display().to_string(),
        rdb_version: summary.version,
        keys: summary.keys,
        absent: summary.absent,
        left_out: summary.left_out,
        left_out_keys: left_out.collect(),
    }
}

fn text(shape: &ExportShape) -> String {
    let mut text = format!(
        "Wrote {} to {}, RDB version {}\n",
        figures::count(shape.keys, "key"),
        shape.wrote,
        shape.rdb_version
    );
    if shape.absent > 0 {
        text.put(format_args!(
            "  {} did not exist before the run\n",
            figures::count(shape.absent, "key")
        ));
    }
    if shape.left_out > 0 {
        let left_out = format!(
            "  {} left out: this version of the file cannot hold them",
            figures::count(shape.left_out, "key")
        );
        text.put(format_args!("{}\n", paint(NOTE, left_out)));
        for one in shape.left_out_keys.iter().take(10) {
            text.put(format_args!("    {}  {}\n", one.key, one.message));
        }
    }
    text
}
