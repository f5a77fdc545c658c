//! `remold explain`: what a code means, what is safe, what to do.

use std::fmt::Write;

use super::Answer;
use crate::arguments::ExplainArguments;
use crate::exit::Exit;
use crate::explain::{self, Explanation};
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
        "{}  {area}\n  what happened  {happened}\n  what is safe   {safe}\n  what to do     {remedy}\n",
        paint(BOLD, code)
    )
}

fn list() -> Answer {
    let all: Vec<&Explanation> = explain::all().collect();
    let mut text = String::new();
    let mut area = None;
    for explanation in &all {
        if area != Some(explanation.area) {
            let gap = if area.is_some() { "\n" } else { "" };
            writeln!(text, "{gap}{}", paint(BOLD, explanation.area.heading()))
                .expect("writing to a String cannot fail");
            area = Some(explanation.area);
        }
        writeln!(text, "  {:<24}{}", explanation.code, explanation.happened)
            .expect("writing to a String cannot fail");
    }
    answer(text, &all)
}

fn exit_codes() -> Answer {
    let mut text = String::new();
    let mut codes = Vec::new();
    for exit in Exit::ALL {
        writeln!(
            text,
            "{}  {}\n   {}\n",
            exit.code(),
            paint(BOLD, exit.name()),
            exit.meaning()
        )
        .expect("writing to a String cannot fail");
        codes.push(CodeShape {
            code: exit.code().to_string(),
            area: "exit code".to_owned(),
            happened: exit.meaning().to_owned(),
            safe: String::new(),
            remedy: String::new(),
        });
    }
    writeln!(
        text,
        "130  {}\n   {}",
        paint(BOLD, "stopped at once"),
        explain::AT_ONCE
    )
    .expect("writing to a String cannot fail");
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
