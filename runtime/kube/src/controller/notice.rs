//! What the controller tells whoever runs it: a port, since only the command line prints.

use std::sync::Arc;

/// What the controller tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It waits for another one that leads.
    Waiting,
    /// It leads: it works from now on.
    Leading,
    /// It has lost the lead, and ends.
    LeadLost,
    /// The lead could not be renewed; it is tried again.
    LeadNotRenewed {
        /// Why.
        error: String,
    },
    /// A reconciliation could not be finished; it is tried again.
    Failed {
        /// The kind of the object.
        kind: String,
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The stable word for the error, as in the metrics.
        code: &'static str,
        /// Why.
        error: String,
    },
    /// The webhook did not take a notification, after several attempts.
    NotNotified {
        /// The namespace of the migration.
        namespace: String,
        /// Its name.
        name: String,
        /// Why.
        error: String,
    },
    /// It ends as it was asked to.
    Stopped,
}

/// Who is told.
#[derive(Clone)]
pub struct Notices(Arc<dyn Fn(Notice) + Send + Sync>);

impl Notices {
    /// Tells a function, which must not block for long.
    pub fn to(tell: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(super) fn tell(&self, notice: Notice) {
        (self.0)(notice);
    }
}

impl Default for Notices {
    /// Tells nobody.
    fn default() -> Self {
        Self::to(|_| {})
    }
}
