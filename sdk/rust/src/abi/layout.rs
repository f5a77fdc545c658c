//! Sizes and alignments of types in memory.

/// How a type lies in memory.
pub(crate) trait InMemory {
    /// Its size in bytes, a multiple of its alignment.
    const SIZE: usize;
    /// Its alignment in bytes.
    const ALIGN: usize;
}

/// Returns the first multiple of `align` that is not below `offset`.
pub(crate) const fn aligned(offset: usize, align: usize) -> usize {
    offset.div_ceil(align) * align
}

/// Returns the larger of two.
pub(crate) const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Returns where the payload of a variant with less than 257 cases begins.
pub(crate) const fn payload(align: usize) -> usize {
    aligned(1, align)
}

/// Returns the size of a variant whose cases have payloads of at most this size and alignment.
pub(crate) const fn variant(size: usize, align: usize) -> usize {
    aligned(payload(align) + size, align)
}

/// The size of a pointer, and of a length.
pub(crate) const POINTER: usize = size_of::<usize>();

macro_rules! plain {
    ($($type:ty),*) => {
        $(impl InMemory for $type {
            const SIZE: usize = size_of::<$type>();
            const ALIGN: usize = size_of::<$type>();
        })*
    };
}
plain!(bool, u8, u32, u64, f64);

impl InMemory for () {
    const SIZE: usize = 0;
    const ALIGN: usize = 1;
}

/// A list or string: where it is, and how long.
macro_rules! sequence {
    ($([$($parameter:ident)?] $type:ty),*) => {
        $(impl$(<$parameter>)? InMemory for $type {
            const SIZE: usize = 2 * POINTER;
            const ALIGN: usize = POINTER;
        })*
    };
}
sequence!([] String, [] &[u8], [T] Vec<T>);

impl<T: InMemory> InMemory for &T {
    const SIZE: usize = T::SIZE;
    const ALIGN: usize = T::ALIGN;
}

impl<T: InMemory> InMemory for Option<T> {
    const SIZE: usize = variant(T::SIZE, T::ALIGN);
    const ALIGN: usize = T::ALIGN;
}

impl<T: InMemory, E: InMemory> InMemory for Result<T, E> {
    const SIZE: usize = variant(max(T::SIZE, E::SIZE), Self::ALIGN);
    const ALIGN: usize = max(T::ALIGN, E::ALIGN);
}

impl<A: InMemory, B: InMemory> InMemory for (A, B) {
    const SIZE: usize = aligned(aligned(A::SIZE, B::ALIGN) + B::SIZE, Self::ALIGN);
    const ALIGN: usize = max(A::ALIGN, B::ALIGN);
}

/// Lays out a record of the contract by the types of its fields in their order.
macro_rules! record {
    ($type:ty: $($field:ty),+) => {
        impl $crate::abi::layout::InMemory for $type {
            const SIZE: usize = {
                let size = 0;
                $(
                    let align = <$field as $crate::abi::layout::InMemory>::ALIGN;
                    let size = $crate::abi::layout::aligned(size, align)
                        + <$field as $crate::abi::layout::InMemory>::SIZE;
                )+
                $crate::abi::layout::aligned(size, Self::ALIGN)
            };
            const ALIGN: usize = {
                let align = 1;
                $(
                    let field = <$field as $crate::abi::layout::InMemory>::ALIGN;
                    let align = $crate::abi::layout::max(align, field);
                )+
                align
            };
        }
    };
}
pub(super) use record;
