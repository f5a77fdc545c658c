//! Backups of whole servers, through the command line: taken from real servers while others write, proven, restored and compared,
//! pruned; on a disk and in an object store.

mod consistent;
mod house;
mod journals;
mod objects;
mod programs;
mod refused;
mod restored;
mod trouble;
