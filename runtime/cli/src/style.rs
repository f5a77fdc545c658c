//! Colours, by what they mean. Whether they reach the screen is decided in [`screen`](crate::screen).

use std::fmt::Display;

use anstyle::AnsiColor;
pub(crate) use anstyle::Style;

/// Something that went well, or is added.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Something that is wrong, or is taken away.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// Something to look at, or that changes.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default();
/// Names, places and commands.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// What can be passed over.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// The word before an error.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Puts a text in a style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The styles of help texts.
pub(crate) const HELP: clap::builder::Styles = clap::builder::Styles::styled()
    .header(BOLD)
    .usage(BOLD)
    .literal(NAME)
    .placeholder(FAINT)
    .error(ERROR)
    .valid(GOOD)
    .invalid(NOTE);
