//! Ctrl-C and SIGTERM: the first finishes the batches in flight and stops, the second exits at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use remold::Control;

use crate::exit::Exit;
use crate::screen;
use crate::style::{NOTE, paint};
use crate::termination;

/// How long what is under way may take after the first signal.
const GRACE: Duration = Duration::from_secs(20);

/// The exit code of a process that was stopped by a second signal: 128 and SIGINT.
const AT_ONCE: u8 = 130;

/// Lets signals stop a run. `what` is said once: that it stops, and that it can be gone on with.
pub(crate) fn stop_by_signal(control: &Control, what: &'static str) {
    let control = control.clone();
    call_by_signal(move || {
        control.stop();
        screen::err(&format!("{}\n", paint(NOTE, what)));
    });
}

/// The same on a server, in time for who waits no longer than that before it kills: Kubernetes waits for 30 seconds unless
/// told otherwise. What cannot be finished by then, because the server or the transform does not answer, is left: the journal
/// knows of it.
pub(crate) fn stop_in_time(control: &Control, what: &'static str) {
    let control = control.clone();
    call_by_signal(move || {
        control.stop();
        screen::err(&format!("{}\n", paint(NOTE, what)));
        std::thread::spawn(|| {
            std::thread::sleep(GRACE);
            let late = "not finished in 20 seconds: it ends as it is, and can be gone on with";
            screen::err(&format!("{}\n", paint(NOTE, late)));
            exit(Exit::Interrupted.code());
        });
    });
}

/// Calls something at the first signal.
pub(crate) fn call_by_signal(first: impl Fn() + Send + 'static) {
    let asked = AtomicBool::new(false);
    let set = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            exit(AT_ONCE);
        }
        first();
    });
    if let Err(error) = set {
        screen::err(&format!(
            "{}: Ctrl-C will end the process at once: {error}\n",
            paint(NOTE, "warning")
        ));
    }
}

#[allow(
    clippy::exit,
    reason = "the operator asked twice, or waits no longer; what is in flight is safe by the journal"
)]
fn exit(code: u8) {
    termination::leave_at_once(code);
    std::process::exit(code.into());
}
