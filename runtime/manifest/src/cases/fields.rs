//! Reading mappings, lists and scalars of a fixture, with every problem noted at its place.

use std::ops::Range;

use crate::check::nothing_advice;
use crate::error::{Finding, Problem, guess};
use crate::yaml::{Content, Lines, Meaning, Node, Pair, Path};

/// Reads parts of a fixture. What cannot be read is `None`, and noted.
pub(super) struct Reader<'text> {
    pub(super) text: &'text str,
    pub(super) findings: Vec<Finding>,
    pub(super) lines: Lines,
}

/// A node with its path.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) path: Path,
}

/// The fields of a mapping whose names are known.
pub(super) struct Fields<'a> {
    pairs: &'a [Pair],
    path: Path,
    start: usize,
    /// Whether there are fields that do not exist, so that what seems to be missing may be misspelt.
    pub(super) has_unknown: bool,
}

impl<'a> At<'a> {
    pub(super) fn new(node: &'a Node, path: Path) -> Self {
        Self { node, path }
    }

    pub(super) fn entries(&self, pairs: &'a [Pair]) -> impl Iterator<Item = (&'a Pair, Self)> {
        pairs.iter().map(|pair| {
            let path = self.path.field(&pair.key.text);
            (pair, Self::new(&pair.value, path))
        })
    }
}

impl<'a> Fields<'a> {
    /// Finds a field.
    pub(super) fn get(&self, name: &str) -> Option<At<'a>> {
        let pair = self.pairs.iter().find(|pair| pair.key.text == name)?;
        Some(At::new(&pair.value, self.path.field(name)))
    }

    /// Finds a field that must be there.
    pub(super) fn required(&self, name: &str, reader: &mut Reader<'_>) -> Option<At<'a>> {
        let found = self.get(name);
        if found.is_none() {
            let problem = Problem::MissingField {
                name: name.to_owned(),
                meaning: None,
            };
            reader.report(self.start..self.start, &self.path, problem);
        }
        found
    }
}

impl<'text> Reader<'text> {
    /// Reads a field that need not be there.
    #[allow(
        clippy::option_option,
        reason = "a field that is not there differs from one that cannot be read"
    )]
    pub(super) fn optional<T>(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        read: impl Fn(&mut Self, &At<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        match fields.get(name) {
            None => Some(None),
            Some(at) => read(self, &at).map(Some),
        }
    }

    pub(super) fn new(text: &'text str) -> Self {
        Self {
            text,
            findings: Vec::new(),
            lines: Lines::new(text),
        }
    }

    pub(super) fn report(&mut self, span: Range<usize>, path: &Path, problem: Problem) {
        self.findings
            .push(Finding::new(span, path.clone(), problem));
    }

    pub(super) fn report_at(&mut self, at: &At<'_>, problem: Problem) {
        self.report(at.node.span.clone(), &at.path, problem);
    }

    pub(super) fn wrong_type(&mut self, at: &At<'_>, expected: &str, advice: Option<&'static str>) {
        let problem = Problem::WrongType {
            expected: expected.to_owned(),
            found: at.node.describe(),
            advice: advice.or_else(|| nothing_advice(at.node)),
        };
        self.report_at(at, problem);
    }

    pub(super) fn form(&mut self, at: &At<'_>, found: &str, expected: &'static str) {
        let problem = Problem::Form {
            expected,
            found: found.to_owned(),
        };
        self.report_at(at, problem);
    }

    /// Reads a mapping of any fields.
    pub(super) fn mapping<'a>(&mut self, at: &At<'a>) -> Option<&'a [Pair]> {
        if let Content::Mapping(pairs) = &at.node.content {
            return Some(pairs);
        }
        self.wrong_type(at, "a mapping", None);
        None
    }

    /// Reads a mapping whose fields are known, and notes those that are not.
    pub(super) fn fields<'a>(&mut self, at: &At<'a>, known: &[&str]) -> Option<Fields<'a>> {
        let pairs = self.mapping(at)?;
        let mut has_unknown = false;
        for pair in pairs {
            if !known.contains(&pair.key.text.as_str()) {
                has_unknown = true;
                self.unknown_field(pair, known, &at.path);
            }
        }
        Some(Fields {
            pairs,
            path: at.path.clone(),
            start: at.node.span.start,
            has_unknown,
        })
    }

    pub(super) fn unknown_field(&mut self, pair: &Pair, known: &[&str], path: &Path) {
        let name = pair.key.text.clone();
        let path = path.field(&name);
        let problem = Problem::UnknownField {
            guess: guess(&name, known.iter().copied()),
            accepted: known.iter().map(|&name| name.to_owned()).collect(),
            name,
        };
        self.report(pair.key.span.clone(), &path, problem);
    }

    /// Reads a list.
    pub(super) fn list<'a>(&mut self, at: &At<'a>) -> Option<Vec<At<'a>>> {
        let Content::Sequence(items) = &at.node.content else {
            self.wrong_type(at, "a list", None);
            return None;
        };
        let item = |(index, node)| At::new(node, at.path.index(index));
        Some(items.iter().enumerate().map(item).collect())
    }

    /// Reads a text in words.
    pub(super) fn words<'a>(&mut self, at: &At<'a>) -> Option<&'a str> {
        match &at.node.content {
            Content::Scalar(scalar)
                if scalar.meaning == Meaning::Text && scalar.text.is_empty() =>
            {
                self.report_at(at, Problem::EmptyValue);
                None
            }
            Content::Scalar(scalar) if scalar.meaning == Meaning::Text => Some(&scalar.text),
            Content::Scalar(scalar) if scalar.meaning != Meaning::Null => {
                self.wrong_type(at, "a text", Some("put it in quotes"));
                None
            }
            _ => {
                self.wrong_type(at, "a text", None);
                None
            }
        }
    }

    /// Reads one out of a closed set of words.
    pub(super) fn word<T>(&mut self, at: &At<'_>, known: &[(&'static str, T)]) -> Option<T>
    where
        T: Copy,
    {
        let found = self.words(at)?;
        if let Some((_, meaning)) = known.iter().find(|(word, _)| *word == found) {
            return Some(*meaning);
        }
        let problem = Problem::UnknownValue {
            found: found.to_owned(),
            guess: guess(found, known.iter().map(|(word, _)| *word)),
            accepted: known.iter().map(|(word, _)| (*word).to_owned()).collect(),
        };
        self.report_at(at, problem);
        None
    }

    /// Reads a whole number.
    pub(super) fn whole(&mut self, at: &At<'_>) -> Option<u64> {
        let number = match &at.node.content {
            Content::Scalar(scalar) => match &scalar.meaning {
                Meaning::Number(number) => number.as_u64(),
                _ => None,
            },
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(at, "a whole number of 0 or more", None);
        }
        number
    }

    /// Reads a point in time: Unix milliseconds, or text as in RFC 3339.
    pub(super) fn timestamp(&mut self, at: &At<'_>) -> Option<u64> {
        let Some(text) = at.node.as_text() else {
            return self.whole(at);
        };
        let timestamp: Option<jiff::Timestamp> = text.parse().ok();
        let milliseconds = timestamp.and_then(|at| u64::try_from(at.as_millisecond()).ok());
        if milliseconds.is_none() {
            let expected = "a point in time such as `2026-01-31T12:00:00Z` or Unix milliseconds";
            self.form(at, text, expected);
        }
        milliseconds
    }
}
