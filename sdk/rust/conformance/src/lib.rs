//! Every function of the SDK, each with what must come of it. What is wrong is a panic.

#[cfg(any(test, feature = "columns"))]
mod columns;
#[cfg(any(test, feature = "program"))]
mod program;
#[cfg(any(test, feature = "records"))]
mod records;

#[cfg(feature = "columns")]
use columns::migrate;
#[cfg(feature = "program")]
use program::run;
#[cfg(feature = "records")]
use records::{lookups, migrate, revert};

#[cfg(feature = "columns")]
remold_transform::export!(migrate);
#[cfg(feature = "program")]
remold_transform::export!(run);
#[cfg(feature = "records")]
remold_transform::export!(migrate, revert, lookups);

#[cfg(test)]
mod tests;
