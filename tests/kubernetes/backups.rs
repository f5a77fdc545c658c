//! Backups by others: Velero's own server with a real store, and the snapshot controller of Kubernetes, asked by a `RedisBackup`
//! and the real controller with the rights that the chart gives it.
//!
//! No driver of volumes can be had here: [`driver::Driver`] plays its part, and the failures of one.

mod driver;
mod expiry;
mod locations;
mod restores;
mod snapshots;
mod stage;
mod velero;
