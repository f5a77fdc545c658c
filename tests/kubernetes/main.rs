//! The support library's Kubernetes: it is a real one, which checks, refuses, acts, and runs containers.
//!
//! `tests/cluster.sh` builds it. What runs containers needs root, and fails without.

mod access;
mod backups;
mod controller;
mod deploy;
mod end_to_end;
mod image;
mod jobs;
mod lifetime;
mod network;
mod node;
mod outages;
mod resources;
mod rights;
