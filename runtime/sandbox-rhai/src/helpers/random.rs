//! Numbers that look random and are not: each record has its own sequence, which depends on the
//! run's seed and the record's key alone. A dry run, the run and a replay draw the same.

use std::sync::Arc;

use rhai::Engine;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

/// A record's sequence.
#[derive(Debug, Default)]
pub(crate) struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    /// Begins the sequence of a record.
    pub(crate) fn begin(&mut self, seed: u64, key: &[u8]) {
        self.seed = xxh3_64_with_seed(key, seed);
        self.drawn = 0;
    }

    /// Draws the next number.
    pub(crate) fn draw(&mut self) -> u64 {
        self.drawn += 1;
        xxh3_64_with_seed(&self.drawn.to_le_bytes(), self.seed)
    }
}

/// Draws from `low..=high`, every number equally likely.
fn between(session: &Session, low: i64, high: i64) -> Fallible<i64> {
    let range = high
        .checked_sub(low)
        .and_then(|range| u64::try_from(range).ok());
    let count = range
        .and_then(|range| range.checked_add(1))
        .ok_or_else(|| {
            invalid(
                "random",
                "the first number must not be larger than the second, nor too far from it",
            )
        })?;
    // Numbers at the top that would make the lower results likelier are drawn again.
    let fair = u64::MAX - u64::MAX % count;
    let drawn = loop {
        let drawn = session.draw();
        if drawn < fair {
            break drawn % count;
        }
    };
    Ok(low.saturating_add_unsigned(drawn))
}

/// Registers the random numbers.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    let drawing = Arc::clone(session);
    engine.register_fn("random", move |low: i64, high: i64| {
        between(&drawing, low, high)
    });
}
