//! Why a reconciliation could not be finished. It is tried again, later each time.

/// Why a reconciliation could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API server refused or did not answer.
    #[error("{what}: {source}")]
    Api {
        /// What was asked of it.
        what: String,
        /// Its answer.
        #[source]
        source: kube::Error,
    },
    /// An object was changed by somebody else since it was read.
    #[error("{what} was changed in between")]
    Changed {
        /// The object.
        what: String,
    },
    /// The address for `/metrics` cannot be taken.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The system's own words.
        #[source]
        source: std::io::Error,
    },
    /// An object has no name, namespace or uid, which the API server gives to every object.
    #[error("the API server gave out an object without {what}")]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },
}

impl Error {
    /// Returns the stable word for metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Api { .. } => "api",
            Self::Changed { .. } => "changed",
            Self::Listen { .. } => "listen",
            Self::Incomplete { .. } => "incomplete",
        }
    }
}
