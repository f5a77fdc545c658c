//! What a command leaves behind when it ends, well or not, for whoever started it in a pod: the file that the variable
//! `REMOLD_TERMINATION_LOG` names gets one JSON object, which the kubelet keeps as the pod's termination message.
//!
//! Without the variable nothing is written.

use remold_kube::workers::Outcome;

use crate::commands::Answer;
use crate::exit::Exit;
use crate::report::Report;
use crate::screen;
use crate::startup;
use crate::style::{NOTE, paint};

/// The variable that names the file.
pub(crate) const VARIABLE: &str = "REMOLD_TERMINATION_LOG";

/// The exit code of a process that panicked.
const PANICKED: u8 = 101;

/// Leaves behind how a command ended that has a result.
pub(crate) fn leave_answer(command: &str, answer: &Answer) {
    let end = answer.left.end.clone();
    leave(&Outcome {
        command: command.to_owned(),
        exit: answer.exit.code(),
        end: Some(end.unwrap_or_else(|| answer.exit.name().to_owned())),
        ..answer.left.clone()
    });
}

/// Leaves behind why a command has no result.
pub(crate) fn leave_report(command: &str, report: &Report) {
    let mut message = report.to_shape().message;
    for hint in &report.hints {
        message.push_str("; ");
        message.push_str(hint);
    }
    leave(&Outcome {
        command: command.to_owned(),
        exit: report.kind.code(),
        end: Some(report.kind.name().to_owned()),
        code: Some(report.code.clone()),
        message: Some(message),
        ..Outcome::default()
    });
}

/// Leaves behind that a second signal ended the process at once.
pub(crate) fn leave_at_once(exit: u8) {
    leave(&Outcome {
        exit,
        end: Some(Exit::Interrupted.name().to_owned()),
        message: Some("a second signal ended the process at once".to_owned()),
        ..Outcome::default()
    });
}

/// Lets a panic leave behind where it was. What the command says afterwards, if it can, takes its place.
pub(crate) fn expect_panics() {
    if startup::folder(VARIABLE).is_none() {
        return;
    }
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        shown(panic);
        leave(&Outcome {
            exit: PANICKED,
            code: Some("defect".to_owned()),
            message: Some(panic.to_string()),
            ..Outcome::default()
        });
    }));
}

fn leave(outcome: &Outcome) {
    let Some(path) = startup::folder(VARIABLE) else {
        return;
    };
    if let Err(error) = std::fs::write(&path, outcome.write()) {
        let place = path.display();
        screen::err(&format!(
            "{}: {VARIABLE}: {place}: {error}\n",
            paint(NOTE, "warning")
        ));
    }
}
