//! Making room in the tree of names: fewer words are kept apart, and what is too tangled becomes one.

use super::{Freed, Node, Tree};
use crate::infer::names::MOST_STEPS;
use crate::infer::options::Options;
use crate::infer::terminal::Terminal;

impl Tree {
    /// Makes room for half of the nodes. Large subtrees go before small ones, so that what is simple beside them stays as
    /// it is.
    pub(super) fn shrink(&mut self, options: &Options) -> Freed {
        /// A node keeps so many words apart as long as that may do.
        const FEW: usize = 8;
        /// More nodes are many for what begins alike.
        const LARGE: usize = 64;
        let goal = options.max_nodes / 2;
        let mut freed = Freed::default();
        let halves = |from: usize| {
            std::iter::successors(Some(from), |most| Some(most / 2)).take_while(|most| *most > 0)
        };
        let widening = |most: usize| Step::Widen { most };
        let flattening = |least: usize| {
            (0..=MOST_STEPS)
                .rev()
                .map(move |level| Step::Flatten { level, least })
        };
        let steps = halves(options.max_children / 2)
            .take_while(|most| *most >= FEW)
            .map(widening)
            // The root is last of all.
            .chain(flattening(LARGE).take(MOST_STEPS))
            .chain(halves(FEW / 2).map(widening))
            .chain(flattening(2));
        for step in steps {
            if self.nodes.saturating_sub(freed.nodes) <= goal {
                break;
            }
            match step {
                Step::Widen { most } => {
                    self.widened = true;
                    freed.add(self.root.shrink(most, most < FEW, options));
                }
                Step::Flatten { level, least } => {
                    self.flattened = true;
                    freed.add(self.root.flatten_at(level, least, options));
                }
            }
        }
        self.nodes = self.nodes.saturating_sub(freed.nodes);
        freed
    }
}

/// A step towards a smaller tree.
enum Step {
    /// Keep so many words apart at each node.
    Widen { most: usize },
    /// Make one of what is below each node of a level, where there are so many nodes.
    Flatten { level: usize, least: usize },
}

impl Node {
    fn shrink(&mut self, most: usize, all: bool, options: &Options) -> Freed {
        let mut freed = self.widen(most, all, options);
        for child in self.children.values_mut() {
            freed.add(child.node.shrink(most, all, options));
        }
        freed
    }

    /// Makes one of everything that is below each node of a level, if there are so many nodes.
    fn flatten_at(&mut self, level: usize, least: usize, options: &Options) -> Freed {
        if level > 0 {
            let mut freed = Freed::default();
            for child in self.children.values_mut() {
                freed.add(child.node.flatten_at(level - 1, least, options));
            }
            return freed;
        }
        if self.count() >= least {
            self.flatten(options)
        } else {
            Freed::default()
        }
    }

    /// Makes one of everything below.
    pub(super) fn flatten(&mut self, options: &Options) -> Freed {
        let mut freed = Freed::default();
        let mut terminal = Terminal::default();
        let (mut count, mut words) = (0, 0);
        for (_, child) in self.children.drain() {
            count += child.count;
            words += child.words.max(1);
            freed.nodes += 1;
            child.node.drain_into(&mut terminal, &mut freed, options);
        }
        self.flat = true;
        self.lately = None;
        let rest = self.rest();
        (rest.count, rest.words) = (count, words);
        rest.node.terminal = Some(Box::new(terminal));
        freed.nodes = freed.nodes.saturating_sub(1);
        freed
    }

    /// Counts the nodes below.
    fn count(&self) -> usize {
        self.children
            .values()
            .map(|child| 1 + child.node.count())
            .sum()
    }

    fn drain_into(self, terminal: &mut Terminal, freed: &mut Freed, options: &Options) {
        if let Some(own) = self.terminal {
            freed.places += terminal.merge(*own, options);
        }
        for child in self.children.into_values() {
            freed.nodes += 1;
            child.node.drain_into(terminal, freed, options);
        }
    }
}
