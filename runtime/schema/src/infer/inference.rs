//! The inference itself: records in, proposals out.

use std::time::Duration;

use remold_host_api::{Entry, Value};

use super::collect::{collect, name_subjects};
use super::examples::Sighting;
use super::form::Observation;
use super::options::Options;
use super::proposal::Inferred;
use super::settle::settle;
use super::signature::Outline;
use super::tree::Tree;

/// Observes records, one after the other and in any order, and proposes schemas of what it saw.
#[derive(Debug)]
pub struct Inference {
    options: Options,
    tree: Tree,
    records: u64,
    /// How many places may still be made.
    budget: usize,
    outline: Outline,
}

impl Default for Inference {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl Inference {
    /// Makes an inference that saw nothing yet.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            tree: Tree::default(),
            records: 0,
            budget: options.max_places,
            outline: Outline::default(),
        }
    }

    /// Observes a record. `remaining` is the time until it expires; `None` if it does not.
    pub fn observe(&mut self, key: &[u8], value: &Value, remaining: Option<Duration>) {
        let sighting = Sighting::new(key);
        self.records += 1;
        let (terminal, freed) = self.tree.terminal(key, &self.options);
        self.budget = (self.budget + freed.places).min(self.options.max_places);
        let observation = Observation {
            value,
            remaining,
            sighting: &sighting,
            options: &self.options,
        };
        terminal.observe(&observation, &mut self.budget, &mut self.outline);
    }

    /// Observes a record as it is read from a server or a file. `now` is the moment at which it was, Unix milliseconds.
    pub fn observe_entry(&mut self, entry: &Entry, now: u64) {
        let left = |at: u64| Duration::from_millis(at.saturating_sub(now));
        self.observe(&entry.key, &entry.value, entry.expires_at.map(left));
    }

    /// Takes over what another inference with the same options saw, of other records: so several threads can observe a
    /// keyspace.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        let taken = other.options.max_places.saturating_sub(other.budget);
        let freed = self.tree.merge(other.tree, &self.options);
        self.budget = (self.budget + freed.places).saturating_sub(taken);
    }

    /// Returns how many records were observed.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Proposes schemas of what was seen.
    pub fn finish(mut self) -> Inferred {
        let options = self.options;
        let mut notes = Vec::new();
        if self.tree.widened {
            notes.push("there are more words in the names of keys than can be kept apart: rare ones are taken as values".to_owned());
        }
        if self.tree.flattened {
            notes.push("the names of keys are too different to be kept apart in full: some patterns end in anything".to_owned());
        }
        if self.budget == 0 {
            notes.push(
                "there are more places in the values than can be described: some are left out"
                    .to_owned(),
            );
        }
        settle(&mut self.tree.root, 0, &options);
        let mut collected = collect(std::mem::take(&mut self.tree.root), &options);
        name_subjects(&mut collected.proposals);
        if collected.proposals.len() > options.max_proposals {
            let left: u64 = collected.proposals[options.max_proposals..]
                .iter()
                .map(|proposal| proposal.records)
                .sum();
            notes.push(format!(
                "{} further patterns with {left} records are left out",
                collected.proposals.len() - options.max_proposals
            ));
            collected.proposals.truncate(options.max_proposals);
        }
        Inferred {
            records: self.records,
            proposals: collected.proposals,
            lone: collected.lone,
            lone_records: collected.lone_records,
            notes,
        }
    }
}

#[cfg(test)]
mod tests;
