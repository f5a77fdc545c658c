//! The YAML documents: types, defaults, validation, digest, JSON Schema.
