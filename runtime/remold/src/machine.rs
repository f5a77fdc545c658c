//! What the program that embeds this crate says of the machine it runs on: how memory is measured, where compiled code is
//! kept, how registries are reached.

use std::path::PathBuf;
use std::sync::OnceLock;

use remold_oci::Registries;
use remold_sandbox_rhai::MemoryProbe;

static MEMORY_PROBE: OnceLock<MemoryProbe> = OnceLock::new();
static CODE_CACHE: OnceLock<PathBuf> = OnceLock::new();
static REGISTRIES: OnceLock<Registries> = OnceLock::new();

/// Gives the sandboxes a way to measure memory: a function that returns how many bytes the calling thread
/// has allocated and not given back, as the process's allocator counts them. Call it once, before any
/// migration is loaded. Without it only single values are bounded.
pub fn measure_memory_by(probe: MemoryProbe) {
    // The first one counts: there is one allocator.
    MEMORY_PROBE.get_or_init(|| probe);
}

/// Names the folder in which the compiled code of components is kept from one start to the next. It is made if it is not
/// there, and not used if anybody but this user can write it. Without it every start compiles anew.
pub fn cache_code_in(folder: PathBuf) {
    CODE_CACHE.get_or_init(|| folder);
}

/// Says how registries are reached from which components are pulled. Without it: without credentials, by TLS, and nothing is
/// kept.
pub fn use_registries(registries: Registries) {
    REGISTRIES.get_or_init(|| registries);
}

pub(crate) fn registries() -> Registries {
    REGISTRIES.get().cloned().unwrap_or_default()
}

pub(crate) fn memory_probe() -> Option<MemoryProbe> {
    MEMORY_PROBE.get().copied()
}

pub(crate) fn code_cache() -> Option<PathBuf> {
    CODE_CACHE.get().cloned()
}
