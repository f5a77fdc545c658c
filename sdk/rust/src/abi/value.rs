//! Values and their parts in memory, and values as parameters.

use std::marker::PhantomData;

use super::layout::{InMemory, max, payload, record, variant};
use super::lift::{Fields, Lift};
use super::lower::{Buffers, Lower, Room};
use crate::value::{
    HashField, Kind, Opaque, Scored, StreamEntry, StreamField, StreamGroup, StreamId, StreamValue,
    Value,
};

record!(HashField: Vec<u8>, Vec<u8>, Option<u64>);
record!(Scored: Vec<u8>, f64);
record!(StreamId: u64, u64);
record!(StreamField: Vec<u8>, Vec<u8>);
record!(StreamEntry: StreamId, Vec<StreamField>);
record!(StreamGroup: Vec<u8>, StreamId, u64, u64);
record!(StreamValue: Vec<StreamEntry>, StreamId);
record!(Opaque: u8, Option<String>, Vec<u8>);

/// Takes records out of memory, and lays them out there, field by field.
macro_rules! fields {
    ($($type:ident { $($field:ident),+ })+) => {
        $(impl Lift for $type {
            #[inline]
            unsafe fn lift(at: *const u8) -> Self {
                let mut fields = Fields::behind(0, at);
                // SAFETY: the caller promises the record, of which these are the fields in their order.
                unsafe { Self { $($field: fields.take()),+ } }
            }
        }

        impl Lower for $type {
            #[inline]
            unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
                let mut room = Room::behind(0, at, buffers);
                // SAFETY: the caller promises room for the record, of which these are the fields in their order.
                unsafe { $(room.put(&self.$field);)+ }
            }
        })+
    };
}
fields! {
    HashField { name, value, expires_at }
    Scored { member, score }
    StreamId { ms, seq }
    StreamField { name, value }
    StreamEntry { id, fields }
    StreamGroup { name, last_id, pending, consumers }
    StreamValue { entries, last_id }
}

impl Lift for Opaque {
    unsafe fn lift(at: *const u8) -> Self {
        let mut fields = Fields::behind(u8::SIZE, at);
        // SAFETY: the caller promises the record: a byte, and then these fields.
        unsafe {
            Self {
                type_id: at.read(),
                module: fields.take(),
                bytes: fields.take(),
            }
        }
    }
}

impl Lower for Opaque {
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        let mut room = Room::behind(u8::SIZE, at, buffers);
        // SAFETY: the caller promises room for the record: a byte, and then these fields.
        unsafe {
            at.write(self.type_id);
            room.put(&self.module);
            room.put(&self.bytes);
        }
    }
}

impl InMemory for Value {
    const SIZE: usize = variant(max(StreamValue::SIZE, Opaque::SIZE), Self::ALIGN);
    const ALIGN: usize = max(StreamValue::ALIGN, Opaque::ALIGN);
}

/// Where the payload of a value begins.
const PAYLOAD: usize = payload(Value::ALIGN);

impl Lift for Value {
    unsafe fn lift(at: *const u8) -> Self {
        // SAFETY: the caller promises a byte that tells the kind, and behind it the value of this kind.
        unsafe {
            let payload = at.add(PAYLOAD);
            match Kind::lift(at) {
                Kind::Text => Self::Text(Vec::lift(payload)),
                Kind::List => Self::List(Vec::lift(payload)),
                Kind::Set => Self::Set(Vec::lift(payload)),
                Kind::SortedSet => Self::SortedSet(Vec::lift(payload)),
                Kind::Hash => Self::Hash(Vec::lift(payload)),
                Kind::Stream => Self::Stream(StreamValue::lift(payload)),
                Kind::Opaque => Self::Opaque(Opaque::lift(payload)),
            }
        }
    }
}

impl Lower for Value {
    unsafe fn lower(&self, at: *mut u8, buffers: &mut Buffers) {
        // SAFETY: the caller promises room for the byte that tells the kind, and for the value behind it.
        unsafe {
            at.write(self.kind() as u8);
            let payload = at.add(PAYLOAD);
            match self {
                Self::Text(text) => text.lower(payload, buffers),
                Self::List(items) | Self::Set(items) => items.lower(payload, buffers),
                Self::SortedSet(members) => members.lower(payload, buffers),
                Self::Hash(fields) => fields.lower(payload, buffers),
                Self::Stream(stream) => stream.lower(payload, buffers),
                Self::Opaque(opaque) => opaque.lower(payload, buffers),
            }
        }
    }
}

/// A value as parameters of a function: its kind, and room for what the kinds have, where narrow numbers share the places
/// of wide ones.
pub(crate) struct Whole<'v> {
    pub(crate) kind: u32,
    pub(crate) words: (usize, usize),
    pub(crate) wide: (u64, u64),
    pub(crate) last: (usize, usize),
    /// What the words point to.
    _buffers: Buffers,
    _value: PhantomData<&'v Value>,
}

impl<'v> Whole<'v> {
    /// Lays a value out.
    pub(crate) fn of(value: &'v Value) -> Self {
        let mut buffers = Buffers::default();
        let (mut wide, mut last) = ((0, 0), (0, 0));
        let words = match value {
            Value::Text(text) => (text.as_ptr() as usize, text.len()),
            Value::List(items) | Value::Set(items) => buffers.items(items.iter()),
            Value::SortedSet(members) => buffers.items(members.iter()),
            Value::Hash(fields) => buffers.items(fields.iter()),
            Value::Stream(stream) => {
                wide = (stream.last_id.ms, stream.last_id.seq);
                buffers.items(stream.entries.iter())
            }
            Value::Opaque(opaque) => {
                let module = opaque.module.as_deref().unwrap_or_default();
                wide = (module.as_ptr() as u64, module.len() as u64);
                last = (opaque.bytes.as_ptr() as usize, opaque.bytes.len());
                (
                    usize::from(opaque.type_id),
                    usize::from(opaque.module.is_some()),
                )
            }
        };
        Self {
            kind: value.kind() as u32,
            words,
            wide,
            last,
            _buffers: buffers,
            _value: PhantomData,
        }
    }
}
