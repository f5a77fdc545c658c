//! Dry runs, again and again, each compared with the one before.
//!
//! All of them see the same clock and the same seed, so that what is different comes from the code, or from the data.

mod notebook;

use remold::host_api::Bytes;
use remold::{
    Change, Error, JournalDirectory, Moment, RunEnd, RunOptions, RunReport, Runner, Tally, Target,
    escape,
};
use serde_json::Value;

use super::difference::keys::{KeyDifference, RejectDifference};
use super::difference::{Count, Ledger, Rejects, counts};
use super::failure::Failure;
use super::source::Source;
use super::{Findings, Round, Session};
use crate::arguments::{DiffLimit, DryRunArguments};
use crate::commands::{Answer, dry_run, outcome};
use crate::diff::quote::name;
use crate::exit::Exit;
use crate::figures::{self, number};
use crate::paragraph::Put;
use crate::shapes::watch::ChangeDifferenceShape;
use crate::style::{BAD, BOLD, FAINT, GOOD, NOTE, Style, paint};
use crate::{diff, shapes, summary};
use notebook::{Notebook, Noted, TRYING};

/// Of how many keys a change is remembered, to be compared with.
const REMEMBERED: usize = 100_000;
/// How many rejected keys are shown.
const REJECTS: usize = 10;
/// How many reasons of a count are shown.
const REASONS: usize = 6;

/// Executes a migration without writing.
pub(super) struct Trial {
    arguments: DryRunArguments,
    target: Target,
    source: Source,
    moment: Moment,
    last: Option<Last>,
}

/// What is remembered of a dry run.
struct Last {
    ledger: Ledger,
    rejects: Rejects,
    tally: Tally,
}

/// What is different from the dry run before.
struct Difference {
    keys: KeyDifference,
    rejects: RejectDifference,
    counts: Vec<Count>,
}

impl Trial {
    /// Begins without a result.
    pub(super) fn new(arguments: DryRunArguments, target: Target, source: Source) -> Self {
        Self {
            arguments,
            target,
            source,
            moment: Moment::now(),
            last: None,
        }
    }

    fn most(&self) -> usize {
        match self.arguments.limit_diffs {
            DiffLimit::First(most) => most,
            DiffLimit::All => usize::MAX,
        }
    }
}

impl Session for Trial {
    fn round(&mut self, round: &Round<'_>) -> Result<Option<Findings>, Failure> {
        let migration = self.source.prepare(round)?;
        round.doing.say(TRYING);
        let last = self.last.take();
        let before = last.as_ref().map(|last| &last.ledger);
        let notebook = Notebook::new(before, self.most(), REMEMBERED, round.doing.clone());
        let options = RunOptions {
            show_changes: true,
            moment: Some(self.moment),
            ..RunOptions::default()
        };
        // A dry run has no journal: the directory is never looked at.
        let runner = Runner::new(self.target.clone(), JournalDirectory::new(""));
        let report = runner.dry_run(&migration, &options, round.control, &notebook);
        let noted = notebook.into_noted();
        let ended = report
            .map_err(Failure::from)
            .and_then(|report| match &report.outcome.end {
                RunEnd::Completed | RunEnd::TooManyRejected => Ok(Some(report)),
                RunEnd::Interrupted => Ok(None),
                end => Err(Error::Ended(Box::new(end.clone())).into()),
            });
        let report = match ended {
            Ok(Some(report)) => report,
            ended => {
                self.last = last;
                return ended.map(|_| None);
            }
        };
        let rejects = Rejects::of(&report.outcome);
        let difference = last.as_ref().map(|last| Difference {
            keys: last.ledger.compare(&noted.ledger),
            rejects: last.rejects.compare(&rejects),
            counts: counts::of_tallies(&last.tally, &report.outcome.tally),
        });
        let tally = report.outcome.tally.clone();
        let (findings, ledger) = self.findings(&report, noted, difference);
        self.last = Some(Last {
            ledger,
            rejects,
            tally,
        });
        Ok(Some(findings))
    }
}

impl Trial {
    fn findings(
        &self,
        report: &RunReport,
        noted: Noted,
        difference: Option<Difference>,
    ) -> (Findings, Ledger) {
        let Noted {
            ledger,
            first,
            new,
            otherwise,
            log,
        } = noted;
        let tally = &report.outcome.tally;
        let mut listing = summary::rejects(&report.outcome.rejected, tally, "");
        if !listing.is_empty() {
            listing.push('\n');
        }
        listing.extend(first.iter().map(diff::render));
        let more = tally.changed.saturating_sub(first.len() as u64);
        if more > 0 && self.most() > 0 {
            listing.push_str(&more_of(more, " changed; --limit-diffs shows more"));
        }
        let is_file = matches!(self.target, Target::File(_));
        let circumstances = dry_run::circumstances(&self.arguments, is_file, first);
        let Answer { exit, shape, .. } = outcome::answer(report, &circumstances);
        let most = self.most();
        let text = difference
            .as_ref()
            .map(|difference| written(difference, &new, &otherwise, most));
        let counted = match &difference {
            Some(difference) => difference.counts.clone(),
            None => counts::of_tallies(&report.outcome.tally, &report.outcome.tally),
        };
        let different = difference.map(|difference| document(&difference, most));
        let findings = Findings {
            exit,
            summary: summary(report, exit, &counted),
            difference: text,
            standing: String::new(),
            standing_in_short: String::new(),
            log,
            listing,
            document: shape.unwrap_or(Value::Null),
            different: shapes::to_value(&different),
        };
        (findings, ledger)
    }
}

/// Writes how it ended, and the counts with what they were.
fn summary(report: &RunReport, exit: Exit, counts: &[Count]) -> String {
    let style = match exit {
        Exit::Success => GOOD,
        Exit::Rejects => NOTE,
        _ => BAD,
    };
    let mut text = match &report.outcome.end {
        RunEnd::Completed => String::new(),
        end => format!("{}\n", paint(BAD, Error::Ended(Box::new(end.clone())))),
    };
    for count in counts {
        let (name, style) = match count.name.as_str() {
            // Mostly as many as records are changed, and then it tells nothing.
            "keysWritten" if is_as_changed(counts, count) => continue,
            "keysWritten" => ("keys written", Style::new()),
            "changed" => ("changed", style),
            "rejected" if count.after > 0 => ("rejected", NOTE),
            "records" => ("records", BOLD),
            name => (name, Style::new()),
        };
        let row = format!("{name:<12}{:>12}", number(count.after));
        text.line(format_args!(
            "  {}{}",
            paint(style, row),
            paint(FAINT, detail(count))
        ));
    }
    text
}

fn is_as_changed(counts: &[Count], written: &Count) -> bool {
    let changed = counts.iter().find(|count| count.name == "changed");
    changed
        .is_some_and(|changed| (changed.before, changed.after) == (written.before, written.after))
}

/// Writes what a count was, and what it is made up of.
fn detail(count: &Count) -> String {
    let mut text = String::new();
    if count.before != count.after {
        text.put(format_args!("  before: {}", number(count.before)));
    }
    let reason = |reason: &Count| {
        let was = if reason.before == reason.after {
            String::new()
        } else {
            format!(" (before: {})", number(reason.before))
        };
        let name = name(reason.name.as_bytes());
        format!("{name}: {}{was}", number(reason.after))
    };
    let mut reasons: Vec<&Count> = count.reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.after.max(reason.before)));
    let mut shown: Vec<String> = reasons
        .iter()
        .take(REASONS)
        .map(|&one| reason(one))
        .collect();
    if reasons.len() > REASONS {
        shown.push(format!("{} other reasons", reasons.len() - REASONS));
    }
    if !shown.is_empty() {
        text.put(format_args!("  {}", shown.join(", ")));
    }
    text
}

/// Writes what is different. `new` and `otherwise` are the first of the changes that are.
fn written(difference: &Difference, new: &[Change], otherwise: &[Change], most: usize) -> String {
    let Difference { keys, rejects, .. } = difference;
    let rejected = |rejected: &remold::Rejected| {
        let place = rejected.location.as_ref();
        let place = place.map_or_else(String::new, |place| paint(FAINT, format!("  at {place}")));
        format!(
            "{}  {}  {}{place}",
            name(&rejected.key),
            paint(BAD, &rejected.code),
            name(rejected.message.as_bytes())
        )
    };
    let keys_of = |keys: &[Bytes]| keys.iter().map(|key| name(key)).collect::<Vec<_>>();
    let rendered = |changes: &[Change]| changes.iter().map(diff::render).collect::<Vec<_>>();
    let new_rejects = rejects.new.iter().map(rejected).collect::<Vec<_>>();
    let parts = [
        // What is rejected is what a person has to look at first.
        named("Newly rejected", REJECTS, &new_rejects),
        named("No longer rejected", REJECTS, &keys_of(&rejects.gone)),
        group("Newly changed", keys.new.len(), &rendered(new), most),
        group(
            "Changed differently",
            keys.otherwise.len(),
            &rendered(otherwise),
            most,
        ),
        named("No longer changed", most, &keys_of(&keys.gone)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("\n")
}

/// Writes a heading with a count, and the first of the keys below it.
fn named(what: &str, most: usize, keys: &[String]) -> Option<String> {
    let lines: Vec<String> = keys
        .iter()
        .take(most)
        .map(|key| format!("  {key}\n"))
        .collect();
    group(what, keys.len(), &lines, most)
}

/// Writes a heading with a count and what is shown below it; nothing if there is nothing to be counted.
fn group(what: &str, all: usize, shown: &[String], most: usize) -> Option<String> {
    if all == 0 {
        return None;
    }
    let heading = format!("{what}: {}", figures::count(all as u64, "key"));
    let mut text = format!("{}\n{}", paint(BOLD, heading), shown.concat());
    let more = all.saturating_sub(shown.len());
    if more > 0 && most > 0 {
        text.push_str(&more_of(more as u64, "; --limit-diffs shows more"));
    }
    Some(text)
}

fn more_of(more: u64, how: &str) -> String {
    let text = format!("and {} more{how}", number(more));
    format!("{}\n", paint(FAINT, text))
}

fn document(difference: &Difference, most: usize) -> ChangeDifferenceShape {
    let Difference {
        keys,
        rejects,
        counts,
    } = difference;
    let first = |keys: &[Bytes]| keys.iter().take(most).map(|key| escape(key)).collect();
    ChangeDifferenceShape {
        new_count: keys.new.len() as u64,
        new: first(&keys.new),
        otherwise_count: keys.otherwise.len() as u64,
        otherwise: first(&keys.otherwise),
        gone_count: keys.gone.len() as u64,
        gone: first(&keys.gone),
        newly_rejected: rejects
            .new
            .iter()
            .map(|rejected| escape(&rejected.key))
            .collect(),
        no_longer_rejected: rejects.gone.iter().map(|key| escape(key)).collect(),
        counts: counts
            .iter()
            .filter(|count| count.is_different())
            .cloned()
            .collect(),
    }
}
