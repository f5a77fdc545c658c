//! Asking once before anything that cannot be taken back.

use std::io::BufRead;

use crate::exit::Exit;
use crate::report::Report;
use crate::screen;
use crate::style::{BOLD, paint};

/// Shows what is about to happen and asks. `plan` ends without a question; `yes` was given on the command line.
/// Without a terminal and without `yes` it is refused.
pub(crate) fn confirm(plan: &str, question: &str, yes: bool) -> Result<(), Report> {
    if yes {
        return Ok(());
    }
    screen::err(plan);
    if !screen::can_ask() {
        let message =
            format!("\"{question}\" has to be confirmed, and there is no terminal to ask at");
        return Err(Report::new(Exit::Refused, "not-confirmed", message).hint("--yes confirms it"));
    }
    screen::err(&format!("{} [y/N] ", paint(BOLD, question)));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    let agreed = read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if agreed {
        return Ok(());
    }
    Err(Report::new(
        Exit::Refused,
        "not-confirmed",
        "not confirmed; nothing was done",
    ))
}
