//! What one call of a script has used, and the limits it is held against: fuel, wall clock, memory,
//! output.
//!
//! Every charge goes through here, from each of Rhai's operations and from native functions alike. A limit that was passed stays passed until the next call, so that a script which catches
//! the error gets no further.
//!
//! Memory is measured after each operation where a [`MemoryProbe`] is given: everything that the
//! script keeps alive counts, no matter how it was made. Native functions that make much of little
//! ask before they do. Without a probe, only what native functions make is counted, and the engine
//! limits the size of each single value.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use remold_host_api::{Failure, FailureReason, Limits};
use rhai::{Dynamic, EvalAltResult, Position};

use crate::engine::MAX_CALL_LEVELS;

mod usage;

/// Variables are looked at once in so many operations, more seldom the more they hold.
const DEPTH_INTERVAL: Range<u64> = 2048..8192;

/// The result of a native function.
pub(crate) type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// So many bytes handled by a native function cost as much as one operation.
const BYTES_PER_FUEL: u64 = 16;

/// The clock is looked at once in so many operations.
const CLOCK_INTERVAL: u64 = 256;

/// A limit that was passed.
#[derive(Debug, Clone)]
pub(crate) struct Trip {
    pub(crate) reason: FailureReason,
    pub(crate) message: String,
}

/// Reads how many bytes are allocated on the calling thread and not yet given back.
///
/// An allocator has to keep that count, so the program that runs transforms installs the probe: that of the crate
/// `remold-allocator`, or one made from `thread.allocated` and `thread.deallocated` of jemalloc.
pub type MemoryProbe = fn() -> u64;

/// After a limit was passed, so many operations may follow until a variable is read, where the
/// error gets its place in the source.
const GRACE: u64 = 64;

/// The use of one call. One meter belongs to one instance; it is shared with the closures that the
/// instance registers, never with another thread at the same time.
#[derive(Debug)]
pub(crate) struct Meter {
    fuel_limit: AtomicU64,
    operations: AtomicU64,
    work: AtomicU64,
    /// The operation at which something else than memory is to be looked at.
    look_at: AtomicU64,
    unclocked: AtomicU64,
    memory_limit: usize,
    memory: AtomicUsize,
    output_limit: usize,
    output: AtomicUsize,
    timeout: Duration,
    epoch: Instant,
    started: AtomicU64,
    /// For each level of calls, at which operation its variables are to be looked at next.
    depth_due: [AtomicU64; MAX_CALL_LEVELS + 2],
    probe: Option<MemoryProbe>,
    allocated_before: AtomicU64,
    /// Whether every operation is looked at, to know the most memory there was.
    watching: AtomicBool,
    most_memory: AtomicUsize,
    tripped: AtomicBool,
    raised: AtomicBool,
    tripped_at: AtomicU64,
    trip: Mutex<Option<Trip>>,
}

impl Meter {
    pub(crate) fn new(limits: &Limits, probe: Option<MemoryProbe>) -> Self {
        Self {
            fuel_limit: AtomicU64::new(0),
            operations: AtomicU64::new(0),
            work: AtomicU64::new(0),
            look_at: AtomicU64::new(0),
            unclocked: AtomicU64::new(0),
            memory_limit: limits.memory,
            memory: AtomicUsize::new(0),
            output_limit: limits.output,
            output: AtomicUsize::new(0),
            timeout: limits.timeout,
            epoch: Instant::now(),
            started: AtomicU64::new(0),
            depth_due: std::array::from_fn(|_| AtomicU64::new(DEPTH_INTERVAL.start)),
            probe,
            allocated_before: AtomicU64::new(0),
            watching: AtomicBool::new(false),
            most_memory: AtomicUsize::new(0),
            tripped: AtomicBool::new(false),
            raised: AtomicBool::new(false),
            tripped_at: AtomicU64::new(0),
            trip: Mutex::new(None),
        }
    }

    /// Begins a call with a budget of `fuel`.
    pub(crate) fn begin(&self, fuel: u64) {
        self.fuel_limit.store(fuel, Relaxed);
        if self.operations.load(Relaxed) >= DEPTH_INTERVAL.start {
            let dues = self.depth_due.iter();
            dues.for_each(|due| due.store(DEPTH_INTERVAL.start, Relaxed));
        }
        self.operations.store(0, Relaxed);
        self.work.store(0, Relaxed);
        self.unclocked.store(0, Relaxed);
        self.output.store(0, Relaxed);
        self.restart_clock();
        if self.tripped.swap(false, Relaxed) {
            self.raised.store(false, Relaxed);
            *locked(&self.trip) = None;
        }
        self.plan_look(0);
        self.restart_memory();
    }

    /// Gives a program more fuel, for what the host has just handed to it.
    pub(crate) fn refuel(&self, fuel: u64) {
        let limit = self.fuel_limit.load(Relaxed).saturating_add(fuel);
        self.fuel_limit.store(limit, Relaxed);
        self.plan_look(self.operations.load(Relaxed));
    }

    /// Starts the wall clock anew: time that the host itself took is not the script's.
    pub(crate) fn restart_clock(&self) {
        self.started.store(self.elapsed(), Relaxed);
    }

    /// Begins the count of output anew, for the next record of a program.
    pub(crate) fn restart_output(&self) {
        self.output.store(0, Relaxed);
    }

    /// Counts an operation. Returns true if the script must stop.
    ///
    /// The engine's own count is of no use: what a closure does that a native function calls, it
    /// counts from where the call began and then forgets.
    #[inline]
    pub(crate) fn progress(&self) -> bool {
        let operations = self.operations.load(Relaxed) + 1;
        self.operations.store(operations, Relaxed);
        let due = operations >= self.look_at.load(Relaxed) || self.over_memory().is_some();
        due && self.look(operations)
    }

    /// Looks at every limit. Returns true if the script must stop.
    #[cold]
    fn look(&self, operations: u64) -> bool {
        self.note_memory();
        if !self.tripped.load(Relaxed) {
            if operations + self.work.load(Relaxed) > self.fuel_limit.load(Relaxed) {
                self.out_of_fuel();
            } else if let Some(allocated) = self.over_memory() {
                self.out_of_memory(allocated);
            } else if !operations.is_multiple_of(CLOCK_INTERVAL) || !self.overdue() {
                self.plan_look(operations);
                return false;
            }
        }
        let since = operations.saturating_sub(self.tripped_at.load(Relaxed));
        let far_over = self
            .over_memory()
            .is_some_and(|used| used / 2 > self.memory_limit);
        self.raised.load(Relaxed) || since > GRACE || far_over
    }

    /// Finds the operation after `operations` at which to look at the clock, or at which the fuel is used up.
    fn plan_look(&self, operations: u64) {
        let clock = (operations / CLOCK_INTERVAL + 1) * CLOCK_INTERVAL;
        let fuel = self.fuel_limit.load(Relaxed);
        let fuel_for_operations = fuel.saturating_sub(self.work.load(Relaxed));
        let look_at = if self.watching.load(Relaxed) {
            0
        } else {
            clock.min(fuel_for_operations.saturating_add(1))
        };
        self.look_at.store(look_at, Relaxed);
    }

    /// Says whether the variables of a level of calls are to be looked at.
    #[inline]
    pub(crate) fn depth_is_due(&self, level: usize) -> bool {
        let due = &self.depth_due[level.min(MAX_CALL_LEVELS + 1)];
        self.operations.load(Relaxed) >= due.load(Relaxed)
    }

    /// Takes note that the variables of a level of calls were looked at, which `visited` values were.
    pub(crate) fn depth_was_checked(&self, level: usize, visited: u64) {
        let interval = (visited / 8).clamp(DEPTH_INTERVAL.start, DEPTH_INTERVAL.end);
        let due = self.operations.load(Relaxed) + interval;
        self.depth_due[level.min(MAX_CALL_LEVELS + 1)].store(due, Relaxed);
    }

    /// Returns the error of a limit that was passed.
    #[inline]
    pub(crate) fn raise(&self) -> Fallible<()> {
        if self.tripped.load(Relaxed) {
            return Err(self.stop());
        }
        Ok(())
    }

    /// Charges a native function for handling `bytes` bytes.
    pub(crate) fn work(&self, bytes: usize) -> Fallible<()> {
        let bytes = bytes as u64;
        let work = self
            .work
            .load(Relaxed)
            .saturating_add(bytes / BYTES_PER_FUEL);
        self.work.store(work, Relaxed);
        if self.tripped.load(Relaxed) {
            return Err(self.stop());
        }
        let operations = self.operations.load(Relaxed);
        if operations.saturating_add(work) > self.fuel_limit.load(Relaxed) {
            self.out_of_fuel();
            return Err(self.stop());
        }
        self.plan_look(operations);
        let unclocked = self.unclocked.load(Relaxed) + bytes;
        if unclocked >= BYTES_PER_FUEL * CLOCK_INTERVAL {
            self.unclocked.store(0, Relaxed);
            if self.overdue() {
                return Err(self.stop());
            }
        } else {
            self.unclocked.store(unclocked, Relaxed);
        }
        Ok(())
    }

    /// Charges `bytes` bytes that a native function is about to make, and the work of making them.
    pub(crate) fn allocate(&self, bytes: usize) -> Fallible<()> {
        let used = match self.probe {
            // What was made before is measured, and may be gone again.
            Some(probe) => self.since_begin(probe).saturating_add(bytes),
            None => self.memory.load(Relaxed).saturating_add(bytes),
        };
        if used > self.memory_limit {
            self.out_of_memory(used);
            return Err(self.stop());
        }
        self.memory.store(used, Relaxed);
        if self.watching.load(Relaxed) {
            self.most_memory.fetch_max(used, Relaxed);
        }
        self.work(bytes)
    }

    /// Says whether memory is measured, and not only counted.
    pub(crate) const fn measures_memory(&self) -> bool {
        self.probe.is_some()
    }

    pub(crate) const fn memory_limit(&self) -> usize {
        self.memory_limit
    }

    /// Returns how many bytes of memory may still be made.
    pub(crate) fn memory_left(&self) -> usize {
        self.memory_limit.saturating_sub(self.memory.load(Relaxed))
    }

    /// Begins the count of memory anew.
    pub(crate) fn restart_memory(&self) {
        self.memory.store(0, Relaxed);
        if let Some(probe) = self.probe {
            self.allocated_before.store(probe(), Relaxed);
        }
    }

    /// Charges `bytes` bytes that the script wrote: a new value, an emitted entry, a log line.
    pub(crate) fn write(&self, bytes: usize) -> Fallible<()> {
        let used = self.output.load(Relaxed).saturating_add(bytes);
        if used > self.output_limit {
            let limit = self.output_limit;
            return Err(self.fail(
                FailureReason::BadOutput,
                format!("{used} bytes were written for this record, the limit is {limit}"),
            ));
        }
        self.output.store(used, Relaxed);
        self.work(bytes)
    }

    /// Passes a limit for good and returns the error that ends the script.
    pub(crate) fn fail(&self, reason: FailureReason, message: String) -> Box<EvalAltResult> {
        self.trip(reason, message);
        self.stop()
    }

    /// Fails if a limit was passed in this call, whatever it returned.
    pub(crate) fn within_limits(&self) -> Result<(), Failure> {
        self.tripped().map_or(Ok(()), |trip| Err(trip.into()))
    }

    /// Returns the limit that was passed in this call.
    pub(crate) fn tripped(&self) -> Option<Trip> {
        self.tripped
            .load(Relaxed)
            .then(|| locked(&self.trip).clone())?
    }

    fn out_of_fuel(&self) {
        let used = self.operations.load(Relaxed) + self.work.load(Relaxed);
        let limit = self.fuel_limit.load(Relaxed);
        self.trip(
            FailureReason::OutOfFuel,
            format!("{used} units of fuel were used, the limit is {limit}"),
        );
    }

    fn overdue(&self) -> bool {
        let taken = Duration::from_nanos(self.elapsed() - self.started.load(Relaxed));
        if taken <= self.timeout {
            return false;
        }
        let (taken, limit) = (taken.as_millis(), self.timeout.as_millis());
        self.trip(
            FailureReason::Timeout,
            format!("{taken} ms have passed, the limit is {limit} ms"),
        );
        true
    }

    fn trip(&self, reason: FailureReason, message: String) {
        if !self.tripped.swap(true, Relaxed) {
            // Every operation is looked at from now on.
            self.look_at.store(0, Relaxed);
            self.tripped_at
                .store(self.operations.load(Relaxed), Relaxed);
            *locked(&self.trip) = Some(Trip { reason, message });
        }
    }

    fn since_begin(&self, probe: MemoryProbe) -> usize {
        let bytes = probe()
            .wrapping_sub(self.allocated_before.load(Relaxed))
            .cast_signed();
        // More may have been given back than was made since.
        usize::try_from(bytes).unwrap_or(0)
    }

    fn over_memory(&self) -> Option<usize> {
        let used = self.since_begin(self.probe?);
        (used > self.memory_limit).then_some(used)
    }

    fn out_of_memory(&self, used: usize) {
        let limit = self.memory_limit;
        self.trip(
            FailureReason::Memory,
            format!("{used} bytes of memory are needed, the limit is {limit}"),
        );
    }

    /// The error that ends a script. A script may catch it, which is how its place is kept, and gets
    /// no further: the next operation ends it for good.
    fn stop(&self) -> Box<EvalAltResult> {
        self.raised.store(true, Relaxed);
        Box::new(EvalAltResult::ErrorRuntime(Dynamic::UNIT, Position::NONE))
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl From<Trip> for Failure {
    fn from(trip: Trip) -> Self {
        Self::new(trip.reason, trip.message)
    }
}

/// Locks a mutex of an instance, which no other thread waits for; after a panic the instance is
/// replaced, so that a poisoned lock carries no meaning.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
