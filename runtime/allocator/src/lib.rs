//! mimalloc, with a count for each thread of what it holds: how the memory of a script is measured.
//!
//! A program makes it its allocator, and hands [`held_by_this_thread`] to whoever sets limits:
//!
//! ```
//! use remold_allocator::{Allocator, held_by_this_thread};
//!
//! #[global_allocator]
//! static ALLOCATOR: Allocator = Allocator;
//!
//! let before = held_by_this_thread();
//! let data = vec![0_u8; 1000];
//! assert!(held_by_this_thread().wrapping_sub(before) >= 1000);
//! drop(data);
//! assert_eq!(held_by_this_thread(), before);
//! ```
//!
//! It is the only crate with `unsafe` code (`docs/adr/0010-allocator.md`).

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

use mimalloc::MiMalloc;

thread_local! {
    // Without a destructor and with a constant start it never allocates itself, and is there until the thread's end.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Returns the bytes that this thread has allocated and not given back. What it gave back for other threads
/// counts too, so only differences (wrapping) over a short time mean something.
pub fn held_by_this_thread() -> u64 {
    HELD.get() as u64
}

/// The allocator.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allocator;

fn took(pointer: *mut u8, bytes: usize) -> *mut u8 {
    if !pointer.is_null() {
        HELD.set(HELD.get().wrapping_add(bytes));
    }
    pointer
}

fn gave(bytes: usize) {
    HELD.set(HELD.get().wrapping_sub(bytes));
}

// SAFETY: every call is handed on as it came to mimalloc, whose contract is the same; counting touches only a number.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`.
        took(unsafe { MiMalloc.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        took(unsafe { MiMalloc.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        gave(layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `realloc`.
        let moved = took(unsafe { MiMalloc.realloc(pointer, layout, size) }, size);
        if !moved.is_null() {
            gave(layout.size());
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::{Allocator, held_by_this_thread};

    #[global_allocator]
    static ALLOCATOR: Allocator = Allocator;

    /// How much more this thread holds after something than before.
    fn more(act: impl FnOnce()) -> i64 {
        let before = held_by_this_thread();
        act();
        held_by_this_thread().wrapping_sub(before).cast_signed()
    }

    #[test]
    fn what_a_thread_holds_grows_and_shrinks_with_it() {
        let mut data = Vec::new();
        assert_eq!(more(|| data = vec![1_u8; 1 << 20]), 1 << 20);
        assert_eq!(more(|| data.reserve_exact(1 << 20)), 1 << 20, "it grows");
        assert_eq!(more(|| data.shrink_to_fit()), -(1 << 20), "it shrinks");
        assert_eq!(more(|| drop(data)), -(1 << 20));
        let zeroed = vec![0_u8; 4096];
        assert_eq!(more(|| drop(zeroed)), -4096);
    }

    #[test]
    fn threads_count_for_themselves() {
        let there = std::thread::spawn(|| {
            let before = held_by_this_thread();
            let data = vec![1_u8; 1 << 20];
            (data, held_by_this_thread().wrapping_sub(before))
        });
        let (data, theirs) = there.join().expect("it does not panic");
        assert_eq!(theirs, 1 << 20);
        assert_eq!(more(|| drop(data)), -(1 << 20), "given back here");
    }
}
