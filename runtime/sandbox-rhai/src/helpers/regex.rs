//! Regular expressions: crate `regex`, whose time is bounded by pattern times text. Compiled patterns
//! are kept, up to a number and within a size.

use std::collections::HashMap;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rhai::{Array, Dynamic, Engine};

use crate::fault::invalid;
use crate::meter::{Fallible, locked};
use crate::record::value::ITEM;
use crate::session::Session;

/// How many compiled patterns an instance keeps.
const KEPT: usize = 64;

/// How large a compiled pattern may be, bytes.
const COMPILED_SIZE: usize = 1 << 20;

/// How long a pattern may be, bytes.
const PATTERN_SIZE: usize = 4096;

/// The patterns that an instance has compiled.
#[derive(Debug, Default)]
pub(crate) struct RegexCache(HashMap<String, Regex>);

fn build(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > PATTERN_SIZE {
        return Err(format!("it is longer than {PATTERN_SIZE} bytes"));
    }
    RegexBuilder::new(pattern)
        .size_limit(COMPILED_SIZE)
        .dfa_size_limit(COMPILED_SIZE)
        .nest_limit(64)
        .build()
        .map_err(|error| error.to_string())
}

/// Says what is wrong with a regular expression; nothing if it is one.
pub(crate) fn problem(pattern: &str) -> Option<String> {
    build(pattern).err()
}

fn compiled(session: &Session, pattern: &str) -> Fallible<Regex> {
    if let Some(found) = locked(&session.regexes).0.get(pattern) {
        return Ok(found.clone());
    }
    // Compiling costs far more than its length says.
    let length = pattern.len().min(PATTERN_SIZE);
    session.meter.work(length.saturating_mul(1024))?;
    let built = build(pattern).map_err(|problem| invalid("regular expression", problem))?;
    let mut cache = locked(&session.regexes);
    if cache.0.len() >= KEPT {
        cache.0.clear();
    }
    cache.0.insert(pattern.to_owned(), built.clone());
    Ok(built)
}

/// Compiles the pattern and charges a search of the text.
fn prepare(session: &Session, pattern: &str, text: &str) -> Fallible<Regex> {
    let regex = compiled(session, pattern)?;
    session.meter.work(text.len().saturating_mul(4))?;
    Ok(regex)
}

fn made(session: &Session, text: &str) -> Fallible<Dynamic> {
    session.meter.allocate(text.len() + ITEM)?;
    Ok(text.into())
}

fn find(session: &Session, text: &str, pattern: &str) -> Fallible<Dynamic> {
    match prepare(session, pattern, text)?.find(text) {
        Some(found) => made(session, found.as_str()),
        None => Ok(Dynamic::UNIT),
    }
}

fn find_all(session: &Session, text: &str, pattern: &str) -> Fallible<Array> {
    let regex = prepare(session, pattern, text)?;
    regex
        .find_iter(text)
        .map(|found| made(session, found.as_str()))
        .collect()
}

fn captures(session: &Session, text: &str, pattern: &str) -> Fallible<Dynamic> {
    let regex = prepare(session, pattern, text)?;
    let Some(found) = regex.captures(text) else {
        return Ok(Dynamic::UNIT);
    };
    let groups: Fallible<Array> = found
        .iter()
        .map(|group| group.map_or(Ok(Dynamic::UNIT), |group| made(session, group.as_str())))
        .collect();
    groups.map(Dynamic::from)
}

fn replace(session: &Session, text: &str, pattern: &str, with: &str) -> Fallible<Dynamic> {
    let regex = prepare(session, pattern, text)?;
    let mut replaced = String::new();
    let mut end = 0;
    for found in regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let before = replaced.len();
        replaced.push_str(&text[end..whole.start()]);
        found.expand(with, &mut replaced);
        session.meter.allocate(replaced.len() - before)?;
        end = whole.end();
    }
    session.meter.allocate(text.len() - end)?;
    replaced.push_str(&text[end..]);
    Ok(replaced.into())
}

fn split(session: &Session, text: &str, pattern: &str) -> Fallible<Array> {
    let regex = prepare(session, pattern, text)?;
    regex.split(text).map(|part| made(session, part)).collect()
}

/// Registers the regular expressions.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    let s = Arc::clone(session);
    engine.register_fn("matches", move |text: &str, pattern: &str| {
        prepare(&s, pattern, text).map(|regex| regex.is_match(text))
    });
    let s = Arc::clone(session);
    engine.register_fn("regex_find", move |text: &str, pattern: &str| {
        find(&s, text, pattern)
    });
    let s = Arc::clone(session);
    engine.register_fn("regex_find_all", move |text: &str, pattern: &str| {
        find_all(&s, text, pattern)
    });
    let s = Arc::clone(session);
    engine.register_fn("regex_captures", move |text: &str, pattern: &str| {
        captures(&s, text, pattern)
    });
    let s = Arc::clone(session);
    engine.register_fn(
        "regex_replace",
        move |text: &str, pattern: &str, with: &str| replace(&s, text, pattern, with),
    );
    let s = Arc::clone(session);
    engine.register_fn("regex_split", move |text: &str, pattern: &str| {
        split(&s, text, pattern)
    });
}
