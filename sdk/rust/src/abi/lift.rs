//! Takes what the host returned out of memory. Lists and strings lie in memory that came from `give_memory`, which the
//! value made of them now owns.

use std::alloc::{Layout, dealloc};
use std::ptr::slice_from_raw_parts_mut;

use super::layout::{InMemory, POINTER, aligned, payload, record};
use crate::keyspace::Applied;
use crate::refusal::{Code, Refusal};
use crate::value::Kind;

/// A type that the host returns in memory.
pub(crate) trait Lift: InMemory {
    /// Takes it out of memory.
    ///
    /// # Safety
    ///
    /// At `at`, aligned, is such a value as the canonical ABI has it, and it is taken once.
    unsafe fn lift(at: *const u8) -> Self;
}

/// A type that the host returns as one number.
pub(crate) trait Direct {
    /// The number.
    type Core;
    /// Makes the value of the number.
    fn of(core: Self::Core) -> Self;
}

impl Direct for u64 {
    type Core = u64;
    #[inline]
    fn of(core: u64) -> Self {
        core
    }
}

impl Direct for Kind {
    type Core = u32;
    #[inline]
    fn of(core: u32) -> Self {
        Self::CASES[core as usize]
    }
}

macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Lift for $type {
            #[inline]
            unsafe fn lift(at: *const u8) -> Self {
                // SAFETY: the caller promises that it is there, aligned.
                unsafe { at.cast::<$type>().read() }
            }
        })*
    };
}
plain!(u32, u64, f64, bool);

/// Enumerations by their cases in the order of the contract, which is that of their declarations.
macro_rules! enumeration {
    ($($type:ident { $($case:ident),+ })+) => {
        $(impl $type {
            const CASES: &[Self] = &[$(Self::$case),+];
        }

        impl InMemory for $type {
            const SIZE: usize = 1;
            const ALIGN: usize = 1;
        }

        impl Lift for $type {
            #[inline]
            unsafe fn lift(at: *const u8) -> Self {
                // SAFETY: the caller promises that there is a byte.
                Self::CASES[usize::from(unsafe { at.read() })]
            }
        })+
    };
}
enumeration! {
    Kind { Text, List, Set, SortedSet, Hash, Stream, Opaque }
    Code { Denied, WrongKind, OutOfRange, NotText, InvalidArgument, OverLimit, NotLookedUp, Keyspace }
    Applied { Applied, Unchanged, Conflict, Already }
}

impl Lift for () {
    #[inline]
    unsafe fn lift(_at: *const u8) -> Self {}
}

/// Reads where a list or string is, and how long.
///
/// # Safety
///
/// At `at` is a list or string.
#[inline]
unsafe fn sequence(at: *const u8) -> (*mut u8, usize) {
    // SAFETY: the caller promises two words.
    unsafe {
        (
            at.cast::<*mut u8>().read(),
            at.add(POINTER).cast::<usize>().read(),
        )
    }
}

impl Lift for Vec<u8> {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        // SAFETY: the caller promises a list.
        let (bytes, length) = unsafe { sequence(at) };
        if length == 0 {
            return Self::new();
        }
        // SAFETY: the host took this memory from `give_memory`, with exactly this size and the alignment of a byte.
        unsafe { Box::from_raw(slice_from_raw_parts_mut(bytes, length)) }.into_vec()
    }
}

impl Lift for String {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        // SAFETY: the caller promises a string, and the canonical ABI that it is UTF-8.
        unsafe { Self::from_utf8_unchecked(Vec::lift(at)) }
    }
}

impl<T: Lift> Lift for Vec<T> {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        // SAFETY: the caller promises a list.
        let (items, length) = unsafe { sequence(at) };
        if length == 0 {
            return Self::new();
        }
        let mut list = Self::with_capacity(length);
        for index in 0..length {
            // SAFETY: the list has so many items behind one another.
            list.push(unsafe { T::lift(items.add(index * T::SIZE)) });
        }
        // SAFETY: the host took this memory from `give_memory` for exactly these items, which were all taken.
        unsafe {
            dealloc(
                items,
                Layout::from_size_align_unchecked(length * T::SIZE, T::ALIGN),
            );
        };
        list
    }
}

impl<T: Lift> Lift for Option<T> {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        // SAFETY: the caller promises a byte that tells the case, and for the second case its payload.
        unsafe { (at.read() != 0).then(|| T::lift(at.add(payload(T::ALIGN)))) }
    }
}

impl<T: Lift, E: Lift> Lift for Result<T, E> {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        let payload = payload(Self::ALIGN);
        // SAFETY: the caller promises a byte that tells the case, and its payload.
        unsafe {
            if at.read() == 0 {
                Ok(T::lift(at.add(payload)))
            } else {
                Err(E::lift(at.add(payload)))
            }
        }
    }
}

impl<A: Lift, B: Lift> Lift for (A, B) {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        let mut fields = Fields::behind(0, at);
        // SAFETY: the caller promises both, one behind the other.
        unsafe { (fields.take(), fields.take()) }
    }
}

/// The fields of a record in memory, in their order.
pub(super) struct Fields {
    at: *const u8,
    offset: usize,
}

impl Fields {
    /// Begins with the field of the record at a place that is behind `offset` bytes of it.
    #[inline]
    pub(super) const fn behind(offset: usize, at: *const u8) -> Self {
        Self { at, offset }
    }

    /// Takes the next field.
    ///
    /// # Safety
    ///
    /// The next field of the record is a `T`.
    #[inline]
    pub(super) unsafe fn take<T: Lift>(&mut self) -> T {
        let offset = aligned(self.offset, T::ALIGN);
        self.offset = offset + T::SIZE;
        // SAFETY: the caller promises that it is there.
        unsafe { T::lift(self.at.add(offset)) }
    }
}

record!(Refusal: Code, String);

impl Lift for Refusal {
    #[inline]
    unsafe fn lift(at: *const u8) -> Self {
        let mut fields = Fields::behind(0, at);
        // SAFETY: the caller promises the record.
        unsafe {
            Self {
                code: fields.take(),
                message: fields.take(),
            }
        }
    }
}
