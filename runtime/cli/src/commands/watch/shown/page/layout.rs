//! Putting parts of a page one below the other so that they fit on a screen.

use std::borrow::Cow;

use console::{AnsiCodeIterator, measure_text_width};

use crate::figures::count;

/// How many lines of a part are left at least where there is room for more than that.
const LEAST: usize = 3;
/// What is behind a line that does not fit.
const CUT: &str = "…";
/// Ends every colour.
const RESET: &str = "\u{1b}[0m";

/// A part of a page, with an empty line before it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    lines: Vec<String>,
    kind: Kind,
}

/// What is done with a part for which there is not enough room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its lines are cut to the width of the screen.
    Narrow,
    /// Its lines go on below.
    Whole,
    /// Its lines go on below, and the last ones are left out.
    Cut,
}

impl Part {
    /// A part of as many lines as it has: what does not fit into a line is left out.
    pub(super) fn narrow(text: &str) -> Self {
        Self::new(text, Kind::Narrow)
    }

    /// A part that is shown whole.
    pub(super) fn whole(text: &str) -> Self {
        Self::new(text, Kind::Whole)
    }

    /// A part of which the end is left out where there is no room for it.
    pub(super) fn cut(text: &str) -> Self {
        Self::new(text, Kind::Cut)
    }

    fn new(text: &str, kind: Kind) -> Self {
        Self {
            lines: text.lines().map(plain).collect(),
            kind,
        }
    }

    /// Breaks the lines so that they fit into a width.
    fn broken(&self, width: usize) -> Self {
        let lines = self.lines.iter();
        Self {
            lines: match self.kind {
                Kind::Narrow => lines.map(|line| shorten(line, width)).collect(),
                Kind::Whole | Kind::Cut => lines.flat_map(|line| fold(line, width)).collect(),
            },
            kind: self.kind,
        }
    }
}

/// Puts parts one below the other, no more lines and none wider than fit on a screen. The last part is on it in any case.
pub(super) fn fit(parts: &[Part], (height, width): (usize, usize)) -> Vec<String> {
    let parts = parts.iter().filter(|part| !part.lines.is_empty());
    let parts: Vec<Part> = parts.map(|part| part.broken(width)).collect();
    let room = height.saturating_sub(parts.len().saturating_sub(1));
    let given = shares(&parts, room);
    let mut page: Vec<String> = Vec::new();
    for (part, given) in parts.iter().zip(given) {
        if given == 0 {
            continue;
        }
        if !page.is_empty() {
            page.push(String::new());
        }
        let left_out = part.lines.len() - given;
        // The line that says so takes the place of another.
        let shown = if left_out > 0 {
            given.saturating_sub(1)
        } else {
            given
        };
        page.extend_from_slice(&part.lines[..shown]);
        if left_out > 0 {
            let more = format!(
                "{RESET}… {}",
                count((part.lines.len() - shown) as u64, "more line")
            );
            page.push(shorten(&more, width));
        }
    }
    // A screen of a few lines shows the end.
    page.split_off(page.len().saturating_sub(height))
}

/// Puts all lines of all parts one below the other.
pub(super) fn whole(parts: &[Part], width: usize) -> Vec<String> {
    let lines = |part: &Part| part.broken(width).lines.len() + 1;
    fit(parts, (parts.iter().map(lines).sum(), width))
}

/// Says how many lines of each part there is room for. What is to be shown whole takes its own first; the rest is shared so
/// that no part gets more than another as long as that one needs it.
fn shares(parts: &[Part], room: usize) -> Vec<usize> {
    let whole: usize = parts
        .iter()
        .filter(|part| part.kind != Kind::Cut)
        .map(|part| part.lines.len())
        .sum();
    let mut given: Vec<usize> = parts
        .iter()
        .map(|part| match part.kind {
            Kind::Cut => 0,
            Kind::Narrow | Kind::Whole => part.lines.len(),
        })
        .collect();
    let mut left = room.saturating_sub(whole);
    let wants = |given: &[usize], place: usize| given[place] < parts[place].lines.len();
    while left > 0 && (0..parts.len()).any(|place| wants(&given, place)) {
        for place in 0..parts.len() {
            if left > 0 && wants(&given, place) {
                // The first few lines of a part say the most.
                let more = if given[place] == 0 { LEAST } else { 1 };
                let more = more.min(left).min(parts[place].lines.len() - given[place]);
                given[place] += more;
                left -= more;
            }
        }
    }
    given
}

/// Leaves nothing in a line that moves the cursor, only colours: a tool may have printed it.
fn plain(line: &str) -> String {
    let line = line.replace('\t', "    ");
    let pieces = AnsiCodeIterator::new(&line).map(|(piece, is_code)| match is_code {
        true if piece.ends_with('m') => piece.to_owned(),
        true => String::new(),
        false => piece.chars().filter(|c| !c.is_control()).collect(),
    });
    pieces.collect()
}

/// Cuts a line to a width.
fn shorten(line: &str, width: usize) -> String {
    match console::truncate_str(line, width, CUT) {
        Cow::Borrowed(whole) => whole.to_owned(),
        Cow::Owned(cut) => cut + RESET,
    }
}

/// Breaks a line into lines of a width, between words where that leaves most of it; colours go on in the next one.
fn fold(line: &str, width: usize) -> Vec<String> {
    if measure_text_width(line) <= width {
        return vec![line.to_owned()];
    }
    let mut lines = Vec::new();
    let (mut current, mut column) = (String::new(), 0);
    // Where the last word begins, in bytes and in columns.
    let mut word = (0, 0);
    for (piece, is_code) in AnsiCodeIterator::new(line) {
        if is_code {
            current.push_str(piece);
            continue;
        }
        for character in piece.chars() {
            let wide = measure_text_width(character.encode_utf8(&mut [0; 4]));
            if column + wide > width && character == ' ' {
                lines.push(std::mem::take(&mut current));
                (column, word) = (0, (0, 0));
                continue;
            }
            if column + wide > width && column > 0 {
                let (place, start) = match word {
                    (place, start) if start > width / 2 => (place, start),
                    _ => (current.len(), column),
                };
                let next = current.split_off(place);
                lines.push(std::mem::replace(&mut current, next));
                column -= start;
                word = (0, 0);
            }
            current.push(character);
            column += wide;
            if character == ' ' {
                word = (current.len(), column);
            }
        }
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, count: usize) -> String {
        let lines: Vec<String> = (1..=count).map(|line| format!("{name}{line}")).collect();
        lines.join("\n")
    }

    #[test]
    fn what_fits_is_shown_whole_with_empty_lines_between() {
        let parts = [
            Part::whole("head"),
            Part::cut(&lines("a", 2)),
            Part::cut(""),
            Part::whole("foot"),
        ];
        assert_eq!(fit(&parts, (24, 80)), ["head", "", "a1", "a2", "", "foot"]);
        assert_eq!(fit(&parts, (6, 80)).len(), 6);
    }

    #[test]
    fn what_does_not_fit_is_cut_and_says_so_and_no_part_crowds_out_another() {
        let parts = [
            Part::whole("head"),
            Part::cut(&lines("error", 100)),
            Part::whole(&lines("sum", 2)),
            Part::cut(&lines("diff", 4)),
            Part::whole("foot"),
        ];
        let page = fit(&parts, (20, 80));
        assert_eq!(page.len(), 20);
        assert_eq!(page[0], "head");
        assert_eq!(page[2], "error1");
        assert!(
            page.contains(&format!("{RESET}… 93 more lines")),
            "{page:?}"
        );
        assert!(page.contains(&"diff4".to_owned()), "{page:?}");
        assert_eq!(page[19], "foot");
    }

    #[test]
    fn a_screen_of_a_few_lines_shows_the_end() {
        let parts = [
            Part::whole(&lines("head", 5)),
            Part::cut(&lines("a", 9)),
            Part::whole("foot"),
        ];
        let page = fit(&parts, (3, 80));
        assert_eq!(page.len(), 3);
        assert_eq!(page[2], "foot");
        // A part for which there is no line leaves no gap.
        assert_eq!(fit(&parts, (8, 80))[4..], ["head5", "", "foot"]);
    }

    #[test]
    fn lines_are_cut_to_the_width_that_they_take_on_the_screen() {
        assert_eq!(shorten("short", 10), "short");
        assert_eq!(
            shorten("\u{1b}[31mred and long\u{1b}[0m", 6),
            "\u{1b}[31mred a…\u{1b}[0m\u{1b}[0m"
        );
        let wide = shorten("日本語日本語", 7);
        assert!(console::measure_text_width(&wide) <= 7, "{wide}");
    }

    #[test]
    fn lines_that_do_not_fit_go_on_below_and_keep_their_colour() {
        assert_eq!(fold("short", 5), ["short"]);
        assert_eq!(fold("日本語日", 5), ["日本", "語日"]);
        assert_eq!(
            fold("\u{1b}[31mred and\u{1b}[0m so on", 7),
            ["\u{1b}[31mred and\u{1b}[0m", "so on"]
        );
        assert_eq!(
            fold("the files are looked at", 10),
            ["the files ", "are looked", "at"]
        );
        assert_eq!(fold("a-very-long-word", 10), ["a-very-lon", "g-word"]);
        let page = fit(&[Part::cut(&"x".repeat(50)), Part::narrow("foot")], (4, 20));
        assert_eq!(page.len(), 4, "{page:?}");
        assert!(page[1].ends_with("… 2 more lines"), "{page:?}");
    }

    #[test]
    fn what_a_tool_printed_does_not_move_the_cursor() {
        assert_eq!(
            plain("a\tb\r\u{8}\u{1b}[2J\u{1b}[31mc"),
            "a    b\u{1b}[31mc"
        );
    }

    #[test]
    fn everything_is_there_where_height_does_not_matter() {
        let parts = [Part::whole("head"), Part::cut(&lines("a", 50))];
        assert_eq!(whole(&parts, 80).len(), 52);
    }
}
