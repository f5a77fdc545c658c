//! Example keys: a few of those that were seen, picked by chance but the same ones in whatever order they come.

use remold_host_api::Bytes;
use std::cell::OnceCell;
use xxhash_rust::xxh3::xxh3_64;

/// So many keys are kept as examples of one thing.
const MOST: usize = 3;
/// Of a longer key the beginning is kept.
const LONGEST: usize = 512;

/// A record's key while the record is being observed.
pub(crate) struct Sighting<'a> {
    key: &'a [u8],
    hash: u64,
    kept: OnceCell<Bytes>,
}

impl<'a> Sighting<'a> {
    pub(crate) fn new(key: &'a [u8]) -> Self {
        Self {
            key,
            hash: xxh3_64(key),
            kept: OnceCell::new(),
        }
    }

    fn keep(&self) -> Bytes {
        let key = &self.key[..self.key.len().min(LONGEST)];
        self.kept
            .get_or_init(|| Bytes::copy_from_slice(key))
            .clone()
    }
}

/// How often something was seen, and the keys with the lowest hashes among those that had it: a sample by chance that two
/// halves of the records agree on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    keys: Vec<(u64, Bytes)>,
}

impl Tally {
    pub(crate) fn add(&mut self, sighting: &Sighting<'_>) {
        self.count += 1;
        if self.keys.len() == MOST && self.keys[MOST - 1].0 <= sighting.hash {
            return;
        }
        self.offer(sighting.hash, || sighting.keep());
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        for (hash, key) in other.keys {
            self.offer(hash, || key);
        }
    }

    /// Returns the keys that were kept.
    pub(crate) fn keys(&self) -> Vec<Bytes> {
        self.keys.iter().map(|(_, key)| key.clone()).collect()
    }

    fn offer(&mut self, hash: u64, key: impl FnOnce() -> Bytes) {
        if let Err(position) = self.keys.binary_search_by_key(&hash, |(known, _)| *known)
            && position < MOST
        {
            self.keys.truncate(MOST - 1);
            self.keys.insert(position, (hash, key()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_does_not_matter_and_a_key_is_kept_once() {
        let keys: Vec<String> = (0..100).map(|n| format!("user:{n}")).collect();
        let mut forward = Tally::default();
        let mut backward = Tally::default();
        for key in &keys {
            forward.add(&Sighting::new(key.as_bytes()));
        }
        for key in keys.iter().rev() {
            backward.add(&Sighting::new(key.as_bytes()));
        }
        assert_eq!(forward, backward);
        assert_eq!(forward.keys().len(), MOST);
        let mut halves = Tally::default();
        for part in keys.chunks(7) {
            let mut half = Tally::default();
            for key in part {
                half.add(&Sighting::new(key.as_bytes()));
            }
            halves.merge(half);
        }
        assert_eq!(forward, halves);
        let mut one = Tally::default();
        for _ in 0..5 {
            one.add(&Sighting::new(b"again"));
        }
        assert_eq!(
            (one.count, one.keys()),
            (5, vec![Bytes::from_static(b"again")])
        );
    }
}
