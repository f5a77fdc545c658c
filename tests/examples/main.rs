//! The stories in `examples/`, told to the end: their cases, their files, and their data on real servers; dry run,
//! run, run again, verify, rollback. And what the guides say: their manifests, scripts and commands.

mod cases;
mod data;
mod documents;
mod files;
mod servers;
mod story;
