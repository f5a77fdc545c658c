//! A run over records in memory: what fixtures and replays have in common. It is the real run, over a keyspace that is
//! nobody else's.

use std::io::Cursor;
use std::sync::Arc;

use remold_engine::port::{Journal, Selection, Source};
use remold_engine::{
    Action, Allowance, Control, Fixture, Observer, Overlay, RunOutcome, RunSpec, Unjournalled,
};
use remold_host_api::Pattern;
use remold_manifest::cases::{Case, Direction};

use crate::error::Error;
use crate::migration::Migration;
use crate::open;
use crate::recorder::Overheard;
use crate::runner::RunOptions;
use crate::target::{FileTarget, Target};

/// What a run over records in memory is given beside them.
pub(crate) struct Stage<'a> {
    pub(crate) migration: &'a Migration,
    /// The parameters, instead of the manifest's.
    pub(crate) parameters: Option<&'a serde_json::Map<String, serde_json::Value>>,
    pub(crate) now_ms: u64,
    pub(crate) seed: u64,
    pub(crate) direction: Direction,
}

/// What a run over records in memory left.
pub(crate) struct Played {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) overlay: Overlay,
    pub(crate) outcome: RunOutcome,
}

impl<'a> Stage<'a> {
    /// Returns what a case gives.
    pub(crate) fn of(migration: &'a Migration, case: &'a Case) -> Self {
        Self {
            migration,
            parameters: case.parameters.as_ref(),
            now_ms: case.now_ms,
            seed: case.seed,
            direction: case.direction,
        }
    }

    /// Runs the migration over a fixture.
    pub(crate) fn play(
        &self,
        fixture: Fixture,
        options: &RunOptions,
        observer: &dyn Observer,
    ) -> Result<Played, Error> {
        let source: Arc<dyn Source> = Arc::new(fixture);
        let prefix = open::reserved_prefix(&nowhere());
        let scratch = Box::new(Cursor::new(Vec::new()));
        let overlay = Overlay::new(Arc::clone(&source), scratch, self.seed, prefix)?;
        let journal: Arc<dyn Journal> = Arc::new(Unjournalled::default());
        let spec = self.spec(options);
        let control = Control::new();
        let observer = Overheard {
            recorder: options.recorder.as_ref(),
            observer,
        };
        let outcome = remold_engine::run(&spec, &overlay, &[journal], &control, &observer);
        Ok(Played {
            source,
            overlay,
            outcome,
        })
    }

    /// Makes the spec of the run.
    pub(crate) fn spec(&self, options: &RunOptions) -> RunSpec {
        let nowhere = nowhere();
        let mut header = open::header_of(self.migration, &nowhere);
        header.now_ms = self.now_ms;
        header.seed = self.seed;
        let transform = self.migration.transform();
        let action = match self.direction {
            Direction::Migrate => Action::Migrate(transform),
            Direction::Revert => Action::Revert(transform),
        };
        let mut spec = open::spec_of(&nowhere, self.migration, header, action, options);
        if let Some(parameters) = self.parameters {
            spec.context.parameters = serde_json::Value::Object(parameters.clone());
        }
        if self.direction == Direction::Revert {
            // What comes back may have other keys than what was selected.
            spec.selection = Selection {
                pattern: Pattern::new("*"),
                kind: None,
                keys: None,
                ..spec.selection
            };
            spec.within.clear();
        }
        // Whoever plays says himself what may be rejected.
        spec.policy.max_rejected = Allowance::Count(u64::MAX);
        spec.strategy.canary.clear();
        spec.strategy.lanes = Some(1);
        spec
    }
}

/// The target of a run over records in memory.
pub(crate) fn nowhere() -> Target {
    Target::File(FileTarget {
        input: "case".into(),
        output: None,
        database: 0,
    })
}
