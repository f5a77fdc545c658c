//! Remold, through its embedding API, with all that it promises: guard, journal, receipts, history.

use std::sync::Arc;

use remold::{Control, JournalDirectory, RedisOptions, RunEnd, RunOptions, Runner, Silent, Target};

use super::Work;
use remold_tests::Language;

use crate::arguments::Entry;
use crate::change::{self, Style};
use crate::error::Error;

/// In which way Remold takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The transform in Rust.
    Native,
    /// The transform in Rhai.
    Rhai,
    /// The transform as a component in Rust.
    Component,
    /// The transform in Rust, slowed down for the server's other users.
    Gentle,
}

/// Loads the migration; the journal goes into a temporary folder, on whatever disk that is.
pub(super) fn prepared(entry: &Entry, way: Way) -> Result<Work, Error> {
    let max_latency = (way == Way::Gentle).then_some("2ms");
    let migration = match way {
        Way::Component => {
            let component = change::component(Language::named("rust"), Style::Columns);
            change::migration_of_component(&component, entry.shape)?
        }
        Way::Rhai => change::migration(entry.data, entry.shape, max_latency)?,
        Way::Native | Way::Gentle => {
            let migration = change::migration(entry.data, entry.shape, max_latency)?;
            migration.with_transform(Arc::new(change::NATIVE))
        }
    };
    let address = remold::Address::Tcp {
        host: "127.0.0.1".to_owned(),
        port: entry.port,
    };
    let target = Target::Redis(Box::new(RedisOptions::new(address)));
    let folder = tempfile::tempdir().map_err(Error::io("making a folder for the journal"))?;
    Ok(Box::new(move || {
        let runner = Runner::new(target, JournalDirectory::new(folder.path()));
        let report = runner.run(&migration, &RunOptions::default(), &Control::new(), &Silent)?;
        match report.outcome.end {
            RunEnd::Completed => Ok(()),
            end => Err(Error::Ended {
                end: format!("{end:?}"),
            }),
        }
    }))
}
