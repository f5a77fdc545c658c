//! The wall clock: for what concerns the server's present, never for a transform.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
