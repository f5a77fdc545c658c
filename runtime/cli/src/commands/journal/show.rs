//! `remold journal show`.

use remold::{JournalDirectory, JournalRecord, Rejected, Tally};

use super::super::Answer;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::journal::JournalShape;
use crate::shapes::run::RejectedShape;
use crate::style::{BOLD, paint};
use crate::{figures, summary};

/// How many rejected records are listed.
const LISTED: usize = 1000;

/// Shows what a journal says of its run.
pub(super) fn show(run: &str, journals: &JournalDirectory) -> Result<Answer, Report> {
    let reader = journals.open_read_only(run)?;
    let known = journals.list()?;
    let summary = known
        .iter()
        .find(|summary| summary.run == run)
        .map(super::summary_shape);
    let header = reader.header();
    let (mut epochs, mut batches, mut keys) = (0, 0_u64, 0);
    let mut rejected: Vec<Rejected> = Vec::new();
    let mut tally = Tally::default();
    for record in reader.replay() {
        match record? {
            JournalRecord::Epoch(_) => epochs += 1,
            JournalRecord::Batch { groups, .. } => {
                batches += 1;
                keys += groups.iter().map(Vec::len).sum::<usize>() as u64;
            }
            JournalRecord::Void(_) => batches = batches.saturating_sub(1),
            JournalRecord::Alive(_) => batches += 1,
            JournalRecord::Rejected(one) => {
                *tally.rejected.entry(one.code.clone()).or_default() += 1;
                if rejected.len() < LISTED {
                    rejected.push(one);
                }
            }
            JournalRecord::Header(_) | JournalRecord::Mark(_) => {}
        }
    }
    let Some(summary) = summary else {
        let message = format!(
            "{}: removed while it was read",
            journals.root().join(run).display()
        );
        return Err(Report::new(Exit::Failed, "journal-not-found", message));
    };
    let shape = JournalShape {
        folder: journals.root().join(run).display().to_string(),
        digest: header.digest.clone(),
        clock: header.now_ms,
        seed: header.seed,
        remold: header.remold.clone(),
        epochs,
        batches,
        keys,
        rejected: tally.rejected_total(),
        rejects: rejected.iter().map(RejectedShape::from).collect(),
        summary,
    };
    let mut text = describe(&shape);
    text.push_str(&summary::rejects(
        &rejected,
        &tally,
        "--output json lists more",
    ));
    Ok(Answer::new(Exit::Success, text, &shape))
}

fn describe(shape: &JournalShape) -> String {
    let summary = &shape.summary;
    let mut text = format!("{}\n", paint(BOLD, &summary.run));
    let mut row = |name: &str, value: &str| {
        text.line(format_args!("  {name:<11}{value}"));
    };
    row(
        "migration",
        summary.migration.as_deref().unwrap_or_default(),
    );
    row("state", &summary.state);
    if let Some(undoes) = &summary.undoes {
        row("undoes", undoes);
    }
    row("target", summary.target.as_deref().unwrap_or_default());
    row("began", &figures::time(shape.clock));
    let batches = figures::count(shape.batches, "batch");
    row(
        "wrote down",
        &format!("{} in {batches}", figures::count(shape.keys, "key")),
    );
    if shape.epochs > 1 {
        row("taken up", &figures::count(shape.epochs, "time"));
    }
    row(
        "folder",
        &format!("{}, {}", shape.folder, figures::bytes(summary.bytes)),
    );
    row("digest", &shape.digest);
    row("remold", &shape.remold);
    text
}
