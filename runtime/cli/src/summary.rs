//! What a run did, at its end: counts that add up, reasons, what to do next.

mod versions;

use remold::{KeptReason, Mode, Rejected, RunReport, Tally, escape};

use crate::diff::quote::name;
use crate::figures::{bytes, count, number, pace, span};
use crate::paragraph::Put;
use crate::style::{BAD, BOLD, FAINT, NOTE, paint};

pub(crate) use versions::versions;

/// How many rejected and kept keys are shown.
const SHOWN: usize = 10;

/// Writes the counts of a run; `rollback` names them as a rollback does.
pub(crate) fn counts(report: &RunReport, rollback: bool) -> String {
    let tally = &report.outcome.tally;
    let mut text = String::new();
    let mut row = |name: &str, count: u64, detail: String| {
        if count > 0 {
            let detail = if detail.is_empty() {
                detail
            } else {
                paint(FAINT, format!("  {detail}"))
            };
            line(
                &mut text,
                &format!("  {name:<12}{:>12}{detail}", number(count)),
            );
        }
    };
    let written = if tally.keys_written == tally.changed {
        String::new()
    } else {
        format!("{} keys written", number(tally.keys_written))
    };
    row(
        if rollback { "restored" } else { "changed" },
        tally.changed,
        written,
    );
    row(
        "reverted",
        tally.reverted,
        "written since, migrated back by revert".to_owned(),
    );
    row("unchanged", tally.unchanged, String::new());
    row(
        "already",
        tally.already,
        "as before the run already".to_owned(),
    );
    row("kept", tally.kept, "written since, left alone".to_owned());
    row("expired", tally.expired, "since the run".to_owned());
    row("skipped", tally.skipped_total(), by_reason(&tally.skipped));
    row(
        "rejected",
        tally.rejected_total(),
        by_reason(&tally.rejected),
    );
    row(
        "vanished",
        tally.vanished,
        "gone, or of another type, when they were read".to_owned(),
    );
    row(
        "oversized",
        tally.oversized,
        "over limits.maxKeyBytes, left alone".to_owned(),
    );
    line(
        &mut text,
        &paint(
            BOLD,
            format!("  {:<12}{:>12}", "records", number(tally.handled())),
        ),
    );
    if report.mode == Mode::Ended {
        return text;
    }
    let mut notes = vec![format!("in {}", span(report.elapsed))];
    // What was done before a resume is in the counts and not in the time.
    if report.mode != Mode::Resume {
        notes.push(pace(tally.handled(), report.elapsed));
    }
    if tally.conflicts > 0 {
        notes.push(format!(
            "{} retried because the key changed meanwhile",
            number(tally.conflicts)
        ));
    }
    if tally.changed + tally.reverted > 0 {
        notes.push(format!(
            "changed values {} before, {} after",
            bytes(tally.bytes_before),
            bytes(tally.bytes_after)
        ));
    }
    line(&mut text, &format!("  {}", paint(FAINT, notes.join(", "))));
    if tally.lost > 0 {
        line(
            &mut text,
            &format!(
                "  {}: the server restarted or failed over and lost {} of this run; their keys were done again as they \
                 were then, and keys that it lost altogether are not here",
                paint(NOTE, "note"),
                count(tally.lost, "change")
            ),
        );
    }
    text
}

/// Writes the first rejected records, by code, with their places.
pub(crate) fn rejects(rejected: &[Rejected], tally: &Tally, rest: &str) -> String {
    if rejected.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&Rejected> = rejected.iter().collect();
    sorted.sort_by(|one, other| (&one.code, &one.key).cmp(&(&other.code, &other.key)));
    let mut text = format!("{}\n", paint(NOTE, "Rejected"));
    for one in sorted.iter().take(SHOWN) {
        line(
            &mut text,
            &format!(
                "  {}  {}  {}",
                name(&one.key),
                paint(BAD, &one.code),
                name(one.message.as_bytes())
            ),
        );
        if let Some(place) = &one.location {
            line(&mut text, &paint(FAINT, format!("    at {place}")));
        }
    }
    more(
        &mut text,
        tally.rejected_total(),
        sorted.len().min(SHOWN),
        rest,
    );
    text
}

/// Writes the first keys that a rollback kept, with their reasons.
pub(crate) fn kept(
    kept: &[(remold::host_api::Bytes, KeptReason)],
    tally: &Tally,
    rest: &str,
) -> String {
    if kept.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", paint(NOTE, "Kept"));
    let mut sorted: Vec<_> = kept.iter().collect();
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (key, reason) in sorted.iter().take(SHOWN) {
        let why = match reason {
            KeptReason::WrittenSince => "written since the run",
            KeptReason::DeletedSince => "deleted since the run",
            KeptReason::CreatedSince => "created again since the run had deleted it",
        };
        line(
            &mut text,
            &format!("  {}  {why}  {}", name(key), paint(FAINT, reason.name())),
        );
    }
    more(&mut text, tally.kept, sorted.len().min(SHOWN), rest);
    text
}

fn more(text: &mut String, total: u64, shown: usize, rest: &str) {
    let more = total.saturating_sub(shown as u64);
    if more > 0 {
        let rest = if rest.is_empty() {
            String::new()
        } else {
            format!("; {rest}")
        };
        line(
            text,
            &paint(FAINT, format!("  and {} more{rest}", number(more))),
        );
    }
}

fn by_reason(reasons: &std::collections::BTreeMap<String, u64>) -> String {
    let mut sorted: Vec<(&String, &u64)> = reasons.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut parts: Vec<String> = sorted
        .iter()
        .take(6)
        .map(|(reason, count)| format!("{}: {}", escape(reason.as_bytes()), number(**count)))
        .collect();
    if sorted.len() > 6 {
        parts.push(format!("{} other reasons", sorted.len() - 6));
    }
    parts.join(", ")
}

fn line(text: &mut String, line: &str) {
    text.line(format_args!("{line}"));
}
