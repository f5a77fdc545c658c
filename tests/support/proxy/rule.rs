//! What a proxy does at which request.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// One command as the client sent it.
#[derive(Debug)]
pub struct Request {
    arguments: Vec<Vec<u8>>,
}

impl Request {
    pub(super) fn new(arguments: Vec<Vec<u8>>) -> Self {
        Self { arguments }
    }

    /// Whether it is this command: `request.is("EXEC")`.
    pub fn is(&self, command: &str) -> bool {
        self.arguments
            .first()
            .is_some_and(|name| name.eq_ignore_ascii_case(command.as_bytes()))
    }

    /// Whether one of its arguments has these bytes in it.
    pub fn mentions(&self, bytes: &[u8]) -> bool {
        self.arguments.iter().skip(1).any(|argument| {
            argument
                .windows(bytes.len().max(1))
                .any(|part| part == bytes)
        })
    }

    /// The command's name and its arguments.
    pub fn arguments(&self) -> &[Vec<u8>] {
        &self.arguments
    }
}

/// What happens at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The connection is cut and the server never sees the request.
    CutBefore,
    /// The server executes the request and answers, but the connection is cut before the client has the reply.
    LoseReply,
    /// The request is handed on later; what follows it on the connection waits.
    Delay(Duration),
    /// Nothing; the handle counts.
    Count,
}

type Predicate = Box<dyn Fn(&Request) -> bool + Send + Sync>;

/// At which requests, and which of them, something happens.
pub struct Rule {
    predicate: Predicate,
    first: u64,
    times: u64,
    action: Action,
}

impl Rule {
    /// `action` at every request for which `predicate` holds.
    pub fn every(
        action: Action,
        predicate: impl Fn(&Request) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            predicate: Box::new(predicate),
            first: 1,
            times: u64::MAX,
            action,
        }
    }

    /// `action` at the `n`th request, counted from 1 over all connections, for which `predicate` holds.
    pub fn nth(
        n: u64,
        action: Action,
        predicate: impl Fn(&Request) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            predicate: Box::new(predicate),
            first: n,
            times: 1,
            action,
        }
    }

    /// `action` at the `n`th command of this name.
    pub fn nth_command(n: u64, action: Action, command: &'static str) -> Self {
        Self::nth(n, action, move |request| request.is(command))
    }

    pub(super) fn arm(self) -> Armed {
        Armed {
            rule: self,
            seen: AtomicU64::new(0),
            fired: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rule")
            .field("first", &self.first)
            .field("times", &self.times)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

/// A rule in force, with its counts.
#[derive(Debug)]
pub(super) struct Armed {
    rule: Rule,
    seen: AtomicU64,
    fired: AtomicU64,
}

impl Armed {
    /// Counts the request, and says what happens at it.
    pub(super) fn meet(&self, request: &Request) -> Option<Action> {
        if !(self.rule.predicate)(request) {
            return None;
        }
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        let fires = number >= self.rule.first && number - self.rule.first < self.rule.times;
        fires.then(|| {
            self.fired.fetch_add(1, Ordering::SeqCst);
            self.rule.action
        })
    }
}

/// What has become of a rule.
#[derive(Clone, Debug)]
pub struct RuleHandle {
    armed: Arc<Armed>,
}

impl RuleHandle {
    pub(super) fn new(armed: Arc<Armed>) -> Self {
        Self { armed }
    }

    /// How many requests it held for.
    pub fn seen(&self) -> u64 {
        self.armed.seen.load(Ordering::SeqCst)
    }

    /// At how many of them its action was begun.
    pub fn fired(&self) -> u64 {
        self.armed.fired.load(Ordering::SeqCst)
    }
}
