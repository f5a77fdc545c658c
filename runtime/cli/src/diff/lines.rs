//! The lines of a diff: a sign, a label in a column of its own, a text; bounded in number.

use crate::paragraph::Put;
use crate::style::{BAD, FAINT, GOOD, NOTE, paint};

/// How many lines of one record are shown.
const SHOWN: usize = 40;
/// The widest label that the column is made for, in characters.
const WIDEST: usize = 28;

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `-`, `+`, `~` or a blank.
    sign: char,
    label: String,
    text: String,
}

impl Line {
    /// Something that is taken away.
    pub(super) fn removed(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            sign: '-',
            label: label.into(),
            text: text.into(),
        }
    }

    /// Something that is added.
    pub(super) fn added(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            sign: '+',
            label: label.into(),
            text: text.into(),
        }
    }

    /// Something that becomes something else.
    pub(super) fn changed(
        label: impl Into<String>,
        before: impl std::fmt::Display,
        after: &str,
    ) -> Self {
        Self {
            sign: '~',
            label: label.into(),
            text: format!("{before} → {after}"),
        }
    }

    /// A line with the sign `-` or `+`.
    pub(super) fn signed(sign: char, label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            sign,
            label: label.into(),
            text: text.into(),
        }
    }

    /// A remark.
    pub(super) fn remark(text: impl Into<String>) -> Self {
        Self {
            sign: ' ',
            label: String::new(),
            text: text.into(),
        }
    }
}

/// The lines of one record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    shown: Vec<Line>,
    omitted: u64,
    unchanged: u64,
    indent: usize,
}

impl Lines {
    /// Adds a line, or counts it if there are enough.
    pub(super) fn push(&mut self, line: Line) {
        if self.shown.len() < SHOWN {
            self.shown.push(line);
        } else {
            self.omitted += 1;
        }
    }

    /// Counts parts that stay as they are.
    pub(super) fn unchanged(&mut self, parts: u64) {
        self.unchanged += parts;
    }

    /// Moves all lines to the right.
    pub(super) fn indented(mut self) -> Self {
        self.indent += 2;
        self
    }

    /// Writes the lines, labels side by side.
    pub(super) fn to_text(&self) -> String {
        let width = |line: &Line| line.label.chars().count();
        let widest = self
            .shown
            .iter()
            .map(width)
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or_default();
        let indent = " ".repeat(self.indent + 2);
        let mut text = String::new();
        for line in &self.shown {
            let style = match line.sign {
                '-' => BAD,
                '+' => GOOD,
                '~' => NOTE,
                _ => FAINT,
            };
            let label = &line.label;
            let gap = if label.is_empty() {
                0
            } else {
                widest.saturating_sub(width(line)) + 2
            };
            let painted = paint(
                style,
                format!("{} {label}{:gap$}{}", line.sign, "", line.text),
            );
            text.put(format_args!("{indent}{painted}\n"));
        }
        let mut remark = |count: u64, what: &str| {
            if count > 0 {
                let remark = format!("{} {what}", crate::figures::number(count));
                text.put(format_args!("{indent}  {}\n", paint(FAINT, remark)));
            }
        };
        remark(self.omitted, "more lines");
        remark(self.unchanged, "unchanged");
        text
    }
}
