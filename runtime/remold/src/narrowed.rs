//! A source that lists some of its keys only, and may give some of them as they were before a run: what a recording of
//! chosen keys reads. Everything else is read as it is.

use std::collections::HashMap;
use std::sync::Arc;

use remold_engine::port::{
    Candidate, Fetched, Image, Scanner, Selection, ShardFacts, Source, SourceReader, StoreError,
};
use remold_host_api::{Bytes, Pattern};

/// Which keys are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrowing {
    /// The patterns of the keys; one without a special character is a key.
    pub(crate) patterns: Vec<Pattern>,
    /// What some keys were before.
    pub(crate) before: HashMap<Bytes, Image>,
}

impl Narrowing {
    /// Narrows a source, if it is to be.
    pub(crate) fn narrow(some: Option<Self>, source: Arc<dyn Source>) -> Arc<dyn Source> {
        match some {
            None => source,
            Some(narrowing) => Arc::new(Narrowed {
                source,
                narrowing: Arc::new(narrowing),
            }),
        }
    }

    /// Returns the keys, if they are spelled out.
    fn keys(&self) -> Option<Vec<Bytes>> {
        self.patterns.iter().map(spelled_out).collect()
    }

    fn matches(&self, key: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(key))
    }
}

/// Returns the one key that a pattern matches, if it matches one.
fn spelled_out(pattern: &Pattern) -> Option<Bytes> {
    let mut key = Vec::new();
    let mut rest = pattern.as_bytes().iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => key.push(*rest.next()?),
            b'*' | b'?' | b'[' => return None,
            byte => key.push(*byte),
        }
    }
    Some(key.into())
}

struct Narrowed {
    source: Arc<dyn Source>,
    narrowing: Arc<Narrowing>,
}

impl Source for Narrowed {
    fn facts(&self) -> Result<ShardFacts, StoreError> {
        self.source.facts()
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let keys = self.narrowing.keys();
        let selection = match keys {
            // The engine knows the selection itself: a key that it does not select is passed over.
            Some(keys) if selection.keys.is_none() => &Selection {
                keys: Some(keys),
                ..selection.clone()
            },
            _ => selection,
        };
        // What is not there any more is listed all the same.
        let before = self.narrowing.before.keys();
        let before = before.filter(|key| self.narrowing.matches(key)).cloned();
        Ok(Box::new(NarrowedScanner {
            scanner: self.source.scan(selection)?,
            narrowing: Arc::clone(&self.narrowing),
            before: Some(before.map(Candidate::new).collect()),
        }))
    }

    fn reader(&self) -> Result<Box<dyn SourceReader>, StoreError> {
        Ok(Box::new(NarrowedReader {
            reader: self.source.reader()?,
            narrowing: Arc::clone(&self.narrowing),
        }))
    }
}

struct NarrowedScanner {
    scanner: Box<dyn Scanner>,
    narrowing: Arc<Narrowing>,
    before: Option<Vec<Candidate>>,
}

impl Scanner for NarrowedScanner {
    fn next_page(&mut self) -> Result<Option<Vec<Candidate>>, StoreError> {
        if let Some(before) = self.before.take() {
            return Ok(Some(before));
        }
        let page = self.scanner.next_page()?;
        let wanted = |candidate: &Candidate| {
            self.narrowing.matches(&candidate.key)
                && !self.narrowing.before.contains_key(&candidate.key)
        };
        Ok(page.map(|page| page.into_iter().filter(wanted).collect()))
    }

    fn fraction(&self) -> Option<f64> {
        self.scanner.fraction()
    }
}

struct NarrowedReader {
    reader: Box<dyn SourceReader>,
    narrowing: Arc<Narrowing>,
}

impl SourceReader for NarrowedReader {
    fn read(
        &mut self,
        candidates: &[Candidate],
        max_bytes: u64,
    ) -> Result<Vec<Fetched>, StoreError> {
        let mut fetched = self.reader.read(candidates, max_bytes)?;
        for (candidate, fetched) in candidates.iter().zip(&mut fetched) {
            if let Some(image) = self.narrowing.before.get(&candidate.key) {
                *fetched = Fetched::Found(image.clone());
            }
        }
        Ok(fetched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_special_characters_is_a_key() {
        let check = |pattern: &'static str, key: Option<&'static str>| {
            assert_eq!(
                spelled_out(&Pattern::new(pattern)),
                key.map(Bytes::from),
                "{pattern}"
            );
        };
        check("user:1", Some("user:1"));
        check(r"a\[1\]\*", Some("a[1]*"));
        check("user:*", None);
        check("user:?", None);
        check("user:[12]", None);
    }
}
