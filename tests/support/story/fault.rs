//! What can happen at a step.

use std::fmt;

use remold::Step;

use super::Phase;
use crate::{Action, Request, Rule};

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed (SIGKILL).
    Killed,
    /// The machine loses its power: what the journal was given since the step before is on the disk in part.
    TornJournal,
    /// The connection that asks next is cut before its request.
    CutBefore,
    /// The next request is executed, and its connection is cut before the reply.
    ReplyLost,
    /// The next transaction's connection is cut when all but its last command is sent.
    CutBeforeCommit,
    /// The next transaction is executed, and its connection is cut before the reply.
    CommitReplyLost,
    /// The server is killed and started again; it had synced every write.
    ServerRestarted,
    /// The server is killed and started again from its last snapshot: it goes back in time.
    ServerWentBack,
    /// The process is killed, and then the server goes back in time.
    BothWentDown,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::Killed,
        Self::TornJournal,
        Self::CutBefore,
        Self::ReplyLost,
        Self::CutBeforeCommit,
        Self::CommitReplyLost,
        Self::ServerRestarted,
        Self::ServerWentBack,
        Self::BothWentDown,
    ];

    /// Whether it makes sense there: a journal can be torn only where it was written to just before, a connection cut
    /// only where another request follows.
    pub fn is_possible(self, phase: Phase, step: Step) -> bool {
        match self {
            Self::TornJournal => match step {
                Step::BeforeRaise | Step::AfterJournal => true,
                // There is something to settle only where something was stopped in between.
                Step::BeforeMark => {
                    matches!(phase, Phase::Resume | Phase::RollbackResumed | Phase::Close)
                }
                Step::BeforeUnlock => phase != Phase::Close,
                Step::BeforeForget => phase == Phase::Close,
                _ => false,
            },
            _ if self.rule().is_some() => step != Step::BeforeUndone,
            _ => true,
        }
    }

    /// The rule that a proxy is given, if it is a connection that breaks.
    pub(super) fn rule(self) -> Option<Rule> {
        let commits =
            |request: &Request| request.is("EXEC") || request.is("EVALSHA") || request.is("EVAL");
        match self {
            Self::CutBefore => Some(Rule::nth(1, Action::CutBefore, |_| true)),
            Self::ReplyLost => Some(Rule::nth(1, Action::LoseReply, |_| true)),
            Self::CutBeforeCommit => Some(Rule::nth(1, Action::CutBefore, commits)),
            Self::CommitReplyLost => Some(Rule::nth(1, Action::LoseReply, commits)),
            _ => None,
        }
    }

    /// Whether the process is killed.
    pub(super) fn kills(self) -> bool {
        matches!(self, Self::Killed | Self::TornJournal | Self::BothWentDown)
    }

    /// Whether the server loses what it was told last.
    pub(super) fn goes_back(self) -> bool {
        matches!(self, Self::ServerWentBack | Self::BothWentDown)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::TornJournal => "torn-journal",
            Self::CutBefore => "cut-before",
            Self::ReplyLost => "reply-lost",
            Self::CutBeforeCommit => "cut-before-commit",
            Self::CommitReplyLost => "commit-reply-lost",
            Self::ServerRestarted => "server-restarted",
            Self::ServerWentBack => "server-went-back",
            Self::BothWentDown => "both-went-down",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
