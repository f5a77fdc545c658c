//! From events to the tree, with every bound that hostile text is held to.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Tag, options};

use super::lines::Lines;
use super::syntax::syntax;
use super::{Content, Key, MAX_DEPTH, MAX_TEXT, Meaning, Node, Pair, Path, Scalar, scalar};
use crate::error::{Finding, MAX_FINDINGS, Problem};

/// What the anchors of a document may add up to where they are used: a unit for each byte of text, and
/// [`NODE_WEIGHT`] for each node.
const MAX_COPIED: usize = 4 << 20;
const NODE_WEIGHT: usize = 64;

/// Reads the one document of a text. Without a tree there is at least one finding.
pub(crate) fn build(text: &str) -> (Option<Node>, Vec<Finding>) {
    if text.len() > MAX_TEXT {
        let limit = MAX_TEXT;
        let finding = Finding::new(0..0, Path::default(), Problem::TextTooLong { limit });
        return (None, vec![finding]);
    }
    let mut builder = Builder {
        text,
        lines: Lines::new(text),
        frames: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        root: None,
        findings: Vec::new(),
    };
    let complete = builder.run();
    if builder.root.is_none() && builder.findings.is_empty() {
        builder
            .findings
            .push(Finding::new(0..0, Path::default(), Problem::Empty));
    }
    (builder.root.filter(|_| complete), builder.findings)
}

struct Builder<'text> {
    text: &'text str,
    lines: Lines,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    copied: usize,
    root: Option<Node>,
    findings: Vec<Finding>,
}

/// A mapping or list that is not closed yet.
struct Frame {
    start: usize,
    anchor: usize,
    depth: usize,
    weight: usize,
    collection: Collection,
}

enum Collection {
    Sequence(Vec<Node>),
    Mapping {
        pairs: Vec<Pair>,
        seen: HashMap<String, usize>,
        key: Option<PendingKey>,
    },
}

/// A key whose value is still to come.
enum PendingKey {
    Key(Key),
    /// The key was refused, so its value is dropped.
    Refused,
}

/// A node that an alias can stand for.
#[derive(Clone)]
struct Anchored {
    node: Node,
    depth: usize,
    weight: usize,
}

impl Builder<'_> {
    /// Consumes all events; false where the text cannot be read to its end.
    fn run(&mut self) -> bool {
        let options = options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(self.text.len());
                    let at = self.clamp(at);
                    self.report(at..at, syntax(error.kind()));
                    return false;
                }
            };
            let span = span.byte_range().map_or(0..0, |range| {
                self.clamp(range.start)..self.clamp(range.end.max(range.start))
            });
            if !self.event(event, span) || self.findings.len() > MAX_FINDINGS {
                return false;
            }
        }
        true
    }

    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> bool {
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.behind_indicator(span);
                let meaning = match tag.as_deref() {
                    Some(tag) if tag.is_yaml_core_schema_tag("str") => Meaning::Text,
                    tag => {
                        if let Some(tag) = tag {
                            self.refuse_tag(tag, &span);
                        }
                        if style == ScalarStyle::Plain {
                            scalar::resolve(&text)
                        } else {
                            Meaning::Text
                        }
                    }
                };
                let weight = NODE_WEIGHT + text.len();
                let content = Content::Scalar(Scalar {
                    text: text.into_owned(),
                    meaning,
                });
                return self.add(
                    Anchored {
                        node: Node { span, content },
                        depth: 0,
                        weight,
                    },
                    anchor,
                );
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(
                    span,
                    anchor,
                    tag.as_deref(),
                    Collection::Sequence(Vec::new()),
                );
            }
            Event::MappingStart(_, anchor, tag) => {
                let collection = Collection::Mapping {
                    pairs: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                };
                self.open(span, anchor, tag.as_deref(), collection);
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(span.end),
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => {}
        }
        true
    }

    /// Moves the place of a value that was left empty behind the colon or hyphen, where it would be.
    fn behind_indicator(&self, span: Range<usize>) -> Range<usize> {
        if span.is_empty() && self.text[span.start..].starts_with([':', '-']) {
            return span.start + 1..span.start + 1;
        }
        span
    }

    fn open(
        &mut self,
        span: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
        collection: Collection,
    ) {
        if let Some(tag) = tag
            && !tag.is_yaml_core_schema_tag("seq")
            && !tag.is_yaml_core_schema_tag("map")
        {
            self.refuse_tag(tag, &span);
        }
        self.frames.push(Frame {
            start: span.start,
            anchor,
            depth: 1,
            weight: NODE_WEIGHT,
            collection,
        });
    }

    fn close(&mut self, end: usize) -> bool {
        let frame = self.frames.pop().expect("an end follows its start");
        let (content, last) = match frame.collection {
            Collection::Sequence(items) => {
                let last = items.last().map(|item| item.span.end);
                (Content::Sequence(items), last)
            }
            Collection::Mapping { pairs, .. } => {
                let last = pairs
                    .last()
                    .map(|pair| pair.value.span.end.max(pair.key.span.end));
                (Content::Mapping(pairs), last)
            }
        };
        // A collection without brackets is said to end where the next thing begins; what is between may
        // be a comment on that next thing.
        let in_brackets = self.text[frame.start..].starts_with(['{', '[']);
        let end = if in_brackets {
            end
        } else {
            last.unwrap_or(end)
        };
        let inside = self.text[frame.start..end.max(frame.start)]
            .trim_end()
            .len();
        let span = frame.start..frame.start + inside;
        let closed = Anchored {
            node: Node { span, content },
            depth: frame.depth,
            weight: frame.weight,
        };
        self.add(closed, frame.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> bool {
        let Some(anchored) = self.anchors.get(&anchor) else {
            self.report(span, Problem::RecursiveAnchor);
            return false;
        };
        self.copied += anchored.weight;
        if self.copied > MAX_COPIED {
            self.report(span, Problem::AnchorsTooLarge { limit: MAX_COPIED });
            return false;
        }
        let mut copy = anchored.clone();
        // What is inside keeps the places where it was written.
        copy.node.span = span;
        self.add(copy, 0)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, added: Anchored, anchor: usize) -> bool {
        if self.frames.len() + added.depth > MAX_DEPTH {
            self.report(added.node.span, Problem::TooDeep { limit: MAX_DEPTH });
            return false;
        }
        if anchor != 0 {
            self.anchors.insert(anchor, added.clone());
        }
        let Anchored {
            node,
            depth,
            weight,
        } = added;
        let Some(frame) = self.frames.last_mut() else {
            return self.add_root(node);
        };
        frame.depth = frame.depth.max(depth + 1);
        frame.weight += weight;
        match &mut frame.collection {
            Collection::Sequence(items) => items.push(node),
            Collection::Mapping { pairs, key, .. } => match key.take() {
                Some(PendingKey::Key(key)) => pairs.push(Pair { key, value: node }),
                Some(PendingKey::Refused) => {}
                None => self.add_key(node),
            },
        }
        true
    }

    fn add_key(&mut self, node: Node) {
        let span = node.span.clone();
        let outcome = match node.content {
            Content::Scalar(scalar) if scalar.meaning == Meaning::Null => Err(Problem::NullKey),
            // The merge key of YAML 1.1; in quotes it is a name like any other.
            Content::Scalar(scalar) if scalar.text == "<<" && !self.is_quoted(&span) => {
                Err(Problem::MergeKey)
            }
            Content::Scalar(scalar) => Ok(Key {
                text: scalar.text,
                span: span.clone(),
            }),
            Content::Sequence(_) | Content::Mapping(_) => Err(Problem::KeyIsNoScalar),
        };
        let outcome = outcome.and_then(|key| self.first_of_its_name(key));
        let pending = match outcome {
            Ok(key) => PendingKey::Key(key),
            Err(problem) => {
                self.report(span, problem);
                PendingKey::Refused
            }
        };
        if let Some(Frame {
            collection: Collection::Mapping { key, .. },
            ..
        }) = self.frames.last_mut()
        {
            *key = Some(pending);
        }
    }

    fn first_of_its_name(&mut self, key: Key) -> Result<Key, Problem> {
        let Some(Frame {
            collection: Collection::Mapping { seen, .. },
            ..
        }) = self.frames.last_mut()
        else {
            return Ok(key);
        };
        if let Some(first) = seen.get(&key.text) {
            let first_line = self.lines.line(*first);
            return Err(Problem::DuplicateField {
                name: key.text,
                first_line,
            });
        }
        seen.insert(key.text.clone(), key.span.start);
        Ok(key)
    }

    fn add_root(&mut self, node: Node) -> bool {
        let Content::Scalar(scalar) = &node.content else {
            return self.add_only_root(node);
        };
        if scalar.meaning == Meaning::Null {
            return true;
        }
        self.add_only_root(node)
    }

    fn add_only_root(&mut self, node: Node) -> bool {
        if let Some(first) = &self.root {
            let first_line = self.lines.line(first.span.start);
            self.report(node.span, Problem::SeveralDocuments { first_line });
            return false;
        }
        self.root = Some(node);
        true
    }

    fn refuse_tag(&mut self, tag: &Tag, span: &Range<usize>) {
        let tag = tag.to_string().replace("tag:yaml.org,2002:", "!!");
        self.report(span.clone(), Problem::Tag { tag });
    }

    fn is_quoted(&self, span: &Range<usize>) -> bool {
        self.text[span.clone()].starts_with(['"', '\''])
    }

    /// Notes a problem at the place that is being read.
    fn report(&mut self, span: Range<usize>, problem: Problem) {
        let mut path = Path::default();
        for frame in &self.frames {
            match &frame.collection {
                Collection::Sequence(items) => path = path.index(items.len()),
                Collection::Mapping {
                    key: Some(PendingKey::Key(key)),
                    ..
                } => path = path.field(&key.text),
                Collection::Mapping { .. } => {}
            }
        }
        self.findings.push(Finding::new(span, path, problem));
    }

    /// Moves an offset into the text and onto a character.
    fn clamp(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }
}
