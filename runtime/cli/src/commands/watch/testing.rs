//! Cases, again and again.

use remold::CaseVerdict;

use super::difference::cases::{still_failing, turns};
use super::difference::{CaseState, Turn};
use super::failure::Failure;
use super::source::Source;
use super::{Findings, Round, Session};
use crate::arguments::TestArguments;
use crate::commands::test::{self, Ran};
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::shapes;
use crate::shapes::watch::{CaseDifferenceShape, CaseNameShape};
use crate::style::{BAD, FAINT, GOOD, NOTE, Style, paint};

/// Runs a migration's cases.
pub(super) struct Testing {
    arguments: TestArguments,
    source: Source,
    last: Option<Vec<CaseState>>,
}

impl Testing {
    /// Begins without a result.
    pub(super) const fn new(arguments: TestArguments, source: Source) -> Self {
        Self {
            arguments,
            source,
            last: None,
        }
    }
}

impl Session for Testing {
    fn round(&mut self, round: &Round<'_>) -> Result<Option<Findings>, Failure> {
        let migration = self.source.prepare(round)?;
        round.doing.say("running the cases");
        let stop = || round.control.is_stopped();
        let ran = test::run_cases(&migration, &self.arguments, &stop)?;
        if stop() {
            return Ok(None);
        }
        let states: Vec<CaseState> = ran.iter().map(state).collect();
        let shape = test::shape(migration.name(), &ran);
        let last = self.last.as_deref();
        let findings = Findings {
            exit: if shape.failed > 0 {
                Exit::Failed
            } else {
                Exit::Success
            },
            summary: summary(last, &states),
            difference: last.map(|last| difference(last, &states)),
            standing: standing(last.unwrap_or_default(), &states, true),
            standing_in_short: standing(last.unwrap_or_default(), &states, false),
            log: String::new(),
            listing: states.iter().map(|case| shown(case, "")).collect(),
            document: shapes::to_value(&shape),
            different: shapes::to_value(&last.map(|last| document(last, &states))),
        };
        self.last = Some(states);
        Ok(Some(findings))
    }
}

fn state(ran: &Ran) -> CaseState {
    CaseState {
        file: ran.path.display().to_string(),
        line: ran.report.line,
        name: ran.report.name.clone(),
        problems: match &ran.report.verdict {
            CaseVerdict::Passed => Vec::new(),
            CaseVerdict::Failed(problems) => problems.clone(),
        },
    }
}

fn counts(states: &[CaseState]) -> (u64, u64) {
    let passed = states.iter().filter(|case| case.problems.is_empty());
    let passed = passed.count();
    (passed as u64, (states.len() - passed) as u64)
}

/// Says in a line how many cases there are, and how many there were.
fn summary(last: Option<&[CaseState]>, states: &[CaseState]) -> String {
    let (passed, failed) = counts(states);
    let mut text = test::summary(passed, failed, states.len(), "");
    let was = last.map(counts);
    if let Some((before, failing)) = was.filter(|was| *was != (passed, failed)) {
        let was = format!("  before: {before} passed, {failing} failed");
        text.push_str(&paint(FAINT, was));
    }
    text.push('\n');
    text
}

/// Writes a case; `word` is what has become of it, or nothing if it is there for the first time.
fn shown(case: &CaseState, word: &str) -> String {
    let place = paint(FAINT, format!("{}:{}", case.file, case.line));
    let word = match (word, case.problems.is_empty()) {
        ("", true) => paint(GOOD, "ok    "),
        ("", false) => paint(BAD, "FAILED"),
        (word, _) => word.to_owned(),
    };
    let mut text = format!("{word}  {}  {place}\n", case.name);
    let problems = case.problems.iter().map(test::described);
    text.extend(problems);
    text
}

fn word(turn: Turn) -> String {
    let (style, word): (Style, &str) = match turn {
        Turn::Broke => (BAD, "ok → FAILED"),
        Turn::Mended => (GOOD, "FAILED → ok"),
        Turn::FailsOtherwise => (BAD, "FAILED otherwise"),
        Turn::NewOk => (GOOD, "new, ok"),
        Turn::NewFailed => (BAD, "new, FAILED"),
        Turn::Gone => (NOTE, "gone"),
    };
    paint(style, word)
}

fn difference(before: &[CaseState], after: &[CaseState]) -> String {
    let mut text = String::new();
    for (turn, case) in turns(before, after) {
        // What a case that is gone found wrong is of no interest any more.
        let case = match turn {
            Turn::Gone => &CaseState {
                problems: Vec::new(),
                ..case.clone()
            },
            _ => case,
        };
        text.push_str(&shown(case, &word(turn)));
    }
    text
}

fn standing(before: &[CaseState], after: &[CaseState], in_full: bool) -> String {
    let mut text = String::new();
    for case in still_failing(before, after) {
        let whole = shown(case, &paint(BAD, "still FAILED"));
        let lines = if in_full { usize::MAX } else { 1 };
        whole
            .lines()
            .take(lines)
            .for_each(|line| text.line(format_args!("{line}")));
    }
    text
}

fn document(before: &[CaseState], after: &[CaseState]) -> CaseDifferenceShape {
    let turns = turns(before, after);
    let of = |wanted: &[Turn]| {
        let chosen = turns.iter().filter(|(turn, _)| wanted.contains(turn));
        let name = |(_, case): &(Turn, &CaseState)| CaseNameShape {
            file: case.file.clone(),
            line: case.line,
            name: case.name.clone(),
        };
        chosen.map(name).collect()
    };
    CaseDifferenceShape {
        broke: of(&[Turn::Broke]),
        mended: of(&[Turn::Mended]),
        fails_otherwise: of(&[Turn::FailsOtherwise]),
        new: of(&[Turn::NewOk, Turn::NewFailed]),
        gone: of(&[Turn::Gone]),
    }
}
