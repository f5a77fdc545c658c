//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::contestants::Contestant;
use crate::data::DataSet;

/// Measures Remold beside what people use instead. It starts its own servers and changes nothing else.
#[derive(Debug, Parser)]
#[command(name = "remold-bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    /// How many keys each round changes.
    #[arg(long, default_value_t = 200_000)]
    pub(crate) keys: u64,

    /// How often each contestant runs; they take turns.
    #[arg(long, default_value_t = 4)]
    pub(crate) rounds: usize,

    /// What the keys hold.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) data: DataSet,

    /// Who takes part; all of them if this is left out.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) contestants: Vec<Contestant>,

    /// What is measured; everything if this is left out.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) measures: Vec<Measure>,

    /// Between which numbers of keys growth is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000])]
    pub(crate) growth: Vec<u64>,

    /// Also writes the figures to this file, as JSON.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) shape: Shape,

    #[command(subcommand)]
    pub(crate) task: Option<Task>,
}

/// How much Remold has in flight. Its default is the fast one of the shapes that the guide names, not the manifest's.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Shape {
    /// Batches in flight, each on its own connection: `spec.strategy.parallelism`.
    #[arg(long, default_value_t = 16)]
    pub(crate) parallelism: usize,

    /// Keys in a batch: `spec.strategy.batchSize`.
    #[arg(long, default_value_t = 64)]
    pub(crate) batch_size: usize,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// The contestants, side by side on a live server.
    Contest,
    /// The codec alone, and a dry run, on an RDB file.
    Files,
    /// Memory and time per key of Remold by the number of keys.
    Growth,
    /// What the transform alone costs in each language.
    Languages,
    /// How long `remold test` takes.
    Start,
    /// What it costs to hold a record against a schema.
    Validation,
}

/// What a process of the benchmark does instead of holding the contest.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Takes part in a round: the benchmark starts this itself.
    #[command(hide = true)]
    Contestant(Entry),
}

/// One contestant in one round.
#[derive(Debug, Clone, Args)]
pub(crate) struct Entry {
    /// Who.
    #[arg(value_enum)]
    pub(crate) contestant: Contestant,

    /// Port of the server on this machine.
    #[arg(long)]
    pub(crate) port: u16,

    /// What the keys hold.
    #[arg(long, value_enum)]
    pub(crate) data: DataSet,

    #[command(flatten)]
    pub(crate) shape: Shape,
}

impl Arguments {
    /// Says whether a measure is to be taken.
    pub(crate) fn takes(&self, measure: Measure) -> bool {
        self.measures.is_empty() || self.measures.contains(&measure)
    }

    /// Returns who takes part.
    pub(crate) fn contestants(&self) -> Vec<Contestant> {
        if self.contestants.is_empty() {
            Contestant::value_variants().to_vec()
        } else {
            self.contestants.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_takes_part_unless_some_are_named() {
        let all = Arguments::parse_from(["remold-bench"]);
        assert_eq!(all.contestants(), Contestant::value_variants());
        assert!(all.takes(Measure::Growth));
        let some = Arguments::parse_from([
            "remold-bench",
            "--contestants",
            "b,native",
            "--measures",
            "contest",
        ]);
        assert_eq!(some.contestants(), [Contestant::B, Contestant::Native]);
        assert!(!some.takes(Measure::Growth));
    }
}
