//! What the texts, and what the numbers, at one place look like.

use super::examples::{Sighting, Tally};
use super::formats;
use super::options::Options;
use super::place::Place;
use super::values::Values;

/// Texts at one place.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) tally: Tally,
    /// By their format, in the order of [`formats::NAMES`].
    pub(crate) formats: [u64; formats::NAMES.len()],
    /// Of those with a format that is not the commonest nobody knows which it will be: some of each are kept.
    pub(crate) formatted: Tally,
    /// Texts without a format.
    pub(crate) plain: Tally,
    /// Bytes that are no text.
    pub(crate) binary: Tally,
    /// Texts that are JSON objects or arrays.
    pub(crate) documents: Tally,
    /// What those documents look like.
    pub(crate) document: Option<Box<Place>>,
    pub(crate) lengths: Span,
    pub(crate) values: Values,
}

impl Texts {
    pub(crate) fn add(&mut self, text: &str, sighting: &Sighting<'_>) {
        self.tally.add(sighting);
        self.lengths.add(text.chars().count());
        match formats::of(text) {
            Some(format) => {
                self.formats[format] += 1;
                self.formatted.add(sighting);
            }
            None => self.plain.add(sighting),
        }
        if !self.values.are_many() {
            self.values.add(text);
        }
    }

    pub(crate) fn add_binary(&mut self, bytes: usize, sighting: &Sighting<'_>) {
        self.tally.add(sighting);
        self.binary.add(sighting);
        self.lengths.add(bytes);
        self.values.add(TOO_LONG);
    }

    /// Counts a text that is a document; what is in it is told apart.
    pub(crate) fn add_document(&mut self, bytes: usize, sighting: &Sighting<'_>) {
        self.tally.add(sighting);
        self.documents.add(sighting);
        self.lengths.add(bytes);
        self.values.add(TOO_LONG);
    }

    /// Merges, and returns how many places that makes free.
    pub(crate) fn merge(&mut self, other: Self, options: &Options) -> usize {
        self.tally.merge(other.tally);
        for (count, more) in self.formats.iter_mut().zip(other.formats) {
            *count += more;
        }
        self.formatted.merge(other.formatted);
        self.plain.merge(other.plain);
        self.binary.merge(other.binary);
        self.documents.merge(other.documents);
        self.lengths.merge(other.lengths);
        self.values.merge(other.values);
        Place::merge_boxed(&mut self.document, other.document, options)
    }
}

/// What is no value of an enumeration.
const TOO_LONG: &str = "                                                                ";

/// Numbers at one place.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) tally: Tally,
    /// The smallest and the largest, as far as they are finite.
    pub(crate) range: Option<(f64, f64)>,
    /// Infinite ones and those that are no number.
    pub(crate) not_finite: Tally,
    pub(crate) values: Values,
}

impl Numbers {
    pub(crate) fn add(&mut self, number: f64, text: &str, sighting: &Sighting<'_>) {
        self.tally.add(sighting);
        if number.is_finite() {
            self.widen((number, number));
        } else {
            self.not_finite.add(sighting);
        }
        if !self.values.are_many() {
            self.values.add(text);
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        if let Some(range) = other.range {
            self.widen(range);
        }
        self.not_finite.merge(other.not_finite);
        self.values.merge(other.values);
    }

    fn widen(&mut self, (low, high): (f64, f64)) {
        self.range = Some(match self.range {
            None => (low, high),
            Some((lowest, highest)) => (lowest.min(low), highest.max(high)),
        });
    }
}

/// The smallest and the largest of some sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span(Option<(usize, usize)>);

impl Span {
    pub(crate) fn add(&mut self, size: usize) {
        self.merge(Self(Some((size, size))));
    }

    pub(crate) fn get(self) -> Option<(usize, usize)> {
        self.0
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0 = match (self.0, other.0) {
            (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
            (one, other) => one.or(other),
        };
    }
}
