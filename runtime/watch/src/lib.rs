//! Tells when the files of a migration have changed, once for each time that somebody saves.
//!
//! The system's notifications only say when to look. What has changed is found by looking: a snapshot of the files in
//! the [`Scope`] is compared with the one before. So it does not matter how an editor saves (in place, by a rename, in five
//! steps), no event can be lost that matters, and looking every now and then does instead of notifications where there
//! are none ([`Looking::Polling`]).
//!
//! What a build writes into the folder starts no new round: [`Watcher::while_building`] parts it from what somebody edits
//! meanwhile.
//!
//! What is not here: what is done about a change, and how it is shown.

mod ears;
mod origin;
mod quiet;
mod scope;
mod snapshot;
mod state;
mod watcher;

pub use ears::Deaf;
pub use scope::{Scope, Tree};
pub use watcher::{Looking, Notice, Watcher};
