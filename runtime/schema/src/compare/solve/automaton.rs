//! Strings that some patterns match and others do not, found or proved not to exist.
//!
//! Each pattern becomes a deterministic automaton, as the validator reads it (ECMA-262 in the words of the package `regex`). Their
//! product is walked from the shortest strings on, together with the automaton of valid UTF-8 and a counter of characters. Patterns with
//! lookaround or references to groups are no regular languages and have no automaton; neither have those that grow too large.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};

/// The most bytes that one automaton may take.
const LARGEST: usize = 1 << 20;

/// The most states of a product that are visited.
const MOST_STATES: usize = 20_000;

/// Everything that is text.
const TEXT: &str = r"\A(?s:.)*\z";

/// The automata of patterns, each built once.
#[derive(Debug, Default)]
pub(crate) struct Automata {
    built: HashMap<String, Option<Rc<DFA<Vec<u32>>>>>,
    /// How many bytes all of them take.
    size: usize,
}

/// What strings are looked for.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    /// Patterns, each with whether it has to match.
    pub(crate) patterns: Vec<(&'a str, bool)>,
    /// The fewest characters.
    pub(crate) least: u64,
    /// The most characters.
    pub(crate) most: Option<u64>,
    /// How many strings have to be seen for each way to be in the product.
    pub(crate) times: usize,
}

/// What a walk has come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Walk {
    /// All strings were seen, or as many as were asked for, and none was accepted.
    None,
    /// This one was accepted.
    Accepted(String),
    /// The walk was too long, or a pattern has no automaton.
    Unknown(&'static str),
}

/// Where one automaton is: none if its pattern has matched already.
type Place = Option<StateID>;

impl Automata {
    /// Returns the automaton of a pattern.
    fn get(&mut self, pattern: &str) -> Option<Rc<DFA<Vec<u32>>>> {
        if let Some(automaton) = self.built.get(pattern) {
            return automaton.clone();
        }
        let automaton = if self.size > 16 * LARGEST {
            None
        } else {
            build(pattern).map(Rc::new)
        };
        self.size += automaton
            .as_ref()
            .map_or(0, |automaton| automaton.memory_usage());
        self.built.insert(pattern.to_owned(), automaton.clone());
        automaton
    }

    /// Walks through the strings of a question, the shortest first, until one is accepted. The second result is the number
    /// of states that were visited.
    pub(crate) fn walk(
        &mut self,
        question: &Question<'_>,
        accept: &mut dyn FnMut(&str) -> bool,
    ) -> (Walk, usize) {
        let mut automata = vec![(self.get(TEXT), true)];
        automata.extend(
            question
                .patterns
                .iter()
                .map(|(pattern, holds)| (self.get(pattern), *holds)),
        );
        let Some(automata) = automata
            .into_iter()
            .map(|(automaton, holds)| Some((automaton?, holds)))
            .collect::<Option<Vec<_>>>()
        else {
            return (
                Walk::Unknown("is no regular language, or one that is too large"),
                0,
            );
        };
        let bytes = representatives(&automata);
        let mut visits: HashMap<(Vec<Place>, u64), usize> = HashMap::new();
        let mut queue: VecDeque<(Vec<Place>, u64, Vec<u8>)> = VecDeque::new();
        let Some(start) = start(&automata) else {
            return (
                Walk::Unknown("looks behind in a way that is not understood"),
                0,
            );
        };
        queue.push_back((start, 0, Vec::new()));
        let mut visited = 0;
        while let Some((places, length, text)) = queue.pop_front() {
            // Beyond the fewest, characters need no counting where there is no most.
            let counted = if question.most.is_none() {
                length.min(question.least)
            } else {
                length
            };
            let times = visits.entry((places.clone(), counted)).or_default();
            *times += 1;
            if *times > question.times {
                continue;
            }
            visited += 1;
            if visited > MOST_STATES {
                return (Walk::Unknown("takes too many states to compare"), visited);
            }
            if length >= question.least
                && ended(&automata, &places)
                && let Ok(text) = std::str::from_utf8(&text)
                && accept(text)
            {
                return (Walk::Accepted(text.to_owned()), visited);
            }
            for byte in &bytes {
                let length = length + u64::from(byte & 0xC0 != 0x80);
                if question.most.is_some_and(|most| length > most) {
                    continue;
                }
                if let Some(next) = next(&automata, &places, *byte) {
                    let mut text = text.clone();
                    text.push(*byte);
                    queue.push_back((next, length, text));
                }
            }
            if queue.len() > 4 * MOST_STATES {
                return (Walk::Unknown("takes too many states to compare"), visited);
            }
        }
        (Walk::None, visited)
    }
}

fn build(pattern: &str) -> Option<DFA<Vec<u32>>> {
    let translated = if pattern == TEXT {
        pattern.into()
    } else {
        jsonschema_regex::to_rust_regex(pattern).ok()?
    };
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Unanchored)
                .accelerate(false)
                .dfa_size_limit(Some(LARGEST))
                .determinize_size_limit(Some(LARGEST)),
        )
        .syntax(syntax::Config::new().nest_limit(100))
        .thompson(thompson::Config::new().nfa_size_limit(Some(LARGEST)))
        .build(&translated)
        .ok()
}

fn start(automata: &[(Rc<DFA<Vec<u32>>>, bool)]) -> Option<Vec<Place>> {
    automata
        .iter()
        .map(|(automaton, _)| {
            automaton
                .start_state_forward(&Input::new(""))
                .ok()
                .map(Some)
        })
        .collect()
}

/// One byte of each class that no automaton tells apart, those that are good to read first.
fn representatives(automata: &[(Rc<DFA<Vec<u32>>>, bool)]) -> Vec<u8> {
    let readable = (b'a'..=b'z')
        .chain(b'A'..=b'Z')
        .chain(b'0'..=b'9')
        .chain(b' '..=b'~');
    let mut seen = std::collections::HashSet::new();
    readable
        .chain(0..=255)
        .filter(|byte| {
            // Bytes that go on in the middle of a character are counted apart.
            let mut classes: Vec<u8> = automata
                .iter()
                .map(|(automaton, _)| automaton.byte_classes().get(*byte))
                .collect();
            classes.push(u8::from(byte & 0xC0 == 0x80));
            seen.insert(classes)
        })
        .collect()
}

/// Takes a step; none where no string leads to what is looked for any more.
fn next(automata: &[(Rc<DFA<Vec<u32>>>, bool)], places: &[Place], byte: u8) -> Option<Vec<Place>> {
    automata
        .iter()
        .zip(places)
        .enumerate()
        .map(|(index, ((automaton, holds), place))| {
            let Some(state) = place else {
                return Some(None);
            };
            let state = automaton.next_state(*state, byte);
            if automaton.is_quit_state(state) {
                return None;
            }
            // The automaton of all texts has to match to the end: it never has matched for good.
            if index > 0 && automaton.is_match_state(state) {
                return holds.then_some(None);
            }
            if *holds && automaton.is_dead_state(state) {
                return None;
            }
            Some(Some(state))
        })
        .collect()
}

/// Whether the string may end here.
fn ended(automata: &[(Rc<DFA<Vec<u32>>>, bool)], places: &[Place]) -> bool {
    automata
        .iter()
        .zip(places)
        .all(|((automaton, holds), place)| {
            let matched =
                place.is_none_or(|state| automaton.is_match_state(automaton.next_eoi_state(state)));
            matched == *holds
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(patterns: &[(&str, bool)], least: u64, most: Option<u64>) -> Walk {
        let question = Question {
            patterns: patterns.to_vec(),
            least,
            most,
            times: 1,
        };
        Automata::default().walk(&question, &mut |_| true).0
    }

    #[test]
    fn strings_are_found_or_proved_not_to_exist() {
        for (patterns, least, most, expect) in [
            (vec![("^a+$", true), ("^a*$", false)], 0, None, Some(None)),
            (
                vec![("^a*$", true), ("^a+$", false)],
                0,
                None,
                Some(Some("")),
            ),
            (vec![("b", true), ("^a", true)], 0, None, Some(Some("ab"))),
            (vec![("^[a-z]{3}$", true)], 4, None, Some(None)),
            (vec![("^.{2,}$", true)], 0, Some(1), Some(None)),
            (
                vec![("^\\d+$", true), ("^[0-9]+$", false)],
                0,
                None,
                Some(None),
            ),
            (vec![("é", true)], 2, Some(2), Some(Some("aé"))),
            (vec![("", false)], 0, None, Some(None)),
            (vec![("^a$", true), ("a", false)], 0, None, Some(None)),
            (vec![("(?=a)b", true)], 0, None, None),
        ] {
            match (walk(&patterns, least, most), expect) {
                (Walk::None, Some(None)) | (Walk::Unknown(_), None) => {}
                (Walk::Accepted(found), Some(Some(_))) => {
                    for (pattern, holds) in &patterns {
                        let validator =
                            jsonschema::validator_for(&serde_json::json!({ "pattern": pattern }))
                                .expect("a schema");
                        assert_eq!(
                            validator.is_valid(&serde_json::json!(found)),
                            *holds,
                            "{patterns:?} {found:?}"
                        );
                    }
                }
                (walk, expect) => panic!("{patterns:?}: {walk:?}, not {expect:?}"),
            }
        }
    }

    #[test]
    fn a_pattern_whose_automaton_is_exponential_is_given_up() {
        assert!(matches!(
            walk(&[("^(a|b)*a(a|b){60}$", true), ("^c", false)], 0, None),
            Walk::Unknown(_)
        ));
    }
}
