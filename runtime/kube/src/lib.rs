//! Remold in a cluster: custom resources and their definitions.
//!
//! This crate owns the packages `kube` and `k8s-openapi`. It never opens a connection to a Redis: workers do, which are the same
//! binary in pods of their own.

pub mod definitions;
pub mod resources;
pub mod workers;

pub use k8s_openapi;
pub use kube;
