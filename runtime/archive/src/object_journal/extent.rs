//! What there is to read of a journal in an object store: objects by their numbers, one in memory at a time.

use std::sync::Arc;

use bytes::Bytes;
use remold_engine::port::{JournalError, Records};
use remold_engine::record::JournalRecord;
use xxhash_rust::xxh3::xxh3_64;

use super::{not_readable, not_writable};
use crate::encoding;
use crate::frame::{Frame, FrameHeader, HAS_EPOCH, HEADER_BYTES};
use crate::objects::Objects;
use crate::replay;

/// The objects of a journal as of some moment.
#[derive(Debug, Clone)]
pub(crate) struct ObjectExtent {
    objects: Arc<Objects>,
    run: String,
    /// How many there are.
    count: u64,
    /// Bytes of all of them.
    bytes: u64,
    /// When the first was put, Unix milliseconds by the store's clock.
    created_ms: u64,
}

impl ObjectExtent {
    /// Finds the objects of a run.
    pub(crate) fn load(objects: Arc<Objects>, run: &str) -> Result<Self, JournalError> {
        let listed = objects
            .list(run)
            .map_err(|error| not_readable(run, &error))?;
        let named = listed
            .iter()
            .filter_map(|object| Some((object_number(&object.name)?, object)));
        let (mut count, mut last) = (0, None);
        let (mut bytes, mut created_ms) = (0, 0);
        for (number, object) in named {
            count += 1;
            last = last.max(Some(number));
            bytes += object.bytes;
            if number == 0 {
                created_ms = object.modified_ms;
            }
        }
        let extent = Self {
            objects,
            run: run.to_owned(),
            count,
            bytes,
            created_ms,
        };
        match last {
            None => Err(nothing_here(run)),
            Some(last) if last + 1 != count => {
                Err(extent.corrupt(last, "an object before it is missing"))
            }
            Some(_) => Ok(extent),
        }
    }

    /// Takes the first objects of a run.
    pub(super) fn of(objects: Arc<Objects>, run: &str, count: u64) -> Self {
        Self {
            objects,
            run: run.to_owned(),
            count,
            bytes: 0,
            created_ms: 0,
        }
    }

    /// Returns how many objects there are.
    pub(crate) const fn objects(&self) -> u64 {
        self.count
    }

    /// Returns how many bytes they have.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns when the journal was begun, Unix milliseconds.
    pub(crate) const fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// Removes the journal of a run, the header first: what is left of a removal that is interrupted is no journal.
    pub(crate) fn remove(objects: &Objects, run: &str) -> Result<(), JournalError> {
        let listed = objects
            .list(run)
            .map_err(|error| not_readable(run, &error))?;
        let mut names: Vec<String> = listed.into_iter().map(|object| object.name).collect();
        names.retain(|name| object_number(name).is_some());
        names.sort_unstable();
        if names.is_empty() {
            return Err(nothing_here(run));
        }
        for name in names {
            let removed = objects.remove(run, &name);
            removed.map_err(|error| not_writable(run, &error))?;
        }
        Ok(())
    }

    /// Walks from the first record to the newest.
    pub(crate) fn forwards(&self) -> Records<'static> {
        let (extent, mut numbers) = (self.clone(), 0..self.count);
        replay::frames_to_records(move || match numbers.next() {
            Some(number) => extent.records(number, 0).map(Some),
            None => Ok(None),
        })
    }

    /// Walks from the newest record to the first.
    pub(crate) fn backwards(&self) -> Records<'static> {
        let (extent, mut numbers) = (self.clone(), (0..self.count).rev());
        replay::frames_to_records(move || match numbers.next() {
            Some(number) => extent.records(number, 0).map(|mut records| {
                records.reverse();
                Some(records)
            }),
            None => Ok(None),
        })
    }

    /// Finds the newest record that `wanted` accepts, among the frames that have `flag`.
    pub(crate) fn newest<T>(
        &self,
        flag: u32,
        wanted: impl Fn(JournalRecord) -> Option<T>,
    ) -> Result<Option<T>, JournalError> {
        for number in (0..self.count).rev() {
            let records = self.records(number, flag)?.into_iter();
            if let Some(found) = records.filter_map(&wanted).last() {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Finds the newest epoch in the objects from a number on; 0 if there is none.
    pub(crate) fn newest_epoch(&self, from: u64) -> Result<u64, JournalError> {
        for number in (from..self.count).rev() {
            let epochs = self.records(number, HAS_EPOCH)?.into_iter();
            let epochs = epochs.filter_map(|record| match record {
                JournalRecord::Epoch(epoch) => Some(epoch),
                _ => None,
            });
            if let Some(epoch) = epochs.last() {
                return Ok(epoch);
            }
        }
        Ok(0)
    }

    /// Reads the records of an object; with a flag, only those of the frames that have it.
    fn records(&self, number: u64, flag: u32) -> Result<Vec<JournalRecord>, JournalError> {
        let read = self.objects.read(&self.run, &object_name(number));
        let bytes = read.map_err(|error| self.corrupt(number, &error.to_string()))?;
        let bytes = bytes.ok_or_else(|| self.corrupt(number, "the object is missing"))?;
        let bytes = Bytes::from(bytes);
        let salt = salt(&self.run, number);
        let mut records = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let header = bytes[at..].first_chunk::<HEADER_BYTES>();
            let header = header.and_then(|header| FrameHeader::parse(header, salt, at as u64));
            let header =
                header.ok_or_else(|| self.corrupt(number, "a frame's header is broken"))?;
            let content = usize::try_from(header.stored).ok();
            let content = content.and_then(|stored| {
                let from = at + HEADER_BYTES;
                bytes.get(from..from.checked_add(stored)?)
            });
            let content = content.filter(|content| header.matches(content));
            let content = content
                .ok_or_else(|| self.corrupt(number, "a frame does not match its checksum"))?;
            at += HEADER_BYTES + content.len();
            if header.flags & flag != flag {
                continue;
            }
            let mut content = header
                .unpack(content.to_vec())
                .ok_or_else(|| self.corrupt(number, "a frame cannot be unpacked"))?;
            while !content.is_empty() {
                let record = encoding::decode(&mut content);
                records.push(record.map_err(|error| self.corrupt(number, &error.to_string()))?);
            }
        }
        Ok(records)
    }

    pub(crate) fn corrupt(&self, number: u64, message: &str) -> JournalError {
        JournalError::Corrupt {
            path: format!("{}/{}", self.run, object_name(number)),
            offset: 0,
            message: message.to_owned(),
        }
    }
}

fn nothing_here(run: &str) -> JournalError {
    JournalError::NotFound {
        path: run.to_owned(),
        message: "no journal was begun here".to_owned(),
    }
}

/// Makes the bytes of an object of frames.
pub(super) fn object(run: &str, number: u64, frames: &mut [Frame]) -> Vec<u8> {
    let salt = salt(run, number);
    let mut bytes = Vec::new();
    for frame in frames {
        let position = bytes.len() as u64;
        bytes.extend_from_slice(frame.place(salt, 0, position));
    }
    bytes
}

/// Returns the seed that ties frames to their object.
fn salt(run: &str, number: u64) -> u64 {
    let mut identity = run.as_bytes().to_vec();
    identity.extend(number.to_le_bytes());
    xxh3_64(&identity)
}

/// Returns the name of an object.
pub(super) fn object_name(number: u64) -> String {
    format!("{number:012}.journal")
}

/// Returns the number in an object's name; `None` if it is the name of another one.
fn object_number(name: &str) -> Option<u64> {
    let number = name.strip_suffix(".journal")?.parse().ok()?;
    (object_name(number) == name).then_some(number)
}
