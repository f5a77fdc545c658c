//! Going through a file from its beginning to its end: every selected key with its image.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use remold_host_api::Bytes;
use remold_rdb::{FileEntry, Item, Reader};

use super::{Inner, SnapshotFile, eviction_of};
use crate::kind::kind_of;
use crate::port::{Candidate, Eviction, Image, Scanner, Selection, StoreError};

/// How many keys a page has.
const PAGE: usize = 256;
/// How many keys share memory. Few, for it is kept while one of them is, and lanes that work on different ones count its
/// users by turns.
const TOGETHER: usize = 16;
/// A larger value has memory of its own.
const ALONE: usize = 1 << 16;

/// Lists the selected keys of a file's database.
pub(super) struct SnapshotScanner {
    inner: Arc<Inner>,
    reader: Reader<Box<dyn SnapshotFile>>,
    selection: Selection,
    keys: Option<HashSet<Bytes>>,
    trial: bool,
    group: Group,
}

/// Keys whose names and payloads share memory.
#[derive(Default)]
struct Group {
    memory: Vec<u8>,
    members: Vec<Member>,
}

/// A key of a group.
struct Member {
    key: Range<usize>,
    /// None if the value is too large to be taken along.
    payload: Option<Range<usize>>,
    expires_at: Option<u64>,
    eviction: Option<Eviction>,
    size: u64,
}

impl SnapshotScanner {
    pub(super) fn new(
        inner: Arc<Inner>,
        selection: &Selection,
        trial: bool,
    ) -> Result<Self, StoreError> {
        let reader = inner.reader()?;
        let keys = selection.keys.as_ref();
        Ok(Self {
            inner,
            reader,
            keys: keys.map(|keys| keys.iter().cloned().collect()),
            selection: selection.clone(),
            trial,
            group: Group::default(),
        })
    }

    fn selects(&self, entry: &FileEntry) -> bool {
        let named = match &self.keys {
            Some(keys) => keys.contains(entry.key()),
            None => self.selection.pattern.matches(entry.key()),
        };
        let version = self.inner.header.version;
        let wanted = self.selection.kind;
        named && wanted.is_none_or(|kind| kind == kind_of(entry.type_id(), version))
    }

    /// Puts an entry into the group.
    fn take(&mut self, entry: &FileEntry) -> Result<(), StoreError> {
        let size = entry.object().len() as u64;
        let Group { memory, members } = &mut self.group;
        let key = append(memory, |memory| memory.extend_from_slice(entry.key()));
        let payload = if size > self.selection.max_bytes {
            None
        } else {
            memory.reserve(entry.payload_length());
            let start = memory.len();
            entry
                .write_payload(self.inner.header.version, !self.trial, memory)
                .map_err(|error| self.inner.unreadable(&error))?;
            Some(start..memory.len())
        };
        members.push(Member {
            key,
            payload,
            expires_at: entry.expires_at(),
            eviction: eviction_of(entry),
            size,
        });
        Ok(())
    }
}

impl Group {
    /// Says whether an entry is to begin another group.
    fn is_full_for(&self, entry: &FileEntry) -> bool {
        self.members.len() >= TOGETHER
            || !self.members.is_empty() && self.memory.len() + entry.payload_length() > ALONE
    }

    /// Moves the keys to a page.
    fn move_to(&mut self, page: &mut Vec<Candidate>) {
        let room = self.memory.len().min(ALONE);
        let memory = Bytes::from(std::mem::replace(
            &mut self.memory,
            Vec::with_capacity(room),
        ));
        let candidate = |member: Member| Candidate {
            key: memory.slice(member.key),
            image: member.payload.map(|payload| Image {
                payload: memory.slice(payload),
                expires_at: member.expires_at,
                eviction: member.eviction,
            }),
            size: Some(member.size),
        };
        page.extend(self.members.drain(..).map(candidate));
    }
}

impl Scanner for SnapshotScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        let mut page = Vec::with_capacity(PAGE);
        while page.len() + self.group.members.len() < PAGE {
            let item = self.reader.next_item();
            match item.map_err(|error| self.inner.unreadable(&error))? {
                None => break,
                Some(Item::Entry(entry)) if entry.db() == self.inner.db && self.selects(&entry) => {
                    if self.group.is_full_for(&entry) {
                        self.group.move_to(&mut page);
                    }
                    self.take(&entry)?;
                }
                Some(_) => {}
            }
        }
        self.group.move_to(&mut page);
        Ok((!page.is_empty()).then_some(page))
    }

    fn fraction(&self) -> Option<f64> {
        #[allow(clippy::cast_precision_loss, reason = "a fraction for people")]
        let fraction = self.reader.offset() as f64 / self.inner.bytes.max(1) as f64;
        Some(fraction.min(1.0))
    }
}

/// Returns where in `memory` stands what `write` appends.
fn append(memory: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Range<usize> {
    let start = memory.len();
    write(memory);
    start..memory.len()
}
