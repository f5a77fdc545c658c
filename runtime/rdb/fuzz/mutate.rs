//! A mutator: the same seed gives the same inputs.

use std::path::Path;

/// A source of random numbers (xorshift64*), and what is done to inputs with it.
pub(crate) struct Mutator {
    state: u64,
}

/// Bytes at which the format's meaning changes.
const TURNING: [u8; 28] = [
    0, 1, 2, 7, 11, 12, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xe0,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xfa, 0xfc, 0xfd, 0xfe, 0xff,
];

/// The longest input that is made.
const LONGEST: usize = 8 * 1024;

impl Mutator {
    /// Begins with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Self { state }
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16;
        usize::try_from(number).map_or(0, |number| number % bound.max(1))
    }

    /// Makes an input of one or two of a corpus.
    pub(crate) fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut data = corpus[self.below(corpus.len())].clone();
        let other = &corpus[self.below(corpus.len())];
        for _ in 0..=self.below(5) {
            self.change(&mut data, other);
        }
        data.truncate(LONGEST);
        data
    }

    fn change(&mut self, data: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(data.len() + 1);
        let scale = self.below(6);
        let length = 1 + self.below(1 << scale);
        let end = data.len().min(at + length);
        match self.below(11) {
            0 => {
                if let Some(byte) = data.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 | 2 => {
                if let Some(byte) = data.get_mut(at) {
                    *byte = TURNING[self.below(TURNING.len())];
                }
            }
            3 => {
                if let Some(byte) = data.get_mut(at) {
                    *byte = byte.wrapping_add(if self.below(2) == 0 { 1 } else { 255 });
                }
            }
            4 => drop(data.drain(at..end)),
            5 => {
                let copy = data[at..end].to_vec();
                let to = self.below(data.len() + 1);
                data.splice(to..to, copy);
            }
            6 => {
                let byte = TURNING[self.below(TURNING.len())];
                data.splice(at..at, std::iter::repeat_n(byte, length));
            }
            7 => {
                let from = self.below(other.len() + 1);
                let part = &other[from..other.len().min(from + length * 4)];
                data.splice(at..at, part.iter().copied());
            }
            8 => {
                let from = self.below(other.len() + 1);
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
            9 => {
                // A length that claims much.
                let claim: &[u8] = match self.below(4) {
                    0 => b"\x80\xff\xff\xff\xff",
                    1 => b"\x81\xff\xff\xff\xff\xff\xff\xff\xff",
                    2 => b"\x81\x00\x00\x00\x01\x00\x00\x00\x00",
                    _ => b"\xc3\x09\x81\x00\x00\x00\x00\x40\x00\x00\x00",
                };
                let end = if self.below(2) == 0 { at } else { end };
                data.splice(at..end, claim.iter().copied());
            }
            _ => data.truncate(at),
        }
    }
}

/// Reads the inputs of a target: its corpus, and for files those of real servers.
pub(crate) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = files(&root.join("fuzz/corpus").join(target), |_| true);
    if target == "file" {
        for folder in ["tests/files", "tests/files/collected"] {
            inputs.extend(files(&root.join(folder), |path| {
                path.extension().is_some_and(|extension| extension == "rdb")
            }));
        }
    }
    assert!(!inputs.is_empty(), "{target} has a corpus");
    inputs
}

fn files(folder: &Path, chosen: impl Fn(&Path) -> bool) -> Vec<Vec<u8>> {
    let listed = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("it can be listed").path());
    let mut paths: Vec<_> = listed
        .filter(|path| path.is_file() && chosen(path))
        .collect();
    paths.sort();
    let read = |path| std::fs::read(path).expect("it exists");
    paths.iter().map(read).collect()
}
