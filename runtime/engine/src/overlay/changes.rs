//! What the overlay holds: the newest image of every key that was changed, in a scratch file.
//!
//! Memory holds a hash and an offset for each changed key, whatever the values' size.

use std::collections::HashMap;

use remold_host_api::Bytes;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::log::{Log, Scratch};
use crate::port::{Eviction, Image, StoreError};

/// What the overlay knows of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// Nothing: the source tells.
    Below,
    /// It was deleted.
    Deleted,
    /// It holds this.
    Holds(Image),
}

impl Layer {
    fn of(image: Option<Image>) -> Self {
        image.map_or(Self::Deleted, Self::Holds)
    }
}

/// The changed keys, with their newest images.
pub(crate) struct Changes {
    log: Log,
    seed: u64,
    newest: HashMap<u128, u64>,
}

impl Changes {
    pub(crate) fn new(scratch: Box<dyn Scratch>, seed: u64) -> Self {
        Self {
            log: Log::new(scratch),
            seed,
            newest: HashMap::new(),
        }
    }

    /// Says whether a key was changed.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.newest.contains_key(&self.hash(key))
    }

    /// Returns what is known of a key.
    pub(crate) fn get(&mut self, key: &[u8]) -> Result<Layer, StoreError> {
        let Some(offset) = self.newest.get(&self.hash(key)).copied() else {
            return Ok(Layer::Below);
        };
        let (_, image, _) = self.read_at(offset).map_err(|error| failed(&error))?;
        Ok(Layer::of(image))
    }

    /// Notes a key's new image, or its deletion.
    pub(crate) fn put(&mut self, key: &Bytes, image: Option<&Image>) -> Result<(), StoreError> {
        let appended = self.append(key, image);
        let offset = appended.map_err(|error| failed(&error))?;
        self.newest.insert(self.hash(key), offset);
        Ok(())
    }

    /// Walks the newest images of all changed keys, in the order of their last change.
    pub(crate) fn for_each(
        &mut self,
        mut visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut offset = 0;
        while offset < self.log.end() {
            let (key, image, next) = self.read_at(offset).map_err(|error| failed(&error))?;
            if self.newest.get(&self.hash(&key)) == Some(&offset) {
                visit(key, image)?;
            }
            offset = next;
        }
        Ok(())
    }

    fn hash(&self, key: &[u8]) -> u128 {
        xxh3_128_with_seed(key, self.seed)
    }

    fn append(&mut self, key: &Bytes, image: Option<&Image>) -> std::io::Result<u64> {
        let payload: &[u8] = image.map_or(&[], |image| &image.payload);
        let (kind, amount) = match image.and_then(|image| image.eviction) {
            None => (0_u8, 0),
            Some(Eviction::Idle(seconds)) => (1, seconds),
            Some(Eviction::Frequency(counter)) => (2, u64::from(counter)),
        };
        let expires_at = image.and_then(|image| image.expires_at);
        let flags = [
            u8::from(image.is_some()),
            u8::from(expires_at.is_some()),
            kind,
        ];
        self.log.append(&[
            &flags,
            &expires_at.unwrap_or_default().to_le_bytes(),
            &amount.to_le_bytes(),
            &(key.len() as u64).to_le_bytes(),
            &(payload.len() as u64).to_le_bytes(),
            key,
            payload,
        ])
    }

    fn read_at(&mut self, offset: u64) -> std::io::Result<(Bytes, Option<Image>, u64)> {
        let head = self.log.read(offset, HEAD)?;
        let number =
            |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let (key_length, payload_length) = (number(19), number(27));
        let key = self.log.read(offset + HEAD, key_length)?;
        let behind = offset + HEAD + key_length;
        let payload = self.log.read(behind, payload_length)?;
        let eviction = match head[2] {
            1 => Some(Eviction::Idle(number(11))),
            2 => Some(Eviction::Frequency(
                u8::try_from(number(11)).unwrap_or(u8::MAX),
            )),
            _ => None,
        };
        let expires_at = (head[1] == 1).then(|| number(3));
        let image = (head[0] == 1).then(|| Image {
            payload: payload.into(),
            expires_at,
            eviction,
        });
        Ok((key.into(), image, behind + payload_length))
    }
}

/// Present, has an expiry, kind of eviction state; expiry, eviction state, length of key and payload.
const HEAD: u64 = 3 + 4 * 8;

fn failed(error: &std::io::Error) -> StoreError {
    StoreError::File {
        path: "the overlay's scratch file".to_owned(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn image(text: &str, expires_at: Option<u64>) -> Image {
        let eviction = expires_at.map(Eviction::Idle);
        Image {
            payload: Bytes::copy_from_slice(text.as_bytes()),
            expires_at,
            eviction,
        }
    }

    #[test]
    fn the_newest_image_counts_and_unchanged_keys_are_told_from_deleted_ones() {
        let mut changes = Changes::new(Box::new(Cursor::new(Vec::new())), 1);
        let (a, b) = (Bytes::from_static(b"a"), Bytes::from_static(b"b"));
        changes.put(&a, Some(&image("one", None))).expect("memory");
        changes
            .put(&b, Some(&image("two", Some(9))))
            .expect("memory");
        changes.put(&a, None).expect("memory");
        assert_eq!(changes.get(b"a").expect("memory"), Layer::Deleted);
        assert_eq!(
            changes.get(b"b").expect("memory"),
            Layer::Holds(image("two", Some(9)))
        );
        assert_eq!(changes.get(b"c").expect("memory"), Layer::Below);
        let mut seen = Vec::new();
        let walked = changes.for_each(|key, image| {
            seen.push((key, image.is_some()));
            Ok(())
        });
        walked.expect("memory");
        assert_eq!(seen, [(b, true), (a, false)]);
    }
}
