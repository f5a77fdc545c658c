//! The process's allocator, and how much of it the calling thread holds: the limit on the memory of scripts.

use tikv_jemalloc_ctl::thread;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Lets sandboxes measure what a script allocates.
pub(crate) fn measure_scripts() {
    if held().is_some() {
        remold::measure_memory_by(|| held().unwrap_or_default());
    }
}

thread_local! {
    /// Where the allocator counts for this thread; looked up once.
    static COUNTERS: Option<(thread::ThreadLocal<u64>, thread::ThreadLocal<u64>)> =
        thread::allocatedp::read().ok().zip(thread::deallocatedp::read().ok());
}

/// Returns the bytes that this thread has allocated and not given back. What it gave back for other threads
/// counts too, so only differences over a short time mean something.
fn held() -> Option<u64> {
    COUNTERS.with(|counters| {
        counters.map(|(allocated, given_back)| allocated.get().wrapping_sub(given_back.get()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_holds_grows_and_shrinks_with_it() {
        let before = held().expect("jemalloc counts by thread");
        let data = vec![1_u8; 1 << 20];
        let during = held().expect("jemalloc counts by thread");
        drop(data);
        let after = held().expect("jemalloc counts by thread");
        assert!(during.wrapping_sub(before) >= 1 << 20, "{before} {during}");
        assert!(during.wrapping_sub(after) >= 1 << 20, "{during} {after}");
    }
}
