//! Scripts as an engine runs them: from text to outcomes, one file per subject.

#[path = "script/compiling.rs"]
mod compiling;
#[path = "script/records.rs"]
mod records;
#[path = "script/support.rs"]
mod support;
