//! Strings that satisfy what is known of them.

use serde_json::Value;

use super::automaton::{Question, Walk};
use super::state::State;
use super::{Literal, Names, Outcome, Solver};
use crate::compare::graph::Node;

/// How many excluded strings are told apart from others by walking on.
const MOST_EXCLUDED: usize = 64;

/// How many strings are tried where formats decide.
const TRIES: usize = 12;

/// Strings of many formats, for a start.
const SAMPLES: &[&str] = &[
    "2020-01-31",
    "2020-01-31T12:00:00Z",
    "12:00:00Z",
    "P1D",
    "a@example.com",
    "example.com",
    "192.0.2.1",
    "2001:db8::1",
    "https://example.com/a",
    "/a/b",
    "a",
    "https://example.com/{id}",
    "01234567-89ab-4def-8123-456789abcdef",
    "/a/0",
    "0/a",
    "^a$",
    "",
    "$.a",
    "not any of them: \u{0} %",
    "2020-13-31",
    "é@example.com",
    "https://éxample.com/é",
    "{",
    "0",
];

struct Wanted {
    patterns: Vec<(String, bool)>,
    formats: Vec<(Literal, String)>,
    least: u64,
    most: Option<u64>,
}

/// Looks for a string.
pub(super) fn string(solver: &mut Solver<'_>, state: &State) -> Outcome {
    let wanted = wanted(solver, state);
    if wanted.most.is_some_and(|most| most < wanted.least) {
        return Outcome::Empty;
    }
    let excluded: Names = state
        .excluded(solver.graph)
        .filter_map(|text| {
            serde_json::from_str::<Value>(text)
                .ok()?
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    if !solver.step(1 + excluded.len() as u64 / 8) {
        return Outcome::unknown("the schemas are too large to compare in bounded time");
    }
    if wanted.patterns.is_empty() && wanted.formats.is_empty() {
        return plain(&wanted, &excluded);
    }
    let good = |solver: &Solver<'_>, text: &str| {
        let value = Value::String(text.to_owned());
        !excluded.contains(text)
            && state
                .atoms
                .iter()
                .all(|literal| solver.holds(*literal, &value) == Some(true))
    };
    // With a format, samples come first: what a walk finds is hardly ever of one.
    if !wanted.formats.is_empty()
        && let Some(sample) = SAMPLES.iter().find(|sample| good(solver, sample))
    {
        return Outcome::Found(Value::String((*sample).to_owned()));
    }
    walk(solver, &wanted, &excluded, good)
}

fn wanted(solver: &Solver<'_>, state: &State) -> Wanted {
    let mut wanted = Wanted {
        patterns: Vec::new(),
        formats: Vec::new(),
        least: 0,
        most: None,
    };
    let at_most = |most: u64, wanted: &mut Wanted| {
        wanted.most = Some(wanted.most.map_or(most, |old| old.min(most)));
    };
    for literal in &state.atoms {
        match (solver.graph.node(literal.id), literal.holds) {
            (Node::MinLength(least), true) => wanted.least = wanted.least.max(*least),
            (Node::MinLength(least), false) => at_most(least.saturating_sub(1), &mut wanted),
            (Node::MaxLength(most), true) => at_most(*most, &mut wanted),
            (Node::MaxLength(most), false) => {
                wanted.least = wanted.least.max(most.saturating_add(1));
            }
            (Node::Pattern(pattern), holds) => wanted.patterns.push((pattern.clone(), holds)),
            (Node::Format(name), _) => wanted.formats.push((*literal, name.clone())),
            _ => {}
        }
    }
    wanted
}

/// Where only length counts, there are more strings than can be excluded, but for the empty one.
fn plain(wanted: &Wanted, excluded: &Names) -> Outcome {
    if wanted.least == 0 && !excluded.contains("") {
        return Outcome::Found(Value::String(String::new()));
    }
    if wanted.most == Some(0) {
        return Outcome::Empty;
    }
    let length = usize::try_from(wanted.least.max(1)).unwrap_or(usize::MAX);
    if length > 1_000_000 {
        return Outcome::unknown("a string would have to be too long to be tried");
    }
    let rest = "x".repeat(length - 1);
    (0..=excluded.len())
        .filter_map(|place| char::from_u32(u32::try_from(place).ok()? + 'a' as u32))
        .map(|first| format!("{first}{rest}"))
        .find(|text| !excluded.contains(text))
        .map_or_else(
            || Outcome::unknown("too many strings are excluded"),
            |text| Outcome::Found(Value::String(text)),
        )
}

fn walk(
    solver: &mut Solver<'_>,
    wanted: &Wanted,
    excluded: &Names,
    good: impl Fn(&Solver<'_>, &str) -> bool,
) -> Outcome {
    let patterns: Vec<(&str, bool)> = wanted
        .patterns
        .iter()
        .map(|(pattern, holds)| (pattern.as_str(), *holds))
        .collect();
    // Without lengths first: most questions are decided by patterns alone, and counting is costly.
    if wanted.least > 0 || wanted.most.is_some() {
        let question = Question {
            patterns: patterns.clone(),
            least: 0,
            most: None,
            times: 1,
        };
        let mut any = |_: &str| true;
        let (walk, states) = with_automata(solver, &question, &mut any);
        if !solver.step(states as u64 / 64) {
            return Outcome::unknown("the schemas are too large to compare in bounded time");
        }
        if walk == Walk::None {
            return Outcome::Empty;
        }
    }
    let relevant = excluded.len();
    let times = if wanted.formats.is_empty() {
        relevant.min(MOST_EXCLUDED) + 1
    } else {
        TRIES + relevant.min(MOST_EXCLUDED)
    };
    let question = Question {
        patterns,
        least: wanted.least,
        most: wanted.most,
        times,
    };
    let mut tried: Option<String> = None;
    let mut candidates = 0;
    let mut automata = std::mem::take(&mut solver.graph.automata);
    let (walk, states) = automata.walk(&question, &mut |text| {
        if excluded.contains(text) {
            return false;
        }
        tried.get_or_insert_with(|| text.to_owned());
        candidates += 1;
        good(solver, text) || candidates > 4096
    });
    solver.graph.automata = automata;
    solver.step(states as u64 / 64);
    match walk {
        Walk::Accepted(text) if good(solver, &text) => Outcome::Found(Value::String(text)),
        Walk::None if relevant > MOST_EXCLUDED => Outcome::unknown("too many strings are excluded"),
        // Nothing was even tried: formats only take away.
        Walk::None if tried.is_none() => Outcome::Empty,
        Walk::None | Walk::Accepted(_) => {
            let names: Vec<&str> = wanted
                .formats
                .iter()
                .map(|(_, name)| name.as_str())
                .collect();
            Outcome::unknown(format!(
                "whether strings of the format {} are like that is not decided",
                names.join(", ")
            ))
        }
        Walk::Unknown(why) => {
            let sample = SAMPLES.iter().find(|sample| good(solver, sample));
            match sample {
                Some(sample) => Outcome::Found(Value::String((*sample).to_owned())),
                None => {
                    let names: Vec<String> = wanted
                        .patterns
                        .iter()
                        .map(|(pattern, _)| format!("`{pattern}`"))
                        .collect();
                    Outcome::unknown(format!("the pattern {} {why}", names.join(" or ")))
                }
            }
        }
    }
}

fn with_automata(
    solver: &mut Solver<'_>,
    question: &Question<'_>,
    accept: &mut dyn FnMut(&str) -> bool,
) -> (Walk, usize) {
    let mut automata = std::mem::take(&mut solver.graph.automata);
    let result = automata.walk(question, accept);
    solver.graph.automata = automata;
    result
}
