//! Placeholders: of the same length and classes, the same for the same word, and found again by nobody without the secret.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// How often another placeholder is looked for where one is taken already.
const ATTEMPTS: u32 = 64;

/// Makes placeholders, for each word another one.
pub(super) struct Pseudonyms {
    secret: [u8; 32],
    words: RefCell<Words>,
}

/// What stands for what.
struct Words {
    of: HashMap<String, String>,
    taken: HashSet<String>,
}

impl Pseudonyms {
    pub(super) fn new(secret: [u8; 32], spelled: &[Bytes]) -> Self {
        let spelled = spelled
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let kept = spelled.flat_map(|text| {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            words
        });
        // Words that the manifest itself spells out stay.
        let kept: HashSet<String> = kept.collect();
        let words = Words {
            of: kept
                .iter()
                .map(|word| (word.clone(), word.clone()))
                .collect(),
            taken: kept,
        };
        Self {
            secret,
            words: RefCell::new(words),
        }
    }

    /// Replaces every word, a run of letters and digits; what is no text is replaced byte by byte.
    pub(super) fn of(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.of_text(text).into_bytes(),
            Err(_) => self.of_bytes(bytes),
        }
    }

    pub(super) fn of_text(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let is_part = |c: char| c.is_alphanumeric();
            let word = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            replaced.push_str(&self.word(&rest[..word]));
            rest = &rest[word..];
            let gap = rest.find(is_part).unwrap_or(rest.len());
            replaced.push_str(&rest[..gap]);
            rest = &rest[gap..];
        }
        replaced
    }

    fn word(&self, word: &str) -> String {
        if word.is_empty() {
            return String::new();
        }
        let mut words = self.words.borrow_mut();
        if let Some(known) = words.of.get(word) {
            return known.clone();
        }
        let mut attempts = (0..ATTEMPTS).map(|attempt| self.attempt(word, attempt));
        let free = attempts.find(|replaced| replaced != word && !words.taken.contains(replaced));
        // A zero has no other of its kind.
        let free = free.or_else(|| (!words.taken.contains(word)).then(|| word.to_owned()));
        // There are more words of this form than placeholders: it grows until it is one of its own.
        let replaced = free.unwrap_or_else(|| {
            let mut longer = self.attempt(word, 0);
            while words.taken.contains(&longer) {
                longer.push(longer.chars().last().unwrap_or('x'));
            }
            longer
        });
        words.taken.insert(replaced.clone());
        words.of.insert(word.to_owned(), replaced.clone());
        replaced
    }

    fn attempt(&self, word: &str, attempt: u32) -> String {
        let mut stream = Stream::of(&self.secret, attempt, word.as_bytes());
        let mut previous_was_digit = false;
        word.chars()
            .map(|c| {
                let replaced = like(c, stream.next(), previous_was_digit);
                previous_was_digit = c.is_ascii_digit();
                replaced
            })
            .collect()
    }

    fn of_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = Stream::of(&self.secret, 0, bytes);
        let replaced = bytes.iter().map(|byte| {
            let random = stream.next();
            match byte {
                byte if byte.is_ascii() => {
                    u8::try_from(like(char::from(*byte), random, true)).unwrap_or(b'x')
                }
                _ => 0x80 | random.to_le_bytes()[0],
            }
        });
        replaced.collect()
    }
}

/// Chooses a character of the same class and of the same length in UTF-8.
fn like(c: char, random: u32, within_number: bool) -> char {
    let pick = |first: char, count: u32| {
        char::from_u32(u32::from(first) + random % count)
            .expect("all characters of the class exist")
    };
    match c {
        // A number keeps its length, and so what it begins with is no zero unless it was one.
        '0' if !within_number => '0',
        '0'..='9' if within_number => pick('0', 10),
        '1'..='9' => pick('1', 9),
        'a'..='z' => pick('a', 26),
        'A'..='Z' => pick('A', 26),
        c if !c.is_alphanumeric() => c,
        c => match c.len_utf8() {
            // à to ö, À to Ö.
            2 if c.is_uppercase() => pick('\u{c0}', 23),
            2 => pick('\u{e0}', 23),
            // The common ideographs.
            3 => pick('\u{4e00}', 0x5000),
            4 => pick('\u{20000}', 0xa000),
            _ => 'x',
        },
    }
}

/// Numbers without end that follow from a secret and a text.
struct Stream {
    seed: [u8; 32],
    block: [u8; 32],
    at: usize,
    blocks: u64,
}

impl Stream {
    fn of(secret: &[u8; 32], attempt: u32, text: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(secret);
        hash.update(attempt.to_le_bytes());
        hash.update(text);
        Self {
            seed: hash.finalize().into(),
            block: [0; 32],
            at: 32,
            blocks: 0,
        }
    }

    fn next(&mut self) -> u32 {
        if self.at == self.block.len() {
            let mut hash = Sha256::new();
            hash.update(self.seed);
            hash.update(self.blocks.to_le_bytes());
            self.block = hash.finalize().into();
            self.blocks += 1;
            self.at = 0;
        }
        let bytes = self.block[self.at..self.at + 4]
            .try_into()
            .expect("four bytes");
        self.at += 4;
        u32::from_le_bytes(bytes)
    }
}
