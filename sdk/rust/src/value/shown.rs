//! How values are shown where a test fails: bytes that are text as text.

use std::fmt;

use super::{HashField, Opaque, Scored, StreamEntry, StreamField, StreamGroup, Value};

/// Bytes, shown as a text if they are one, and otherwise as a literal of bytes.
pub(crate) struct Shown<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match std::str::from_utf8(self.0) {
            Ok(text) => write!(f, "{text:?}"),
            Err(_) => write!(f, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

/// Items, each shown in its own way.
struct Each<'a, T>(&'a [T]);

impl fmt::Debug for Each<'_, Vec<u8>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|item| Shown(item)))
            .finish()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&Shown(text)).finish(),
            Self::List(items) => f.debug_tuple("List").field(&Each(items)).finish(),
            Self::Set(members) => f.debug_tuple("Set").field(&Each(members)).finish(),
            Self::SortedSet(members) => f.debug_tuple("SortedSet").field(members).finish(),
            Self::Hash(fields) => f.debug_tuple("Hash").field(fields).finish(),
            Self::Stream(stream) => f.debug_tuple("Stream").field(stream).finish(),
            Self::Opaque(opaque) => f.debug_tuple("Opaque").field(opaque).finish(),
        }
    }
}

impl fmt::Debug for HashField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", Shown(&self.name), Shown(&self.value))?;
        match self.expires_at {
            Some(at) => write!(f, " until {at}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Scored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", Shown(&self.member), self.score)
    }
}

impl fmt::Debug for StreamField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", Shown(&self.name), Shown(&self.value))
    }
}

impl fmt::Debug for StreamEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.id)?;
        f.debug_list().entries(&self.fields).finish()
    }
}

impl fmt::Debug for StreamGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamGroup")
            .field("name", &Shown(&self.name))
            .field("last_id", &self.last_id)
            .field("pending", &self.pending)
            .field("consumers", &self.consumers)
            .finish()
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opaque")
            .field("type_id", &self.type_id)
            .field("module", &self.module)
            .field("bytes", &Shown(&self.bytes))
            .finish()
    }
}
