//! The contest: contestants take turns on one server, round after round, each in a process of its own.

use std::thread;
use std::time::{Duration, Instant};

use remold_tests::{Options, Server, ServerVersion};
use serde::Serialize;

use crate::arguments::Arguments;
use crate::child::Launch;
use crate::contestants::Contestant;
use crate::data::{DataSet, Keys, Store};
use crate::error::Error;
use crate::probe::{Latency, Probe};
use crate::report;
use crate::statistics::Spread;

/// How long the server is watched at rest before each round.
const IDLE: Duration = Duration::from_millis(300);

/// What came of a contest.
#[derive(Debug, Serialize)]
pub(crate) struct Contest {
    /// What the keys held.
    pub(crate) data: DataSet,
    /// How many there were.
    pub(crate) keys: u64,
    /// Who took part, with all rounds.
    pub(crate) standings: Vec<Standing>,
    /// Who could not, and why.
    pub(crate) skipped: Vec<(Contestant, String)>,
}

/// The rounds of one contestant.
#[derive(Debug, Serialize)]
pub(crate) struct Standing {
    /// Who.
    pub(crate) contestant: Contestant,
    /// Its rounds, in order.
    pub(crate) rounds: Vec<Turn>,
}

/// One turn of one contestant: what it cost, or what went wrong.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Turn {
    /// Every key came out right.
    Done(Round),
    /// It counts for nothing.
    Failed(String),
}

/// What one round cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Round {
    /// Keys per second.
    pub(crate) keys_per_second: f64,
    /// Processor time of the server, microseconds per key.
    pub(crate) redis_us: f64,
    /// Processor time of the contestant, microseconds per key.
    pub(crate) client_us: f64,
    /// The most memory that the contestant had, bytes.
    pub(crate) peak_bytes: u64,
    /// Another client's reads meanwhile.
    pub(crate) busy: Latency,
    /// Another client's reads before.
    pub(crate) idle: Latency,
}

impl Contest {
    /// Holds a contest.
    pub(crate) fn hold(arguments: &Arguments) -> Result<Self, Error> {
        let arena = Arena::open(arguments.data, arguments.keys)?;
        let (mut entrants, mut skipped) = (Vec::new(), Vec::new());
        for contestant in arguments.contestants() {
            match contestant.launch(arena.server.port(), arguments.data, arguments.shape) {
                Ok(launch) => entrants.push((contestant, launch)),
                Err(reason) => {
                    report::progress(&format!("{} is left out: {reason}", contestant.label()));
                    skipped.push((contestant, reason));
                }
            }
        }
        let mut standings: Vec<Standing> = entrants
            .iter()
            .map(|(contestant, _)| Standing {
                contestant: *contestant,
                rounds: Vec::new(),
            })
            .collect();
        for round in 0..arguments.rounds {
            // Each round begins with another one, so that nobody always follows the same neighbour.
            for turn in 0..entrants.len() {
                let place = (round + turn) % entrants.len();
                let (contestant, launch) = &entrants[place];
                let turn = arena.turn(launch);
                report::progress(&format!(
                    "round {} of {}: {}: {}",
                    round + 1,
                    arguments.rounds,
                    contestant.label(),
                    turn.in_short()
                ));
                standings[place].rounds.push(turn);
            }
        }
        Ok(Self {
            data: arguments.data,
            keys: arguments.keys,
            standings,
            skipped,
        })
    }

    /// Finds a contestant's rounds.
    pub(crate) fn standing(&self, contestant: Contestant) -> Option<&Standing> {
        let mut standings = self.standings.iter();
        standings.find(|standing| standing.contestant == contestant)
    }
}

/// A server with the keys that are fought over.
pub(crate) struct Arena {
    pub(crate) server: Server,
    keys: Keys,
}

impl Arena {
    /// Starts a server.
    pub(crate) fn open(data: DataSet, count: u64) -> Result<Self, Error> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_err(|_| Error::Unexpected)?.as_secs() * 1000;
        Ok(Self {
            server: Server::start(ServerVersion::Redis7_0, Options::new()),
            keys: Keys {
                data,
                count,
                expiry: now + 7 * 24 * 3_600_000,
            },
        })
    }

    /// Fills the server and returns the connection over which that was done.
    pub(crate) fn fill(&self) -> Result<Store, Error> {
        let mut store = Store::connect(self.server.port())?;
        store.fill(&self.keys)?;
        Ok(store)
    }

    /// Lets a contestant change all keys, from the beginning, and looks whether it did.
    pub(crate) fn turn(&self, launch: &Launch) -> Turn {
        match self.try_turn(launch) {
            Ok(round) => Turn::Done(round),
            Err(error) => Turn::Failed(error.to_string()),
        }
    }

    fn try_turn(&self, launch: &Launch) -> Result<Round, Error> {
        let mut store = self.fill()?;
        let probe = Probe::start(self.server.port())?;
        let watched = Instant::now();
        thread::sleep(IDLE);
        let idle_until = Instant::now();
        let cpu = store.cpu_seconds()?;
        let seen = launch.run();
        let cpu = store.cpu_seconds()? - cpu;
        let samples = probe.stop()?;
        let seen = seen?;
        store.check(&self.keys)?;
        let latency = |from, to| samples.within(from, to).ok_or(Error::Unexpected);
        #[allow(clippy::cast_precision_loss, reason = "there are not 2^52 keys")]
        let keys = self.keys.count as f64;
        Ok(Round {
            keys_per_second: keys / seen.effort.seconds,
            redis_us: cpu / keys * 1e6,
            client_us: seen.effort.cpu_seconds / keys * 1e6,
            peak_bytes: seen.effort.peak_bytes,
            busy: latency(seen.begun, seen.ended)?,
            idle: latency(watched, idle_until)?,
        })
    }
}

impl Turn {
    /// Returns the figures, if it counts.
    pub(crate) const fn round(&self) -> Option<&Round> {
        match self {
            Self::Done(round) => Some(round),
            Self::Failed(_) => None,
        }
    }

    fn in_short(&self) -> String {
        match self {
            Self::Done(round) => format!("{:.0} keys/s", round.keys_per_second),
            Self::Failed(reason) => format!("failed: {reason}"),
        }
    }
}

impl Standing {
    /// Returns the rounds that count.
    pub(crate) fn done(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter_map(Turn::round)
    }

    /// Sums up a figure over the rounds that count.
    pub(crate) fn spread(&self, figure: impl Fn(&Round) -> f64) -> Option<Spread> {
        Spread::of(self.done().map(figure))
    }

    /// Returns how a figure compares with that of another contestant in the same round: the median over the rounds.
    /// So a machine that is slow for a while is slow for both.
    pub(crate) fn ratio(&self, other: &Self, figure: impl Fn(&Round) -> f64) -> Option<Spread> {
        let pairs = self.rounds.iter().zip(&other.rounds);
        let pairs = pairs.filter_map(|(one, other)| Some((one.round()?, other.round()?)));
        Spread::of(pairs.map(|(one, other)| figure(one) / figure(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(keys_per_second: f64) -> Turn {
        let latency = Latency {
            p50_ms: 1.0,
            p99_ms: 2.0,
        };
        Turn::Done(Round {
            keys_per_second,
            redis_us: 1.0,
            client_us: 1.0,
            peak_bytes: 1,
            busy: latency,
            idle: latency,
        })
    }

    #[test]
    fn a_ratio_is_taken_round_by_round_and_failed_rounds_count_for_nothing() {
        let one = Standing {
            contestant: Contestant::Native,
            rounds: vec![round(100.0), round(10.0), round(50.0)],
        };
        let other = Standing {
            contestant: Contestant::B,
            rounds: vec![round(50.0), round(5.0), Turn::Failed("no".to_owned())],
        };
        let ratio = one.ratio(&other, |round| round.keys_per_second);
        let ratio = ratio.expect("two rounds count");
        assert_eq!((ratio.least, ratio.median, ratio.most), (2.0, 2.0, 2.0));
    }
}
