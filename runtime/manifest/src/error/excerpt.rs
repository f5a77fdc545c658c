//! The plain text of an error: message, place, the line with a mark under it, hints.

use std::fmt;

use super::ManifestError;

/// The widest part of a line that is shown, in characters.
const WIDTH: usize = 96;

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file, line, column, ..
        } = self;
        writeln!(f, "{}", self.problem)?;
        write!(f, "  --> {file}:{line}:{column}")?;
        if !self.path.is_root() {
            write!(f, ", {}", self.path)?;
        }
        if !self.source_line.trim().is_empty() {
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            let (shown, mark) = self.marked_line();
            write!(f, "\n{margin} |\n{number} | {shown}\n{margin} | {mark}")?;
        }
        for hint in self.hints() {
            write!(f, "\n  = {hint}")?;
        }
        Ok(())
    }
}

impl ManifestError {
    /// Returns the shown part of the line, and the mark that belongs under it.
    fn marked_line(&self) -> (String, String) {
        let line: Vec<char> = self.source_line.chars().map(printable).collect();
        let start = (self.column - 1).min(line.len());
        let bytes_before: usize = self
            .source_line
            .chars()
            .take(start)
            .map(char::len_utf8)
            .sum();
        let marked = self.source_line[bytes_before..]
            .char_indices()
            .take_while(|(at, _)| *at < self.span.len())
            .count();
        // A long line is shown from a little before the mark.
        let from = if line.len() > WIDTH {
            start.saturating_sub(WIDTH / 3).min(line.len() - WIDTH)
        } else {
            0
        };
        let to = (from + WIDTH).min(line.len());
        let (left, right) = (
            if from > 0 { "…" } else { "" },
            if to < line.len() { "…" } else { "" },
        );
        let shown: String = line[from..to].iter().collect();
        let carets = marked.clamp(1, (to - start).max(1));
        let indent = " ".repeat(start - from + left.chars().count());
        (
            format!("{left}{}{right}", shown.trim_end()),
            format!("{indent}{}", "^".repeat(carets)),
        )
    }
}

/// Keeps control characters from reaching a terminal; one character each, so that columns stay right.
fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        control if control.is_control() => '\u{fffd}',
        // Characters that change the direction of what follows.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}
