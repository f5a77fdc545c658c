//! A comparison as Markdown, for a comment on a change: what a reviewer has to decide first, the single changes below.

use remold::manifest::Version;
use remold::schema::compare::{Change, Comparison, Severity, Verdict};

use super::{Direction, from_to, is_example, short, sorted, step, strictness, why};
use crate::figures;
use crate::paragraph::Put;
use crate::shapes::schema::comparison::word;

/// Writes a comparison: a table of the verdicts, then one of the changes.
pub(in crate::commands::schema) fn markdown(
    comparison: &Comparison,
    old: &Version,
    new: &Version,
) -> String {
    let mut text = "| | |\n|---|---|\n".to_owned();
    for direction in Direction::BOTH {
        let verdict = direction.of(comparison);
        let mut says = match verdict {
            Verdict::Holds => direction.means(verdict).to_owned(),
            _ => format!("**{}**", direction.means(verdict)),
        };
        match verdict {
            Verdict::Holds => {}
            Verdict::Broken { reason, witness } => {
                says.put(format_args!(": {}", plain(reason)));
                if is_example(comparison, reason) {
                    says.put(format_args!(", such as {}", code(&short(witness))));
                }
            }
            Verdict::Unknown { reason } => says.put(format_args!(": {}", plain(reason))),
        }
        text.line(format_args!("| {} | {says} |", direction.name()));
    }
    let (is_enough, step) = step(comparison, old, new);
    let step = if is_enough {
        step
    } else {
        format!("**{step}**")
    };
    text.line(format_args!("| version | {step} |"));
    if let Some(read) = strictness(comparison) {
        text.line(format_args!("| read | {} |", plain(&read)));
    }
    text.push('\n');
    if comparison.changes.is_empty() {
        text.push_str("No changes.\n");
        return text;
    }
    let amount = figures::count(comparison.changes.len() as u64, "change");
    text.line(format_args!(
        "**{amount}**\n\n| | where | what | why |\n|---|---|---|---|"
    ));
    for change in sorted(&comparison.changes) {
        text.push_str(&row(change));
    }
    text
}

fn row(change: &Change) -> String {
    let severity = word(change.severity);
    let severity = match change.severity {
        Severity::Error | Severity::Doubt => format!("**{severity}**"),
        Severity::Warning | Severity::Note => severity,
    };
    let mut what = word(change.kind);
    let values = from_to(change);
    if !values.is_empty() {
        what.put(format_args!(" {}", code(values.trim())));
    }
    let mut why = sentence(&why(change));
    if let Some(hint) = &change.hint {
        why.put(format_args!("<br>*{}*", plain(hint)));
    }
    format!("| {severity} | {} | {what} | {why} |\n", code(&change.path))
}

/// Writes a sentence; what stands in it between backticks is code.
fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let parts = parts.iter().enumerate();
    let parts = parts.map(|(place, part)| match place % 2 {
        0 => plain(part),
        _ => code(part),
    });
    parts.collect()
}

/// Makes a text harmless that schemas and data have a part in.
pub(in crate::commands::schema) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' | '#' | '@' => {
                plain.push('\\');
                plain.push(letter);
            }
            '<' => plain.push_str("&lt;"),
            '&' => plain.push_str("&amp;"),
            '\n' | '\r' => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

/// Writes a text as code inside of a table, whatever it holds.
pub(in crate::commands::schema) fn code(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let is_ticked = text.starts_with('`') || text.ends_with('`');
    let space = if is_ticked { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Makes the heading of a comparison.
pub(in crate::commands::schema) fn heading(subject: &str, old: &Version, new: &Version) -> String {
    format!("### {subject} {old} → {new}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_do_not_break_a_table() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(
            sentence("`/a*` is *b*: `"),
            "\\`/a\\* \\` is \\*b\\*: \\`".replace("\\* \\`", "\\*\\`")
        );
        assert_eq!(sentence("`/a*` is *b*"), "`/a*` is \\*b\\*");
        assert_eq!(plain("a|b\n<img> @all"), "a\\|b &lt;img> \\@all");
    }
}
