//! Names of keys, cut into steps: a separator and what stands behind it, as a template of literal and variable pieces.

use super::kind::CaptureKind;

/// So many steps of a name are told apart; what is left is one.
pub(crate) const MOST_STEPS: usize = 12;
/// A run of separators that is longer belongs to the segment behind it.
const LONGEST_SEPARATOR: usize = 4;
/// A segment of more pieces is taken as a whole.
const MOST_PIECES: usize = 9;

/// A piece of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(Box<[u8]>),
    Variable(CaptureKind),
}

/// A step of a name as it stands in one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub(crate) separator: &'a [u8],
    pub(crate) segment: &'a [u8],
    /// It is all that is left of a name with too many segments.
    pub(crate) rest: bool,
}

/// A step as the tree knows it: what stands there in many keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) separator: Box<[u8]>,
    pub(crate) pieces: Vec<Piece>,
}

impl Edge {
    /// Makes the step of one key, with its variable pieces told.
    pub(crate) fn of(step: Step<'_>) -> Self {
        Self {
            separator: step.separator.into(),
            pieces: pieces(step),
        }
    }

    /// Makes the step whose whole segment is variable.
    pub(crate) fn variable(separator: &[u8], kind: CaptureKind) -> Self {
        Self {
            separator: separator.into(),
            pieces: vec![Piece::Variable(kind)],
        }
    }

    /// Returns the kind if the whole segment is variable.
    pub(crate) fn as_variable(&self) -> Option<CaptureKind> {
        match self.pieces[..] {
            [Piece::Variable(kind)] => Some(kind),
            _ => None,
        }
    }

    /// Makes the step that is the same in all keys.
    pub(crate) fn literal(separator: &[u8], segment: &[u8]) -> Self {
        Self {
            separator: separator.into(),
            pieces: vec![Piece::Literal(segment.into())],
        }
    }

    /// Says whether a part of it is variable and a part is not.
    pub(crate) fn is_mixed(&self) -> bool {
        self.pieces.len() > 1
    }

    /// Says whether nothing stands behind its separator.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Literal(text) if text.is_empty()))
    }

    /// Says whether nothing in it is variable, so that it is the same in all keys.
    pub(crate) fn is_literal(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Finds the kind that the segment has once it is taken as variable.
    pub(crate) fn widened(&self) -> CaptureKind {
        match &self.pieces[..] {
            [Piece::Variable(kind)] => *kind,
            [Piece::Literal(text)] => CaptureKind::of(text),
            pieces => {
                let hyphens = pieces.iter().all(|piece| match piece {
                    Piece::Literal(text) => CaptureKind::of(&trimmed(text)) != CaptureKind::Text,
                    Piece::Variable(kind) => {
                        matches!(kind, CaptureKind::Integer | CaptureKind::Digits)
                    }
                });
                if hyphens {
                    CaptureKind::Slug
                } else {
                    CaptureKind::Text
                }
            }
        }
    }

    /// Writes the bytes under which the tree finds the step for all words behind a separator that found no room: those of no
    /// step of any key.
    pub(crate) fn wild_name(separator: &[u8], name: &mut Vec<u8>) {
        name.clear();
        write_separator(separator, name);
        name.extend_from_slice(&WILD);
    }

    /// Writes the bytes under which the tree finds the step.
    pub(crate) fn write_name(&self, name: &mut Vec<u8>) {
        name.clear();
        write_separator(&self.separator, name);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => write_literal(text, name),
                Piece::Variable(kind) => write_variable(*kind, name),
            }
        }
    }
}

/// Cuts the hyphen that joins a piece of a slug to its neighbours.
fn trimmed(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    text.strip_suffix(b"-").unwrap_or(text).to_vec()
}

fn write_separator(separator: &[u8], name: &mut Vec<u8>) {
    name.push(u8::try_from(separator.len()).unwrap_or(u8::MAX));
    name.extend_from_slice(separator);
}

fn write_literal(text: &[u8], name: &mut Vec<u8>) {
    for byte in text {
        name.push(*byte);
        if *byte == MARK {
            name.push(0);
        }
    }
}

fn write_variable(kind: CaptureKind, name: &mut Vec<u8>) {
    name.extend_from_slice(&[MARK, 1 + kind as u8]);
}

/// Stands before a kind, and, followed by 0, for itself.
const MARK: u8 = 0xff;

/// How the name of a wild step ends, behind the separator.
pub(crate) const WILD: [u8; 2] = [MARK, u8::MAX];

/// Says whether a name that was written for a step is that of a segment that is variable as a whole.
pub(crate) fn is_variable(name: &[u8], step: Step<'_>) -> bool {
    matches!(name[1 + step.separator.len()..], [MARK, kind] if kind != 0)
}

/// Writes the bytes under which the tree finds a step of a key: what [`Edge::write_name`] writes for its edge.
pub(crate) fn write_name(step: Step<'_>, name: &mut Vec<u8>) {
    name.clear();
    write_separator(step.separator, name);
    if step.rest {
        return write_variable(CaptureKind::Rest, name);
    }
    if let Some(kind) = CaptureKind::of_variable(step.segment) {
        return write_variable(kind, name);
    }
    if !has_figure(step.segment) {
        return write_literal(step.segment, name);
    }
    for piece in pieces(step) {
        match piece {
            Piece::Literal(text) => write_literal(&text, name),
            Piece::Variable(kind) => write_variable(kind, name),
        }
    }
}

/// Without a figure no piece of a segment is variable.
fn has_figure(segment: &[u8]) -> bool {
    segment.iter().any(u8::is_ascii_digit)
}

/// Cuts a name into its steps.
pub(crate) fn steps(key: &[u8]) -> impl Iterator<Item = Step<'_>> {
    let main = [b':', b'/', b'|', b'.']
        .into_iter()
        .find(|separator| key.contains(separator));
    let separates = move |byte: u8| Some(byte) == main || byte == b'{' || byte == b'}';
    let mut rest = key;
    let mut count = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        count += 1;
        let separator = rest
            .iter()
            .take(LONGEST_SEPARATOR)
            .take_while(|byte| separates(**byte))
            .count();
        let (separator, behind) = rest.split_at(separator);
        let last = count == MOST_STEPS;
        let length = if last {
            behind.len()
        } else {
            let longer = usize::from(separator.len() == LONGEST_SEPARATOR && !behind.is_empty());
            let found = behind[longer..].iter().position(|byte| separates(*byte));
            found.map_or(behind.len(), |found| found + longer)
        };
        let (segment, behind) = behind.split_at(length);
        rest = behind;
        let rest = last && segment.iter().any(|byte| separates(*byte));
        Some(Step {
            separator,
            segment,
            rest,
        })
    })
}

/// Cuts a segment into literal and variable pieces.
fn pieces(step: Step<'_>) -> Vec<Piece> {
    let segment = step.segment;
    if step.rest {
        return vec![Piece::Variable(CaptureKind::Rest)];
    }
    if let Some(kind) = CaptureKind::of_variable(segment) {
        return vec![Piece::Variable(kind)];
    }
    let whole = || vec![Piece::Literal(segment.into())];
    if !has_figure(segment) {
        return whole();
    }
    let joins = |byte: &u8| b"_-./|#@=~".contains(byte);
    let mut found = Vec::new();
    let mut literal = 0;
    let mut at = 0;
    while at < segment.len() {
        let part = part(&segment[at..], joins);
        if let Some(kind) = certain(part) {
            if literal < at {
                found.push(Piece::Literal(segment[literal..at].into()));
            }
            found.push(Piece::Variable(kind));
            literal = at + part.len();
        }
        // Behind a part stands a joint, which is literal.
        at += part.len() + 1;
    }
    if literal < segment.len() {
        found.push(Piece::Literal(segment[literal..].into()));
    }
    if found.len() > MOST_PIECES {
        whole()
    } else {
        found
    }
}

/// Finds the part that a segment begins with: a UUID or a date, which have hyphens inside, or all up to the next joint.
fn part(segment: &[u8], joins: impl Fn(&u8) -> bool) -> &[u8] {
    for length in [36, 10] {
        if segment.len() >= length
            && segment.get(length).is_none_or(&joins)
            && matches!(
                certain(&segment[..length]),
                Some(CaptureKind::Uuid | CaptureKind::Date)
            )
        {
            return &segment[..length];
        }
    }
    let end = segment.iter().position(joins).unwrap_or(segment.len());
    &segment[..end]
}

/// Finds the kind of a part inside of a segment that is variable for certain.
fn certain(part: &[u8]) -> Option<CaptureKind> {
    let kind = CaptureKind::of_variable(part)?;
    (kind != CaptureKind::Text).then_some(kind)
}

#[cfg(test)]
mod tests;
