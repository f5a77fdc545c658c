//! What is claimed of the values at a place: types, format, enumeration, and what speaks against it.

use remold_host_api::Bytes;

use super::examples::Tally;
use super::formats;
use super::options::Options;
use super::place::Place;
use super::proposal::{CounterExample, FieldType, Range};
use super::texts::Texts;

/// What is claimed of a place.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// In a fixed order.
    pub(crate) accepted: Vec<FieldType>,
    /// All types that were seen, the commonest first.
    pub(crate) types: Vec<(FieldType, u64)>,
    /// Its place in [`formats::NAMES`].
    pub(crate) format: Option<usize>,
    pub(crate) values: Option<Vec<String>>,
    pub(crate) non_negative: bool,
    pub(crate) exceptions: Vec<CounterExample>,
    /// How many values agree with all of this.
    pub(crate) agreeing: u64,
}

impl Decision {
    pub(crate) fn accepts(&self, of: FieldType) -> bool {
        self.accepted.contains(&of)
    }

    pub(crate) fn accepts_numbers(&self) -> bool {
        self.accepts(FieldType::Integer) || self.accepts(FieldType::Number)
    }
}

/// Decides on a place.
pub(crate) fn decide(place: &Place, pointer: &str, options: &Options) -> Decision {
    let seen = seen(place);
    let mut types: Vec<_> = seen.iter().map(|(of, tally)| (*of, tally.count)).collect();
    types.sort_by_key(|(of, count)| (std::cmp::Reverse(*count), *of));
    let mut accepted = if place.lexical {
        vec![of_lexical(place, &seen, options)]
    } else {
        of_json(place, &seen, options)
    };
    accepted.sort();
    let mut decision = Decision {
        accepted,
        types,
        ..Decision::default()
    };
    for (of, tally) in &seen {
        if !includes(&decision, *of, place.lexical) {
            decision
                .exceptions
                .push(exception(pointer, of.name(), tally.count, tally.keys()));
        }
    }
    if decision.accepts(FieldType::Text)
        && let Some(texts) = &place.texts
    {
        decide_on_texts(&mut decision, place, texts, pointer, options);
    }
    decision.non_negative = decision.accepts_numbers() && is_non_negative(place);
    let exceptions: u64 = decision
        .exceptions
        .iter()
        .map(|exception| exception.count)
        .sum();
    decision.agreeing = place.seen.saturating_sub(exceptions);
    decision
}

/// Makes a counter-example.
pub(crate) fn exception(
    pointer: &str,
    problem: &str,
    count: u64,
    keys: Vec<Bytes>,
) -> CounterExample {
    CounterExample {
        pointer: pointer.to_owned(),
        problem: problem.to_owned(),
        count,
        keys,
    }
}

/// Finds the smallest and the largest number at a place.
pub(crate) fn range(place: &Place) -> Option<Range> {
    let ranges = [&place.integers, &place.numbers];
    let ranges = ranges
        .into_iter()
        .flatten()
        .filter_map(|numbers| numbers.range);
    let whole = ranges.reduce(|(min, max), (low, high)| (min.min(low), max.max(high)));
    whole.map(|(min, max)| Range { min, max })
}

/// Lists the types that were seen, none of which includes another.
fn seen(place: &Place) -> Vec<(FieldType, Tally)> {
    let mut seen = vec![
        (FieldType::Null, place.nulls.clone()),
        (FieldType::Boolean, place.booleans.clone()),
    ];
    let numbers = [
        (FieldType::Integer, &place.integers),
        (FieldType::Number, &place.numbers),
    ];
    for (of, numbers) in numbers {
        seen.extend(numbers.iter().map(|numbers| (of, numbers.tally.clone())));
    }
    if let Some(texts) = &place.texts {
        // Which of the texts with a format were seen first nobody knows: examples of all texts are not kept apart.
        let mut text = texts.plain.clone();
        text.merge(texts.formatted.clone());
        seen.push((FieldType::Text, text));
        seen.push((FieldType::Document, texts.documents.clone()));
        seen.push((FieldType::Binary, texts.binary.clone()));
    }
    seen.extend(
        place
            .arrays
            .iter()
            .map(|arrays| (FieldType::Array, arrays.tally.clone())),
    );
    seen.extend(
        place
            .objects
            .iter()
            .map(|objects| (FieldType::Object, objects.tally.clone())),
    );
    seen.retain(|(_, tally)| tally.count > 0);
    seen
}

/// The type of texts that may stand for something else: the narrowest that almost all of them are. All of them are texts.
fn of_lexical(place: &Place, seen: &[(FieldType, Tally)], options: &Options) -> FieldType {
    let count = |of| {
        seen.iter()
            .find(|(known, _)| *known == of)
            .map_or(0, |(_, tally)| tally.count)
    };
    let enough = |count: u64| count > 0 && count + options.allowed(place.seen) >= place.seen;
    let (integers, numbers) = (count(FieldType::Integer), count(FieldType::Number));
    // Whatever else is there: bytes that are no text can only be let pass with everything.
    if count(FieldType::Binary) > options.allowed(place.seen) {
        return FieldType::Binary;
    }
    let narrow = [
        (FieldType::Integer, if numbers == 0 { integers } else { 0 }),
        (FieldType::Number, integers + numbers),
        (FieldType::Boolean, count(FieldType::Boolean)),
        (FieldType::Document, count(FieldType::Document)),
    ];
    let found = narrow.into_iter().find(|(_, count)| enough(*count));
    found.map_or(FieldType::Text, |(of, _)| of)
}

/// The types of JSON values, without those that are so rare that they are exceptions. Null is never one.
fn of_json(place: &Place, seen: &[(FieldType, Tally)], options: &Options) -> Vec<FieldType> {
    let mut types: Vec<(FieldType, u64)> =
        seen.iter().map(|(of, tally)| (*of, tally.count)).collect();
    let any_number = types.iter().any(|(of, _)| *of == FieldType::Number);
    if any_number && let Some(at) = types.iter().position(|(of, _)| *of == FieldType::Integer) {
        // An integer is a number too.
        let (_, integers) = types.remove(at);
        for (of, count) in &mut types {
            *count += if *of == FieldType::Number {
                integers
            } else {
                0
            };
        }
    }
    types.sort_by_key(|(of, count)| (*count, *of));
    let mut left = options.allowed(place.seen);
    let mut most = types.len().saturating_sub(1);
    types.retain(|(of, count)| {
        let rare = *of != FieldType::Null && *count <= left && most > 0;
        most -= usize::from(rare);
        left -= if rare { *count } else { 0 };
        !rare
    });
    types.into_iter().map(|(of, _)| of).collect()
}

/// Says whether values of a type are among what is accepted.
fn includes(decision: &Decision, of: FieldType, lexical: bool) -> bool {
    decision.accepts(of)
        || of == FieldType::Integer && decision.accepts(FieldType::Number)
        // Whatever a text may stand for, it is a text; and everything is bytes.
        || lexical && decision.accepts(FieldType::Text) && of != FieldType::Binary
        || lexical && decision.accepts(FieldType::Binary)
}

fn decide_on_texts(
    decision: &mut Decision,
    place: &Place,
    texts: &Texts,
    pointer: &str,
    options: &Options,
) {
    let all = if place.lexical {
        place.seen
    } else {
        texts.tally.count
    };
    let commonest = (0..formats::NAMES.len())
        .max_by_key(|format| (texts.formats[*format], std::cmp::Reverse(*format)));
    if let Some(format) = commonest.filter(|format| texts.formats[*format] > 0) {
        let others = all - texts.formats[format];
        if others <= options.allowed(all) {
            decision.format = Some(format);
            if others > 0 {
                let problem = format!("not {}", formats::NAMES[format]);
                decision
                    .exceptions
                    .push(exception(pointer, &problem, others, texts.plain.keys()));
            }
            return;
        }
    }
    let others = |of: &FieldType| !matches!(of, FieldType::Text | FieldType::Null);
    let texts_alone = !decision.types.iter().any(|(of, _)| others(of));
    if texts_alone && texts.plain.count == texts.tally.count {
        decision.values = enumeration(texts);
    }
}

/// Finds the values of an enumeration, if the texts seem to be one.
fn enumeration(texts: &Texts) -> Option<Vec<String>> {
    /// Of fewer texts it is not known whether there are more values.
    const ENOUGH: u64 = 100;
    const MOST: usize = 12;
    /// A value that is rarer than this many times an even share would not be alone: there would be others, not seen yet.
    const RARE: u64 = 20;
    let few = texts.values.few()?;
    let least = (texts.tally.count / (RARE * few.len().max(1) as u64)).max(5);
    let is_one = texts.tally.count >= ENOUGH
        && (2..=MOST).contains(&few.len())
        && few.iter().all(|(_, count)| *count >= least);
    is_one.then(|| few.iter().map(|(value, _)| value.to_string()).collect())
}

/// Says whether numbers are so many, and none of them negative, that it is meant so.
fn is_non_negative(place: &Place) -> bool {
    const ENOUGH: u64 = 100;
    let numbers = [&place.integers, &place.numbers];
    let count: u64 = numbers
        .iter()
        .filter_map(|numbers| numbers.as_ref())
        .map(|numbers| numbers.tally.count)
        .sum();
    let finite = numbers
        .iter()
        .filter_map(|numbers| numbers.as_ref())
        .all(|numbers| numbers.not_finite.count == 0);
    count >= ENOUGH && finite && range(place).is_some_and(|range| range.min >= 0.0)
}
