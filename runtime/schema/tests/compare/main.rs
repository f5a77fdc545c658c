//! The comparison of schemas: against a table of cases, other packages, documents at random and hostile schemas.

mod agreement;
mod cases;
mod generate;
mod hostile;
mod json_schema_diff;
mod jsoncompat;
mod levels;
mod written;
