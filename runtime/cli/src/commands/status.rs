//! `remold status`: who works on a target, and its runs with the journals that are here.

use remold::Runner;

use super::Answer;
use crate::arguments::JournalArguments;
use crate::arguments::StatusArguments;
use crate::exit::Exit;
use crate::figures;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::server::{self, ServerShape};
use crate::shapes::status::{HistoryEntryShape, LockShape, StatusShape};
use crate::style::{BOLD, FAINT, NOTE, paint};

/// Shows a target's status.
pub(super) fn status(arguments: &StatusArguments) -> Result<Answer, Report> {
    let runner = Runner::new(
        arguments.target.target(None)?,
        arguments.journal.directory(None)?,
    );
    let status = runner.status()?;
    let facts = runner.target_facts()?;
    let mut text = format!("{}\n", paint(BOLD, &status.target));
    for shard in &facts.shards {
        let server = format!("{} {}", shard.product, shard.version);
        text.line(format_args!("  {server}, guard {}", shard.guard.name()));
    }
    if let Some(refusal) = &facts.refusal {
        let refusal = format!("a run would be refused as things stand: {refusal}");
        text.line(format_args!("  {}", paint(NOTE, refusal)));
    }
    let lock = match &status.lock {
        None => "nobody works on it".to_owned(),
        Some(holder) => paint(
            NOTE,
            format!(
                "locked by run {}{}, {}, since {}",
                holder.run,
                holder.shares.map_or_else(String::new, |shares| format!(
                    " of {}",
                    figures::count(u64::from(shares), "share")
                )),
                holder.owner,
                figures::time(holder.since)
            ),
        ),
    };
    text.line(format_args!("  {lock}"));
    let runs: Vec<HistoryEntryShape> = status.runs.iter().map(HistoryEntryShape::from).collect();
    text.push_str(&table(&runs, Some(status.lock.is_some())));
    if let Some(run) = runs
        .iter()
        .find(|run| run.state == "running" && status.lock.is_none())
    {
        let (target, journal) = (
            arguments.target.again(),
            JournalArguments::again(runner.journals()),
        );
        let share = if run.shares.is_empty() {
            ""
        } else {
            " --share I/N"
        };
        let command = match &run.undoes {
            Some(undoes) => format!("remold rollback {undoes}{share}{target}{journal}"),
            None => format!("remold resume {}{share}{target}{journal}", run.run),
        };
        text.line(format_args!(
            "run {} was interrupted; to go on: {command}",
            run.run
        ));
    }
    let lock = status.lock.as_ref().map(LockShape::from);
    let server = server::outcome(&status.target, &facts);
    let answer = Answer::new(
        Exit::Success,
        text,
        &StatusShape {
            target: status.target,
            servers: facts.shards.iter().map(ServerShape::from).collect(),
            refusal: facts.refusal,
            lock,
            runs,
        },
    );
    Ok(answer.leaving(|left| left.server = Some(server)))
}

/// Writes runs as a table; `locked` says whether somebody works on the target, where that
/// is known.
pub(super) fn table(runs: &[HistoryEntryShape], locked: Option<bool>) -> String {
    if runs.is_empty() {
        return "  no runs\n".to_owned();
    }
    let mut rows = vec![["RUN", "STATE", "BEGAN", "WRITTEN", "REJECTED", ""].map(str::to_owned)];
    let with_shares = runs
        .iter()
        .flat_map(|run| std::iter::once(run).chain(&run.shares));
    for run in with_shares {
        let ended = run.state != "running";
        let state = match locked {
            _ if ended => run.state.as_str(),
            Some(true) => "running",
            Some(false) => "interrupted",
            None => "not ended",
        };
        rows.push([
            run.share
                .as_ref()
                .map_or_else(|| run.run.clone(), |share| format!("  share {share}")),
            state.to_owned(),
            figures::time(run.started_at),
            if ended {
                figures::number(run.written)
            } else {
                String::new()
            },
            if ended {
                figures::number(run.rejected)
            } else {
                String::new()
            },
            run.journal
                .map_or("", |here| if here { "" } else { "its journal is not here" })
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
        text.line(format_args!("  {line}"));
    }
    text
}
