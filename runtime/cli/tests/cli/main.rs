//! The real binary, over files: what people and programs see of every command.

mod catalogue;
mod checking;
mod errors;
mod files;
mod journals;
mod output;
mod reference;
mod support;
mod testing;
