//! The WIT package that components are written against, as text.

/// The files of the package by their names.
pub const FILES: &[(&str, &str)] = &[
    ("columns.wit", include_str!("../wit/columns.wit")),
    ("context.wit", include_str!("../wit/context.wit")),
    ("program.wit", include_str!("../wit/program.wit")),
    ("records.wit", include_str!("../wit/records.wit")),
    ("types.wit", include_str!("../wit/types.wit")),
    ("values.wit", include_str!("../wit/values.wit")),
    ("worlds.wit", include_str!("../wit/worlds.wit")),
];

/// The package's name, without its version.
pub const PACKAGE: &str = "remold:transform";

/// The version of the package. Within `0.1` it only grows.
pub const VERSION: &str = "0.1.0";
