//! A report as text: the word `error`, the message, excerpts of sources in colour, hints.

use super::Report;
use crate::paragraph::Put;
use crate::style::{BAD, ERROR, FAINT, NAME, paint};

/// Writes a report for a terminal.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    for (place, paragraph) in report.message.split("\n\n").enumerate() {
        if place > 0 {
            text.push('\n');
        }
        let mut lines = paragraph.lines();
        let first = lines.next().unwrap_or_default();
        text.line(format_args!("{}{first}", paint(ERROR, "error: ")));
        lines.for_each(|line| text.line(format_args!("{}", source_line(line))));
    }
    for hint in &report.hints {
        text.line(format_args!("{}{hint}", paint(NAME, "hint: ")));
    }
    let explained = crate::explain::find(&report.code).is_some() && report.details.is_empty();
    if explained && report.code != "usage" {
        let more = format!(
            "code {}: `remold explain {}` says more",
            report.code, report.code
        );
        text.line(format_args!("{}", paint(FAINT, more)));
    }
    text
}

/// Colours a line of an excerpt by its form: the place, the source, the mark under it, what helps.
fn source_line(line: &str) -> String {
    let start = line.trim_start();
    let margin = &line[..line.len() - start.len()];
    if let Some(place) = start.strip_prefix("--> ") {
        return format!("{margin}{} {}", paint(FAINT, "-->"), paint(NAME, place));
    }
    if let Some(hint) = start.strip_prefix("= ") {
        return format!("{margin}{} {hint}", paint(FAINT, "="));
    }
    let Some((number, source)) = line.split_once('|') else {
        return line.to_owned();
    };
    if !number.trim().bytes().all(|byte| byte.is_ascii_digit()) {
        return line.to_owned();
    }
    let is_mark = number.trim().is_empty()
        && source
            .trim()
            .bytes()
            .all(|byte| byte == b'^' || byte == b' ');
    let source = if is_mark {
        paint(BAD, source)
    } else {
        source.to_owned()
    };
    format!("{}{source}", paint(FAINT, format!("{number}|")))
}

/// Writes the place of a script's error like that of a manifest's.
pub(super) fn excerpt(
    message: &str,
    location: &remold::host_api::SourceLocation,
    hint: Option<&str>,
) -> String {
    let remold::host_api::SourceLocation {
        file,
        line,
        column,
        source_line,
    } = location;
    let mut text = format!("{message}\n  --> {file}:{line}");
    if *column > 0 {
        text.put(format_args!(":{column}"));
    }
    if !source_line.trim().is_empty() {
        let shown: String = source_line
            .trim_end()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        text.put(format_args!("\n{margin} |\n{number} | {shown}"));
        if *column > 0 {
            let indent = " ".repeat(column - 1);
            text.put(format_args!("\n{margin} | {indent}^"));
        }
    }
    if let Some(hint) = hint {
        text.put(format_args!("\n  = {hint}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use remold::host_api::SourceLocation;

    use super::*;

    #[test]
    fn a_place_in_a_script_is_shown_with_a_mark() {
        let location = SourceLocation {
            file: "a.rhai".to_owned(),
            line: 12,
            column: 3,
            source_line: "\trec.hush".to_owned(),
        };
        let text = excerpt("no such property", &location, Some("did you mean `hash`?"));
        assert_eq!(
            text,
            "no such property\n  --> a.rhai:12:3\n   |\n12 |  rec.hush\n   |   ^\n  = did you mean `hash`?"
        );
    }

    #[test]
    fn only_lines_of_an_excerpt_are_coloured() {
        assert_eq!(source_line("a | b"), "a | b");
        assert!(source_line("   |    ^^").contains(&paint(BAD, "    ^^")));
    }
}
