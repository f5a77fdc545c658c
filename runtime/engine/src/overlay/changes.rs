//! What the overlay holds: the newest image of every key that was changed, in a scratch file.
//!
//! Memory holds a hash and a place for each changed key, whatever the values' size.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::io;

use remold_host_api::Bytes;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::log::{Log, Scratch};
use crate::done_set::Truncate;
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
    newest: HashMap<Fingerprint, Place, BuildHasherDefault<Truncate>>,
    /// How many of them were met.
    met: usize,
}

/// A key's hash, of two words so that a table of them has no gaps.
type Fingerprint = [u64; 2];

/// Where a key's newest image stands, and what is to be known of it without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u64);

impl Place {
    const DELETED: u64 = 1 << 63;
    const EXPIRES: u64 = 1 << 62;
    const MET: u64 = 1 << 61;
    const OFFSET: u64 = Self::MET - 1;

    fn new(offset: u64, image: Option<&Image>) -> Self {
        let state = match image {
            None => Self::DELETED,
            Some(image) if image.expires_at.is_some() => Self::EXPIRES,
            Some(_) => 0,
        };
        Self(offset | state)
    }

    /// Returns the same place in a log in which what it counts from begins at `start`.
    const fn behind(self, start: u64) -> Self {
        Self(self.0 + start)
    }

    const fn offset(self) -> u64 {
        self.0 & Self::OFFSET
    }

    const fn is(self, state: u64) -> bool {
        self.0 & state != 0
    }
}

impl Changes {
    pub(crate) fn new(scratch: Box<dyn Scratch>, seed: u64) -> Self {
        Self {
            log: Log::new(scratch),
            seed,
            newest: HashMap::default(),
            met: 0,
        }
    }

    /// Says whether a key was changed.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.newest.contains_key(&self.hash(key))
    }

    /// Returns what is known of a key.
    pub(crate) fn get(&mut self, key: &[u8]) -> Result<Layer, StoreError> {
        if self.newest.is_empty() {
            return Ok(Layer::Below);
        }
        match self.newest.get(&self.hash(key)).copied() {
            Some(place) => self.layer_at(place),
            None => Ok(Layer::Below),
        }
    }

    /// Returns what is known of a key, and marks it as one that the source has.
    pub(crate) fn meet(&mut self, key: &[u8]) -> Result<Layer, StoreError> {
        let hash = self.hash(key);
        let Some(place) = self.newest.get_mut(&hash) else {
            return Ok(Layer::Below);
        };
        self.met += usize::from(!place.is(Place::MET));
        place.0 |= Place::MET;
        let place = *place;
        self.layer_at(place)
    }

    /// Returns how many of the changed keys there are, and how many of them expire.
    pub(crate) fn size(&self) -> (u64, u64) {
        let (mut keys, mut expires) = (0, 0);
        for place in self.newest.values() {
            keys += u64::from(!place.is(Place::DELETED));
            expires += u64::from(place.is(Place::EXPIRES));
        }
        (keys, expires)
    }

    fn layer_at(&mut self, place: Place) -> Result<Layer, StoreError> {
        if place.is(Place::DELETED) {
            return Ok(Layer::Deleted);
        }
        let offset = place.offset();
        let head = self.head_at(offset);
        let image = head.and_then(|head| self.image_at(offset, &head));
        Ok(Layer::of(image.map_err(|error| failed(&error))?))
    }

    /// Begins a batch of changes, which needs nobody's lock.
    pub(crate) fn begin(&self) -> Batch {
        Batch {
            seed: self.seed,
            ..Batch::default()
        }
    }

    /// Takes a batch over, and empties it.
    pub(crate) fn take(&mut self, batch: &mut Batch) -> Result<(), StoreError> {
        let appended = self.log.append(&batch.parts());
        let start = appended.map_err(|error| failed(&error))?;
        for (fingerprint, place) in batch.changed.drain(..) {
            let replaced = self.newest.insert(fingerprint, place.behind(start));
            self.met -= usize::from(replaced.is_some_and(|place| place.is(Place::MET)));
        }
        batch.clear();
        Ok(())
    }

    /// Notes a key's new image, or its deletion.
    pub(crate) fn put(&mut self, key: &Bytes, image: Option<&Image>) -> Result<(), StoreError> {
        let mut batch = self.begin();
        batch.put(key, image);
        self.take(&mut batch)
    }

    /// Walks the newest images of the changed keys that were not met, in the order of their last change.
    pub(crate) fn for_each_unmet(
        &mut self,
        visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.met == self.newest.len() {
            return Ok(());
        }
        self.walk(|place| !place.is(Place::MET), visit)
    }

    /// Walks the newest images of all changed keys, in the order of their last change.
    pub(crate) fn for_each(
        &mut self,
        visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.walk(|_| true, visit)
    }

    /// Walks over the changed keys whose place is `wanted`.
    fn walk(
        &mut self,
        wanted: impl Fn(Place) -> bool,
        mut visit: impl FnMut(Bytes, Option<Image>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let places = self.newest.values().filter(|place| wanted(**place));
        let mut offsets: Vec<u64> = places.map(|place| place.offset()).collect();
        offsets.sort_unstable();
        for offset in offsets {
            let (key, image) = self.change_at(offset).map_err(|error| failed(&error))?;
            visit(key, image)?;
        }
        Ok(())
    }

    fn hash(&self, key: &[u8]) -> Fingerprint {
        fingerprint(key, self.seed)
    }

    fn change_at(&mut self, offset: u64) -> io::Result<(Bytes, Option<Image>)> {
        let head = self.head_at(offset)?;
        let key = self.bytes_at(offset + HEAD as u64, head.key_length)?;
        Ok((key, self.image_at(offset, &head)?))
    }

    fn image_at(&mut self, offset: u64, head: &Head) -> io::Result<Option<Image>> {
        if !head.is_there {
            return Ok(None);
        }
        let behind = offset + HEAD as u64 + head.key_length;
        Ok(Some(Image {
            payload: self.bytes_at(behind, head.payload_length)?,
            expires_at: head.expires_at,
            eviction: head.eviction,
        }))
    }

    fn head_at(&mut self, offset: u64) -> io::Result<Head> {
        let mut head = [0; HEAD];
        self.log.read(offset, &mut head)?;
        let number =
            |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        Ok(Head {
            is_there: head[0] == 1,
            expires_at: (head[1] == 1).then(|| number(3)),
            eviction: match head[2] {
                1 => Some(Eviction::Idle(number(11))),
                2 => Some(Eviction::Frequency(
                    u8::try_from(number(11)).unwrap_or(u8::MAX),
                )),
                _ => None,
            },
            key_length: number(19),
            payload_length: number(27),
        })
    }

    fn bytes_at(&mut self, offset: u64, length: u64) -> io::Result<Bytes> {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.log.read(offset, &mut bytes)?;
        Ok(bytes.into())
    }
}

/// What stands before a key and its payload.
struct Head {
    is_there: bool,
    expires_at: Option<u64>,
    eviction: Option<Eviction>,
    key_length: u64,
    payload_length: u64,
}

static NOTHING: Bytes = Bytes::new();

/// A larger payload is not copied.
const LARGE: usize = 4096;

/// Changes of several keys, in order, written down and not yet in the layer.
#[derive(Default)]
pub(crate) struct Batch {
    seed: u64,
    /// What is to be appended, but for large payloads.
    bytes: Vec<u8>,
    /// Large payloads, with how many of the bytes stand before each.
    large: Vec<(usize, Bytes)>,
    length: u64,
    /// Places count from where all this will begin.
    changed: Vec<(Fingerprint, Place)>,
}

impl Batch {
    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.large.clear();
        self.length = 0;
        self.changed.clear();
    }

    fn parts(&self) -> Vec<&[u8]> {
        let mut parts = Vec::with_capacity(2 * self.large.len() + 1);
        let mut from = 0;
        for (behind, payload) in &self.large {
            parts.extend([&self.bytes[from..*behind], payload]);
            from = *behind;
        }
        parts.push(&self.bytes[from..]);
        parts
    }

    /// Notes a key's new image, or its deletion.
    pub(crate) fn put(&mut self, key: &[u8], image: Option<&Image>) {
        let payload = image.map_or(&NOTHING, |image| &image.payload);
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
        let place = Place::new(self.length, image);
        self.changed.push((fingerprint(key, self.seed), place));
        self.length += (HEAD + key.len() + payload.len()) as u64;
        let head: [&[u8]; 6] = [
            &flags,
            &expires_at.unwrap_or_default().to_le_bytes(),
            &amount.to_le_bytes(),
            &(key.len() as u64).to_le_bytes(),
            &(payload.len() as u64).to_le_bytes(),
            key,
        ];
        head.iter()
            .for_each(|part| self.bytes.extend_from_slice(part));
        if payload.len() < LARGE {
            self.bytes.extend_from_slice(payload);
        } else {
            self.large.push((self.bytes.len(), payload.clone()));
        }
    }
}

fn fingerprint(key: &[u8], seed: u64) -> Fingerprint {
    let hash = xxh3_128_with_seed(key, seed);
    #[allow(clippy::cast_possible_truncation, reason = "the two halves")]
    [hash as u64, (hash >> 64) as u64]
}

/// Present, has an expiry, kind of eviction state; expiry, eviction state, length of key and payload.
const HEAD: usize = 3 + 4 * 8;

fn failed(error: &io::Error) -> StoreError {
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

    #[test]
    fn what_the_source_has_is_told_from_what_is_new() {
        let mut changes = Changes::new(Box::new(Cursor::new(Vec::new())), 1);
        let key = |name: &'static str| Bytes::from_static(name.as_bytes());
        let unmet = |changes: &mut Changes| {
            let mut seen = Vec::new();
            let walked = changes.for_each_unmet(|key, image| {
                seen.push((key, image.is_some()));
                Ok(())
            });
            walked.map(|()| seen).expect("memory")
        };
        for (name, image) in [
            ("old", Some(image("one", Some(5)))),
            ("gone", None),
            ("new", Some(image("two", None))),
        ] {
            changes.put(&key(name), image.as_ref()).expect("memory");
        }
        assert_eq!(changes.size(), (2, 1));
        let met = changes.meet(b"old").expect("memory");
        assert_eq!(met, Layer::Holds(image("one", Some(5))));
        assert_eq!(changes.meet(b"gone"), Ok(Layer::Deleted));
        assert_eq!(changes.meet(b"other"), Ok(Layer::Below));
        assert_eq!(unmet(&mut changes), [(key("new"), true)]);
        changes.meet(b"new").expect("memory");
        assert_eq!(unmet(&mut changes), []);
        changes.put(&key("gone"), None).expect("memory");
        assert_eq!(unmet(&mut changes), [(key("gone"), false)]);
    }
}
