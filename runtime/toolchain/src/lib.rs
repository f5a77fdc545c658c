//! New transforms from templates, and components from sources.
//!
//! [`scaffold`] writes a folder that builds and passes its test at once. [`build`] calls a language's own toolchain, and says
//! what it calls. Neither needs a server, nor anything of Remold's but this crate: SDKs, templates and the contract are packed
//! into it.

mod build;
mod language;
mod packed;
mod project;
mod scaffold;
mod tools;

pub use build::{BuildError, Built, Printing, Step, build};
pub use language::Language;
pub use project::{Project, ProjectError};
pub use scaffold::{ScaffoldError, scaffold, scaffold_around, scaffold_files};
