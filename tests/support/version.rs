//! Which servers the tests run against, and where their programs lie.
//!
//! `tests/servers.sh` fetches them; a missing one is fetched on first use, so that a single test can be run on its
//! own with `cargo test`.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::cache::{cache, fetch};

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// Redis.
    Redis,
    /// Valkey.
    Valkey,
}

/// One server that the tests can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServerVersion {
    /// Redis 6.2: ziplists, no functions, RDB version 9.
    Redis6_2,
    /// Redis 7.0: listpacks, RDB version 10. Built with TLS.
    Redis7_0,
    /// Redis 8.2: expiry of hash fields, vector sets, RDB version 12. `falkordb.so` lies beside it.
    Redis8_2,
    /// Valkey 8.0: RDB version 11. Built with TLS.
    Valkey8,
}

impl ServerVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 4] = [
        Self::Redis6_2,
        Self::Redis7_0,
        Self::Valkey8,
        Self::Redis8_2,
    ];

    /// Whose server it is.
    pub fn flavour(self) -> Flavour {
        match self {
            Self::Redis6_2 | Self::Redis7_0 | Self::Redis8_2 => Flavour::Redis,
            Self::Valkey8 => Flavour::Valkey,
        }
    }

    /// The name that `tests/servers.sh` knows it by, which is also its folder in the cache.
    pub fn name(self) -> &'static str {
        match self {
            Self::Redis6_2 => "redis-6.2",
            Self::Redis7_0 => "redis-7.0",
            Self::Redis8_2 => "redis-8.2",
            Self::Valkey8 => "valkey-8",
        }
    }

    /// The version that the server says it is in `INFO server` (`valkey_version` for Valkey), as far as it is fixed.
    pub fn version_prefix(self) -> &'static str {
        match self {
            Self::Redis6_2 => "6.2.",
            Self::Redis7_0 => "7.0.",
            Self::Redis8_2 => "8.2.",
            Self::Valkey8 => "8.",
        }
    }

    /// Whether the program was built with TLS.
    pub fn has_tls(self) -> bool {
        matches!(self, Self::Redis7_0 | Self::Valkey8)
    }

    /// Whether fields of hashes can have an expiry of their own (`HEXPIRE`).
    pub fn has_field_expiry(self) -> bool {
        self == Self::Redis8_2
    }

    /// Whether the server is at least as new as Redis 7.0 in commands and configuration.
    pub fn is_at_least_7_0(self) -> bool {
        self != Self::Redis6_2
    }

    /// The server program.
    pub fn server_program(self) -> PathBuf {
        self.folder().join("bin").join(match self.flavour() {
            Flavour::Redis => "redis-server",
            Flavour::Valkey => "valkey-server",
        })
    }

    /// The shared libraries that lie with the program, where the machine lacked some.
    pub fn library_folder(self) -> PathBuf {
        self.folder().join("lib")
    }

    /// The third-party module that comes with the server.
    pub fn module(self) -> Option<PathBuf> {
        (self == Self::Redis8_2).then(|| self.folder().join("module/falkordb.so"))
    }

    /// The folder of this server in the cache, fetched if it is not there.
    fn folder(self) -> PathBuf {
        fetched(self.name())
    }
}

/// The folder in the cache of something that `tests/servers.sh` fetches, fetched if it is not there.
pub(crate) fn fetched(name: &str) -> PathBuf {
    static FETCHING: Mutex<()> = Mutex::new(());
    let folder = cache().join("servers").join(name);
    if !folder.join("RECIPE").exists() {
        let _one_at_a_time = FETCHING
            .lock()
            .expect("no fetch panics while it holds the lock");
        fetch("servers.sh", name);
    }
    folder
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
