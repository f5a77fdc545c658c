//! Reading a target's change stream: page by page, or staying for what comes.

use std::time::Duration;

use remold_engine::port::{ChangeEvent, ChangePage, Gap, Ledger};
use remold_engine::{Control, Observer};
use remold_host_api::StreamId;

use crate::error::Error;
use crate::registrar::reading;
use crate::target::Target;

/// How many events are read in one step.
const PAGE: usize = 500;

/// How long is waited for the next event before it is looked whether to stop.
const WAIT: Duration = Duration::from_millis(500);

/// The change stream of a target, over a connection of its own. Nothing is written.
pub struct Follower {
    ledger: Box<dyn Ledger>,
    is_live: bool,
}

/// What is met in a change stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// An event.
    Event(Box<ChangeEvent>),
    /// Events may be missing here.
    Gap {
        /// The place that was read up to.
        after: StreamId,
        /// What is behind it.
        gap: Gap,
    },
}

impl Follower {
    /// Opens a target's change stream.
    pub fn open(target: &Target) -> Result<Self, Error> {
        Ok(Self {
            ledger: reading(target)?,
            is_live: matches!(target, Target::Redis(_)),
        })
    }

    /// Returns the place of the newest event; 0-0 if there was never one.
    pub fn newest(&mut self) -> Result<StreamId, Error> {
        Ok(self.ledger.newest_change()?)
    }

    /// Reads up to `count` events behind a place.
    pub fn page(&mut self, after: StreamId, count: usize) -> Result<ChangePage, Error> {
        Ok(self.ledger.changes(after, count, Duration::ZERO)?)
    }

    /// Takes the events that there are now behind a place, in order, until `take` says that it has enough.
    pub fn walk(
        &mut self,
        after: StreamId,
        mut take: impl FnMut(Met) -> bool,
    ) -> Result<(), Error> {
        // What comes while it is read is left: a busy stream would never end.
        let newest = self.newest()?;
        let mut after = after;
        loop {
            let page = self.page(after, PAGE)?;
            let is_last = page.events.is_empty() || page.next >= newest;
            let until = |event: &ChangeEvent| event.id <= newest;
            let next = page.next;
            if !hand_over(after, page, until, &mut take) || is_last {
                return Ok(());
            }
            after = next;
        }
    }

    /// Stays and takes the events behind a place as they come, until `take` says that it has enough or a stop is asked for.
    /// A server that does not answer is waited for without end, and told to the observer each time; events that came
    /// meanwhile are read then.
    ///
    /// A file does not change, and is [refused](Error::Target).
    pub fn follow(
        &mut self,
        after: StreamId,
        control: &Control,
        observer: &dyn Observer,
        mut take: impl FnMut(Met) -> bool,
    ) -> Result<(), Error> {
        if !self.is_live {
            return Err(Error::Target {
                problem: "a file does not change: there is nothing to be followed".to_owned(),
                hint: "leave --follow out, or name a server".to_owned(),
            });
        }
        let mut after = after;
        while !control.is_stopped() {
            let ledger = &mut self.ledger;
            let read = || ledger.changes(after, PAGE, WAIT);
            let page = match remold_engine::patiently(Duration::MAX, control, observer, read) {
                Err(_) if control.is_stopped() => return Ok(()),
                page => page?,
            };
            let next = page.next;
            if !hand_over(after, page, |_| true, &mut take) {
                return Ok(());
            }
            after = next;
        }
        Ok(())
    }
}

/// Hands a page over; says whether more is wanted.
fn hand_over(
    after: StreamId,
    page: ChangePage,
    wanted: impl Fn(&ChangeEvent) -> bool,
    take: &mut impl FnMut(Met) -> bool,
) -> bool {
    let gap = page.gap.map(|gap| Met::Gap { after, gap });
    let events = page.events.into_iter().filter(wanted);
    gap.into_iter()
        .chain(events.map(|event| Met::Event(Box::new(event))))
        .all(take)
}
