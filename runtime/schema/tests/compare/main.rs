//! The comparison of schemas: against a table of cases, another package, documents at random and hostile schemas.

mod agreement;
mod cases;
mod generate;
mod jsoncompat;
mod written;
