//! What time it is, as the API server writes times: to the second.

use k8s_openapi::jiff::Timestamp;

/// Returns the time of now, RFC 3339.
pub(crate) fn now_in_words() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
