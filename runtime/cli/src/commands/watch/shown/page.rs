//! One page on a terminal, drawn again in the same place: the last good result, what is wrong now, what is going on.

mod layout;

use std::time::Duration;

use super::Now;
use crate::commands::watch::failure::Failure;
use crate::commands::watch::files::listed;
use crate::commands::watch::{Ended, Findings};
use crate::exit::Exit;
use crate::figures::{count, span};
use crate::screen;
use crate::style::{BAD, BOLD, FAINT, GOOD, NAME, NOTE, Style, paint};
use layout::Part;

/// The steps of what turns while something runs.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// How long a step of it takes, milliseconds.
const STEP: u128 = 120;

/// The page.
pub(in crate::commands::watch) struct Page {
    title: String,
    good: Option<Good>,
    /// The newest round, if it had no result.
    failed: Option<(Heading, Failure)>,
    notes: Vec<String>,
    drawn: Option<Drawn>,
}

/// The newest round that had a result.
struct Good {
    heading: Heading,
    findings: Findings,
}

/// What a round is called.
struct Heading {
    number: u64,
    files: Vec<String>,
    took: Duration,
}

/// What is on the screen.
#[derive(PartialEq)]
struct Drawn {
    size: (usize, usize),
    lines: Vec<String>,
}

impl Page {
    /// Begins a page.
    pub(super) const fn new(title: String) -> Self {
        Self {
            title,
            good: None,
            failed: None,
            notes: Vec::new(),
            drawn: None,
        }
    }

    /// Takes a round that has ended.
    pub(super) fn round(&mut self, ended: Ended) {
        let heading = Heading {
            number: ended.number,
            files: ended.files,
            took: ended.took,
        };
        match ended.result {
            Ok(findings) => {
                self.good = Some(Good { heading, findings });
                self.failed = None;
            }
            Err(failure) => self.failed = Some((heading, failure)),
        }
    }

    /// Takes something that has to be known from now on.
    pub(super) fn note(&mut self, note: &str) {
        self.notes.extend(note.lines().map(str::to_owned));
    }

    /// Draws the page if it is another one than before. Says whether somebody still sees it.
    pub(super) fn now(&mut self, now: &Now<'_>) -> bool {
        let size = screen::size();
        let mut parts = self.parts();
        parts.push(Part::whole(&foot(now, self.mood())));
        let lines = layout::fit(&parts, size);
        let drawn = Some(Drawn { size, lines });
        if drawn == self.drawn {
            return true;
        }
        let is_first = self.drawn.is_none();
        self.drawn = drawn;
        let lines = self.drawn.as_ref().map_or(&[][..], |drawn| &drawn.lines);
        (!is_first || screen::make_room()) && screen::draw(lines)
    }

    /// Draws the page for the last time, whole: what does not fit goes up to where it can be scrolled to.
    pub(super) fn end(&mut self) {
        let (_, width) = screen::size();
        let mut lines = layout::whole(&self.parts(), width);
        // What a shell shows next begins below.
        lines.push(String::new());
        screen::draw(&lines);
    }

    fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part::narrow(&self.head())];
        parts.extend((!self.notes.is_empty()).then(|| Part::whole(&self.notes.join("\n"))));
        if let Some((_, failure)) = &self.failed {
            parts.push(Part::cut(&failure.to_text()));
        }
        let Some(Good { heading, findings }) = &self.good else {
            return parts;
        };
        if self.failed.is_some() {
            let rule = format!("─── the last good result, of round {} ───", heading.number);
            parts.push(Part::narrow(&paint(FAINT, rule)));
        }
        parts.push(Part::whole(&findings.summary));
        match (&findings.difference, &self.failed) {
            (None, _) => parts.push(Part::cut(&findings.listing)),
            (Some(difference), _) if !difference.is_empty() => {
                parts.push(Part::cut(difference));
            }
            (Some(_), None) => {
                parts.push(Part::whole(&paint(
                    FAINT,
                    "no difference to the last result",
                )));
            }
            (Some(_), Some(_)) => {}
        }
        if findings.difference.is_some() {
            parts.push(Part::cut(&findings.standing));
        }
        parts.push(Part::cut(&findings.log));
        parts
    }

    /// Returns the colour of what the newest round came to, so that it is seen from afar.
    fn mood(&self) -> Style {
        match (&self.failed, &self.good) {
            (Some(_), _) => BAD,
            (None, Some(good)) => match good.findings.exit {
                Exit::Success => GOOD,
                Exit::Rejects => NOTE,
                _ => BAD,
            },
            (None, None) => NOTE,
        }
    }

    /// Names what is done, and the round that it was done in last.
    fn head(&self) -> String {
        let title = paint(BOLD, &self.title);
        let newest = self.failed.as_ref().map(|(heading, _)| heading);
        let newest = newest.or(self.good.as_ref().map(|good| &good.heading));
        let Some(heading) = newest else {
            return title;
        };
        let after = match &heading.files[..] {
            [] => String::new(),
            files => format!("{}{}", paint(FAINT, " after "), paint(NAME, listed(files))),
        };
        let round = paint(FAINT, format!("  round {}", heading.number));
        let took = paint(FAINT, format!(", {}", span(heading.took)));
        format!("{title}{round}{after}{took}")
    }
}

/// Says what is going on; `mood` is what the newest round came to.
fn foot(now: &Now<'_>, mood: Style) -> String {
    let (sign, what) = match now {
        Now::Waiting(files) => (
            paint(mood, "●"),
            format!("waiting for a change in {}", count(*files as u64, "file")),
        ),
        Now::Running {
            since,
            doing,
            progress,
        } => {
            let step = usize::try_from(since.as_millis() / STEP).unwrap_or_default();
            let mut what = (*doing).to_owned();
            if let Some(progress) = progress {
                what = format!("{what}  {progress}");
            }
            if since.as_secs() > 0 {
                what = format!("{what}  {} s", since.as_secs());
            }
            (paint(NOTE, SPINNER[step % SPINNER.len()]), what)
        }
    };
    let style = if what.starts_with("waiting:") {
        BAD
    } else {
        FAINT
    };
    format!(
        "{sign} {}  {}",
        paint(style, what),
        paint(FAINT, "Ctrl-C ends")
    )
}

#[cfg(test)]
mod tests;
