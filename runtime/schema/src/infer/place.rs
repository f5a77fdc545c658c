//! A place in values: the root, a member, the elements of an array; and everything that was seen there.
//!
//! What is kept does not depend on the order of the values, and two places that saw different values can be merged into
//! what one would have kept that saw both.

use serde_json::Value as Json;

use super::examples::{Sighting, Tally};
use super::members::Objects;
use super::options::Options;
use super::signature::{Group, Outline};
use super::texts::{Numbers, Span, Texts};

/// What is seen at one place.
#[derive(Debug)]
pub(crate) struct Place {
    /// The values are texts that may be read as numbers and booleans, as in the fields of a hash.
    pub(crate) lexical: bool,
    pub(crate) seen: u64,
    pub(crate) nulls: Tally,
    pub(crate) booleans: Tally,
    pub(crate) integers: Option<Box<Numbers>>,
    pub(crate) numbers: Option<Box<Numbers>>,
    pub(crate) texts: Option<Box<Texts>>,
    pub(crate) arrays: Option<Box<Arrays>>,
    pub(crate) objects: Option<Box<Objects>>,
}

/// Arrays at one place.
#[derive(Debug, Default)]
pub(crate) struct Arrays {
    pub(crate) tally: Tally,
    pub(crate) lengths: Span,
    /// All elements of all arrays, also those that were not looked at.
    pub(crate) elements: u64,
    pub(crate) items: Option<Box<Place>>,
}

/// A record on its way through the places.
pub(crate) struct Walk<'a> {
    pub(crate) sighting: &'a Sighting<'a>,
    pub(crate) options: &'a Options,
    /// How many places may still be made.
    pub(crate) purse: &'a mut usize,
    pub(crate) depth: usize,
}

impl Walk<'_> {
    /// Pays for a new place; false if nothing is left.
    pub(crate) fn pay(&mut self) -> bool {
        let paid = *self.purse > 0;
        *self.purse -= usize::from(paid);
        paid
    }

    /// Says whether what is inside of a value is still described.
    pub(crate) fn may_descend(&self) -> bool {
        self.depth < self.options.max_depth
    }

    /// Walks one level deeper.
    pub(crate) fn descend<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }
}

impl Place {
    pub(crate) fn new(lexical: bool) -> Self {
        Self {
            lexical,
            seen: 0,
            nulls: Tally::default(),
            booleans: Tally::default(),
            integers: None,
            numbers: None,
            texts: None,
            arrays: None,
            objects: None,
        }
    }

    /// Observes a JSON value. The outline is that of a root, whose members tell variants apart.
    pub(crate) fn observe_json(
        &mut self,
        value: &Json,
        walk: &mut Walk<'_>,
        outline: Option<&mut Outline>,
    ) -> Group {
        self.seen += 1;
        match value {
            Json::Null => {
                self.nulls.add(walk.sighting);
                Group::Null
            }
            Json::Bool(_) => {
                self.booleans.add(walk.sighting);
                Group::Boolean
            }
            Json::Number(number) => {
                self.add_number(number.as_str(), walk);
                Group::Number
            }
            Json::String(text) => {
                self.texts.get_or_insert_default().add(text, walk.sighting);
                Group::Text
            }
            Json::Array(items) => {
                let arrays = self.arrays.get_or_insert_default();
                arrays.begin(items.len(), walk);
                for item in items {
                    arrays.item(false, walk, |place, walk| {
                        place.observe_json(item, walk, None)
                    });
                }
                Group::Array
            }
            Json::Object(object) => {
                let objects = self.objects.get_or_insert_default();
                objects.begin(object.len(), walk);
                let mut outline = outline;
                for (position, (name, value)) in object.iter().enumerate() {
                    let text = |value: &Json| match value {
                        Json::Number(number) => Some(number.to_string()),
                        Json::String(text) => Some(text.clone()),
                        _ => None,
                    };
                    if let Some(outline) = &mut outline {
                        outline.note_version(name, || text(value));
                    }
                    objects.member(
                        name,
                        position,
                        false,
                        walk,
                        outline.as_deref_mut(),
                        |place, walk| place.observe_json(value, walk, None),
                    );
                }
                Group::Object
            }
        }
    }

    /// Observes a text that may stand for a number, a boolean or a document.
    pub(crate) fn observe_lexical(&mut self, bytes: &[u8], walk: &mut Walk<'_>) -> Group {
        self.seen += 1;
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.texts
                .get_or_insert_default()
                .add_binary(bytes.len(), walk.sighting);
            return Group::Text;
        };
        match bytes.first() {
            // As a number of its own it is none.
            Some(b'0'..=b'9' | b'-') if is_number(text) && text != "-0" => {
                self.add_number(text, walk);
            }
            Some(b't' | b'f') if matches!(text, "true" | "false") => {
                self.booleans.add(walk.sighting);
            }
            Some(b'{' | b'[') if bytes.len() <= walk.options.max_document => {
                if let Ok(document) = serde_json::from_str::<Json>(text) {
                    let is_object = document.is_object();
                    self.observe_document(bytes.len(), &document, walk);
                    return if is_object {
                        Group::Object
                    } else {
                        Group::Array
                    };
                }
                self.texts.get_or_insert_default().add(text, walk.sighting);
            }
            _ => self.texts.get_or_insert_default().add(text, walk.sighting),
        }
        Group::Text
    }

    /// Observes a number that is none of JSON, such as a score.
    pub(crate) fn observe_score(&mut self, score: f64, walk: &mut Walk<'_>) -> Group {
        self.seen += 1;
        let whole = score.fract() == 0.0;
        let place = if whole {
            &mut self.integers
        } else {
            &mut self.numbers
        };
        let numbers = place.get_or_insert_default();
        let text = if numbers.values.are_many() {
            String::new()
        } else {
            score.to_string()
        };
        numbers.add(score, &text, walk.sighting);
        Group::Number
    }

    fn observe_document(&mut self, bytes: usize, document: &Json, walk: &mut Walk<'_>) {
        let texts = self.texts.get_or_insert_default();
        texts.add_document(bytes, walk.sighting);
        if !walk.may_descend() {
            return;
        }
        if texts.document.is_none() && walk.pay() {
            texts.document = Some(Box::new(Self::new(false)));
        }
        if let Some(place) = &mut texts.document {
            walk.descend(|walk| place.observe_json(document, walk, None));
        }
    }

    fn add_number(&mut self, text: &str, walk: &Walk<'_>) {
        let whole = !text.contains(['.', 'e', 'E']);
        let place = if whole {
            &mut self.integers
        } else {
            &mut self.numbers
        };
        let number = text.parse().unwrap_or(f64::NAN);
        place
            .get_or_insert_default()
            .add(number, text, walk.sighting);
    }

    /// Counts the places: this one and those inside.
    pub(crate) fn count(&self) -> usize {
        let document = self
            .texts
            .as_ref()
            .and_then(|texts| texts.document.as_ref());
        let items = self
            .arrays
            .as_ref()
            .and_then(|arrays| arrays.items.as_ref());
        let inside = document.into_iter().chain(items).map(|place| place.count());
        1 + inside.sum::<usize>() + self.objects.as_ref().map_or(0, |objects| objects.count())
    }

    /// Merges, and returns how many places that makes free.
    pub(crate) fn merge(&mut self, other: Self, options: &Options) -> usize {
        self.seen += other.seen;
        self.nulls.merge(other.nulls);
        self.booleans.merge(other.booleans);
        for (numbers, more) in [
            (&mut self.integers, other.integers),
            (&mut self.numbers, other.numbers),
        ] {
            if let Some(more) = more {
                numbers.get_or_insert_default().merge(*more);
            }
        }
        let mut freed = 0;
        if let Some(more) = other.texts {
            freed += self.texts.get_or_insert_default().merge(*more, options);
        }
        if let Some(more) = other.arrays {
            freed += self.arrays.get_or_insert_default().merge(*more, options);
        }
        if let Some(more) = other.objects {
            // An object that saw nothing yet is not one that knows of no members.
            match &mut self.objects {
                Some(objects) => freed += objects.merge(*more, options),
                none => *none = Some(more),
            }
        }
        freed
    }

    /// Merges places that may not be there, and returns how many places that makes free.
    pub(crate) fn merge_boxed(
        place: &mut Option<Box<Self>>,
        other: Option<Box<Self>>,
        options: &Options,
    ) -> usize {
        match (place, other) {
            (Some(place), Some(other)) => 1 + place.merge(*other, options),
            (none @ None, other) => {
                *none = other;
                0
            }
            (Some(_), None) => 0,
        }
    }
}

impl Arrays {
    pub(crate) fn begin(&mut self, length: usize, walk: &Walk<'_>) {
        self.tally.add(walk.sighting);
        self.lengths.add(length);
        self.elements += length as u64;
    }

    pub(crate) fn item(
        &mut self,
        lexical: bool,
        walk: &mut Walk<'_>,
        observe: impl FnOnce(&mut Place, &mut Walk<'_>) -> Group,
    ) {
        if !walk.may_descend() {
            return;
        }
        if self.items.is_none() && walk.pay() {
            self.items = Some(Box::new(Place::new(lexical)));
        }
        if let Some(items) = &mut self.items {
            walk.descend(|walk| observe(items, walk));
        }
    }

    fn merge(&mut self, other: Self, options: &Options) -> usize {
        self.tally.merge(other.tally);
        self.lengths.merge(other.lengths);
        self.elements += other.elements;
        Place::merge_boxed(&mut self.items, other.items, options)
    }
}

/// Says whether a text is a number as JSON writes it, of a length that numbers have.
pub(crate) fn is_number(text: &str) -> bool {
    const LONGEST: usize = 38;
    let digits = |text: &str| {
        text.len()
            - text
                .trim_start_matches(|digit: char| digit.is_ascii_digit())
                .len()
    };
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || text.len() > LONGEST || whole > 1 && unsigned.starts_with('0') {
        return false;
    }
    let mut rest = &unsigned[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let length = digits(exponent);
        // A text that happens to look like one, 1e400, is none.
        if length == 0 || length > 2 {
            return false;
        }
        rest = &exponent[length..];
    }
    rest.is_empty()
}
