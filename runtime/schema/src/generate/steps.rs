//! What a script does, step by step, in no language: the languages with an SDK print it, each in its idiom.
//!
//! Members of a JSON document are named by their JSON Pointers and held as they are written, so that no number loses a digit;
//! fields of a hash are named by their names and held as texts.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::edits::inverse;
use super::words::{escaped, one_line, word};
use super::{Edit, Held, Type, as_field};
use crate::definition::Definition;
use crate::key_pattern::{CaptureKind, Part};

/// Texts that are whole numbers.
pub(super) const INTEGER: &str = "^-?(0|[1-9][0-9]*)$";
/// Texts that are numbers of JSON.
pub(super) const NUMBER: &str = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$";

/// Where a member is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// A field, by its name.
    Field(String),
    /// A member, by its JSON Pointer.
    Pointer(String),
}

impl Place {
    /// Returns the name or the pointer, as scripts give it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Field(name) | Self::Pointer(name) => name,
        }
    }
}

/// A rejection.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rejection {
    pub(super) code: String,
    pub(super) message: String,
}

/// What a member is read as for a cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// A field's text.
    Field,
    /// The text that a document holds.
    Text,
    /// What a document holds, as it is written.
    Source,
}

/// What a cast makes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Makes {
    /// A text of what was written.
    Text,
    /// A number that is written as the text was; of a field nothing else, it is looked at alone.
    Number { is_whole: bool, or: Rejection },
    /// `1` for `true`, else `0`.
    OneOrZero,
    /// `true` or `false`.
    TrueOrFalse(Rejection),
}

/// A part of a new key.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// These very characters.
    Literal(String),
    /// What the capture took, by its number from 0.
    Capture(usize),
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A line for people.
    Comment(String),
    /// A step for people, behind a comment.
    Offer(String, Box<Self>),
    /// The end.
    Reject(Rejection),
    /// The members are taken in hand, called `it` from here on.
    Open(Held),
    /// A hash becomes a document; these fields are JSON.
    Gather(Vec<String>),
    /// The document `it` becomes a hash.
    Spread,
    /// A member has another name, if it is there.
    Rename(Place, Place),
    /// A member that is there, and not null, has another type.
    Cast(Place, Reads, Makes),
    /// A member that is not there gets a value, as it is written.
    Fill(Place, String),
    /// A member gets a value, as it is written.
    Set(Place, String),
    /// A member is removed, if it is there.
    Remove(Place),
    /// A member has to be there.
    Require(Place, Rejection),
    /// An expiry, milliseconds, where there is none.
    Expire(u64),
    /// An expiry that is later becomes this, milliseconds.
    Shorten(u64),
    /// No expiry.
    Persist,
    /// Another key, of the parts of the old one.
    Rekey(Vec<Part>, Vec<Piece>),
}

/// How a language writes steps.
pub(super) trait Idiom {
    /// What begins a comment.
    const COMMENT: &'static str;
    /// What a block is indented by.
    const INDENT: &'static str;

    /// Writes a step as lines that are indented by tabs; comments and offers are written by [`body`].
    fn lines(step: &Step) -> String;
}

/// The steps of both ways, the second if there is one.
pub(super) fn both_ways(
    way: (&Definition, &Definition),
    edits: &[Edit],
    reverts: bool,
) -> (Vec<Step>, Option<Vec<Step>>) {
    let held = Held::of(way.0);
    let back: Vec<Edit> = edits.iter().rev().map(inverse).collect();
    (
        steps(held, edits, way),
        reverts.then(|| steps(held, &back, (way.1, way.0))),
    )
}

/// Writes the body of a function, indented once.
pub(super) fn body<I: Idiom>(steps: &[Step]) -> String {
    let mut body = String::new();
    for step in steps {
        let (comment, marker, lines) = match step {
            Step::Comment(text) => (one_line(text), String::new(), String::new()),
            Step::Offer(text, step) => (one_line(text), format!("{} ", I::COMMENT), I::lines(step)),
            other => (String::new(), String::new(), I::lines(other)),
        };
        if !comment.is_empty() {
            let _ = writeln!(body, "{}{} {comment}", I::INDENT, I::COMMENT);
        }
        for line in lines.lines() {
            let inner = line.trim_start_matches('\t');
            let depth = I::INDENT.repeat(line.len() - inner.len());
            let _ = writeln!(body, "{}{marker}{depth}{inner}", I::INDENT);
        }
    }
    body
}

/// Writes the expression of a key, with a group for each capture.
pub(super) fn expression(parts: &[Part], anything: &str) -> String {
    let mut expression = "^".to_owned();
    for part in parts {
        match part {
            Part::Literal(text) => expression.push_str(&escaped(text)),
            Part::Capture { kind, .. } => expression.push_str(match kind {
                CaptureKind::Segment => "([^:]+)",
                CaptureKind::Uuid => "([0-9a-fA-F-]{36})",
                CaptureKind::Integer => "([0-9]+)",
                CaptureKind::Date => "([0-9]{4}-[0-9]{2}-[0-9]{2})",
                CaptureKind::Slug => "([0-9A-Za-z_-]+)",
                CaptureKind::Hex => "([0-9a-fA-F]+)",
                CaptureKind::Any => anything,
            }),
        }
    }
    expression.push('$');
    expression
}

/// What is said of a key that does not match.
pub(super) fn no_such_key() -> Rejection {
    Rejection {
        code: "key".to_owned(),
        message: "the key is not as it should be".to_owned(),
    }
}

fn steps(held: Held, edits: &[Edit], way: (&Definition, &Definition)) -> Vec<Step> {
    let mut steps = Vec::new();
    for edit in edits {
        if let Edit::ByHand { code, what } = edit {
            steps.push(Step::Comment(format!("TODO: {what}")));
            steps.push(Step::Reject(Rejection {
                code: format!("todo-{}", word(code)),
                message: what.clone(),
            }));
        }
    }
    let gathers = edits.iter().find_map(|edit| match edit {
        Edit::Gather(names) => Some(names),
        _ => None,
    });
    let held = if gathers.is_some() {
        Held::Document
    } else {
        held
    };
    if let Some(names) = gathers {
        steps.push(Step::Gather(names.clone()));
    }
    let mut members: Vec<Step> = edits.iter().flat_map(|edit| member(held, edit)).collect();
    if edits.contains(&Edit::Spread) {
        members.push(Step::Spread);
    }
    if !members.is_empty() {
        steps.push(Step::Open(held));
        steps.append(&mut members);
    }
    for edit in edits {
        match edit {
            Edit::Expire(most) => steps.push(Step::Expire(*most)),
            Edit::Shorten(most) => steps.push(Step::Shorten(*most)),
            Edit::Persist => steps.push(Step::Persist),
            Edit::Rekey => steps.push(rekey(way.0, way.1)),
            _ => {}
        }
    }
    if steps.is_empty() {
        let as_it_is = "What is valid under the old version is valid under the new one as it is.";
        steps.push(Step::Comment(as_it_is.to_owned()));
    }
    steps
}

fn place(held: Held, name: &str) -> Place {
    match held {
        Held::Document => {
            Place::Pointer(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
        }
        _ => Place::Field(name.to_owned()),
    }
}

/// Writes a value as the place holds it.
fn written(held: Held, value: &Json) -> String {
    match held {
        Held::Document => value.to_string(),
        _ => as_field(value).as_str().unwrap_or_default().to_owned(),
    }
}

fn member(held: Held, edit: &Edit) -> Vec<Step> {
    let rename = |from: &str, to: &str| Step::Rename(place(held, from), place(held, to));
    let offer = |text: String, from: &str, to: &str| Step::Offer(text, Box::new(rename(from, to)));
    match edit {
        Edit::Rename {
            from,
            to,
            similarity,
        } => vec![
            Step::Comment(format!(
                "The names are alike ({similarity:.2}) and the types the same."
            )),
            rename(from, to),
        ],
        Edit::Cast { name, from, to } => cast(held, name, *from, *to),
        Edit::Default { name, value, .. } => {
            vec![Step::Fill(place(held, name), written(held, value))]
        }
        Edit::Mark { name, after, .. } => {
            vec![Step::Set(place(held, name), written(held, &json!(after)))]
        }
        Edit::Drop { name, perhaps } => {
            let offers = perhaps.iter().map(|(to, similarity)| {
                offer(format!("It may be {to} now ({similarity:.2}):"), name, to)
            });
            let mut steps: Vec<Step> = offers.collect();
            steps.push(Step::Remove(place(held, name)));
            steps
        }
        Edit::Missing { name, perhaps, .. } => {
            let message = format!("{name} is required, and its value is not known");
            let mut steps = vec![Step::Comment(format!("TODO: {message}."))];
            steps.extend(perhaps.iter().map(|(from, similarity)| {
                let text = format!("It may be what was {from} ({similarity:.2}):");
                offer(text, from, name)
            }));
            let code = format!("todo-{}", word(name));
            steps.push(Step::Require(
                place(held, name),
                Rejection { code, message },
            ));
            steps
        }
        _ => Vec::new(),
    }
}

fn cast(held: Held, name: &str, from: Type, to: Type) -> Vec<Step> {
    let is_field = held != Held::Document;
    let or = |what: &str| Rejection {
        code: format!("not-{}", word(what)),
        message: format!("{name} is no {what}"),
    };
    let number = |is_whole: bool| Makes::Number {
        is_whole,
        or: or(if is_whole { "whole number" } else { "number" }),
    };
    let makes = match to {
        // A field is a text already.
        Type::Text if !is_field => Makes::Text,
        Type::Integer if from == Type::Boolean => Makes::OneOrZero,
        Type::Integer => number(true),
        // Every whole number is a number.
        Type::Number if is_field || from == Type::Text => number(false),
        Type::Boolean => Makes::TrueOrFalse(or("boolean")),
        _ => return Vec::new(),
    };
    let reads = match (is_field, from) {
        (true, _) => Reads::Field,
        (false, Type::Text) => Reads::Text,
        (false, _) => Reads::Source,
    };
    vec![
        Step::Comment(format!("{name} was {}.", from.name())),
        Step::Cast(place(held, name), reads, makes),
    ]
}

fn rekey(from: &Definition, to: &Definition) -> Step {
    let parts = from.pattern().parts();
    let captures = parts.iter().filter_map(|part| match part {
        Part::Capture { name, .. } => Some(name),
        Part::Literal(_) => None,
    });
    let names: Vec<&String> = captures.collect();
    let pieces = to.pattern().parts().iter().map(|part| match part {
        Part::Literal(text) => Piece::Literal(text.clone()),
        Part::Capture { name, .. } => {
            let at = names.iter().position(|known| *known == name);
            Piece::Capture(at.expect("the edit is there only if the old key has every capture"))
        }
    });
    Step::Rekey(parts.to_vec(), pieces.collect())
}
