//! An instance: one worker's component, reused from batch to batch and replaced after a trap.

mod live;
mod recovery;

use std::sync::Arc;

use remold_host_api::{
    Again, Bytes, Context, Entry, Failure, LogLine, Outcome, ProgramHost, Record, STACK, Transform,
    Usage, link,
};

use crate::instance::live::{Export, Live};
use crate::session::Slot;
use crate::source::Compiled;

/// A worker's instance of a component.
pub(crate) struct Instance {
    source: Arc<Compiled>,
    live: Option<Live>,
    /// What instances logged that are gone.
    log: Vec<LogLine>,
    /// What was used since it was asked last.
    used: Usage,
}

impl Instance {
    pub(crate) fn new(source: Arc<Compiled>) -> Self {
        Self {
            source,
            live: None,
            log: Vec::new(),
            used: Usage::default(),
        }
    }

    /// Returns the component that runs; starts one if there is none.
    fn live(&mut self, context: &Context) -> Result<&mut Live, Failure> {
        let live = match self.live.take() {
            Some(live) => live,
            None => Live::start(&self.source, context)?,
        };
        Ok(self.live.insert(live))
    }

    /// Lets the component go that runs, and keeps what it logged.
    fn replace(&mut self) {
        if let Some(mut live) = self.live.take() {
            self.log.append(&mut live.take_log());
        }
    }

    /// Adds up what the last call has used.
    fn count_usage(&mut self) {
        if let Some(live) = &self.live {
            let used = live.usage();
            self.used.fuel += used.fuel;
            self.used.memory = used.memory.max(self.used.memory);
        }
    }

    /// Sends the records at some places of a batch through an export. An error has ended the call for all of them, and
    /// leaves them in any state.
    fn call(
        &mut self,
        export: Export,
        context: &Context,
        records: &mut [Record],
        places: &[usize],
    ) -> Result<Vec<Slot>, Stop> {
        let reuse = self.source.options.reuse;
        let live = self.live(context).map_err(|failure| Stop {
            failure,
            last: None,
        })?;
        let answer = live.call(export, context, records, places);
        let worn = live.is_worn(reuse);
        self.count_usage();
        match answer {
            Ok(slots) => {
                if worn {
                    self.replace();
                }
                Ok(slots)
            }
            Err((failure, last)) => {
                self.replace();
                let last = last.and_then(|place| places.get(place).copied());
                Err(Stop { failure, last })
            }
        }
    }
}

/// Why a call ended for a whole batch.
struct Stop {
    failure: Failure,
    /// The place of the record that was touched last.
    last: Option<usize>,
}

/// Reads what was said of a record.
fn outcome(slot: Slot) -> Result<Outcome, Failure> {
    match slot.fault {
        Some(fault) => Err(fault),
        None => slot.verdict.unwrap_or(Ok(Outcome::Done)),
    }
}

fn asked(slot: Slot) -> Result<Vec<Bytes>, Failure> {
    match (slot.fault, slot.verdict) {
        (Some(failure), _) | (None, Some(Err(failure))) => Err(failure),
        (None, _) => Ok(slot.asked),
    }
}

impl Transform for Instance {
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.each(Export::Migrate, context, records, again, outcome)
    }

    fn revert(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.each(Export::Revert, context, records, again, outcome)
    }

    fn lookups(
        &mut self,
        context: &Context,
        records: &[Record],
    ) -> Vec<Result<Vec<Bytes>, Failure>> {
        let mut copies = records.to_vec();
        let again = |place: usize| {
            let record = &records[place];
            Entry {
                key: record.key().clone(),
                value: record.value().clone(),
                expires_at: record.expires_at(),
            }
        };
        self.each(Export::Lookups, context, &mut copies, &again, asked)
    }

    fn run(&mut self, context: &Context, host: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        let (link, server) = link::pair();
        let ended = std::thread::scope(|scope| {
            let run = || self.live(context)?.run(context, link);
            let thread = std::thread::Builder::new().name("program".to_owned());
            let Ok(thread) = thread.stack_size(STACK).spawn_scoped(scope, run) else {
                return Err(link::lost(false));
            };
            server.answer(host);
            thread.join().unwrap_or_else(|_| Err(link::lost(true)))
        });
        self.count_usage();
        self.replace();
        ended
    }

    fn fails_together(&self) -> bool {
        true
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        let mut log = std::mem::take(&mut self.log);
        if let Some(live) = &mut self.live {
            log.append(&mut live.take_log());
        }
        log
    }

    fn take_usage(&mut self) -> Option<Usage> {
        Some(std::mem::take(&mut self.used))
    }
}
