//! Which server, as whom and how: what [`RedisKeyspace::connect`](super::RedisKeyspace::connect) takes.
//!
//! Nothing here reads files or the environment: passwords and certificates are given as what they are.

mod url;

use std::path::PathBuf;
use std::time::Duration;

use remold_engine::ShareOf;

/// Where the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host name or address, and a port.
    Tcp {
        /// Name or address, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// A unix socket on this machine.
    Unix {
        /// Its path.
        path: PathBuf,
    },
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a secret. The end of a line that a file brings along is not part of it.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Returns the text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// How a connection is encrypted. The default trusts the authorities of the system.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Certificates of the authorities to trust instead of the system's, PEM.
    pub authority: Option<Vec<u8>>,
    /// Certificate chain of the client, PEM.
    pub certificate: Option<Vec<u8>>,
    /// Private key of the client, PEM.
    pub key: Option<Vec<u8>>,
    /// Accepts any certificate. Whoever is on the way can read and change everything.
    pub insecure: bool,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("authority", &self.authority.is_some())
            .field("certificate", &self.certificate.is_some())
            .field("key", &self.key.is_some())
            .field("insecure", &self.insecure)
            .finish()
    }
}

/// Which guard the operator wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GuardChoice {
    /// The best that the server permits: `WATCH`, else a script.
    #[default]
    Auto,
    /// `WATCH`, `MULTI`, `EXEC` or nothing.
    Watch,
    /// A script that compares digests, or nothing.
    Lua,
    /// No guard on keys: the operator says that the application is stopped.
    None,
}

/// What the connections are going to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Reading and writing: replicas and users without the permissions to write are refused at once.
    #[default]
    ReadWrite,
    /// Reading alone, as a dry run does: commits and changes of the bookkeeping are refused.
    ReadOnly,
}

/// A server and how to talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the server is.
    pub address: Address,
    /// Number of the database.
    pub database: u32,
    /// User (ACL); the server's `default` without one.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Encryption.
    pub tls: Option<Tls>,
    /// The share of a run that is carried out; `None` for a whole run, and for whatever is no run.
    pub share: Option<ShareOf>,
    /// What all bookkeeping keys begin with.
    pub prefix: String,
    /// The guard.
    pub guard: GuardChoice,
    /// Whether anything is going to be written.
    pub access: Access,
    /// Values above this many bytes are read in parts, by the commands of their types under `WATCH`; `None` to read
    /// every value in one step.
    pub in_parts_above: Option<u64>,
    /// `COUNT` of `SCAN`: how many keys are looked at in one step, which blocks the server for about a microsecond each.
    pub scan_count: u32,
    /// Limit on making a connection, handshake and log-in included.
    pub connect_timeout: Duration,
    /// Limit on waiting for an answer.
    pub response_timeout: Duration,
    /// What `CLIENT LIST` on the server calls the connections.
    pub client_name: String,
}

/// The reserved prefix if no other is chosen.
const PREFIX: &str = "__remold:";

impl Options {
    /// Makes options for an address with everything else at its default.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            database: 0,
            username: None,
            password: None,
            tls: None,
            share: None,
            prefix: PREFIX.to_owned(),
            guard: GuardChoice::Auto,
            access: Access::ReadWrite,
            in_parts_above: None,
            scan_count: 1000,
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_secs(30),
            client_name: "remold".to_owned(),
        }
    }

    /// Reads an address of one of the forms
    ///
    /// - `redis://[user[:password]@]host[:port][/database]`, also `valkey://`;
    /// - `rediss://…`, `valkeys://…`: the same over TLS;
    /// - `redis+unix:///path/to/socket[?db=N&user=NAME&pass=PASSWORD]`, also `unix://` and `valkey+unix://`.
    ///
    /// Bytes with a meaning in a URL are written as `%XX` in user and password.
    pub fn parse_url(text: &str) -> Result<Self, OptionsError> {
        url::parse(text)
    }

    /// Returns the server and its database for people, without credentials: `redis://localhost:6379/0`.
    pub fn name(&self) -> String {
        let server = self.server_name();
        match &self.address {
            Address::Tcp { .. } => format!("{server}/{}", self.database),
            Address::Unix { .. } => format!("{server}?db={}", self.database),
        }
    }

    /// Returns the server for people, with all its databases, without credentials: `redis://localhost:6379`.
    pub fn server_name(&self) -> String {
        let scheme = if self.tls.is_some() {
            "rediss"
        } else {
            "redis"
        };
        match &self.address {
            Address::Tcp { host, port } if host.contains(':') => {
                format!("{scheme}://[{host}]:{port}")
            }
            Address::Tcp { host, port } => format!("{scheme}://{host}:{port}"),
            Address::Unix { path } => format!("redis+unix://{}", path.display()),
        }
    }
}

/// An address that cannot be used. No variant holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The text is no URL.
    #[error("{shown:?} is not an address of a server: {reason}")]
    NotAnAddress {
        /// The text without credentials.
        shown: String,
        /// Why.
        reason: String,
    },
    /// The scheme is none that is known.
    #[error("{scheme:?} is not a scheme of Redis")]
    UnknownScheme {
        /// What stands before `://`.
        scheme: String,
    },
    /// The address is of Sentinels, or of several servers.
    #[error("{shown:?} names Sentinels or several servers, which this version does not support")]
    NotStandalone {
        /// The text without credentials.
        shown: String,
    },
    /// The part after the host is no database number.
    #[error("{database:?} is not the number of a database")]
    InvalidDatabase {
        /// The part.
        database: String,
    },
    /// A parameter after `?` that means nothing here.
    #[error("{parameter:?} is not a parameter of such an address")]
    UnknownParameter {
        /// The parameter's name.
        parameter: String,
    },
}

impl OptionsError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnAddress { .. } => "not-an-address",
            Self::UnknownScheme { .. } => "unknown-scheme",
            Self::NotStandalone { .. } => "not-standalone",
            Self::InvalidDatabase { .. } => "invalid-database",
            Self::UnknownParameter { .. } => "unknown-parameter",
        }
    }

    /// Returns what a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAnAddress { .. } | Self::UnknownScheme { .. } => {
                "write redis://user:password@host:6379/0, rediss:// for TLS, or redis+unix:///path/to/socket?db=0; \
                 special characters in a password are written as %XX"
            }
            Self::NotStandalone { .. } => {
                "give the address of the primary that holds the data; SENTINEL GET-MASTER-ADDR-BY-NAME asks a Sentinel \
                 for it"
            }
            Self::InvalidDatabase { .. } => {
                "databases are numbered from 0; leave the part out for the first"
            }
            Self::UnknownParameter { .. } => {
                "only a unix socket takes parameters: db, user and pass"
            }
        }
    }
}
