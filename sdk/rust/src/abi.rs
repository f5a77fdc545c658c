//! The canonical ABI of the component model, as far as the contract needs it: how what the host returns is taken out of
//! memory, and how what it is given is laid out there.
//!
//! Source: "Canonical ABI" in the component model's specification. Sizes of pointers are those of the target, so that the
//! tests can run where pointers have eight bytes.

pub(crate) mod layout;
mod lift;
mod lower;
mod value;

use std::alloc::{Layout, alloc, handle_alloc_error, realloc};
use std::mem::MaybeUninit;

pub(crate) use lift::{Direct, Lift};
pub(crate) use lower::List;
pub(crate) use value::Whole;

/// Where the host writes a result that is more than one number.
type Area = [MaybeUninit<u64>; 8];

/// Calls a function of the host with the place for its result, and takes the result from there.
///
/// # Safety
///
/// The function writes a `T` to where it is told, by the canonical ABI.
#[inline]
pub(crate) unsafe fn returned<T: Lift>(call: impl FnOnce(*mut u8)) -> T {
    const { assert!(T::SIZE <= size_of::<Area>() && T::ALIGN <= align_of::<Area>()) };
    let mut area: Area = [MaybeUninit::uninit(); 8];
    let at = area.as_mut_ptr().cast::<u8>();
    call(at);
    // SAFETY: the caller promises that there is a `T` now, which is taken once.
    unsafe { T::lift(at) }
}

/// Gives the host memory of the guest, for what it returns; `export!` exports it as `cabi_realloc`.
///
/// # Safety
///
/// It is called by the canonical ABI: `old` is null or was returned here with `old_size` and `align`.
pub unsafe fn give_memory(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return std::ptr::without_provenance_mut(align);
    }
    // SAFETY: by the canonical ABI `align` is a power of two, and no size comes near the address space's.
    let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
    let memory = if old_size == 0 {
        // SAFETY: the size is not zero.
        unsafe { alloc(layout) }
    } else {
        // SAFETY: the caller promises that `old` came from here, with this size and alignment.
        unsafe {
            let old_layout = Layout::from_size_align_unchecked(old_size, align);
            realloc(old, old_layout, size)
        }
    };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    memory
}

#[cfg(test)]
mod tests;
