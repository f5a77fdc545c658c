//! `remold explain`: what a code means, what is safe, what to do.

use super::Answer;
use crate::arguments::ExplainArguments;
use crate::exit::Exit;
use crate::explain::{self, Explanation};
use crate::paragraph::{Put, wrap};
use crate::report::Report;
use crate::shapes::explain::{CodeShape, ExplainShape};
use crate::style::{BOLD, FAINT, paint};

/// Explains a code, or lists all.
pub(super) fn explain(arguments: &ExplainArguments) -> Result<Answer, Report> {
    let Some(code) = &arguments.code else {
        return Ok(list());
    };
    if code == "exit-codes" {
        return Ok(exit_codes());
    }
    let found = explain::find_all(code);
    if found.is_empty() {
        let report = Report::new(
            Exit::Failed,
            "unknown-code",
            format!("no code is called {code:?}"),
        );
        return Err(report.hint("`remold explain` lists all codes").hint(
            "a rejected key may have a code of the transform's own: look for `reject(` in it",
        ));
    }
    let text: Vec<String> = found
        .iter()
        .map(|explanation| describe(explanation))
        .collect();
    Ok(answer(text.join("\n"), &found))
}

fn describe(explanation: &Explanation) -> String {
    let Explanation {
        code,
        area,
        happened,
        safe,
        remedy,
    } = explanation;
    let area = paint(FAINT, area.name());
    format!(
        "{}  {area}\n  what happened  {}\n  what is safe   {}\n  what to do     {}\n",
        paint(BOLD, code),
        wrap(happened, 17),
        wrap(safe, 17),
        wrap(remedy, 17)
    )
}

fn list() -> Answer {
    let all: Vec<&Explanation> = explain::all().collect();
    let mut text = String::new();
    let mut area = None;
    for explanation in &all {
        if area != Some(explanation.area) {
            let gap = if area.is_some() { "\n" } else { "" };
            text.line(format_args!(
                "{gap}{}",
                paint(BOLD, explanation.area.heading())
            ));
            area = Some(explanation.area);
        }
        text.line(format_args!(
            "  {:<24}{}",
            explanation.code, explanation.happened
        ));
    }
    answer(text, &all)
}

fn exit_codes() -> Answer {
    let mut text = String::new();
    let mut codes = Vec::new();
    for exit in Exit::ALL {
        text.line(format_args!(
            "{}  {}\n   {}\n",
            exit.code(),
            paint(BOLD, exit.name()),
            wrap(exit.meaning(), 3)
        ));
        codes.push(CodeShape {
            code: exit.code().to_string(),
            area: "exit code".to_owned(),
            happened: exit.meaning().to_owned(),
            safe: String::new(),
            remedy: String::new(),
        });
    }
    text.line(format_args!(
        "130  {}\n   {}",
        paint(BOLD, "stopped at once"),
        wrap(explain::AT_ONCE, 3)
    ));
    Answer::new(Exit::Success, text, &ExplainShape { codes })
}

fn answer(text: String, explanations: &[&Explanation]) -> Answer {
    let shape = |explanation: &&Explanation| CodeShape {
        code: explanation.code.to_owned(),
        area: explanation.area.name().to_owned(),
        happened: explanation.happened.to_owned(),
        safe: explanation.safe.to_owned(),
        remedy: explanation.remedy.to_owned(),
    };
    Answer::new(
        Exit::Success,
        text,
        &ExplainShape {
            codes: explanations.iter().map(shape).collect(),
        },
    )
}
