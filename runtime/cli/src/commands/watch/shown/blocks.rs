//! Rounds one below the other, where nothing can be drawn over: each one says what is different.

use crate::commands::watch::files::listed;
use crate::commands::watch::{Ended, Findings};
use crate::paragraph::Put;
use crate::screen;
use crate::style::{BOLD, FAINT, paint};

/// Writes a round. Says whether somebody still reads.
pub(super) fn write(ended: &Ended) -> bool {
    screen::out_if_read(&text(ended))
}

fn text(ended: &Ended) -> String {
    let mut text = String::new();
    let after = match &ended.files[..] {
        [] => String::new(),
        files => format!(" after {}", listed(files)),
    };
    let heading = format!("─── round {}{after} ───", ended.number);
    text.line(format_args!("{}", paint(BOLD, heading)));
    match &ended.result {
        Ok(findings) => text.push_str(&of_findings(findings)),
        Err(failure) => text.push_str(&failure.to_text()),
    }
    text.push('\n');
    text
}

fn of_findings(findings: &Findings) -> String {
    let told = match &findings.difference {
        None => &findings.listing,
        Some(difference) if difference.is_empty() => &paint(FAINT, "no difference\n"),
        Some(difference) => difference,
    };
    let standing = match findings.difference {
        None => "",
        Some(_) => &findings.standing_in_short,
    };
    format!("{told}{standing}{}\n{}", findings.log, findings.summary)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::commands::watch::failure::Failure;
    use crate::exit::Exit;
    use crate::report::Report;

    fn check(files: &[&str], result: Result<Findings, Failure>, expect: &str) {
        let ended = Ended {
            number: 2,
            files: files.iter().map(|&file| file.to_owned()).collect(),
            took: Duration::ZERO,
            result,
        };
        let shown = anstream::adapter::strip_str(&text(&ended)).to_string();
        assert_eq!(shown, expect);
    }

    fn findings(difference: Option<&str>) -> Findings {
        Findings {
            exit: Exit::Success,
            summary: "2 cases\n".to_owned(),
            difference: difference.map(str::to_owned),
            standing: "still FAILED  a\n    why\n".to_owned(),
            standing_in_short: "still FAILED  a\n".to_owned(),
            log: "log: hello\n".to_owned(),
            listing: "ok  a\nok  b\n".to_owned(),
            document: serde_json::Value::Null,
            different: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_block_says_what_is_different_and_names_what_is_wrong_still() {
        check(
            &[],
            Ok(findings(None)),
            "─── round 2 ───\nok  a\nok  b\nlog: hello\n\n2 cases\n\n",
        );
        check(
            &["a.rhai"],
            Ok(findings(Some("ok → FAILED  b\n"))),
            "─── round 2 after a.rhai ───\nok → FAILED  b\nstill FAILED  a\nlog: hello\n\n2 cases\n\n",
        );
        check(
            &["a.rhai"],
            Ok(findings(Some(""))),
            "─── round 2 after a.rhai ───\nno difference\nstill FAILED  a\nlog: hello\n\n2 cases\n\n",
        );
        let failure = Failure {
            printed: "error[E0425]: nope\n".to_owned(),
            report: Report::new(
                Exit::Failed,
                "no-such-code",
                "cargo build: exit status: 101",
            ),
        };
        check(
            &["src/lib.rs"],
            Err(failure),
            "─── round 2 after src/lib.rs ───\nerror[E0425]: nope\nerror: cargo build: exit status: 101\n\n",
        );
    }
}
