//! The tree of names: a level for each step, with what the records under it look like.
//!
//! Steps that can be nothing but variable share a child from the beginning. Other words have a child each, until there are
//! too many: then the half of them that fewest records have is put together into the node's *wild* child, whose step is
//! variable, and so again whenever there is no room. From then on a word must come twice within a while to get a child: what
//! comes once goes to the wild child at once. So words that many records share stay apart, whenever they come up, and names
//! that are all different cost little.

mod shrink;

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::kind::CaptureKind;
use super::names::{Edge, Step, WILD, is_variable, steps, write_name};
use super::options::Options;
use super::terminal::Terminal;

/// A node: the names that begin alike.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// By the bytes of their steps.
    pub(crate) children: HashMap<Box<[u8]>, Child>,
    pub(crate) terminal: Option<Box<Terminal>>,
    /// All that is below is one, and so is what comes.
    flat: bool,
    /// Once words were put together here: what came lately.
    lately: Option<Lately>,
}

/// Which words came lately: marks of their hashes, each in a place that a later word may take.
#[derive(Debug)]
struct Lately(Box<[u16]>);

impl Lately {
    fn new(most: usize) -> Self {
        Self(vec![0; 2 * most].into())
    }

    /// Says whether a word came lately, and remembers it if not.
    fn knows(&mut self, name: &[u8]) -> bool {
        let hash = xxh3_64(name);
        let place = usize::try_from(hash % self.0.len() as u64).expect("it is less than a length");
        // Zero is no mark.
        let mark = u16::try_from(hash >> 48).expect("16 bits are left") | 1;
        std::mem::replace(&mut self.0[place], mark) == mark
    }
}

/// A node below another.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) edge: Edge,
    /// How many records are below.
    pub(crate) count: u64,
    /// How many words were put together here; 0 if the node is none for words that found no room.
    pub(crate) words: u64,
    /// The segment, if only a part of it may be variable, as long as all keys have the same.
    pub(crate) only: Option<Box<[u8]>>,
    pub(crate) node: Node,
}

/// What a merge makes free.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Freed {
    pub(crate) nodes: usize,
    pub(crate) places: usize,
}

impl Freed {
    pub(crate) fn add(&mut self, other: Self) {
        self.nodes += other.nodes;
        self.places += other.places;
    }
}

/// The whole tree, with what it takes.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) root: Node,
    /// Nodes besides the root.
    pub(crate) nodes: usize,
    /// Words were put together for want of room.
    pub(crate) widened: bool,
    /// Whole subtrees were put together for want of room.
    pub(crate) flattened: bool,
    name: Vec<u8>,
}

impl Tree {
    /// Finds or makes the terminal of a key, and says how many places became free on the way.
    pub(crate) fn terminal(&mut self, key: &[u8], options: &Options) -> (&mut Terminal, Freed) {
        let mut freed = Freed::default();
        if self.nodes >= options.max_nodes {
            // Its nodes are counted already.
            freed.places += self.shrink(options).places;
        }
        let mut node = &mut self.root;
        let mut made = 0;
        for (level, step) in steps(key).enumerate() {
            if node.flat {
                let rest = node.rest();
                rest.count += 1;
                rest.words += 1;
                node = &mut rest.node;
                break;
            }
            write_name(step, &mut self.name);
            if !node.children.contains_key(&*self.name) {
                let most = room(level, options);
                if node.children.len() >= most {
                    freed.add(node.widen(most / 2, false, options));
                    self.widened = true;
                }
                if node.is_passing(step, &self.name, most) {
                    Edge::wild_name(step.separator, &mut self.name);
                } else {
                    made += 1;
                    node.children
                        .insert(self.name.as_slice().into(), Child::new(step));
                }
            }
            let child = node
                .children
                .get_mut(&*self.name)
                .expect("it was put there if it was not, and a wild one is there if a word passes");
            child.count += 1;
            if is_wild(&self.name, step) {
                child.take_in(step);
            }
            if child
                .only
                .as_deref()
                .is_some_and(|only| only != step.segment)
            {
                child.only = None;
            }
            node = &mut child.node;
        }
        self.nodes = (self.nodes + made).saturating_sub(freed.nodes);
        (node.terminal.get_or_insert_default(), freed)
    }

    pub(crate) fn merge(&mut self, other: Self, options: &Options) -> Freed {
        self.nodes += other.nodes;
        self.widened |= other.widened;
        self.flattened |= other.flattened;
        let mut freed = self.root.merge(other.root, 0, options);
        self.nodes = self.nodes.saturating_sub(freed.nodes);
        while self.nodes > options.max_nodes {
            let before = self.nodes;
            freed.add(self.shrink(options));
            if self.nodes >= before {
                break;
            }
        }
        freed
    }
}

/// How many words a node of a level keeps apart.
fn room(level: usize, options: &Options) -> usize {
    let most = options.max_children.max(2);
    if level == 0 { most * 4 } else { most }
}

/// Says whether a name is that of the wild child behind a step's separator.
fn is_wild(name: &[u8], step: Step<'_>) -> bool {
    name.len() == step.separator.len() + 3 && name.ends_with(&WILD)
}

impl Child {
    /// Counts a word that goes here at once.
    fn take_in(&mut self, step: Step<'_>) {
        self.words += 1;
        let known = self.edge.as_variable().unwrap_or(CaptureKind::Text);
        if known < CaptureKind::Text {
            self.edge = Edge::variable(step.separator, known.join(Edge::of(step).widened()));
        }
    }

    fn new(step: Step<'_>) -> Self {
        let edge = Edge::of(step);
        let only = edge.is_mixed().then(|| step.segment.into());
        Self {
            edge,
            count: 0,
            words: 0,
            only,
            node: Node::default(),
        }
    }
}

impl Node {
    /// Says whether a new word goes to the wild child: if there is one, there is little room, and the word did not come lately.
    fn is_passing(&mut self, step: Step<'_>, name: &[u8], most: usize) -> bool {
        let is_word = !is_variable(name, step) && !step.segment.is_empty();
        if self.children.len() < most / 2 || !is_word {
            return false;
        }
        let mut wild = Vec::with_capacity(name.len());
        Edge::wild_name(step.separator, &mut wild);
        self.children.contains_key(&*wild)
            && !self
                .lately
                .get_or_insert_with(|| Lately::new(most))
                .knows(name)
    }

    /// Puts the rarest words together until `most` are left. `all`: also steps that are variable, each kind of which has a
    /// child of its own otherwise.
    pub(crate) fn widen(&mut self, most: usize, all: bool, options: &Options) -> Freed {
        let narrow = |child: &Child| {
            let is_word = child.edge.as_variable().is_none() && !child.edge.is_empty();
            child.words == 0 && (all || is_word)
        };
        let mut words: Vec<(u64, Box<[u8]>)> = self
            .children
            .iter()
            .filter(|(_, child)| narrow(child))
            .map(|(name, child)| (child.count, name.clone()))
            .collect();
        words.sort();
        words.truncate(words.len().saturating_sub(most));
        let mut freed = Freed::default();
        for (_, name) in words {
            let child = self.children.remove(&name).expect("it was just listed");
            freed.add(self.put_together(child, options));
        }
        freed
    }

    /// Adds a child to the wild one behind the same separator.
    pub(crate) fn put_together(&mut self, child: Child, options: &Options) -> Freed {
        let kind = child.edge.widened();
        let mut name = Vec::new();
        Edge::wild_name(&child.edge.separator, &mut name);
        let words = child.words.max(1);
        match self.children.get_mut(&*name) {
            Some(wild) => {
                let known = wild.edge.as_variable().unwrap_or(CaptureKind::Text);
                wild.edge = Edge::variable(&child.edge.separator, known.join(kind));
                wild.count += child.count;
                wild.words += words;
                let mut freed = wild.node.merge(child.node, 1, options);
                freed.nodes += 1;
                freed
            }
            None => {
                let edge = Edge::variable(&child.edge.separator, kind);
                let wild = Child {
                    edge,
                    words,
                    only: None,
                    ..child
                };
                self.children.insert(name.into(), wild);
                Freed::default()
            }
        }
    }

    /// Merges, and returns what that makes free.
    pub(crate) fn merge(&mut self, other: Self, level: usize, options: &Options) -> Freed {
        let mut freed = Freed::default();
        if let Some(terminal) = other.terminal {
            match &mut self.terminal {
                Some(own) => freed.places += own.merge(*terminal, options),
                none => *none = Some(terminal),
            }
        }
        for (name, child) in other.children {
            match self.children.get_mut(&name) {
                Some(own) => {
                    own.count += child.count;
                    own.words += child.words;
                    if own.only != child.only {
                        own.only = None;
                    }
                    if let (Some(one), Some(other)) =
                        (own.edge.as_variable(), child.edge.as_variable())
                    {
                        own.edge = Edge::variable(&child.edge.separator, one.join(other));
                    }
                    freed.nodes += 1;
                    freed.add(own.node.merge(child.node, level + 1, options));
                }
                None => {
                    self.children.insert(name, child);
                }
            }
        }
        let most = room(level, options);
        if self.children.len() > most {
            freed.add(self.widen(most / 2, false, options));
        }
        if self.flat || other.flat {
            freed.add(self.flatten(options));
        }
        freed
    }

    /// Finds or makes the child that all names go to which have anything behind a node that is flat.
    fn rest(&mut self) -> &mut Child {
        let mut name = Vec::with_capacity(3);
        Edge::wild_name(b"", &mut name);
        self.children.entry(name.into()).or_insert_with(|| Child {
            edge: Edge::variable(b"", CaptureKind::Rest),
            count: 0,
            words: 0,
            only: None,
            node: Self::default(),
        })
    }
}
