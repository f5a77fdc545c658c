//! Remold in a cluster: custom resources and their definitions, the objects of workers, the controller.
//!
//! This crate owns the packages `kube` and `k8s-openapi`, and is the only one that is asynchronous. It never opens a connection to
//! a Redis: workers do, which are the same binary in pods of their own.

mod clock;
pub mod controller;
pub mod definitions;
pub mod metrics;
pub mod operators;
pub mod report;
pub mod resources;
pub mod workers;

pub use k8s_openapi;
pub use kube;
