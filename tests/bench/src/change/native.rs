//! The change as a transform in Rust, for Remold.

use remold::host_api::{Failure, Outcome, Record, Rejection};
use remold_tests::Native;

/// The transform, which has no state.
pub(crate) const NATIVE: Native = Native(change);

#[allow(
    clippy::unnecessary_wraps,
    reason = "a transform's function may fail, this one rejects"
)]
fn change(record: &mut Record) -> Result<Outcome, Failure> {
    Ok(match super::apply(record.value_mut()) {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Skip("changed already".to_owned()),
        Err(error) => Outcome::Reject(Rejection {
            code: "unexpected".to_owned(),
            message: error.to_string(),
        }),
    })
}
