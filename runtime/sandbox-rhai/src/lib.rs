//! Transforms as Rhai scripts.
