//! What is read of a target's events.

use std::num::NonZeroU64;

use clap::Args;
use remold::host_api::StreamId;

use super::TargetArguments;

/// Events to be read.
#[derive(Debug, Args)]
pub(crate) struct EventsArguments {
    /// Stay, and show events as they come, until Ctrl-C
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Where to begin: `all`, `new` (what comes from now on), behind the event with an id (`1764480000000-0`), or at a
    /// time in Unix milliseconds; without it `all`, and `new` with --follow
    #[arg(long, value_name = "ID|TIME|all|new")]
    pub(crate) since: Option<Since>,
    /// End after so many events
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<NonZeroU64>,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// With the oldest event that is left.
    All,
    /// With the next that comes.
    New,
    /// Behind this place.
    Behind(StreamId),
}

impl std::str::FromStr for Since {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let at = |ms: u64| match ms.checked_sub(1) {
            None => Self::All,
            Some(before) => Self::Behind(StreamId {
                ms: before,
                seq: u64::MAX,
            }),
        };
        match text {
            "all" => Ok(Self::All),
            "new" => Ok(Self::New),
            _ => text
                .parse()
                .map(Self::Behind)
                .or_else(|_| text.parse().map(at))
                .map_err(|_| {
                    "expected `all`, `new`, an id as 1764480000000-0, or Unix milliseconds"
                        .to_owned()
                }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_a_word_an_id_or_a_time() {
        let behind = |ms, seq| Ok(Since::Behind(StreamId { ms, seq }));
        assert_eq!("all".parse(), Ok(Since::All));
        assert_eq!("new".parse(), Ok(Since::New));
        assert_eq!("17-3".parse(), behind(17, 3));
        assert_eq!("17".parse(), behind(16, u64::MAX));
        assert_eq!("0".parse(), Ok(Since::All));
        for bad in ["", "-", "17-", "-1", "yesterday", "17-3-2"] {
            assert!(bad.parse::<Since>().is_err(), "{bad}");
        }
    }
}
