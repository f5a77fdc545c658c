//! Why spans did not arrive: told once, however often it happens.

use std::sync::atomic::{AtomicBool, Ordering};

/// Why spans did not arrive. The text says what happened; [`Trouble::hint`] what helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There was no connection, or none that TLS trusts.
    #[error("{place} cannot be reached: {why}")]
    Unreachable {
        /// Scheme, host and port.
        place: String,
        /// What failed.
        why: String,
    },
    /// The collector did not answer in time.
    #[error("{place} does not answer in time")]
    Late {
        /// Scheme, host and port.
        place: String,
    },
    /// The collector did not take them.
    #[error("{place} answered with status {status}")]
    Refused {
        /// Scheme, host and port.
        place: String,
        /// The status of HTTP.
        status: u16,
    },
    /// The collector took some of them only.
    #[error("{place} did not take {spans} of the spans: {why}")]
    Partial {
        /// Scheme, host and port.
        place: String,
        /// How many it did not take.
        spans: i64,
        /// What it says.
        why: String,
    },
    /// What answers speaks something else.
    #[error("{place} does not speak OTLP over HTTP: {why}")]
    Strange {
        /// Scheme, host and port.
        place: String,
        /// What was not understood.
        why: String,
    },
}

impl Trouble {
    /// Returns what helps, a sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "is the collector up, and is OTEL_EXPORTER_OTLP_ENDPOINT its address?"
            }
            Self::Late { .. } => "the collector's own log may say what it waits for",
            Self::Refused {
                status: 401 | 403, ..
            } => "OTEL_EXPORTER_OTLP_HEADERS has to hold what the collector asks for",
            Self::Refused { status: 404, .. } => {
                "spans go to /v1/traces below OTEL_EXPORTER_OTLP_ENDPOINT, or exactly to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
            }
            Self::Refused { .. } | Self::Partial { .. } => "the collector's own log may say why",
            Self::Strange { .. } => {
                "OTEL_EXPORTER_OTLP_ENDPOINT has to be the collector's port for OTLP over HTTP, 4318 as a rule; 4317 is for gRPC"
            }
        }
    }
}

/// Is told of trouble, once.
pub(crate) struct Complaints {
    told: AtomicBool,
    tell: Box<dyn Fn(&Trouble) + Send + Sync>,
}

impl Complaints {
    pub(crate) fn new(tell: impl Fn(&Trouble) + Send + Sync + 'static) -> Self {
        Self {
            told: AtomicBool::new(false),
            tell: Box::new(tell),
        }
    }

    pub(crate) fn tell(&self, trouble: &Trouble) {
        if !self.told.swap(true, Ordering::SeqCst) {
            (self.tell)(trouble);
        }
    }
}

impl std::fmt::Debug for Complaints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Complaints").finish_non_exhaustive()
    }
}
