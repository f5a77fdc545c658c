//! The allocator of the program `remold`, and its way to bound the memory of scripts, so that Remold is measured as it
//! is used. The bare loops run on it too.

use tikv_jemalloc_ctl::thread;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

thread_local! {
    static COUNTERS: Option<(thread::ThreadLocal<u64>, thread::ThreadLocal<u64>)> =
        thread::allocatedp::read().ok().zip(thread::deallocatedp::read().ok());
}

/// Lets sandboxes measure what a script allocates.
pub(crate) fn measure_scripts() {
    if held().is_some() {
        remold::measure_memory_by(|| held().unwrap_or_default());
    }
}

fn held() -> Option<u64> {
    COUNTERS.with(|counters| {
        counters.map(|(allocated, given_back)| allocated.get().wrapping_sub(given_back.get()))
    })
}
