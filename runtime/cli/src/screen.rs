//! The only way to standard output and standard error: whole texts, colours where they are wanted.
//!
//! A reader that has gone away ends the program quietly; it is no error.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use clap::ColorChoice;
use indicatif::ProgressBar;

/// The bar that is on the screen, below which nothing may be written.
static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// Decides about colours, once.
pub(crate) fn use_colours(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Puts a bar on the screen; what is written from now on stays above it.
pub(crate) fn set_bar(bar: &ProgressBar) {
    BAR.get_or_init(|| bar.clone());
}

/// Writes to standard output.
pub(crate) fn out(text: &str) {
    above_bar(|| {
        write(&mut anstream::stdout().lock(), text);
    });
}

/// Writes to standard output, and says whether somebody still reads it.
pub(crate) fn out_if_read(text: &str) -> bool {
    write(&mut anstream::stdout().lock(), text)
}

/// Writes to standard error.
pub(crate) fn err(text: &str) {
    above_bar(|| {
        write(&mut anstream::stderr().lock(), text);
    });
}

/// Says whether a page can be drawn on standard output, again and again.
pub(crate) fn can_redraw() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Says whether standard output shows colours.
pub(crate) fn has_colours() -> bool {
    let choice = anstream::AutoStream::choice(&std::io::stdout());
    choice != anstream::ColorChoice::Never
}

/// Returns the height and the width of the terminal, in lines and columns.
pub(crate) fn size() -> (usize, usize) {
    let (height, width) = console::Term::stdout().size();
    let known = |length: u16, usual: usize| match length {
        0 => usual,
        length => length.into(),
    };
    (known(height, 24), known(width, 80))
}

/// Makes room for a page: what is on the screen goes up to where it can be scrolled to.
pub(crate) fn make_room() -> bool {
    let (height, _) = size();
    write(&mut std::io::stdout().lock(), &"\r\n".repeat(height))
}

/// Draws a page over the one before, from the top of the screen; the cursor stays behind its last line. The lines have to
/// fit. Says whether somebody still sees it.
///
/// The terminal is in no other state afterwards than before: whoever ends the program leaves nothing to be mended.
pub(crate) fn draw(lines: &[String]) -> bool {
    const END: &str = "\u{1b}[K\r\n";
    let page = if has_colours() {
        lines.join(END)
    } else {
        // What moves the cursor is no colour, and stays.
        let plain = |line: &String| anstream::adapter::strip_str(line).to_string();
        lines.iter().map(plain).collect::<Vec<_>>().join(END)
    };
    // Between the marks of a synchronized update a terminal shows nothing by halves; others pass them over.
    let page = format!("\u{1b}[?2026h\u{1b}[H{page}\u{1b}[J\u{1b}[?2026l");
    write(&mut std::io::stdout().lock(), &page)
}

/// Says whether a person can be asked: keyboard and screen are there.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Says whether progress can be drawn.
pub(crate) fn can_draw() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn above_bar(write: impl FnOnce()) {
    match BAR.get() {
        Some(bar) if !bar.is_finished() => bar.suspend(write),
        _ => write(),
    }
}

/// Writes a text, and says whether there is still somebody who reads.
fn write(to: &mut impl Write, text: &str) -> bool {
    let written = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    // Of any other failure there is nowhere left to say it.
    !written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
