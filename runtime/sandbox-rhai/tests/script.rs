//! Scripts as an engine runs them: from text to outcomes, one file per subject.
//!
//! The allocator of this binary keeps a count for each thread, so that the memory of a script is
//! measured here as it is in the command-line program.

#[path = "script/calls.rs"]
mod calls;
#[path = "script/compiling.rs"]
mod compiling;
#[path = "script/documents.rs"]
mod documents;
#[path = "script/grants.rs"]
mod grants;
#[path = "script/helpers.rs"]
mod helpers;
#[path = "script/hostile.rs"]
mod hostile;
#[path = "script/json.rs"]
mod json;
#[path = "script/places.rs"]
mod places;
#[path = "script/programs.rs"]
mod programs;
#[path = "script/records.rs"]
mod records;
#[path = "script/shortcuts.rs"]
mod shortcuts;
#[path = "script/support.rs"]
mod support;
#[path = "script/usage.rs"]
mod usage;

#[global_allocator]
static ALLOCATOR: remold_allocator::Allocator = remold_allocator::Allocator;
