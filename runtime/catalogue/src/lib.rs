//! The catalogue: ready transforms that a manifest names by `uses:`, packed into the program.
//!
//! Each is a folder in `transforms/` at the top of the repository: a Rhai script, the JSON Schema of its parameters, a README,
//! a manifest as an example, and cases. [`Catalogue::find`] gives one by its name, [`Ready::parameters`] checks what a manifest gives it.
//!
//! This crate does no I/O. What a script does is the sandbox's business; forms of texts that only the sandbox knows (a
//! regular expression as it takes them) are given to [`Catalogue::new`].

mod editor;
mod packed;
mod page;
mod parameters;
mod ready;

pub use editor::editor_schema;
pub use page::page;
pub use ready::{Catalogue, Parameter, Ready, names};
pub use remold_schema::Format;
