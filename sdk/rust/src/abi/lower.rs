//! Lays out in memory what the host is given. Bytes stay where they are; only lists of anything else are laid out anew, in
//! buffers that live until the call is over.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;

use super::layout::{InMemory, POINTER, aligned, payload};

/// A type that the host takes from memory.
pub(crate) trait Lower: InMemory {
    /// Lays it out.
    ///
    /// # Safety
    ///
    /// At `at`, aligned, is room for it.
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers);
}

macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Lower for $type {
            #[inline]
            unsafe fn lower(&self, at: *mut u8, _: &mut Buffers) {
                // SAFETY: the caller promises room, aligned.
                unsafe { at.cast::<$type>().write(*self) }
            }
        })*
    };
}
plain!(bool, u32, u64, f64);

/// Writes where a list is, and how long.
///
/// # Safety
///
/// At `at`, aligned, is room for two words.
#[inline]
unsafe fn sequence(at: *mut u8, (items, length): (usize, usize)) {
    // SAFETY: the caller promises the room.
    unsafe {
        at.cast::<usize>().write(items);
        at.add(POINTER).cast::<usize>().write(length);
    }
}

impl Lower for &[u8] {
    #[inline]
    unsafe fn lower(&self, at: *mut u8, _: &mut Buffers) {
        // SAFETY: the caller promises the room.
        unsafe { sequence(at, (self.as_ptr() as usize, self.len())) }
    }
}

impl Lower for Vec<u8> {
    #[inline]
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        // SAFETY: the caller promises the room.
        unsafe { self.as_slice().lower(at, buffers) }
    }
}

impl Lower for String {
    #[inline]
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        // SAFETY: the caller promises the room.
        unsafe { self.as_bytes().lower(at, buffers) }
    }
}

impl<T: Lower> Lower for Vec<T> {
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        let list = buffers.items(self.iter());
        // SAFETY: the caller promises the room.
        unsafe { sequence(at, list) }
    }
}

impl<T: Lower> Lower for &T {
    #[inline]
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        // SAFETY: the caller promises the room.
        unsafe { (*self).lower(at, buffers) }
    }
}

impl<T: Lower> Lower for Option<T> {
    #[inline]
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        // SAFETY: the caller promises room for a byte that tells the case, and for the payload.
        unsafe {
            at.write(u8::from(self.is_some()));
            if let Some(value) = self {
                value.lower(at.add(payload(T::ALIGN)), buffers);
            }
        }
    }
}

/// The room of a record, which is filled field by field in their order.
pub(super) struct Room<'b> {
    at: *mut u8,
    offset: usize,
    buffers: &'b mut Buffers,
}

impl<'b> Room<'b> {
    /// Begins with the field of the record at a place that is behind `offset` bytes of it.
    #[inline]
    pub(super) const fn behind(offset: usize, at: *mut u8, buffers: &'b mut Buffers) -> Self {
        Self {
            at,
            offset,
            buffers,
        }
    }

    /// Lays out the next field.
    ///
    /// # Safety
    ///
    /// The next field of the record is a `T`.
    #[inline]
    pub(super) unsafe fn put<T: Lower>(&mut self, value: &T) {
        let offset = aligned(self.offset, T::ALIGN);
        self.offset = offset + T::SIZE;
        // SAFETY: the caller promises that this field belongs there.
        unsafe { value.lower(self.at.add(offset), self.buffers) }
    }
}

/// Memory for one list.
struct Buffer {
    at: *mut u8,
    layout: Layout,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout.
        unsafe { dealloc(self.at, self.layout) }
    }
}

/// The lists that were laid out for one call, and are given back after it.
#[derive(Default)]
pub(crate) struct Buffers {
    first: Option<Buffer>,
    more: Vec<Buffer>,
}

impl Buffers {
    /// Lays out a list, and returns where it is and how long.
    pub(crate) fn items<T: Lower>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
    ) -> (usize, usize) {
        let length = items.len();
        let layout = Layout::array::<u8>(length * T::SIZE).and_then(|room| room.align_to(T::ALIGN));
        let layout = layout.expect("the items are in memory already, and not much smaller there");
        if layout.size() == 0 {
            return (T::ALIGN, 0);
        }
        // SAFETY: the size is not zero.
        let at = unsafe { alloc(layout) };
        if at.is_null() {
            handle_alloc_error(layout);
        }
        let buffer = Buffer { at, layout };
        if self.first.is_none() {
            self.first = Some(buffer);
        } else {
            self.more.push(buffer);
        }
        let mut laid_out = 0;
        for item in items.take(length) {
            // SAFETY: there is room for `length` items.
            unsafe { item.lower(at.add(laid_out * T::SIZE), self) };
            laid_out += 1;
        }
        (at as usize, laid_out)
    }
}

/// A list as parameters of a function.
pub(crate) struct List<T> {
    pub(crate) at: usize,
    pub(crate) length: usize,
    /// Where it is.
    _buffers: Buffers,
    _items: PhantomData<T>,
}

impl<T: Lower> List<T> {
    /// Lays a list out.
    pub(crate) fn of(items: impl ExactSizeIterator<Item = T>) -> Self {
        let mut buffers = Buffers::default();
        let (at, length) = buffers.items(items);
        Self {
            at,
            length,
            _buffers: buffers,
            _items: PhantomData,
        }
    }
}
