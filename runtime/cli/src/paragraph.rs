//! Texts put together piece by piece, and long sentences in lines of a readable width.

use std::fmt::{Arguments, Write};

/// The width of a line, in characters.
const WIDTH: usize = 96;

/// Putting more at the end of a text.
pub(crate) trait Put {
    /// Puts a piece at the end.
    fn put(&mut self, piece: Arguments<'_>);

    /// Puts a piece and the end of its line.
    fn line(&mut self, piece: Arguments<'_>) {
        self.put(format_args!("{piece}\n"));
    }
}

impl Put for String {
    fn put(&mut self, piece: Arguments<'_>) {
        self.write_fmt(piece)
            .expect("writing to a String cannot fail");
    }
}

/// Breaks a text into lines, all but the first indented.
pub(crate) fn wrap(text: &str, indent: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 20);
    let mut column = indent;
    for (place, word) in text.split_whitespace().enumerate() {
        let width = word.chars().count();
        if place > 0 && column + 1 + width > WIDTH {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if place > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_the_page_and_indented_alike() {
        let wrapped = wrap(&"word ".repeat(60), 10);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{wrapped}"
        );
        assert!(
            lines.len() == 4
                && lines[1..]
                    .iter()
                    .all(|line| line.starts_with("          word")),
            "{wrapped}"
        );
        assert_eq!(wrap("short", 4), "short");
    }
}
