//! `remold events`: what happened to a target, from its change stream; with `--follow` what happens to it.
//!
//! Every event is written as it is met. A reader that has gone away, and Ctrl-C, are the usual end.

use std::fmt::Write as _;
use std::time::Duration;

use remold::host_api::StreamId;
use remold::{ChangeEvent, Control, Event, Follower, Gap, Happening, Met, Observer, RunState};

use super::Answer;
use crate::arguments::{EventsArguments, Format, Since};
use crate::exit::Exit;
use crate::report::Report;
use crate::shapes::events::{EventLineShape, EventShape, GapShape};
use crate::shapes::{self, Envelope};
use crate::style::{BAD, FAINT, GOOD, NAME, NOTE, Style, paint};
use crate::{figures, screen, signals};

const COMMAND: &str = "events";

/// Below it a pause is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// How wide the word of an event is, at least.
const WORD: usize = 11;

/// Shows events.
pub(super) fn events(arguments: &EventsArguments, format: Format) -> Result<Answer, Report> {
    let target = arguments.target.target(None)?;
    if let (true, remold::Target::File(file)) = (arguments.follow, &target) {
        let problem = format!(
            "{} is a file: nothing happens to it that could be followed",
            file.input.display()
        );
        return Err(Report::usage(
            &problem,
            &["leave --follow out, or name a server"],
        ));
    }
    match show(arguments, &target, format) {
        // What reads lines is not to be given a document over several.
        Err(report) if format == Format::Json => {
            let line = EventLineShape {
                error: Some(report.to_shape()),
                ..EventLineShape::default()
            };
            write_line(report.kind, &line);
            Ok(Answer::written(report.kind))
        }
        result => result,
    }
}

fn show(
    arguments: &EventsArguments,
    target: &remold::Target,
    format: Format,
) -> Result<Answer, Report> {
    let mut follower = Follower::open(target)?;
    let after = match (arguments.since, arguments.follow) {
        (Some(Since::All), _) | (None, false) => StreamId::default(),
        (Some(Since::New), _) | (None, true) => follower.newest()?,
        (Some(Since::Behind(place)), _) => place,
    };
    let mut left = arguments.count.map(std::num::NonZeroU64::get);
    let mut any = false;
    let take = |met: Met| {
        any = true;
        let is_read = match format {
            Format::Text => screen::out_if_read(&text(&met)),
            Format::Json => write_line(Exit::Success, &line(&met)),
        };
        if let (Met::Event(_), Some(left)) = (&met, &mut left) {
            *left -= 1;
        }
        is_read && left != Some(0)
    };
    if arguments.follow {
        let control = Control::new();
        let stop = control.clone();
        signals::call_by_signal(move || stop.stop());
        follower.follow(after, &control, &Waits, take)?;
    } else {
        follower.walk(after, take)?;
    }
    let nothing = if any || arguments.follow {
        ""
    } else {
        "no events\n"
    };
    Ok(Answer {
        text: nothing.to_owned(),
        ..Answer::written(Exit::Success)
    })
}

/// Says that a server is waited for.
struct Waits;

impl Observer for Waits {
    fn event(&self, event: Event) {
        if let Event::Waiting { error, delay_ms } = event
            && Duration::from_millis(delay_ms) >= WORTH_SAYING
        {
            screen::err(&format!("{}: {error}\n", paint(NOTE, "waiting")));
        }
    }
}

fn write_line(exit: Exit, line: &EventLineShape) -> bool {
    let envelope = Envelope::new(COMMAND, exit, shapes::to_value(line));
    let text = serde_json::to_string(&envelope).expect("documents hold nothing that JSON cannot");
    screen::out_if_read(&format!("{text}\n"))
}

fn line(met: &Met) -> EventLineShape {
    match met {
        Met::Event(event) => EventLineShape {
            event: Some(EventShape::from(event.as_ref())),
            ..EventLineShape::default()
        },
        Met::Gap { after, gap } => EventLineShape {
            gap: Some(GapShape::new(*after, *gap)),
            ..EventLineShape::default()
        },
    }
}

/// Writes a line for a person.
fn text(met: &Met) -> String {
    let event = match met {
        Met::Event(event) => event,
        Met::Gap { after, gap } => {
            let why = match gap {
                Gap::Trimmed(oldest) => format!(
                    "what came behind {after} is not there any more; {oldest} is the oldest that is left"
                ),
                Gap::WentBack(newest) => format!(
                    "the stream ends at {newest}, before {after}: it was deleted, or the server has gone back in time"
                ),
            };
            return format!("{}: {why}\n", paint(NOTE, "events may be missing"));
        }
    };
    // Whoever can write to the server can write anything into it.
    let word = remold::escape(event.happening.name().as_bytes());
    let what = remold::escape(what(event).as_bytes());
    format!(
        "{}  {}  {what}  {}\n",
        figures::time(event.at),
        paint(style(&event.happening), format!("{word:<WORD$}")),
        paint(FAINT, event.id)
    )
}

fn style(happening: &Happening) -> Style {
    match happening.name() {
        "completed" | "registered" => GOOD,
        "failed" | "aborted" => BAD,
        "interrupted" | "rolled-back" | "drift" => NOTE,
        _ => NAME,
    }
}

/// Says in a line what happened.
fn what(event: &ChangeEvent) -> String {
    match &event.happening {
        Happening::Run(change) => {
            let entry = &change.entry;
            let mut text = match &entry.undoes {
                Some(undoes) => format!("run {}, which undoes run {undoes}", entry.run),
                None => format!("run {} of {}", entry.run, entry.migration),
            };
            let numbers = match entry.state {
                RunState::Running => None,
                RunState::PartlyRolledBack => Some("but for keys that were kept".to_owned()),
                RunState::RolledBack => Some("every key".to_owned()),
                RunState::Completed | RunState::Aborted => Some(format!(
                    "{} written, {} rejected",
                    figures::count(entry.written, "key"),
                    figures::number(entry.rejected)
                )),
            };
            for part in numbers.iter().chain(&change.reason) {
                write!(text, ": {part}").expect("writing to a String cannot fail");
            }
            text
        }
        Happening::Registered(notice) => {
            let from = notice.from.as_ref().map(|from| format!("{from} to "));
            let digest: String = notice.digest.chars().take(19).collect();
            format!(
                "{} {} {}{}, {}, {digest}…, by {}",
                notice.kind,
                notice.subject,
                from.unwrap_or_default(),
                notice.version,
                figures::bytes(notice.bytes),
                notice.by
            )
        }
        Happening::Drift(drift) => {
            let versions: Vec<String> = drift
                .versions
                .iter()
                .map(|(version, keys)| format!("{} at {version}", figures::number(*keys)))
                .collect();
            format!(
                "{}: of {} {} at no registered version{}{}; the newest is {}",
                drift.subject,
                figures::count(drift.examined, "key"),
                figures::number(drift.unmatched),
                if versions.is_empty() { "" } else { ", " },
                versions.join(", "),
                drift.version
            )
        }
        Happening::Other(_) => {
            let fields = event
                .fields
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "event" | "at"));
            let fields: Vec<String> = fields
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            fields.join(" ")
        }
    }
}

#[cfg(test)]
mod tests;
