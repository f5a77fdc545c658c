//! `remold status`: who works on a target, and its runs with the journals that are here.

use std::fmt::Write;

use remold::Runner;

use super::Answer;
use crate::arguments::StatusArguments;
use crate::exit::Exit;
use crate::figures;
use crate::report::Report;
use crate::shapes::status::{HistoryEntryShape, LockShape, StatusShape};
use crate::style::{BOLD, FAINT, NOTE, paint};

/// Shows a target's status.
pub(super) fn status(arguments: &StatusArguments) -> Result<Answer, Report> {
    let runner = Runner::new(
        arguments.target.target(None)?,
        arguments.journal.directory(None)?,
    );
    let status = runner.status()?;
    let mut text = format!("{}\n", paint(BOLD, &status.target));
    let lock = match &status.lock {
        None => "nobody works on it".to_owned(),
        Some(holder) => paint(
            NOTE,
            format!(
                "locked by run {}, {}, since {}",
                holder.run,
                holder.owner,
                figures::time(holder.since)
            ),
        ),
    };
    writeln!(text, "  {lock}").expect("writing to a String cannot fail");
    let runs: Vec<HistoryEntryShape> = status
        .runs
        .iter()
        .map(|run| HistoryEntryShape {
            journal: Some(run.journal.is_some()),
            ..HistoryEntryShape::from(&run.history)
        })
        .collect();
    text.push_str(&table(&runs));
    if let Some(run) = runs
        .iter()
        .find(|run| run.state == "running" && status.lock.is_none())
    {
        let (target, journal) = (
            arguments.target.again(),
            arguments.journal.again(runner.journals()),
        );
        let command = match &run.undoes {
            Some(undoes) => format!("remold rollback {undoes}{target}{journal}"),
            None => format!("remold resume {}{target}{journal}", run.run),
        };
        writeln!(text, "run {} was interrupted; to go on: {command}", run.run)
            .expect("writing to a String cannot fail");
    }
    let lock = status.lock.as_ref().map(LockShape::from);
    Ok(Answer::new(
        Exit::Success,
        text,
        &StatusShape {
            target: status.target,
            lock,
            runs,
        },
    ))
}

/// Writes runs as a table.
pub(super) fn table(runs: &[HistoryEntryShape]) -> String {
    if runs.is_empty() {
        return "  no runs\n".to_owned();
    }
    let mut rows =
        vec![["RUN", "STATE", "BEGAN", "WRITTEN", "REJECTED", "JOURNAL"].map(str::to_owned)];
    for run in runs {
        rows.push([
            run.run.clone(),
            run.state.clone(),
            figures::time(run.started_at),
            figures::number(run.written),
            figures::number(run.rejected),
            run.journal
                .map_or("", |here| if here { "here" } else { "not here" })
                .to_owned(),
        ]);
    }
    columns(&rows)
}

/// Writes rows of cells under one another; the first row is a heading.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for (place, row) in rows.iter().enumerate() {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        let line = if place == 0 {
            paint(FAINT, line)
        } else {
            line.to_owned()
        };
        writeln!(text, "  {line}").expect("writing to a String cannot fail");
    }
    text
}
