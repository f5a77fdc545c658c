//! Metrics of the controller and of workers: one table of all of them, their text, and the server that gives it out.
//!
//! What is counted is the business of whoever counts. Nothing is exposed that is not in the [`table`], and no label has a value
//! that the table does not allow for, so that a reference, alerts and a dashboard can be made of it.

mod alerts;
mod counts;
mod dashboard;
mod documents;
mod exposition;
mod samples;
mod server;
pub mod table;
mod text;

pub use alerts::{Alert, Severity, groups as alerts};
pub use counts::Counts;
pub use dashboard::{Look, Panel, Row, rows};
pub use documents::documents;
pub use exposition::Exposition;
pub use samples::{Samples, Timings};
pub(crate) use server::accept;
pub use server::{Background, serve, serve_in_background};
pub use text::Format;

/// Adds to a text, which cannot fail.
fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = std::fmt::Write::write_fmt(text, arguments);
}
