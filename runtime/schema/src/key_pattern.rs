//! Patterns of keys with named captures: `user:{id}`, `order:{day:date}:{number:integer}`.
//!
//! A pattern is regular and without alternatives, so that matching takes linear time, and what two patterns have in common
//! can be decided (`overlap`).

use std::fmt::{self, Write as _};

use regex::bytes::Regex;
use remold_host_api::Pattern;

mod overlap;

pub use overlap::Overlap;

/// No pattern is longer, bytes.
const MAX_LENGTH: usize = 512;

/// What a capture takes: one byte or more in each case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaptureKind {
    /// Anything up to the next `:`.
    Segment,
    /// A UUID in its usual form of five groups.
    Uuid,
    /// Decimal digits.
    Integer,
    /// `2026-01-31`, its digits alone being looked at.
    Date,
    /// Letters and digits of ASCII, `-` and `_`.
    Slug,
    /// Hexadecimal digits.
    Hex,
    /// Anything, `:` included.
    Any,
}

impl CaptureKind {
    /// Every kind with its word in patterns.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("segment", Self::Segment),
        ("uuid", Self::Uuid),
        ("integer", Self::Integer),
        ("date", Self::Date),
        ("slug", Self::Slug),
        ("hex", Self::Hex),
        ("any", Self::Any),
    ];

    /// Returns the word in patterns.
    pub fn name(self) -> &'static str {
        let word = Self::WORDS.iter().find(|(_, kind)| *kind == self);
        word.map_or("segment", |(word, _)| word)
    }
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// These very characters.
    Literal(String),
    /// A capture.
    Capture {
        /// Its name.
        name: String,
        /// What it takes.
        kind: CaptureKind,
    },
}

/// A text that is no pattern of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}, at character {at}")]
pub struct InvalidKeyPattern {
    /// What is wrong.
    pub message: String,
    /// Which character, from 1.
    pub at: usize,
    /// What helps.
    pub hint: Option<&'static str>,
}

/// A pattern of keys.
#[derive(Debug, Clone)]
pub struct KeyPattern {
    text: String,
    parts: Vec<Part>,
    matcher: Regex,
}

impl KeyPattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyPattern> {
        let invalid = |message: String, at: usize| InvalidKeyPattern {
            message,
            at,
            hint: None,
        };
        if text.is_empty() {
            return Err(invalid("the pattern is empty".to_owned(), 1));
        }
        if text.len() > MAX_LENGTH {
            let message = format!("the pattern is longer than {MAX_LENGTH} bytes");
            return Err(invalid(message, 1));
        }
        let parts = Parser::new(text).parts()?;
        let matcher = Regex::new(&expression(&parts));
        let matcher = matcher.map_err(|error| invalid(error.to_string(), 1))?;
        Ok(Self {
            text: text.to_owned(),
            parts,
            matcher,
        })
    }

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Says whether a key matches as a whole.
    pub fn matches(&self, key: &[u8]) -> bool {
        self.matcher.is_match(key)
    }

    /// Returns what the captures take of a key, in the order of the pattern; `None` if it does not match.
    pub fn captures<'k>(&self, key: &'k [u8]) -> Option<Vec<(&str, &'k [u8])>> {
        let found = self.matcher.captures(key)?;
        let names = self.parts.iter().filter_map(|part| match part {
            Part::Capture { name, .. } => Some(name.as_str()),
            Part::Literal(_) => None,
        });
        let groups = (1..found.len()).filter_map(|group| found.get(group));
        let bytes = groups.map(|group| group.as_bytes());
        Some(names.zip(bytes).collect())
    }

    /// Returns the pattern to scan with: it matches every key that this one matches, and perhaps more.
    pub fn to_scan(&self) -> Pattern {
        let mut pattern = String::new();
        for part in &self.parts {
            match part {
                Part::Capture { .. } => pattern.push('*'),
                Part::Literal(text) => {
                    for character in text.chars() {
                        if matches!(character, '*' | '?' | '[' | ']' | '\\') {
                            pattern.push('\\');
                        }
                        pattern.push(character);
                    }
                }
            }
        }
        Pattern::new(pattern)
    }

    /// Says which keys this pattern and another have in common.
    pub fn overlap(&self, other: &Self) -> Overlap {
        overlap::of(&self.parts, &other.parts)
    }
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for KeyPattern {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// Makes the regular expression over bytes.
fn expression(parts: &[Part]) -> String {
    let mut expression = r"(?s-u)\A".to_owned();
    for part in parts {
        match part {
            Part::Literal(text) => {
                for byte in text.bytes() {
                    write!(expression, r"\x{byte:02x}").expect("a String takes all");
                }
            }
            Part::Capture { kind, .. } => expression.push_str(match kind {
                CaptureKind::Segment => "([^:]+)",
                CaptureKind::Uuid => {
                    "([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"
                }
                CaptureKind::Integer => "([0-9]+)",
                CaptureKind::Date => "([0-9]{4}-[0-9]{2}-[0-9]{2})",
                CaptureKind::Slug => "([0-9A-Za-z_-]+)",
                CaptureKind::Hex => "([0-9a-fA-F]+)",
                CaptureKind::Any => "(.+)",
            }),
        }
    }
    expression.push_str(r"\z");
    expression
}

struct Parser<'a> {
    characters: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'a>>>,
    parts: Vec<Part>,
    literal: String,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            characters: text.chars().enumerate().peekable(),
            parts: Vec::new(),
            literal: String::new(),
        }
    }

    fn parts(mut self) -> Result<Vec<Part>, InvalidKeyPattern> {
        while let Some((at, character)) = self.characters.next() {
            match character {
                '{' | '}'
                    if self
                        .characters
                        .next_if(|next| next.1 == character)
                        .is_some() =>
                {
                    self.literal.push(character);
                }
                '{' => self.capture(at)?,
                '}' => {
                    return Err(InvalidKeyPattern {
                        message: "this `}` ends nothing".to_owned(),
                        at: at + 1,
                        hint: Some("a brace of the key itself is written twice: `}}`"),
                    });
                }
                character => self.literal.push(character),
            }
        }
        self.end_literal();
        Ok(self.parts)
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.parts
                .push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }

    fn capture(&mut self, begin: usize) -> Result<(), InvalidKeyPattern> {
        let invalid = |message: String, hint: Option<&'static str>| InvalidKeyPattern {
            message,
            at: begin + 1,
            hint,
        };
        let mut inside = String::new();
        loop {
            match self.characters.next() {
                Some((_, '}')) => break,
                Some((_, '{')) | None => {
                    let hint = "a brace of the key itself is written twice: `{{`";
                    return Err(invalid("this `{` is not closed".to_owned(), Some(hint)));
                }
                Some((_, character)) => inside.push(character),
            }
        }
        let (name, kind) = match inside.split_once(':') {
            None => (inside.as_str(), CaptureKind::Segment),
            Some((name, word)) => {
                let known = CaptureKind::WORDS.iter().find(|(known, _)| *known == word);
                let Some((_, kind)) = known else {
                    let message = format!("`{word}` is no kind of capture");
                    let hint =
                        "accepted: `segment`, `uuid`, `integer`, `date`, `slug`, `hex`, `any`";
                    return Err(invalid(message, Some(hint)));
                };
                (name, *kind)
            }
        };
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|character| {
                character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
            });
        if !is_name {
            let hint = "a capture has a name of letters, digits, `_` and `-`, with a small letter first: `{id}`";
            return Err(invalid(
                format!("`{name}` is no name of a capture"),
                Some(hint),
            ));
        }
        let taken =
            |part: &Part| matches!(part, Part::Capture { name: known, .. } if known == name);
        if self.parts.iter().any(taken) {
            return Err(invalid(format!("there are two captures `{name}`"), None));
        }
        let borders =
            self.literal.is_empty() && matches!(self.parts.last(), Some(Part::Capture { .. }));
        if borders {
            let hint = "something must stand between two captures";
            let message = "where the capture before ends and this one begins cannot be told";
            return Err(invalid(message.to_owned(), Some(hint)));
        }
        let capture = Part::Capture {
            name: name.to_owned(),
            kind,
        };
        self.end_literal();
        self.parts.push(capture);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
