//! Ctrl-C and SIGTERM: the first finishes the batches in flight and stops, the second exits at once.

use std::sync::atomic::{AtomicBool, Ordering};

use remold::Control;

use crate::screen;
use crate::style::{NOTE, paint};
use crate::termination;

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

/// Calls something at the first signal.
pub(crate) fn call_by_signal(first: impl Fn() + Send + 'static) {
    let asked = AtomicBool::new(false);
    let set = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            exit_at_once();
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
    reason = "the operator asked twice; what is in flight is safe by the journal"
)]
fn exit_at_once() {
    termination::leave_at_once(AT_ONCE);
    std::process::exit(AT_ONCE.into());
}
