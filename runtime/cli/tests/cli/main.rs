//! The real binary, over files: what people and programs see of every command.

mod beginning;
mod bench;
mod catalogue;
mod checking;
mod errors;
mod events;
mod files;
mod grants;
mod journals;
mod output;
mod recording;
mod reference;
mod schemas;
mod support;
mod surveying;
mod testing;
mod watching;
mod workers;
