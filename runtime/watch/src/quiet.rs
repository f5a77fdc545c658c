//! When to look: as soon as nothing more happens, and not before. The time is passed in.

use std::time::{Duration, Instant};

/// How long nothing has to happen. Editors save in several steps within a few milliseconds.
const QUIET: Duration = Duration::from_millis(60);
/// How long it is waited for quiet at most.
const LONGEST: Duration = Duration::from_secs(1);
/// How long a file that is gone may take to come back. Some editors and tools remove a file before they write it anew.
const ABSENCE: Duration = Duration::from_millis(300);

/// Turns many events that come together into one look.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quiet {
    /// The first and the last event that nobody has looked for yet.
    events: Option<(Instant, Instant)>,
    /// When a look first found a file gone.
    missed: Option<Instant>,
}

impl Quiet {
    /// Takes down that something has happened.
    pub(crate) fn note(&mut self, now: Instant) {
        let first = self.events.map_or(now, |(first, _)| first);
        self.events = Some((first, now));
    }

    /// Returns when to look; `None`: nothing has happened.
    pub(crate) fn due(&self) -> Option<Instant> {
        let quiet = self
            .events
            .map(|(first, last)| (last + QUIET).min(first + LONGEST));
        let back = self.missed.map(|missed| missed + ABSENCE);
        // Whoever writes a file anew causes events, and is not kept waiting.
        quiet.or(back)
    }

    /// Says whether it is time to look.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.due().is_some_and(|due| due <= now)
    }

    /// Takes down that somebody has looked, and whether a file was found gone. Says whether that look counts: a file that
    /// is gone is waited for a moment.
    pub(crate) fn looked(&mut self, now: Instant, gone: bool) -> bool {
        self.events = None;
        if !gone {
            self.missed = None;
            return true;
        }
        let missed = *self.missed.get_or_insert(now);
        let counts = missed + ABSENCE <= now;
        if counts {
            self.missed = None;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn events_that_come_together_are_looked_for_once() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        assert!(quiet.due().is_none() && !quiet.is_due(start));
        for at in [0, 10, 50] {
            quiet.note(start + ms(at));
            assert!(!quiet.is_due(start + ms(at)));
        }
        assert!(!quiet.is_due(start + ms(109)));
        assert!(quiet.is_due(start + ms(110)));
        assert!(quiet.looked(start + ms(110), false));
        assert!(quiet.due().is_none());
    }

    #[test]
    fn who_never_stops_writing_is_not_waited_for_for_ever() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        let looked = (0..200)
            .map(|step| start + ms(step * 20))
            .find(|now| {
                quiet.note(*now);
                quiet.is_due(*now)
            })
            .expect("it is looked in the end");
        assert_eq!(looked - start, LONGEST);
    }

    #[test]
    fn a_file_that_is_gone_is_waited_for_a_moment() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        quiet.note(start);
        assert!(!quiet.looked(start + ms(60), true), "it may come back");
        assert_eq!(quiet.due(), Some(start + ms(60) + ABSENCE));
        // It comes back: that is an event, and it is there at the next look.
        quiet.note(start + ms(100));
        assert_eq!(quiet.due(), Some(start + ms(160)));
        assert!(quiet.looked(start + ms(160), false));
        assert!(quiet.due().is_none());
    }

    #[test]
    fn a_file_that_does_not_come_back_is_gone() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        quiet.note(start);
        assert!(!quiet.looked(start + ms(60), true));
        let due = quiet.due().expect("it is looked again");
        assert!(quiet.looked(due, true));
        assert!(quiet.due().is_none());
    }
}
