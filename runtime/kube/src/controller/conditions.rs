//! Conditions, as the conventions of the API have them and as tools for `GitOps` read them.
//!
//! | | `Ready` | `Reconciling` | `Stalled` |
//! |---|---|---|---|
//! | done | True | absent | absent |
//! | at work, or waiting for something that comes by itself | False | True | absent |
//! | waiting for a person: approval, suspension | False | absent | absent |
//! | cannot go on until somebody changes something | False | absent | True |

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;

/// `Ready`, `Reconciling` or `Stalled`, as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything is as it should be.
    Done {
        /// One word.
        reason: &'static str,
        /// For people.
        message: String,
    },
    /// It goes on by itself.
    Going {
        /// One word.
        reason: &'static str,
        /// For people.
        message: String,
    },
    /// A person has to say something.
    Asking {
        /// One word.
        reason: &'static str,
        /// For people.
        message: String,
    },
    /// Somebody has to change something.
    Stuck {
        /// One word.
        reason: &'static str,
        /// For people.
        message: String,
    },
}

impl Verdict {
    pub(crate) fn done(reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Done { reason, message }
    }

    pub(crate) fn going(reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Going { reason, message }
    }

    pub(crate) fn asking(reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Asking { reason, message }
    }

    pub(crate) fn stuck(reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Stuck { reason, message }
    }

    /// Returns the word and the text.
    pub(crate) fn words(&self) -> (&'static str, &str) {
        match self {
            Self::Done { reason, message }
            | Self::Going { reason, message }
            | Self::Asking { reason, message }
            | Self::Stuck { reason, message } => (reason, message),
        }
    }

    /// Says whether an event about it is a warning.
    pub(crate) const fn is_warning(&self) -> bool {
        matches!(self, Self::Stuck { .. })
    }
}

/// The conditions of an object while they are made.
#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    list: Vec<Condition>,
    generation: i64,
    now: Timestamp,
}

impl Conditions {
    /// Begins with what is there.
    pub(crate) fn of(list: &[Condition], generation: i64, now: Timestamp) -> Self {
        Self {
            list: list.to_vec(),
            generation,
            now,
        }
    }

    /// Sets a condition. Its time changes only with its status.
    pub(crate) fn set(&mut self, kind: &str, status: bool, reason: &str, message: &str) {
        let status = if status { "True" } else { "False" };
        let mut message = message.to_owned();
        message.truncate(message.floor_char_boundary(4096));
        let old = self.list.iter().find(|one| one.type_ == kind);
        let since = old
            .filter(|old| old.status == status)
            .map_or(Time(self.now), |old| old.last_transition_time.clone());
        let condition = Condition {
            type_: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            message,
            last_transition_time: since,
            observed_generation: Some(self.generation),
        };
        match self.list.iter_mut().find(|one| one.type_ == kind) {
            Some(place) => *place = condition,
            None => self.list.push(condition),
        }
    }

    /// Takes a condition away.
    pub(crate) fn remove(&mut self, kind: &str) {
        self.list.retain(|one| one.type_ != kind);
    }

    /// Says whether a condition is `True`.
    pub(crate) fn holds(&self, kind: &str) -> bool {
        holds(&self.list, kind)
    }

    /// Returns a condition.
    pub(crate) fn get(&self, kind: &str) -> Option<&Condition> {
        find(&self.list, kind)
    }

    /// Sets `Ready`, `Reconciling` and `Stalled`.
    pub(crate) fn settle(&mut self, verdict: &Verdict) {
        let (reason, message) = verdict.words();
        let is_done = matches!(verdict, Verdict::Done { .. });
        self.set("Ready", is_done, reason, message);
        match verdict {
            Verdict::Going { .. } => self.set("Reconciling", true, reason, message),
            _ => self.remove("Reconciling"),
        }
        match verdict {
            Verdict::Stuck { .. } => self.set("Stalled", true, reason, message),
            _ => self.remove("Stalled"),
        }
    }

    /// Returns the conditions.
    pub(crate) fn into_list(self) -> Vec<Condition> {
        self.list
    }
}

/// Says whether a condition is `True` in a list.
pub(crate) fn holds(list: &[Condition], kind: &str) -> bool {
    list.iter()
        .any(|one| one.type_ == kind && one.status == "True")
}

/// Returns a condition of a list.
pub(crate) fn find<'a>(list: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    list.iter().find(|one| one.type_ == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("it is a time")
    }

    #[test]
    fn the_time_of_a_condition_changes_only_with_its_status() {
        let mut first = Conditions::of(&[], 1, at(10));
        first.set("Ready", false, "Planning", "it is planned");
        let mut second = Conditions::of(&first.into_list(), 2, at(20));
        second.set("Ready", false, "Running", "it runs");
        let list = second.clone().into_list();
        assert_eq!(list[0].last_transition_time, Time(at(10)));
        assert_eq!(list[0].observed_generation, Some(2));
        second.set("Ready", true, "Completed", "it is done");
        assert_eq!(second.into_list()[0].last_transition_time, Time(at(20)));
    }

    #[test]
    fn waiting_for_a_person_is_neither_going_nor_stuck() {
        let mut conditions = Conditions::of(&[], 1, at(1));
        conditions.settle(&Verdict::going("Planning", ""));
        assert!(conditions.holds("Reconciling"));
        conditions.settle(&Verdict::asking("AwaitingApproval", ""));
        let list = conditions.into_list();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].status, "False");
    }
}
