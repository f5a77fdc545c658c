//! Remold by the number of keys: memory, and time per key.

use serde::Serialize;

use crate::arguments::Arguments;
use crate::contest::{Arena, Turn};
use crate::contestants::Contestant;
use crate::data::DataSet;
use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// How often each size is measured at most.
const ROUNDS: usize = 3;

/// Remold on so many keys.
#[derive(Debug, Serialize)]
pub(crate) struct Size {
    /// How many keys.
    pub(crate) keys: u64,
    /// Time per key, microseconds.
    pub(crate) us_per_key: Spread,
    /// The most memory that its process had, bytes.
    pub(crate) peak_bytes: u64,
}

/// Runs the migration of hashes, with the transform in Rust, on each number of keys; sizes take turns.
pub(crate) fn measure(arguments: &Arguments) -> Result<Vec<Size>, Error> {
    let mut rounds: Vec<Vec<crate::contest::Round>> = vec![Vec::new(); arguments.growth.len()];
    for _ in 0..arguments.rounds.min(ROUNDS) {
        for (keys, rounds) in arguments.growth.iter().zip(&mut rounds) {
            let arena = Arena::open(DataSet::Hashes, *keys)?;
            let port = arena.server.port();
            let launch = Contestant::Native.launch(port, DataSet::Hashes, arguments.shape);
            let launch = launch.map_err(|message| Error::Contestant { message })?;
            match arena.turn(&launch) {
                Turn::Done(round) => rounds.push(round),
                Turn::Failed(message) => return Err(Error::Contestant { message }),
            }
            report::progress(&format!("growth: {keys} keys are done"));
        }
    }
    let sizes = arguments.growth.iter().zip(rounds);
    let sizes = sizes.filter_map(|(keys, rounds)| {
        Some(Size {
            keys: *keys,
            us_per_key: Spread::of(rounds.iter().map(|round| 1e6 / round.keys_per_second))?,
            peak_bytes: rounds.iter().map(|round| round.peak_bytes).max()?,
        })
    });
    Ok(sizes.collect())
}
