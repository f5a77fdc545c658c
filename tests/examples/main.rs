//! The stories in `examples/`, told to the end: their cases, their files, and their data on real servers; dry run,
//! run, run again, verify, rollback. The same of the catalogue. And what the guides say: their manifests, scripts and commands.

mod cases;
mod catalogue;
mod data;
mod documents;
mod files;
mod following;
mod servers;
mod story;
