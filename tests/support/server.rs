//! One server that runs: started on a free port and a unix socket in a folder of its own, stopped when it is dropped
//! and when the test process dies.
//!
//! A test that only needs a keyspace takes a [`Database`] of [`Server::shared`]; a test that kills, stops or
//! configures a server starts its own.

mod database;
mod options;
pub(crate) mod process;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, OnceLock};

use redis::{Connection, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};
use rustix::process::{Pid, Signal, kill_process};

pub use database::Database;
pub use options::Options;

use super::patience::{PATIENCE, try_wait_for};
use super::{Certificates, ServerVersion};

/// One server process with its folder and port, which it keeps when it is started again.
#[derive(Debug)]
pub struct Server {
    version: ServerVersion,
    options: Options,
    folder: PathBuf,
    port: u16,
    certificates: Option<Certificates>,
    child: Mutex<Option<Child>>,
    next_database: AtomicU32,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub fn start(version: ServerVersion, options: Options) -> Self {
        let folder = process::new_folder();
        let certificates = options.wants_tls().then(|| {
            assert!(version.has_tls(), "{version} is built without TLS");
            Certificates::create(&folder.join("tls"))
        });
        let mut server = Self {
            version,
            options,
            folder,
            port: 0,
            certificates,
            child: Mutex::new(None),
            next_database: AtomicU32::new(0),
        };
        let mut complaint = String::new();
        for _ in 0..8 {
            server.port = process::free_port();
            server.write_configuration();
            match server.launch() {
                Ok(()) => return server,
                // Another process took the port between our look at it and the server's.
                Err(log) if log.contains("Address already in use") => complaint = log,
                Err(log) => panic!("{version} did not start:\n{log}"),
            }
        }
        panic!("{version} found no free port:\n{complaint}");
    }

    /// The server of this version that the tests of one binary share; it has 128 databases.
    pub fn shared(version: ServerVersion) -> &'static Self {
        static SERVERS: OnceLock<Mutex<HashMap<ServerVersion, &'static Server>>> = OnceLock::new();
        let mut servers = match SERVERS.get_or_init(Mutex::default).lock() {
            Ok(servers) => servers,
            Err(poisoned) => poisoned.into_inner(),
        };
        servers.entry(version).or_insert_with(|| {
            Box::leak(Box::new(Self::start(
                version,
                Options::new().databases(128),
            )))
        })
    }

    /// A database of this server that no other test is given, empty.
    pub fn fresh_database(&self) -> Database<'_> {
        Database::next(self, &self.next_database, self.options.database_count())
    }

    /// Which version it is.
    pub fn version(&self) -> ServerVersion {
        self.version
    }

    /// The port on 127.0.0.1: plain, or TLS where the options say so.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The unix socket, always there and never TLS.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("server.sock")
    }

    /// The folder with the configuration, the log and what the server writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The certificates of a server with TLS.
    pub fn certificates(&self) -> &Certificates {
        self.certificates
            .as_ref()
            .expect("the server was started with Options::tls")
    }

    /// URL of database 0 for the user `default`: `redis://:password@127.0.0.1:21000/0`.
    pub fn url(&self) -> String {
        self.url_of(0)
    }

    /// URL of a database for the user `default`.
    pub fn url_of(&self, database: u32) -> String {
        match self.options.default_password() {
            Some(password) => self.url_as("", password, database),
            None => format!("{}://127.0.0.1:{}/{database}", self.scheme(), self.port),
        }
    }

    /// URL of a database for a user.
    pub fn url_as(&self, user: &str, password: &str, database: u32) -> String {
        format!(
            "{}://{user}:{password}@127.0.0.1:{}/{database}",
            self.scheme(),
            self.port
        )
    }

    fn scheme(&self) -> &'static str {
        if self.certificates.is_some() {
            "rediss"
        } else {
            "redis"
        }
    }

    /// A connection to database 0 as the user `default`, over the unix socket.
    pub fn connection(&self) -> Connection {
        self.connection_to(0)
    }

    /// A connection to a database as the user `default`, over the unix socket.
    pub fn connection_to(&self, database: u32) -> Connection {
        self.try_connection(database).unwrap_or_else(|error| {
            panic!(
                "{} does not answer: {error}\n{}",
                self.version,
                self.log_tail()
            )
        })
    }

    fn try_connection(&self, database: u32) -> redis::RedisResult<Connection> {
        let address: ConnectionInfo = ConnectionAddr::Unix(self.socket()).into_connection_info()?;
        let mut settings = address.redis_settings().clone().set_db(i64::from(database));
        if let Some(password) = self.options.default_password() {
            settings = settings.set_password(password);
        }
        let client = redis::Client::open(address.set_redis_settings(settings))?;
        let connection = client.get_connection()?;
        // A server that hangs fails the test instead of hanging it too.
        connection.set_read_timeout(Some(PATIENCE))?;
        Ok(connection)
    }

    /// Kills it as a power cut would.
    pub fn kill(&self) {
        let mut child = self.lock_child();
        if let Some(mut child) = child.take() {
            child.kill().expect("a child can be killed");
            child.wait().expect("a child can be waited for");
        }
    }

    /// Stops it gracefully; what its options say about persistence is written.
    pub fn stop(&self) {
        let mut child = self.lock_child();
        if let Some(mut child) = child.take() {
            signal(&child, Signal::TERM);
            let ended = try_wait_for(|| child.try_wait().expect("a child can be asked"));
            assert!(
                ended.is_some(),
                "{} does not stop:\n{}",
                self.version,
                self.log_tail()
            );
        }
    }

    /// Starts it again after [`Server::kill`] or [`Server::stop`], on the same port and folder.
    pub fn restart(&self) {
        assert!(self.lock_child().is_none(), "{} still runs", self.version);
        if let Err(log) = self.launch() {
            panic!("{} did not start again:\n{log}", self.version);
        }
    }

    /// Freezes it: connections stay open and nothing is answered.
    pub fn pause(&self) {
        self.send(Signal::STOP);
    }

    /// Lets it go on after [`Server::pause`].
    pub fn proceed(&self) {
        self.send(Signal::CONT);
    }

    /// The end of its log.
    pub fn log_tail(&self) -> String {
        process::tail(&self.folder.join("server.log"))
    }

    fn send(&self, which: Signal) {
        let child = self.lock_child();
        signal(child.as_ref().expect("the server runs"), which);
    }

    fn lock_child(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        match self.child.lock() {
            Ok(child) => child,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    fn write_configuration(&self) {
        let text = self.options.file_text(
            self.version,
            &self.folder,
            self.port,
            self.certificates.as_ref(),
        );
        fs::write(self.folder.join("server.conf"), text).expect("the configuration can be written");
        if let Some(users) = self.options.user_file_text() {
            fs::write(self.folder.join("users.acl"), users).expect("the users can be written");
        }
    }

    /// Starts the process and waits for an answer on its own unix socket, which no other server can have.
    /// The error is the end of the log.
    fn launch(&self) -> Result<(), String> {
        drop(fs::remove_file(self.socket()));
        let mut child = process::spawn(self.version, &self.options, &self.folder);
        let ready = try_wait_for(|| {
            if child.try_wait().expect("a child can be asked").is_some() {
                return Some(false);
            }
            self.answers().then_some(true)
        });
        if ready == Some(true) {
            *self.lock_child() = Some(child);
            return Ok(());
        }
        // It may have ended already.
        drop(child.kill());
        drop(child.wait());
        Err(self.log_tail())
    }

    /// Whether it answers a PING; a user `default` that may not ask is an answer too.
    fn answers(&self) -> bool {
        let denied = |error: &redis::RedisError| {
            matches!(error.code(), Some("NOPERM" | "NOAUTH" | "WRONGPASS"))
        };
        match self.try_connection(0) {
            Ok(mut connection) => match redis::cmd("PING").query::<String>(&mut connection) {
                Ok(_) => true,
                Err(error) => denied(&error),
            },
            Err(error) => denied(&error),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            return; // the log stays until the next test process cleans up
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn signal(child: &Child, which: Signal) {
    let id = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id is positive");
    kill_process(id, which).expect("a child can be signalled");
}
