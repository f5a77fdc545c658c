//! The keys that a run has claimed: what makes a duplicate of SCAN, or a key of the run's own making, harmless.
//!
//! Only a seeded 96-bit hash of each key is kept, in 16 tables that grow one after the other, so that
//! memory stays near 20 bytes for a key and never doubles at once. The seed is the run's own: nobody
//! can name keys that collide. With 10⁸ keys the chance of one collision is below 10⁻¹³.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::xxh3_128_with_seed;

const TABLES: usize = 16;

type Fingerprint = [u8; 12];
type Table = HashSet<Fingerprint, BuildHasherDefault<Truncate>>;

/// Takes the beginning of a fingerprint, which is a hash already, for its own hash.
#[derive(Default)]
pub(crate) struct Truncate(u64);

impl Hasher for Truncate {
    fn write(&mut self, bytes: &[u8]) {
        let mut word = [0; 8];
        let length = bytes.len().min(8);
        word[..length].copy_from_slice(&bytes[..length]);
        self.0 = u64::from_le_bytes(word);
    }

    // The length prefix of an array carries nothing.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A concurrent set of keys, by fingerprint.
pub struct DoneSet {
    seed: u64,
    tables: Vec<Mutex<Table>>,
}

impl DoneSet {
    /// Makes an empty set whose fingerprints depend on `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            tables: (0..TABLES).map(|_| Mutex::default()).collect(),
        }
    }

    /// Adds a key; false if it was there already.
    pub fn insert(&self, key: &[u8]) -> bool {
        let (table, fingerprint) = self.slot(key);
        lock(&self.tables[table]).insert(fingerprint)
    }

    /// Adds keys, and says of each whether it was not there. A table is locked once for all of its keys: for
    /// one at a time the processor waits for each key's place in memory.
    pub fn insert_all<'a>(&self, keys: impl Iterator<Item = &'a [u8]>) -> Vec<bool> {
        let slots: Vec<(usize, Fingerprint)> = keys.map(|key| self.slot(key)).collect();
        let mut added = vec![false; slots.len()];
        for (number, table) in self.tables.iter().enumerate() {
            let mut table = lock(table);
            for ((place, fingerprint), added) in slots.iter().zip(&mut added) {
                if *place == number {
                    *added = table.insert(*fingerprint);
                }
            }
        }
        added
    }

    /// Takes a key out; false if it was not there.
    pub fn remove(&self, key: &[u8]) -> bool {
        let (table, fingerprint) = self.slot(key);
        lock(&self.tables[table]).remove(&fingerprint)
    }

    /// Says whether a key is there.
    pub fn contains(&self, key: &[u8]) -> bool {
        let (table, fingerprint) = self.slot(key);
        lock(&self.tables[table]).contains(&fingerprint)
    }

    /// Takes all keys out.
    pub fn clear(&self) {
        for table in &self.tables {
            *lock(table) = Table::default();
        }
    }

    /// Returns how many keys there are.
    pub fn len(&self) -> usize {
        self.tables.iter().map(|table| lock(table).len()).sum()
    }

    /// Says whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Says which table a key belongs to, and as what.
    fn slot(&self, key: &[u8]) -> (usize, Fingerprint) {
        let hash = xxh3_128_with_seed(key, self.seed).to_le_bytes();
        let mut fingerprint = [0; 12];
        fingerprint.copy_from_slice(&hash[1..13]);
        (usize::from(hash[0]) % TABLES, fingerprint)
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    // A set stays whole whatever a panicking thread was doing around it.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_claimed_once_until_it_is_taken_out() {
        let set = DoneSet::new(7);
        for n in 0..10_000_u32 {
            assert!(set.insert(&n.to_le_bytes()), "{n}");
        }
        for n in 0..10_000_u32 {
            assert!(!set.insert(&n.to_le_bytes()), "{n}");
        }
        assert!(set.remove(&5_u32.to_le_bytes()) && !set.contains(&5_u32.to_le_bytes()));
        assert_eq!(set.len(), 9_999);
        let several = [&b"new"[..], &7_u32.to_le_bytes(), b"new", b"other"];
        assert_eq!(
            set.insert_all(several.into_iter()),
            [true, false, false, true]
        );
        assert!(set.contains(b"new") && set.contains(b"other"));
        set.clear();
        assert!(set.is_empty());
    }
}
