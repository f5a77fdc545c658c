//! Patterns of keys, as they are proposed.
//!
//! Written as [`crate::KeyPattern`] reads them, like `order:{date:date}:{id:integer}`. A brace that stands in the names themselves, as in a hash tag, is
//! written twice: `{{user:{id:integer}}}:cart`. Bytes that are no UTF-8 cannot be in a pattern's literal parts.

use std::fmt;

use super::kind::CaptureKind;
use super::names::{Edge, Piece};

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What all keys have here.
    Literal(String),
    /// What differs from key to key.
    Capture(Capture),
}

/// A named variable part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The name, unique in its pattern.
    pub name: String,
    /// What was seen there.
    pub kind: CaptureKind,
}

/// What the names of some keys have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPattern {
    parts: Vec<Part>,
}

impl KeyPattern {
    /// Returns the parts, no two literal ones next to each other.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Walks the captures in order.
    pub fn captures(&self) -> impl Iterator<Item = &Capture> {
        self.parts.iter().filter_map(|part| match part {
            Part::Capture(capture) => Some(capture),
            Part::Literal(_) => None,
        })
    }

    /// Makes the pattern of a way through the tree of names.
    pub(crate) fn of<'a>(edges: impl IntoIterator<Item = &'a Edge>) -> Self {
        let mut pattern = Self { parts: Vec::new() };
        for edge in edges {
            pattern.push_literal(&edge.separator);
            for piece in &edge.pieces {
                match piece {
                    Piece::Literal(text) => pattern.push_literal(text),
                    // Where one capture ends and the next begins could not be told.
                    Piece::Variable(_)
                        if matches!(pattern.parts.last(), Some(Part::Capture(_))) =>
                    {
                        pattern.parts.pop();
                        let (name, kind) = (pattern.name_of(CaptureKind::Rest), CaptureKind::Rest);
                        pattern.parts.push(Part::Capture(Capture { name, kind }));
                    }
                    Piece::Variable(kind) => {
                        let name = pattern.name_of(*kind);
                        pattern
                            .parts
                            .push(Part::Capture(Capture { name, kind: *kind }));
                    }
                }
            }
        }
        pattern
    }

    /// Returns a name for the subject: the words of the literal parts, `user-profile`.
    pub(crate) fn subject(&self) -> String {
        let mut subject = String::new();
        for part in &self.parts {
            let Part::Literal(text) = part else { continue };
            for word in text
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
            {
                if subject.len() + word.len() > 40 {
                    break;
                }
                if !subject.is_empty() {
                    subject.push('-');
                }
                subject.push_str(&word.to_ascii_lowercase());
            }
        }
        if subject.is_empty() {
            "keys".to_owned()
        } else {
            subject
        }
    }

    fn push_literal(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        match self.parts.last_mut() {
            Some(Part::Literal(before)) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Literal(text.into_owned())),
        }
    }

    fn name_of(&self, kind: CaptureKind) -> String {
        let name = match kind {
            CaptureKind::Date => "date".to_owned(),
            CaptureKind::Slug => "slug".to_owned(),
            CaptureKind::Rest => "rest".to_owned(),
            _ if self.captures().all(|capture| capture.name != "id") => "id".to_owned(),
            _ => match self.parts.last().and_then(last_word) {
                Some(word) => format!("{word}_id"),
                None => "id".to_owned(),
            },
        };
        let taken = |name: &str| self.captures().any(|capture| capture.name == name);
        let mut unique = name.clone();
        let mut number = 2;
        while taken(&unique) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        unique
    }
}

/// Finds the last word of a literal part, in small letters.
fn last_word(part: &Part) -> Option<String> {
    let Part::Literal(text) = part else {
        return None;
    };
    let mut words = text.rsplit(|letter: char| !letter.is_ascii_alphanumeric());
    let word = words.find(|word| !word.is_empty())?;
    let begins = word.starts_with(|first: char| first.is_ascii_alphabetic());
    (begins && word.len() <= 30).then(|| word.to_ascii_lowercase())
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Capture(Capture { name, kind }) => match kind.word() {
                    Some(word) => write!(f, "{{{name}:{word}}}")?,
                    None => write!(f, "{{{name}}}")?,
                },
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::names::steps;

    fn check(key: &str, pattern: &str, subject: &str) {
        let edges: Vec<Edge> = steps(key.as_bytes()).map(Edge::of).collect();
        let is = KeyPattern::of(&edges);
        assert_eq!(is.to_string(), pattern);
        assert_eq!(is.subject(), subject, "{key}");
    }

    #[test]
    fn captures_are_named_by_the_rule() {
        check("user:7", "user:{id:integer}", "user");
        check(
            "user:7:order:8",
            "user:{id:integer}:order:{order_id:integer}",
            "user-order",
        );
        check("user:7:8", "user:{id:integer}:{id_2:integer}", "user");
        check(
            "order:2024-01-05:77",
            "order:{date:date}:{id:integer}",
            "order",
        );
        check("{user:1}:cart", "{{user:{id:integer}}}:cart", "user-cart");
        check("7", "{id:integer}", "keys");
        check("session:9f86d081", "session:{id:hex}", "session");
        check("User_7", "User_{id:integer}", "user");
    }
}
