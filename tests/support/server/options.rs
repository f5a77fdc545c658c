//! How a server is configured. The default is an empty server in memory only, open to this machine, 16 databases.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::Path;

use super::super::{Certificates, ServerVersion};

/// What differs from the default in the configuration of one server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    tls: bool,
    password: Option<String>,
    users: Vec<String>,
    user_file: bool,
    persistence: Persistence,
    memory: Option<(String, String)>,
    databases: Option<u32>,
    module: bool,
    lines: Vec<String>,
    arguments: Vec<&'static str>,
    environment: Vec<(String, OsString)>,
}

/// What a server keeps on disk.
#[derive(Clone, Copy, Debug, Default)]
enum Persistence {
    #[default]
    Memory,
    AppendOnly,
    Snapshots,
}

const NO_SNAPSHOTS: &str = "save \"\"";

impl Options {
    /// The default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Speaks TLS, and only TLS, on its port; a client needs a certificate of the server's authority.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Sets the password of the user `default`.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Adds a user by an ACL rule without the word `user`: `app on >secret ~user:* +@all`.
    #[must_use]
    pub fn user(mut self, rule: &str) -> Self {
        self.users.push(rule.to_owned());
        self
    }

    /// Keeps the users in a file of their own, so that `ACL LOAD` and `ACL SAVE` work.
    #[must_use]
    pub fn user_file(mut self) -> Self {
        self.user_file = true;
        self
    }

    /// Appends every write to a file and syncs it before the reply (`appendfsync always`).
    #[must_use]
    pub fn append_only(mut self) -> Self {
        self.persistence = Persistence::AppendOnly;
        self
    }

    /// Writes a snapshot when it is stopped gracefully, and keeps nothing when it is killed.
    #[must_use]
    pub fn snapshots(mut self) -> Self {
        self.persistence = Persistence::Snapshots;
        self
    }

    /// Bounds the memory: `("64mb", "allkeys-lru")`.
    #[must_use]
    pub fn max_memory(mut self, bytes: &str, policy: &str) -> Self {
        self.memory = Some((bytes.to_owned(), policy.to_owned()));
        self
    }

    /// Sets the number of databases.
    #[must_use]
    pub fn databases(mut self, count: u32) -> Self {
        self.databases = Some(count);
        self
    }

    /// Loads the third-party module that comes with the version ([`ServerVersion::module`]).
    #[must_use]
    pub fn module(mut self) -> Self {
        self.module = true;
        self
    }

    /// Listens at another address of this machine too, to everyone there: [`Node::machine_address`](crate::Node).
    #[must_use]
    pub fn address(self, address: Ipv4Addr) -> Self {
        self.config(&format!("bind 127.0.0.1 {address}"))
            .config("protected-mode no")
    }

    /// Adds a line to the configuration file: `hz 100`.
    #[must_use]
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Makes it a Sentinel, which holds no data and watches over other servers: `sentinel monitor …` are lines of its
    /// configuration.
    #[must_use]
    pub fn sentinel(mut self) -> Self {
        self.arguments.push("--sentinel");
        self
    }

    /// Sets a variable of the process' environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// What follows the configuration file on the command line.
    pub(super) fn arguments(&self) -> &[&'static str] {
        &self.arguments
    }

    /// The variables of the process' environment that are set.
    pub(super) fn environment(&self) -> impl Iterator<Item = (&str, &OsString)> {
        self.environment
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Whether the port speaks TLS.
    pub(super) fn wants_tls(&self) -> bool {
        self.tls
    }

    /// The password of the user `default`.
    pub(super) fn default_password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// How many databases the server has.
    pub(super) fn database_count(&self) -> u32 {
        self.databases.unwrap_or(16)
    }

    /// The text of the file for users, where there is one.
    pub(super) fn user_file_text(&self) -> Option<String> {
        self.user_file.then(|| self.user_lines().join("\n") + "\n")
    }

    fn user_lines(&self) -> Vec<String> {
        self.users
            .iter()
            .map(|rule| format!("user {rule}"))
            .collect()
    }

    /// The configuration file of a server in `folder`.
    pub(super) fn file_text(
        &self,
        version: ServerVersion,
        folder: &Path,
        port: u16,
        certificates: Option<&Certificates>,
    ) -> String {
        let folder = folder.display();
        let mut lines = vec![
            "bind 127.0.0.1".to_owned(),
            format!("dir {folder}"),
            format!("unixsocket {folder}/server.sock"),
            "daemonize no".to_owned(),
            format!("databases {}", self.database_count()),
        ];
        match certificates {
            Some(certificates) => lines.extend([
                "port 0".to_owned(),
                format!("tls-port {port}"),
                format!("tls-ca-cert-file {}", certificates.authority.display()),
                format!("tls-cert-file {}", certificates.server.display()),
                format!("tls-key-file {}", certificates.server_key.display()),
            ]),
            None => lines.push(format!("port {port}")),
        }
        if version.is_at_least_7_0() {
            lines.push("enable-debug-command yes".to_owned());
        }
        if let Some(password) = &self.password {
            lines.push(format!("requirepass {password}"));
        }
        if self.user_file {
            lines.push(format!("aclfile {folder}/users.acl"));
        } else {
            lines.extend(self.user_lines());
        }
        match self.persistence {
            Persistence::Memory => lines.push(NO_SNAPSHOTS.to_owned()),
            Persistence::AppendOnly => lines.extend(
                [NO_SNAPSHOTS, "appendonly yes", "appendfsync always"].map(ToOwned::to_owned),
            ),
            // None of its own accord within the time of a test.
            Persistence::Snapshots => lines.push("save 3600 1".to_owned()),
        }
        if let Some((bytes, policy)) = &self.memory {
            lines.extend([
                format!("maxmemory {bytes}"),
                format!("maxmemory-policy {policy}"),
            ]);
        }
        if self.module {
            let module = version
                .module()
                .unwrap_or_else(|| panic!("{version} comes with no module"));
            lines.push(format!("loadmodule {}", module.display()));
        }
        lines.extend(self.lines.iter().cloned());
        lines.join("\n") + "\n"
    }
}
