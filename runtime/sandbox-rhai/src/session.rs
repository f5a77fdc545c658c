//! What one instance of a script knows while it runs: the meter, the grants, the run's context, the
//! log. Nothing in it outlives a call but the log, which the engine takes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use remold_host_api::link::{Link, Reply, Request};
use remold_host_api::{Capabilities, Context, Limits, LogLevel, LogLine};

use crate::helpers::random::Random;
use crate::helpers::regex::RegexCache;
use crate::meter::{Fallible, MemoryProbe, Meter, locked};

/// The state that native functions share within one instance.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) meter: Meter,
    pub(crate) capabilities: Capabilities,
    pub(crate) regexes: Mutex<RegexCache>,
    random: Mutex<Random>,
    link: Mutex<Option<Link>>,
    limits: Limits,
    now_ms: AtomicU64,
    seed: AtomicU64,
    log: Mutex<Vec<LogLine>>,
}

impl Session {
    pub(crate) fn new(
        limits: &Limits,
        capabilities: &Capabilities,
        probe: Option<MemoryProbe>,
    ) -> Self {
        Self {
            meter: Meter::new(limits, probe),
            capabilities: capabilities.clone(),
            regexes: Mutex::new(RegexCache::default()),
            random: Mutex::new(Random::default()),
            link: Mutex::new(None),
            limits: *limits,
            now_ms: AtomicU64::new(0),
            seed: AtomicU64::new(0),
            log: Mutex::new(Vec::new()),
        }
    }

    /// Takes over a run's clock and seed.
    pub(crate) fn enter(&self, context: &Context) {
        self.now_ms.store(context.now_ms, Relaxed);
        self.seed.store(context.seed, Relaxed);
    }

    /// Begins a call for one record (or for a program, whose key is empty).
    pub(crate) fn begin(&self, key: &[u8], fuel: u64) {
        locked(&self.random).begin(self.seed.load(Relaxed), key);
        self.meter.begin(fuel);
    }

    /// Returns the run's frozen clock, Unix milliseconds.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms.load(Relaxed)
    }

    /// Draws from the record's own random sequence.
    pub(crate) fn draw(&self) -> u64 {
        locked(&self.random).draw()
    }

    /// Connects a program with its host.
    pub(crate) fn connect(&self, link: Link) {
        *locked(&self.link) = Some(link);
    }

    /// Lets the host go.
    pub(crate) fn disconnect(&self) {
        *locked(&self.link) = None;
    }

    /// Asks a program's host; nothing if there is none.
    pub(crate) fn ask(&self, request: Request) -> Option<Reply> {
        locked(&self.link).as_ref()?.ask(request)
    }

    /// Gives a program the fuel for handling what the host handed to it.
    pub(crate) fn handed_over(&self, records: usize, bytes: usize) {
        let budget = self
            .limits
            .fuel(records, bytes)
            .saturating_sub(self.limits.fuel_base);
        self.meter.refuel(budget);
    }

    /// Adds a line to the log.
    pub(crate) fn log(&self, level: LogLevel, message: &str) -> Fallible<()> {
        self.meter.write(message.len() + size_of::<LogLine>())?;
        locked(&self.log).push(LogLine {
            level,
            message: message.to_owned(),
        });
        Ok(())
    }

    /// Puts back what was logged before the session was replaced.
    pub(crate) fn restore_log(&self, lines: Vec<LogLine>) {
        locked(&self.log).splice(0..0, lines);
    }

    /// Takes what was logged.
    pub(crate) fn take_log(&self) -> Vec<LogLine> {
        std::mem::take(&mut locked(&self.log))
    }
}
