//! Tells the host what a panic says, before it traps.

use std::panic::{PanicHookInfo, set_hook};
use std::sync::Once;

use crate::host::context;

static HOOK: Once = Once::new();

/// Sets the hook, once for an instance.
pub(super) fn tell_the_host() {
    HOOK.call_once(|| set_hook(Box::new(tell)));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let message = if let Some(message) = payload.downcast_ref::<&str>() {
        message
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.as_str()
    } else {
        "a panic without a message"
    };
    context::panic(message, panic.location());
}
