//! The controller on a real API server: documents are applied as a user does, and looked at as a user does.
//!
//! There is no node here: what a kubelet and the workers do is played by [`stage::Nodes`], which ends pods with the termination
//! messages that workers write. The same stories with real workers are in `end_to_end`.

mod definitions;
mod deleted;
mod faults;
mod life;
mod many;
mod monitored;
mod notified;
pub(super) mod stage;
mod traced;
mod troubled;
