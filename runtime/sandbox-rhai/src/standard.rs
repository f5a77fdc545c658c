//! Functions of Rhai's own library whose results may be far larger than what they are given, with
//! the same names and meanings, charged before they make them.

use std::sync::Arc;

use rhai::{Array, Blob, Dynamic, Engine, ImmutableString};

use crate::fault::invalid;
use crate::given::{Function, Given};
use crate::meter::Fallible;
use crate::record::value::ITEM;
use crate::session::Session;

fn padded(session: &Session, length: i64, now: usize, piece: usize) -> Fallible<usize> {
    let length = usize::try_from(length).unwrap_or(0);
    let missing = length.saturating_sub(now);
    session.meter.allocate(missing.saturating_mul(piece))?;
    Ok(missing)
}

fn pad_text(
    session: &Session,
    text: &mut ImmutableString,
    length: i64,
    with: &str,
) -> Fallible<()> {
    if with.is_empty() {
        return Err(invalid("pad", "the text to pad with is empty"));
    }
    let now = text.chars().count();
    session.meter.allocate(text.len())?;
    let missing = padded(session, length, now, with.len())?;
    let mut longer = text.to_string();
    longer.extend(with.chars().cycle().take(missing));
    *text = longer.into();
    Ok(())
}

fn replace(session: &Session, text: &mut ImmutableString, from: &str, to: &str) -> Fallible<()> {
    if text.is_empty() {
        return Ok(());
    }
    session.meter.work(text.len())?;
    let found = if from.is_empty() {
        text.len() + 1
    } else {
        text.matches(from).count()
    };
    let bytes = text.len().saturating_add(found.saturating_mul(to.len()));
    session.meter.allocate(bytes)?;
    *text = text.replace(from, to).into();
    Ok(())
}

/// Charges a division of a text into at most `parts` parts.
fn parts(session: &Session, text: &str, parts: usize) -> Fallible<()> {
    session
        .meter
        .allocate(text.len().saturating_add(parts.saturating_mul(2 * ITEM)))
}

/// Charges a division into `count` parts and makes it; what is empty is its own only part.
fn divide<'a>(
    session: &Session,
    text: &str,
    count: usize,
    pieces: impl Iterator<Item = &'a str>,
) -> Fallible<Array> {
    parts(session, text, count)?;
    if text.is_empty() {
        return Ok(vec!["".into()]);
    }
    Ok(pieces.map(Into::into).collect())
}

fn limit(segments: i64) -> usize {
    usize::try_from(segments).unwrap_or(0).max(1)
}

fn split(session: &Session, text: &str, by: &str) -> Fallible<Array> {
    match ascii(by) {
        Some(by) => divide(session, text, count(text, by), text.split(by)),
        None => divide(session, text, text.matches(by).count() + 1, text.split(by)),
    }
}

fn split_limited(session: &Session, text: &str, by: &str, segments: i64) -> Fallible<Array> {
    let limit = limit(segments);
    match ascii(by) {
        Some(by) => divide(session, text, count(text, by), text.splitn(limit, by)),
        None => {
            let count = text.matches(by).count() + 1;
            divide(session, text, count, text.splitn(limit, by))
        }
    }
}

/// Returns the one character that a text is, if it is of ASCII: to look for one takes less than for a text.
fn ascii(text: &str) -> Option<char> {
    match text.as_bytes() {
        [byte] => Some(char::from(*byte)),
        _ => None,
    }
}

/// Counts the parts between characters of ASCII.
fn count(text: &str, by: char) -> usize {
    let found = text.bytes().filter(|byte| char::from(*byte) == by);
    found.count() + 1
}

/// Finds what is called directly, by its name and number of arguments.
pub(crate) fn direct(name: &str, arguments: usize) -> Option<Function> {
    Some(match (name, arguments) {
        ("split", 2) => |session, given| {
            let parts = split(session, given[0].text()?, given[1].text()?);
            Some(parts.map(|parts| Given::Other(parts.into())))
        },
        ("split", 3) => |session, given| {
            let segments = given[2].integer()?;
            let parts = split_limited(session, given[0].text()?, given[1].text()?, segments);
            Some(parts.map(|parts| Given::Other(parts.into())))
        },
        ("!", 1) => |_, given| match &given[0] {
            Given::Bool(value) => Some(Ok(Given::Bool(!value))),
            _ => None,
        },
        _ => return None,
    })
}

fn register_division(engine: &mut Engine, session: &Arc<Session>) {
    let s = Arc::clone(session);
    engine.register_fn("split", move |text: &str| {
        divide(&s, text, text.len() / 2 + 1, text.split_whitespace())
    });
    let s = Arc::clone(session);
    engine.register_fn("split", move |text: &str, by: &str| split(&s, text, by));
    let s = Arc::clone(session);
    engine.register_fn("split", move |text: &str, by: char| {
        divide(&s, text, text.matches(by).count() + 1, text.split(by))
    });
    let s = Arc::clone(session);
    engine.register_fn("split_rev", move |text: &str, by: &str| {
        divide(&s, text, text.matches(by).count() + 1, text.rsplit(by))
    });
    let s = Arc::clone(session);
    engine.register_fn("split_rev", move |text: &str, by: char| {
        divide(&s, text, text.matches(by).count() + 1, text.rsplit(by))
    });
    let s = Arc::clone(session);
    engine.register_fn("split", move |text: &str, by: &str, segments: i64| {
        split_limited(&s, text, by, segments)
    });
    let s = Arc::clone(session);
    engine.register_fn("split", move |text: &str, by: char, segments: i64| {
        divide(
            &s,
            text,
            text.matches(by).count() + 1,
            text.splitn(limit(segments), by),
        )
    });
    let s = Arc::clone(session);
    engine.register_fn("split_rev", move |text: &str, by: &str, segments: i64| {
        divide(
            &s,
            text,
            text.matches(by).count() + 1,
            text.rsplitn(limit(segments), by),
        )
    });
    let s = Arc::clone(session);
    engine.register_fn("split_rev", move |text: &str, by: char, segments: i64| {
        divide(
            &s,
            text,
            text.matches(by).count() + 1,
            text.rsplitn(limit(segments), by),
        )
    });
    let s = Arc::clone(session);
    engine.register_fn("to_chars", move |text: &str| {
        s.meter
            .allocate(text.len().saturating_mul(size_of::<Dynamic>()))?;
        Ok::<_, Box<rhai::EvalAltResult>>(text.chars().map(Dynamic::from_char).collect::<Array>())
    });
    let s = Arc::clone(session);
    engine.register_fn("to_array", move |blob: &mut Blob| {
        s.meter
            .allocate(blob.len().saturating_mul(size_of::<Dynamic>()))?;
        let items = blob.iter().map(|byte| Dynamic::from_int(i64::from(*byte)));
        Ok::<_, Box<rhai::EvalAltResult>>(items.collect::<Array>())
    });
}

fn register_padding(engine: &mut Engine, session: &Arc<Session>) {
    let s = Arc::clone(session);
    engine.register_fn(
        "pad",
        move |text: &mut ImmutableString, length: i64, with: &str| pad_text(&s, text, length, with),
    );
    let s = Arc::clone(session);
    engine.register_fn(
        "pad",
        move |text: &mut ImmutableString, length: i64, with: char| {
            pad_text(&s, text, length, with.encode_utf8(&mut [0; 4]))
        },
    );
    let s = Arc::clone(session);
    engine.register_fn(
        "pad",
        move |array: &mut Array, length: i64, item: Dynamic| {
            let piece = crate::size::size(&item, s.meter.memory_left()).unwrap_or(usize::MAX);
            let missing = padded(&s, length, array.len(), piece)?;
            array.extend(std::iter::repeat_n(item, missing));
            Ok::<_, Box<rhai::EvalAltResult>>(())
        },
    );
    let s = Arc::clone(session);
    engine.register_fn("pad", move |blob: &mut Blob, length: i64, byte: i64| {
        let missing = padded(&s, length, blob.len(), 1)?;
        blob.extend(std::iter::repeat_n(low_byte(byte), missing));
        Ok::<_, Box<rhai::EvalAltResult>>(())
    });
    let s = Arc::clone(session);
    engine.register_fn("blob", move |length: i64| {
        let length = padded(&s, length, 0, 1)?;
        Ok::<_, Box<rhai::EvalAltResult>>(Blob::from(vec![0; length]))
    });
    let s = Arc::clone(session);
    engine.register_fn("blob", move |length: i64, byte: i64| {
        let length = padded(&s, length, 0, 1)?;
        Ok::<_, Box<rhai::EvalAltResult>>(Blob::from(vec![low_byte(byte); length]))
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the lowest byte is meant"
)]
const fn low_byte(integer: i64) -> u8 {
    integer as u8
}

fn register_replacing(engine: &mut Engine, session: &Arc<Session>) {
    let s = Arc::clone(session);
    engine.register_fn(
        "replace",
        move |text: &mut ImmutableString, from: &str, to: &str| replace(&s, text, from, to),
    );
    let s = Arc::clone(session);
    engine.register_fn(
        "replace",
        move |text: &mut ImmutableString, from: char, to: &str| {
            replace(&s, text, from.encode_utf8(&mut [0; 4]), to)
        },
    );
    let s = Arc::clone(session);
    engine.register_fn(
        "replace",
        move |text: &mut ImmutableString, from: &str, to: char| {
            replace(&s, text, from, to.encode_utf8(&mut [0; 4]))
        },
    );
    let s = Arc::clone(session);
    engine.register_fn(
        "replace",
        move |text: &mut ImmutableString, from: char, to: char| {
            replace(
                &s,
                text,
                from.encode_utf8(&mut [0; 4]),
                to.encode_utf8(&mut [0; 4]),
            )
        },
    );
}

/// Registers the replacements over the packages.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    register_division(engine, session);
    register_padding(engine, session);
    register_replacing(engine, session);
}
