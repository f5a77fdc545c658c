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
    above_bar(|| write(&mut anstream::stdout().lock(), text));
}

/// Writes to standard error.
pub(crate) fn err(text: &str) {
    above_bar(|| write(&mut anstream::stderr().lock(), text));
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

fn write(to: &mut impl Write, text: &str) {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        // There is nowhere left to say it.
        Ok(()) | Err(_) => {}
    }
}
