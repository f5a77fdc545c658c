//! A trace in the making: the command's span, and one after the other its stages.
//!
//! What the trace is called is known late: a run has an id once it is begun. What ended before is kept until then; nothing runs
//! and nothing is sent. A command that never gets that far is told of at its end.

mod sending;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::trace::Event;

use crate::settings::Settings;
use crate::table::{Attribute, Command, EVENTS_LEFT_OUT, Happening, Stage};
use crate::trouble::{Complaints, Trouble};
use crate::value::Value;
use sending::{Ended, Sending};

/// How long the end of a command waits for the collector, at most.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How many events of a stage are told.
const MOST_EVENTS: usize = 64;

/// A trace in the making.
#[derive(Debug)]
pub struct Trace {
    command: &'static Command,
    version: &'static str,
    settings: Settings,
    complaints: Arc<Complaints>,
    begun: (SystemTime, Instant),
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    attributes: Vec<KeyValue>,
    stage: Option<Current>,
    /// What ended before the trace had a name.
    kept: Vec<Ended>,
    sending: Option<Sending>,
    ended: bool,
}

/// The stage that goes on.
#[derive(Debug)]
struct Current {
    stage: &'static Stage,
    since: SystemTime,
    attributes: Vec<KeyValue>,
    events: Vec<Event>,
    left_out: u64,
}

impl Trace {
    /// Begins a trace of a command; `version` is the program's. `tell` is called once at most, on a thread of its own or at the
    /// end, when spans cannot be delivered.
    pub fn begin(
        settings: Settings,
        command: &'static Command,
        version: &'static str,
        tell: impl Fn(&Trouble) + Send + Sync + 'static,
    ) -> Self {
        Self {
            command,
            version,
            settings,
            complaints: Arc::new(Complaints::new(tell)),
            begun: (SystemTime::now(), Instant::now()),
            state: Mutex::default(),
        }
    }

    /// Gives the trace its name: whoever gives the same one is in the same trace, in another process as well. Spans are sent from
    /// now on. Has no effect the second time, and decides nothing about a trace that has a parent.
    pub fn identify(&self, name: &str) {
        self.send_as(&mut self.state(), Some(name));
    }

    /// Says something of the whole; what was said of it before is replaced.
    pub fn set(&self, attribute: &Attribute, value: impl Into<Value>) {
        put(&mut self.state().attributes, attribute, value.into());
    }

    /// Ends the stage that goes on, and begins another; one that goes on already just does.
    pub fn enter(&self, stage: &'static Stage) {
        let mut state = self.state();
        if state
            .stage
            .as_ref()
            .is_some_and(|current| current.stage == stage)
        {
            return;
        }
        let now = self.now();
        state.leave(now, None);
        if !state.ended {
            state.begin(stage, now);
        }
    }

    /// Says something of the stage that goes on.
    pub fn set_in_stage(&self, attribute: &Attribute, value: impl Into<Value>) {
        if let Some(current) = &mut self.state().stage {
            put(&mut current.attributes, attribute, value.into());
        }
    }

    /// Tells that something happens in the stage that goes on.
    pub fn happened<const N: usize>(&self, what: &Happening, with: [(&Attribute, Value); N]) {
        let now = self.now();
        let mut state = self.state();
        let Some(current) = &mut state.stage else {
            return;
        };
        if current.events.len() == MOST_EVENTS {
            current.left_out += 1;
            return;
        }
        let attributes = with.map(|(attribute, value)| key_value(attribute, value));
        current
            .events
            .push(Event::new(what.name, now, attributes.to_vec(), 0));
    }

    /// Ends the command, for a reason if it was not carried to its end, and waits until its spans are delivered: for
    /// [`PATIENCE`] at most.
    ///
    /// What is told afterwards is not listened to.
    pub fn end(&self, error: Option<&str>) {
        let now = self.now();
        let mut state = self.state();
        state.leave(now, error);
        self.send_as(&mut state, None);
        let attributes = std::mem::take(&mut state.attributes);
        let sending = state.sending.take();
        state.ended = true;
        drop(state);
        let Some(sending) = sending else {
            return;
        };
        if !sending.end(attributes, now, error, PATIENCE) {
            let place = self.settings.place();
            self.complaints.tell(&Trouble::Late { place });
        }
    }

    fn send_as(&self, state: &mut State, name: Option<&str>) {
        if state.sending.is_some() || state.ended {
            return;
        }
        let complaints = Arc::clone(&self.complaints);
        let settings = self.settings.clone();
        let begun = self.begun.0;
        let mut sending = Sending::begin(
            settings,
            complaints,
            self.command,
            self.version,
            name,
            begun,
        );
        state.kept.drain(..).for_each(|ended| sending.send(ended));
        state.sending = Some(sending);
    }

    /// The time, of a clock that never goes back.
    fn now(&self) -> SystemTime {
        let (wall, since) = self.begun;
        wall + since.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn begin(&mut self, stage: &'static Stage, since: SystemTime) {
        self.stage = Some(Current {
            stage,
            since,
            attributes: Vec::new(),
            events: Vec::new(),
            left_out: 0,
        });
    }

    fn leave(&mut self, now: SystemTime, error: Option<&str>) {
        let Some(mut current) = self.stage.take() else {
            return;
        };
        if current.left_out > 0 {
            let left_out = current.left_out.into();
            put(&mut current.attributes, &EVENTS_LEFT_OUT, left_out);
        }
        let ended = Ended {
            name: current.stage.name,
            since: current.since,
            until: now,
            attributes: current.attributes,
            events: current.events,
            error: error.map(str::to_owned),
        };
        match &mut self.sending {
            Some(sending) => sending.send(ended),
            None => self.kept.push(ended),
        }
    }
}

fn put(attributes: &mut Vec<KeyValue>, attribute: &Attribute, value: Value) {
    attributes.retain(|known| known.key.as_str() != attribute.name);
    attributes.push(key_value(attribute, value));
}

fn key_value(attribute: &Attribute, value: Value) -> KeyValue {
    KeyValue::new(attribute.name, value.into_inner())
}

#[cfg(test)]
mod tests;
