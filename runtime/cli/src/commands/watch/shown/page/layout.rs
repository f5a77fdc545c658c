//! Putting parts of a page one below the other so that they fit on a screen.

use std::borrow::Cow;

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
    /// Whether the end of it may be left out.
    is_cut: bool,
}

impl Part {
    /// A part that is shown whole.
    pub(super) fn whole(text: impl Into<String>) -> Self {
        Self {
            lines: text.into().lines().map(str::to_owned).collect(),
            is_cut: false,
        }
    }

    /// A part of which the end is left out where there is no room for it.
    pub(super) fn cut(text: impl Into<String>) -> Self {
        Self {
            is_cut: true,
            ..Self::whole(text)
        }
    }
}

/// Puts parts one below the other, no more lines and none wider than fit on a screen. The last part is on it in any case.
pub(super) fn fit(parts: &[Part], (height, width): (usize, usize)) -> Vec<String> {
    let parts: Vec<&Part> = parts.iter().filter(|part| !part.lines.is_empty()).collect();
    let room = height.saturating_sub(parts.len().saturating_sub(1));
    let given = shares(&parts, room);
    let mut page: Vec<String> = Vec::new();
    for (part, given) in parts.iter().zip(given) {
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
        page.extend(part.lines[..shown].iter().map(|line| shorten(line, width)));
        if left_out > 0 && given > 0 {
            let more = format!("… {} more lines", part.lines.len() - shown);
            page.push(shorten(&more, width));
        }
    }
    // A screen of a few lines shows the end.
    page.split_off(page.len().saturating_sub(height))
}

/// Puts all lines of all parts one below the other.
pub(super) fn whole(parts: &[Part], width: usize) -> Vec<String> {
    let lines = parts.iter().map(|part| part.lines.len() + 1).sum();
    fit(parts, (lines, width))
}

/// Says how many lines of each part there is room for. What is to be shown whole takes its own first; the rest is shared so
/// that no part gets more than another as long as that one needs it.
fn shares(parts: &[&Part], room: usize) -> Vec<usize> {
    let whole: usize = parts
        .iter()
        .filter(|part| !part.is_cut)
        .map(|part| part.lines.len())
        .sum();
    let mut given: Vec<usize> = parts
        .iter()
        .map(|part| if part.is_cut { 0 } else { part.lines.len() })
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

/// Cuts a line to the width of the screen.
fn shorten(line: &str, width: usize) -> String {
    // A tab is as wide as the terminal says; and nothing that a tool printed may move the cursor.
    let line = line.replace('\t', "    ");
    let line: String = line.chars().filter(|c| *c != '\r').collect();
    match console::truncate_str(&line, width, CUT) {
        Cow::Borrowed(whole) => whole.to_owned(),
        Cow::Owned(cut) => cut + RESET,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, count: usize) -> String {
        (1..=count).map(|line| format!("{name}{line}\n")).collect()
    }

    #[test]
    fn what_fits_is_shown_whole_with_empty_lines_between() {
        let parts = [
            Part::whole("head"),
            Part::cut(lines("a", 2)),
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
            Part::cut(lines("error", 100)),
            Part::whole(lines("sum", 2)),
            Part::cut(lines("diff", 4)),
            Part::whole("foot"),
        ];
        let page = fit(&parts, (20, 80));
        assert_eq!(page.len(), 20);
        assert_eq!(page[0], "head");
        assert_eq!(page[2], "error1");
        assert!(page.contains(&"… 93 more lines".to_owned()), "{page:?}");
        assert!(page.contains(&"diff4".to_owned()), "{page:?}");
        assert_eq!(page[19], "foot");
    }

    #[test]
    fn a_screen_of_a_few_lines_shows_the_end() {
        let parts = [
            Part::whole(lines("head", 5)),
            Part::cut(lines("a", 9)),
            Part::whole("foot"),
        ];
        let page = fit(&parts, (3, 80));
        assert_eq!(page.len(), 3);
        assert_eq!(page[2], "foot");
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
        assert_eq!(shorten("a\tb\r", 80), "a    b");
    }

    #[test]
    fn everything_is_there_where_height_does_not_matter() {
        let parts = [Part::whole("head"), Part::cut(lines("a", 50))];
        assert_eq!(whole(&parts, 80).len(), 52);
    }
}
